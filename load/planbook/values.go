package planbook

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/load"
	"ferry/load/internal/xlsx"
)

// values writes one row a value that somebody has to decide about, or did.
func (w *writer) values() error {
	s, err := w.book.Sheet(sheetValues, colStream, colField, xlsx.Column{Name: nameValue, Width: 34}, xlsx.Column{Name: "Records", Width: 10},
		xlsx.Column{Name: "Why", Width: 40}, xlsx.Column{Name: "Such as", Width: 22}, xlsx.Column{Name: "Candidates", Width: 44},
		xlsx.Column{Name: nameBecomes, Width: 30}, xlsx.Column{Name: nameNote, Width: 30})
	if err != nil {
		return err
	}
	decided, rows := w.decidedValues()
	for what := range w.found.values {
		if _, have := decided[what]; !have {
			rows = append(rows, what)
		}
	}
	slices.SortFunc(rows, func(a, b undecided) int {
		return cmp.Or(cmp.Compare(a.entry, b.entry), cmp.Compare(a.field, b.field), cmp.Compare(a.value, b.value))
	})
	for _, what := range rows {
		if err := w.valueRow(s, what, decided[what]); err != nil {
			return err
		}
	}
	return s.End()
}

// valueRow writes one value, with what was decided of it before.
func (w *writer) valueRow(s *xlsx.Sheet, what undecided, before load.ValueDecision) error {
	name := w.in.Entries[what.entry].Name
	v := w.found.values[what]
	if v == nil {
		v = &valueCount{reason: "decided before"}
	}
	known, err := w.known(what.entry, what.field)
	if err != nil {
		return err
	}
	choices := w.choices(what.entry, what.field, known)
	list := name + "." + what.field
	if err := w.book.List(list, choices); err != nil {
		return err
	}
	becomes := before.To
	for _, c := range choices {
		if c.Value == before.To {
			becomes = c.Shown
		}
	}
	var keys, named []string
	for _, key := range v.keys {
		keys = append(keys, string(key))
	}
	for _, c := range nearest(what.value, v, known) {
		named = append(named, c.Shown())
	}
	err = s.Row(name, what.field, what.value, v.n, v.reason, strings.Join(keys, ", "), strings.Join(named, "\n"),
		xlsx.Cell{Value: becomes, Style: xlsx.Input}, xlsx.Cell{Value: before.Note, Style: xlsx.Input})
	if err == nil && w.book.Listed(list) {
		s.Drop(7, list)
	}
	return err
}

// decidedValues are the decisions of before that are about entries of this plan.
func (w *writer) decidedValues() (map[undecided]load.ValueDecision, []undecided) {
	decided, rows := map[undecided]load.ValueDecision{}, []undecided(nil)
	if w.in.Decided == nil {
		return decided, nil
	}
	for _, d := range w.in.Decided.Values {
		at := slices.IndexFunc(w.in.Entries, func(e Entry) bool { return e.Name == d.Entry })
		if at < 0 {
			continue
		}
		what := undecided{at, d.Field, d.Value}
		decided[what] = d
		rows = append(rows, what)
	}
	return decided, rows
}

// known is what the target has for a field; nil where any value is taken.
func (w *writer) known(entry int, field string) (*load.ValueList, error) {
	what := undecided{entry: entry, field: field}
	list, have := w.lists[what]
	if have || w.in.Values == nil {
		return list, nil
	}
	list, err := w.in.Values(w.ctx, entry, field)
	if w.lists == nil {
		w.lists = map[undecided]*load.ValueList{}
	}
	w.lists[what] = list
	return list, err
}

// mostNear is how many candidates stand beside a value; the drop-down has all.
const mostNear = 3

// nearest is what a value may be: the records that were found, else what the
// target has that is most like it.
func nearest(value string, v *valueCount, known *load.ValueList) []load.Candidate {
	if v.code == load.CodeAmbiguous || known == nil {
		return sortedCandidates(v.choices)
	}
	return known.Nearest(value, mostNear)
}

// choices is what the drop-down of a field offers: what the target has for it, or
// every candidate that any of its values has, or the values that the target's
// spec names.
func (w *writer) choices(entry int, field string, known *load.ValueList) []xlsx.Choice {
	if known != nil && len(known.Items) > 0 {
		return shown(sortedItems(known.Items))
	}
	all := map[record.Key]load.Candidate{}
	for what, v := range w.found.values {
		if what.entry == entry && what.field == field {
			maps.Copy(all, v.choices)
		}
	}
	choices := shown(sortedCandidates(all))
	if len(choices) > 0 {
		return choices
	}
	for _, value := range enumOf(w.in.stream(entry), field) {
		choices = append(choices, xlsx.Choice{Shown: value, Value: value})
	}
	return choices
}

func shown(of []load.Candidate) (choices []xlsx.Choice) {
	for _, c := range of {
		choices = append(choices, xlsx.Choice{Shown: c.Shown(), Value: string(c.Key)})
	}
	return choices
}

func enumOf(st *connector.Stream, field string) []string {
	if st == nil {
		return nil
	}
	fields := st.Fields
	if st.Writes != nil {
		fields = append(st.Writes.Fields[:len(st.Writes.Fields):len(st.Writes.Fields)], fields...)
	}
	for _, f := range connector.Flatten(fields) {
		if f.Path == field && len(f.Field.Enum) > 0 {
			return f.Field.Enum
		}
	}
	return nil
}

func sortedCandidates(of map[record.Key]load.Candidate) []load.Candidate {
	return slices.SortedFunc(maps.Values(of), byLabel)
}

func sortedItems(of []load.Candidate) []load.Candidate {
	return slices.SortedFunc(slices.Values(of), byLabel)
}

func byLabel(a, b load.Candidate) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)), cmp.Compare(a.Key, b.Key))
}
