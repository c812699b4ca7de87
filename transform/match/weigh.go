package match

import (
	"ferry/extract/record"
	"ferry/extract/sheet/column"
)

// weigh takes the values into account: they confirm a match, or speak against it.
func (j *judge) weigh(s *source, t *target, r rating) rating {
	if s.profile.Cells == 0 {
		return r
	}
	kind := t.field.Kind
	if t.by != "" {
		kind = t.byField.Kind
	}
	against := ""
	switch read := s.profile.Typed.As; {
	case (kind == record.Integer || kind == record.Number || kind == record.Decimal) && (read == column.Date || read == column.DateTime || read == column.Boolean || s.looks("email", "name", "company", "address")),
		kind == record.Integer && read != column.Duration && read != column.Number && s.wordy():
		against = "its cells are no numbers"
	case kind == record.Boolean && (s.profile.Distinct > 12 || s.profile.Distinct < 0):
		against = "its cells say more than yes and no"
	case (kind == record.Date || kind == record.DateTime) && (read == column.Number || read == column.Boolean || read == column.Duration || read == column.Text) && !s.looks("date"):
		against = "its cells are no dates"
	case kind == record.DateTime && read == column.Time && !j.days:
		against = "its cells are times, and no column has their days"
	case s.looks("email") && !t.idea("email") && t.idea("phone", "mobile", "zip", "first_name", "last_name", "company", "name", "city"),
		s.looks("phone") && t.idea("email", "city", "first_name", "last_name"):
		against = "its cells look like something else"
	}
	if against != "" {
		return rating{r.score - 0.3, r.why + ", but " + against}
	}
	if s.looks("company") && !s.looks("name") {
		switch {
		case t.person[0] != "":
			return rating{r.score - 0.15, r.why + ", but its cells look like companies"}
		case t.idea("company") && r.score < taken && r.score >= maybe-gap:
			return rating{likeSense, r.why + " and what its cells look like"}
		}
	}
	switch fit, known := j.fitting(s, t); {
	case known && r.score < sureWords && 2*fit > s.profile.Cells:
		return rating{min(r.score+0.03, sureWords-0.01), r.why + " and values that it takes"}
	case known && r.score < sureLabel && fit == 0 && s.wordy() && (s.profile.Distinct < 0 || s.profile.Distinct > mostKinds):
		return rating{r.score - 0.15, r.why + ", but its cells are no values that it takes"}
	}
	for _, g := range t.senses {
		if s.looks(words().looks[g.idea]...) && r.score < sureWords {
			return rating{min(r.score+0.03, sureWords-0.01), r.why + " and what its cells look like"}
		}
	}
	return r
}

// mostKinds is how many texts that a list does not know may still be kinds of
// something: more are sentences.
const mostKinds = 20

// fitting counts the cells, as far as they are known, that hold a value which the
// target takes; known is false where it takes any.
func (j *judge) fitting(s *source, t *target) (cells int, known bool) {
	options := j.options(t)
	if len(options) == 0 || t.by != "" || t.field.Kind == record.Boolean {
		return 0, false
	}
	return newValueSet(options).cells(s), true
}

// mostNear is how many options are held against a text in every way.
const mostNear = 200

// valueSet are the values that a field takes, or the names of the records that it
// finds; of many the letters count alone.
type valueSet struct {
	options []string
	letters map[string]bool // folded; nil where each is held against a text in every way
}

func newValueSet(options []string) *valueSet {
	v := &valueSet{options: options}
	if len(options) > mostNear {
		v.letters = make(map[string]bool, len(options))
		for _, o := range options {
			v.letters[fold(o)] = true
		}
	}
	return v
}

// cells counts the cells of a column, as far as they are known, that hold one of the
// values, however it is spelt.
func (v *valueSet) cells(s *source) (n int) {
	for _, seen := range s.profile.Values {
		is := v.letters[fold(seen.Text)]
		if v.letters == nil {
			_, is = Near(seen.Text, v.options)
		}
		if is {
			n += seen.Count
		}
	}
	return n
}
