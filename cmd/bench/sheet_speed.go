package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet"
)

// Sizes and bounds of the figures about large spreadsheets.
const (
	bookRows, bookRowsSmall   = 100_000, 10_000
	listRows, listRowsSmall   = 1_000_000, 50_000
	mostOfExcelizeRows        = 1.0
	leastOfBareCSV            = 0.15
	mostSheetReadingMemory    = 256.0 // MiB, of all processes
	sheetFigureRounds         = 3
	checkedTarget, checkedEnv = "syncro.customers", "FERRY_STATE"
)

// measureReadBook reads a large workbook in turns with excelize's row iterator.
func measureReadBook(ctx context.Context, b *bench) ([]line, error) {
	rows := b.pick(bookRows, bookRowsSmall)
	path := filepath.Join(b.temp, "book.xlsx")
	if err := makeBook(path, rows); err != nil {
		return nil, err
	}
	reader := func(sub string) func(int) (finished, error) {
		return func(int) (finished, error) {
			f, err := run(ctx, command{Path: b.self, Args: []string{sub, "-ferry", b.ferry, "-in", path}, Tree: true})
			if err != nil {
				return f, err
			}
			if err := f.expect(sub, 0); err != nil {
				return f, err
			}
			if n, err := strconv.Atoi(string(f.Stdout)); err != nil || n != rows+1 {
				return f, fmt.Errorf("%s counted %q rows of %d", sub, f.Stdout, rows+1)
			}
			return f, nil
		}
	}
	ours, theirs, err := inTurns(sheetFigureRounds, reader("sheet-rows"), reader("excelize-rows"))
	if err != nil {
		return nil, err
	}
	return ratioLines(fmt.Sprintf("workbook of %d rows x %d read, rows counted twice", rows, madeColumns),
		atMost(mostOfExcelizeRows, "%.2f of excelize Rows's wall"), ours, theirs, false), errors.Join(os.Remove(path))
}

// ratioLines compares walls, or rows/s where faster says so, and bounds our memory.
func ratioLines(what string, must bound, ours, theirs []finished, faster bool) []line {
	wall := func(f finished) float64 { return seconds(f.Wall()) }
	mine, yardstick := medianOf(ours, wall), medianOf(theirs, wall)
	ratio := mine / yardstick
	if faster {
		ratio = yardstick / mine
	}
	held := func(f finished) float64 { return f.PeakRSS }
	return []line{
		measured(what, must, ratio, fmt.Sprintf("%.2f s against %.2f s, medians of %d; ferry %s, yardstick %s",
			mine, yardstick, len(ours), spread(ours, wall, "%.2f"), spread(theirs, wall, "%.2f"))),
		measured(what, atMost(mostSheetReadingMemory, "%.0f MiB"), largest(ours, held), "of all processes together"),
	}
}

// sheetRowsMain is `bench sheet-rows`: all rows of the first sheet, as an import
// reads them.
func sheetRowsMain(ctx context.Context, args []string, _ io.Reader, out io.Writer) (err error) {
	in, ferry, err := sheetFlags("sheet-rows", args)
	if err != nil {
		return err
	}
	book, err := sheet.Open(ctx, in, sheet.Options{Child: []string{ferry, "sheet-reader"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	n := 0
	tally, err := book.Rows(ctx, &sheet.Recipe{Sheet: "Customers"}, func(*sheet.Row) error { n++; return nil })
	if err != nil {
		return err
	}
	if tally.Second != n {
		return fmt.Errorf("%d rows came, the second count is %d", n, tally.Second)
	}
	_, err = fmt.Fprint(out, n)
	return err
}

func sheetFlags(name string, args []string) (in, ferry string, err error) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.StringVar(&ferry, "ferry", "", "the binary whose child reads")
	flags.StringVar(&in, "in", "", "the file")
	return in, ferry, flags.Parse(args)
}

// excelizeRowsMain is `bench excelize-rows`: the yardstick.
func excelizeRowsMain(_ context.Context, args []string, _ io.Reader, out io.Writer) (err error) {
	flags := flag.NewFlagSet("excelize-rows", flag.ContinueOnError)
	in := flags.String("in", "", "the file")
	flags.String("ferry", "", "not needed")
	if err := flags.Parse(args); err != nil {
		return err
	}
	book, err := excelize.OpenFile(*in)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return err
	}
	n := 0
	for ; rows.Next(); n++ {
		if _, err := rows.Columns(); err != nil {
			return err
		}
	}
	_, err = fmt.Fprint(out, n)
	return errors.Join(err, rows.Error(), rows.Close())
}

// measureCheckCSV checks a large list against a target in turns with
// encoding/csv that does nothing with the records.
func measureCheckCSV(ctx context.Context, b *bench) ([]line, error) {
	rows := b.pick(listRows, listRowsSmall)
	path := filepath.Join(b.temp, "customers.csv")
	if err := makeCSV(path, rows); err != nil {
		return nil, err
	}
	check := func(round int) (finished, error) {
		state := filepath.Join(b.temp, fmt.Sprintf("state-%d", round))
		f, err := run(ctx, command{Path: b.ferry, Args: []string{"import", path, "--into", checkedTarget, "--check", "--quiet"},
			Env: []string{checkedEnv + "=" + state}, Tree: true})
		if err != nil {
			return f, err
		}
		return f, errors.Join(f.expect("ferry import --check", 0), os.RemoveAll(state))
	}
	bare := func(int) (finished, error) {
		f, err := run(ctx, command{Path: b.self, Args: []string{"csv-bare", "-in", path}})
		if err != nil {
			return f, err
		}
		if n, err := strconv.Atoi(string(f.Stdout)); err != nil || n != rows+1 {
			return f, fmt.Errorf("encoding/csv counted %q of %d", f.Stdout, rows+1)
		}
		return f, nil
	}
	ours, theirs, err := inTurns(sheetFigureRounds, check, bare)
	if err != nil {
		return nil, err
	}
	return ratioLines(fmt.Sprintf("CSV of %d rows x %d checked", rows, len(customerColumns)),
		atLeast(leastOfBareCSV, "%.3f of bare encoding/csv's rows/s"), ours, theirs, true), os.Remove(path)
}

// csvBareMain is `bench csv-bare`: the yardstick.
func csvBareMain(_ context.Context, args []string, _ io.Reader, out io.Writer) error {
	in, _, err := sheetFlags("csv-bare", args)
	if err != nil {
		return err
	}
	f, err := os.Open(in)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	n := 0
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			_, err = fmt.Fprint(out, n)
			return err
		} else if err != nil {
			return err
		}
		n++
	}
}
