package match

import (
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// judge rates columns for the targets of one stream.
type judge struct {
	spec   *connector.Spec
	own    string          // the noun of the stream; "" none
	family map[string]bool // nouns that mean the stream's own records too
	days   bool            // a column has the days of the times
	// options are the values that a target takes; none where it takes any, or they
	// are not known.
	options func(t *target) []string
}

// parties are the nouns for people and companies: in a list of one kind of them
// the others' words are used for it.
var parties = []string{"customer", "contact", "lead"}

func newJudge(spec *connector.Spec, st *connector.Stream, all []*target) *judge {
	j := &judge{spec: spec, family: map[string]bool{}}
	for _, phrase := range []string{fold(st.Label), spoken(st.Name[strings.LastIndexByte(st.Name, '.')+1:]), strings.TrimSuffix(fold(st.Label), "s"), strings.TrimSuffix(spoken(st.Name), "s")} {
		if noun, ok := words().nouns[phrase]; ok && j.own == "" {
			j.own = noun.owner
		}
	}
	j.family[j.own] = j.own != ""
	if slices.Contains(parties, j.own) || j.own == "user" {
		for _, p := range parties {
			j.family[p] = true
		}
	}
	if slices.ContainsFunc(all, func(t *target) bool { return t.idea("first_name", "email") }) {
		j.family["contact"] = true
	}
	for _, t := range all {
		if t.by == "" {
			continue
		}
		for _, s := range t.senses {
			if s.owner != j.own {
				j.family[s.owner] = false
			}
		}
	}
	return j
}

// rate gives how well a column fits a target; the zero value: not at all.
func (j *judge) rate(s *source, t *target) rating {
	r := j.byName(s, t)
	if r.score < sureSense {
		for _, c := range s.senses {
			if got := j.bySense(c, t, sureSense); got.score > r.score {
				r = got
			}
		}
	}
	if r.score == 0 {
		r = j.byNear(s, t)
	}
	if r.score == 0 {
		return j.byContent(s, t)
	}
	if r.score -= 0.01 * float64(t.depth); t.depth > 1 { // such as a wish for a technician beside the technician
		r.score -= gap
	}
	if t.list != "" {
		r.score -= 0.08
	}
	if t.behind {
		r.score -= 2 * gap
	}
	return j.weigh(s, t, r)
}

func (j *judge) byName(s *source, t *target) rating {
	screens := "the label on " + j.spec.Title + "'s screens"
	switch {
	case t.person[0] != "", s.half && t.idea("name", "full_name"):
		return rating{}
	case s.Name == t.id() || s.Name == t.path && t.by == "" || s.Name == t.field.Name && t.depth == 0 && t.by == "":
		return rating{sureName + 0.01*float64(t.depth), "the very name of the field"}
	case t.custom != nil && s.Name == t.label:
		return rating{sureName + 0.01, "the custom field of that label"}
	case s.phrase != "" && s.phrase == fold(t.label) && t.by == "":
		return rating{sureLabel, screens}
	case slices.Contains(t.phrases, s.phrase), t.depth == 0 && t.by == "" && s.last != "" && j.ours(s) && (s.last == fold(t.label) || slices.Contains(t.phrases, s.last)):
		return rating{sureWords, screens}
	}
	return rating{}
}

// bySense compares what column and target mean; most is given to equal ideas.
func (j *judge) bySense(c sense, t *target, most float64) rating {
	best := rating{}
	for _, g := range t.senses {
		less, ok := j.owners(c.owner, g.owner, t.by != "")
		person := g.owner == "contact" && (g.idea == "name" || g.idea == "" || g.idea == "full_name" && c.owner != "") // not the name of who has the contact
		if !ok || person && c.owner != "contact" || c.idea == "company" && g.idea == "name" && !j.companies() {
			continue
		}
		score := kin[[2]string{c.idea, g.idea}]
		switch {
		case c.idea == g.idea:
			score = most
		case c.idea == "" && c.owner == j.own && t.by == "" && t.person[0] == "" && (g.idea == "name" || g.idea == "company" || g.idea == "full_name"):
			score = likeSense
		case c.idea == "" && j.family[c.owner] && t.by == "" && (g.idea == "name" || g.idea == "full_name"):
			score = maybe
		case c.idea == "full_name" && c.owner == j.own && g.idea == "company" && j.companies():
			score = maybe // the customer's full name may be that of a company
		case g.idea == "number" && (c.idea == "phone" || c.idea == "mobile"):
			if score = 0; slices.Contains(t.field.Folds, record.FoldDigits) {
				score = likeSense
			}
		}
		if c.weak {
			less += 0.05
		}
		if score -= less; score > best.score {
			best = rating{score, "synonym (" + languages[c.language] + ")"}
			if c.owner != "" && c.owner != j.own {
				best.why += ", said of the " + strings.ReplaceAll(c.owner, "_", " ")
			}
		}
	}
	return best
}

// companies tells whether the records may be companies.
func (j *judge) companies() bool { return j.own == "customer" || j.own == "lead" }

var languages = map[string]string{"en": "English", "fr": "French", "de": "German", "es": "Spanish", "it": "Italian", "": "English"}

// owners tells whether a column about one can be a field about the other, and how
// much less sure that is.
func (j *judge) owners(column, field string, lookup bool) (less float64, ok bool) {
	switch {
	case column == field:
		return 0, true
	case lookup:
		return 0, false
	case column == "":
		return 0.03, j.family[field]
	case field == "":
		return 0.03, j.family[column]
	}
	return 0.04, j.family[column] && j.family[field]
}

// byNear takes headers that are nearly spelt like a label or a synonym.
func (j *judge) byNear(s *source, t *target) rating {
	if most := slack(s.phrase); most > 0 && t.person[0] == "" {
		for _, p := range t.phrases {
			if distance(s.phrase, p, most+1) <= most {
				return rating{maybe, "nearly spelt like the label " + t.label}
			}
		}
	}
	if begins(s, t) {
		return rating{begun, "the label " + t.label + " begins so"}
	}
	best := rating{}
	for _, c := range s.nearly {
		if got := j.bySense(c, t, maybe); got.score > best.score {
			best = rating{min(got.score, maybe), "nearly spelt like a synonym"}
		}
	}
	return best
}

// begins tells whether a header that says nothing else is the beginning of what a
// field is called: First, of First name.
func begins(s *source, t *target) bool {
	return len(s.senses) == 0 && len(s.phrase) >= 4 && t.by == "" && t.person[0] == "" && t.list == "" &&
		slices.ContainsFunc(t.phrases, func(p string) bool { return strings.HasPrefix(p, s.phrase+" ") })
}

// byContent rests on nothing but what the values look like.
func (j *judge) byContent(s *source, t *target) rating {
	if len(s.senses) > 0 || t.by != "" || t.custom != nil || t.depth > 0 || t.person[0] != "" {
		return rating{}
	}
	for _, g := range t.senses {
		if s.looks(words().looks[g.idea]...) && g.idea != "number" && g.idea != "reference" && g.idea != "id" && g.idea != "name" {
			return rating{byLooks, "what its cells look like"}
		}
	}
	return rating{}
}
