package load

import (
	"context"
	"sync"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// CodeBusy is why a record is held that was tried as often as one run tries, and
// not taken for now; the next run tries it again.
const CodeBusy = "not taken for now"

// tally counts how often records were tried once more in this run.
type tally struct {
	mu    sync.Mutex
	lost  map[recordID]int
	later map[recordID]int
	now   int // put off since the last count
}

// recordID names a planned record.
type recordID struct {
	entry int
	key   record.Key
}

// lose counts an answer that was lost and a record that is not there.
func (t *tally) lose(entry int, key record.Key) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lost == nil {
		t.lost = map[recordID]int{}
	}
	t.lost[recordID{entry, key}]++
}

// wasLost tells whether an answer about the record was lost in this run, and the
// record was not there.
func (t *tally) wasLost(entry int, key record.Key) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lost[recordID{entry, key}] > 0
}

// postpone puts a record off; ok is false where that was done often enough.
func (t *tally) postpone(entry int, key record.Key) (ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.later == nil {
		t.later = map[recordID]int{}
	}
	id := recordID{entry, key}
	t.later[id]++
	if t.later[id] > mostPostponed {
		return false
	}
	t.now++
	return true
}

// postponed tells how many were put off since it was last asked.
func (t *tally) postponed() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.now
	t.now = 0
	return n
}

// spent tells whether a record was sent so often that this run leaves it.
func (t *tally) spent(entry int, key record.Key) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	id := recordID{entry, key}
	return t.lost[id] > mostLost || t.later[id] > mostPostponed
}

// notTaken says why a record is left that was tried as often as a run tries, in
// the target's words where it gave any.
func (r *runner) notTaken(ctx context.Context, e *entry, it *stage.Item) (*Reason, error) {
	why := &Reason{Code: CodeBusy, Text: "it was tried several times in this run, and not taken", Do: "see in the target who has it open; then run `ferry apply` again"}
	q := stage.AttemptQuery{Plan: r.plan.ID, Side: &e.side, Key: it.Key}
	return why, r.cfg.Stage.Attempts(ctx, q, func(a *stage.Attempt) error {
		why.Status, why.Said = a.Status, orText(a.Message, why.Said) // the newest comes last
		return nil
	})
}
