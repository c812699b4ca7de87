package vendorsim

import (
	"slices"
	"strings"
)

// comment adds a comment to a touched ticket. do_not_email is obeyed and never shown again.
func (s *Syncro) comment(c *call, r *record, sent map[string]any) object {
	at := s.moment(c.now.UnixMilli(), 0)
	one := object{
		{"id", s.number()}, {"created_at", at}, {"updated_at", at}, {"ticket_id", r.id}, {"subject", asText.take(sent["subject"])},
		{"body", asText.take(sent["body"])}, {"tech", asText.take(sent["tech"])}, {"hidden", truth(sent["hidden"])},
		{"user_id", syncroUsers[0].id}, {"is_rich_text", false},
	}
	all, _ := r.body.get("_comments").([]object)
	r.body.set("_comments", append(all[:len(all):len(all)], one))
	if !truth(sent["hidden"]) && !truth(sent["do_not_email"]) {
		s.effect(SyncroPortal)
		if s.reachable(r) {
			s.effect(SyncroMailComment)
		}
	}
	if plainText(sent["sms_body"]) != "" && s.hasMobile(r.customer) {
		s.effect(SyncroSMS)
	}
	return one
}

// reachable tells whether mail about a record reaches its contact or customer.
func (s *Syncro) reachable(r *record) bool {
	if i := s.contacts.live(itoa(r.keysOf().contact)); i >= 0 && s.contacts.headAt(i).email != "" {
		return true
	}
	if r.customer < 0 {
		return false
	}
	owner := s.customers.at(r.customer)
	refuses, _ := owner.body.get("no_email").(bool)
	return owner.email != "" && !refuses
}

func (s *Syncro) hasMobile(customer int) bool {
	return customer >= 0 && digits(s.customers.at(customer).body.text("mobile")) != ""
}

// commentList pages through a ticket's comments: ten a page unless per_page says otherwise.
func (s *Syncro) commentList(c *call) reply {
	i := s.tickets.find(c.id(0))
	if s.tickets.asRead(i, false) == nil {
		return notFound(c)
	}
	l := s.query(c, "comments")
	r := s.tickets.asListed(i)
	if r == nil { // its comments are a list, which lags
		return s.slice(c, l, "comments", sizeMeta, []object{})
	}
	all, _ := r.body.get("_comments").([]object)
	out := []object{}
	for k, one := range comments(r, l.Get("comment_format"), true) {
		rich, _ := all[k].get("is_rich_text").(bool)
		user, _ := one.get("user_id").(int64)
		one = append(one, member{"is_rich_text", rich}, member{"user", userObject(user)})
		if l.within(one, "created") && l.within(one, "updated") {
			out = append(out, one)
		}
	}
	field := "created_at"
	if l.Get("sort_by") == "updated_at" {
		field = "updated_at"
	}
	slices.SortStableFunc(out, func(a, b object) int { return strings.Compare(a.text(field), b.text(field)) })
	if strings.EqualFold(l.Get("sort_direction"), "desc") {
		slices.Reverse(out)
	}
	return s.slice(c, l, "comments", sizeMeta, out)
}

// within tells whether a row's date lies between the two parameters, as far as they are given.
func (l *syncroQuery) within(one object, what string) bool {
	at, _ := syncroTime(one.text(what + "_at"))
	after, lower := syncroTime(l.Get(what + "_after"))
	before, upper := syncroTime(l.Get(what + "_before"))
	return (!lower || at > after) && (!upper || at < before)
}

func (s *Syncro) commentAdd(c *call) reply {
	i := s.ticket(c)
	if i < 0 {
		return notFound(c)
	}
	if wrong := wrongComment(c.sent.fields); len(wrong) > 0 {
		return withoutParams(wrong, c.sent.fields, nil)
	}
	one := s.comment(c, s.changed(s.tickets, i, c), c.sent.fields)
	return s.done(c, object{{"comment", one.without("is_rich_text")}})
}
