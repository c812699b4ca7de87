package stage

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
)

// attemptsAtOnce is how many lines of the ledger are read at a time.
const attemptsAtOnce = 500

// Attempts calls fn for the lines of the ledger that q picks, in the order of
// their ids. They are read some at a time: a line is as it was shortly before fn
// is given it, and fn may write, and take as long as it likes. The attempt is fn's
// to keep. An error of fn ends the walk and comes back as it is.
func (s *Stage) Attempts(ctx context.Context, q AttemptQuery, fn func(*Attempt) error) error {
	where, args, ok, err := s.attemptWhere(ctx, &q)
	if err != nil || !ok {
		return err
	}
	order, after := " AND t.id > ? ORDER BY t.id LIMIT ?", int64(0)
	if q.Newest {
		order, after = " AND t.id < ? ORDER BY t.id DESC LIMIT ?", int64(1)<<62
	}
	for {
		rows, err := s.read.QueryContext(ctx, attemptColumns+where+order, append(args[:len(args):len(args)], after, attemptsAtOnce)...)
		if err != nil {
			return s.failed("read the ledger", err)
		}
		part := make([]*Attempt, 0, 16)
		err = eachRow(rows, func(rows *sql.Rows) error {
			a, err := scanAttempt(rows)
			part = append(part, a)
			return err
		})
		if err != nil {
			return s.failed("read the ledger", err)
		}
		for _, a := range part {
			if err := fn(a); err != nil {
				return err
			}
			after = a.ID
		}
		if len(part) < attemptsAtOnce {
			return nil
		}
	}
}

// attemptWhere makes the condition of q; ok is false where nothing can meet it.
func (s *Stage) attemptWhere(ctx context.Context, q *AttemptQuery) (where string, args []any, ok bool, err error) {
	var b strings.Builder
	b.WriteString("WHERE 1")
	add := func(condition string, values ...any) {
		b.WriteString(" AND " + condition)
		args = append(args, values...)
	}
	if q.Side != nil {
		id, ok, err := s.sideID(ctx, *q.Side)
		if err != nil || !ok {
			return "", nil, false, err
		}
		add("t.side = ?", id)
	}
	if q.Plan != 0 {
		add("t.plan = ?", q.Plan)
	}
	if q.Run != 0 {
		add("t.run = ?", q.Run)
	}
	if q.Key != "" {
		add("t.key = ?", string(q.Key))
	}
	if len(q.States) > 0 {
		var states []any
		for _, st := range q.States {
			states = append(states, string(st))
		}
		add("t.state IN ("+repeat("?", len(states))+")", states...)
	}
	return b.String(), args, true, nil
}

const attemptColumns = "SELECT t.id, t.plan, t.run, t.key, t.step, t.kind, t.action, t.target, t.batch, t.state, t.sent, t.ended," +
	" t.status, t.class, t.message, t.effects, t.fields, t.back, " + sideColumns + " FROM attempt t CROSS JOIN side d ON d.id = t.side "

func scanAttempt(rows *sql.Rows) (*Attempt, error) {
	a := &Attempt{}
	var sent, ended sql.NullInt64
	var effects []byte
	to := append([]any{&a.ID, &a.Plan, &a.Run, &a.Key, &a.Step, &a.Kind, &a.Action, &a.Target, &a.Batch, &a.State, &sent, &ended,
		&a.Status, &a.Class, &a.Message, &effects, &a.Fields, &a.Back}, sideFields(&a.Side)...)
	if err := rows.Scan(to...); err != nil {
		return nil, err
	}
	a.Sent, a.Ended = fromNull(sent), fromNull(ended)
	return a, json.Unmarshal(effects, &a.Effects)
}

// Requeue makes the next plan try again what the target refused, of the mapped
// stream entry of a source account, of all its streams where entry is "": the
// rejected attempts become requeued. It tells of how many records.
func (s *Stage) Requeue(ctx context.Context, account, entry string) (n int, err error) {
	const refused = " FROM attempt t CROSS JOIN side d ON d.id = t.side WHERE t.state = 'rejected' AND d.account = ?1 AND (?2 = ''" +
		" OR EXISTS (SELECT 1 FROM plan_entry e WHERE e.name = ?2 AND e.side = d.id))"
	err = s.write(ctx, func(t *tx) error {
		if err := t.row("SELECT count(*) FROM (SELECT DISTINCT t.side, t.key"+refused+")", account, entry).Scan(&n); err != nil {
			return err
		}
		return t.exec("UPDATE attempt SET state = 'requeued' WHERE id IN (SELECT t.id"+refused+")", account, entry)
	})
	return n, err
}
