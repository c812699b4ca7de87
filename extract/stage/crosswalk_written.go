package stage

import (
	"context"
	"database/sql"
	"errors"

	"ferry/extract/record"
)

const writtenColumns = "SELECT w.key, w.run, w.at, w.sent, w.back FROM written w "

func scanWritten(scan func(...any) error) (w Written, err error) {
	var at int64
	err = scan(&w.Key, &w.Run, &at, &w.Sent, &w.Back)
	w.At = fromMicros(at)
	return w, err
}

// Written gives what Ferry last wrote of a record; ok is false where it wrote
// nothing.
func (s *Stage) Written(ctx context.Context, side Side, key record.Key) (w Written, ok bool, err error) {
	id, ok, err := s.sideID(ctx, side)
	if err != nil || !ok {
		return Written{}, false, err
	}
	w, err = scanWritten(s.read.QueryRowContext(ctx, writtenColumns+"WHERE w.side = ? AND w.key = ?", id, string(key)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Written{}, false, nil
	}
	return w, err == nil, s.failed("find what was written", err)
}

// EachWritten calls fn for everything that Ferry last wrote on a side, by the bytes
// of the source keys, from one consistent view. What fn is given is valid until it
// returns. An error of fn ends the walk and comes back as it is.
func (s *Stage) EachWritten(ctx context.Context, side Side, fn func(*Written) error) error {
	id, ok, err := s.sideID(ctx, side)
	if err != nil || !ok {
		return err
	}
	rows, err := s.read.QueryContext(ctx, writtenColumns+"WHERE w.side = ? ORDER BY w.key", id)
	if err != nil {
		return s.failed("read what was written", err)
	}
	return s.walk("read what was written", rows, func(rows *sql.Rows) error {
		w, err := scanWritten(rows.Scan)
		if err != nil {
			return err
		}
		return own(fn(&w))
	})
}

// PutWritten replaces what is kept of the records written.
func (s *Stage) PutWritten(ctx context.Context, side Side, all []Written) error {
	if len(all) == 0 {
		return nil
	}
	id, err := s.ensureSide(ctx, side)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		for i := range all {
			if err := t.putWritten(id, &all[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) putWritten(id int64, w *Written) error {
	if w.Key == "" {
		return errors.New("something written names no source record")
	}
	return t.exec("INSERT OR REPLACE INTO written (side, key, run, at, sent, back) VALUES (?, ?, ?, ?, ?, ?)",
		id, string(w.Key), w.Run, micros(w.At), w.Sent, w.Back)
}
