package xlsx

import "github.com/xuri/excelize/v2"

// Style is how a cell looks.
type Style uint8

// The styles. Text is the one of a cell without another.
const (
	Text      Style = iota // stays as typed
	Title                  // of a sheet
	Heading                // of a line or a block
	Line                   // text that runs over the cells to its right
	Head                   // of a column
	HeadRight              // of a column of numbers
	Grey                   // beside the matter
	Warn                   // to be looked at
	Number                 // whole, with thousands
	Amount                 // with as many decimals as it has
	Day                    // a date
	Moment                 // a date and a time, UTC
	Linked                 // goes to a page
	Input                  // to be filled in by a person
	InputDay               // a date to be filled in
	HeadMust               // of a column that must be filled in
	Entry                  // a number to be filled in, of any kind
	lastStyle              // none
)

const (
	fontName = "Calibri"
	fontSize = 11
)

const textFormat = 49 // "@": what is typed stays as typed

func (s Style) style() *excelize.Style {
	top := &excelize.Alignment{Vertical: "top"}
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	number, amount, day, moment := "#,##0", "#,##0.00########", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
	font := func(f excelize.Font) *excelize.Font {
		f.Family = fontName
		if f.Size == 0 {
			f.Size = fontSize
		}
		return &f
	}
	switch s {
	case Title:
		return &excelize.Style{Font: font(excelize.Font{Bold: true, Size: 16, Color: "1F3864"}), NumFmt: textFormat}
	case Heading:
		return &excelize.Style{Font: font(excelize.Font{Bold: true, Color: "1F3864"}), NumFmt: textFormat, Alignment: top}
	case Line:
		return &excelize.Style{NumFmt: textFormat, Alignment: top}
	case Head:
		return &excelize.Style{Font: font(excelize.Font{Bold: true}), Fill: solid("D9E1F2"), Alignment: wrap, NumFmt: textFormat}
	case HeadMust:
		return &excelize.Style{Font: font(excelize.Font{Bold: true, Color: "7F1D1D"}), Fill: solid("FBE3D6"), Alignment: wrap, NumFmt: textFormat}
	case Entry:
		return &excelize.Style{Alignment: top}
	case HeadRight:
		right := &excelize.Alignment{Vertical: "top", Horizontal: "right", WrapText: true}
		return &excelize.Style{Font: font(excelize.Font{Bold: true}), Fill: solid("D9E1F2"), Alignment: right, NumFmt: textFormat}
	case Grey:
		return &excelize.Style{Font: font(excelize.Font{Color: "595959"}), Alignment: wrap, NumFmt: textFormat}
	case Warn:
		return &excelize.Style{Fill: solid("FFE8E0"), Alignment: wrap, NumFmt: textFormat}
	case Number:
		return &excelize.Style{CustomNumFmt: &number, Alignment: top}
	case Amount:
		return &excelize.Style{CustomNumFmt: &amount, Alignment: top}
	case Day:
		return &excelize.Style{CustomNumFmt: &day, Alignment: top}
	case Moment:
		return &excelize.Style{CustomNumFmt: &moment, Alignment: top}
	case Linked:
		return &excelize.Style{Font: font(excelize.Font{Color: "0563C1", Underline: "single"}), Alignment: top}
	case Input:
		return &excelize.Style{Fill: solid("FFF7CC"), Alignment: wrap, NumFmt: textFormat, Border: box}
	case InputDay:
		return &excelize.Style{Fill: solid("FFF7CC"), Alignment: wrap, CustomNumFmt: &day, Border: box}
	}
	return &excelize.Style{Alignment: wrap, NumFmt: textFormat}
}

var box = []excelize.Border{
	{Type: "left", Color: "D0C060", Style: 1}, {Type: "right", Color: "D0C060", Style: 1},
	{Type: "top", Color: "D0C060", Style: 1}, {Type: "bottom", Color: "D0C060", Style: 1},
}

func solid(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}
