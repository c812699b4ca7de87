package stage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

const sideColumns = "d.account, d.source, d.part, d.target, d.stream"

func sideFields(d *Side) []any {
	return []any{&d.Account, &d.Source, &d.Part, &d.Target, &d.Stream}
}

func (d Side) check() error {
	if d.Account == "" || d.Source == "" || d.Target == "" || d.Stream == "" {
		return fmt.Errorf("stage: side %q to %q names no account or no stream", d.Source, d.Stream)
	}
	return nil
}

// sideID finds the small number of a side, ok false where nothing was ever written
// between these streams.
func (s *Stage) sideID(ctx context.Context, side Side) (id int64, ok bool, err error) {
	s.mu.Lock()
	id, ok = s.sides[side]
	s.mu.Unlock()
	if ok {
		return id, true, nil
	}
	err = s.read.QueryRowContext(ctx, "SELECT id FROM side WHERE account = ? AND source = ? AND part = ? AND target = ? AND stream = ?",
		side.Account, side.Source, side.Part, side.Target, side.Stream).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, s.failed("find the links of "+side.Source, err)
	}
	s.keepSide(side, id)
	return id, true, nil
}

func (s *Stage) keepSide(side Side, id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sides[side] = id
}

// ensureSide is sideID for writers: a side not seen before is entered.
func (s *Stage) ensureSide(ctx context.Context, side Side) (int64, error) {
	if s.writer == nil {
		return 0, ErrReadOnly
	}
	if err := side.check(); err != nil {
		return 0, err
	}
	id, ok, err := s.sideID(ctx, side)
	if ok || err != nil {
		return id, err
	}
	err = s.write(ctx, func(t *tx) error {
		if err := t.exec("INSERT OR IGNORE INTO side (account, source, part, target, stream) VALUES (?, ?, ?, ?, ?)",
			side.Account, side.Source, side.Part, side.Target, side.Stream); err != nil {
			return err
		}
		return t.row("SELECT id FROM side WHERE account = ? AND source = ? AND part = ? AND target = ? AND stream = ?",
			side.Account, side.Source, side.Part, side.Target, side.Stream).Scan(&id)
	})
	if err != nil {
		return 0, err
	}
	s.keepSide(side, id)
	return id, nil
}

// Sides lists the streams between which anything was ever planned or written, by
// their names.
func (s *Stage) Sides(ctx context.Context) ([]Side, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+sideColumns+" FROM side d ORDER BY 1, 2, 3, 4, 5")
	if err != nil {
		return nil, s.failed("list the sides", err)
	}
	var all []Side
	err = eachRow(rows, func(rows *sql.Rows) error {
		var d Side
		err := rows.Scan(sideFields(&d)...)
		all = append(all, d)
		return err
	})
	return all, s.failed("list the sides", err)
}
