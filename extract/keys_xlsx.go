package extract

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"ferry/extract/connector"
	"ferry/extract/strictyaml"
)

// The most that a workbook of keys may unpack to: in all, and of one part in
// memory (larger ones go through a file).
const (
	maxWorkbook     = 1 << 30
	maxWorkbookPart = 16 << 20
)

// readKeyWorkbook reads keys from a sheet of a workbook, the first unless one is
// named. The first row holds the names of the columns. Cells are taken as they
// are stored, not as they are shown; rows that Excel hides count as well.
func readKeyWorkbook(ctx context.Context, s *connector.Stream, from KeySource, fail keyFileFailure) (list *keyList, err error) {
	if err := soundWorkbook(ctx, from.File); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, damagedWorkbook(fail, err)
	}
	book, err := excelize.OpenFile(from.File, excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxWorkbook, UnzipXMLSizeLimit: maxWorkbookPart,
	})
	if err != nil {
		return nil, damagedWorkbook(fail, err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	sheet, err := sheetOf(book, from.Sheet, fail)
	if err != nil {
		return nil, err
	}
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil, damagedWorkbook(fail, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	w := keySheet{ctx: ctx, rows: rows, fail: fail, sheet: sheet}
	return w.read(s, from.Column)
}

func damagedWorkbook(fail keyFileFailure, err error) error {
	e := fail.at("", "the workbook is damaged or incomplete: "+err.Error(), "open it in Excel and save it again as .xlsx")
	e.Err = err
	return e
}

func sheetOf(book *excelize.File, want string, fail keyFileFailure) (string, error) {
	sheets := book.GetSheetList()
	switch {
	case len(sheets) == 0:
		return "", fail.at("", "the workbook has no sheet", "save it again as .xlsx")
	case want == "":
		return sheets[0], nil
	}
	i := slices.IndexFunc(sheets, func(s string) bool { return strings.EqualFold(s, want) })
	if i < 0 {
		return "", fail.at("", fmt.Sprintf("there is no sheet %q", want), strictyaml.Suggest(want, sheets))
	}
	return sheets[i], nil
}

// keySheet walks the rows of one sheet.
type keySheet struct {
	ctx   context.Context
	rows  *excelize.Rows
	fail  keyFileFailure
	sheet string
}

func (w keySheet) read(s *connector.Stream, column string) (*keyList, error) {
	list := newKeyList("row")
	at, header := -1, 0
	for number := 1; w.rows.Next(); number++ {
		if w.ctx.Err() != nil {
			return nil, w.ctx.Err()
		}
		cells, err := w.rows.Columns()
		if err != nil {
			return nil, damagedWorkbook(w.fail, err)
		}
		if blankRow(cells) {
			continue // formatted rows without a value are no rows
		}
		if header == 0 {
			header = number
			var what, do string
			if at, what, do = columnOf(named(cells), s, column); what != "" {
				return nil, w.fail.at(fmt.Sprintf("%s!%d", w.sheet, number), what, do)
			}
			continue
		}
		cell := ""
		if at < len(cells) {
			cell = cells[at]
		}
		if err := w.add(list, cell, at, number); err != nil {
			return nil, err
		}
	}
	if err := w.rows.Error(); err != nil {
		return nil, damagedWorkbook(w.fail, err)
	}
	if header == 0 {
		return nil, w.fail.at(w.sheet, "the sheet is empty", "write a column name and the keys below it, or name another sheet")
	}
	return list, nil
}

func (w keySheet) add(list *keyList, cell string, column, row int) error {
	if slices.Contains(cellErrors, cell) {
		return w.fail.at(w.cell(column, row), "the cell holds the error "+cell, "mend its formula, or leave the cell empty")
	}
	if err := list.add(wholeNumber(cell), row); err != nil {
		return w.fail.dotted(w.cell(column, row))
	}
	return nil
}

func (w keySheet) cell(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		name = fmt.Sprintf("row %d", row)
	}
	return w.sheet + "!" + name
}

// cellErrors are what Excel stores where a formula failed.
var cellErrors = []string{"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"}

func blankRow(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return trimmed(c) != "" })
}

// named drops cells without text behind the last name, which only carry a format.
func named(header []string) []string {
	for len(header) > 1 && trimmed(header[len(header)-1]) == "" {
		header = header[:len(header)-1]
	}
	return header
}

// wholeNumber writes a number that is stored as 1.7193881967E10 in digits; any
// other text comes back as it is.
func wholeNumber(cell string) string {
	mantissa, power, found := strings.Cut(strings.ToUpper(cell), "E")
	if !found || strings.Trim(mantissa, "0123456789.") != "" || mantissa == "" || len(power) > 3 || strings.Trim(power, "+0123456789") != "" {
		return cell
	}
	number, ok := new(big.Rat).SetString(cell)
	if !ok || !number.IsInt() {
		return cell
	}
	return number.Num().String()
}
