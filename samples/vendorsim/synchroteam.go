package vendorsim

import (
	"net/http"
	"net/url"
	"strings"
)

// Synchroteam is a simulated account at Synchroteam, API v3: an http.Handler with every endpoint of the reference.
// The gate before the endpoints is embedded: limits, faults, latency, counters, clock, transport.
type Synchroteam struct {
	*Gate
	*account
	maker maker
	pages map[string]page // guarded by the account's lock

	customers, sites, equipment, jobs, activities, recurrences *table
}

// page is an encoded list page and the version of the data it shows.
type page struct {
	version uint64
	body    []byte
}

// NewSynchroteam makes an account. It costs nothing until it is asked.
func NewSynchroteam(o Options) *Synchroteam {
	o = o.filled()
	g := newGate(o)
	s := &Synchroteam{
		Gate:    g,
		account: newAccount(g, StreamCustomers, StreamSites, StreamEquipment, StreamJobs),
		maker:   maker{seed: o.Seed, counts: o.Counts, data: o.Data, epoch: o.Epoch},
		pages:   map[string]page{},
	}
	m, clock := &s.maker, &s.version
	s.customers = m.customers(clock)
	s.sites = m.sites(clock)
	s.equipment = m.equipment(clock, s.sites)
	s.jobs = m.jobs(clock, s.sites, s.equipment)
	s.activities = m.activities(clock)
	s.recurrences = m.recurrences(clock, s.sites)
	s.add(s.customers, s.sites, s.equipment, s.jobs, s.activities, s.recurrences)
	s.account.show, s.account.rename = s.render, renameSynchroteam
	s.account.amend, s.account.target, s.account.invalid = s.amend, s.target, s.invalid
	s.Gate.serve, s.Gate.path, s.Gate.authorised = s.serve, endpointName, s.knows
	return s
}

// knows checks basic authentication with domain and key (reference: Authentication).
func (s *Synchroteam) knows(r *http.Request) bool {
	user, pass, given := r.BasicAuth()
	return given && same(user, s.opts.Domain) && same(pass, s.opts.APIKey)
}

// render shows a record as its details call does.
func (s *Synchroteam) render(stream string, r *record) object {
	return map[string]func(*record) object{
		StreamCustomers: s.customer, StreamSites: s.site, StreamEquipment: s.piece, StreamJobs: s.job,
		StreamActivities: s.activity, StreamRecurrences: s.recurrence,
	}[stream](r)
}

// renameSynchroteam gives jobs and recurrences another description, activities another note, all others a name.
func renameSynchroteam(t *table, r *record, name string) {
	switch t.stream {
	case StreamJobs, StreamRecurrences:
		r.body = r.body.clone()
		r.body.set("description", name)
	case StreamActivities:
		r.body = r.body.clone()
		r.body.set("note", name)
	default:
		r.name = name + " " + r.key
	}
}

// endpoint is one path: its verb and what answers it.
type endpoint struct {
	verb string
	run  func(*Synchroteam, *call) reply
}

// endpoints are all paths of the reference by lower-case name.
var endpoints = map[string]endpoint{
	"activity/details":          {http.MethodGet, (*Synchroteam).activityDetails},
	"activity/list":             {http.MethodGet, (*Synchroteam).activityList},
	"activity/send":             {http.MethodPost, (*Synchroteam).activitySend},
	"activity/delete":           {http.MethodDelete, (*Synchroteam).activityDelete},
	"activitytype/list":         {http.MethodGet, (*Synchroteam).activityTypeList},
	"customfield/list":          {http.MethodGet, (*Synchroteam).customFieldList},
	"customer/details":          {http.MethodGet, (*Synchroteam).customerDetails},
	"customer/list":             {http.MethodGet, (*Synchroteam).customerList},
	"customer/send":             {http.MethodPost, (*Synchroteam).customerSend},
	"customer/delete":           {http.MethodDelete, (*Synchroteam).customerDelete},
	"customer/undelete":         {http.MethodPost, (*Synchroteam).customerUndelete},
	"site/details":              {http.MethodGet, (*Synchroteam).siteDetails},
	"site/list":                 {http.MethodGet, (*Synchroteam).siteList},
	"site/send":                 {http.MethodPost, (*Synchroteam).siteSend},
	"site/delete":               {http.MethodDelete, (*Synchroteam).siteDelete},
	"site/undelete":             {http.MethodPost, (*Synchroteam).siteUndelete},
	"equipment/details":         {http.MethodGet, (*Synchroteam).equipmentDetails},
	"equipment/list":            {http.MethodGet, (*Synchroteam).equipmentList},
	"equipment/send":            {http.MethodPost, (*Synchroteam).equipmentSend},
	"equipment/delete":          {http.MethodDelete, (*Synchroteam).equipmentDelete},
	"equipment/undelete":        {http.MethodPost, (*Synchroteam).equipmentUndelete},
	"job/details":               {http.MethodGet, (*Synchroteam).jobDetails},
	"job/list":                  {http.MethodGet, (*Synchroteam).jobList},
	"job/send":                  {http.MethodPost, (*Synchroteam).jobSend},
	"job/delete":                {http.MethodDelete, (*Synchroteam).jobDelete},
	"job/schedule":              {http.MethodPost, (*Synchroteam).jobSchedule},
	"job/unschedule":            {http.MethodPost, (*Synchroteam).jobUnschedule},
	"job/cancel":                {http.MethodPost, (*Synchroteam).jobCancel},
	"job/validate":              {http.MethodPost, (*Synchroteam).jobValidate},
	"job/confirm":               {http.MethodPost, (*Synchroteam).jobConfirm},
	"job/complete":              {http.MethodPost, (*Synchroteam).jobComplete},
	"job/photos":                {http.MethodGet, (*Synchroteam).jobPhotos},
	"job/parts/send":            {http.MethodPost, (*Synchroteam).jobPartsSend},
	"jobreport/details":         {http.MethodGet, (*Synchroteam).jobReport},
	"jobschedulingwindow/list":  {http.MethodGet, (*Synchroteam).windowList},
	"jobtype/details":           {http.MethodGet, (*Synchroteam).jobTypeDetails},
	"jobtype/list":              {http.MethodGet, (*Synchroteam).jobTypeList},
	"jobreporttemplate/details": {http.MethodGet, (*Synchroteam).templateDetails},
	"jobreporttemplate/list":    {http.MethodGet, (*Synchroteam).templateList},
	"block/details":             {http.MethodGet, (*Synchroteam).blockDetails},
	"block/list":                {http.MethodGet, (*Synchroteam).blockList},
	"recurrence/details":        {http.MethodGet, (*Synchroteam).recurrenceDetails},
	"recurrence/list":           {http.MethodGet, (*Synchroteam).recurrenceList},
	"recurrence/delete":         {http.MethodDelete, (*Synchroteam).recurrenceDelete},
	"recurrence/close":          {http.MethodPut, (*Synchroteam).recurrenceClose},
}

