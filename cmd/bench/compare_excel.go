package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/xuri/excelize/v2"
)

// comparedCells is what `bench compare-excel` prints.
type comparedCells struct {
	Rows    int    // below the header, in the first workbook
	Columns int    // of the header
	Differ  int    // cells that are not the same; all of a row that only one has
	First   string // where the first of them stands
}

// compareExcelMain is `bench compare-excel`: the first sheets of two workbooks
// must have equal headers and, in any order, equal rows, the time of staging
// apart. Rows are paired by their first cell, the id.
func compareExcelMain(ctx context.Context, args []string, _ io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("compare-excel", flag.ContinueOnError)
	a := flags.String("a", "", "a workbook")
	b := flags.String("b", "", "another")
	if err := flags.Parse(args); err != nil {
		return err
	}
	c := comparison{cells: map[string][]uint64{}}
	if err := eachRow(ctx, *a, c.keep); err != nil {
		return err
	}
	c.said.Rows, c.said.Columns = len(c.cells), len(c.header)
	if err := eachRow(ctx, *b, c.compare); err != nil {
		return err
	}
	for id := range c.cells {
		c.differ(len(c.header), "only one workbook has the id "+id)
	}
	return json.NewEncoder(out).Encode(c.said)
}

// eachRow calls fn with the cells of each row of the first sheet, as they are
// stored; row 0 is the header.
func eachRow(ctx context.Context, path string, fn func(row int, cells []string) error) (err error) {
	book, err := excelize.OpenFile(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for row := 0; rows.Next(); row++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return err
		}
		if err := fn(row, cells); err != nil {
			return fmt.Errorf("%s, row %d: %w", path, row+1, err)
		}
	}
	return rows.Error()
}

// comparison holds one workbook, as hashes, against another.
type comparison struct {
	header []string
	cells  map[string][]uint64 // by id; what both have is taken out
	said   comparedCells
}

// keep takes a row of the first workbook.
func (c *comparison) keep(row int, cells []string) error {
	if row == 0 {
		c.header = slices.Clone(cells)
		return nil
	}
	hashes := make([]uint64, len(c.header))
	for i := range c.header {
		hashes[i] = cellHash(at(cells, i))
	}
	id := at(cells, 0)
	if _, twice := c.cells[id]; twice {
		return fmt.Errorf("the id %s comes twice", id)
	}
	c.cells[id] = hashes
	return nil
}

// compare holds a row of the second workbook against the first.
func (c *comparison) compare(row int, cells []string) error {
	if row == 0 {
		if !slices.Equal(cells, c.header) {
			return fmt.Errorf("the headers differ: %q against %q", c.header, cells)
		}
		return nil
	}
	id := at(cells, 0)
	hashes, there := c.cells[id]
	if !there {
		c.differ(len(c.header), "only one workbook has the id "+id)
		return nil
	}
	delete(c.cells, id)
	for i, name := range c.header {
		if name != "_ferry_synced_at" && cellHash(at(cells, i)) != hashes[i] {
			c.differ(1, fmt.Sprintf("id %s, column %s: %q in the second", id, name, at(cells, i)))
		}
	}
	return nil
}

// differ counts cells and keeps what was said of the first.
func (c *comparison) differ(cells int, where string) {
	if c.said.Differ == 0 {
		c.said.First = where
	}
	c.said.Differ += cells
}

// at gives a cell; cells at the end of a row may be left out.
func at(cells []string, i int) string {
	if i < len(cells) {
		return cells[i]
	}
	return ""
}

// cellHash is equal for equal text, and for numbers with a fraction (places,
// dates) that agree in 13 digits: a date to the millisecond. A second of a day
// has either at most seven decimals or no end of them, so none is cut on its 5.
func cellHash(cell string) uint64 {
	if strings.Contains(cell, ".") {
		if v, err := strconv.ParseFloat(cell, 64); err == nil {
			cell = "about " + strconv.FormatFloat(v, 'g', 13, 64)
		}
	}
	return xxhash.Sum64String(cell)
}
