package stage

import (
	"context"
	"database/sql"
	"errors"

	"ferry/extract/record"
)

// Forget takes records out of a stream as if they had never been staged, and
// tells how many there were: no tombstone is left, and what was mapped of them is
// in no bin of the next generation. What was loaded of them stays known in the
// crosswalk.
func (s *Stage) Forget(ctx context.Context, account, stream string, keys []record.Key) (int, error) {
	id, ok, err := s.streamID(ctx, account, stream, partRecords)
	if err != nil || !ok || len(keys) == 0 {
		return 0, err
	}
	n := 0
	err = s.write(ctx, func(t *tx) error {
		n = 0
		if err := t.settleStream(id); err != nil {
			return err
		}
		for _, key := range keys {
			was, err := t.forget(id, key)
			if err != nil {
				return err
			}
			if was {
				n++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// forget drops the row of a record and supersedes its content; false where there
// is none.
func (t *tx) forget(stream int64, key record.Key) (bool, error) {
	var p placed
	err := t.row("SELECT chunk, pos, gone IS NOT NULL FROM record WHERE stream = ? AND key = ?", stream, string(key)).Scan(&p.chunk, &p.pos, &p.gone)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := t.exec("DELETE FROM record WHERE stream = ? AND key = ?", stream, string(key)); err != nil {
		return false, err
	}
	if p.gone {
		t.count(stream, 0, -1)
	} else {
		t.count(stream, -1, 0)
	}
	return true, t.mark(p.chunk, p.pos, stateSuperseded)
}
