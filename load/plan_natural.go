package load

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/valyala/fastjson"

	"ferry/extract/api"
	"ferry/extract/connector"
)

// Where the target has one call that creates and updates, a creation overwrites
// the record that has the same natural key, whoever made it. Such keys are looked
// up whatever the mapping matches by: a record that is there is compared, and what
// becomes of each of its fields is shown.

// naturalFields names the fields by which the target itself finds the record that
// a creation is about, as far as the mapping writes them.
func naturalFields(st *connector.Stream, rules *Rules) (names []string) {
	w := st.Writes
	if w == nil || w.Create != nil || w.Upsert == nil {
		return nil
	}
	for _, by := range w.Upsert.By {
		if slices.ContainsFunc(rules.Fields, func(f Field) bool { return f.Dotted() == by }) {
			names = append(names, by)
		}
	}
	return names
}

// addNatural adds the groups of the natural keys behind those of the mapping.
func (e *plannedEntry) addNatural() {
	for _, name := range naturalFields(e.st, e.rules) {
		at := slices.IndexFunc(e.groups, func(g *matchGroup) bool { return len(g.fields) == 1 && g.fields[0] == name })
		if at < 0 {
			at = len(e.groups)
			e.groups = append(e.groups, e.target.group([]string{name}))
		}
		e.natural = append(e.natural, at)
	}
}

// taken finds the target record that a creation which a person decided would
// overwrite.
func (m *matcher) taken(ctx context.Context, row uint32, v *fastjson.Value) error {
	e := m.e
	for _, i := range e.natural {
		if sum := m.sums[int(row)*len(e.groups)+i]; e.target.listed && sum != 0 {
			for _, found := range e.groups[i].index.find(sum) {
				if e.target.flags[found.row]&flagGone == 0 {
					e.how[row], e.by[row], e.hit[row] = howTaken, uint8(i), found.row
					return nil
				}
			}
			continue
		}
		found, err := m.find(ctx, row, i, v)
		if err != nil || e.how[row] == howUnasked {
			return err
		}
		if len(found) > 0 {
			e.how[row], e.by[row] = howTaken, uint8(i)
			m.p.keepFound(e, row, found)
			m.p.keepAway(e, row, found[0].Key)
			return nil
		}
	}
	return nil
}

// find asks a target that has no list for the records equal in one group. Where
// the target refuses the question itself, the record is put aside: the others
// have nothing to do with it.
func (m *matcher) find(ctx context.Context, row uint32, group int, v *fastjson.Value) ([]Found, error) {
	e := m.e
	if m.p.cfg.Reader == nil || e.target.listed {
		return nil, nil
	}
	fields, whole := e.groups[group].pick(v)
	if !whole {
		return nil, nil
	}
	found, asked, err := m.p.cfg.Reader.Find(ctx, e.st.Name, fields)
	switch {
	case err != nil && api.ClassOf(err) == connector.Permanent:
		e.how[row], e.by[row] = howUnasked, uint8(group)
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look for %s in the target: %w", e.rules.Name, err)
	case !asked:
		return nil, nil
	}
	return found, nil
}

// maxFoundBytes bounds the records kept between matching and deciding; what is
// beyond is asked for again.
const maxFoundBytes = 32 << 20

// keepNow keeps the record that was found of a stream without a list.
func (p *planner) keepNow(e *plannedEntry, row uint32, f Found) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.foundBytes+len(f.Record) > maxFoundBytes {
		return
	}
	p.foundBytes += len(f.Record)
	e.nows[row] = f.Record
}

// awayNow is the counterpart of a record as the target has it now, of a stream
// without a list. now is nil where no call reads one; gone says that the target
// has none.
func (d *decider) awayNow(ctx context.Context, t *task) (now *fastjson.Value, gone bool, err error) {
	e, p := d.e, d.p
	if e.target.listed || p.cfg.Reader == nil {
		return nil, false, nil
	}
	p.mu.Lock()
	raw, kept := e.nows[t.row]
	if kept {
		p.foundBytes -= len(raw)
		delete(e.nows, t.row)
	}
	p.mu.Unlock()
	if !kept {
		found := false
		raw, found, err = p.cfg.Reader.Read(ctx, e.st.Name, t.item.Target)
		switch {
		case errors.Is(err, ErrNoRead):
			return nil, false, nil
		case err != nil:
			return nil, false, fmt.Errorf("read %s %s of the target: %w", e.st.Name, t.item.Target, err)
		case !found:
			return nil, true, nil
		}
	}
	now, err = d.nowParser.ParseBytes(raw)
	return now, false, err
}

// matchers is how many records of an entry are matched at once: those that are
// asked for one by one wait for answers, not for a processor.
func (p *planner) matchers(e *plannedEntry) int {
	if e.target.listed || p.cfg.Reader == nil {
		return planners()
	}
	if p.cfg.Workers > 0 {
		return p.cfg.Workers
	}
	return usualWorkers
}

// asksSingly says, before it begins, how many records are to be asked for one by
// one, and so what matching costs.
func (p *planner) asksSingly(e *plannedEntry) {
	if e.target.listed || p.cfg.Reader == nil || len(e.groups) == 0 || e.st.Get == nil && len(e.st.Finds) == 0 {
		return
	}
	if n := e.keys.len(); n > 0 {
		p.report(Event{Event: EventReading, Stream: e.st.Name, Total: n,
			Reason: fmt.Sprintf("%s has no list: each of %d records of %s is asked for, about %d requests", e.st.Name, n, e.rules.Name, n)})
	}
}

// naturalSum is a natural key of a stream of the target: its group, and the hash
// of its values.
type naturalSum struct {
	group *matchGroup
	sum   uint64
}

// creator is the record to be created under a natural key.
type creator struct {
	entry int
	row   uint32
}

// settleRivals holds the creations of an entry under a natural key that a record
// of an entry before it is to be created under: the second would overwrite the
// first. Those of one entry are seen to as records that are alike.
func (p *planner) settleRivals(e *plannedEntry, sums []uint64) {
	feeds := 0
	for _, other := range p.entries {
		if other.target == e.target {
			feeds++
		}
	}
	if feeds < 2 {
		return
	}
	e.rivals = map[uint32]string{}
	for _, i := range e.natural {
		for row, h := range e.how {
			sum := naturalSum{e.groups[i], sums[row*len(e.groups)+i]}
			if sum.sum == 0 || h != howNone && h != howCreated {
				continue
			}
			if first, there := e.target.creating[sum]; !there {
				e.target.creating[sum] = creator{e.number, uint32(row)}
			} else if other := p.entries[first.entry]; other != e {
				e.how[row], e.by[row] = howRival, uint8(i)
				e.rivals[uint32(row)] = other.rules.Name + " " + string(other.keys.key(first.row))
			}
		}
	}
}
