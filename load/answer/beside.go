package answer

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/load/internal/xlsx"
)

// Beside writes the answers into a workbook of their own, for a file that cannot
// carry them: each row by its sheet and number, what became of it and what to do.
// The file itself is not read. A mark says what the workbook is, so that it is not
// taken for a list of records when it is sent in.
func Beside(ctx context.Context, c Config) (done Done, err error) {
	s, err := surveyed(c.Rows)
	if err != nil {
		return Done{}, err
	}
	if same(c.Original, c.Out) {
		return Done{}, fmt.Errorf("%s: answers are never written over the file itself; give another name", filepath.Base(c.Out))
	}
	book, err := xlsx.New()
	if err != nil {
		return Done{}, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	if err := summaryOf(book, &c); err != nil {
		return Done{}, err
	}
	if err := answersOf(ctx, book, &c); err != nil {
		return Done{}, err
	}
	mark := c.Mark
	mark.Kind, mark.Version, mark.File = sheet.MarkBeside, sheet.MarkVersion, c.Name
	if err := book.Hidden(sheet.MarkSheet, mark.Rows()); err != nil {
		return Done{}, err
	}
	return Done{Path: c.Out, Rows: s.rows, Bad: s.bad, Notes: s.bad}, book.Save(c.Out)
}

func summaryOf(book *xlsx.Book, c *Config) error {
	s, err := book.Sheet(sheet.ResultSheet, xlsx.Column{Width: 30}, xlsx.Column{Width: 90})
	if err != nil {
		return err
	}
	if err := s.Row(xlsx.Cell{Value: "Result for " + c.Name, Style: xlsx.Title}); err != nil {
		return err
	}
	for _, l := range c.Summary {
		if err := s.Row(xlsx.Cell{Value: l.Label, Style: xlsx.Heading}, l.Text); err != nil {
			return err
		}
	}
	return s.End()
}

func answersOf(ctx context.Context, book *xlsx.Book, c *Config) error {
	record, names := "Row", newColumnNames(c)
	if c.Recipe.Turned {
		record = "Column"
	}
	s, err := book.Sheet("Rows", xlsx.Column{Name: "Sheet", Width: 20, Carry: true}, xlsx.Column{Name: record, Width: 9, Carry: true},
		xlsx.Column{Name: sheet.ColumnResult, Width: 16}, xlsx.Column{Name: "What is wrong", Width: 70},
		xlsx.Column{Name: sheet.ColumnToDo, Width: 60}, xlsx.Column{Name: sheet.ColumnOpen + c.Title, Width: 18})
	if err != nil {
		return err
	}
	err = c.Rows(func(r *Row) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		open := any(r.Open)
		if linkable(r.Open) {
			open = xlsx.Cell{Value: "Open", Style: xlsx.Linked, Link: r.Open}
		}
		number := any(r.Number)
		if c.Recipe.Turned {
			number = grid.Letters(r.Number)
		}
		return s.Row(r.Sheet, xlsx.Cell{Value: number}, r.Result, wrong(r, names), r.ToDo, open)
	})
	if err != nil {
		return err
	}
	return s.End()
}

// wrong says what is wrong with the cells of a row, one a line.
func wrong(r *Row, names *columnNames) string {
	var out strings.Builder
	for i, b := range r.Bad {
		if i > 0 {
			out.WriteByte('\n')
		}
		at := grid.Ref{Row: r.Number, Column: b.Column}
		if names.recipe.Turned {
			at.Row, at.Column = at.Column, at.Row
		}
		out.WriteString(at.String())
		if name := names.of(r.Sheet, b.Column); name != "" {
			out.WriteString(", " + name)
		}
		out.WriteString(": " + b.Note)
	}
	return out.String()
}
