package load

import (
	"context"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// rejected is what a target refused of a record.
type rejected struct {
	step   int
	kind   stage.AttemptKind
	action string
	sum    uint64 // of the fields
	status int
	said   string
}

func (p *planner) readRejected(ctx context.Context, e *plannedEntry) error {
	e.before = map[record.Key]rejected{}
	query := stage.AttemptQuery{Side: &e.side, States: []stage.AttemptState{stage.AttemptRejected}, Newest: true}
	return p.cfg.Stage.Attempts(ctx, query, func(a *stage.Attempt) error {
		if _, newer := e.before[a.Key]; !newer {
			e.before[a.Key] = rejected{a.Step, a.Kind, a.Action, e.fieldSum(a.Fields), a.Status, a.Message}
		}
		return nil
	})
}
