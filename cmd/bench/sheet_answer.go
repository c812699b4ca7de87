package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet"
	"ferry/load/answer"
)

const (
	badCells           = 5_000
	mostOfExcelizeSave = 0.3
)

// measureAnswer answers a large workbook in turns with excelize that opens and
// saves it.
func measureAnswer(ctx context.Context, b *bench) ([]line, error) {
	rows := b.pick(bookRows, bookRowsSmall)
	path, out := filepath.Join(b.temp, "book.xlsx"), filepath.Join(b.temp, "answered.xlsx")
	if err := makeBook(path, rows); err != nil {
		return nil, err
	}
	turn := func(sub string) func(int) (finished, error) {
		return func(int) (finished, error) {
			f, err := run(ctx, command{Path: b.self, Args: []string{sub, "-in", path, "-ferry", out}, Tree: true})
			if err != nil {
				return f, err
			}
			return f, f.expect(sub, 0)
		}
	}
	theirs, ours, err := inTurns(sheetFigureRounds, turn("excelize-save"), turn("answer-book"))
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("workbook of %d rows answered, %d bad cells", rows, badCells)
	lines := ratioLines(what, atMost(mostOfExcelizeSave, "%.2f of excelize's open and save"), ours, theirs, false)
	return append(lines, opensAgain(ctx, b, what, out, rows)), errors.Join(os.Remove(path), os.Remove(out))
}

// answerBookMain is `bench answer-book`: every row answered, some cells bad. The
// flag -ferry names the file to write.
func answerBookMain(ctx context.Context, args []string, _ io.Reader, out io.Writer) error {
	in, to, err := sheetFlags("answer-book", args)
	if err != nil {
		return err
	}
	rows, err := bookSize(in)
	if err != nil {
		return err
	}
	recipe := &sheet.Recipe{Sheet: "Customers", Header: []int{1}, First: 2}
	for i := range madeColumns {
		name := fmt.Sprintf("Column %d", i+1)
		recipe.Columns = append(recipe.Columns, sheet.Column{Place: i + 1, Header: name, Name: name})
	}
	every := max(1, rows/badCells)
	done, err := answer.Write(ctx, answer.Config{
		Original: in, Name: "book.xlsx", Out: to, Recipe: recipe, Title: "Syncro",
		Mark: sheet.Mark{Kind: "answer", Import: "bench", Vendor: "syncro", Stream: "customers", Version: 1, Sheet: "Customers", Header: 1},
		Rows: func(yield func(*answer.Row) error) error {
			for i := range rows {
				r := answer.Row{Sheet: "Customers", Number: i + 2, Result: "created", Good: true,
					Open: fmt.Sprintf("https://acme.example.com/customers/%d", i), Stamp: &sheet.Stamp{Import: "bench", Key: fmt.Sprint(i), Done: true}}
				if i%every == 0 {
					r.Result, r.ToDo, r.Good, r.Open, r.Stamp.Done = "not loaded", "correct the e-mail address", false, "", false
					r.Bad = []answer.Cell{{Column: 1 + i/every%madeColumns, Note: "is no e-mail address: there is no @ in it"}}
				}
				if err := yield(&r); err != nil {
					return err
				}
			}
			return nil
		},
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, done.Bad)
	return err
}

func bookSize(path string) (rows int, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if info.Size() > 5<<20 {
		return bookRows, nil
	}
	return bookRowsSmall, nil
}

// excelizeSaveMain is `bench excelize-save`: the yardstick. No cell is touched, so
// that excelize copies the sheets without looking at a row.
func excelizeSaveMain(_ context.Context, args []string, _ io.Reader, _ io.Writer) error {
	in, to, err := sheetFlags("excelize-save", args)
	if err != nil {
		return err
	}
	book, err := excelize.OpenFile(in)
	if err != nil {
		return err
	}
	return errors.Join(book.SaveAs(to), book.Close())
}

// opensAgain has excelize and LibreOffice read the answered workbook.
func opensAgain(ctx context.Context, b *bench, what, path string, rows int) line {
	must := equalReaders{}
	office, err := newLibreOffice(b.keep, b.temp)
	if err != nil {
		return missing(what, must, err.Error())
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		return missing(what, must, "excelize: "+err.Error())
	}
	defer book.Close()
	seen, err := book.Rows("Customers")
	if err != nil {
		return missing(what, must, "excelize: "+err.Error())
	}
	n := 0
	for seen.Next() {
		n++
	}
	small := filepath.Join(b.temp, "office.xlsx")
	data, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(small, data, 0o644)
	}
	if err != nil {
		return missing(what, must, err.Error())
	}
	made, err := office.convert(ctx, []officeInput{{Path: small}}, b.log)
	if err != nil || made[0] == "" {
		return missing(what, must, fmt.Sprintf("LibreOffice made nothing of it (%v)", err))
	}
	f, err := os.Open(made[0])
	if err != nil {
		return missing(what, must, err.Error())
	}
	defer f.Close()
	sheets, err := readFODS(f)
	if err != nil {
		return missing(what, must, "LibreOffice: "+err.Error())
	}
	last := 0
	for _, s := range sheets {
		for at := range s.Cells {
			if s.Name == "Customers" {
				last = max(last, at[0])
			}
		}
	}
	return line{What: what, Must: must.String(), Pass: n == rows+1 && last == rows+1,
		Shown: fmt.Sprintf("excelize %d rows, LibreOffice %d of %d", n, last, rows+1)}
}

// equalReaders is the bound of opensAgain.
type equalReaders struct{}

func (equalReaders) String() string { return "excelize and LibreOffice read all rows of it" }
