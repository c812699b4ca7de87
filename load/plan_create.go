package load

import (
	"fmt"

	"github.com/valyala/fastjson"

	"ferry/extract/stage"
)

// create decides a record that the target does not have.
func (d *decider) create(t *task, h how) (*Note, error) {
	e := d.e
	if why := e.cannot(stage.AttemptCreate); why != nil {
		return d.reject(t, why), nil
	}
	if h == howNone && !e.target.proven && len(e.groups) > 0 {
		return d.hold(t, &Reason{Code: CodeUnproven, Text: fmt.Sprintf("the list of %s could not be proven complete, so it may be there already", e.st.Name),
			Do: "plan again when the target is quiet"}), nil
	}
	d.resolver.begin(true)
	fields, missing := Resolve(t.json, e.rules, d.resolver)
	v, err := d.parser.ParseBytes(fields)
	if err != nil {
		return nil, err
	}
	if why := d.doubts(missing, v, nil); why != nil {
		return d.hold(t, why), nil
	}
	if d.p.cfg.Sink == nil { // a sink knows what it fills in by itself
		if why := e.lacks(v); why != nil {
			return d.reject(t, why), nil
		}
	}
	t.item.Action = stage.ActCreate
	note := &Note{Found: d.resolver.found, Instead: d.p.insteadOf(e, t.row)}
	w := Write{Stream: e.st.Name, Kind: stage.AttemptCreate, Source: t.item.Key, From: e.from}
	w.Fields, w.Reach = e.split(v, nil)
	if why := d.take(t, note, w, v); why != nil {
		return d.reject(t, why), nil
	}
	for _, row := range e.looks[t.row] {
		if c, ok := t.labels[row]; ok {
			c.Why = e.alikeWhy(v, row)
			note.Alike = append(note.Alike, c)
		}
	}
	return note, nil
}

// unresolved picks the reason that keeps a record back: a parent before all
// others, since people see to parents first.
func unresolved(missing []Reason) *Reason {
	var why *Reason
	for i := range missing {
		switch m := &missing[i]; {
		case m.Code == codePending:
		case why == nil || m.Code == CodeParent && why.Code != CodeParent:
			why = m
		}
	}
	return why
}

// alikeWhy says in what a creation and a target record are alike.
func (e *plannedEntry) alikeWhy(v *fastjson.Value, row uint32) string {
	for _, r := range e.target.alike {
		sum, _ := r.sum(v, nil)
		for _, found := range r.index.find(sum) {
			if found.row == row && sum != 0 {
				return r.why
			}
		}
	}
	return ""
}

// take asks what it takes to bring a write about, notes it, and gives the reason
// where it cannot be, or was refused before and nothing changed since.
func (d *decider) take(t *task, note *Note, w Write, v *fastjson.Value) *Reason {
	before, refused := d.e.before[t.item.Key]
	if refused && d.p.cfg.Sink == nil && before.kind == w.Kind && before.sum == d.e.fieldSum(w.Fields) {
		return refusedBefore(before)
	}
	deeds, why := d.deeds.of(w, v, refused)
	if why != nil {
		return why
	}
	if refused {
		for i := range deeds.List {
			deed := &deeds.List[i]
			if deed.Kind == before.kind && deed.Action == before.action && d.e.fieldSum(deed.Fields) == before.sum {
				return refusedBefore(before)
			}
		}
	}
	note.Effects, note.Muted, note.Dropped, note.Final = deeds.Effects, deeds.Muted, deeds.Dropped, deeds.Final
	note.Deeds = len(deeds.List) + d.lateWrites(w.Kind)
	for i := range deeds.List {
		d.sum.Reads += deeds.List[i].Reads
	}
	return nil
}

// lateWrites is the update that fills in references to records which come after
// the one that is created.
func (d *decider) lateWrites(kind stage.AttemptKind) int {
	if kind == stage.AttemptCreate {
		for i := range d.resolver.pending {
			if d.e.late[general(d.resolver.pending[i].Field)] {
				return 1
			}
		}
	}
	return 0
}

func refusedBefore(r rejected) *Reason {
	return &Reason{Code: CodeRefused, Text: "the target refused it, and nothing changed since", Status: r.status, Said: r.said,
		Do: "put right what the target complains of, then run ferry requeue"}
}
