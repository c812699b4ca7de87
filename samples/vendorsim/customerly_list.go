package vendorsim

import (
	"strconv"
	"time"
)

// Page sizes of a Customerly list.
const (
	customerlyPage    = 50
	customerlyMaxPage = 100
)

// person is a user or lead as a read shows it; single reads show tags too.
func (s *Customerly) person(user bool, r *record, single bool) object {
	is, b := 0, r.body
	if user {
		is = 1
	}
	o := append(make(object, 0, 26), object{{"crmhero_user_id", r.id}, {"app_id", "a1b2c3d4"}, {"user_id", orNull(r.myID)}}...)
	switch { // nothing is written in three ways
	case r.email != "" || r.idx%3 == 0:
		o = append(o, member{"email", orNull(r.email)})
	case r.idx%3 == 1:
		o = append(o, member{"email", ""})
	}
	name := any(r.name)
	if r.name == "" && r.idx%2 == 0 {
		name = nil
	}
	o = append(o, object{
		{"name", name}, {"is_user", is}, {"was_lead", b.get("was_lead")}, {"first_seen_at", s.moment(r.created)},
		{"last_activity", s.moment(b.get("last_activity"))}, {"last_page_viewed_at", b.get("last_page_viewed_at")},
		{"last_update", time.Unix(r.modified, 0).In(s.o.Zone).Format(formSecond)}, {"attributes", s.attributes(b)},
	}...)
	for _, key := range []string{"unsubscribe", "bounce", "spam", "country", "city", "utm_source", "utm_campaign", "nps_vote", "rating"} {
		o = append(o, member{key, b.get(key)})
	}
	if single && !s.o.HideTags {
		o = append(o, member{"tags", s.tagsOf(r)})
	}
	if s.o.Data.ExtraField && r.idx%7 == 0 {
		o = append(o, member{"loyaltyTier", object{{"level", 3}}})
	}
	return o
}

// moment is first_seen_at or last_activity: UNIX seconds, or text where the options say so.
func (s *Customerly) moment(v any) any {
	if at, is := v.(int64); is && s.o.TextDates {
		return time.Unix(at, 0).In(s.o.Zone).Format(formSecond)
	}
	return v
}

func (s *Customerly) attributes(body object) any {
	o, _ := body.get("attributes").(object)
	if len(o) == 0 && s.o.EmptyList {
		return []object{}
	}
	return o
}

func (s *Customerly) userList(c *call) reply { return s.list(c, s.users) }

func (s *Customerly) leadList(c *call) reply { return s.list(c, s.leads) }

// list answers a page, the first is 0, without any total. More rows than 100 are never given, whatever is asked for.
func (s *Customerly) list(c *call, q *people) reply {
	ask := c.query()
	number := func(name string, least, def int) (int, bool) {
		v := ask.Get(name)
		if v == "" {
			return def, true
		}
		n, err := strconv.Atoi(v)
		return n, err == nil && n >= least
	}
	page, fine := number("page", 0, 0)
	if !fine {
		return s.wrong("Invalid page")
	}
	size, fine := number("per_page", 1, customerlyPage)
	if !fine {
		return s.wrong("Invalid per_page")
	}
	order := query{sort: ask.Get("sort")}
	if customerlySorts[order.sort] == nil {
		return s.wrong("Invalid sort")
	}
	switch ask.Get("sort_direction") {
	case "", "asc":
	case "desc":
		order.desc = true
	default:
		return s.wrong("Invalid sort_direction")
	}
	found, _, before := q.page(order, min(page, 1<<40)+1, min(size, customerlyMaxPage))
	rows := make([]object, len(found), len(found)+1)
	for i, r := range found {
		rows[i] = s.person(q == s.users, r, false)
	}
	var front object
	if before != nil {
		front = s.person(q == s.users, before, false)
	}
	if rows = c.fault.spoilRows(rows, front); c.fault.is(FaultNoID) && len(rows) > 0 {
		rows[0] = rows[0].without("crmhero_user_id")
	}
	return customerlyData(object{{q.stream, rows}})
}

// asked finds the record that a query names: users by email or user_id, leads by email alone.
func (s *Customerly) asked(c *call, q *people) (i int, bad *reply) {
	ask := c.query()
	email, id := ask.Get("email"), ask.Get("user_id")
	i = -1
	switch {
	case email != "":
		i = q.byEmail(email)
	case id != "" && q == s.users:
		i = q.byUserID(id)
	case q == s.users:
		out := s.wrong("email or user_id is required")
		return -1, &out
	default:
		out := s.wrong("email is required")
		return -1, &out
	}
	if i < 0 {
		out := s.unknown(q == s.leads)
		return -1, &out
	}
	return i, nil
}

func (s *Customerly) userDetails(c *call) reply { return s.one(c, s.users) }

func (s *Customerly) leadDetails(c *call) reply { return s.one(c, s.leads) }

// one is the single read. Its keys are the client's own, so that it is a search unless the options say otherwise.
func (s *Customerly) one(c *call, q *people) reply {
	ask, r := c.query(), (*record)(nil)
	email, id := ask.Get("email"), ask.Get("user_id")
	fits := func(h *head) bool { return q.address(h.email) == q.address(email) }
	switch {
	case email == "" && (id == "" || q == s.leads):
		_, bad := s.asked(c, q)
		return *bad
	case email == "":
		fits = func(h *head) bool { return h.myID == id }
		r = q.sight(q.byUserID(id), fits, !s.opts.KeysAtOnce)
	default:
		r = q.sight(q.byEmail(email), fits, !s.opts.KeysAtOnce)
	}
	if r == nil {
		return s.unknown(q == s.leads)
	}
	return customerlyData(s.person(q == s.users, r, true))
}

func (s *Customerly) userDelete(c *call) reply { return s.erase(c, s.users) }

func (s *Customerly) leadDelete(c *call) reply { return s.erase(c, s.leads) }

// erase deletes for good, with everything the person ever said.
func (s *Customerly) erase(c *call, q *people) reply {
	i, bad := s.asked(c, q)
	if bad != nil {
		return *bad
	}
	q.remove(i, q.stamp(c.now))
	h := q.headAt(i)
	return s.done(c, q.stream, h.key, "delete")
}
