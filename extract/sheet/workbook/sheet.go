package workbook

import (
	"context"
	"errors"

	"ferry/extract/sheet/grid"
)

// Rows gives every row element of a sheet, in the order of the file, also those
// with nothing in them. Numbers ascend in files of Excel; where they do not, the
// file decides, and a number that comes twice is a Row.Fault. The row is reused.
//
// An error is a *grid.Refusal with the sheet's name, that of fn, or of ctx. Rows
// may have been given before a sheet turns out not to be whole.
func (r *Reader) Rows(ctx context.Context, sheet int, look Look, fn func(*grid.Row) error) (grid.Tail, error) {
	t := &r.book.sheets[sheet]
	w := newWalk(ctx, r, t, look, fn)
	err := w.whole()
	if refused := (*grid.Refusal)(nil); errors.As(err, &refused) && refused.Sheet == "" {
		refused.Sheet = t.Name
	}
	return w.tail, err
}

// walk goes through one sheet.
type walk struct {
	*scanner
	reader *Reader
	tab    *tab
	look   Look
	fn     func(*grid.Row) error
	limits grid.Limits

	line   line
	tail   grid.Tail
	notes  notebook
	sights sights
}

func newWalk(ctx context.Context, r *Reader, t *tab, look Look, fn func(*grid.Row) error) *walk {
	w := &walk{reader: r, tab: t, look: look, fn: fn, limits: r.parts.limits, tail: grid.Tail{Second: -1}}
	w.scanner = &scanner{ctx: ctx}
	return w
}

// whole reads the part to its end, counts its rows the second way beside it, and
// compares.
func (w *walk) whole() error {
	if w.tab.Kind != grid.Worksheet {
		return &grid.Refusal{Cause: grid.NoSheet, Why: "this sheet is a chart or one of old macros: it has no rows", Do: "choose a sheet with rows"}
	}
	ctx, stop := context.WithCancel(w.ctx)
	defer stop()
	second := w.second(ctx)
	if err := w.read(); err != nil {
		return err
	}
	if err := w.beside(); err != nil {
		return err
	}
	w.tell()
	return w.compare(<-second)
}

func (w *walk) read() error {
	const what = "the sheet"
	in, err := w.reader.parts.open(w.tab.part)
	if err != nil {
		return refusal(err, what)
	}
	defer in.Close()
	w.scanner = newScanner(w.ctx, in)
	err = w.elements()
	var own *callerError
	if errors.As(err, &own) {
		return own.error
	}
	return refusal(err, what)
}

// callerError is an error of the function that gets the rows, not one of the part.
type callerError struct{ error }

// elements goes through the children of <worksheet> (CT_Worksheet, ECMA-376 Part
// 1, 18.3.1.99) and on to the end of the part.
func (w *walk) elements() error {
	if err := w.root(); err != nil {
		return err
	}
	for {
		tok, err := w.next()
		if err != nil || tok == tokEOF {
			return err
		}
		if tok != tokStart || w.depth() != 2 {
			continue
		}
		if err := w.element(); err != nil {
			return err
		}
	}
}

func (w *walk) root() error {
	for {
		tok, err := w.next()
		if err != nil {
			return err
		}
		if tok == tokStart {
			break
		}
	}
	if root := w.space.root(w.scanner); root != "worksheet" {
		return broken("the sheet is damaged: it is none of Excel's")
	}
	return nil
}

func (w *walk) element() error {
	local := w.space.local(w.scanner)
	switch string(local) {
	case "sheetData":
		return w.rows()
	case "cols":
		return w.children("col", w.column)
	case "mergeCells":
		return w.children("mergeCell", w.merge)
	case "hyperlinks":
		return w.children("hyperlink", w.hyperlink)
	case "dataValidations":
		return w.children("dataValidation", func() error { w.tail.Validations++; return nil })
	case "autoFilter":
		w.tail.Filter, _ = grid.ParseRange(w.value("ref"))
		return w.skip()
	case "":
		// Rows in a namespace that is not the sheet's must not be passed by.
		if _, name := splitName(w.name); string(name) == "sheetData" {
			return broken("its rows are written in a way that Excel does not know")
		}
	}
	return w.skip()
}

// children calls fn at each child of that name of the element that was opened last.
func (w *walk) children(name string, fn func() error) error {
	for depth := w.depth(); w.depth() >= depth; {
		tok, err := w.next()
		if err != nil {
			return err
		}
		if tok == tokStart && w.depth() == depth+1 && string(w.space.local(w.scanner)) == name {
			if err := fn(); err != nil {
				return err
			}
		}
	}
	return nil
}

// rows reads <sheetData>. What it holds beside rows is passed by where no row
// stands in it: some writers put the filter there.
func (w *walk) rows() error {
	for depth := w.depth(); w.depth() >= depth; {
		tok, err := w.next()
		if err != nil {
			return err
		}
		if tok != tokStart {
			continue
		}
		switch string(w.space.local(w.scanner)) {
		case "row":
			err = w.row()
		case "autoFilter":
			w.tail.Filter, _ = grid.ParseRange(w.value("ref"))
			err = w.skip()
		case "extLst":
			err = w.skip()
		default:
			err = w.noRows()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// noRows passes by the element that was opened last, and refuses it where it is a
// row, or holds rows or cells, under whatever prefix.
func (w *walk) noRows() error {
	for depth := w.depth(); ; {
		switch _, name := splitName(w.name); string(name) {
		case "row", "c":
			return broken("it holds rows beside the usual ones, in a way that Ferry does not know")
		}
		for {
			tok, err := w.next()
			if err != nil {
				return err
			}
			if w.depth() < depth {
				return nil
			}
			if tok == tokStart {
				break
			}
		}
	}
}
