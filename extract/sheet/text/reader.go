package text

import (
	"bytes"
	"context"
	"unicode/utf8"

	"ferry/extract/sheet/grid"
)

// Reader reads one text file.
type Reader struct {
	source source
	facts  []grid.Fact
	asks   []grid.Question
}

// Dialect gives how the file is written.
func (r *Reader) Dialect() Dialect { return r.source.dialect }

// Facts gives what a person is told about the file.
func (r *Reader) Facts() []grid.Fact { return r.facts }

// Questions gives what the file does not prove: its encoding under the ID
// "encoding", its delimiter under "delimiter".
func (r *Reader) Questions() []grid.Question { return r.asks }

// Sheets gives the one sheet that a text file is; it has no name.
func (r *Reader) Sheets() []grid.Info { return []grid.Info{{Bytes: r.source.size}} }

// Close gives back what the reader holds.
func (r *Reader) Close() error { return nil }

// Rows gives each record of the file, blank lines and comments too, in order; the
// line sep= is none. A row with a Fault has what could be read of it. The row is
// reused, its strings are not. There is one sheet, 0. The error is that of fn or ctx, or a
// *grid.Refusal.
func (r *Reader) Rows(ctx context.Context, _ int, fn func(*grid.Row) error) (grid.Tail, error) {
	tail := grid.Tail{Second: -1, SecondWhy: "a text file has no second list of its rows"}
	w := rower{source: &r.source, fn: fn, tail: &tail}
	err := r.source.scan(ctx, 0, w.batch)
	return tail, err
}

// rower makes rows of batches.
type rower struct {
	source *source
	fn     func(*grid.Row) error
	tail   *grid.Tail
	row    grid.Row
}

// batch makes one string of the batch and cuts cells from it.
func (w *rower) batch(sc *scanner, b *batch) error {
	from, to := b.records[0].from, b.records[len(b.records)-1].to
	part := b.buf[from:to]
	suspect := !utf8.Valid(part) || bytes.IndexByte(part, 0) >= 0
	if suspect {
		findNUL(b)
	}
	for i := range b.spans {
		if c := &b.spans[i]; c.flags&escaped != 0 {
			c.end = c.start + int32(len(sc.unescape(b.buf[c.start:c.end])))
		}
	}
	text := string(part)
	for i := range b.records {
		rec := &b.records[i]
		end := len(b.spans)
		if i+1 < len(b.records) {
			end = b.records[i+1].first
		}
		if w.tail.Rows++; w.tail.Rows > w.source.limits.Rows {
			return w.source.tooMany()
		}
		w.cells(text, from, b.spans[rec.first:end])
		w.row.Number, w.row.Line, w.row.Fault = rec.line, rec.last, rec.fault
		if suspect {
			w.mark(b, rec)
		}
		if n := len(w.row.Cells); n > 0 {
			w.tail.Last = rec.line
			w.tail.Columns = max(w.tail.Columns, n)
		}
		if err := w.fn(&w.row); err != nil {
			return err
		}
	}
	return nil
}

// cells cuts the cells of a record from the text of its batch, which begins at
// from of the buffer.
func (w *rower) cells(text string, from int, spans []span) {
	w.row.Fields = len(spans)
	if len(spans) == 1 && spans[0].start == spans[0].end && spans[0].flags == 0 {
		w.row.Fields = 0
	}
	if cap(w.row.Cells) < len(spans) {
		w.row.Cells = make([]grid.Cell, len(spans), 2*len(spans))
	}
	cells := w.row.Cells[:len(spans)]
	used := 0
	for i := range spans {
		s := &spans[i]
		value := text[int(s.start)-from : int(s.end)-from]
		c := &cells[i]
		c.Kind, c.Flags, c.Raw, c.Text, c.Format, c.Fill = grid.Text, 0, value, value, "", ""
		if s.flags&quoted != 0 {
			c.Flags = grid.Quoted
		}
		switch {
		case value == "":
			c.Kind = grid.Blank
			continue
		case grid.IsError(value):
			c.Kind = grid.Error
		}
		used = i + 1
	}
	w.row.Cells = cells[:used]
}
