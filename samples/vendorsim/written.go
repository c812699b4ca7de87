package vendorsim

import (
	"net/http"
	"slices"
	"time"
)

// Write is one write that took effect through the API: the judge of what a client really did.
type Write struct {
	// N is the number of the request, as LogEntry.N has it: several rows of one batch share it.
	N int64 `json:"n"`
	// At is the vendor's clock when it took effect.
	At time.Time `json:"at"`
	// Stream and ID name the record. Things that are in no table have streams of their own: "messages", "campaigns" and
	// "webhooks" at Sonar, "tags", "companies", "messages", "collections" and "articles" at Customerly.
	Stream string `json:"stream"`
	ID     string `json:"id"`
	// Part is the id of a comment, line, phone, timer or attachment of the record.
	Part string `json:"part,omitempty"`
	// Verb is create, update, delete or undelete, or the vendor's own action: schedule, comment, attach_file_url.
	Verb string `json:"verb"`
	// Fields is what was sent, as it was sent (of a batch, this row): decoded JSON, numbers as json.Number; of a call
	// without a body, its query. It must not be changed.
	Fields map[string]any `json:"fields"`
}

// Written returns every write to a stream that took effect through the API, in order; "" is all streams. Late writes stand
// where they took effect. What people did by hand (Edit, Rename, drift) is not in it.
func (a *account) Written(stream string) []Write {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrive(a.gate.Now())
	out := []Write{}
	for _, w := range a.written {
		if stream == "" || w.Stream == stream {
			out = append(out, w)
		}
	}
	return out
}

// Snapshot returns all live records of a stream as their details call shows them to one who sees every write at once: JSON by
// id. Two snapshots tell what a run left behind.
func (a *account) Snapshot(stream string) map[string]string { return a.snapshot(stream, false) }

// Contents is Snapshot without the moments of the last change (dateModified, updated_at, last_update, at any depth), which
// no client can give back: for comparing before and after an undo.
func (a *account) Contents(stream string) map[string]string { return a.snapshot(stream, true) }

func (a *account) snapshot(stream string, timeless bool) map[string]string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrive(a.gate.Now())
	out := map[string]string{}
	t := a.tables[stream]
	if t == nil {
		return out
	}
	for i := range t.next {
		if t.headAt(i).deleted {
			continue
		}
		r := t.at(i)
		shown := any(a.show(stream, r))
		if timeless {
			shown = withoutChanges(shown)
		}
		out[r.key] = string(appendJSON(nil, shown))
	}
	return out
}

// changeTimes are the members that move with every change.
var changeTimes = map[string]bool{"dateModified": true, "updated_at": true, "last_update": true}

// withoutChanges leaves the moments of change out of a value, at any depth.
func withoutChanges(v any) any {
	switch v := v.(type) {
	case object:
		if v == nil {
			return v
		}
		out := make(object, 0, len(v))
		for _, m := range v {
			if !changeTimes[m.key] {
				out = append(out, member{m.key, withoutChanges(m.val)})
			}
		}
		return out
	case []object:
		out := make([]any, len(v))
		for i := range v {
			out[i] = withoutChanges(v[i])
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = withoutChanges(v[i])
		}
		return out
	}
	return v
}

// perform serves an admitted call after settle: a read at once, a write under its fault. The lock is held.
func (a *account) perform(c *call, write bool, run func(*call) reply) reply {
	switch {
	case !write:
		return run(c)
	case c.fault.is(FaultLateWrite):
		a.postpone(c, func(later *call) reply { return a.commit(later, run) })
		return reply{}
	}
	return a.commit(c, run)
}

// commit lets a write take effect, altered as its fault says. The lock is held.
func (a *account) commit(c *call, run func(*call) reply) reply {
	if c.sent != nil {
		c.sent.given = c.sent.fields
		if f := c.fault; f.alters() {
			c.sent.fields = f.altered(c.sent.fields)
		}
	}
	if a.locked(c) {
		return a.gate.refuse(http.StatusConflict, msgLocked)
	}
	if c.fault.is(FaultInvalid) && !(a.byRow && batchOf(c.sent.fields) != nil) {
		return a.invalid(c, c.fault.complaint())
	}
	a.writing, a.recent.api = c, true
	out := run(c)
	a.writing, a.recent.api = nil, false
	a.aftermath(c)
	if c.late && len(c.wrote) > 0 {
		a.gate.tally.done(c.n)
	}
	return out
}

// aftermath is what the vendor does to a record by itself once a write is done.
func (a *account) aftermath(c *call) {
	for _, w := range c.wrote {
		switch {
		case c.fault.is(FaultAutomation):
			a.edit(w.Stream, w.ID, c.fault.Field, c.fault.Text)
		case c.fault.is(FaultTakenBack) && w.Verb == "create" && a.tables[w.Stream] != nil:
			t := a.tables[w.Stream]
			due := c.now.Add(orDefault(c.fault.Delay, time.Minute))
			a.after(due, func() { t.remove(t.find(w.ID), t.stamp(due)) })
		}
	}
}

// note keeps that a write to a record took effect, and counts it. sent is the row or body that asked for it. What a person
// does by the vendor's same code is not noted.
func (a *account) note(stream, id, verb string, sent *payload) {
	if a.writing != nil {
		a.gate.tally.count(func(k *Counters) { k.Writes++ })
	}
	a.acted(stream, id, verb, sent)
}

// acted is note for something that changes no record, such as a mail or a page from a printer.
func (a *account) acted(stream, id, verb string, sent *payload) {
	c := a.writing
	if c == nil {
		return
	}
	w := Write{N: c.n, At: c.now, Stream: stream, ID: id, Verb: verb, Fields: sent.asSent()}
	if len(w.Fields) == 0 {
		w.Fields = map[string]any{}
		for name, v := range c.query() {
			w.Fields[name] = v[len(v)-1]
		}
	}
	c.wrote = append(c.wrote, w)
	a.written = append(a.written, w)
	if slices.Contains(a.gate.opts.HookStreams, stream) {
		a.effect(EffectWebhook, 1)
	}
}

// asSent is what came over the wire, before a fault altered it.
func (p *payload) asSent() map[string]any {
	switch {
	case p == nil:
		return nil
	case p.given != nil:
		return p.given
	}
	return p.fields
}

// effect counts what people outside notice of an API call.
func (a *account) effect(name string, n int) {
	if n > 0 && a.writing != nil {
		a.gate.tally.count(func(k *Counters) { k.Effects[name] += n })
	}
}

// EffectWebhook is one delivery to a web address that the account's owner set up: at Sonar by its webhooks, elsewhere by
// Options.HookStreams.
const EffectWebhook = "webhook delivered"
