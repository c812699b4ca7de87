package vendorsim

import (
	"slices"
	"strings"
)

// customerlyKnowledge is the knowledge base at the start. Writers are read-only. No source shows the members of any of the
// three: they are the fewest that a relation needs, and whatever else is written is kept and given back.
func customerlyKnowledge() map[string]*shelf {
	return map[string]*shelf{
		"collections": {all: []object{{{"id", 11}, {"title", "Getting started"}}, {{"id", 12}, {"title", "Häufige Fragen"}}}},
		"articles": {all: []object{
			{{"id", 21}, {"collection_id", 11}, {"title", "First steps"}, {"body", "<p>Hello &amp; welcome</p>"}},
			{{"id", 22}, {"collection_id", 12}, {"title", "Prices"}, {"body", ""}},
		}},
		"writers": {all: []object{{{"id", 31}, {"name", "Dana Ortiz"}}}},
	}
}

// shelf returns the things of the kind that a path names.
func (s *Customerly) shelf(c *call) *shelf {
	if b := s.knowledge[knowledgeKind(c)]; b != nil {
		return b
	}
	return &shelf{}
}

// knowledgeKind is the middle of a path: collections, articles or writers.
func knowledgeKind(c *call) string { return strings.Split(c.path, "/")[1] }

// knowledgeAt finds the thing that the path names; bad is the answer where there is none.
func (s *Customerly) knowledgeAt(c *call) (n int, bad *reply) {
	n = slices.IndexFunc(s.shelf(c).all, func(o object) bool { return string(appendJSON(nil, o.get("id"))) == c.last() })
	if n < 0 {
		out := s.fail(s.o.MissingStatus, "Not found")
		return n, &out
	}
	return n, nil
}

// knowledgeList lists all things of a kind; articles also of one collection.
func (s *Customerly) knowledgeList(c *call) reply {
	all := slices.Clone(s.shelf(c).listed(&s.recent))
	if want := c.query().Get("collection_id"); want != "" && knowledgeKind(c) == "articles" {
		all = slices.DeleteFunc(all, func(o object) bool { return string(appendJSON(nil, o.get("collection_id"))) != want })
	}
	return customerlyData(all)
}

func (s *Customerly) knowledgeDetails(c *call) reply {
	n, bad := s.knowledgeAt(c)
	if bad != nil {
		return *bad
	}
	return customerlyData(s.shelf(c).all[n])
}

func (s *Customerly) knowledgeCreate(c *call) reply {
	if c.sent.text("title") == "" {
		return s.wrong("title is required")
	}
	s.lastArticle++
	made := s.filled(object{{"id", 1000 + s.lastArticle}}, c)
	b := s.shelf(c)
	b.put(&s.recent, append(slices.Clone(b.all), made))
	s.note(knowledgeKind(c), itoa(1000+s.lastArticle), "create", c.sent)
	return customerlyData(made)
}

func (s *Customerly) knowledgeEdit(c *call) reply {
	n, bad := s.knowledgeAt(c)
	if bad != nil {
		return *bad
	}
	b := s.shelf(c)
	all := slices.Clone(b.all)
	all[n] = s.filled(all[n].clone(), c)
	b.put(&s.recent, all)
	s.note(knowledgeKind(c), c.last(), "update", c.sent)
	return customerlyData(all[n])
}

// filled puts everything that was sent into a thing, but never another id.
func (s *Customerly) filled(o object, c *call) object {
	for _, key := range sortedKeys(c.sent.fields) {
		if key != "id" {
			o.set(key, jsonOf(c.sent.fields[key]))
		}
	}
	return o
}

func (s *Customerly) knowledgeDelete(c *call) reply {
	n, bad := s.knowledgeAt(c)
	if bad != nil {
		return *bad
	}
	b := s.shelf(c)
	b.put(&s.recent, slices.Delete(slices.Clone(b.all), n, n+1))
	return s.done(c, knowledgeKind(c), c.last(), "delete")
}
