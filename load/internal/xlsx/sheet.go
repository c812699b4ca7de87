package xlsx

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Column is a column of a sheet.
type Column struct {
	Name  string // heading; a sheet whose columns have none is a free one
	Width float64
	// List is what a drop-down offers in every row; other text may be typed.
	List []string
	// Carry repeats the cell in the rows that long text goes on in, so that they
	// can be told whose they are.
	Carry bool
}

// Cell is a value with a look of its own. Value is a string, an int, a float64
// or a time.Time; nil is an empty cell. A Link makes it go to that page.
type Cell struct {
	Value any
	Style Style
	Link  string
}

// Sheet is the sheet in work.
type Sheet struct {
	book    *Book
	name    string
	columns []Column
	headed  bool
	number  int // of the sheets that it goes on in
	row     int // last written
	rows    int // of data, over all sheets
	stream  *excelize.StreamWriter
	current string
	drops   []drop // drop-downs of the sheet in work
}

// drop is a drop-down in some rows of a column.
type drop struct {
	column, from, to int
	list             string
}

// Sheet begins a sheet, which ends with End. Columns with names make a header
// that stays in view, with a filter.
func (b *Book) Sheet(name string, columns ...Column) (*Sheet, error) {
	s := &Sheet{book: b, name: name, columns: columns}
	for _, c := range columns {
		s.headed = s.headed || c.Name != ""
	}
	return s, s.begin()
}

func (s *Sheet) begin() (err error) {
	s.number++
	s.current, s.row, s.drops = s.name, 0, nil
	if s.number > 1 {
		s.current += " (" + strconv.Itoa(s.number) + ")"
	}
	if err := s.book.addSheet(s.current); err != nil {
		return err
	}
	if err := s.layout(); err != nil {
		return err
	}
	if s.stream, err = s.book.file.NewStreamWriter(s.current); err != nil {
		return err
	}
	for i, c := range s.columns {
		if c.Width > 0 {
			if err := s.stream.SetColWidth(i+1, i+1, c.Width); err != nil {
				return err
			}
		}
	}
	if !s.headed {
		return nil
	}
	freeze := &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}
	if err := s.stream.SetPanes(freeze); err != nil {
		return err
	}
	head := make([]any, len(s.columns))
	for i, c := range s.columns {
		head[i] = excelize.Cell{Value: c.Name, StyleID: s.book.styles[Head]}
	}
	return s.put(head)
}

// layout makes the sheet print on A4, as wide as the page.
func (s *Sheet) layout() error {
	paper, landscape, fit, wide, high := 9, "landscape", true, 1, 0
	if !s.headed {
		landscape = "portrait"
	}
	return firstError(
		s.book.file.SetSheetProps(s.current, &excelize.SheetPropsOptions{FitToPage: &fit}),
		s.book.file.SetPageLayout(s.current, &excelize.PageLayoutOptions{Size: &paper, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &high}))
}

func (s *Sheet) put(cells []any) error {
	s.row++
	at := "A" + strconv.Itoa(s.row)
	if lines := s.lines(cells); lines > 1 {
		return s.stream.SetRow(at, cells, excelize.RowOpts{Height: float64(lines) * lineHeight})
	}
	return s.stream.SetRow(at, cells)
}

const (
	lineHeight = 15.0 // points
	mostLines  = 8    // that a row of a table shows at once
)

// lines is how many lines the texts of a row take in their columns. Not every
// program works that out when it opens a workbook.
func (s *Sheet) lines(cells []any) int {
	most := 1
	for i, value := range cells {
		c, ok := value.(excelize.Cell)
		if !ok || i >= len(s.columns) || c.StyleID == s.book.styles[Line] || c.StyleID == s.book.styles[Title] {
			continue
		}
		text, ok := c.Value.(string)
		if !ok || len(text) < 8 {
			continue
		}
		n := 0
		for line := range strings.Lines(text) {
			n += 1 + int(float64(utf8.RuneCountInString(line)-1)/max(s.columns[i].Width, 8))
		}
		most = max(most, n)
	}
	if s.headed {
		return min(most, mostLines)
	}
	return min(most, 3*mostLines)
}

// Row writes a row: plain values, or Cells. Text that is too long for a cell goes
// on in rows below it; a sheet that is full goes on in another of the same
// columns, "name (2)".
func (s *Sheet) Row(cells ...any) error {
	s.rows++
	for cells != nil {
		if s.row >= s.book.maxRows {
			if err := s.end(); err != nil {
				return err
			}
			if err := s.begin(); err != nil {
				return err
			}
		}
		var rest []any
		out := make([]any, len(cells))
		for i := range cells {
			cell, more := s.cell(cells[i])
			out[i] = cell
			if more != nil {
				if rest == nil {
					rest = s.carried(cells)
				}
				rest[i] = more
			}
		}
		if err := s.put(out); err != nil {
			return err
		}
		cells = rest
	}
	return nil
}

// carried is the row below one whose text is too long.
func (s *Sheet) carried(cells []any) []any {
	rest := make([]any, len(cells))
	for i := range rest {
		if i < len(s.columns) && s.columns[i].Carry {
			rest[i] = cells[i]
		}
	}
	return rest
}

// Place is the sheet and the number of the row that was written last.
func (s *Sheet) Place() (sheet string, row int) { return s.current, s.row }

// Rows counts the rows that were given to Row.
func (s *Sheet) Rows() int { return s.rows }

// Drop puts the drop-down of a named list (see Book.List) into a column of the
// row written last.
func (s *Sheet) Drop(column int, list string) {
	if n := len(s.drops); n > 0 {
		if d := &s.drops[n-1]; d.column == column && d.list == list && d.to == s.row-1 {
			d.to = s.row
			return
		}
	}
	s.drops = append(s.drops, drop{column, s.row, s.row, list})
}

// End completes the sheet.
func (s *Sheet) End() error { return s.end() }

func (s *Sheet) end() error {
	if err := s.dropDowns(); err != nil {
		return fmt.Errorf("sheet %s: %w", s.current, err)
	}
	if s.headed {
		last, err := excelize.CoordinatesToCellName(len(s.columns), max(s.row, 2))
		if err != nil {
			return err
		}
		if err := s.book.file.AutoFilter(s.current, "A1:"+last, nil); err != nil {
			return err
		}
	}
	return s.stream.Flush()
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
