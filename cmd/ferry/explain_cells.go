package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"ferry/cmd/ferry/internal/intake"
	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/extract/stage"
)

// rowCell is one cell of a row, as it stands in the file and as it was read.
type rowCell struct {
	place  string // such as B4; "" the column has no place in the file
	column string
	cell   string // as it stands there
	read   string // as a record takes it
	wrong  string // why it was not read
}

// printCells shows the cells of a row. They are read from the file once more: what
// is held back is kept nowhere else. Where the file is not as it was, that is told.
func (x *rowExplainer) printCells(ctx context.Context, r *stage.ListedRow) error {
	s := x.app.screen
	cells, err := x.cells(ctx, r)
	if moved, ok := errors.AsType[*movedError](err); ok {
		s.value("\nIts cells cannot be shown: %v.\n", moved)
		s.emit(map[string]any{"event": "cells", "missing": moved.Error()})
		return nil
	}
	if err != nil {
		return err
	}
	var rows [][]string
	for _, c := range cells {
		read := c.read
		if read == c.cell {
			read = ""
		}
		if c.wrong != "" {
			read = c.wrong
		}
		rows = append(rows, []string{"  " + c.place, c.column, valueText(c.cell), read})
		s.emit(map[string]any{"event": "cell", "cell": c.place, "column": c.column, "text": c.cell, "read": c.read, "wrong": c.wrong})
	}
	s.value("\n")
	if !x.app.flags.JSON {
		s.asked([]string{"  cell", "column", "as it stands in the file", "read as"}, rows)
	}
	return nil
}

// movedError says that a file is not what was imported any more.
type movedError struct{ why string }

// Error says why.
func (e *movedError) Error() string { return e.why }

// cells reads the cells of a row from its file. The error is a *movedError where
// that is not there any more, or another.
func (x *rowExplainer) cells(ctx context.Context, r *stage.ListedRow) (cells []rowCell, err error) {
	f := &x.info.Files[r.File]
	if _, gone := os.Stat(f.Path); errors.Is(gone, fs.ErrNotExist) {
		return nil, &movedError{relative(f.Path) + " is not there any more"}
	}
	dir, err := x.app.scratch()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	book, err := sheet.Open(ctx, f.Path, sheet.Options{Child: x.app.reader, Dir: dir})
	if refused, ok := errors.AsType[*grid.Refusal](err); ok {
		return nil, &movedError{refused.Error()}
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	if book.File().SHA256 != f.SHA256 {
		return nil, &movedError{fmt.Sprintf("%s was changed since it was imported", relative(f.Path))}
	}
	_, err = book.Rows(ctx, f.Recipe, func(row *sheet.Row) error {
		if row.Number != r.Number || row.Sheet != r.Sheet {
			return nil
		}
		cells = cellsOf(f, row)
		return errEnough
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return cells, err
}

// cellsOf gives the cells of a row by the columns of its file; of a row that is no
// record all cells that hold something.
func cellsOf(f *intake.FileInfo, row *sheet.Row) (out []rowCell) {
	at := func(column int) string { return grid.Ref{Row: row.Number, Column: column}.String() }
	if row.Values == nil {
		for i := range row.Cells {
			if text := row.Cells[i].Text; text != "" {
				out = append(out, rowCell{place: at(i + 1), column: f.HeaderAt(row.Sheet, i+1), cell: text, read: text})
			}
		}
		return out
	}
	for i := range row.Values {
		c, v := &f.Recipe.Columns[i], &row.Values[i]
		one := rowCell{column: c.Name, cell: v.Text, read: v.Text}
		if place := row.Places[i]; place > 0 {
			one.place = at(place)
		}
		if v.Cell != nil && c.Take == "" {
			one.cell = v.Cell.Text
		}
		if v.Problem != nil {
			one.wrong = v.Problem.Why
		}
		if !c.Ours {
			out = append(out, one)
		}
	}
	return out
}
