package vendorsim

import (
	"strconv"
	"strings"
)

// fold makes names comparable: sorting and searching by name do not look at case.
func fold(s string) string { return strings.ToLower(s) }

// activities makes the table of activities (reference: The activity object).
func (m *maker) activities(clock *uint64) *table {
	id, find := numericIDs(firstActivity)
	t := m.table(StreamActivities, m.counts.Activities, clock, find)
	t.sorts = activitySorts
	t.makeHead = func(i int, createdMS int64) head {
		p := pickFor(m.seed, kindActivity, i)
		h := blank(i, createdMS)
		h.id = id(i)
		h.key = itoa(h.id)
		h.modified = h.created
		h.kind = p.n(len(activityTypes))
		h.start = h.created/60*60 + int64(p.n(72))*3600
		h.end = h.start + int64(1+p.n(16))*1800
		h.user = p.n(len(users))
		if p.n(2) == 0 && activityTypes[h.kind].text("category") == "unavail" {
			h.user, h.team = -1, p.n(len(teams))
		}
		return h
	}
	t.makeBody = func(h *head) object {
		p := pickFor(m.seed, kindActivity+kindBody, h.idx)
		note := any("Hey this is a sample note! " + strconv.Itoa(h.idx))
		switch d := p.n(10); {
		case m.data.Plain:
		case m.long(h.idx):
			note = longText()
		case d == 0:
			note = nil
		case d == 1:
			note = "<div>HTML &nbsp; note</div>"
		case d == 2:
			note = p.of(nastyNames)
		}
		distance := any(nil)
		if activityTypes[h.kind].text("category") == "travel" {
			km := 5 + p.n(200)*10
			distance = object{{"km", decimal(strconv.Itoa(km) + ".50")}, {"mi", decimal(strconv.Itoa(km*62/100) + ".20")}}
		}
		return object{{"note", note}, {"distance", distance}}
	}
	return t
}

// activitySorts: reference, List activities, sort.
var activitySorts = map[string]func(*head) sortKey{
	"startdate": func(h *head) sortKey { return sortKey{n: h.start} },
	"enddate":   func(h *head) sortKey { return sortKey{n: h.end} },
	"activitytype_name": func(h *head) sortKey {
		return sortKey{s: fold(activityTypes[h.kind].text("name"))}
	},
	"user_login": func(h *head) sortKey {
		if h.user < 0 {
			return sortKey{}
		}
		return sortKey{s: users[h.user].login}
	},
	"": func(h *head) sortKey { return sortKey{n: int64(h.idx)} },
}

// recurrences makes the table of recurrences (reference: The Recurrence object). One in four is closed.
func (m *maker) recurrences(clock *uint64, sites *table) *table {
	id, find := numericIDs(firstRecurrence)
	t := m.table(StreamRecurrences, m.counts.Recurrences, clock, find)
	t.sorts = map[string]func(*head) sortKey{"": func(h *head) sortKey { return sortKey{n: int64(h.idx)} }}
	t.makeHead = func(i int, createdMS int64) head {
		p := pickFor(m.seed, kindRecurrence, i)
		h := blank(i, createdMS)
		h.id = id(i)
		h.key = itoa(h.id)
		h.num = int64(600 + i)
		h.modified = h.created
		h.myID, h.noMyID = m.myID("rec-", i, &p)
		if h.customer = m.link(&p, m.counts.Customers); p.n(2) == 0 && m.counts.Sites > 0 {
			h.site = m.link(&p, m.counts.Sites)
			h.customer = m.siteCustomer(sites, h.site)
		}
		h.kind, h.template = p.n(len(jobTypes)), p.n(len(reportTemplates))
		h.start = h.created / 86400 * 86400
		if p.n(2) == 0 {
			h.end = h.start + int64(30+p.n(700))*86400
		}
		h.closed = p.n(4) == 0
		return h
	}
	t.makeBody = m.recurrenceBody
	return t
}

func (m *maker) recurrenceBody(h *head) object {
	p := pickFor(m.seed, kindRecurrence+kindBody, h.idx)
	w := schedulingWindows[p.n(len(schedulingWindows))]
	who := object{{"id", nil}, {"name", " "}} // as the sample shows nobody
	if u := users[p.n(len(users))]; p.n(2) == 0 {
		who = u.short()
	}
	o := object{{"description", p.of(tasks) + " " + strconv.Itoa(h.idx)}, {"priority", p.of([]string{"low", "medium", "high"})}}
	o = append(o, member{"createdBy", users[0].short()})
	o = append(o, m.address(&p)...)
	return append(o,
		member{"position", m.position(&p)}, member{"contactFirstName", p.of(firstNames)}, member{"contactLastName", p.of(lastNames)},
		member{"contactMobile", m.phone(&p)}, member{"contactPhone", m.phone(&p)}, member{"contactEmail", orNull(m.email("rec", h.idx, &p))},
		member{"frequency", 1 + p.n(4)}, member{"frequencyLevel", p.of([]string{"day", "week", "month", "year"})},
		member{"days", p.of([]string{"2", "1,5", "2,5", ""})}, member{"duration", jobTypes[h.kind].get("duration")},
		member{"customFields", m.customValues("job", h.idx, &p)},
		member{"preferences", object{
			{"schedulingWindow", object{{"id", w.get("id")}, {"name", w.get("name")}}}, {"team", teams[p.n(len(teams))].object()},
			{"user", who}, {"autoScheduleDays", 14}, {"flAutoSchedule", p.n(2) == 0}, {"specificTime", nil},
		}},
	)
}
