package stage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"ferry/extract/record"
)

// onPurpose says whether several source records may be one target record by a link
// that came about this way.
func (h LinkHow) onPurpose() bool { return h == LinkDecided || h == LinkShared }

func (h LinkHow) known() bool {
	switch h {
	case LinkCreated, LinkMatched, LinkDecided, LinkAdopted, LinkRecovered, LinkShared:
		return true
	}
	return false
}

func (l *Link) check() error {
	if l.Key == "" || l.Target == "" || !l.How.known() {
		return fmt.Errorf("a link of %q to %q, %q, is not whole", l.Key, l.Target, l.How)
	}
	return nil
}

// PutLinks adds links to a side, all of them or none. A link that is there already,
// to the same target, stays as it was. A source record has one target. A target
// record has one source, but for links by decision and from a shared crosswalk: of
// those a target may have any number, beside at most one that came about
// otherwise. The error is *LinkConflictError.
func (s *Stage) PutLinks(ctx context.Context, side Side, links []Link) error {
	if len(links) == 0 {
		return nil
	}
	id, err := s.ensureSide(ctx, side)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		for i := range links {
			if err := t.putLink(id, side, &links[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) putLink(id int64, side Side, l *Link) error {
	if err := l.check(); err != nil {
		return err
	}
	if !l.How.onPurpose() {
		have, err := scanLink(t.row(linkColumns+"INDEXED BY link_target WHERE l.side = ? AND l.target = ? AND l.key <> ? AND l.how NOT IN ('decided', 'shared') LIMIT 1",
			id, string(l.Target), string(l.Key)).Scan)
		if err == nil {
			return &LinkConflictError{Side: side, Have: have, In: *l}
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	res, err := t.execResult("INSERT OR IGNORE INTO link (side, key, target, how, run, at) VALUES (?, ?, ?, ?, ?, ?)",
		id, string(l.Key), string(l.Target), string(l.How), l.Run, micros(l.At))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return errors.Join(err, t.remember(id, l.Key))
	}
	have, err := scanLink(t.row(linkColumns+"WHERE l.side = ? AND l.key = ?", id, string(l.Key)).Scan)
	if err == nil && have.Target != l.Target {
		err = &LinkConflictError{Side: side, Have: have, In: *l}
	}
	return err
}

// remember takes a new link off the list of those that were dropped. It is newer
// than that, whatever the clocks say.
func (t *tx) remember(id int64, key record.Key) error {
	some, asked := t.dropped[id]
	if !asked {
		if err := t.row("SELECT EXISTS (SELECT 1 FROM link_gone WHERE side = ?)", id).Scan(&some); err != nil {
			return err
		}
		if t.dropped == nil {
			t.dropped = map[int64]bool{}
		}
		t.dropped[id] = some
	}
	if !some {
		return nil
	}
	if err := t.exec("UPDATE link SET at = max(link.at, g.at + 1) FROM link_gone g WHERE link.side = ? AND link.key = ? AND g.side = link.side AND g.key = link.key",
		id, string(key)); err != nil {
		return err
	}
	return t.exec("DELETE FROM link_gone WHERE side = ? AND key = ?", id, string(key))
}

// DropLink forgets the link of a source record, and what was written through it.
// Where there is none it does nothing.
func (s *Stage) DropLink(ctx context.Context, side Side, key record.Key) error {
	id, ok, err := s.sideID(ctx, side)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		if !ok {
			return nil
		}
		return t.dropLink(id, key, time.Now())
	})
}

// dropLink also lists the link as dropped, for a shared crosswalk: not before it was
// made, whatever the clocks say.
func (t *tx) dropLink(id int64, key record.Key, at time.Time) error {
	if at.IsZero() {
		at = time.Now()
	}
	delete(t.dropped, id)
	if err := t.exec("INSERT OR REPLACE INTO link_gone (side, key, target, at) SELECT side, key, target, max(at, ?) FROM link WHERE side = ? AND key = ?",
		micros(at), id, string(key)); err != nil {
		return err
	}
	if err := t.exec("DELETE FROM link WHERE side = ? AND key = ?", id, string(key)); err != nil {
		return err
	}
	return t.exec("DELETE FROM written WHERE side = ? AND key = ?", id, string(key))
}
