package match

import (
	"fmt"
	"slices"

	"ferry/extract/record"
	"ferry/extract/sheet/grid"
)

// wholeName gives the columns of a first and of a last name to the one field that
// the target has for a person's name.
func (p *proposer) wholeName() {
	t := p.personField()
	if t == nil || p.offered(t) {
		return
	}
	first, last := p.half("first_name"), p.half("last_name")
	if first < 0 || last < 0 {
		return
	}
	p.match[first] = matched{target: t, rating: rating{likeSense, "the first name, joined with " + p.cols[last].Name}, with: []int{last}}
	p.match[last] = matched{target: t, rating: rating{likeSense, "the last name"}, into: first + 1}
	for _, i := range []int{first, last} {
		p.unask("match." + p.cols[i].Name)
	}
}

// personField is the field for the whole name of the people that the stream keeps,
// where it has none for the parts and no column gives it; nil none.
func (p *proposer) personField() *target {
	if !slices.Contains(append(parties, "user"), p.judge.own) {
		return nil
	}
	var found *target
	for _, t := range p.all {
		switch {
		case t.by != "" || t.list != "" || t.custom != nil || t.actions:
		case t.idea(personIdeas...):
			return nil
		case found == nil && t.person[0] == "" && t.depth == 0 && t.field.Kind == record.String && t.idea("name", "full_name"):
			found = t
		}
	}
	if slices.ContainsFunc(p.match, func(m matched) bool { return m.target == found }) {
		return nil
	}
	return found
}

// half is the one column that holds this part of the name of the record's own
// person and has no field; -1 none, or several.
func (p *proposer) half(idea string) int {
	at := -1
	for i, s := range p.cols {
		m := p.match[i]
		if m.target != nil || m.out || s.profile.Cells == 0 && s.profile.Blank > 0 || !p.halfName(i, idea) {
			continue
		}
		if at >= 0 {
			return -1
		}
		at = i
	}
	return at
}

// halfName tells whether a column holds this part of the name of the record's own
// person.
func (p *proposer) halfName(i int, idea string) bool {
	return slices.ContainsFunc(p.cols[i].senses, func(c sense) bool {
		return c.idea == idea && (c.owner == "" || c.owner == p.judge.own || p.judge.family[c.owner])
	})
}

// inOrder sorts the columns of one field that hold the parts of a name: the first name,
// whatever stands between, the last name; ok is false where they are no such parts.
func (p *proposer) inOrder(members []int) (ordered []int, ok bool) {
	part := func(idea string) int {
		return slices.IndexFunc(members, func(i int) bool { return p.halfName(i, idea) })
	}
	first, last := part("first_name"), part("last_name")
	if first < 0 || last < 0 || first == last {
		return nil, false
	}
	ordered = append(ordered, members[first])
	for k, i := range members {
		if k != first && k != last {
			ordered = append(ordered, i)
		}
	}
	return append(ordered, members[last]), true
}

// tellWhole says that the parts of a name become one.
func (p *proposer) tellWhole(names []string, t *target) {
	p.tell(grid.Fact{Code: "names-joined", Column: names[0], Count: len(names),
		Text: fmt.Sprintf("%s are joined into %s, with a space between", someOf(names), t.label)})
}
