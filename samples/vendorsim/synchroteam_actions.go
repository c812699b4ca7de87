package vendorsim

import "strings"

// Actions on jobs. Each takes id, myId or num in its body and answers with a list (reference: Schedule a job and the
// sections after it).

// EffectTechnician is the effect of a Synchroteam account in Counters.Effects: the device of a technician tells of a job.
const EffectTechnician = "technician notified"

// act changes every job that the payload names. do may refuse through the payload; then nothing is changed.
func (s *Synchroteam) act(c *call, do func(p *payload, r *record), show func(r *record) object, after func(r *record)) reply {
	p, f := c.sent, s.finders()[StreamJobs]
	var found []int
	asked := ""
	for _, name := range f.takes {
		if v := p.key(name); v != "" {
			found, asked = f.all(name, v, false), v
			break
		}
	}
	if len(found) == 0 {
		return missing(asked, "job")
	}
	drafts := make([]*record, len(found))
	for n, i := range found {
		drafts[n] = f.t.draft(i)
		do(p, drafts[n])
	}
	if bad := p.refuse(); bad != nil {
		return *bad
	}
	rows := make([]object, len(found))
	for n, i := range found {
		r := f.t.commit(i, drafts[n], c.now)
		s.note(StreamJobs, r.key, strings.TrimPrefix(c.path, "job/"), p)
		rows[n] = show(r)
		if after != nil {
			after(r)
		}
	}
	return ok(rows)
}

// statusRow is what most actions answer with.
func statusRow(status string) func(*record) object {
	return func(r *record) object { return object{{"id", r.key}, {"status", status}} }
}

// jobSchedule: reference, Schedule a job. Technicians are notified unless the job is a draft.
func (s *Synchroteam) jobSchedule(c *call) reply {
	return s.act(c, func(p *payload, r *record) {
		if r.start, r.end = p.time("scheduledStart"), p.time("scheduledEnd"); r.start == 0 || r.end == 0 {
			p.wrong("scheduledStart and scheduledEnd are required")
		}
		if r.end < r.start {
			p.wrong("scheduledEnd is before scheduledStart")
		}
		if p.has("technician") {
			r.user = p.userAt("technician")
		}
		r.setOthers(p)
		r.status = "scheduled"
	}, func(r *record) object {
		return object{
			{"id", r.key}, {"status", r.status}, {"scheduledStart", date(r.start, formSecond)},
			{"scheduledEnd", date(r.end, formSecond)}, {"technician", shortUser(r.user)},
			{"otherTechnicians", r.body.get("otherTechnicians")},
		}
	}, s.notify)
}

// jobUnschedule: reference, Unschedule a job. It answers scheduled, as the sample does; the job itself is created
// again.
func (s *Synchroteam) jobUnschedule(c *call) reply {
	return s.act(c, func(_ *payload, r *record) {
		if r.user >= 0 && r.start != 0 && !r.draft() {
			s.effect(EffectTechnician, 1)
		}
		r.start, r.end, r.user, r.status = 0, 0, -1, "created"
		r.body.set("otherTechnicians", []any{})
	}, func(r *record) object {
		return object{{"id", r.key}, {"status", "scheduled"}, {"scheduledStart", nil}, {"scheduledEnd", nil}, {"technician", nil}}
	}, nil)
}

// jobCancel: reference, Cancel a job.
func (s *Synchroteam) jobCancel(c *call) reply {
	return s.act(c, func(_ *payload, r *record) { r.status = "cancelled" }, statusRow("cancelled"), s.notify)
}

// jobValidate: reference, Validate a job.
func (s *Synchroteam) jobValidate(c *call) reply {
	return s.act(c, func(_ *payload, r *record) { r.status, r.validatedAt = "validated", c.now.Unix() }, statusRow("validated"), nil)
}

// jobConfirm: reference, Confirm a job: only one planned as a draft. It answers confirmed, which is no status of a
// job.
func (s *Synchroteam) jobConfirm(c *call) reply {
	return s.act(c, func(p *payload, r *record) {
		if !r.draft() {
			p.wrong("The job is not in draft status")
			return
		}
		o, _ := r.body.get("preferences").(object)
		o = o.clone()
		o.set("isDraft", false)
		r.body.set("preferences", o)
	}, statusRow("confirmed"), s.notify)
}

// jobComplete: reference, Complete a job.
func (s *Synchroteam) jobComplete(c *call) reply {
	return s.act(c, func(p *payload, r *record) {
		start, end := p.time("actualStart"), p.time("actualEnd")
		if start == 0 || end == 0 || end < start {
			p.wrong("actualStart and actualEnd are required, in this order")
		}
		r.actualStart, r.actualEnd, r.reportChanged, r.status = start, end, c.now.Unix(), "completed"
	}, statusRow("completed"), nil)
}
