package vendorsim

import (
	"slices"
	"strings"
	"time"
)

// Edit lets a person of the account set one field of a record, in the vendor's own pages: the record's moment of change moves,
// and readers see it at once. The field is named as a write names it; a path with dots leads into an object
// (properties.Zone, attributes.plan) or names a custom field by its label (customFieldValues.Zone). No effect is counted
// and no Write noted. False where there is no such live record, or where the vendor would not take the value.
func (a *account) Edit(stream, id, field, value string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrive(a.gate.Now())
	return a.edit(stream, id, field, value)
}

// edit is Edit under the lock.
func (a *account) edit(stream, id, field, value string) bool {
	t := a.tables[stream]
	if t == nil {
		return false
	}
	i := t.live(id)
	return i >= 0 && a.amend(t, i, nested(field, value), a.recent.now)
}

// nested is the body that sets one field.
func nested(field, value string) map[string]any {
	outer, rest, deeper := strings.Cut(field, ".")
	switch {
	case !deeper:
		return map[string]any{field: value}
	case outer == "customFieldValues":
		return map[string]any{outer: []any{map[string]any{"label": rest, "value": value}}}
	}
	return map[string]any{outer: nested(rest, value)}
}

// Require makes a field of a stream required from now on: writes after which it would be blank are refused, creations and
// updates alike, in the vendor's words for a failed validation. The field is named as answers show it, custom fields as in
// Edit. What there is stays as it is.
func (a *account) Require(stream, field string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !slices.Contains(a.needs[stream], field) {
		a.needs[stream] = append(a.needs[stream], field)
	}
}

// lacking lists the required fields that a draft, as answers would show it, leaves blank.
func (a *account) lacking(stream string, draft object) []string {
	if a.writing == nil { // a person's edit
		return nil
	}
	var out []string
	for _, field := range a.needs[stream] {
		switch v := dig(draft, field).(type) {
		case nil:
			out = append(out, field)
		case string:
			if strings.TrimSpace(v) == "" {
				out = append(out, field)
			}
		}
	}
	return out
}

// dig finds a value by its path; in a list of custom fields by the label.
func dig(o object, path string) any {
	if o.has(path) {
		return o.get(path)
	}
	outer, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		return nil
	}
	switch inner := o.get(outer).(type) {
	case object:
		return dig(inner, rest)
	case []any:
		for _, v := range inner {
			if one, is := v.(object); is && one.text("label") == rest {
				return one.get("value")
			}
		}
	}
	return nil
}

// Lock lets a person keep a record open for a while: until then every write to it, or to a part of it, is answered 409 and not
// done. At Customerly its row of a batch is refused instead.
func (a *account) Lock(stream, id string, span time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.locks[place{stream, id}] = a.gate.Now().Add(span)
}

// locked tells whether a write is about a record that somebody keeps open.
func (a *account) locked(c *call) bool {
	if len(a.locks) == 0 || a.byRow && batchOf(c.sent.fields) != nil {
		return false
	}
	return slices.ContainsFunc(a.target(c), a.held)
}

// held tells whether somebody keeps a record open now.
func (a *account) held(p place) bool {
	until, locked := a.locks[p]
	if locked && !a.recent.now.Before(until) {
		delete(a.locks, p)
		return false
	}
	return locked
}
