package load

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// ProbeFinding is one thing that a probe found out.
type ProbeFinding struct {
	Entry  string          `json:"entry"`
	Stream string          `json:"stream"`
	Kind   ProbeKind       `json:"kind"`
	Field  string          `json:"field,omitempty"`
	Sent   json.RawMessage `json:"sent,omitempty"`
	Back   json.RawMessage `json:"back,omitempty"`
	Text   string          `json:"text"`
}

// ProbeKind says what a finding is about.
type ProbeKind string

// What a probe finds.
const (
	ProbeFine    ProbeKind = "fine"        // the record came back as it was sent, and was removed
	ProbeField   ProbeKind = "field"       // a field did not take, or not as it was sent
	ProbeHidden  ProbeKind = "hidden"      // a field that the target never shows
	ProbeTwice   ProbeKind = "sent twice"  // sending the same again changed something
	ProbeCleared ProbeKind = "cleared"     // a field that was emptied is empty
	ProbeKept    ProbeKind = "not cleared" // a field that was emptied is not
	ProbeEffect  ProbeKind = "effect"      // people noticed it
	ProbeMuted   ProbeKind = "muted"       // people would have noticed it
	ProbeRefused ProbeKind = "refused"     // the target did not take it
	ProbeStays   ProbeKind = "not removed" // it is still there
	ProbeSkipped ProbeKind = "not probed"  // nothing to write, or a parent was not there
	ProbeUnsure  ProbeKind = "answer lost"
)

// ProbeMark stands in the text of every probe record, so that people know it.
const ProbeMark = "Ferry probe"

// Probe writes one marked record to each target stream of the mapping, made of
// the first mapped record that has most fields, reads it back, sends it a second
// time, empties one of its fields, and removes it, children before parents. Every request is in the ledger.
// What the vendor cannot delete stays, and is said. The caller asks first.
func Probe(ctx context.Context, cfg Config) ([]ProbeFinding, error) {
	p, err := newProbe(ctx, &cfg)
	if err != nil {
		return nil, err
	}
	for _, e := range p.r.entries {
		if err = p.write(ctx, e); err != nil {
			break
		}
	}
	// What was written is removed also after an error.
	also := p.remove(context.WithoutCancel(ctx))
	if err == nil {
		err = also
	}
	return p.findings, err
}

// probe is one probe of a target.
type probe struct {
	r        *runner
	keys     map[string]record.Key // of the probe records, by entry
	written  []*unit               // in the order they were written
	findings []ProbeFinding
}

func newProbe(ctx context.Context, cfg *Config) (*probe, error) {
	newest, _, err := cfg.Stage.Generations(ctx, cfg.Source.ID)
	if err != nil {
		return nil, err
	}
	if newest == nil {
		return nil, fmt.Errorf("nothing is mapped yet, and a probe is made of a mapped record; run `ferry transform` first")
	}
	order, _, err := ParentsFirst(Needs(cfg.Vendor, cfg.Rules))
	if err != nil {
		return nil, err
	}
	plan := stage.Plan{Kind: stage.PlanLoad, Source: cfg.Source.ID, Target: cfg.Target.ID, Generation: newest.ID}
	for _, i := range order {
		side := sideOf(cfg, &cfg.Rules[i])
		side.Part += "#probe" // its lines in the ledger are nobody else's
		plan.Entries = append(plan.Entries, stage.PlanEntry{Name: cfg.Rules[i].Name, Side: side})
	}
	r, err := newRunner(ctx, cfg, plan, ApplyOptions{All: true})
	if err != nil {
		return nil, err
	}
	r.sends = ctx
	return &probe{r: r, keys: map[string]record.Key{}}, nil
}

func (p *probe) find(e *entry, kind ProbeKind, field, format string, args ...any) *ProbeFinding {
	p.findings = append(p.findings, ProbeFinding{Entry: e.name, Stream: e.side.Stream, Kind: kind, Field: field, Text: fmt.Sprintf(format, args...)})
	return &p.findings[len(p.findings)-1]
}

// write writes the probe record of one entry and looks at what came of it.
func (p *probe) write(ctx context.Context, e *entry) error {
	mapped, err := p.sample(ctx, e)
	if err != nil || mapped == nil {
		return err
	}
	fields, missing := Resolve(mapped, e.rules, p)
	if why := firstMissing(missing, nil); why != nil {
		p.find(e, ProbeSkipped, why.Field, "%s", why.Text)
		return nil
	}
	fields, ok := p.marked(e, fields)
	if !ok {
		p.find(e, ProbeSkipped, "", "no text that people see can carry the mark %q", ProbeMark)
		return nil
	}
	u := &unit{e: e, item: stage.Item{Entry: e.index, Key: "probe", Action: stage.ActCreate}, want: fields}
	u.write = creation(u)
	u.write.Reach = nil // a probe changes no status: that may not be undone
	deeds, err := p.r.cfg.Sink.Deeds(u.write)
	if err != nil {
		_, why, err := refused(err)
		if err == nil {
			p.find(e, ProbeRefused, why.Field, "%s; %s", why.Text, why.Do)
		}
		return err
	}
	if why := p.stays(u, deeds); why != "" {
		p.find(e, ProbeSkipped, "", "%s", why)
		return nil
	}
	u.deeds, u.ready = deeds.List, true
	for _, name := range deeds.Effects {
		p.find(e, ProbeEffect, "", "%s happened: the job allows it", name)
	}
	for _, name := range deeds.Muted {
		p.find(e, ProbeMuted, "", "%s was muted", name)
	}
	done, err := p.send(ctx, u)
	if u.key != "" {
		p.keys[e.name] = u.key
		p.written = append(p.written, u)
	}
	if err != nil || !done {
		return err
	}
	return p.look(ctx, u)
}

