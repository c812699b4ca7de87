package vendorsim

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Job statuses (reference: The job object, status).
var jobStatuses = []string{"created", "scheduled", "synchronized", "started", "paused", "completed", "validated", "cancelled"}

const firstJobNum = 1001

// jobs makes the table of jobs (reference: The job object). One in thirty is deleted from the start.
func (m *maker) jobs(clock *uint64, sites, equipment *table) *table {
	var t *table
	t = m.table(StreamJobs, m.counts.Jobs, clock, func(key string) int { return m.findJob(t, key) })
	t.baseGone = m.counts.Jobs > 0
	t.sorts = jobSorts
	t.makeHead = func(i int, createdMS int64) head {
		p := pickFor(m.seed, kindJob, i)
		h := blank(i, createdMS)
		h.key = m.jobKey(i, createdMS)
		h.num = int64(firstJobNum + i)
		h.modified = m.changed(&p, h.created)
		h.myID, h.noMyID = m.myID("ref-job", i, &p)
		h.deleted = p.n(30) == 0
		m.placeJob(&h, &p, sites, equipment)
		m.planJob(&h, &p)
		h.photos = max(p.n(8)-4, 0)
		return h
	}
	t.makeBody = m.jobBody
	return t
}

// placeJob links a job to equipment, a site or a customer.
func (m *maker) placeJob(h *head, p *pick, sites, equipment *table) {
	d := p.n(100)
	h.customer = m.link(p, m.counts.Customers)
	switch {
	case d < 35 && m.counts.Equipment > 0:
		h.equipment = m.link(p, m.counts.Equipment)
		e := equipment.makeHead(h.equipment, equipment.created(h.equipment))
		h.customer, h.site = e.customer, e.site
	case d < 70 && m.counts.Sites > 0:
		h.site = m.link(p, m.counts.Sites)
		h.customer = m.siteCustomer(sites, h.site)
	}
	h.kind = p.n(len(jobTypes))
	h.template = p.n(len(reportTemplates))
	if d%4 == 0 {
		h.prefTeam = p.n(len(teams))
	}
}

// planJob draws dates and the status that fits them.
func (m *maker) planJob(h *head, p *pick) {
	h.start = h.created + int64(p.n(30*24))*3600
	h.end = h.start + int64(1+p.n(8))*1800
	h.user = p.n(len(users))
	h.status = p.of([]string{"completed", "completed", "validated", "validated", "started", "paused", "cancelled"})
	if h.start > m.epoch.Unix() {
		h.status = p.of([]string{"scheduled", "synchronized", "created"})
	}
	switch h.status {
	case "created":
		h.start, h.end, h.user = 0, 0, -1
	case "started", "paused":
		h.actualStart = h.start + int64(p.n(40))*60
		h.reportChanged = h.actualStart
	case "completed", "validated":
		h.actualStart = h.start + int64(p.n(40))*60
		h.actualEnd = h.actualStart + int64(10+p.n(200))*60
		h.reportChanged = h.actualEnd
	}
	if h.status == "validated" {
		h.validatedAt = h.actualEnd + int64(p.n(48))*3600
	}
	h.modified = min(max(h.modified, h.reportChanged, h.validatedAt), max(m.epoch.Unix(), h.created))
}

// jobKey is the id of a job: creator, underscore and the time of creation, or a GUID now and then (reference: Send
// job parts shows one).
func (m *maker) jobKey(i int, createdMS int64) string {
	x := mix(m.seed ^ 0x9001 ^ mix(uint64(i)))
	if !m.data.Plain && x%40 == 0 {
		return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", i, x>>8&0xffff, 0x4000|x>>24&0xfff, 0x8000|x>>36&0x3fff, x>>16&0xffffffffffff)
	}
	t := time.UnixMilli(createdMS).UTC()
	return strconv.Itoa(users[x>>8%3].id) + "_" + t.Format("060102150405") + fmt.Sprintf("%03d", t.Nanosecond()/1e6)
}

// findJob is the way back from a job's id to its index, for jobs from the seed.
func (m *maker) findJob(t *table, key string) int {
	i := -1
	if _, stamp, found := strings.Cut(key, "_"); found && len(stamp) == 15 {
		at, err := time.Parse("060102150405", stamp[:12])
		ms, err2 := strconv.Atoi(stamp[12:])
		if err != nil || err2 != nil || t.base == 0 {
			return -1
		}
		step := max(history.Milliseconds()/int64(t.base), 1)
		i = int((at.UnixMilli() + int64(ms) - t.created(0)) / step)
	} else if len(key) == 36 {
		n, err := strconv.ParseInt(key[:8], 16, 64)
		if err != nil {
			return -1
		}
		i = int(n)
	}
	if i < 0 || i >= t.base || m.jobKey(i, t.created(i)) != key {
		return -1
	}
	return i
}

