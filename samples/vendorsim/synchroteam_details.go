package vendorsim

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// finder reads the parameter that names a record: id, name, myId, email or num, as far as the endpoint takes it
// (reference: {paramType} of the details and delete sections). The first one given decides.
type finder struct {
	t     *table
	what  string
	takes []string
}

func (s *Synchroteam) finders() map[string]finder {
	return map[string]finder{
		StreamCustomers:   {s.customers, "customer", []string{"id", "myId", "name", "email"}},
		StreamSites:       {s.sites, "site", []string{"id", "myId", "name"}},
		StreamEquipment:   {s.equipment, "equipment", []string{"id", "myId", "name"}},
		StreamJobs:        {s.jobs, "job", []string{"id", "num", "myId"}},
		StreamActivities:  {s.activities, "activity", []string{"id"}},
		StreamRecurrences: {s.recurrences, "recurrence", []string{"id"}},
	}
}

// asked returns the parameter and value that a call looks for, "" when it names none.
func (f finder) asked(q url.Values) (name, value string) {
	for _, name := range f.takes {
		if v := q.Get(name); v != "" {
			return name, v
		}
	}
	return "", ""
}

// read returns the oldest live record with that value as a single read shows it, nil for none: by id and num out of the
// store, by anything else out of the search index.
func (f finder) read(name, value string, keysAtOnce bool) *record {
	sought := true
	var found []int
	switch {
	case name == "id" || name == "num" || name == "myId" && keysAtOnce:
		sought = false
		found = append(f.all(name, value, false), f.all(name, value, true)...)
	case name == "myId":
		found = f.t.sought("myid", value, func(h *head) string { return h.myID })
	case name == "name":
		found = f.t.sought("name", value, func(h *head) string { return h.name })
	case name == "email":
		found = f.t.sought("email", value, func(h *head) string { return h.email })
	}
	for _, i := range found {
		if r := f.t.asRead(i, sought); r != nil {
			return r
		}
	}
	return nil
}

// all returns the indexes of the records with that value, ascending; deleted asks for deleted ones.
func (f finder) all(name, value string, deleted bool) []int {
	one := func(i int) []int {
		if i < 0 || f.t.headAt(i).deleted != deleted {
			return nil
		}
		return []int{i}
	}
	switch name {
	case "":
		return nil
	case "id":
		return one(f.t.find(value))
	case "num":
		n, err := strconv.Atoi(value)
		if err != nil || n < firstJobNum || n-firstJobNum >= f.t.next {
			return nil
		}
		return one(n - firstJobNum)
	case "myId":
		return f.t.lookup("myid", value, func(h *head) string { return h.myID }, deleted)
	case "name":
		return f.t.lookup("name", value, func(h *head) string { return h.name }, deleted)
	default:
		return f.t.lookup("email", value, func(h *head) string { return h.email }, deleted)
	}
}

// details answers a details call: the oldest of several matches.
func (s *Synchroteam) details(c *call, stream string, render func(*record) object) reply {
	f := s.finders()[stream]
	name, value := f.asked(c.query())
	r := f.read(name, value, s.opts.KeysAtOnce)
	if r == nil {
		return missing(value, f.what)
	}
	return ok(render(r))
}

func (s *Synchroteam) customerDetails(c *call) reply {
	return s.details(c, StreamCustomers, s.customer)
}

func (s *Synchroteam) siteDetails(c *call) reply { return s.details(c, StreamSites, s.site) }

func (s *Synchroteam) equipmentDetails(c *call) reply { return s.details(c, StreamEquipment, s.piece) }

func (s *Synchroteam) jobDetails(c *call) reply { return s.details(c, StreamJobs, s.job) }

func (s *Synchroteam) activityDetails(c *call) reply {
	return s.details(c, StreamActivities, s.activity)
}

func (s *Synchroteam) recurrenceDetails(c *call) reply {
	return s.details(c, StreamRecurrences, s.recurrence)
}

// jobReport: reference, Retrieve a job report.
func (s *Synchroteam) jobReport(c *call) reply {
	f := s.finders()[StreamJobs]
	name, value := f.asked(c.query())
	r := f.read(name, value, s.opts.KeysAtOnce)
	if r == nil {
		return missing(value, "job report")
	}
	return ok(s.maker.report(&r.head, r.answers()))
}

// jobPhotos: reference, Retrieve job photos.
func (s *Synchroteam) jobPhotos(c *call) reply {
	withData := strings.EqualFold(c.query().Get("getImageData"), "true")
	return s.details(c, StreamJobs, func(r *record) object {
		var myID any = r.myID
		if r.noMyID {
			myID = nil
		}
		return object{
			{"job", object{{"id", r.key}, {"myId", myID}, {"num", r.num}}}, {"photos", s.photoList(r, withData)},
		}
	})
}

// FillReport lets a technician write a value into an item of a job's report. The job's dateModified does not move:
// only reportChangedSince tells (reference: List jobs). False when the job is not live.
func (s *Synchroteam) FillReport(id, item, value string) bool {
	return s.hand(StreamJobs, id, func(t *table, i int, now time.Time) bool {
		was := t.headAt(i)
		if was.deleted {
			return false
		}
		r := t.touch(i, now.Unix())
		r.modified, r.reportChanged = was.modified, now.Unix()
		r.body = r.body.clone()
		r.body.set("_answers", append(r.answers()[:len(r.answers()):len(r.answers())], answer{item: item, value: value}))
		return true
	})
}
