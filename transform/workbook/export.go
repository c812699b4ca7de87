package workbook

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"ferry/transform/mapping"
)

// The columns of a sheet. Only those a person may change are read back.
var columns = []struct {
	name  string
	width float64
}{
	{"Source", 28}, {"Label", 20}, {"Sample", 30}, {"Filled", 9}, {"Target", 28}, {"Target label", 20},
	{"Type", 12}, {"Required", 12}, {"Rule", 44}, {"Values", 28}, {"Remark", 50},
}

const (
	columnSource = 0
	columnTarget = 4
	columnRule   = 8
	columnValues = 9
	columnRemark = 10
)

// help is the first sheet.
var help = []string{
	"One sheet a stream, one row a field of the target; below, the source fields that go nowhere.",
	"Red rows are not decided: give them a source or a rule, or write \"left out\" into Rule and the reason into Remark.",
	"Source: a field of the source. With nothing in Rule its value is taken as it is.",
	"Rule: an expression such as trim(name), or with a Source a transform such as as: phone, region: US.",
	"Rule: value: X writes X always. A whole rule in braces is for people who know the mapping file.",
	"Values: one a line, created = New; a last line else = reject, else = skip or else: value = X.",
	"To carry over a red source field write the target's field beside it, in Target.",
	"Grey columns are for reading; what is written there is not read back.",
	"Then: ferry mapping import THIS.xlsx",
}

// Export writes the workbook of a checked mapping.
func Export(w io.Writer, f *mapping.File, sides Sides) (err error) {
	program, err := f.Compile(sides.Source, sides.Target)
	if err != nil {
		return err
	}
	book := excelize.NewFile()
	defer func() {
		if closed := book.Close(); err == nil {
			err = closed
		}
	}()
	look, err := newLook(book)
	if err != nil {
		return err
	}
	if err := writeHelp(book, f, look); err != nil {
		return err
	}
	names := sheetNames(f)
	for i, s := range f.Streams {
		if err := writeSheet(book, names[i], rowsOf(program.Stream(i), sides), look); err != nil {
			return fmt.Errorf("stream %s: %w", s.Name, err)
		}
	}
	return book.Write(w)
}

// look holds the styles of a workbook.
type look struct{ head, input, grey, red int }

func newLook(book *excelize.File) (l look, err error) {
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	text := 49 // "@": what is typed stays as typed
	styles := []struct {
		to    *int
		style excelize.Style
	}{
		{&l.head, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: solid("D9E1F2")}},
		{&l.input, excelize.Style{Alignment: wrap, NumFmt: text}},
		{&l.grey, excelize.Style{Alignment: wrap, NumFmt: text, Font: &excelize.Font{Color: "7F7F7F"}}},
		{&l.red, excelize.Style{Alignment: wrap, NumFmt: text, Fill: solid("FFC7CE")}},
	}
	for _, s := range styles {
		if *s.to, err = book.NewStyle(&s.style); err != nil {
			return l, err
		}
	}
	return l, nil
}

func solid(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}

func writeHelp(book *excelize.File, f *mapping.File, l look) error {
	if err := book.SetSheetName("Sheet1", helpSheet); err != nil {
		return err
	}
	lines := append([]string{fmt.Sprintf("Mapping from %s to %s", f.From, f.To)}, help...)
	for i, line := range lines {
		if err := book.SetCellStr(helpSheet, fmt.Sprintf("A%d", i+1), line); err != nil {
			return err
		}
	}
	return firstError(book.SetCellStyle(helpSheet, "A1", "A1", l.head), book.SetColWidth(helpSheet, "A", "A", 110))
}

const helpSheet = "Read me"

func writeSheet(book *excelize.File, name string, rows []row, l look) error {
	if _, err := book.NewSheet(name); err != nil {
		return err
	}
	for c, column := range columns {
		letter, err := excelize.ColumnNumberToName(c + 1)
		if err != nil {
			return err
		}
		if err := firstError(book.SetColWidth(name, letter, letter, column.width),
			book.SetCellStr(name, letter+"1", column.name), book.SetCellStyle(name, letter+"1", letter+"1", l.head)); err != nil {
			return err
		}
	}
	for i, r := range rows {
		if err := writeRow(book, name, i+2, r, l); err != nil {
			return err
		}
	}
	last := fmt.Sprintf("K%d", len(rows)+1)
	return firstError(
		book.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
		book.AutoFilter(name, "A1:"+last, nil))
}

func writeRow(book *excelize.File, sheet string, number int, r row, l look) error {
	texts := []string{r.Source, r.Label, r.Sample, r.Filled, r.Target, r.TargetLabel, r.Type, r.Required, r.Rule, r.Values, r.Remark}
	for c, text := range texts {
		cell, err := excelize.CoordinatesToCellName(c+1, number)
		if err != nil {
			return err
		}
		style := l.grey
		if r.open {
			style = l.red
		} else if read(c) {
			style = l.input
		}
		if err := firstError(book.SetCellStr(sheet, cell, text), book.SetCellStyle(sheet, cell, cell, style)); err != nil {
			return err
		}
	}
	return nil
}

// read tells whether a column is read back.
func read(column int) bool {
	switch column {
	case columnSource, columnTarget, columnRule, columnValues, columnRemark:
		return true
	}
	return false
}

// sheetNames gives every stream a name that Excel takes: at most 31 characters,
// none of : \ / ? * [ ], each once.
func sheetNames(f *mapping.File) []string {
	names, taken := make([]string, len(f.Streams)), map[string]bool{sheetKey(helpSheet): true}
	for i, s := range f.Streams {
		base := fitSheet(s.Name, 31)
		name := base
		for n := 2; taken[sheetKey(name)]; n++ {
			suffix := fmt.Sprintf(" %d", n)
			name = fitSheet(base, 31-len(suffix)) + suffix
		}
		names[i], taken[sheetKey(name)] = name, true
	}
	return names
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
