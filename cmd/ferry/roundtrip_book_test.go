package main

import (
	"archive/zip"
	"io"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// tripSheet is the sheet with the rows.
const tripSheet = "Firms"

// bookPaper is a workbook that a person has open.
type bookPaper struct {
	t    *testing.T
	file *excelize.File
	top  int // rows above the header
	day  int // style of dates
}

// writeBook writes a person's workbook: above the header stand the lines of its title.
func writeBook(t *testing.T, path string, title, header []string, rows [][]cell) {
	t.Helper()
	b := &bookPaper{t: t, file: excelize.NewFile(), top: len(title)}
	require.NoError(t, b.file.SetSheetName("Sheet1", tripSheet))
	for i, line := range title {
		b.put(i-b.top, 0, cell{text: line})
	}
	for i, name := range header {
		b.put(0, i, cell{text: name})
	}
	for y, row := range rows {
		for x, c := range row {
			b.put(y+1, x, c)
		}
	}
	b.save(path)
}

func openBook(t *testing.T, path string, top int) *bookPaper {
	t.Helper()
	f, err := excelize.OpenFile(path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() }) // what it unpacked is in memory
	return &bookPaper{t: t, file: f, top: top}
}

func (b *bookPaper) table() [][]string {
	rows, err := b.file.GetRows(tripSheet)
	require.NoError(b.t, err)
	return rows[b.top:]
}

func (b *bookPaper) notes() map[[2]int]string {
	all, err := b.file.GetComments(tripSheet)
	require.NoError(b.t, err)
	out := map[[2]int]string{}
	for _, c := range all {
		x, y, err := excelize.CellNameToCoordinates(c.Cell)
		require.NoError(b.t, err)
		text := c.Text
		for _, run := range c.Paragraph {
			text += run.Text
		}
		out[[2]int{y - 1 - b.top, x - 1}] = text
	}
	return out
}

func (b *bookPaper) put(row, column int, c cell) {
	at := cellName(b.top+row, column)
	var err error
	switch c.kind {
	case cellNumber:
		n, bad := strconv.Atoi(c.text)
		require.NoError(b.t, bad)
		err = b.file.SetCellInt(tripSheet, at, int64(n))
	case cellDate:
		day, bad := time.Parse(time.DateOnly, c.text)
		require.NoError(b.t, bad)
		if b.day == 0 {
			b.day, bad = b.file.NewStyle(&excelize.Style{NumFmt: 14})
			require.NoError(b.t, bad)
		}
		err = b.file.SetCellValue(tripSheet, at, day)
		require.NoError(b.t, b.file.SetCellStyle(tripSheet, at, at, b.day))
	case cellError:
		err = b.file.SetCellFormula(tripSheet, at, errorFormula)
	default:
		if c.text == "" {
			err = b.file.SetCellValue(tripSheet, at, nil)
		} else {
			err = b.file.SetCellStr(tripSheet, at, c.text)
		}
	}
	require.NoError(b.t, err)
}

func (b *bookPaper) add(cells []cell) {
	end := len(b.table())
	for i, c := range cells {
		b.put(end, i, c)
	}
}

func (b *bookPaper) blank(before int) {
	require.NoError(b.t, b.file.InsertRows(tripSheet, b.top+before+1, 1))
}
func (b *bookPaper) remove(row int) { require.NoError(b.t, b.file.RemoveRow(tripSheet, b.top+row+1)) }

// stored is a cell as the file has it.
type stored struct {
	kind           excelize.CellType
	style          int
	value, formula string
}

func (b *bookPaper) order(rows []int) {
	width := len(b.table()[0])
	cells := make([][]stored, len(rows))
	for i, row := range rows {
		for x := range width {
			cells[i] = append(cells[i], b.stored(cellName(b.top+row, x)))
		}
	}
	for i := range rows {
		for x, c := range cells[i] {
			b.restore(cellName(b.top+i+1, x), c)
		}
	}
}

func (b *bookPaper) stored(at string) (s stored) {
	var err error
	s.kind, err = b.file.GetCellType(tripSheet, at)
	require.NoError(b.t, err)
	s.style, err = b.file.GetCellStyle(tripSheet, at)
	require.NoError(b.t, err)
	s.value, err = b.file.GetCellValue(tripSheet, at, excelize.Options{RawCellValue: true})
	require.NoError(b.t, err)
	s.formula, err = b.file.GetCellFormula(tripSheet, at)
	require.NoError(b.t, err)
	return s
}

func (b *bookPaper) restore(at string, s stored) {
	var err error
	switch {
	case s.formula != "":
		err = b.file.SetCellFormula(tripSheet, at, s.formula)
	case s.value == "":
		err = b.file.SetCellValue(tripSheet, at, nil)
	case s.kind == excelize.CellTypeSharedString || s.kind == excelize.CellTypeInlineString || s.kind == excelize.CellTypeFormula:
		err = b.file.SetCellStr(tripSheet, at, s.value)
	default:
		err = b.file.SetCellDefault(tripSheet, at, s.value)
	}
	require.NoError(b.t, err)
	require.NoError(b.t, b.file.SetCellStyle(tripSheet, at, at, s.style))
}

func (b *bookPaper) save(path string) {
	require.NoError(b.t, b.file.SaveAs(path))
	compute(b.t, path)
}

func cellName(row, column int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row+1)
	if err != nil {
		panic(err)
	}
	return name
}

// errorFormula makes the error cells: Excel would have computed it.
const errorFormula = "NA()"

var uncomputed = regexp.MustCompile(`<c r="([A-Z]+\d+)"([^>]*?)(?: t="\w+")?><f>NA\(\)</f>(?:<v>[^<]*</v>|<v/>)?</c>`)

// compute puts the results of formulas into a workbook, which excelize does not.
func compute(t *testing.T, path string) {
	t.Helper()
	in, err := zip.OpenReader(path)
	require.NoError(t, err)
	out, err := os.Create(path + ".part")
	require.NoError(t, err)
	w := zip.NewWriter(out)
	for _, f := range in.File {
		r, err := f.Open()
		require.NoError(t, err)
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
		to, err := w.Create(f.Name)
		require.NoError(t, err)
		_, err = to.Write(uncomputed.ReplaceAll(data, []byte(`<c r="$1"$2 t="e"><f>NA()</f><v>#N/A</v></c>`)))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, out.Close())
	require.NoError(t, in.Close())
	require.NoError(t, os.Rename(path+".part", path))
}
