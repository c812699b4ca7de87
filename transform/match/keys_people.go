package match

import "slices"

// personIdeas are those of fields that hold the name of a person.
var personIdeas = []string{"first_name", "last_name"}

// withoutPeople leaves out the groups that find a record by the name of a person,
// where something better is there: one contact may stand in many rows, and two
// people have one name. A name with its proof stays for the rows in which all that
// is better is blank.
func (p *proposer) withoutPeople(groups [][]string) [][]string {
	var better, people [][]string
	for _, g := range groups {
		if slices.ContainsFunc(g, p.ofPerson) {
			people = append(people, g)
		} else {
			better = append(better, g)
		}
	}
	if len(better) == 0 {
		return groups
	}
	if slices.ContainsFunc(better, p.filled) {
		return better
	}
	for _, g := range people {
		if slices.ContainsFunc(g, func(path string) bool { return !p.ofPerson(path) }) && !p.repeats(g) {
			better = append(better, g)
		}
	}
	return better
}

func (p *proposer) ofPerson(path string) bool {
	return p.has(path, personIdeas...) || slices.ContainsFunc(p.all, func(t *target) bool { return slices.Contains(t.person[:], path) })
}

// filled tells whether every row has all fields of a group.
func (p *proposer) filled(group []string) bool {
	return !slices.ContainsFunc(group, func(path string) bool {
		s := p.columnOf(path)
		return s == nil || s.profile.Blank > 0
	})
}

// repeats tells whether the names of a group stand in several rows each.
func (p *proposer) repeats(group []string) bool {
	for _, path := range group {
		s := p.columnOf(path)
		if p.ofPerson(path) && s != nil && (s.profile.Distinct < 0 || 2*s.profile.Distinct > s.profile.Cells) {
			return false
		}
	}
	return true
}

// columnOf gives the column that goes into a field, or is split into it.
func (p *proposer) columnOf(path string) *source {
	for i, m := range p.match {
		if m.target != nil && (m.target.path == path || m.target.person[0] == path || m.target.person[1] == path) {
			return p.cols[i]
		}
	}
	return nil
}
