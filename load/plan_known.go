package load

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/valyala/fastjson"
)

// A target refuses a value that its account does not know, or takes another in its
// place. Which values it knows is in the spec, or in lists of the account's own:
// those are read with the rest of the target, and a value that is not there holds
// its record before anything is sent.

// knownField is a mapped field that takes certain values only.
type knownField struct {
	path   string
	enum   []string    // the values, by the spec
	source valueSource // else where the account lists them
	list   *ValueList
}

// knownFields finds the fields of an entry that take certain values only, those
// within objects and lists too. What refs and finds write is there anyway.
func (p *planner) knownFields(e *plannedEntry) (fields []knownField) {
	var add func(sh *shape, path string)
	add = func(sh *shape, path string) {
		switch {
		case len(sh.enum) > 0:
			fields = append(fields, knownField{path: path, enum: sh.enum})
		case sh.known != nil:
			if s, ok := sourceOf(p.cfg.Vendor, p.cfg.Rules, e.rules, path); ok {
				fields = append(fields, knownField{path: path, source: s})
			}
		}
		for _, name := range sortedNames(sh.fields) {
			add(sh.fields[name], joinPath(path, name))
		}
		if sh.of != nil {
			add(sh.of, path+"[]")
		}
	}
	for i := range e.rules.Fields {
		f := &e.rules.Fields[i]
		if sh, label := shapeAt(e.target.shapes, f.Dotted()); sh != nil && label == "" && f.Refs == "" && f.Finds == "" {
			add(sh, f.Dotted())
		}
	}
	return fields
}

// refusedDecision is a decision that names what the target does not have.
type refusedDecision struct {
	to   string
	list *ValueList
}

// wantLists adds the streams that hold the values of the entry's fields.
func (p *planner) wantLists(e *plannedEntry, wanted map[string]bool) error {
	for i := range e.known {
		if name := e.known[i].source.stream; name != "" {
			if _, err := p.stream(name); err != nil {
				return err
			}
			wanted[name] = true
		}
	}
	return nil
}

// readLists reads the values that fields take, and puts those decisions aside
// that name something else.
func (p *planner) readLists(ctx context.Context) error {
	lists := map[valueSource]*ValueList{}
	read := func(s valueSource) (*ValueList, error) {
		if lists[s] == nil {
			l, err := readValues(ctx, p.cfg, s)
			if err != nil {
				return nil, err
			}
			lists[s] = l
		}
		return lists[s], nil
	}
	for _, e := range p.entries {
		for i := range e.known {
			k := &e.known[i]
			if k.source.stream == "" {
				continue
			}
			var err error
			if k.list, err = read(k.source); err != nil {
				return err
			}
		}
		if err := p.checkDecisions(e, read); err != nil {
			return err
		}
	}
	return nil
}

// checkDecisions takes the decisions out that name a value or a record which the
// target does not have: what they are about is still to be decided.
func (p *planner) checkDecisions(e *plannedEntry, read func(valueSource) (*ValueList, error)) error {
	for field, chosen := range e.values {
		s, ok := sourceOf(p.cfg.Vendor, p.cfg.Rules, e.rules, field)
		t := p.streams[s.stream]
		if !ok || t == nil || !t.listed {
			continue
		}
		for value, to := range chosen {
			if to == "" {
				continue
			}
			if row, there := t.keys.find([]byte(to)); s.field == "" && there && !t.flagged(row, flagGone) {
				continue
			}
			l, err := read(s)
			if err != nil {
				return err
			}
			if l.Has(to) || s.field != "" && l.Len() == 0 {
				continue // of an empty list nothing can be told, so people are taken at their word
			}
			if e.refused == nil {
				e.refused = map[[2]string]refusedDecision{}
			}
			e.refused[[2]string{field, value}] = refusedDecision{to, l}
			delete(chosen, value)
		}
	}
	return nil
}

// doubts picks the reason that keeps a record back, of what could not be resolved
// and of the values that the target does not know; nil where there is none. Of
// an update only what it writes counts: only is its changes.
func (d *decider) doubts(missing []Reason, v *fastjson.Value, only []Change) *Reason {
	why := unresolved(missing)
	var also []Reason
	for i := range missing {
		if m := &missing[i]; m != why && m.AboutValue() {
			also = append(also, *m)
		}
	}
	if v != nil {
		also = append(also, d.unknownValues(v, only)...)
	}
	switch {
	case why == nil && len(also) == 0:
		return nil
	case why == nil:
		why, also = &also[0], also[1:]
	}
	all := *why
	all.Also = nil
	for i := range also {
		if also[i].Field != all.Field || also[i].Value != all.Value {
			all.Also = append(all.Also, d.e.withRefused(also[i]))
		}
	}
	all = d.e.withRefused(all)
	return &all
}

