package stage

import (
	"context"
	"database/sql"
	"time"

	"ferry/extract/record"
)

// BuryOrphans makes tombstones of the sub-stream's live records whose parent is
// one, and with listed also of those whose parent no page of that sweep names.
// It tells how many there were. Their parents' details become due, so that the
// records are read again should the parent come back.
func (s *Stage) BuryOrphans(ctx context.Context, account, stream, sub string, listed int64, at time.Time) (int, error) {
	parent, holder, err := s.detailIDs(ctx, account, stream, sub)
	if err != nil || parent == 0 || holder == 0 {
		return 0, err
	}
	var names map[record.Key]bool
	if listed != 0 {
		names = map[record.Key]bool{}
		err := s.EachPage(ctx, listed, func(p PageInfo) error {
			for _, k := range p.Keys {
				names[k] = true
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	n := 0
	err = s.write(ctx, func(t *tx) error {
		n = 0
		if err := t.settleStream(holder); err != nil {
			return err
		}
		orphans, err := t.orphans(parent, holder, names)
		if err != nil {
			return err
		}
		for _, o := range orphans {
			if _, err := t.bury(holder, o.key, micros(at)); err != nil {
				return err
			}
			if err := t.exec("UPDATE detail SET due = 1 WHERE stream = ? AND sub = ? AND key = ?", parent, holder, o.parent); err != nil {
				return err
			}
		}
		n = len(orphans)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// orphan is a live record of a sub-stream that has lost its parent.
type orphan struct {
	key    record.Key
	parent string
}

// orphans finds them; names nil means that any live parent counts. A parent
// without a row stands in a fresh stream, where every record is live.
func (t *tx) orphans(parent, holder int64, names map[record.Key]bool) (found []orphan, err error) {
	const query = "SELECT r.key, r.parent, coalesce(p.gone, 0) <> 0 FROM record r LEFT JOIN record p ON p.stream = ? AND p.key = r.parent" +
		" WHERE r.stream = ? AND r.gone IS NULL AND r.parent IS NOT NULL"
	err = t.each(query, func(rows *sql.Rows) error {
		var o orphan
		var gone bool
		if err := rows.Scan(&o.key, &o.parent, &gone); err != nil {
			return err
		}
		if gone || names != nil && !names[record.Key(o.parent)] {
			found = append(found, o)
		}
		return nil
	}, parent, holder)
	return found, err
}
