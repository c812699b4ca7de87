package vendorsim

import "encoding/base64"

// How records look on the wire. Links show what the linked record is called now.

// party starts a customer, site or piece of equipment and puts its body in.
func party(r *record, data *Data) object {
	o := make(object, 0, len(r.body)+8)
	var myID any = r.myID
	if r.noMyID {
		myID = nil
	}
	o = append(o, member{"id", r.id}, member{"myId", myID}, member{"name", r.name})
	for _, m := range r.body {
		if m.key == "position" && data.CapitalPosition && r.idx%3 == 0 {
			m.key = "Position"
		}
		o = append(o, m)
	}
	if !data.NoDates {
		form := formSecond
		if data.ISODates {
			form = formISO
		}
		o = append(o, member{"dateCreated", date(r.created, form)}, member{"dateModified", date(r.modified, form)})
	}
	return data.surprise(r, o)
}

// surprise adds the key that no reference knows.
func (d *Data) surprise(r *record, o object) object {
	if d.ExtraField && r.idx%7 == 0 {
		o = append(o, member{"internalRevision", object{{"n", r.idx}, {"by", "system"}}})
	}
	return o
}

// link shows a linked record, null for none.
func link(t *table, i int) any {
	if i < 0 {
		return nil
	}
	h := t.headAt(i)
	var myID any = h.myID
	if h.noMyID {
		myID = nil
	}
	return object{{"id", h.id}, {"myId", myID}, {"name", h.name}}
}

// customer: reference, The customer object.
func (s *Synchroteam) customer(r *record) object { return party(r, &s.maker.data) }

// site: reference, The site object.
func (s *Synchroteam) site(r *record) object {
	o := party(r, &s.maker.data)
	o.set("customer", link(s.customers, r.customer))
	return o
}

// piece: reference, The equipment object.
func (s *Synchroteam) piece(r *record) object {
	o := s.site(r)
	o.set("site", link(s.sites, r.site))
	return o
}

// activity: reference, The activity object.
func (s *Synchroteam) activity(r *record) object {
	t := activityTypes[r.kind]
	o := object{{"id", r.id}, {"activityType", t.without("color")}, {"note", r.body.get("note")},
		{"dateStart", date(r.start, formMinute)}, {"dateEnd", date(r.end, formMinute)},
		{"distance", r.body.get("distance")}, {"user", nil}, {"team", nil}}
	if r.user >= 0 {
		o.set("user", users[r.user].full())
	}
	if r.team >= 0 {
		o.set("team", teams[r.team].object())
	}
	return s.maker.data.surprise(r, o)
}

// jobStart is what jobs and recurrences begin with.
func (s *Synchroteam) jobStart(id any, r *record) object {
	var myID any = r.myID
	if r.noMyID {
		myID = nil
	}
	o := make(object, 0, 50)
	o = append(o, member{"id", id}, member{"myId", myID}, member{"num", r.num},
		member{"description", r.body.get("description")}, member{"priority", r.body.get("priority")},
		member{"customer", link(s.customers, r.customer)}, member{"site", link(s.sites, r.site)},
		member{"equipment", link(s.equipment, r.equipment)})
	var kind, template any
	if r.kind >= 0 {
		kind = object{{"id", jobTypes[r.kind].get("id")}, {"name", jobTypes[r.kind].get("name")}}
	}
	if r.template >= 0 {
		template = reportTemplates[r.template].object()
	}
	return append(o, member{"type", kind}, member{"reportTemplate", template})
}

// heavy are the members that simplified jobs lack (reference: List jobs, Response body).
var heavy = map[string]bool{"otherTechnicians": true, "timeEntries": true, "parts": true, "report": true, "preferences": true}

