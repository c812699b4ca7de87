package apisink

import (
	"context"
	"errors"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// many tells whether the request was a batch, if only of one.
func (x *exchange) many() bool {
	return batched(x.call, x.deeds[0].Kind) && (len(x.deeds) > 1 || x.call.BatchPath == x.call.Path)
}

// sorted judges the answer to a batch: each record by what the answer says of
// it by name. What it does not name was taken only where the numbers prove it.
func (x *exchange) sorted(ctx context.Context, a *api.Answer) ([]load.Result, error) {
	told := x.call.BatchTold
	o, err := parseObject(a.Body)
	if err != nil {
		o = nil
	}
	if why := lie(x.call.Refused, a.Body); why != "" && told.By == "" {
		return x.refused(ctx, load.Result{Status: a.Status, Class: connector.Permanent, Message: why})
	}
	out := each(x.deeds, load.Result{State: stage.AttemptUnsure, Status: a.Status, Class: connector.OK,
		Message: "the answer to the batch does not say what became of this record"})
	named := x.byName(o)
	refusedAny := 0
	for i := range x.deeds {
		n, ok := named[x.nameOf(&x.deeds[i])]
		if !ok || n.twice {
			continue
		}
		if out[i] = x.ofElement(&x.deeds[i], a.Status, n); out[i].State == stage.AttemptRejected {
			refusedAny++
		}
	}
	if x.counted(o, len(x.deeds)-refusedAny) {
		for i := range out {
			if out[i].State == stage.AttemptUnsure {
				out[i] = load.Result{State: stage.AttemptDone, Key: x.deeds[i].Key, Status: a.Status, Class: connector.OK}
			}
		}
	}
	return x.confirmAll(ctx, out)
}

// confirmAll reads again those that are done but whose key is not known, or whose
// answer proves nothing.
func (x *exchange) confirmAll(ctx context.Context, out []load.Result) ([]load.Result, error) {
	var errs []error
	for i := range out {
		var err error
		if out[i].State == stage.AttemptUnsure && x.call.ReadBack {
			out[i], err = x.proved(ctx, &x.deeds[i], out[i])
		} else {
			out[i], err = x.confirm(ctx, &x.deeds[i], out[i])
		}
		if err != nil {
			errs = append(errs, err)
			break
		}
	}
	return out, errors.Join(errs...)
}

// proved reads a record of which the answer says nothing: it was written where it
// is there, alone, and equal to what was sent.
func (x *exchange) proved(ctx context.Context, d *load.Deed, r load.Result) (load.Result, error) {
	found, _, err := x.look(ctx, d, d.Key)
	if err != nil {
		return r, x.serious(err)
	}
	if len(found) != 1 || !x.s.same.SameAsSent(d.Fields, found[0].Record) {
		return r, nil
	}
	return load.Result{State: stage.AttemptDone, Key: found[0].Key, Back: found[0].Record, Status: r.Status, Class: connector.OK}, nil
}

// element is what an answer says of one record.
type element struct {
	raw     jsontext.Value
	refused bool
	twice   bool
}

// byName collects what an answer says of records, by the value it names them by.
func (x *exchange) byName(o object) map[string]element {
	out := map[string]element{}
	told := x.call.BatchTold
	add := func(list jsontext.Value, judge func(jsontext.Value) bool) {
		items, _ := parseList(list)
		for _, item := range items {
			name := x.fold(nameIn(item, told))
			if name == "" {
				continue
			}
			_, twice := out[name]
			out[name] = element{raw: item, refused: judge(item), twice: twice}
		}
	}
	for _, path := range told.Refused {
		if list, ok := o.get(path); ok {
			add(list, func(jsontext.Value) bool { return true })
		}
	}
	if list, ok := o.get(told.Results); ok && told.Results != "" {
		add(list, func(item jsontext.Value) bool {
			inner, err := parseObject(item)
			if err != nil || told.Failed == "" {
				return false
			}
			v, ok := inner.get(told.Failed)
			return ok && says(v)
		})
	}
	return out
}

// nameIn is the value by which an element names its record; a bare value names it
// itself.
func nameIn(item jsontext.Value, told connector.BatchTold) string {
	if text, ok := textOf(item); ok {
		return text
	}
	o, err := parseObject(item)
	if err != nil {
		return ""
	}
	at := told.At
	if at == "" {
		at = told.By
	}
	v, _ := o.get(at)
	text, _ := textOf(v)
	return text
}

// nameOf is the value by which answers name a deed's record; "" they cannot.
func (x *exchange) nameOf(d *load.Deed) string {
	by := x.call.BatchTold.By
	if by == "" {
		return ""
	}
	for _, raw := range [][]byte{d.Fields, d.Now} {
		o, err := parseObject(raw)
		if err != nil {
			continue
		}
		if v, ok := o.get(by); ok && given(v) {
			text, _ := textOf(v)
			return x.fold(text)
		}
	}
	return ""
}

func (x *exchange) fold(text string) string {
	if f := x.s.reads[x.call.BatchTold.By]; f != nil {
		return record.FoldingOf(f.Folds).Text(text)
	}
	return text
}

// ofElement judges one record by its element.
func (x *exchange) ofElement(d *load.Deed, status int, e element) load.Result {
	told := x.call.BatchTold
	inner, err := parseObject(e.raw)
	if err != nil {
		inner = nil
	}
	if !e.refused {
		r := load.Result{State: stage.AttemptDone, Key: d.Key, Status: status, Class: connector.OK}
		rec := e.raw
		if told.Record != "" && told.Record != "-" {
			rec, _ = inner.get(told.Record)
		}
		if told.Record != "-" && rec.Kind() == '{' {
			x.tellRecord(&r, d, rec)
		}
		return r
	}
	r := load.Result{State: stage.AttemptRejected, Status: status, Class: connector.Permanent, Message: "the target did not take the record"}
	if v, ok := inner.get(told.Message); ok && told.Message != "" {
		if text, ok := textOf(v); ok && text != "" {
			r.Message = text
		}
	}
	r.Field = x.s.fieldIn(r.Message)
	r.Message = clean(r.Message, *d)
	return r
}

// counted tells whether the answer counts as many records taken as are not
// refused by name.
func (x *exchange) counted(o object, want int) bool {
	v, ok := o.get(x.call.BatchTold.Count)
	text, _ := textOf(v)
	n, err := strconv.Atoi(text)
	return ok && err == nil && n == want
}
