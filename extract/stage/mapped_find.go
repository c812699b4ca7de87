package stage

import (
	"database/sql"
	"errors"
	"slices"
	"sort"
)

// find finds the record of that source key; ok is false where it is in no bin.
func (v *mappedView) find(key string) (row MappedRow, ok bool, err error) {
	segments, err := segmentsOf(v.ctx, v.tx, v.e.stream)
	if err != nil {
		return row, false, err
	}
	hash := keyHash(key)
	for _, segment := range slices.Backward(segments) {
		places, err := v.placesOf(segment, hash)
		if err != nil {
			return row, false, err
		}
		for _, p := range places {
			if row, ok, err = v.at(p, key); ok || err != nil {
				return row, ok, err
			}
		}
	}
	return row, false, nil
}

// placesOf gives the places of a segment whose key has that hash.
func (v *mappedView) placesOf(segment int64, hash uint64) (places []place, err error) {
	var b []byte
	err = v.tx.QueryRowContext(v.ctx, "SELECT places FROM mapped_key WHERE stream = ? AND segment = ? AND first <= ? ORDER BY first DESC LIMIT 1",
		v.e.stream, segment, int64(hash)).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	n := len(b) / placeBytes
	i := sort.Search(n, func(i int) bool { return placeAt(b[i*placeBytes:]).hash >= hash })
	for ; i < n; i++ {
		p := placeAt(b[i*placeBytes:])
		if p.hash != hash {
			break
		}
		places = append(places, p)
	}
	return places, nil
}

// at gives the record at a place if it is that key's in this generation.
func (v *mappedView) at(p place, key string) (row MappedRow, ok bool, err error) {
	h := mappedHead{id: p.chunk}
	err = v.tx.QueryRowContext(v.ctx, "SELECT c.bins FROM mapped_chunk c"+headWhere+" AND c.id = ?3", v.e.stream, v.g.ID, p.chunk).Scan(&h.codes)
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, nil // of another generation
	}
	if err != nil {
		return row, false, err
	}
	err = v.tx.QueryRowContext(v.ctx, "SELECT state, notes FROM mapped_state WHERE chunk = ? AND born <= ? ORDER BY born DESC LIMIT 1",
		p.chunk, v.g.ID).Scan(&h.state, &h.notes)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return row, false, err
	}
	err = v.rows(&h, &MappedQuery{}, func(pos int) bool { return pos == int(p.pos) }, func(r *MappedRow) error {
		if string(r.Key) != key {
			return nil
		}
		row, ok = *r, true
		row.JSON = append([]byte(nil), r.JSON...)
		return nil
	})
	return row, ok, err
}
