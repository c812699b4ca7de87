package load

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// clear empties one text field of the probe record that may be empty, and looks
// whether it is: some targets take null, or empty text, for "leave it as it is".
func (p *probe) clear(ctx context.Context, u *unit) error {
	now, found, err := p.r.readNow(ctx, u.e, u.key, p.r.cfg.Now())
	if err != nil || !found {
		return err
	}
	path := u.clearable(now)
	if path == "" {
		return nil
	}
	steps := u.e.stepsOf(path)
	empty := &unit{e: u.e, item: u.item, key: u.key, write: Write{Stream: u.e.side.Stream, Kind: stage.AttemptUpdate, Key: u.key,
		Source: u.item.Key, Fields: putField(nil, steps, json.RawMessage("null")), Now: now}}
	empty.item.Action = stage.ActUpdate
	if err := empty.plan(p.r.cfg.Sink); err != nil {
		_, _, err := refused(err) // it is never updated, so nothing is ever emptied
		return err
	}
	if len(empty.deeds) == 0 {
		return nil
	}
	done, err := p.send(ctx, empty)
	if err != nil {
		return err
	}
	if !done {
		if f := &p.findings[len(p.findings)-1]; f.Kind == ProbeRefused {
			f.Kind, f.Field, f.Text = ProbeKept, path, "the target refused to empty it: "+f.Text
		}
		return nil
	}
	then, found, err := p.r.readNow(ctx, u.e, u.key, p.r.cfg.Now())
	if err != nil || !found {
		return err
	}
	if v := fieldAt(then, steps); !isBlank(v) {
		f := p.find(u.e, ProbeKept, path, "it was emptied and still says something: `blank: clear` does nothing there")
		f.Sent, f.Back = json.RawMessage("null"), v
		return nil
	}
	p.find(u.e, ProbeCleared, path, "it was emptied, and is empty")
	return nil
}

// clearable is the first text field that was written, came back, and that a
// record may do without; "" none.
func (u *unit) clearable(now json.RawMessage) (path string) {
	w := u.e.stream.Writes
	if w == nil {
		return ""
	}
	needed := slices.Concat(slices.Concat(w.Required...), slices.Concat(w.Unique...), slices.Concat(u.e.rules.Match...), []string{w.Reference, u.e.rules.Reference})
	u.e.same.parsed(u.write.Fields, now, func(wanted, n *fastjson.Value) {
		u.e.same.walk(wanted, n, func(l *leaf) bool {
			if !l.shown() || l.absent || l.label != "" || l.sh.kind != record.String || len(l.sh.enum) > 0 || l.sh.known != nil || blank(l.now) || blank(l.want) {
				return true
			}
			f := u.e.rule(l.path())
			if f == nil || f.Refs != "" || f.Finds != "" || f.Actions || slices.Contains(needed, l.path()) {
				return true
			}
			path = l.path()
			return false
		})
	})
	return path
}
