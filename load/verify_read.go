package load

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// planOf finds the plan that a run carried out, and every run that did.
func planOf(ctx context.Context, cfg *Config, run int64) (p stage.Plan, runs map[int64]bool, err error) {
	id := int64(0)
	err = cfg.Stage.Attempts(ctx, stage.AttemptQuery{Run: run}, func(a *stage.Attempt) error {
		id = max(id, a.Plan)
		return nil
	})
	if err != nil {
		return p, nil, err
	}
	p, ok, err := cfg.Stage.Plan(ctx, id)
	if err != nil {
		return p, nil, err
	}
	if !ok || id == 0 {
		return p, nil, fmt.Errorf("run %d wrote nothing to the target; `ferry status` lists the runs", run)
	}
	if p.Target != cfg.Target.ID {
		return p, nil, fmt.Errorf("run %d wrote to %s, the job now names %s", run, p.Target, cfg.Target.ID)
	}
	runs = map[int64]bool{run: true}
	err = cfg.Stage.Attempts(ctx, stage.AttemptQuery{Plan: id}, func(a *stage.Attempt) error {
		runs[a.Run] = true
		return nil
	})
	return p, runs, err
}

// newReader is a runner that only looks.
func newReader(ctx context.Context, cfg *Config, p stage.Plan) (*runner, error) {
	looking := p
	looking.Kind = stage.PlanUndo // the mapped records it was made from are not needed
	return newRunner(ctx, cfg, looking, ApplyOptions{All: true})
}

// rejectGone moves a record that the target took and does not have any more.
func (r *runner) rejectGone(ctx context.Context, e *entry, key record.Key) error {
	it, ok, err := r.cfg.Stage.Item(ctx, r.plan.ID, e.index, key)
	if err != nil || !ok {
		return err
	}
	why := goneReason()
	why.Text = "the target took it, and does not have it any more"
	it.Bin, it.Why = stage.LoadRejected, encodeReason(why)
	return r.cfg.Stage.SetItems(ctx, r.plan.ID, []stage.Item{it})
}

// lookup gives a record of one stream as the target has it, with the fields of
// sent where the target shows them at all.
type lookup func(ctx context.Context, key record.Key, sent json.RawMessage) (now json.RawMessage, found bool, err error)

// reader gives a way to read n records of a stream: all at once where that takes
// fewer requests, else one by one.
func (r *runner) reader(ctx context.Context, e *entry, n int) (lookup, error) {
	single := func(ctx context.Context, key record.Key, _ json.RawMessage) (json.RawMessage, bool, error) {
		return r.readNow(ctx, e, key, r.began)
	}
	if r.cfg.Refresh == nil || n == 0 {
		return single, nil
	}
	live, err := r.cfg.Stage.LiveCount(ctx, r.cfg.Target.ID, e.side.Stream)
	if err != nil {
		return nil, err
	}
	if verifyRequests(e.stream, n, live+n) >= n {
		return single, nil
	}
	proven, err := r.cfg.Refresh(ctx, []string{e.side.Stream})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, key record.Key, sent json.RawMessage) (json.RawMessage, bool, error) {
		staged, _, ok, err := r.cfg.Stage.Record(ctx, r.cfg.Target.ID, e.side.Stream, key)
		if err != nil {
			return nil, false, err
		}
		if (!ok || staged.Deleted) && !proven[e.side.Stream] {
			return single(ctx, key, sent)
		}
		now, found := wholeRecord(staged), ok && !staged.Deleted
		if found && shortRow(e.stream, sent, now) {
			return single(ctx, key, sent)
		}
		return now, found, nil
	}, nil
}

// shortRow tells whether a list row lacks a field that was sent and that only
// the record's own call shows.
func shortRow(s *connector.Stream, sent, row json.RawMessage) bool {
	if s.Detail == nil || s.Get == nil {
		return false
	}
	have := membersOf(row)
	for name := range membersOf(sent) {
		for i := range s.Fields {
			f := &s.Fields[i]
			shown := func(name string) bool { return have[name] != nil }
			if f.Name == name && !shown(name) && !slices.ContainsFunc(f.Aliases, shown) {
				return true
			}
		}
	}
	return false
}
