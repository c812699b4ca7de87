package vendorsim

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// The lists and details of what the back office sets up: they never change.

// indexOf finds an id among n fixed things, -1 when there is none.
func indexOf(key string, n int, id func(int) int) int {
	for i := range n {
		if strconv.Itoa(id(i)) == key {
			return i
		}
	}
	return -1
}

func jobTypeIndex(key string) int {
	return indexOf(key, len(jobTypes), func(i int) int { return jobTypes[i].get("id").(int) })
}

func templateIndex(key string) int {
	return indexOf(key, len(reportTemplates), func(i int) int { return reportTemplates[i].id })
}

func userIndex(key string) int {
	return indexOf(key, len(users), func(i int) int { return users[i].id })
}

func teamIndex(key string) int {
	return indexOf(key, len(teams), func(i int) int { return teams[i].id })
}

func activityTypeIndex(key string) int {
	return indexOf(key, len(activityTypes), func(i int) int { return activityTypes[i].get("id").(int) })
}

func byName(o object) string { return fold(o.text("name")) }

// keepObjects returns those of all that match.
func keepObjects(all []object, match func(object) bool) []object {
	out := make([]object, 0, len(all))
	for _, o := range all {
		if match(o) {
			out = append(out, o)
		}
	}
	return out
}

// activityTypeList: reference, List activity types.
func (s *Synchroteam) activityTypeList(c *call) reply {
	l := newListing(c, "name", "category")
	cat, name := l.q.Get("category"), l.q.Get("name")
	rows := keepObjects(activityTypes, func(o object) bool {
		return (cat == "" || o.text("category") == category(cat)) && (name == "" || wildcard(name, o.text("name")))
	})
	return s.fixed(c, l, rows, func(o object) string { return fold(o.text(l.query.sort)) })
}

// customFieldList: reference, List Custom Fields; the type is mandatory.
func (s *Synchroteam) customFieldList(c *call) reply {
	l := newListing(c, "label", "order")
	kind := strings.ToLower(l.q.Get("type"))
	fields, known := customFields[kind]
	if !known {
		return fail(http.StatusBadRequest, "The parameter type is mandatory: job, customer, site, equipment or user")
	}
	rows := make([]object, len(fields))
	for n, f := range fields {
		rows[n] = f.object(n + 1)
	}
	return s.fixed(c, l, rows, func(o object) string {
		if l.query.sort == "order" {
			return fmt.Sprintf("%09d", o.get("order"))
		}
		return fold(o.text("label"))
	})
}

// windowList: reference, List job scheduling windows.
func (s *Synchroteam) windowList(c *call) reply {
	return s.fixed(c, newListing(c, "name"), schedulingWindows, byName)
}

// jobTypeList: reference, List Job Types.
func (s *Synchroteam) jobTypeList(c *call) reply {
	l := newListing(c, "name")
	name := l.q.Get("name")
	rows := keepObjects(jobTypes, func(o object) bool { return name == "" || wildcard(name, o.text("name")) })
	return s.fixed(c, l, rows, byName)
}

// jobTypeDetails: reference, Retrieve a job type.
func (s *Synchroteam) jobTypeDetails(c *call) reply {
	q := c.query()
	for i, o := range jobTypes {
		if v := q.Get("id"); v != "" && jobTypeIndex(v) == i {
			return ok(o)
		}
		if v := q.Get("name"); v != "" && o.text("name") == v {
			return ok(o)
		}
	}
	return missing(q.Get("id")+q.Get("name"), "job type")
}

// missing is 404 for what was not found, and 400 when the call did not say what to look for.
func missing(asked, what string) reply {
	if asked == "" {
		return fail(http.StatusBadRequest, "A parameter is missing: which "+what+"?")
	}
	return fail(http.StatusNotFound, "No "+what+" found")
}

// templateList: reference, List job report templates.
func (s *Synchroteam) templateList(c *call) reply {
	l := newListing(c, "name")
	name, published := l.q.Get("name"), strings.ToLower(l.q.Get("isPublished"))
	rows := []object{}
	for _, t := range reportTemplates {
		if name != "" && !wildcard(name, t.name) || published != "" && (published == "true") != t.published {
			continue
		}
		rows = append(rows, t.listed())
	}
	return s.fixed(c, l, rows, byName)
}

// templateDetails: reference, Retrieve a report template.
func (s *Synchroteam) templateDetails(c *call) reply {
	id := c.query().Get("id")
	if i := templateIndex(id); i >= 0 {
		return ok(reportTemplates[i].full())
	}
	return missing(id, "report template")
}

// blockList: reference, List shared blocks. No sort is documented.
func (s *Synchroteam) blockList(c *call) reply {
	rows := make([]object, len(sharedBlocks))
	for i, b := range sharedBlocks {
		rows[i] = b.listed()
	}
	return s.fixed(c, newListing(c), rows, nil)
}

// blockDetails: reference, Retrieve a block: shared ones and those inside a template.
func (s *Synchroteam) blockDetails(c *call) reply {
	id := c.query().Get("id")
	all := sharedBlocks
	for _, t := range reportTemplates {
		all = append(all[:len(all):len(all)], t.blocks...)
	}
	if i := indexOf(id, len(all), func(i int) int { return all[i].id }); i >= 0 {
		return ok(all[i].alone())
	}
	return missing(id, "block")
}
