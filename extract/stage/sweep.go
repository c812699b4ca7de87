package stage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// sweepPlace is what PutPage has to know of a sweep.
type sweepPlace struct {
	stream int64
	filter string
}

const sweepColumns = "w.id, a.name, s.name, w.kind, w.filter, w.purpose, w.started, w.since, w.attempt, w.state, w.ended"

const sweepTables = " FROM sweep w JOIN stream s ON s.id = w.stream JOIN account a ON a.id = s.account "

func scanSweep(scan func(...any) error) (w Sweep, err error) {
	var started int64
	var since, ended sql.NullInt64
	err = scan(&w.ID, &w.Account, &w.Stream, &w.Kind, &w.Filter, &w.Purpose, &started, &since, &w.Attempt, &w.State, &ended)
	w.Started, w.Since, w.Ended = fromMicros(started), fromNull(since), fromNull(ended)
	return w, err
}

// StartSweep enters a sweep and gives it back with its ID.
func (s *Stage) StartSweep(ctx context.Context, w Sweep) (Sweep, error) {
	stream, err := s.ensureStream(ctx, w.Account, w.Stream, partRecords)
	if err != nil {
		return Sweep{}, err
	}
	w.Attempt = max(w.Attempt, 1)
	err = s.write(ctx, func(t *tx) error {
		res, err := t.execResult("INSERT INTO sweep (stream, kind, filter, purpose, started, since, attempt, state, ended) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			stream, string(w.Kind), w.Filter, w.Purpose, micros(w.Started), nullMicros(w.Since), w.Attempt, w.State, nullMicros(w.Ended))
		if err != nil {
			return err
		}
		w.ID, err = res.LastInsertId()
		return err
	})
	if err != nil {
		return Sweep{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweeps[w.ID] = &sweepPlace{stream: stream, filter: w.Filter}
	return w, nil
}

// UpdateSweep writes the State, Started, Since and Attempt of a sweep.
func (s *Stage) UpdateSweep(ctx context.Context, w Sweep) error {
	return s.write(ctx, func(t *tx) error { return t.updateSweep(w) })
}

// EndSweep is UpdateSweep, and ends each sweep at its Ended, now where that is
// zero, all of them in one commit.
func (s *Stage) EndSweep(ctx context.Context, sweeps ...Sweep) error {
	return s.write(ctx, func(t *tx) error {
		for _, w := range sweeps {
			if w.Ended.IsZero() {
				w.Ended = time.Now()
			}
			if err := t.updateSweep(w); err != nil {
				return err
			}
			if err := t.letGo(w.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) updateSweep(w Sweep) error {
	res, err := t.execResult("UPDATE sweep SET started = ?, since = ?, attempt = ?, state = ?, ended = ? WHERE id = ?",
		micros(w.Started), nullMicros(w.Since), w.Attempt, w.State, nullMicros(w.Ended), w.ID)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fmt.Errorf("there is no sweep %d", w.ID))
	}
	return nil
}

// OpenSweep finds the newest unfinished sweep of that stream, kind, filter and
// purpose; nil where there is none.
func (s *Stage) OpenSweep(ctx context.Context, account, stream string, kind SweepKind, filter, purpose string) (*Sweep, error) {
	row := s.read.QueryRowContext(ctx, "SELECT "+sweepColumns+sweepTables+
		"WHERE a.name = ? AND s.name = ? AND s.part = ? AND w.kind = ? AND w.filter = ? AND w.purpose = ?"+
		" AND w.ended IS NULL AND w.dropped = 0 ORDER BY w.id DESC LIMIT 1",
		account, stream, partRecords, string(kind), filter, purpose)
	w, err := scanSweep(row.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, s.failed("find the open sweep of "+stream, err)
	}
	return &w, nil
}

// DropSweep forgets a sweep's checkpoints: its pages are read again by another
// sweep. Records staged by it stay.
func (s *Stage) DropSweep(ctx context.Context, id int64) error {
	s.mu.Lock()
	delete(s.sweeps, id)
	s.mu.Unlock()
	return s.write(ctx, func(t *tx) error {
		if err := t.exec("DELETE FROM page WHERE sweep = ?", id); err != nil {
			return err
		}
		return t.exec("UPDATE sweep SET dropped = 1 WHERE id = ?", id)
	})
}

// place finds what a page of sweep id needs to know.
func (s *Stage) place(ctx context.Context, id int64) (*sweepPlace, error) {
	s.mu.Lock()
	p := s.sweeps[id]
	s.mu.Unlock()
	if p != nil {
		return p, nil
	}
	p = &sweepPlace{}
	err := s.read.QueryRowContext(ctx, "SELECT stream, filter FROM sweep WHERE id = ? AND dropped = 0", id).Scan(&p.stream, &p.filter)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("stage: there is no sweep %d, or it was dropped", id)
	}
	if err != nil {
		return nil, s.failed("find a sweep", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweeps[id] = p
	return p, nil
}
