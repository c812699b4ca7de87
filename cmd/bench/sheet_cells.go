package main

import (
	"context"
	"encoding/gob"
	"errors"
	"flag"
	"io"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
)

// seenFile is what Ferry made of a file: it was refused, or its sheets were read.
type seenFile struct {
	Cause, Why, Do string // of a refusal
	Other          string // an error that is no refusal: Ferry's own fault
	Format         string
	Dialect        *sheet.Dialect // of a text file
	Sheets         []seenSheet
	Questions      int // asked by the first sheet's layout
	Facts          int
}

// seenSheet is one worksheet with all that is in it.
type seenSheet struct {
	Name   string
	Rows   int // that came
	Tally  sheet.Tally
	Cells  []seenCell
	Cause  string // the sheet was refused
	Why    string
	Bins   map[string]int // counted here
	Pivots int
}

// seenCell is one cell that is not blank, or that says something all the same.
type seenCell struct {
	Row, Column int // of a text file the record, from 1
	Kind        grid.Kind
	Flags       grid.Flag
	Raw, Text   string
}

// sheetCellsMain is `bench sheet-cells`: it reads a file as an import does, in a
// child process of ferry, and writes all that came as a gob.
func sheetCellsMain(ctx context.Context, args []string, _ io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("sheet-cells", flag.ContinueOnError)
	ferry := flags.String("ferry", "", "the binary whose child reads")
	if err := flags.Parse(args); err != nil {
		return err
	}
	f := seeFile(ctx, flags.Arg(0), *ferry)
	return gob.NewEncoder(out).Encode(f)
}

func seeFile(ctx context.Context, path, ferry string) (seen seenFile) {
	book, err := sheet.Open(ctx, path, sheet.Options{Child: []string{ferry, "sheet-reader"}})
	if err != nil {
		seen.refuse(err)
		return seen
	}
	defer book.Close()
	seen.Format = book.File().Format
	layout, err := book.Understand(ctx, sheet.Answers{})
	if err != nil {
		seen.refuse(err)
		return seen
	}
	seen.Questions, seen.Facts, seen.Dialect = len(layout.Questions), len(layout.Facts), layout.Recipe.Text
	for _, info := range layout.Sheets {
		if info.Kind == grid.Worksheet {
			s := seeSheet(ctx, book, info.Name, layout)
			s.Pivots = info.Pivots
			seen.Sheets = append(seen.Sheets, s)
		}
	}
	return seen
}

// seeSheet reads one sheet by the layout where it is the chosen one, else as it
// stands.
func seeSheet(ctx context.Context, book *sheet.Book, name string, layout *sheet.Layout) seenSheet {
	recipe := layout.Recipe
	if name != recipe.Sheet {
		recipe = sheet.Recipe{Sheet: name, Text: layout.Recipe.Text}
	}
	recipe.Also = nil
	s := seenSheet{Name: name, Bins: map[string]int{}}
	tally, err := book.Rows(ctx, &recipe, func(r *sheet.Row) error {
		s.Rows++
		s.Bins[string(r.Bin)]++
		number := r.Number
		if layout.Recipe.Text != nil { // a record may take several lines
			number = s.Rows
		}
		for i := range r.Cells {
			if c := &r.Cells[i]; c.Kind != grid.Blank || c.Flags != 0 {
				s.Cells = append(s.Cells, seenCell{number, i + 1, c.Kind, c.Flags, c.Raw, c.Text})
			}
		}
		return nil
	})
	s.Tally = tally
	if refusal, ok := errors.AsType[*grid.Refusal](err); ok {
		s.Cause, s.Why = string(refusal.Cause), refusal.Why
	} else if err != nil {
		s.Why = err.Error()
	}
	return s
}

func (s *seenFile) refuse(err error) {
	if refusal, ok := errors.AsType[*grid.Refusal](err); ok {
		s.Cause, s.Why, s.Do = string(refusal.Cause), refusal.Why, refusal.Do
		return
	}
	s.Other = err.Error()
}
