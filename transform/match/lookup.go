package match

import (
	"slices"
	"strings"

	"ferry/extract/record"
	"ferry/transform/mapping"
)

// lookups adds a target for each field by which people know the record that the
// field names, and one for its key.
func (b *targetList) lookups(f record.Field, at mapping.Path, chain []record.Field) {
	to, err := b.spec.Stream(f.Refers.Stream)
	if err != nil {
		return
	}
	called := phrases(f, chain)
	for i := range called {
		called[i] = strings.TrimSuffix(called[i], " id")
	}
	if len(chain) > 0 {
		called = []string{fold(chain[len(chain)-1].Label), spoken(chain[len(chain)-1].Name)}
	}
	called = slices.DeleteFunc(called, func(p string) bool { return p == "" || p == "id" })
	slices.Sort(called)
	called = slices.Compact(called)
	for i, by := range append(slices.Clone(f.Refers.By), to.Key[0]) {
		known := find(to.Fields, by)
		if known == nil || i == len(f.Refers.By) && slices.Contains(f.Refers.By, by) {
			continue
		}
		t := &target{path: at.String(), field: f, by: by, byField: *known, depth: len(chain)}
		t.label = strings.TrimSpace(strings.TrimSuffix(f.Label, " ID"))
		if t.label == "" && len(chain) > 0 {
			t.label = chain[len(chain)-1].Label
		}
		if t.label == "" {
			t.label = t.path
		}
		t.name(called, i == 0, by == to.Key[0])
		b.all = append(b.all, t)
	}
}

// name says what a lookup is called: the parent itself by the first field, else
// the parent with what the field means.
func (t *target) name(called []string, first, key bool) {
	var ideas []string
	for _, s := range append(words().senses(fold(t.byField.Label)), words().senses(spoken(t.byField.Name))...) {
		ideas = append(ideas, s.idea)
	}
	switch {
	case key:
		ideas = []string{"id"}
	case first:
		ideas = append(ideas, "name", "full_name")
	}
	for _, phrase := range called {
		switch {
		case first:
			t.phrases = append(t.phrases, phrase, phrase+" name", phrase+" "+spoken(t.byField.Name))
			t.mean(words().ideas[phrase]...)
			if noun, ok := words().nouns[phrase]; ok {
				t.mean(noun)
			}
		case key:
			t.phrases = append(t.phrases, phrase+" id")
		default:
			t.phrases = append(t.phrases, phrase+" "+fold(t.byField.Label), phrase+" "+spoken(t.byField.Name))
		}
		noun, ok := words().nouns[phrase]
		for _, idea := range ideas {
			if ok && idea != "" {
				t.mean(sense{owner: noun.owner, idea: idea})
			}
		}
	}
}

// alone takes lookups away that a field of the stream makes needless, since the
// vendor looks the name up, and lets a company stand for the customer where the
// stream has no such field of its own. A lookup by what only one record has goes
// before such a field: Ferry sees what is not there, where a vendor may pass it over.
func (b *targetList) alone() {
	plain := func(has func(t *target) bool) bool {
		return slices.ContainsFunc(b.all, func(t *target) bool { return t.by == "" && t.list == "" && t.custom == nil && has(t) })
	}
	b.all = slices.DeleteFunc(b.all, func(t *target) bool {
		return t.by != "" && plain(func(o *target) bool {
			if !slices.ContainsFunc(o.phrases, func(p string) bool { return slices.Contains(t.phrases, p) }) {
				return false
			}
			o.behind = o.field.Known == nil && b.unique(t)
			return !o.behind
		})
	})
	if plain(func(o *target) bool { return o.idea("company") }) {
		return
	}
	for _, t := range b.all {
		if t.by != "" && slices.Contains(t.senses, sense{owner: "customer", idea: "company"}) {
			t.mean(sense{idea: "company"})
		}
	}
}

// unique tells whether no two records have the same in the field that a lookup
// compares.
func (b *targetList) unique(t *target) bool {
	to, err := b.spec.Stream(t.field.Refers.Stream)
	return err == nil && to.Writes != nil && slices.ContainsFunc(to.Writes.Unique, func(group []string) bool { return slices.Equal(group, []string{t.by}) })
}
