package match

import (
	"cmp"
	"slices"
	"strings"
)

// split takes a header of several rows apart: Contact / Nom.
func (s *source) split() {
	if at := strings.LastIndex(s.Header, " / "); at >= 0 {
		s.group, s.last = fold(s.Header[:at]), fold(s.Header[at+3:])
	}
}

// understood is what the header may mean: as a whole, without what stands in
// brackets, else its last row, with the owner that the rows above name.
func (s *source) understood() []sense {
	if found := words().senses(s.phrase); len(found) > 0 {
		return found
	}
	if plain := fold(withoutBrackets(s.Header)); plain != s.phrase && plain != "" {
		if found := words().senses(plain); len(found) > 0 {
			return found
		}
	}
	if found := s.takenApart(); len(found) > 0 {
		return found
	}
	if s.last == "" {
		return nil
	}
	found := slices.Clone(words().senses(s.last))
	if len(found) == 0 {
		return words().senses(s.group)
	}
	for i := range found {
		if found[i].owner == "" {
			found[i].owner = words().nouns[s.group].owner
		}
	}
	return found
}

// ours tells whether the rows of a header above its last name no other record.
func (j *judge) ours(s *source) bool {
	noun, named := words().nouns[s.group]
	return !named || noun.owner == j.own
}

// halves finds the columns that are called a name and hold half of one: Nom beside
// Prénom is the last name, Nombre beside Apellidos the first. Where no column
// names a company, a name alone may be that of the record too.
func halves(cols []*source) {
	shortHalves(cols)
	firm := slices.ContainsFunc(cols, func(s *source) bool {
		return s.means("", "company") || s.means("customer", "") || s.means("customer", "name")
	})
	for _, s := range cols {
		at := slices.IndexFunc(s.senses, func(c sense) bool { return c.idea == "name" && (c.owner == "" || c.owner == "contact") })
		if at < 0 || slices.ContainsFunc(s.senses, func(c sense) bool { return c.idea == "full_name" }) {
			continue
		}
		half := s.senses[at]
		first, last := s.beside(cols, half.owner, "first_name"), s.beside(cols, half.owner, "last_name")
		if first == last {
			continue
		}
		if half.idea = "last_name"; last {
			half.idea = "first_name"
		}
		if half.owner == "contact" || firm {
			s.half, s.senses = true, []sense{half}
		} else {
			s.senses = append(s.senses, half)
		}
	}
}

// shortHalves takes First beside Last for the halves of a name, where no column is
// called so in full.
func shortHalves(cols []*source) {
	for _, s := range cols {
		first, last := cmp.Or(s.last, s.phrase) == "first", cmp.Or(s.last, s.phrase) == "last"
		if len(s.senses) > 0 || !first && !last {
			continue
		}
		other, idea := "last", "first_name"
		if last {
			other, idea = "first", "last_name"
		}
		called := slices.ContainsFunc(cols, func(o *source) bool { return o.group == s.group && cmp.Or(o.last, o.phrase) == other })
		if called && !s.beside(cols, "", idea) {
			s.senses = []sense{{owner: words().nouns[s.group].owner, idea: idea, language: "en"}}
		}
	}
}

// means tells whether a column may mean the idea of that owner.
func (s *source) means(owner, idea string) bool {
	return slices.ContainsFunc(s.senses, func(c sense) bool { return c.idea == idea && c.owner == owner })
}

// beside tells whether a column under the same rows of the header may mean the
// idea of that owner.
func (s *source) beside(cols []*source, owner, idea string) bool {
	return slices.ContainsFunc(cols, func(o *source) bool { return o != s && o.group == s.group && o.means(owner, idea) })
}
