package match

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ferry/extract/record"
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// mostOffered is how many columns are offered for a field that a record needs.
const mostOffered = 6

// candidate is a column without a field that may give one which is needed.
type candidate struct {
	column int
	target *target
	score  float64
}

// offerColumns puts before the other choices the columns that nothing is made of and
// that may give one of the fields, the likeliest first; false where there is none.
func (p *proposer) offerColumns(q *grid.Question, fields []*target) bool {
	var all []candidate
	known := make([]*valueSet, len(fields))
	for k, t := range fields {
		known[k] = newValueSet(p.valuesKnown(t))
	}
	for i := range p.cols {
		m := p.match[i]
		if m.target != nil || m.out || m.into > 0 || p.cols[i].profile.Cells == 0 {
			continue
		}
		best := candidate{column: i}
		for k, t := range fields {
			if score := likely(p.cols[i], t, known[k]); score > best.score {
				best.target, best.score = t, score
			}
		}
		if best.target != nil {
			all = append(all, best)
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	var choices []grid.Choice
	for _, c := range all[:min(len(all), mostOffered)] {
		choices = append(choices, grid.Choice{ID: "match." + p.cols[c.column].Name, Value: c.target.id(),
			Label: fmt.Sprintf("the column %s is the %s", p.cols[c.column].Name, c.target.label)})
	}
	q.Choices = append(choices, q.Choices...)
	return len(choices) > 0
}

// likely is how well a column that no word matches may still give a field that takes
// the known values: what both are called, what stands in it and how many of its cells
// are filled; 0 not at all.
func likely(s *source, t *target, known *valueSet) float64 {
	if t.person[0] != "" || t.actions || !s.couldBe(t) {
		return 0
	}
	filled := float64(s.profile.Cells) / float64(s.profile.Cells+s.profile.Blank)
	score := 0.1 + 0.3*filled
	for _, phrase := range append(slices.Clone(t.phrases), fold(t.label)) {
		if sharesWord(s.phrase, phrase) {
			score += 0.5
			break
		}
	}
	if slices.ContainsFunc(t.senses, func(g sense) bool { return s.looks(words().looks[g.idea]...) }) {
		score += 0.4
	}
	if len(known.options) > 0 {
		score += float64(known.cells(s)) / float64(s.profile.Cells)
	}
	if s.wordy() && t.field.Kind == record.String && (s.profile.Distinct < 0 || 2*s.profile.Distinct > s.profile.Cells) {
		score += 0.2 // a name or a subject differs from row to row
	}
	return score
}

// valuesKnown are the values that a field takes, or the names of the records that it finds.
func (p *proposer) valuesKnown(t *target) []string {
	if t.by == "" || p.in.Lists == nil {
		return p.judge.options(t)
	}
	values, _ := p.in.Lists(t.field.Refers.Stream, t.by)
	return values
}

// couldBe tells whether what stands in a column can be of the field's kind at all.
func (s *source) couldBe(t *target) bool {
	kind := t.field.Kind
	if t.by != "" {
		kind = t.byField.Kind
	}
	switch read := s.profile.Typed.As; kind {
	case record.Integer, record.Number, record.Decimal:
		return read == column.Number || read == column.Duration || !s.wordy() && read == column.Text
	case record.Date, record.DateTime:
		return read == column.Date || read == column.DateTime
	case record.Boolean:
		return s.profile.Distinct >= 0 && s.profile.Distinct <= 12
	case record.String:
		for _, look := range []string{"email", "phone", "url", "zip", "date", "money"} {
			if s.looks(look) && !slices.ContainsFunc(t.senses, func(g sense) bool { return slices.Contains(words().looks[g.idea], look) }) {
				return false
			}
		}
		return read != column.Date && read != column.DateTime && read != column.Time && read != column.Boolean
	}
	return false
}

// sharesWord tells whether two phrases have a word in common that says something.
func sharesWord(a, b string) bool {
	theirs := strings.Fields(b)
	for word := range strings.FieldsSeq(a) {
		if len(word) > 2 && slices.Contains(theirs, word) {
			return true
		}
	}
	return false
}
