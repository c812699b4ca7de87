package stage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
)

// segmentSize is a segment and how many places it has.
type segmentSize struct {
	segment int64
	places  int
}

// rowQuerier is a database or one view of it.
type rowQuerier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// segmentsOf lists the segments of a mapped stream, the oldest first. It seeks from
// one to the next, since a list of all rows would read them all.
func segmentsOf(ctx context.Context, q rowQuerier, stream int64) (all []int64, err error) {
	for last := int64(0); ; all = append(all, last) {
		err := q.QueryRowContext(ctx, "SELECT segment FROM mapped_key WHERE stream = ? AND segment > ? ORDER BY segment LIMIT 1", stream, last).Scan(&last)
		if errors.Is(err, sql.ErrNoRows) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func (s *Stage) segments(ctx context.Context, stream int64) ([]int64, error) {
	all, err := segmentsOf(ctx, s.read, stream)
	return all, s.failed("read mapped keys", err)
}

// sizes tells how many places each segment of a mapped stream has.
func (s *Stage) sizes(ctx context.Context, stream int64) (all []segmentSize, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT segment, sum(length(places)) FROM mapped_key WHERE stream = ? GROUP BY segment", stream)
	if err != nil {
		return nil, s.failed("read mapped keys", err)
	}
	err = eachRow(rows, func(rows *sql.Rows) error {
		var one segmentSize
		err := rows.Scan(&one.segment, &one.places)
		one.places /= placeBytes
		all = append(all, one)
		return err
	})
	return all, s.failed("read mapped keys", err)
}

// mergeSegments makes one of as many of the smallest segments as are sorted at
// once, where there are too many. A stop between writing the one and removing the
// others leaves places twice, which harms nothing.
func (d *Draft) mergeSegments(ctx context.Context, e *draftEntry) error {
	segments, err := d.s.segments(ctx, e.stream)
	if err != nil || len(segments) <= mostSegments {
		return err
	}
	all, err := d.s.sizes(ctx, e.stream)
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b segmentSize) int { return cmp.Compare(a.places, b.places) })
	alive := e.aliveHeads()
	var places []place
	var merged []int64
	sum := 0
	for _, one := range all {
		if sum += one.places; sum > mergePlaces && len(merged) > 0 {
			break
		}
		merged = append(merged, one.segment)
		err := d.s.eachPlace(ctx, e.stream, one.segment, func(p place) {
			if alive[p.chunk] != nil {
				places = append(places, p)
			}
		})
		if err != nil {
			return err
		}
	}
	if len(merged) < 2 {
		return nil
	}
	if _, err := d.writePlaces(ctx, e, places); err != nil {
		return err
	}
	return d.s.write(ctx, func(t *tx) error {
		for _, segment := range merged {
			if err := t.exec("DELETE FROM mapped_key WHERE stream = ? AND segment = ?", e.stream, segment); err != nil {
				return err
			}
		}
		return nil
	})
}

// aliveHeads are the heads of this generation and of the one before, by id.
func (e *draftEntry) aliveHeads() map[int64]*head {
	alive := make(map[int64]*head, len(e.heads))
	for _, h := range e.heads {
		alive[h.id] = h
	}
	return alive
}

// eachPlace calls fn for the places of a segment in order.
func (s *Stage) eachPlace(ctx context.Context, stream, segment int64, fn func(place)) error {
	rows, err := s.read.QueryContext(ctx, "SELECT places FROM mapped_key WHERE stream = ? AND segment = ? ORDER BY first", stream, segment)
	if err != nil {
		return s.failed("read mapped keys", err)
	}
	return s.failed("read mapped keys", eachRow(rows, func(rows *sql.Rows) error {
		var b sql.RawBytes
		if err := rows.Scan(&b); err != nil {
			return err
		}
		for ; len(b) >= placeBytes; b = b[placeBytes:] {
			fn(placeAt(b))
		}
		return nil
	}))
}
