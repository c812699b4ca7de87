package stage

import (
	"context"
	"encoding/binary"
	"errors"
	"hash"
	"slices"
)

// packsAtOnce is how many packs are written in one commit.
const packsAtOnce = 32

// errDraftGone says that another BeginPlan took the place of a draft.
var errDraftGone = errors.New("the plan being written was thrown away: another was begun meanwhile")

// packWriter makes packs of sorted items of one entry.
type packWriter struct {
	d     *PlanDraft
	entry int
	run   int
	hash  hash.Hash // of a plan being published; nil else
	now   packRow
	body  []byte
	full  []packRow
	line  []byte
}

// packRow is one pack on its way into the file.
type packRow struct {
	first, bins, index, body []byte
	size                     int
	why                      []whyRow
}

type whyRow struct {
	pos int
	why []byte
}

func (w *packWriter) add(ctx context.Context, it *packed) error {
	p := &w.now
	if len(p.bins) == packItems || len(p.bins) > 0 && len(w.body)+len(it.body) > packBytes {
		if err := w.pack(ctx); err != nil {
			return err
		}
	}
	if len(p.bins) == 0 {
		p.first = slices.Clone(it.order)
		p.bins, p.index = make([]byte, 0, packItems), append(make([]byte, 0, packItems*24), packVersion)
	}
	start := len(p.index)
	p.index = appendIndex(p.index, it)
	if w.hash != nil {
		w.line = binary.AppendUvarint(w.line[:0], uint64(w.entry))
		w.line = append(w.line, p.index[start:]...)
		w.line = append(w.line, it.body...)
		w.hash.Write(w.line) // never fails
	}
	if it.why != nil {
		p.why = append(p.why, whyRow{len(p.bins), it.why})
	}
	p.bins = append(p.bins, byte(it.bin))
	w.body = append(w.body, it.body...)
	return nil
}

// pack ends the pack being made.
func (w *packWriter) pack(ctx context.Context) (err error) {
	if len(w.now.bins) == 0 {
		return nil
	}
	w.now.size = len(w.body)
	if w.now.body, err = w.d.s.writer.packer.pack(w.body); err != nil {
		return err
	}
	w.full = append(w.full, w.now)
	w.now, w.body = packRow{}, w.body[:0]
	if len(w.full) < packsAtOnce {
		return nil
	}
	return w.write(ctx)
}

// end writes all that is left.
func (w *packWriter) end(ctx context.Context) error {
	if err := w.pack(ctx); err != nil {
		return err
	}
	return w.write(ctx)
}

func (w *packWriter) write(ctx context.Context) error {
	if len(w.full) == 0 {
		return nil
	}
	err := w.d.s.write(ctx, func(t *tx) error {
		var there bool
		if err := t.row("SELECT EXISTS (SELECT 1 FROM plan WHERE id = ? AND hash IS NULL)", w.d.id).Scan(&there); err != nil {
			return err
		}
		if !there {
			return errDraftGone
		}
		for i := range w.full {
			if err := t.insertPack(w.d.ids[w.entry], w.run, &w.full[i]); err != nil {
				return err
			}
		}
		return nil
	})
	clear(w.full)
	w.full = w.full[:0]
	return err
}

func (t *tx) insertPack(entry int64, run int, p *packRow) error {
	res, err := t.execResult("INSERT INTO plan_pack (entry, run, first, bins) VALUES (?, ?, ?, ?)", entry, run, p.first, p.bins)
	if err != nil {
		return err
	}
	id, err := res.LastInsertId()
	if err != nil {
		return err
	}
	if err := t.exec("INSERT INTO plan_body (pack, size, idx, body) VALUES (?, ?, ?, ?)", id, p.size, p.index, p.body); err != nil {
		return err
	}
	for part := range slices.Chunk(p.why, maxRows) {
		args := t.args[:0]
		for _, w := range part {
			args = append(args, id, w.pos, w.why)
		}
		t.args = args
		if err := t.exec("INSERT INTO plan_why (pack, pos, why) VALUES "+repeat("(?, ?, ?)", len(part)), args...); err != nil {
			return err
		}
	}
	return nil
}
