package vendorsim

import (
	"slices"
	"strings"
)

// customerlyKnowledge is the knowledge base at the start. Writers are read-only. No source shows the members of any of the
// three: they are the fewest that a relation needs, and whatever else is written is kept and given back.
func customerlyKnowledge() map[string][]object {
	return map[string][]object{
		"collections": {{{"id", 11}, {"title", "Getting started"}}, {{"id", 12}, {"title", "Häufige Fragen"}}},
		"articles": {
			{{"id", 21}, {"collection_id", 11}, {"title", "First steps"}, {"body", "<p>Hello &amp; welcome</p>"}},
			{{"id", 22}, {"collection_id", 12}, {"title", "Prices"}, {"body", ""}},
		},
		"writers": {{{"id", 31}, {"name", "Dana Ortiz"}}},
	}
}

// knowledgeKind is the middle of a path: collections, articles or writers.
func knowledgeKind(c *call) string { return strings.Split(c.path, "/")[1] }

// knowledgeAt finds the thing that the path names; bad is the answer where there is none.
func (s *Customerly) knowledgeAt(c *call) (n int, bad *reply) {
	n = slices.IndexFunc(s.knowledge[knowledgeKind(c)], func(o object) bool { return string(appendJSON(nil, o.get("id"))) == c.last() })
	if n < 0 {
		out := s.fail(s.o.MissingStatus, "Not found")
		return n, &out
	}
	return n, nil
}

// knowledgeList lists all things of a kind; articles also of one collection.
func (s *Customerly) knowledgeList(c *call) reply {
	all := slices.Clone(s.knowledge[knowledgeKind(c)])
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
	return customerlyData(s.knowledge[knowledgeKind(c)][n])
}

func (s *Customerly) knowledgeCreate(c *call) reply {
	if c.sent.text("title") == "" {
		return s.wrong("title is required")
	}
	kind := knowledgeKind(c)
	s.lastArticle++
	made := s.written(object{{"id", 1000 + s.lastArticle}}, c)
	s.knowledge[kind] = append(slices.Clone(s.knowledge[kind]), made)
	s.wrote(1)
	return customerlyData(made)
}

func (s *Customerly) knowledgeEdit(c *call) reply {
	n, bad := s.knowledgeAt(c)
	if bad != nil {
		return *bad
	}
	all := s.knowledge[knowledgeKind(c)]
	all[n] = s.written(all[n].clone(), c)
	s.wrote(1)
	return customerlyData(all[n])
}

// written puts everything that was sent into a thing, but never another id.
func (s *Customerly) written(o object, c *call) object {
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
	kind := knowledgeKind(c)
	s.knowledge[kind] = slices.Delete(slices.Clone(s.knowledge[kind]), n, n+1)
	return s.done()
}
