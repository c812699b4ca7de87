package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

const (
	excelRows   = 200_000 // of a million plain excelize alone takes half a minute a turn
	excelSmall  = 20_000
	mostOfExcel = 1.0
)

// measureExcel publishes a workbook in turns with plain excelize streaming the
// same cells. Names are plain there: a text longer than a cell would be cut by
// excelize and not by ferry, so the cells would not be the same.
func measureExcel(ctx context.Context, b *bench) ([]line, error) {
	s, err := b.staged(ctx, b.pick(excelRows, excelSmall), true)
	if err != nil {
		return nil, err
	}
	_, first, err := s.publish(ctx, "excel")
	if err != nil {
		return nil, err
	}
	like, plain := filepath.Join(s.dir, "like.xlsx"), filepath.Join(s.dir, "plain.xlsx")
	if err := errors.Join(os.RemoveAll(like), os.Rename(published(first, "excel"), like)); err != nil {
		return nil, err
	}
	ours, theirs, err := inTurns(3, func(int) (finished, error) {
		f, _, err := s.publish(ctx, "excel")
		return f, err
	}, func(int) (finished, error) { return s.plainExcel(ctx, like, plain) })
	if err != nil {
		return nil, err
	}
	own := func(f finished) float64 { return seconds(f.Wall()) }
	held := func(f finished) float64 { return f.PeakRSS }
	mine, yardstick := medianOf(ours, own), medianOf(theirs, own)
	what := fmt.Sprintf("%d staged customers to Excel", s.rows)
	lines := []line{
		measured(what, atMost(mostOfExcel, "%.3f of plain excelize's wall"), mine/yardstick,
			fmt.Sprintf("%.2f s against %.2f s, medians of %d; ferry %s, plain %s", mine, yardstick, len(ours),
				spread(ours, own, "%.2f"), spread(theirs, own, "%.2f"))),
		measured(what, atMost(medianOf(theirs, held), "%.0f MiB"), largest(ours, held), "the bound is plain excelize's median"),
		s.sameCells(ctx, what, like, plain),
	}
	return lines, errors.Join(os.Remove(like), os.Remove(plain), os.RemoveAll(filepath.Join(s.dir, "export-excel")))
}

// plainExcel runs the yardstick.
func (s staged) plainExcel(ctx context.Context, like, out string) (finished, error) {
	f, err := run(ctx, command{Path: s.b.self, Args: []string{"plain-excel", "-in", s.records, "-like", like, "-out", out}})
	if err != nil {
		return f, err
	}
	return f, f.expect("plain excelize", 0)
}

// equalCells is the bound of a comparison.
type equalCells struct{}

func (equalCells) String() string { return "both workbooks hold the same cells" }

// sameCells has excelize read both workbooks and compare them.
func (s staged) sameCells(ctx context.Context, what, like, plain string) line {
	f, err := run(ctx, command{Path: s.b.self, Args: []string{"compare-excel", "-a", like, "-b", plain}})
	if err != nil {
		return missing(what, equalCells{}, err.Error())
	}
	var said comparedCells
	if err := json.Unmarshal(f.Stdout, &said); err != nil {
		return missing(what, equalCells{}, fmt.Sprintf("the workbooks could not be compared (exit %d): %s", f.Exit, f.tail()))
	}
	return line{
		What: what, Must: equalCells{}.String(), Pass: f.Exit == 0 && said.Rows == s.rows && said.Differ == 0,
		Shown:  fmt.Sprintf("%d rows of %d columns, %d cells differ", said.Rows, said.Columns, said.Differ),
		Reason: said.First,
	}
}
