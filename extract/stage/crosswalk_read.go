package stage

import (
	"context"
	"database/sql"
	"errors"

	"ferry/extract/record"
)

const linkColumns = "SELECT l.key, l.target, l.how, l.run, l.at FROM link l "

func scanLink(scan func(...any) error) (l Link, err error) {
	var at int64
	err = scan(&l.Key, &l.Target, &l.How, &l.Run, &at)
	l.At = fromMicros(at)
	return l, err
}

// Link gives the target record of a source record; ok is false where none is
// known.
func (s *Stage) Link(ctx context.Context, side Side, key record.Key) (l Link, ok bool, err error) {
	id, ok, err := s.sideID(ctx, side)
	if err != nil || !ok {
		return Link{}, false, err
	}
	l, err = scanLink(s.read.QueryRowContext(ctx, linkColumns+"WHERE l.side = ? AND l.key = ?", id, string(key)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Link{}, false, nil
	}
	return l, err == nil, s.failed("find a link", err)
}

// LinkedTo gives the links of a target record, by their source keys: one, or
// several where people decided that several source records are one.
func (s *Stage) LinkedTo(ctx context.Context, side Side, target record.Key) ([]Link, error) {
	id, ok, err := s.sideID(ctx, side)
	if err != nil || !ok {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, linkColumns+"INDEXED BY link_target WHERE l.side = ? AND l.target = ? ORDER BY l.key", id, string(target))
	if err != nil {
		return nil, s.failed("find links", err)
	}
	var all []Link
	err = eachRow(rows, func(rows *sql.Rows) error {
		l, err := scanLink(rows.Scan)
		all = append(all, l)
		return err
	})
	return all, s.failed("find links", err)
}

// Links calls fn for every link of a side, by the bytes of their source keys, from
// one consistent view. The link is valid until fn returns. An error of fn ends the
// walk and comes back as it is.
func (s *Stage) Links(ctx context.Context, side Side, fn func(*Link) error) error {
	id, ok, err := s.sideID(ctx, side)
	if err != nil || !ok {
		return err
	}
	rows, err := s.read.QueryContext(ctx, linkColumns+"WHERE l.side = ? ORDER BY l.key", id)
	if err != nil {
		return s.failed("read links", err)
	}
	return s.walk("read links", rows, func(rows *sql.Rows) error {
		l, err := scanLink(rows.Scan)
		if err != nil {
			return err
		}
		return own(fn(&l))
	})
}

// ownError carries an error of a caller's function past those of the stage.
type ownError struct{ error }

func (e ownError) Unwrap() error { return e.error }

// own marks an error as the caller's.
func own(err error) error {
	if err == nil {
		return nil
	}
	return ownError{err}
}

// walk is eachRow for a caller's function, whose error, marked by own, comes back
// as it was.
func (s *Stage) walk(doing string, rows *sql.Rows, fn func(*sql.Rows) error) error {
	var mine ownError
	err := eachRow(rows, fn)
	if errors.As(err, &mine) {
		return mine.error
	}
	return s.failed(doing, err)
}
