package stage

import (
	"context"
	"database/sql"
	"errors"
)

// exchangeAtOnce is how many links are read from a shared crosswalk, or taken over
// from it, at a time.
const exchangeAtOnce = 2000

// Pull brings the crosswalk of a stage up to date with what other jobs shared, and
// tells how many links it changed: new ones come in as LinkShared; those that
// another job dropped since they were made are dropped here. Nothing else is taken
// away: a link that the file does not know, as after a backup was put back, stays.
// The error is *LinkConflictError where stage and file name different targets for
// one source record; what came in before it stays.
func (c *Shared) Pull(ctx context.Context, s *Stage) (n int, err error) {
	sides, err := c.sides(ctx)
	if err != nil {
		return 0, c.failed("list the sides", err)
	}
	for _, side := range sides {
		for _, gone := range []bool{true, false} { // a target that one record lost, another may have got
			if err := c.pullSide(ctx, s, side, gone, &n); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// pullSide takes over what differs among the live or the dropped links of a side.
func (c *Shared) pullSide(ctx context.Context, s *Stage, side numbered, gone bool, n *int) error {
	theirs := &sharedLinks{c: c, side: side.id, where: " AND gone IS NULL"}
	if gone {
		theirs.where = " AND gone IS NOT NULL"
	}
	var differ []sharedLink
	take := func(l *sharedLink) error {
		if differ = append(differ, *l); len(differ) < exchangeAtOnce {
			return nil
		}
		err := s.pullLinks(ctx, side.Side, differ, n)
		differ = differ[:0]
		return err
	}
	err := s.Links(ctx, side.Side, func(mine *Link) error {
		for {
			l, err := theirs.head(ctx)
			if err != nil || l == nil || l.Key > mine.Key {
				return err
			}
			theirs.skip()
			if l.Key < mine.Key || gone || l.Target != mine.Target {
				if err := take(l); err != nil {
					return err
				}
			}
		}
	})
	for err == nil {
		var l *sharedLink
		if l, err = theirs.head(ctx); err != nil || l == nil {
			break
		}
		theirs.skip()
		err = take(l)
	}
	if err != nil {
		return err
	}
	return s.pullLinks(ctx, side.Side, differ, n)
}

// numbered is a side with its number in the file.
type numbered struct {
	Side
	id int64
}

func (c *Shared) sides(ctx context.Context) ([]numbered, error) {
	rows, err := c.conn.QueryContext(ctx, "SELECT d.id, "+sideColumns+" FROM side d WHERE d.target = ? ORDER BY d.id", c.target.ID)
	if err != nil {
		return nil, err
	}
	var all []numbered
	err = eachRow(rows, func(rows *sql.Rows) error {
		var d numbered
		err := rows.Scan(append([]any{&d.id}, sideFields(&d.Side)...)...)
		all = append(all, d)
		return err
	})
	return all, err
}

// pullLinks takes links of one side over, all of them or none.
func (s *Stage) pullLinks(ctx context.Context, side Side, all []sharedLink, n *int) error {
	if len(all) == 0 {
		return nil
	}
	id, err := s.ensureSide(ctx, side)
	if err != nil {
		return err
	}
	took := 0
	err = s.write(ctx, func(t *tx) error {
		took = 0
		for i := range all {
			changed, err := t.pullLink(id, side, &all[i])
			if err != nil {
				return err
			}
			if changed {
				took++
			}
		}
		return nil
	})
	if err == nil {
		*n += took
	}
	return err
}

func (t *tx) pullLink(id int64, side Side, l *sharedLink) (changed bool, err error) {
	have, err := scanLink(t.row(linkColumns+"WHERE l.side = ? AND l.key = ?", id, string(l.Key)).Scan)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	known := err == nil
	if !l.Gone.IsZero() {
		if !known || have.Target != l.Target || have.At.After(l.Gone) {
			return false, nil
		}
		return true, t.dropLink(id, l.Key, l.Gone)
	}
	if known {
		if have.Target != l.Target {
			return false, &LinkConflictError{Side: side, Have: have, In: l.Link}
		}
		return false, nil
	}
	// A link dropped here and not yet told to the file must not come back.
	var dropped bool
	if err := t.row("SELECT EXISTS (SELECT 1 FROM link_gone WHERE side = ? AND key = ? AND target = ? AND at >= ?)",
		id, string(l.Key), string(l.Target), micros(l.At)).Scan(&dropped); err != nil || dropped {
		return false, err
	}
	return true, t.putLink(id, side, &Link{Key: l.Key, Target: l.Target, How: LinkShared, At: l.At})
}

// Push tells the file the links of a stage to this target, and those that were
// dropped, and tells how many links of the file it changed. Doing it again changes
// nothing. The error is *LinkConflictError where the file names another target for
// a source record; then the file is as it was.
func (c *Shared) Push(ctx context.Context, s *Stage) (n int, err error) {
	sides, err := s.Sides(ctx)
	if err != nil {
		return 0, err
	}
	err = c.commit(ctx, func() error {
		n = 0
		for _, side := range sides {
			if side.Target != c.target.ID {
				continue
			}
			changed, err := c.pushSide(ctx, s, side)
			if err != nil {
				return err
			}
			n += changed
		}
		return nil
	})
	if err != nil {
		if conflict := new(LinkConflictError); errors.As(err, &conflict) {
			return 0, err
		}
		return 0, c.failed("write", err)
	}
	return n, nil
}

func (c *Shared) pushSide(ctx context.Context, s *Stage, side Side) (n int, err error) {
	if _, err := c.conn.ExecContext(ctx, "INSERT OR IGNORE INTO side (account, source, part, target, stream) VALUES (?, ?, ?, ?, ?)",
		side.Account, side.Source, side.Part, side.Target, side.Stream); err != nil {
		return 0, err
	}
	var id int64
	if err := c.conn.QueryRowContext(ctx, "SELECT id FROM side WHERE account = ? AND source = ? AND part = ? AND target = ? AND stream = ?",
		side.Account, side.Source, side.Part, side.Target, side.Stream).Scan(&id); err != nil {
		return 0, err
	}
	if n, err = c.pushDropped(ctx, s, side, id); err != nil {
		return 0, err
	}
	put, err := c.conn.PrepareContext(ctx, "INSERT OR REPLACE INTO link (side, key, target, how, at, gone) VALUES (?, ?, ?, ?, ?, NULL)")
	if err != nil {
		return 0, err
	}
	defer put.Close()
	theirs := &sharedLinks{c: c, side: id}
	err = s.Links(ctx, side, func(l *Link) error {
		h, err := theirs.find(ctx, l.Key)
		switch {
		case err != nil:
			return err
		case h != nil && h.Gone.IsZero() && h.Target == l.Target:
			return nil
		case h != nil && h.Gone.IsZero():
			return &LinkConflictError{Side: side, Have: h.Link, In: *l}
		case h != nil && h.Target == l.Target && h.Gone.After(l.At):
			return nil // another job dropped it: the next Pull does so here
		}
		n++
		_, err = put.ExecContext(ctx, id, string(l.Key), string(l.Target), string(l.How), micros(l.At))
		return err
	})
	return n, err
}

// pushDropped tells the file the links of a side that were dropped.
func (c *Shared) pushDropped(ctx context.Context, s *Stage, side Side, id int64) (n int, err error) {
	dropped, err := s.droppedLinks(ctx, side)
	if err != nil {
		return 0, err
	}
	for _, l := range dropped {
		res, err := c.conn.ExecContext(ctx, "UPDATE link SET gone = ? WHERE side = ? AND key = ? AND target = ? AND gone IS NULL AND at <= ?",
			micros(l.At), id, string(l.Key), string(l.Target), micros(l.At))
		if err != nil {
			return 0, err
		}
		changed, err := res.RowsAffected()
		if err != nil {
			return 0, err
		}
		n += int(changed)
	}
	return n, nil
}

// droppedLinks lists the links of a side that were dropped, as Links with the time
// of that.
func (s *Stage) droppedLinks(ctx context.Context, side Side) ([]Link, error) {
	id, ok, err := s.sideID(ctx, side)
	if err != nil || !ok {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, "SELECT key, target, at FROM link_gone WHERE side = ? ORDER BY key", id)
	if err != nil {
		return nil, s.failed("read links", err)
	}
	var all []Link
	err = eachRow(rows, func(rows *sql.Rows) error {
		var l Link
		var at int64
		err := rows.Scan(&l.Key, &l.Target, &at)
		l.At = fromMicros(at)
		all = append(all, l)
		return err
	})
	return all, s.failed("read links", err)
}
