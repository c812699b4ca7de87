package load

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"ferry/extract/record"
)

// freshness is when streams of the target were last read in bulk by this run.
type freshness struct {
	mu sync.Mutex
	at map[string]time.Time
}

// readNow gives a record as the target has it, not staler than since: by itself,
// or from a bulk reading of its stream where no call reads one.
func (r *runner) readNow(ctx context.Context, e *entry, key record.Key, since time.Time) (now json.RawMessage, found bool, err error) {
	now, found, err = r.cfg.Reader.Read(ctx, e.side.Stream, key)
	if !errors.Is(err, ErrNoRead) || r.cfg.Refresh == nil {
		return now, found, err
	}
	r.fresh.mu.Lock()
	defer r.fresh.mu.Unlock()
	if r.fresh.at[e.side.Stream].Before(since) || r.fresh.at == nil {
		at := r.cfg.Now()
		if _, err := r.cfg.Refresh(ctx, []string{e.side.Stream}); err != nil {
			return nil, false, err
		}
		if r.fresh.at == nil {
			r.fresh.at = map[string]time.Time{}
		}
		r.fresh.at[e.side.Stream] = at
	}
	staged, _, ok, err := r.cfg.Stage.Record(ctx, r.cfg.Target.ID, e.side.Stream, key)
	if err != nil || !ok || staged.Deleted {
		return nil, false, err
	}
	return wholeRecord(staged), true, nil
}
