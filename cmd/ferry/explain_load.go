package main

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// printLoaded follows a record on into the target: what the newest plan decides,
// what it is linked to, and every attempt with the target's answer.
func (a *app) printLoaded(ctx context.Context, st *stage.Stage, j *job.Job, source, stream string, key record.Key) error {
	target, ok, err := st.Account(ctx, targetRole)
	if err != nil || !ok {
		return err
	}
	g, _, err := st.Generations(ctx, source)
	if err != nil || g == nil {
		return err
	}
	p, planned, err := newestPlan(ctx, st, stage.PlanLoad)
	if err != nil {
		return err
	}
	for _, e := range g.Entries {
		if e.Source != stream {
			continue
		}
		side := stage.Side{Account: source, Source: e.Source, Part: e.Part, Target: target.ID, Stream: e.Target}
		if planned {
			if err := a.printDecision(ctx, st, p, side, key); err != nil {
				return err
			}
		}
		if err := a.printLink(ctx, st, j, side, key); err != nil {
			return err
		}
		if err := a.printAttempts(ctx, st, e.Name, side, key); err != nil {
			return err
		}
	}
	return nil
}

// recentPlans is how many plans are looked through for one.
const recentPlans = 100

// newestPlan is the newest plan of a kind that nothing took the place of.
func newestPlan(ctx context.Context, st *stage.Stage, kind stage.PlanKind) (stage.Plan, bool, error) {
	plans, err := st.Plans(ctx, recentPlans)
	if err != nil {
		return stage.Plan{}, false, err
	}
	for _, p := range plans {
		if p.Kind == kind && p.State != stage.PlanSuperseded {
			return p, true, nil
		}
	}
	return stage.Plan{}, false, nil
}

// printDecision shows what a plan does with one record, and what came of it.
func (a *app) printDecision(ctx context.Context, st *stage.Stage, p stage.Plan, side stage.Side, key record.Key) error {
	n := slices.IndexFunc(p.Entries, func(e stage.PlanEntry) bool { return e.Side == side })
	if n < 0 {
		return nil
	}
	item, ok, err := st.Item(ctx, p.ID, n, key)
	if err != nil || !ok {
		return err
	}
	s, name := a.screen, p.Entries[n].Name
	s.value("\nPlanned  %s: %s, now %s (plan %s, %s)\n", name, item.Action, item.Bin, shortHash(p.Hash), p.State)
	var note load.Note
	if len(item.Note) > 0 {
		if err := json.Unmarshal(item.Note, &note); err != nil {
			return failure(err, "")
		}
	}
	for _, line := range noteLines(&note) {
		s.value("  %s\n", line)
	}
	if why := reasonOfItem(&item); why != nil {
		names, err := readRowNames(ctx, st, side.Account)
		if err != nil {
			return err
		}
		why = (&rowWords{names: names, entry: name}).reason(why)
		s.value("  %s\n", reasonText(why))
		if why.Do != "" {
			s.value("  -> %s\n", why.Do)
		}
	}
	s.emit(map[string]any{"event": "planned", "stream": name, "key": key, "action": item.Action.String(), "bin": item.Bin.String(),
		"plan": p.Hash, "target": item.Target, "note": json.RawMessage(orNull(item.Note)), "why": json.RawMessage(orNull(item.Why))})
	return nil
}

// printLink shows what target record a source record is.
func (a *app) printLink(ctx context.Context, st *stage.Stage, j *job.Job, side stage.Side, key record.Key) error {
	link, ok, err := st.Link(ctx, side, key)
	if err != nil || !ok {
		return err
	}
	page := a.pageOf(j, side.Stream, link.Target)
	a.screen.value("Link     %s %s, %s in run %d, %s\n", side.Stream, link.Target, link.How, link.Run, moment(link.At, time.Now()))
	if page != "" {
		a.screen.value("         %s\n", page)
	}
	a.screen.emit(map[string]any{"event": "link", "stream": side.Stream, "key": key, "target": link.Target, "how": link.How,
		"run": link.Run, "at": link.At, "link": page})
	return nil
}

// pageOf gives the address of a record of the target; "" where the settings of the
// account are not set, which are not needed to look at what was done.
func (a *app) pageOf(j *job.Job, stream string, key record.Key) string {
	whole, err := a.readJob(j.Path, job.Options{Target: true})
	if err != nil || whole.Target == nil {
		return ""
	}
	account, err := openLogin(whole.Target.Login)
	if err != nil {
		return ""
	}
	return webPage(account, stream, key)
}

// printAttempts shows every request that was made for a record, and the answer.
func (a *app) printAttempts(ctx context.Context, st *stage.Stage, name string, side stage.Side, key record.Key) error {
	now := time.Now()
	return st.Attempts(ctx, stage.AttemptQuery{Side: &side, Key: key}, func(t *stage.Attempt) error {
		s, what := a.screen, string(t.Kind)
		if t.Action != "" {
			what += " " + t.Action
		}
		s.value("Attempt  %d: %s, sent %s: %s", t.ID, what, moment(t.Sent, now), t.State)
		if t.Status > 0 {
			s.value(", answer %d", t.Status)
		}
		if t.Message != "" {
			s.value(", %s", t.Message)
		}
		s.value("\n")
		if len(t.Fields) > 0 {
			s.value("  sent      %s\n", t.Fields)
		}
		if len(t.Back) > 0 {
			s.value("  came back %s\n", answerShown(t.Back, t.Fields))
		}
		s.emit(map[string]any{"event": "attempt", "stream": name, "attempt": t.ID, "run": t.Run, "kind": t.Kind, "action": t.Action,
			"state": t.State, "sent": t.Sent, "ended": t.Ended, "status": t.Status, "class": t.Class, "message": t.Message,
			"target": t.Target, "fields": json.RawMessage(orNull(t.Fields)), "back": json.RawMessage(orNull(t.Back)), "effects": t.Effects})
		return ctx.Err()
	})
}

// answerIDs are the members of an answer by which people find a record.
var answerIDs = []string{"id", "number", "num", "myId"}

// answerShown is what people are shown of a record that came back: what names it,
// and the fields that were sent. The whole may take pages.
func answerShown(back, sent json.RawMessage) json.RawMessage {
	var all, asked map[string]json.RawMessage
	if json.Unmarshal(back, &all) != nil || json.Unmarshal(sent, &asked) != nil {
		return back
	}
	short := map[string]json.RawMessage{}
	for name, v := range all {
		inner, object := asked[name]
		switch {
		case slices.Contains(answerIDs, name):
			short[name] = v
		case !object:
		case isObject(inner) && isObject(v):
			short[name] = answerShown(v, inner)
		default:
			short[name] = v
		}
	}
	text, err := json.Marshal(short)
	if err != nil {
		return back
	}
	return text
}

func isObject(v json.RawMessage) bool { return len(v) > 0 && v[0] == '{' }

// reasonOfItem is why a record is held, rejected or unsure: as it came out, else
// as it was planned; nil where there is nothing to say.
func reasonOfItem(item *stage.Item) *load.Reason {
	var why load.Reason
	if len(item.Why) > 0 && json.Unmarshal(item.Why, &why) == nil && why.Code != "" {
		return &why
	}
	var note load.Note
	if len(item.Note) > 0 && json.Unmarshal(item.Note, &note) == nil {
		return note.Held
	}
	return nil
}
