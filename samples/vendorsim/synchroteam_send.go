package vendorsim

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Creating and updating customers, sites, equipment and activities. What is not sent stays as it is.

// The members that a client may write; all others are read-only or kept elsewhere (reference: POST Body samples and
// field tables).
var (
	addressKeys  = []string{"address", "addressComplement", "addressCity", "addressCountry", "addressProvince", "addressStreet", "addressZIP"}
	customerKeys = append([]string{"contactEmail", "contactFirstName", "contactFax", "contactPhone", "contactLastName", "contactMobile", "vatNumber"}, addressKeys...)
	siteKeys     = append([]string{"contactEmail", "contactFax", "contactMobile", "contactName", "contactFirstName", "contactLastName", "contactPhone"}, addressKeys...)
	jobTextKeys  = append([]string{"contactFirstName", "contactLastName", "contactEmail", "contactMobile", "contactPhone", "description"}, addressKeys...)
)

// known finds the record that a payload means: by id, else by myId, else by num; -1 for a new one (reference: if
// the id or myId exist, the record will be updated, if not it will be created).
func (f finder) known(p *payload) int {
	for _, name := range []string{"id", "myId", "num"} {
		if v := p.key(name); v != "" && slices.Contains(f.takes, name) {
			if found := f.all(name, v, false); len(found) > 0 {
				return found[0]
			}
		}
	}
	return -1
}

// linked finds the record that a nested object names by id or myId; -1 and a complaint when there is none.
func (f finder) linked(p *payload, key string) int {
	o := p.object(key)
	if o == nil {
		return -1
	}
	i := -1
	if id, myID := o.key("id"), o.key("myId"); id != "" {
		i = f.t.live(id)
	} else if myID != "" {
		if found := f.all("myId", myID, false); len(found) > 0 {
			i = found[0]
		}
	}
	if i < 0 {
		p.wrong("The %s does not exist", f.what)
	}
	return i
}

// draft returns a copy of record i to change freely, or an empty record for i < 0. Only commit makes it real.
func (t *table) draft(i int) *record {
	if i < 0 {
		r := &record{head: blank(-1, 0)}
		r.noMyID = true
		return r
	}
	r := *t.at(i)
	r.body = r.body.clone()
	return &r
}

// commit stores a draft of record i, or inserts it as a new record for i < 0.
func (t *table) commit(i int, draft *record, now time.Time) *record {
	var r *record
	if i >= 0 {
		r = t.touch(i, now.Unix())
	} else {
		r = t.insert(now.UnixMilli())
	}
	was := r.head
	r.head, r.body = draft.head, draft.body
	r.idx, r.id, r.key, r.num = was.idx, was.id, was.key, was.num
	r.created, r.modified, r.deleted = was.created, was.modified, was.deleted
	return r
}

// names puts name and myId of a payload into a record.
func (r *record) names(p *payload) {
	if p.has("name") {
		r.name = p.text("name")
	}
	if p.has("myId") {
		r.myID, r.noMyID = p.text("myId"), p.fields["myId"] == nil
	}
}

// texts puts the members of a payload that are plain text into a record.
func (r *record) texts(p *payload, keys []string) {
	for _, key := range keys {
		switch {
		case !p.has(key):
		case p.fields[key] == nil:
			r.body.set(key, nil)
		default:
			r.body.set(key, p.text(key))
		}
	}
	r.settleAddress(p)
}

// settleAddress does what the sample shows: a complete address alone comes back with its parts; parts alone come
// back with a complete address.
func (r *record) settleAddress(p *payload) {
	parts := false
	for _, key := range addressKeys[2:] {
		parts = parts || p.has(key)
	}
	full := p.text("address")
	switch {
	case full != "" && !parts:
		split := strings.Split(full, ",")
		for n := range split {
			split[n] = strings.TrimSpace(split[n])
		}
		for n, key := range []string{"addressStreet", "addressCity", "addressProvince", "addressCountry"} {
			r.body.set(key, "")
			if n < len(split) {
				r.body.set(key, split[n])
			}
		}
		r.body.set("addressZIP", "")
		if province, zip, found := strings.Cut(r.body.text("addressProvince"), " "); found {
			r.body.set("addressProvince", province)
			r.body.set("addressZIP", zip)
		}
	case parts && !p.has("address"):
		var words []string
		for _, key := range []string{"addressStreet", "addressCity", "addressProvince", "addressZIP", "addressCountry"} {
			if v := r.body.text(key); v != "" {
				words = append(words, v)
			}
		}
		r.body.set("address", strings.Join(words, ", "))
	}
}

// place puts a position into a record: two numbers, kept as strings.
func (r *record) place(p *payload) {
	if !p.has("position") {
		return
	}
	r.body.set("position", nil)
	if o := p.object("position"); o != nil {
		r.body.set("position", object{{"latitude", o.text("latitude")}, {"longitude", o.text("longitude")}})
		if o.bad != "" {
			p.wrong("position: %s", o.bad)
		}
	}
}

// customs puts custom field values into a record: those sent replace those of the same id, or else of the same label.
func (r *record) customs(p *payload, kind string) {
	if !p.has("customFieldValues") {
		return
	}
	old, _ := r.body.get("customFieldValues").([]any)
	values := slices.Clone(old)
	for _, v := range p.objects("customFieldValues") {
		field := fieldOf(kind, v.key("id"), v.text("label"))
		if field == nil {
			p.wrong("There is no such custom field: %s %s", v.key("id"), v.text("label"))
			return
		}
		next := object{{"id", field.id}, {"label", field.label}, {"value", v.text("value")}}
		at := slices.IndexFunc(values, func(have any) bool {
			id, _ := have.(object)
			return string(appendJSON(nil, id.get("id"))) == itoa(int64(field.id)) || id.text("id") == itoa(int64(field.id))
		})
		if at < 0 {
			values = append(values, next)
			continue
		}
		values[at] = next
	}
	r.body.set("customFieldValues", values)
}

// fieldOf finds a definition by id, or by label where no id was sent.
func fieldOf(kind, id, label string) *customField {
	for _, f := range customFields[kind] {
		if id == itoa(int64(f.id)) || id == "" && f.label == label {
			return &f
		}
	}
	return nil
}

// refuse is the answer to a payload that is wrong (reference: 400 Bad Request).
func (p *payload) refuse() *reply {
	if p.bad == "" {
		return nil
	}
	bad := fail(http.StatusBadRequest, p.bad)
	return &bad
}

// complete complains about required fields that a draft leaves blank; show renders it, and is only asked where any is required.
func (s *Synchroteam) complete(p *payload, stream string, show func() object) {
	if len(s.needs[stream]) == 0 || p.bad != "" {
		return
	}
	for _, field := range s.lacking(stream, show()) {
		p.wrong("%s is required", field)
	}
}

// done notes a creation or update and answers with the record.
func (s *Synchroteam) done(c *call, stream string, r *record, fresh bool, o object) reply {
	verb := "update"
	if fresh {
		verb = "create"
	}
	s.note(stream, r.key, verb, c.sent)
	return ok(o)
}

// streamOf names the stream of an endpoint: its first part.
func streamOf(path string) string {
	stream, _, _ := strings.Cut(path, "/")
	return stream
}