// endpointName cuts the prefix off a path and folds its case: /api/v3, /Api/v3 and /v3 all appear in the reference.
// It is "?" for any other path.
func endpointName(path string) string {
	p := strings.ToLower(strings.TrimSuffix(path, "/"))
	for _, prefix := range []string{"/api/v3/", "/v3/"} {
		if name, found := strings.CutPrefix(p, prefix); found {
			return name
		}
	}
	return "?"
}

// serve answers an admitted call.
func (s *Synchroteam) serve(c *call) reply {
	e, known := endpoints[c.path]
	switch {
	case !known:
		return fail(http.StatusNotFound, "The requested resource does not exist")
	case c.r.Method != e.verb:
		return fail(http.StatusMethodNotAllowed, "You tried to access an object with an invalid method")
	case !acceptsJSON(c.r.Header["Accept"]):
		return fail(http.StatusNotAcceptable, "You requested a format that isn't JSON")
	}
	if e.verb == http.MethodPost && !strings.HasSuffix(c.path, "/undelete") {
		if bad := c.readBody(); bad != nil {
			return *bad
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(c.now)
	if e.verb != http.MethodGet {
		return s.perform(c, true, func(c *call) reply { return e.run(s, c) })
	}
	if key, cached := s.prebuilt(c); key != "" {
		if cached == nil {
			out := e.run(s, c)
			s.keepPage(key, out)
			return out
		}
		return reply{status: http.StatusOK, body: cached}
	}
	return e.run(s, c)
}

// acceptsJSON: reference, JSON (Default): application/json or text/json; nothing said is JSON too.
func acceptsJSON(accept []string) bool {
	if len(accept) == 0 {
		return true
	}
	for _, line := range accept {
		for kind := range strings.SplitSeq(line, ",") {
			kind, _, _ = strings.Cut(strings.TrimSpace(strings.ToLower(kind)), ";")
			switch kind {
			case "", "application/json", "text/json", "*/*", "application/*", "text/*":
				return true
			}
		}
	}
	return false
}

// prebuilt returns the name under which a page may be kept, "" when it may not, and the page if it still holds.
func (s *Synchroteam) prebuilt(c *call) (key string, body []byte) {
	if s.opts.Prebuilt <= 0 || c.fault != nil || !strings.HasSuffix(c.path, "/list") {
		return "", nil
	}
	for _, t := range s.tables {
		if t.pending() { // a page goes stale without a change of the data
			return "", nil
		}
	}
	key = c.path + "?" + c.r.URL.RawQuery
	if kept, found := s.pages[key]; found && kept.version == s.version {
		return key, kept.body
	}
	return key, nil
}

func (s *Synchroteam) keepPage(key string, out reply) {
	if out.status != http.StatusOK {
		return
	}
	if len(s.pages) >= s.opts.Prebuilt {
		clear(s.pages)
	}
	s.pages[key] = page{s.version, out.body}
}

// query returns the parsed query; broken escapes leave out their parameter.
func (c *call) query() url.Values { return c.r.URL.Query() }