// jobBody draws the rest of a job.
func (m *maker) jobBody(h *head) object {
	p := pickFor(m.seed, kindJob+kindBody, h.idx)
	text := p.of(tasks) + " " + strconv.Itoa(h.idx)
	switch d := p.n(12); {
	case m.long(h.idx):
		text = longText()
	case m.data.Plain:
	case d == 0:
		text = "<p>Please call <b>before</b> &amp; after.</p>\r\n<br/>"
	case d == 1:
		text = p.of(nastyNames)
	}
	skills, _ := jobTypes[max(h.kind, 0)].get("skills").([]string)
	o := object{{"description", text}, {"priority", p.of([]string{"low", "medium", "high"})}, {"createdBy", users[p.n(3)].short()}}
	o = append(o, m.address(&p)...)
	o = append(o,
		member{"position", m.position(&p)}, member{"contactFirstName", p.of(firstNames)},
		member{"contactLastName", p.of(lastNames)}, member{"contactEmail", orNull(m.email("job", h.idx, &p))},
		member{"contactMobile", m.phone(&p)}, member{"contactPhone", m.phone(&p)},
		member{"publicLink", "https://yourdomain.synchroteam.com/Jobs/PublicJob/" + publicLink("x", m.seed, int64(h.idx))[37:]},
		member{"otherTechnicians", m.others(h, &p)}, member{"parts", m.parts(&p)},
		member{"customFieldValues", m.customValues("job", h.idx, &p)}, member{"tags", m.tags(&p)},
		member{"skills", skills}, member{"preferences", m.preferences(h, &p)},
	)
	return o
}

func (m *maker) others(h *head, p *pick) []any {
	out := []any{}
	if k := p.n(3); h.user >= 0 {
		for n := range k {
			out = append(out, users[(h.user+1+n)%len(users)].short())
		}
	}
	return out
}

func (m *maker) parts(p *pick) []any {
	out := []any{}
	for range p.n(3) {
		part := object{{"id", 34000 + p.n(2000)}, {"quantity", 1 + p.n(10)}, {"reference", "111-a"}, {"serialNumbers", nil}}
		switch p.n(3) {
		case 0:
			part = object{{"id", 34454}, {"quantity", 2}, {"reference", "ACCROCHE FIX CF62033"}, {"serialNumbers", []string{"1234r5twy3y", "0045ks"}}}
		case 1:
			part.set("quantity", decimal("10.50"))
		}
		out = append(out, part)
	}
	return out
}

// preferences: reference, The job scheduling preferences object. Null where a job has none.
func (m *maker) preferences(h *head, p *pick) any {
	draft, pool := p.n(6) == 0 && h.status == "scheduled", p.n(4) == 0
	window, u := p.n(len(schedulingWindows)), users[p.n(len(users))]
	if h.prefTeam < 0 && !draft {
		return nil
	}
	w := schedulingWindows[window]
	o := object{
		{"date", date(h.created+86400, formDay)}, {"dateTime", nil}, {"isDraft", draft}, {"isPool", pool},
		{"schedulingWindow", object{{"id", w.get("id")}, {"name", w.get("name")}}}, {"team", nil}, {"user", u.short()},
	}
	if window == 1 {
		o.set("dateTime", date(h.created+90000, formSecond))
	}
	if h.prefTeam >= 0 {
		o.set("team", teams[h.prefTeam].object())
	}
	return o
}

// jobSorts: reference, List jobs, sort; and one more for looking records up. Jobs without a date come first.
var jobSorts = map[string]func(*head) sortKey{
	"num":            func(h *head) sortKey { return sortKey{n: h.num} },
	"scheduledstart": func(h *head) sortKey { return sortKey{n: h.start} },
	"scheduledend":   func(h *head) sortKey { return sortKey{n: h.end} },
	"actualstart":    func(h *head) sortKey { return sortKey{n: h.actualStart} },
	"actualend":      func(h *head) sortKey { return sortKey{n: h.actualEnd} },
	"datemodified":   func(h *head) sortKey { return sortKey{n: h.modified} },
	"myid":           func(h *head) sortKey { return sortKey{s: h.myID} },
}