// send makes a unit's requests, each with a line in the ledger.
func (p *probe) send(ctx context.Context, u *unit) (done bool, err error) {
	for ; u.step < len(u.deeds); u.step++ {
		if err := p.r.follow(ctx, u); err != nil {
			return false, err
		}
		res, err := p.request(ctx, u)
		if err != nil {
			return false, err
		}
		switch res.State {
		case stage.AttemptDone:
			if res.Key != "" {
				u.key = res.Key
			}
			u.back = res.Back
		case stage.AttemptUnsure:
			p.find(u.e, ProbeUnsure, "", "the answer was lost: look in the target for a record marked %q", ProbeMark)
			return false, nil
		default:
			p.find(u.e, ProbeRefused, res.Field, "%s %s", res.Message, res.Hint)
			return false, nil
		}
	}
	return true, nil
}

// request makes one request for one deed, with its line in the ledger.
func (p *probe) request(ctx context.Context, u *unit) (Result, error) {
	attempts, deeds := p.r.attempts([]*unit{u})
	ids, err := p.r.cfg.Stage.BeginAttempts(ctx, attempts)
	if err != nil {
		return Result{}, err
	}
	results, failed := p.r.cfg.Sink.Send(ctx, deeds)
	res := complete(results, 1, failed)[0]
	a := attempts[0]
	a.ID, a.State, a.Status, a.Class, a.Message, a.Back, a.Ended = ids[0], res.State, res.Status, string(res.Class), res.Message, res.Back, p.r.cfg.Now()
	if a.Target == "" {
		a.Target = res.Key
	}
	if a.State == stage.AttemptUnsure {
		a.State = stage.AttemptLost // nothing asks for it later: the person is told to look
	}
	err = p.r.cfg.Stage.EndAttempts(context.WithoutCancel(ctx), []stage.Outcome{{Attempt: a}})
	if failed != nil {
		err = failed
	}
	return res, err
}

// look compares the record with what was sent, and sends the same once more.
func (p *probe) look(ctx context.Context, u *unit) error {
	before := len(p.findings)
	now, found, err := p.r.readNow(ctx, u.e, u.key, p.r.cfg.Now())
	if err != nil {
		return err
	}
	if !found {
		p.find(u.e, ProbeRefused, "", "the target said it took the record, and does not have it")
		return nil
	}
	p.compare(u, now)
	if err := p.twice(ctx, u, now); err != nil {
		return err
	}
	if len(p.findings) == before {
		p.find(u.e, ProbeFine, "", "every field came back as it was sent")
	}
	return p.clear(ctx, u)
}

// compare reports the fields that did not take, and those that are never shown.
func (p *probe) compare(u *unit, now json.RawMessage) {
	u.e.same.parsed(u.write.Fields, now, func(w, n *fastjson.Value) {
		u.e.same.walk(w, n, func(l *leaf) bool {
			if blank(l.want) {
				return true
			}
			if !l.shown() || l.absent {
				f := p.find(u.e, ProbeHidden, l.path(), "the target does not show it, so nothing can tell whether it took")
				f.Sent = rawOf(l.want)
				return true
			}
			if l.same() {
				return true
			}
			c := l.change()
			f := p.find(u.e, ProbeField, c.Field, "%s", u.e.deviationOf(&c, nil))
			f.Sent, f.Back = c.New, c.Old
			return true
		})
	})
}

// twice sends the same fields as an update: what changes then would change with
// every run.
func (p *probe) twice(ctx context.Context, u *unit, now json.RawMessage) error {
	again := &unit{e: u.e, item: u.item, key: u.key, write: Write{Stream: u.e.side.Stream, Kind: stage.AttemptUpdate, Key: u.key,
		Source: u.item.Key, Fields: u.write.Fields, Now: now}}
	again.item.Action = stage.ActUpdate
	if err := again.plan(p.r.cfg.Sink); err != nil {
		_, _, err := refused(err)
		return err
	}
	done, err := p.send(ctx, again)
	if err != nil || !done {
		return err
	}
	then, found, err := p.r.readNow(ctx, u.e, u.key, p.r.cfg.Now())
	if err != nil || !found {
		return err
	}
	for _, c := range u.e.same.Differ(writable(u.e.stream, now), then) {
		f := p.find(u.e, ProbeTwice, c.Field, "the same sent twice gives another value: %s", u.e.deviationOf(&c, nil))
		f.Sent, f.Back = c.New, c.Old
	}
	return nil
}