// simpleJob is a job as job/list shows it.
func (s *Synchroteam) simpleJob(r *record) object {
	form := formJob
	if s.maker.data.ISODates {
		form = formISO
	}
	o := append(s.jobStart(r.key, r), member{"technician", shortUser(r.user)})
	for _, m := range r.body {
		if m.key == "position" && s.maker.data.CapitalPosition && r.idx%3 == 0 {
			m.key = "Position"
		}
		if m.key != "description" && m.key != "priority" && m.key[0] != '_' && !heavy[m.key] {
			o = append(o, m)
		}
	}
	o = append(o,
		member{"scheduledStart", date(r.start, form)}, member{"scheduledEnd", date(r.end, form)},
		member{"actualStart", date(r.actualStart, form)}, member{"actualEnd", date(r.actualEnd, form)},
		member{"duration", r.duration()}, member{"status", r.status},
		member{"dateCreated", date(r.created, form)}, member{"dateModified", date(r.modified, form)},
		member{"validateBy", r.validatedBy()},
	)
	return s.maker.data.surprise(r, o)
}

// job is a full job (reference: The job object).
func (s *Synchroteam) job(r *record) object {
	o := s.simpleJob(r)
	return append(o,
		member{"otherTechnicians", r.body.get("otherTechnicians")}, member{"timeEntries", s.timeEntries(r)},
		member{"parts", r.body.get("parts")}, member{"report", s.maker.report(&r.head, r.answers())},
		member{"preferences", r.body.get("preferences")},
	)
}

// answers are report values given when the job was created, kept under a key that is never shown.
func (r *record) answers() []answer {
	a, _ := r.body.get("_answers").([]answer)
	return a
}

// duration is the time spent in minutes; the planned time where nothing is finished, 0 without dates.
func (h *head) duration() int64 {
	if h.actualStart != 0 && h.actualEnd > h.actualStart {
		return (h.actualEnd - h.actualStart) / 60
	}
	return max(h.end-h.start, 0) / 60
}

func (h *head) validatedBy() any {
	if h.validatedAt == 0 {
		return nil
	}
	u := users[5]
	return object{{"id", u.id}, {"login", u.login}, {"name", u.first + " " + u.last}, {"date", date(h.validatedAt, formMinute)}}
}

func shortUser(i int) any {
	if i < 0 {
		return nil
	}
	return users[i].short()
}

// timeEntries cuts the time spent in two.
func (s *Synchroteam) timeEntries(r *record) []object {
	out := []object{}
	if r.actualStart == 0 || r.actualEnd <= r.actualStart || r.user < 0 {
		return out
	}
	form, half := formJob, (r.actualStart+r.actualEnd)/2
	if s.maker.data.ISODates {
		form = formISO
	}
	for _, span := range [][2]int64{{r.actualStart, half}, {half, r.actualEnd}} {
		out = append(out, object{{"user", users[r.user].short()}, {"start", date(span[0], form)}, {"stop", date(span[1], form)}})
	}
	return out
}

// recurrence: reference, The Recurrence object.
func (s *Synchroteam) recurrence(r *record) object {
	o := s.jobStart(r.id, r)
	for _, m := range r.body {
		switch m.key {
		case "description", "priority":
		case "frequency":
			o = append(o, member{"dateStart", date(r.start, formMinute)}, member{"dateEnd", date(r.end, formMinute)}, m)
		default:
			o = append(o, m)
		}
	}
	return append(o, member{"isClosed", r.closed}, member{"idContract", nil}, member{"dateDeleted", nil})
}

// photos: reference, Retrieve job photos. The image is a drawn one, the same for the same job.
func (s *Synchroteam) photoList(r *record, withData bool) []object {
	out := make([]object, r.photos)
	for n := range out {
		name := "image" + itoa(int64(n)) + ".png"
		var image any
		if withData {
			image = base64.StdEncoding.EncodeToString(s.maker.image(r.idx, n))
		}
		out[n] = object{
			{"url", "https://url.to/" + r.key + "/" + name}, {"fileName", name}, {"iteration", n / 2},
			{"comment", []string{"a Comment", "", "photo\t\"2\""}[n%3]}, {"imageData", image},
		}
	}
	return out
}

// image is the n-th picture of a job: a few kilobytes that begin like a PNG.
func (m *maker) image(job, n int) []byte {
	p := pickFor(m.seed, kindJob+3*kindBody, job*16+n)
	b := []byte("\x89PNG\r\n\x1a\n")
	for range 200 + p.n(300) {
		x := p.bits()
		b = append(b, byte(x), byte(x>>8), byte(x>>16), byte(x>>24), byte(x>>32), byte(x>>40), byte(x>>48), byte(x>>56))
	}
	return b
}
