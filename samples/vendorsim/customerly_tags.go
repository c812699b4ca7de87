package vendorsim

import (
	"slices"
	"strconv"
	"strings"
)

// customerlyTag is a tag of the account. A deletion takes it off everybody at once, whom nobody has to visit: the
// generation moves, and marks of earlier ones count no more.
type customerlyTag struct {
	name       string
	exists     bool
	generation int
}

// tag returns the tag of that name, nil when there never was one.
func (s *Customerly) tag(name string) *customerlyTag {
	for i := range s.tags {
		if s.tags[i].name == name {
			return &s.tags[i]
		}
	}
	return nil
}

// mark is how a person carries the tag: its name alone in generation 0, as in the seed.
func (t *customerlyTag) mark() string {
	if t.generation == 0 {
		return t.name
	}
	return t.name + "\x00" + strconv.Itoa(t.generation)
}

// tagsOf returns the tags that a person has now.
func (s *Customerly) tagsOf(r *record) []string {
	marks, _ := r.body.get("tags").([]string)
	out := make([]string, 0, len(marks))
	for _, mark := range marks {
		name, _, _ := strings.Cut(mark, "\x00")
		if t := s.tag(name); t != nil && t.mark() == mark {
			out = append(out, name)
		}
	}
	return out
}

// addTags puts tags on a person whose body may be changed; unknown ones are made.
func (s *Customerly) addTags(r *record, names []string) {
	marks, _ := r.body.get("tags").([]string)
	marks = slices.Clone(marks)
	for _, name := range names {
		if name == "" {
			continue
		}
		if mark := s.makeTag(name); !slices.Contains(marks, mark) {
			marks = append(marks, mark)
		}
	}
	r.body.set("tags", marks)
}

// makeTag lets a tag exist and returns its mark.
func (s *Customerly) makeTag(name string) string {
	t := s.tag(name)
	if t == nil {
		s.tags = append(s.tags, customerlyTag{name: name})
		t = &s.tags[len(s.tags)-1]
	}
	t.exists = true
	return t.mark()
}

// tagList lists the names of all tags at once.
func (s *Customerly) tagList(*call) reply {
	names := []string{}
	for _, t := range s.tags {
		if t.exists {
			names = append(names, t.name)
		}
	}
	return customerlyData(names)
}

// tagChange tags or untags users and leads. Nothing is changed where one of them does not exist.
func (s *Customerly) tagChange(c *call) reply {
	p := c.sent
	name := p.text("tag")
	untag, isFlag := p.fields["untag"].(bool)
	if p.fields["untag"] != nil && !isFlag {
		p.wrong("untag must be a boolean")
	}
	type target struct {
		q *people
		i int
	}
	var targets []target
	for _, q := range []*people{s.users, s.leads} {
		for _, selector := range p.objects(q.stream) {
			i := s.selected(q, selector)
			if selector.bad != "" {
				return s.wrong(selector.bad)
			}
			if i < 0 {
				return s.unknown(q == s.leads)
			}
			targets = append(targets, target{q, i})
		}
	}
	switch {
	case p.bad != "":
		return s.wrong(p.bad)
	case name == "":
		return s.wrong("tag is required")
	case len(targets) == 0:
		return s.wrong("users or leads is required")
	}
	for _, t := range targets {
		r := t.q.touch(t.i, t.q.stamp(c.now))
		r.body = r.body.clone()
		if !untag {
			s.addTags(r, []string{name})
			continue
		}
		marks, _ := r.body.get("tags").([]string)
		r.body.set("tags", slices.DeleteFunc(slices.Clone(marks), func(mark string) bool {
			have, _, _ := strings.Cut(mark, "\x00")
			return have == name
		}))
	}
	verb := "tag"
	if untag {
		verb = "untag"
	}
	return s.done(c, "tags", name, verb)
}

// tagDelete takes a tag off everybody; the body names it.
func (s *Customerly) tagDelete(c *call) reply {
	name := c.sent.text("tag")
	if name == "" {
		return s.wrong("tag is required")
	}
	t := s.tag(name)
	if t == nil || !t.exists {
		return s.fail(s.o.MissingStatus, "Tag doesn't exist")
	}
	t.exists = false
	t.generation++
	return s.done(c, "tags", name, "delete")
}
