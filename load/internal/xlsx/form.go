package xlsx

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// FormColumn is a column of a form: a sheet that people fill in.
type FormColumn struct {
	Header string
	Note   string // shown at the header; "" none
	Width  float64
	Style  Style  // of every cell below the header
	List   string // name of a list (see List) that a drop-down offers; "" none
	Must   bool   // a new record needs it: its header stands out
}

// Form writes a sheet of headers over blank cells, down to the end of the sheet.
// Its drop-downs warn and never refuse.
func (b *Book) Form(name string, columns []FormColumn) error {
	if err := b.addSheet(name); err != nil {
		return err
	}
	for i := range columns {
		if err := b.formColumn(name, i+1, &columns[i]); err != nil {
			return fmt.Errorf("sheet %s, column %s: %w", name, columns[i].Header, err)
		}
	}
	freeze := &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}
	return b.file.SetPanes(name, freeze)
}

func (b *Book) formColumn(name string, number int, c *FormColumn) error {
	letter, err := excelize.ColumnNumberToName(number)
	if err != nil {
		return err
	}
	head := Head
	if c.Must {
		head = HeadMust
	}
	if err := firstError(
		b.file.SetColStyle(name, letter, b.styles[c.Style]),
		b.file.SetColWidth(name, letter, letter, c.Width),
		b.file.SetCellStr(name, letter+"1", Picture(c.Header)),
		b.file.SetCellStyle(name, letter+"1", letter+"1", b.styles[head])); err != nil {
		return err
	}
	if c.Note != "" {
		note := excelize.Comment{Cell: letter + "1", Author: "Ferry", Text: Picture(c.Note), Width: 320, Height: 120}
		if err := b.file.AddComment(name, note); err != nil {
			return err
		}
	}
	if where := b.lists[c.List]; where != "" {
		drop := excelize.NewDataValidation(true)
		drop.SetSqref(fmt.Sprintf("%s2:%s%d", letter, letter, excelize.TotalRows))
		drop.SetSqrefDropList(where)
		drop.SetError(excelize.DataValidationErrorStyleWarning, "Not in the list", "The account does not have this value. Keep it all the same?")
		return b.file.AddDataValidation(name, drop)
	}
	return nil
}

// Hidden writes a sheet of texts that only a program can show.
func (b *Book) Hidden(name string, rows [][]string) error {
	if err := b.addSheet(name); err != nil {
		return err
	}
	for i, row := range rows {
		for j, text := range row {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			if err := b.file.SetCellStr(name, at, Picture(text)); err != nil {
				return err
			}
		}
	}
	return b.file.SetSheetVisible(name, false, true)
}
