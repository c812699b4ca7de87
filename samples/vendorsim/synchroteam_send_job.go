package vendorsim

import "slices"

// jobSend: reference, Create/Update a job. A new job needs a customer or a site.
func (s *Synchroteam) jobSend(c *call) reply {
	p, f := c.sent, s.finders()[StreamJobs]
	i := f.known(p)
	r := f.t.draft(i)
	if i < 0 {
		s.newJob(p, r)
	}
	if p.has("myId") {
		r.myID, r.noMyID = p.text("myId"), p.fields["myId"] == nil
	}
	s.reparent(p, r)
	r.texts(p, jobTextKeys)
	r.place(p)
	r.customs(p, StreamJobs)
	r.jobTypes(p)
	r.jobPlan(p)
	if p.has("skills") {
		r.body.set("skills", p.strings("skills"))
	}
	if p.has("preferences") {
		r.setPreferences(p)
	}
	s.complete(p, StreamJobs, func() object { return s.simpleJob(r) })
	if bad := p.refuse(); bad != nil {
		return *bad
	}
	planned := p.has("scheduledStart") || p.has("scheduledEnd") || p.has("technician") || p.has("otherTechnicians")
	confirmed := i >= 0 && f.t.at(i).draft() && !r.draft()
	r = f.t.commit(i, r, c.now)
	if i < 0 {
		r.body.set("publicLink", "https://yourdomain.synchroteam.com/Jobs/PublicJob/"+publicLink("x", s.maker.seed, int64(r.idx))[37:])
	}
	if planned || confirmed {
		s.notify(r)
	}
	return s.done(c, StreamJobs, r, i < 0, s.job(r))
}

// newJob fills a draft with what a job has from its parents and by default.
func (s *Synchroteam) newJob(p *payload, r *record) {
	if p.object("customer") == nil && p.object("site") == nil {
		p.wrong("customer or site is required")
	}
	o := emptyParty(jobTextKeys)
	o.set("priority", "medium")
	o.set("createdBy", users[0].short())
	o.set("otherTechnicians", []any{})
	o.set("parts", []any{})
	o.set("preferences", nil)
	r.body = o
	r.status, r.kind = "created", 0
	if t := p.object("type"); t != nil {
		r.kind = max(jobTypeIndex(t.key("id")), 0)
	}
	kind := jobTypes[r.kind]
	r.template = templateIndex(string(appendJSON(nil, kind.get("defaultJobReport").(object).get("id"))))
	r.body.set("priority", kind.get("priority"))
	r.body.set("skills", kind.get("skills"))
	var answers []answer
	for _, a := range p.objects("report") {
		answers = append(answers, answer{category: a.text("nmCategory"), item: a.text("nmItem"), value: a.text("value")})
	}
	if answers != nil {
		r.body.set("_answers", answers)
	}
}

// jobTypes sets type and report template, by id or by name.
func (r *record) jobTypes(p *payload) {
	if o := p.object("type"); o != nil {
		at := slices.IndexFunc(jobTypes, func(t object) bool { return o.key("id") == "" && t.text("name") == o.text("name") })
		if r.kind = max(jobTypeIndex(o.key("id")), at); r.kind < 0 {
			p.wrong("The job type does not exist")
		}
	}
	if o := p.object("reportTemplate"); o != nil {
		at := slices.IndexFunc(reportTemplates, func(t template) bool { return o.key("id") == "" && t.name == o.text("name") })
		if r.template = max(templateIndex(o.key("id")), at); r.template < 0 {
			p.wrong("The report template does not exist")
		}
	}
}

// jobPlan sets priority, dates, technicians and status. Planning dates alone turn created into scheduled.
func (r *record) jobPlan(p *payload) {
	if v := p.choice("priority", "low", "medium", "high"); v != "" {
		r.body.set("priority", v)
	}
	dates := []struct {
		key string
		at  *int64
	}{{"scheduledStart", &r.start}, {"scheduledEnd", &r.end}, {"actualStart", &r.actualStart}, {"actualEnd", &r.actualEnd}}
	for _, d := range dates {
		if p.has(d.key) {
			*d.at = p.time(d.key)
		}
	}
	if r.end != 0 && r.end < r.start || r.actualEnd != 0 && r.actualEnd < r.actualStart {
		p.wrong("A job cannot end before it starts")
	}
	if p.has("technician") {
		r.user = p.userAt("technician")
	}
	r.setOthers(p)
	if v := p.choice("status", jobStatuses...); v != "" {
		r.status = v
	} else if r.status == "created" && r.start != 0 {
		r.status = "scheduled"
	}
}

