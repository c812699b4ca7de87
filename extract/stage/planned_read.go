package stage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

const planColumns = "SELECT p.id, p.kind, p.run, p.undoes, p.made, p.hash, p.state, p.approved, p.approver, p.source, p.target, p.generation, p.rests, p.summary FROM plan p "

func scanPlan(scan func(...any) error) (p Plan, err error) {
	var made int64
	var approved sql.NullInt64
	err = scan(&p.ID, &p.Kind, &p.Run, &p.Undoes, &made, &p.Hash, &p.State, &approved, &p.By, &p.Source, &p.Target, &p.Generation, &p.Rests, &p.Summary)
	p.Made, p.Approved = fromMicros(made), fromNull(approved)
	return p, err
}

// Plan gives one published plan; ok is false where there is none of that id.
func (s *Stage) Plan(ctx context.Context, id int64) (p Plan, ok bool, err error) {
	p, err = scanPlan(s.read.QueryRowContext(ctx, planColumns+"WHERE p.id = ? AND p.hash IS NOT NULL", id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Plan{}, false, nil
	}
	if err == nil {
		err = s.planEntries(ctx, &p)
	}
	return p, err == nil, s.failed("find a plan", err)
}

// Plans lists the last n published plans, the newest first.
func (s *Stage) Plans(ctx context.Context, n int) ([]Plan, error) {
	rows, err := s.read.QueryContext(ctx, planColumns+"WHERE p.hash IS NOT NULL ORDER BY p.id DESC LIMIT ?", n)
	if err != nil {
		return nil, s.failed("list plans", err)
	}
	var all []Plan
	err = eachRow(rows, func(rows *sql.Rows) error {
		p, err := scanPlan(rows.Scan)
		all = append(all, p)
		return err
	})
	for i := range all {
		if err == nil {
			err = s.planEntries(ctx, &all[i])
		}
	}
	return all, s.failed("list plans", err)
}

func (s *Stage) planEntries(ctx context.Context, p *Plan) error {
	rows, err := s.read.QueryContext(ctx, "SELECT e.name, e.hash, "+sideColumns+" FROM plan_entry e JOIN side d ON d.id = e.side WHERE e.plan = ? ORDER BY e.number", p.ID)
	if err != nil {
		return err
	}
	return eachRow(rows, func(rows *sql.Rows) error {
		var e PlanEntry
		var hash int64
		err := rows.Scan(append([]any{&e.Name, &hash}, sideFields(&e.Side)...)...)
		e.Hash = uint64(hash)
		p.Entries = append(p.Entries, e)
		return err
	})
}

// SetPlan says how far a published plan came. By and at are kept where the state
// is PlanApproved: who approved it, and when.
func (s *Stage) SetPlan(ctx context.Context, id int64, state PlanState, by string, at time.Time) error {
	switch state {
	case PlanWaiting, PlanApproved, PlanDone, PlanSuperseded:
	default:
		return fmt.Errorf("stage: a plan cannot be %q", state)
	}
	return s.write(ctx, func(t *tx) error {
		query, args := "UPDATE plan SET state = ? WHERE id = ? AND hash IS NOT NULL", []any{string(state), id}
		if state == PlanApproved {
			query, args = "UPDATE plan SET state = ?, approver = ?, approved = ? WHERE id = ? AND hash IS NOT NULL", []any{string(state), by, nullMicros(at), id}
		}
		res, err := t.execResult(query, args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, fmt.Errorf("there is no plan %d", id))
		}
		return nil
	})
}
