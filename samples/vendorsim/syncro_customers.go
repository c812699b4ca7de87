package vendorsim

import (
	"net/http"
	"slices"
	"strings"
)

// customerDelete is for good: a later GET is 404. What belongs to the customer stays.
func (s *Syncro) customerDelete(c *call) reply {
	i := s.customers.live(c.id(0))
	if i < 0 || !s.customers.remove(i, s.customers.stamp(c.now)) {
		return notFound(c)
	}
	return s.done(c, object{{"message", "Customer was deleted from the system."}})
}

func (s *Syncro) contactDelete(c *call) reply {
	i := s.contacts.live(c.id(0))
	if i < 0 || !s.contacts.remove(i, s.contacts.stamp(c.now)) {
		return notFound(c)
	}
	return s.done(c, object{{"success", true}})
}

// phonesOf are a customer's phones: those of its own fields, and those that were added.
func (s *Syncro) phonesOf(r *record) []object {
	out := []object{}
	for k, m := range []struct{ label, key string }{{"Phone", "phone"}, {"Mobile", "mobile"}} {
		if number := r.body.text(m.key); number != "" {
			out = append(out, phone(r, r.id*2+int64(k), m.label, number, nil, s.moment(r.created, 0)))
		}
	}
	more, _ := r.body.get("_phones").([]object)
	return append(out, more...)
}

func phone(r *record, id int64, label, number, extension, at any) object {
	return object{
		{"id", id}, {"label", label}, {"number", number}, {"customer_id", r.id}, {"created_at", at}, {"updated_at", at}, {"extension", extension},
	}
}

func (s *Syncro) phoneList(c *call) reply {
	i := s.customers.find(c.id(0))
	if s.customers.asRead(i, false) == nil {
		return notFound(c)
	}
	phones := []object{}
	if r := s.customers.asListed(i); r != nil {
		phones = s.phonesOf(r)
	}
	return syncroJSON(http.StatusOK, object{{"phones", phones}})
}

// wrongPhone refuses a phone without a number. The echo carries the ids of the path, as text.
func wrongPhone(c *call) *reply {
	if digits(plainText(c.sent.fields["number"])) != "" {
		return nil
	}
	echo := map[string]any{"customer_id": c.id(0)}
	if id := c.id(1); id != "" {
		echo["id"] = id
	}
	for key, v := range c.sent.fields {
		echo[key] = v
	}
	bad := withParams([]string{"Number can't be blank"}, echo, nil)
	return &bad
}

func (s *Syncro) phoneAdd(c *call) reply {
	i := s.customers.live(c.id(0))
	if i < 0 {
		return notFound(c)
	}
	if bad := wrongPhone(c); bad != nil {
		return *bad
	}
	sent := c.sent.fields
	r := s.changed(s.customers, i, c)
	one := phone(r, s.number(), "", asPhone.take(sent["number"]), asText.take(sent["extension"]), s.moment(c.now.UnixMilli(), 0))
	one.set("label", asText.take(sent["label"]))
	more, _ := r.body.get("_phones").([]object)
	r.body.set("_phones", append(more[:len(more):len(more)], one))
	return s.done(c, one)
}

// phoneAt finds the phone that the path names: a field of the customer, or one that was added (k).
func (s *Syncro) phoneAt(c *call) (i int, field string, k int) {
	if i = s.customers.live(c.id(0)); i < 0 {
		return -1, "", -1
	}
	r := s.customers.at(i)
	for n, key := range []string{"phone", "mobile"} {
		if itoa(r.id*2+int64(n)) == c.id(1) && r.body.text(key) != "" {
			return i, key, -1
		}
	}
	more, _ := r.body.get("_phones").([]object)
	k = slices.IndexFunc(more, func(o object) bool { id, _ := o.get("id").(int64); return itoa(id) == c.id(1) })
	return i, "", k
}

func (s *Syncro) phoneChange(c *call) reply {
	i, field, k := s.phoneAt(c)
	if field == "" && k < 0 {
		return notFound(c)
	}
	if bad := wrongPhone(c); bad != nil {
		return *bad
	}
	sent := c.sent.fields
	r := s.changed(s.customers, i, c)
	at := s.moment(c.now.UnixMilli(), 0)
	if field != "" {
		r.body.set(field, asPhone.take(sent["number"]))
		s.reindex(s.customers, r)
		id, _ := asInt.take(c.id(1)).(int64)
		return s.done(c, phone(r, id, strings.ToUpper(field[:1])+field[1:], r.body.get(field), nil, at))
	}
	more, _ := r.body.get("_phones").([]object)
	more = slices.Clone(more)
	one := more[k].clone()
	one.set("number", asPhone.take(sent["number"]))
	one.set("updated_at", at)
	for _, key := range []string{"label", "extension"} {
		if v, given := sent[key]; given {
			one.set(key, asText.take(v))
		}
	}
	more[k] = one
	r.body.set("_phones", more)
	return s.done(c, one)
}

func (s *Syncro) phoneDelete(c *call) reply {
	i, field, k := s.phoneAt(c)
	if field == "" && k < 0 {
		return notFound(c)
	}
	r := s.changed(s.customers, i, c)
	if field != "" {
		r.body.set(field, nil)
		s.reindex(s.customers, r)
		return s.done(c, object{{"success", true}})
	}
	more, _ := r.body.get("_phones").([]object)
	r.body.set("_phones", slices.Delete(slices.Clone(more), k, k+1))
	return s.done(c, object{{"success", true}})
}
