package vendorsim

import (
	"slices"
	"strconv"
	"strings"
)

func (s *Customerly) userUpsert(c *call) reply { return s.batch(c, s.users) }

func (s *Customerly) leadUpsert(c *call) reply { return s.batch(c, s.leads) }

// batch takes rows one by one. The answer is 200 also where some, or all, were refused.
func (s *Customerly) batch(c *call, q *people) reply {
	rows := c.sent.objects(q.stream)
	switch {
	case c.sent.bad != "":
		return s.wrong(c.sent.bad)
	case len(rows) == 0:
		return s.wrong(q.stream + " is required")
	case s.o.MaxBatch > 0 && len(rows) > s.o.MaxBatch:
		return s.wrong("Too many " + q.stream + ", the maximum is " + strconv.Itoa(s.o.MaxBatch))
	}
	taken, refused, addresses := 0, []object{}, []any{}
	given := batchOf(c.sent.asSent())
	for n, p := range rows {
		if len(given) == len(rows) {
			p.given = given[n]
		}
	}
	switch {
	case c.fault.is(FaultBatch):
		return s.wrong(c.fault.complaint())
	case c.fault.is(FaultFewer):
		rows = rows[:len(rows)-1]
	case c.fault.is(FaultHalf):
		rows = rows[:(len(rows)+1)/2]
	}
	for _, p := range rows {
		if reason := s.upsert(q, p, c); reason != "" {
			refused = append(refused, object{{"email", jsonOf(p.fields["email"])}, {"message", reason}})
			addresses = append(addresses, jsonOf(p.fields["email"]))
			continue
		}
		taken++
	}
	if c.fault.is(FaultShuffled) {
		slices.Reverse(refused)
		slices.Reverse(addresses)
	}
	if s.o.NotAdded {
		return customerlyData(object{{"inserted", taken}, {"not_added", addresses}})
	}
	return customerlyData(object{{"inserted", taken}, {"errors", refused}})
}

// upsert takes one row and returns why not, "" where it did. The address is the key: a known one is changed, where it
// stands; a lead who is sent as a user becomes one.
func (s *Customerly) upsert(q *people, p *payload, c *call) (reason string) {
	now := c.now
	email := strings.TrimSpace(p.text("email"))
	name, id, tags := p.text("name"), p.text("user_id"), p.strings("tags")
	attributes := p.object("attributes")
	at := strings.LastIndexByte(email, '@')
	switch {
	case p.bad != "":
		return p.bad
	case email == "":
		return "email is required"
	case at < 1 || at == len(email)-1 || strings.ContainsAny(email, " \t\r\n,"):
		return "email is not valid"
	}
	if s.o.Reject != nil {
		if reason = s.o.Reject(email); reason != "" {
			return reason
		}
	}
	if q == s.leads && s.users.byEmail(email) >= 0 {
		q = s.users
	}
	i := q.byEmail(email)
	if reason = s.refusedRow(q, i, p, c.fault); reason != "" {
		return reason
	}
	if lead := s.leads.byEmail(email); i < 0 && lead >= 0 {
		i = s.convert(lead, now)
	}
	var r *record
	if i >= 0 {
		r = q.touch(i, q.stamp(now))
		r.body = r.body.clone()
	} else {
		r = q.insert(now.UnixMilli())
		r.email, r.name, r.myID, r.body = email, "", "", nobody(q == s.leads)
	}
	if p.has("name") {
		r.name = name
	}
	if p.has("user_id") {
		r.myID = id
	}
	s.addTags(r, tags)
	if attributes != nil {
		s.merge(r, attributes.fields, s.o.ReplaceAttributes)
	}
	q.noted(r)
	verb := "update"
	if i < 0 {
		verb = "create"
	}
	s.note(q.stream, r.key, verb, p)
	return ""
}