// setOthers sets the other technicians.
func (r *record) setOthers(p *payload) {
	if !p.has("otherTechnicians") {
		return
	}
	out := []any{}
	for _, o := range p.objects("otherTechnicians") {
		if i := o.user(p); i >= 0 {
			out = append(out, users[i].short())
		}
	}
	r.body.set("otherTechnicians", out)
}

// setPreferences: reference, The job scheduling preferences object.
func (r *record) setPreferences(p *payload) {
	r.prefTeam = -1
	r.body.set("preferences", nil)
	in := p.object("preferences")
	if in == nil {
		return
	}
	flag := func(key string) bool { b, _ := in.fields[key].(bool); return b }
	o := object{
		{"date", date(in.time("date"), formDay)}, {"dateTime", date(in.time("dateTime"), formSecond)},
		{"isDraft", flag("isDraft")}, {"isPool", flag("isPool")}, {"schedulingWindow", nil}, {"team", nil}, {"user", nil},
	}
	if w := in.object("schedulingWindow"); w != nil {
		at := indexOf(w.key("id"), len(schedulingWindows), func(i int) int { return schedulingWindows[i].get("id").(int) })
		if at < 0 {
			p.wrong("The scheduling window does not exist")
			return
		}
		o.set("schedulingWindow", object{{"id", schedulingWindows[at].get("id")}, {"name", schedulingWindows[at].get("name")}})
	}
	if t := in.object("team"); t != nil {
		if r.prefTeam = teamIndex(t.key("id")); r.prefTeam < 0 {
			p.wrong("The team does not exist")
			return
		}
		o.set("team", teams[r.prefTeam].object())
	}
	if i := in.userAt("user"); i >= 0 {
		o.set("user", users[i].short())
	}
	if in.bad != "" {
		p.wrong("preferences: %s", in.bad)
	}
	r.body.set("preferences", o)
}

// draft tells whether a job is planned as a draft, which technicians' devices do not see.
func (r *record) draft() bool {
	o, _ := r.body.get("preferences").(object)
	is, _ := o.get("isDraft").(bool)
	return is
}

// notify counts the technicians whose devices hear of a planned job.
func (s *Synchroteam) notify(r *record) {
	if r.user < 0 || r.start == 0 || r.draft() {
		return
	}
	others, _ := r.body.get("otherTechnicians").([]any)
	s.effect(EffectTechnician, 1+len(others))
}

// jobPartsSend: reference, Send job parts. Parts are added to those the job has.
func (s *Synchroteam) jobPartsSend(c *call) reply {
	p, f := c.sent, s.finders()[StreamJobs]
	i := f.known(p)
	if i < 0 {
		return missing(p.key("id")+p.key("num")+p.key("myId"), "job")
	}
	r := f.t.draft(i)
	sent := p.objects("parts")
	if len(sent) == 0 {
		p.wrong("parts is required")
	}
	added := make([]any, 0, len(sent))
	for _, part := range sent {
		added = append(added, part.part(p))
	}
	if bad := p.refuse(); bad != nil {
		return *bad
	}
	old, _ := r.body.get("parts").([]any)
	r.body.set("parts", append(slices.Clone(old), added...))
	r = f.t.commit(i, r, c.now)
	s.note(StreamJobs, r.key, "parts/send", p)
	return ok(object{{"id", r.key}, {"parts", added}})
}

// part reads one part: a reference or an id, and a quantity or serial numbers.
func (o *payload) part(p *payload) object {
	if o.key("id") == "" && o.text("reference") == "" {
		p.wrong("A part needs its reference or id")
	}
	var serials any
	if o.fields["serialNumbers"] != nil {
		serials = o.strings("serialNumbers")
	}
	if serials == nil && o.key("quantity") == "" {
		p.wrong("A part needs a quantity or serial numbers")
	}
	if o.bad != "" {
		p.wrong("parts: %s", o.bad)
	}
	return object{
		{"id", value(o.fields["id"])}, {"quantity", value(o.fields["quantity"])},
		{"reference", orNull(o.text("reference"))}, {"serialNumbers", serials},
	}
}
