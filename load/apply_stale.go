package load

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/valyala/fastjson"

	"ferry/extract/stage"
)

// reread reads a record right before it is changed. It makes the unit ready, or
// gives the bin of one that is not to be touched.
func (r *runner) reread(ctx context.Context, u *unit) (stage.LoadBin, *Reason, error) {
	if r.undo {
		return r.rereadUndo(ctx, u)
	}
	now, found, err := r.readNow(ctx, u.e, u.key, r.began)
	if err != nil {
		return 0, nil, err
	}
	if !found {
		return stage.LoadHeld, goneReason(), nil
	}
	send, stale := u.compare(now)
	if len(stale) > 0 {
		return stage.LoadHeld, staleReason(stale), nil
	}
	u.agreed = u.e.agreed(u.want, now, false)
	if len(send) == 0 {
		return r.asWanted(ctx, u, now)
	}
	u.write = u.update(send, now)
	if err := u.plan(r.cfg.Sink); err != nil {
		return refused(err)
	}
	if len(u.deeds) == 0 {
		return r.asWanted(ctx, u, now)
	}
	return stage.LoadWaiting, nil, nil
}

// asWanted ends an update that has nothing left to do: an earlier run did it, or
// somebody in the target.
func (r *runner) asWanted(ctx context.Context, u *unit, now json.RawMessage) (stage.LoadBin, *Reason, error) {
	if err := r.doneBefore(ctx, u); err != nil {
		return 0, nil, err
	}
	return u.bin(), nil, r.keepAgreed(ctx, u, now)
}

// compare sets what the plan wants to change beside the record as it is now:
// send is what is still to be changed, stale what somebody changed since.
func (u *unit) compare(now json.RawMessage) (send, stale []Change) {
	change, kept := byField(u.note.Changes), byField(slices.Concat(u.note.Kept, u.note.Left))
	u.e.same.parsed(u.want, now, func(w, n *fastjson.Value) {
		u.e.same.walk(w, n, func(l *leaf) bool {
			c := l.change()
			p, wanted := change[c.Field]
			if !wanted {
				p = kept[c.Field]
			}
			switch hidden := !l.shown() || l.absent; {
			case hidden && wanted:
				send = append(send, c)
			case hidden, l.same(), p == nil && u.ignores(&c):
			case p == nil:
				stale = append(stale, c)
			case !u.asPlanned(p, now):
				stale = append(stale, Change{Field: c.Field, Old: c.Old, New: c.New, Last: p.Old})
			case wanted:
				send = append(send, c)
			}
			return true
		})
	})
	return send, stale
}

func byField(changes []Change) map[string]*Change {
	out := make(map[string]*Change, len(changes))
	for i := range changes {
		out[changes[i].Field] = &changes[i]
	}
	return out
}

// ignores tells whether a difference that the plan does not name is none of its
// business.
func (u *unit) ignores(c *Change) bool {
	if slices.Contains(u.note.Unseen, c.Field) {
		return true
	}
	f := u.e.rule(c.Field)
	return f == nil || f.Set != SetAlways || isNull(c.New) && !f.Clear || u.e.late[c.Field]
}

// asPlanned tells whether a field still has the value that the plan saw.
func (u *unit) asPlanned(p *Change, now json.RawMessage) bool {
	return len(u.e.same.Differ(putField(nil, u.e.stepsOf(p.Field), valueOrNull(p.Old)), now)) == 0
}

func valueOrNull(v json.RawMessage) json.RawMessage {
	if len(v) == 0 {
		return json.RawMessage("null")
	}
	return v
}

// update is the write that makes these changes.
func (u *unit) update(changes []Change, now json.RawMessage) Write {
	w := Write{Stream: u.e.side.Stream, Kind: stage.AttemptUpdate, Key: u.key, Source: u.item.Key, Now: now}
	fields := json.RawMessage("{}")
	for _, c := range changes {
		if f := u.e.rule(c.Field); f != nil && f.Actions {
			w.reach(c.Field, c.New)
			continue
		}
		fields = putField(fields, u.e.stepsOf(c.Field), valueOrNull(c.New))
	}
	w.Fields = fields
	return w
}

func staleReason(changes []Change) *Reason {
	return &Reason{Code: CodeStale, Text: "somebody changed it in the target since the plan was made", Field: changes[0].Field, Change: changes,
		Do: "plan again: both values are shown then"}
}

// staleNow is the reason for a record whose change the target refused as a
// conflict, with its values of now.
func (r *runner) staleNow(u *unit) (*Reason, error) {
	now, found, err := r.readNow(r.sends, u.e, u.key, r.cfg.Now())
	if err != nil {
		return nil, err
	}
	if !found {
		return goneReason(), nil
	}
	changes := u.e.same.Differ(u.want, now)
	if len(changes) == 0 {
		changes = u.note.Changes
	}
	if len(changes) == 0 {
		changes = []Change{{}}
	}
	return staleReason(changes), nil
}
