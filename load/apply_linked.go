package load

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// A matched record that is as it is wanted is not written, but from then on it is
// Ferry's as far as it agrees: what was wanted and what the target had are kept as
// if they had been written, by no run. Else the first edit of people in the target
// would look like an old value, and be overwritten.

// linked is a planned record that was matched and stays as it is.
type linked struct {
	key, target record.Key
	found       map[string]record.Key // see Note
}

// Records are looked at so many at once: with the target's in memory. Up to a few
// are asked for one by one, more by walking through all.
const (
	linkedAtOnce = 20_000
	fewLinked    = 100
)

// leaves tells whether the plan links a record that it does not change. Of one
// that another source record stands for nothing was compared.
func (n *Note) leaves(it *stage.Item) bool {
	return it.Action == stage.ActUnchanged && n.Match != nil && it.Target != "" &&
		!(len(n.Match.By) == 1 && strings.HasPrefix(n.Match.By[0], standsFor))
}

// standsFor begins the evidence of records that the mapping makes one.
const standsFor = "duplicates: "

// keep notes what matched records are like, those that are linked now and of which
// nothing is known yet.
func (s *surveyor) keep(e *entry, list []linked) error {
	st, fresh := s.r.cfg.Stage, map[record.Key]*linked{}
	for i := range list {
		l := &list[i]
		link, ok, err := st.Link(s.ctx, e.side, l.key)
		if err != nil {
			return err
		}
		if !ok || link.Target != l.target {
			continue
		}
		_, known, err := st.Written(s.ctx, e.side, l.key)
		if err != nil {
			return err
		}
		if !known {
			fresh[l.key] = l
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	there, err := s.targets(e, fresh)
	if err != nil {
		return err
	}
	var written []stage.Written
	err = s.eachMapped(e, fresh, func(l *linked, mapped json.RawMessage) error {
		now, ok := there[l.target]
		if !ok {
			return nil
		}
		links := &linkReader{r: s.r, ctx: s.ctx}
		want, _ := Resolve(mapped, e.rules, Settled{Link: links.ref, Found: l.found, Decided: s.r.cfg.Decisions.OfEntry(e.name)})
		if links.err != nil {
			return links.err
		}
		whole := wholeRecord(now)
		sent := slices.Clone(e.agreed(want, whole, true)) // it may be the mapped record itself
		written = append(written, stage.Written{Key: l.key, Sent: sent, Back: whole, At: now.SyncedAt})
		if len(written) < linksAtOnce {
			return nil
		}
		err := st.PutWritten(s.ctx, e.side, written)
		written = written[:0]
		return err
	})
	return errors.Join(err, st.PutWritten(s.ctx, e.side, written))
}

// targets are the target's records of matched ones, as they were read last.
func (s *surveyor) targets(e *entry, list map[record.Key]*linked) (map[record.Key]record.Staged, error) {
	there := make(map[record.Key]record.Staged, len(list))
	for _, l := range list {
		there[l.target] = record.Staged{}
		if len(list) > fewLinked {
			continue
		}
		rec, _, ok, err := s.r.cfg.Stage.Record(s.ctx, s.r.cfg.Target.ID, e.side.Stream, l.target)
		if err != nil {
			return nil, err
		}
		if there[l.target] = rec; !ok || rec.Deleted {
			delete(there, l.target)
		}
	}
	if len(list) <= fewLinked {
		return there, nil
	}
	err := eachStaged(s.ctx, s.r.cfg.Stage, s.r.cfg.Target.ID, e.side.Stream, func(rec record.Staged) error {
		if _, wanted := there[rec.Key]; wanted && !rec.Deleted {
			rec.Raw, rec.Detail = slices.Clone(rec.Raw), slices.Clone(rec.Detail)
			there[rec.Key] = rec
		}
		return nil
	})
	for key, rec := range there {
		if len(rec.Raw) == 0 {
			delete(there, key)
		}
	}
	return there, err
}

// eachMapped gives the mapped records of matched ones. They are valid until fn
// returns.
func (s *surveyor) eachMapped(e *entry, list map[record.Key]*linked, fn func(*linked, json.RawMessage) error) error {
	st := s.r.cfg.Stage
	if len(list) > fewLinked {
		return st.Mapped(s.ctx, s.r.gen, e.mapped, stage.MappedQuery{Bins: []stage.Bin{stage.BinMapped}}, func(row *stage.MappedRow) error {
			if l := list[row.Key]; l != nil {
				return fn(l, row.JSON)
			}
			return nil
		})
	}
	rows, err := st.MappedRecords(s.ctx, s.r.gen, e.mapped, slices.Collect(maps.Keys(list))...)
	if err != nil {
		return err
	}
	for key, row := range rows {
		if err := fn(list[key], row.JSON); err != nil {
			return err
		}
	}
	return nil
}

// agreed is what is wanted of a record without the fields that it has otherwise.
// Of fields that the target never shows nothing is known, and they stay; absent
// says whether those stay too that this reading lacks.
func (e *entry) agreed(want, now json.RawMessage, absent bool) json.RawMessage {
	same := want
	e.same.parsed(want, now, func(w, n *fastjson.Value) {
		e.same.walk(w, n, func(l *leaf) bool {
			switch {
			case !l.shown(), l.absent && absent, l.same():
			default:
				same = putField(same, e.stepsOf(l.path()), nil)
			}
			return true
		})
	})
	return same
}

// keepAgreed notes what a record is like that turned out to be as it is wanted:
// what the plan wrote of it, had its answer been lost, as if that had come. What a
// write of another plan gave back stays: the undo of its run compares with that.
func (r *runner) keepAgreed(ctx context.Context, u *unit, now json.RawMessage) error {
	before, known, err := r.cfg.Stage.Written(ctx, u.e.side, u.item.Key)
	if err != nil || known && (!u.done || before.Run == u.run) {
		return err
	}
	w := stage.Written{Key: u.item.Key, Sent: u.agreed, Back: now, At: r.cfg.Now()}
	if u.done {
		if len(u.back) == 0 {
			u.back = now
		}
		w = r.writtenOf(ctx, u)
	}
	return r.cfg.Stage.PutWritten(context.WithoutCancel(ctx), u.e.side, []stage.Written{w})
}
