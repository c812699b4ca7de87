package load

import (
	"context"
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"ferry/extract/stage"
)

// updateWhat says which fields of a record may be written.
type updateWhat uint8

const (
	updateAll   updateWhat = iota
	updateBlank            // only those that the records before it leave blank: of records merged into another's
)

// update decides a record that the target has: what Ferry last wrote, what is
// there now and what is wanted are compared field by field. A field that people
// changed is never overwritten.
func (d *decider) update(ctx context.Context, t *task, now *fastjson.Value, partial bool, what updateWhat) (*Note, error) {
	e := d.e
	d.resolver.begin(false)
	fields, missing := Resolve(t.json, e.rules, d.resolver)
	if why := d.doubts(missing, nil, nil); why != nil {
		return d.hold(t, why), nil
	}
	want, err := d.parser.ParseBytes(fields)
	if err != nil {
		return nil, err
	}
	c := comparison{d: d, t: t, what: what, partial: partial, note: &Note{Found: d.resolver.found}}
	if what == updateBlank {
		if c.elders, err = d.eldersOf(ctx, t.row); err != nil {
			return nil, err
		}
	}
	if err := c.compare(ctx, want, now); err != nil {
		return nil, err
	}
	for i := range d.resolver.pending {
		c.pending(&d.resolver.pending[i], now)
	}
	note := c.note
	note.Match = e.evidence(t.row, want)
	if len(c.edited) > 0 {
		held := d.hold(t, &Reason{Code: CodeEdited, Text: "people changed " + fieldsChanged(c.edited) + " in the target since Ferry wrote it", Field: c.edited[0].Field, Change: c.edited,
			Do: "write the wanted value in the target yourself, or set: create in the mapping to leave it alone"})
		held.Match, held.Kept = note.Match, note.Kept
		return held, nil
	}
	if len(c.foreign) > 0 {
		held := d.hold(t, e.foreignReason(t.item.Target, c.foreign))
		held.Match, held.Kept = note.Match, note.Kept
		return held, nil
	}
	if len(note.Changes) == 0 {
		return d.unchanged(t, note), nil
	}
	if why := d.doubts(nil, want, note.Changes); why != nil {
		return d.hold(t, why), nil
	}
	if why := e.cannot(stage.AttemptUpdate); why != nil {
		return d.reject(t, why), nil
	}
	t.item.Action = stage.ActUpdate
	w := Write{Stream: e.st.Name, Kind: stage.AttemptUpdate, Key: t.item.Target, Source: t.item.Key, From: e.from}
	if now != nil {
		w.Now = now.MarshalTo(nil)
	}
	changed := map[string]bool{}
	for _, c := range note.Changes {
		changed[c.Field] = true
	}
	w.Fields, w.Reach = e.split(want, changed)
	if why := d.take(t, note, w, nil); why != nil {
		return d.reject(t, why), nil
	}
	note.Changes = slices.DeleteFunc(note.Changes, func(c Change) bool { return dropped(note.Dropped, c.Field) })
	if len(note.Changes) == 0 || note.Deeds == 0 {
		note.Changes, note.Deeds, note.Effects, note.Muted, note.Final = nil, 0, nil, nil, nil
		return d.unchanged(t, note), nil
	}
	return note, nil
}

// unchanged leaves the record as the target has it.
func (d *decider) unchanged(t *task, note *Note) *Note {
	t.item.Action = stage.ActUnchanged
	note.Left = nil
	return note
}

// dropped says whether no request carries the field, or what holds it.
func dropped(list []string, field string) bool {
	for _, text := range list {
		path, _, _ := strings.Cut(text, ": ")
		path, _, _ = strings.Cut(path, "[]")
		if path == field || strings.HasPrefix(field, path+".") {
			return true
		}
	}
	return false
}

func fieldsChanged(changes []Change) string {
	var names []string
	for _, c := range changes {
		names = append(names, c.Field)
	}
	return strings.Join(names, ", ")
}

// evidence is what the counterpart rests on; nil where the crosswalk has it.
func (e *plannedEntry) evidence(row uint32, want *fastjson.Value) *Evidence {
	switch e.how[row] {
	case howDecided:
		d, _ := e.choice(row)
		return &Evidence{How: stage.LinkDecided, By: compact(d.By)}
	case howMerged:
		ev := &Evidence{How: stage.LinkDecided, By: []string{standsFor + string(MergeDuplicates)}}
		if twin, ok := e.twin[row]; ok {
			ev.Values = []string{string(e.keys.key(twin))}
		}
		return ev
	case howMatched:
		ev := &Evidence{How: stage.LinkMatched}
		g := e.groups[e.by[row]]
		for i, f := range g.fields {
			ev.By = append(ev.By, f)
			if v := g.steps[i].in(want); v != nil {
				ev.Values = append(ev.Values, string(appendText(nil, v)))
			}
		}
		return ev
	}
	return nil
}

func compact(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

func quoted(text string) string { return string(appendQuoted(nil, text)) }
