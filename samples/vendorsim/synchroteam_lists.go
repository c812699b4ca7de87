package vendorsim

import (
	"net/http"
	"strings"
)

// The lists of customers, sites and equipment (reference: List customers, List sites, List equipment).

func partyListing(c *call) *listing {
	l := newListing(c, "name", "datemodified", "datecreated", "myid")
	l.text("name", func(h *head, v string) bool { return wildcard(v, h.name) })
	return l
}

func (s *Synchroteam) customerList(c *call) reply {
	l := partyListing(c)
	l.changedSince(s.customers, false)
	l.text("email", func(h *head, v string) bool { return strings.EqualFold(h.email, v) })
	return s.records(c, l, s.customers, s.customer)
}

func (s *Synchroteam) siteList(c *call) reply {
	l := partyListing(c)
	l.changedSince(s.sites, false)
	s.customerFilters(l)
	return s.records(c, l, s.sites, s.site)
}

func (s *Synchroteam) equipmentList(c *call) reply {
	l := partyListing(c)
	l.changedSince(s.equipment, false)
	s.customerFilters(l)
	s.siteFilters(l)
	return s.records(c, l, s.equipment, s.piece)
}

func (s *Synchroteam) customerFilters(l *listing) {
	of := func(h *head) int { return h.customer }
	l.id("customer_id", s.customers.find, of)
	l.myID("customer_myId", s.customers, of)
}

func (s *Synchroteam) siteFilters(l *listing) {
	of := func(h *head) int { return h.site }
	l.id("site_id", s.sites.find, of)
	l.myID("site_myId", s.sites, of)
}

func (s *Synchroteam) equipmentFilters(l *listing) {
	of := func(h *head) int { return h.equipment }
	l.id("equipment_id", s.equipment.find, of)
	l.myID("equipment_myId", s.equipment, of)
}

// typeFilters are those of jobs and recurrences by job type and report template; names are exact.
func typeFilters(l *listing) {
	kind, template := func(h *head) int { return h.kind }, func(h *head) int { return h.template }
	l.id("type_id", jobTypeIndex, kind)
	l.text("type_name", func(h *head, v string) bool { return h.kind >= 0 && jobTypes[h.kind].text("name") == v })
	l.id("reportTemplate_id", templateIndex, template)
	l.text("reportTemplate_name", func(h *head, v string) bool {
		return h.template >= 0 && reportTemplates[h.template].name == v
	})
}

// jobList: reference, List jobs.
func (s *Synchroteam) jobList(c *call) reply {
	l := newListing(c, "num", "scheduledstart", "scheduledend", "actualstart", "actualend", "datemodified")
	l.text("myId", func(h *head, v string) bool { return h.myID == v })
	l.text("status", func(h *head, v string) bool { return strings.EqualFold(h.status, v) })
	l.time("dateFrom", func(h *head, at int64) bool { _, end := h.span(); return end != 0 && end >= at })
	l.time("dateTo", func(h *head, at int64) bool { start, _ := h.span(); return start != 0 && start <= at })
	l.changedSince(s.jobs, true)
	l.time("reportChangedSince", func(h *head, at int64) bool { return h.reportChanged != 0 && h.reportChanged >= at })
	l.time("validatedSince", func(h *head, at int64) bool { return h.validatedAt != 0 && h.validatedAt >= at })
	s.userFilters(l)
	l.id("team_id_pref", teamIndex, func(h *head) int { return h.prefTeam })
	s.customerFilters(l)
	s.siteFilters(l)
	s.equipmentFilters(l)
	typeFilters(l)
	l.text("hasPhotos", func(h *head, v string) bool { return (h.photos > 0) == strings.EqualFold(v, "true") })
	switch v := strings.ToLower(l.q.Get("show")); v {
	case "", "active":
	case "deleted":
		l.query.show = showGone
	case "all":
		l.query.show = showAll
	default:
		l.wrong("show", v)
	}
	return s.records(c, l, s.jobs, s.simpleJob)
}

// span is when a job is or was: the real dates where there are any, the planned ones otherwise, 0 for none. An end
// that is not known yet is the start.
func (h *head) span() (start, end int64) {
	start, end = h.start, h.end
	if h.actualStart != 0 {
		start, end = h.actualStart, h.actualEnd
	}
	return start, max(start, end)
}

// userFilters: a team stands for its technicians, or for itself in unavailabilities.
func (s *Synchroteam) userFilters(l *listing) {
	l.id("user_id", userIndex, func(h *head) int { return h.user })
	l.text("user_login", func(h *head, v string) bool { return h.user >= 0 && users[h.user].login == v })
	l.id("team_id", teamIndex, func(h *head) int {
		if h.team >= 0 || h.user < 0 {
			return h.team
		}
		return users[h.user].team
	})
}

// activityList: reference, List activities. The category filter is spelled unavailability there and unavail in the
// objects; both are taken.
func (s *Synchroteam) activityList(c *call) reply {
	l := newListing(c, "startdate", "enddate", "activitytype_name", "user_login")
	if (l.q.Get("startDate") == "") != (l.q.Get("endDate") == "") {
		return fail(http.StatusBadRequest, "startDate and endDate require each other")
	}
	l.time("startDate", func(h *head, at int64) bool { return h.end >= at })
	l.time("endDate", func(h *head, at int64) bool { return h.start <= at })
	l.text("activityType_name", func(h *head, v string) bool { return activityTypes[h.kind].text("name") == v })
	l.text("activityType_category", func(h *head, v string) bool {
		return activityTypes[h.kind].text("category") == category(v)
	})
	l.id("user_id", userIndex, func(h *head) int { return h.user })
	l.text("user_login", func(h *head, v string) bool { return h.user >= 0 && users[h.user].login == v })
	l.id("team_id", teamIndex, func(h *head) int { return h.team })
	return s.records(c, l, s.activities, s.activity)
}

func category(v string) string {
	if strings.EqualFold(v, "unavailability") {
		return "unavail"
	}
	return strings.ToLower(v)
}

// recurrenceList: reference, List Recurrences. Without a documented sort it keeps the order of creation.
func (s *Synchroteam) recurrenceList(c *call) reply {
	l := newListing(c)
	l.time("dateFrom", func(h *head, at int64) bool { return h.start >= at })
	l.time("dateTo", func(h *head, at int64) bool { return h.end != 0 && h.end <= at })
	closed := strings.ToLower(l.q.Get("show"))
	if closed != "" && closed != "ongoing" && closed != "closed" {
		l.wrong("show", closed)
	}
	l.filter("show", closed, func(h *head) bool { return h.closed == (closed == "closed") })
	s.customerFilters(l)
	s.siteFilters(l)
	s.equipmentFilters(l)
	typeFilters(l)
	return s.records(c, l, s.recurrences, s.recurrence)
}
