package planbook

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"ferry/load"
)

// Answers are what people wrote into a plan workbook.
type Answers struct {
	Hash      string // of the plan that the workbook was made of
	Source    string // its accounts
	Target    string
	Decisions load.Decisions
	Approval  *Approval // nil: nobody filled it in

	matchCells map[string]string // source record -> where it was decided
	valueCells map[load.ValueDecision]string
	sheet      string            // Approval as the workbook calls it
	cells      map[string]string // label -> cell of its value
}

// Approval is the sheet Approval, filled in.
type Approval struct {
	By   string
	Date time.Time // a day
}

// Problem is one mistake in a workbook.
type Problem struct {
	Sheet string
	Cell  string // "" the whole sheet
	Text  string // what is wrong and what to do
}

func (p *Problem) Error() string {
	if p.Cell == "" {
		return fmt.Sprintf("sheet %s: %s", p.Sheet, p.Text)
	}
	return fmt.Sprintf("%s!%s: %s", p.Sheet, p.Cell, p.Text)
}

// maxUnzipped bounds what a workbook may expand to, in bytes.
const maxUnzipped = 4 << 30

// Read reads a workbook that Write made and people filled in, in Excel or
// another program. Every mistake is a *Problem, all of them joined; then there
// are no answers.
func Read(path string) (answers *Answers, err error) {
	if err := whole(path); err != nil {
		return nil, err
	}
	f, err := excelize.OpenFile(path, excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		return nil, fmt.Errorf("%s is no Excel workbook (.xlsx): %w; save it as .xlsx in Excel", path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := &reader{file: f, answers: &Answers{matchCells: map[string]string{}, valueCells: map[load.ValueDecision]string{}, cells: map[string]string{}}}
	if len(r.sheets(sheetApproval)) == 0 {
		return nil, fmt.Errorf("%s is no plan workbook: it has no sheet %s; make one with ferry plan JOB --workbook FILE.xlsx", path, sheetApproval)
	}
	for _, do := range []func() error{r.approval, r.lists, r.matches, r.values} {
		if err := do(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	if len(r.problems) > 0 {
		return nil, errors.Join(r.problems...)
	}
	r.answers.Decisions.Sort()
	return r.answers, nil
}

// whole tells a workbook that was cut: excelize takes the rows up to the cut for
// all of them.
func whole(path string) error {
	z, err := zip.OpenReader(path)
	if err != nil {
		return fmt.Errorf("%s is no Excel workbook (.xlsx): %w; save it as .xlsx in Excel", path, err)
	}
	defer z.Close()
	for _, part := range z.File {
		if !strings.HasPrefix(part.Name, "xl/worksheets/") || !strings.HasSuffix(part.Name, ".xml") {
			continue
		}
		if part.UncompressedSize64 > maxUnzipped {
			return fmt.Errorf("%s: %s is over 4 GiB; it is no plan workbook", path, part.Name)
		}
		in, err := part.Open()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		tail := &tailWriter{}
		_, err = io.Copy(tail, in)
		if err = errors.Join(err, in.Close()); err != nil {
			return fmt.Errorf("%s: %s is damaged: %w; save the workbook again", path, part.Name, err)
		}
		if end := strings.TrimSpace(string(tail.last)); !strings.HasSuffix(end, "worksheet>") {
			return fmt.Errorf("%s: %s is cut; save the workbook again", path, part.Name)
		}
	}
	return nil
}

// tailWriter keeps the end of what is written.
type tailWriter struct{ last []byte }

func (t *tailWriter) Write(p []byte) (int, error) {
	const kept = 64
	t.last = append(t.last, p[max(0, len(p)-kept):]...)
	t.last = t.last[max(0, len(t.last)-kept):]
	return len(p), nil
}

// reader reads one workbook.
type reader struct {
	file     *excelize.File
	answers  *Answers
	shown    map[string]map[string]string // list -> shown -> value
	problems []error
}

func (r *reader) wrong(sheet, cell, format string, args ...any) {
	r.problems = append(r.problems, &Problem{Sheet: sheet, Cell: cell, Text: fmt.Sprintf(format, args...)})
}

// sheets finds a sheet and those that it goes on in, "name (2)".
func (r *reader) sheets(name string) (found []string) {
	for _, have := range r.file.GetSheetList() {
		rest, ok := strings.CutPrefix(strings.ToLower(have), strings.ToLower(name))
		if ok && (rest == "" || strings.HasPrefix(rest, " (") && strings.HasSuffix(rest, ")")) {
			found = append(found, have)
		}
	}
	return found
}

// each calls fn for every row of a sheet with its number, counted from 1.
func (r *reader) each(sheet string, fn func(number int, cells []string) error) (err error) {
	rows, err := r.file.Rows(sheet)
	if err != nil {
		return fmt.Errorf("sheet %s: %w", sheet, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return fmt.Errorf("sheet %s, row %d: %w", sheet, n, err)
		}
		if err := fn(n, cells); err != nil {
			return err
		}
	}
	return rows.Error()
}

// table reads a sheet with headings. Rows say where they stand.
func (r *reader) table(name string, columns []string, fn func(row *row)) error {
	for _, sheet := range r.sheets(name) {
		var in *row
		err := r.each(sheet, func(number int, cells []string) error {
			if number == 1 {
				in = &row{sheet: sheet, place: map[string]int{}}
				r.headings(in, columns, cells)
				return nil
			}
			in.number, in.cells = number, cells
			if len(in.place) == len(columns) {
				fn(in)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// headings finds the columns: people move them about.
func (r *reader) headings(in *row, columns, cells []string) {
	for _, want := range columns {
		for at, text := range cells {
			if _, have := in.place[want]; !have && strings.EqualFold(strings.TrimSpace(text), want) {
				in.place[want] = at
			}
		}
		if _, have := in.place[want]; !have {
			r.wrong(in.sheet, "A1", "there is no column %q in the first row; take the workbook as it was written and fill it in again", want)
		}
	}
}

// row is a row of a sheet with headings.
type row struct {
	sheet  string
	place  map[string]int
	number int
	cells  []string
}

// text is the cell of a column.
func (r *row) text(column string) string {
	if at := r.place[column]; at < len(r.cells) {
		return r.cells[at]
	}
	return ""
}

// word is the cell of a column without white space round it.
func (r *row) word(column string) string { return strings.TrimSpace(r.text(column)) }

// cell names the cell of a column.
func (r *row) cell(column string) string { return cellName(r.place[column], r.number) }

func cellName(column, number int) string {
	name, err := excelize.CoordinatesToCellName(column+1, number)
	if err != nil {
		return "?"
	}
	return name
}
