package stage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"ferry/extract/record"
)

func (st AttemptState) known() bool {
	switch st {
	case AttemptSending, AttemptDone, AttemptRejected, AttemptRequeued, AttemptUnsure, AttemptLost, AttemptUnsent:
		return true
	}
	return false
}

// BeginAttempts writes the lines of the ledger before their requests leave, in
// one commit, in state sending, and gives their ids in the same order. With
// Options.Durable they are on the disk when it returns. Calls that come together
// share a commit. Attempts of one call that go in one request have the same Batch,
// any number but 0; the id of the first of them is kept in its place.
func (s *Stage) BeginAttempts(ctx context.Context, attempts []Attempt) ([]int64, error) {
	sides := make([]int64, len(attempts))
	for i := range attempts {
		a := &attempts[i]
		if a.Key == "" || a.Kind == "" {
			return nil, fmt.Errorf("stage: attempt %d of %d names no source record or no kind", i+1, len(attempts))
		}
		id, err := s.ensureSide(ctx, a.Side)
		if err != nil {
			return nil, err
		}
		sides[i] = id
	}
	ids := make([]int64, len(attempts))
	err := s.write(ctx, func(t *tx) error {
		batches := map[int64]int64{}
		for i := range attempts {
			id, err := t.insertAttempt(sides[i], &attempts[i], batches)
			if err != nil {
				return err
			}
			ids[i] = id
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

// insertAttempt writes one line; batches maps the caller's numbers of requests to
// the ids of their first attempts.
func (t *tx) insertAttempt(side int64, a *Attempt, batches map[int64]int64) (int64, error) {
	effects, err := json.Marshal(a.Effects)
	if err != nil {
		return 0, err
	}
	first := batches[a.Batch]
	res, err := t.execResult("INSERT INTO attempt (plan, run, side, key, step, kind, action, target, batch, state, sent, status, class, message, effects, fields)"+
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '', ?, ?)",
		a.Plan, a.Run, side, string(a.Key), a.Step, string(a.Kind), a.Action, string(a.Target), first,
		string(AttemptSending), nullMicros(a.Sent), string(effects), a.Fields)
	if err != nil {
		return 0, err
	}
	id, err := res.LastInsertId()
	if err != nil || a.Batch == 0 || first != 0 {
		return id, err
	}
	batches[a.Batch] = id
	return id, t.exec("UPDATE attempt SET batch = ? WHERE id = ?", id, id)
}

// EndAttempts writes what became of attempts and everything that follows from it,
// all of it in one commit: the line of the ledger, the planned item's bin, the
// link, and what was written. Item, Link and Written are of the attempt's plan and
// side. Unlink comes before Link and Written, and drops what was written before.
// The error is *LinkConflictError where the crosswalk contradicts; then nothing of
// the call is written.
func (s *Stage) EndAttempts(ctx context.Context, outcomes []Outcome) error {
	for i := range outcomes {
		if a := &outcomes[i].Attempt; !a.State.known() || a.State == AttemptSending {
			return fmt.Errorf("stage: attempt %d cannot end %q", a.ID, a.State)
		}
	}
	return s.write(ctx, func(t *tx) error {
		for i := range outcomes {
			if err := t.endAttempt(&outcomes[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) endAttempt(o *Outcome) error {
	a := &o.Attempt
	var plan, side int64
	var key string
	var d Side
	to := append([]any{&plan, &side, &key}, sideFields(&d)...)
	err := t.row("SELECT t.plan, t.side, t.key, "+sideColumns+" FROM attempt t JOIN side d ON d.id = t.side WHERE t.id = ?", a.ID).Scan(to...)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("there is no attempt %d in the ledger", a.ID)
	}
	if err != nil {
		return err
	}
	if err := t.exec("UPDATE attempt SET state = ?, target = ?, ended = ?, status = ?, class = ?, message = ?, back = ? WHERE id = ?",
		string(a.State), string(a.Target), nullMicros(a.Ended), a.Status, a.Class, a.Message, a.Back, a.ID); err != nil {
		return err
	}
	if o.Item != nil {
		if err := t.setItem(plan, o.Item); err != nil {
			return err
		}
	}
	if o.Unlink {
		if err := t.dropLink(side, record.Key(key), a.Ended); err != nil {
			return err
		}
	}
	if o.Link != nil {
		if err := t.putLink(side, d, o.Link); err != nil {
			return err
		}
	}
	if o.Written != nil {
		return t.putWritten(side, o.Written)
	}
	return nil
}
