package stage

import (
	"context"
	"database/sql"
	"errors"

	"ferry/extract/record"
)

// A record is due for a detail if it is live and the detail was never asked, or
// asked for another row, or marked.
const dueWhere = " FROM record r LEFT JOIN detail d ON d.stream = r.stream AND d.sub = ? AND d.key = r.key" +
	" WHERE r.stream = ? AND r.gone IS NULL AND (d.key IS NULL OR d.hash <> r.hash OR d.due <> 0)"

// errEnough ends a walk that has found what it needs.
var errEnough = errors.New("enough")

// Details lists up to limit records of the stream whose detail sub is due, in
// staging order; limit 0 or less means all. With listed, only records named by
// the pages of that sweep are looked at, in its order. Every call looks at the
// records already done again, so ask in large bites. A stage opened read only
// gives ErrReadOnly where the stream is fresh.
func (s *Stage) Details(ctx context.Context, account, stream, sub string, listed int64, limit int) ([]Due, error) {
	parent, holder, err := s.detailIDs(ctx, account, stream, sub)
	if err != nil || parent == 0 {
		return nil, err
	}
	if err := s.needRows(ctx, parent); err != nil {
		return nil, err
	}
	if listed != 0 {
		return s.dueListed(ctx, parent, holder, listed, limit)
	}
	if limit <= 0 {
		limit = -1
	}
	rows, err := s.read.QueryContext(ctx, "SELECT r.key, r.hash"+dueWhere+" ORDER BY r.chunk, r.pos LIMIT ?", holder, parent, limit)
	if err != nil {
		return nil, s.failed("list due details", err)
	}
	var due []Due
	err = eachRow(rows, func(rows *sql.Rows) error {
		d, err := scanDue(rows)
		due = append(due, d)
		return err
	})
	return due, s.failed("list due details", err)
}

// CountDue counts what Details would list without a limit, with its errors. Of a
// fresh stream whose detail was never asked it needs no rows.
func (s *Stage) CountDue(ctx context.Context, account, stream, sub string, listed int64) (int, error) {
	parent, holder, err := s.detailIDs(ctx, account, stream, sub)
	if err != nil || parent == 0 {
		return 0, err
	}
	if listed == 0 {
		if n, ok, err := s.countFresh(ctx, parent, holder); ok || err != nil {
			return n, err
		}
	}
	if err := s.needRows(ctx, parent); err != nil {
		return 0, err
	}
	if listed != 0 {
		due, err := s.dueListed(ctx, parent, holder, listed, 0)
		return len(due), err
	}
	var n int
	err = s.read.QueryRowContext(ctx, "SELECT count(*)"+dueWhere, holder, parent).Scan(&n)
	return n, s.failed("count due details", err)
}

// countFresh counts what is due of a fresh stream whose detail was never asked:
// all of it. Of any other ok is false.
func (s *Stage) countFresh(ctx context.Context, parent, holder int64) (n int, ok bool, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT live, fresh = 1 AND NOT EXISTS (SELECT 1 FROM detail WHERE stream = ?1 AND sub = ?2)"+
		" FROM stream WHERE id = ?1", parent, holder).Scan(&n, &ok)
	return n, ok, s.failed("count due details", err)
}

func scanDue(rows *sql.Rows) (Due, error) {
	var key string
	var hash int64
	err := rows.Scan(&key, &hash)
	return Due{Key: record.Key(key), RowHash: uint64(hash)}, err
}

// dueListed walks the pages of the sweep and asks for the records of each.
func (s *Stage) dueListed(ctx context.Context, parent, holder, sweep int64, limit int) ([]Due, error) {
	var due []Due
	seen := map[record.Key]bool{}
	err := s.EachPage(ctx, sweep, func(p PageInfo) error {
		for from := 0; from < len(p.Keys); from += maxRows {
			part := p.Keys[from:min(from+maxRows, len(p.Keys))]
			found, err := s.dueAmong(ctx, parent, holder, part)
			if err != nil {
				return err
			}
			for _, key := range part {
				hash, ok := found[key]
				if !ok || seen[key] {
					continue
				}
				seen[key] = true
				due = append(due, Due{Key: key, RowHash: hash})
				if limit > 0 && len(due) == limit {
					return errEnough
				}
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return due, nil
}

// dueAmong finds which of keys are due, with the hashes of their rows.
func (s *Stage) dueAmong(ctx context.Context, parent, holder int64, keys []record.Key) (map[record.Key]uint64, error) {
	args := make([]any, 0, len(keys)+2)
	args = append(args, holder, parent)
	for _, key := range keys {
		args = append(args, string(key))
	}
	rows, err := s.read.QueryContext(ctx, "SELECT r.key, r.hash"+dueWhere+" AND r.key IN ("+repeat("?", len(keys))+")", args...)
	if err != nil {
		return nil, s.failed("list due details", err)
	}
	found := make(map[record.Key]uint64, len(keys))
	err = eachRow(rows, func(rows *sql.Rows) error {
		d, err := scanDue(rows)
		found[d.Key] = d.RowHash
		return err
	})
	return found, s.failed("list due details", err)
}
