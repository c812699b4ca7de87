package workbook

import (
	"context"
	"io"

	"ferry/extract/sheet/grid"
)

// Look says what else is wanted of a sheet beside its values.
type Look struct {
	Fills  bool // Cell.Fill; blank cells that have a fill are then kept at the end of a row
	Second bool // Tail.Second: the rows are counted a second way, at the same time
}

// Reader is an open workbook. Its sheets may be read one after another, as often
// as wanted; it is not safe for several goroutines.
type Reader struct {
	parts  *parts
	book   *book
	styles []style
	infos  []grid.Info
	facts  []grid.Fact
	texts  *shared // nil until a cell needs it
}

// Open reads all of a workbook but its rows. An error is a *grid.Refusal, that of
// ctx, or one of r.
func Open(ctx context.Context, r io.ReaderAt, size int64, l grid.Limits) (*Reader, error) {
	p, err := openParts(r, size, l)
	if err != nil {
		return nil, err
	}
	w := &Reader{parts: p}
	if w.book, err = readBook(ctx, p); err != nil {
		return nil, err
	}
	w.styles, err = readStyles(ctx, p, one(w.book.relations, "styles"), one(w.book.relations, "theme"))
	if err != nil {
		return nil, err
	}
	for _, t := range w.book.sheets {
		w.infos = append(w.infos, t.Info)
	}
	w.facts = w.book.tell(ctx, p)
	return w, nil
}

// Sheets are those of the workbook, in the order of its tabs. Only sheets of the
// kind Worksheet have rows.
func (r *Reader) Sheets() []grid.Info { return r.infos }

// Facts are what is to be said of the workbook as a whole, and of its sheets
// before their rows are read.
func (r *Reader) Facts() []grid.Fact { return r.facts }

// text gives a shared string.
func (r *Reader) text(ctx context.Context, i int) (text string, marks byte, ok bool, err error) {
	if r.texts == nil {
		if err := r.readTexts(ctx); err != nil {
			return "", 0, false, err
		}
	}
	return r.texts.get(i)
}

func (r *Reader) readTexts(ctx context.Context) (err error) {
	name := one(r.book.relations, "sharedStrings")
	if !r.parts.has(name) {
		r.texts = &shared{}
		return nil
	}
	r.texts, err = readShared(ctx, r.parts, name)
	return err
}

// Close gives up what the reader holds, also on disk.
func (r *Reader) Close() error { return r.texts.close() }
