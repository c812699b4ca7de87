package apisink

import (
	"context"
	"encoding/json"
	"errors"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// answered judges a good answer.
func (x *exchange) answered(ctx context.Context, a *api.Answer) ([]load.Result, error) {
	if p := x.call.Poll; p != nil && (p.When == 0 || p.When == a.Status) {
		return x.polled(ctx, a)
	}
	if x.many() {
		return x.sorted(ctx, a)
	}
	if why := lie(x.call.Refused, a.Body); why != "" {
		return x.refused(ctx, load.Result{Status: a.Status, Class: connector.Permanent, Message: why})
	}
	r := x.told(&x.deeds[0], a.Status, a.Body, x.call.Answer)
	r, err := x.confirm(ctx, &x.deeds[0], r)
	return []load.Result{r}, err
}

// lie tells why an answer with a good status is a refusal; "" it is none.
func lie(refusals []connector.Refusal, body []byte) string {
	if len(refusals) == 0 {
		return ""
	}
	o, err := parseObject(body)
	if err != nil {
		return ""
	}
	for _, r := range refusals {
		if holds(r, o) {
			return r.Why
		}
	}
	return ""
}

// holds tells whether an answer has what a refusal is known by.
func holds(r connector.Refusal, o object) bool {
	v, ok := o.get(r.Path)
	if !ok || r.Path == "" {
		return false
	}
	if r.Equals == "" {
		return says(v)
	}
	text, _ := textOf(v)
	return text == r.Equals
}

// told reads what an answer says of the one record it is about.
func (x *exchange) told(d *load.Deed, status int, body []byte, paths []string) load.Result {
	r := load.Result{State: stage.AttemptDone, Key: d.Key, Status: status, Class: connector.OK}
	if len(paths) == 0 {
		return r
	}
	page, err := api.SplitRecords(body, paths, connector.RowShape{})
	if err != nil || len(page.Rows) == 0 {
		return r
	}
	x.tellRecord(&r, d, page.Rows[0].Raw)
	return r
}

// tellRecord takes key and record over from the record in an answer. An action
// answers with a few fields only: they are no record.
func (x *exchange) tellRecord(r *load.Result, d *load.Deed, raw []byte) {
	key := x.s.keyIn(raw, x.call.Key, x.lookup(d))
	if key == "" && len(x.s.keys) > 0 {
		return // a message, not a record
	}
	if r.Key == "" {
		r.Key = key
	}
	if d.Kind == stage.AttemptCreate || d.Kind == stage.AttemptUpdate {
		r.Back = json.RawMessage(append([]byte(nil), raw...))
	}
}

// lookup finds a field of the deed, for the part of a key that is its parent's.
func (x *exchange) lookup(d *load.Deed) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, raw := range [][]byte{d.Fields, d.Now} {
			o, err := parseObject(raw)
			if err != nil {
				continue
			}
			if v, ok := o.get(name); ok {
				return textOf(v)
			}
		}
		return "", false
	}
}

// confirm reads the record again where the answer proves nothing, or does not
// tell the key of what it made.
func (x *exchange) confirm(ctx context.Context, d *load.Deed, r load.Result) (load.Result, error) {
	if d.Kind == stage.AttemptCreate && r.Key == "" {
		r.Key = x.s.keyGiven(x.lookup(d))
	}
	blind := d.Kind == stage.AttemptCreate && r.Key == "" && len(x.s.keys) > 0
	// A call whose answer holds the record, and now does not, has said nothing.
	mute := len(x.call.Answer) > 0 && r.Back == nil && (d.Kind == stage.AttemptCreate || d.Kind == stage.AttemptUpdate) && len(x.s.keys) > 0
	if !x.call.ReadBack && !blind && !mute || r.State != stage.AttemptDone {
		return r, nil
	}
	found, asked, err := x.look(ctx, d, r.Key)
	if err != nil {
		r.Message = "the answer proves nothing, and reading the record again failed"
		return unsure(r), x.serious(err)
	}
	if !asked {
		if blind && r.Back == nil {
			r.Message = "the answer does not say which record it made"
			return unsure(r), nil
		}
		return r, nil
	}
	return x.confirmed(d, r, found), nil
}

// serious keeps the errors that end a run.
func (x *exchange) serious(err error) error {
	if e := (*api.Error)(nil); errors.As(err, &e) {
		return ends(e)
	}
	return err
}

func unsure(r load.Result) load.Result {
	r.State = stage.AttemptUnsure
	return r
}

// look reads the record that a deed wrote: by its key, else by our reference and
// what the vendor finds records by.
func (x *exchange) look(ctx context.Context, d *load.Deed, key record.Key) (found []load.Found, asked bool, err error) {
	if key != "" {
		now, ok, err := x.t.Read(ctx, x.s.Name, key)
		if errors.Is(err, load.ErrNoRead) {
			return nil, false, nil
		}
		if err != nil || !ok {
			return nil, err == nil, err
		}
		return []load.Found{{Key: key, Record: now}}, true, nil
	}
	fields, err := parseObject(d.Fields)
	if err != nil {
		return nil, false, err
	}
	for _, by := range x.s.identities() {
		var want object
		for _, path := range by {
			if v, ok := fields.get(path); ok && given(v) {
				want = want.put(path, v)
			}
		}
		if len(want) < len(by) {
			continue
		}
		if found, asked, err = x.t.Find(ctx, x.s.Name, json.RawMessage(want.encode())); asked || err != nil {
			return found, asked, err
		}
	}
	return nil, false, nil
}

// identities are the fields that tell a record for sure, the best first: our
// reference, what an upsert finds by, what no two records may share.
func (s *stream) identities() [][]string {
	var out [][]string
	if s.w.Reference != "" {
		out = append(out, []string{s.w.Reference})
	}
	if s.w.Upsert != nil {
		for _, by := range s.w.Upsert.By {
			out = append(out, []string{by})
		}
	}
	return append(out, s.w.Unique...)
}

// confirmed judges what was found when the record was read again.
func (x *exchange) confirmed(d *load.Deed, r load.Result, found []load.Found) load.Result {
	switch {
	case d.Kind == stage.AttemptDelete && len(found) == 0:
		return r
	case d.Kind == stage.AttemptDelete:
		r.State, r.Class = stage.AttemptRejected, connector.Lie
		r.Message, r.Hint = "the target said that it deleted the record, but it is still there", "look at it in the target"
		return r
	case len(found) != 1:
		r.Message = "the answer proves nothing, and the record was not found again, or several were"
		return unsure(r)
	}
	r.Key, r.Back = found[0].Key, found[0].Record
	if d.Kind == stage.AttemptUpdate && x.nothingTook(d, r.Back) {
		r.Message = "the target said that it did it, but nothing of what was sent is in the record"
		return unsure(r)
	}
	a, err := x.s.w.Action(d.Action)
	if d.Kind != stage.AttemptAction || err != nil || a.Field == "" || a.To == "" {
		return r
	}
	now, err := parseObject(r.Back)
	if err != nil {
		return r
	}
	if v, ok := now.get(a.Field); ok && !sameWord(v, a.To) {
		r.State, r.Class = stage.AttemptRejected, connector.Lie
		r.Message, r.Field = "the target said that it did it, but "+a.Field+" is not "+a.To, a.Field
	}
	return r
}

// nothingTook tells whether no field that was sent, and that the record shows,
// is in the record.
func (x *exchange) nothingTook(d *load.Deed, back json.RawMessage) bool {
	all := len(x.s.same.Differ(d.Fields, json.RawMessage("{}")))
	return all > 0 && len(x.s.same.Differ(d.Fields, back)) >= all
}
