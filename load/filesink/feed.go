package filesink

import (
	"context"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// unitRows is how many records one worker takes at a time. It is fixed, so that
// equal records give equal files, however the stage cut them into chunks.
const unitRows = 1024

// unit is a run of records given to one worker.
type unit struct {
	seq   int // 0, 1, 2..
	first int // place of its first record in the table
	rows  int
	spans []span
}

// span is a part of a batch. A batch that lies on the border of two units is
// decoded for both.
type span struct {
	batch    *Batch
	from, to int
}

// cut reads a source and gives its records to fn in units of unitRows; the last
// is shorter.
func cut(ctx context.Context, rows Source, fn func(unit) error) error {
	u := unit{}
	give := func() error {
		if u.rows == 0 {
			return nil
		}
		err := fn(u)
		u = unit{seq: u.seq + 1, first: u.first + u.rows}
		return err
	}
	err := rows(ctx, func(b Batch) error {
		for from := 0; from < b.Rows; {
			take := min(b.Rows-from, unitRows-u.rows)
			u.spans = append(u.spans, span{batch: &b, from: from, to: from + take})
			u.rows += take
			from += take
			if u.rows == unitRows {
				if err := give(); err != nil {
					return err
				}
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	return give()
}

// reader decodes units for one worker. It keeps the batch it decoded last,
// since a large one (a whole list in one answer) spans many units.
type reader struct {
	dec    *stage.Decoder
	last   *Batch
	staged []record.Staged // of last
}

func newReader() *reader { return &reader{dec: stage.NewDecoder()} }

// each calls fn with every record of the unit in its order.
func (r *reader) each(ctx context.Context, u unit, fn func(*record.Staged) error) error {
	for _, s := range u.spans {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.decode(s.batch); err != nil {
			return err
		}
		for i := s.from; i < s.to; i++ {
			if err := fn(&r.staged[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reader) decode(b *Batch) error {
	if r.last == b {
		return nil
	}
	r.last = nil
	staged, err := b.Decode(r.dec)
	if err != nil {
		return err
	}
	if len(staged) != b.Rows {
		return &MiscountError{Want: b.Rows, Got: len(staged)}
	}
	r.last, r.staged = b, staged
	return nil
}