// withRefused adds what is wrong with the decision about a value.
func (e *plannedEntry) withRefused(why Reason) Reason {
	wrong, have := e.refused[[2]string{why.Field, why.Value}]
	switch {
	case !have || !why.AboutValue():
	case why.Code == CodeUnknown: // what there is has been said
		why.Text += fmt.Sprintf("; it was decided as %s, which is not there either", quoted(wrong.to))
	default:
		why.Text += fmt.Sprintf("; it was decided as %s, and %s; %s", quoted(wrong.to), wrong.list.lacks(wrong.to), wrong.list.offer(wrong.to))
	}
	return why
}

// unknownValues finds the values that the target does not know, each once. It
// would refuse them, or take others in their place.
func (d *decider) unknownValues(v *fastjson.Value, only []Change) (all []Reason) {
	for i := range d.e.known {
		k := &d.e.known[i]
		if only != nil && !slices.ContainsFunc(only, func(c Change) bool { return within(k.path, c.Field) }) {
			continue
		}
		eachValue(v, k.path, func(found *fastjson.Value) {
			value := string(appendText(d.buf[:0], found))
			if d.e.knows(k, value) || slices.ContainsFunc(all, func(r Reason) bool { return r.Field == k.path && r.Value == value }) {
				return
			}
			all = append(all, d.unknown(k, value))
		})
	}
	return all
}

// within says whether a path is a field or stands in it.
func within(path, field string) bool {
	rest, ok := strings.CutPrefix(path, general(field))
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// eachValue calls fn for what stands at a path such as comments[].tech and is not
// blank.
func eachValue(v *fastjson.Value, path string, fn func(*fastjson.Value)) {
	switch {
	case blank(v):
	case v.Type() == fastjson.TypeArray:
		for _, e := range elements(v) {
			eachValue(e, path, fn)
		}
	case path == "":
		fn(v)
	default:
		name, rest, _ := strings.Cut(path, ".")
		eachValue(v.Get(strings.TrimRight(name, "[]")), rest, fn)
	}
}

// knows says whether the target takes a value, as far as anybody can tell.
func (e *plannedEntry) knows(k *knownField, value string) bool {
	switch {
	case k.enum != nil: // a spec may lack a value that the vendor has added
		return contains(k.enum, value) || e.decidedTo(k.path, value)
	case k.list.Len() == 0:
		return e.decidedTo(k.path, value)
	}
	return k.list.Has(value)
}

// decidedTo says whether people chose a value, whatever it stands for.
func (e *plannedEntry) decidedTo(field, value string) bool {
	for _, chosen := range e.values[field] {
		if chosen == value {
			return true
		}
	}
	return false
}

// unknown says that the target does not know a value, and what it knows.
func (d *decider) unknown(k *knownField, value string) Reason {
	if why, have := d.unknowns[[2]string{k.path, value}]; have {
		return why
	}
	why := Reason{Code: CodeUnknown, Field: k.path, Value: value, Do: "choose a value in the sheet Values, or map it"}
	if k.enum != nil {
		why.Text = fmt.Sprintf("the target knows no %s %s; it knows %s", k.path, quoted(value), strings.Join(k.enum, ", "))
	} else {
		why.Text = k.list.lacks(value) + "; " + k.list.offer(value)
		if t := d.p.streams[k.source.stream]; !t.proven {
			why.Text += "; the list could not be proven complete"
		}
		why.Choose = k.list.Nearest(value, mostChoices)
		why.Do = "choose a value in the sheet Values, map it, or add it in the target"
	}
	if d.unknowns == nil {
		d.unknowns = map[[2]string]Reason{}
	}
	if len(d.unknowns) < maxFindings {
		d.unknowns[[2]string{k.path, value}] = why
	}
	return why
}

// mostChoices is how many values a held record names to choose from; the sheet
// Values offers all of them.
const mostChoices = 3
