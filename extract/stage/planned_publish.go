package stage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strconv"
)

// Publish makes the plan visible in one commit and gives it back with its ID, its
// Hash and State waiting; older waiting plans of the kind are superseded. The hash
// is the SHA-256 of kind, accounts, generation, entries, what the plan rests on,
// and of every item its entry, key, action, target and note in the items' order:
// it does not depend on ids, runs or times, nor on the order of Put. After an error
// the draft is of no use.
func (d *PlanDraft) Publish(ctx context.Context, p Plan) (Plan, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.usable(); err != nil {
		return Plan{}, err
	}
	if !slices.Equal(p.Entries, d.entries) {
		return Plan{}, errors.New("stage: publish a plan: its entries are not those it was begun with")
	}
	sum := sha256.New()
	writePlanHead(sum, &p)
	if d.failed = d.writeItems(ctx, sum); d.failed != nil {
		return Plan{}, d.failed
	}
	p.ID, p.Hash, p.State = d.id, hex.EncodeToString(sum.Sum(nil)), PlanWaiting
	d.failed = d.s.write(ctx, func(t *tx) error { return d.publish(t, &p) })
	if d.failed != nil {
		return Plan{}, d.failed
	}
	d.closed, d.items, d.slab = true, nil, nil
	p, _, err := d.s.Plan(ctx, d.id)
	return p, err
}

func (d *PlanDraft) publish(t *tx, p *Plan) error {
	if err := t.dropPacks(d.id, 1); err != nil {
		return err
	}
	if err := t.exec("UPDATE plan SET state = ? WHERE kind = ? AND state = ? AND hash IS NOT NULL",
		string(PlanSuperseded), string(p.Kind), string(PlanWaiting)); err != nil {
		return err
	}
	res, err := t.execResult("UPDATE plan SET kind = ?, run = ?, undoes = ?, made = ?, hash = ?, state = ?, source = ?, target = ?, generation = ?, rests = ?, summary = ?"+
		" WHERE id = ? AND hash IS NULL", string(p.Kind), p.Run, p.Undoes, micros(p.Made), p.Hash, string(p.State),
		p.Source, p.Target, p.Generation, p.Rests, p.Summary, d.id)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, errDraftGone)
	}
	return nil
}

// writePlanHead writes what comes before the items: each text with its length.
func writePlanHead(sum hash.Hash, p *Plan) {
	texts := []string{"ferry plan 1", string(p.Kind), p.Source, p.Target, strconv.FormatInt(p.Generation, 10), string(p.Rests), strconv.Itoa(len(p.Entries))}
	for _, e := range p.Entries {
		texts = append(texts, e.Name, e.Side.Account, e.Side.Source, e.Side.Part, e.Side.Target, e.Side.Stream, strconv.FormatUint(e.Hash, 16))
	}
	var b []byte
	for _, text := range texts {
		b = appendText(b, text)
	}
	sum.Write(b) // never fails
}

// writeItems writes all items in their order.
func (d *PlanDraft) writeItems(ctx context.Context, sum hash.Hash) error {
	for entry := range d.items {
		src, err := d.merged(ctx, entry)
		if err != nil {
			return err
		}
		w := &packWriter{d: d, entry: entry, hash: sum}
		var last []byte
		for {
			it, err := src.next(ctx)
			if err != nil {
				return err
			}
			if it == nil {
				break
			}
			if bytes.Equal(last, it.order) {
				key, _ := orderedKey(it.order) // it was made here
				return fmt.Errorf("stage: publish a plan: item %s of %s was put twice", key, d.entries[entry].Name)
			}
			last = append(last[:0], it.order...)
			if err := w.add(ctx, it); err != nil {
				return err
			}
		}
		if err := w.end(ctx); err != nil {
			return err
		}
		sum.Write(binary.AppendUvarint(nil, uint64(len(d.items)))) // an entry that is none: here this one ends
	}
	return nil
}
