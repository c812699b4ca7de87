package extract

import (
	"context"
	"slices"
	"time"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// narrow lists the parents that have such details at all, where the vendor can
// say. Missing one would lose its details, so the list must be proven. Of a
// stream that is asked by keys no list is read, and each record is asked.
func (r *runner) narrow(ctx context.Context, d *detail) (listed int64, proven bool, err error) {
	if d.stream.Sub == nil || len(d.stream.Sub.ListedBy) == 0 || d.parent.mode == modeKeys {
		return 0, true, nil
	}
	l := r.fullListing(d.parent)
	l.kind, l.purpose, l.names, l.counts = stage.SweepListed, d.name(), true, d.counts
	l.order = nil // records enter and leave this list anywhere
	l.params = slices.Concat(r.cfg.Filters[d.parent.stream.Name], d.stream.Sub.ListedBy)
	sw, err := r.openSweep(ctx, l, 1)
	if err != nil {
		return 0, false, err
	}
	if err := r.readAll(ctx, sw); err != nil {
		return 0, false, err
	}
	c, sweeps, err := r.prove(ctx, sw)
	if err != nil {
		return 0, false, err
	}
	return sweeps[len(sweeps)-1].ID, c.Proof != stage.ProofNone, r.endSweeps(ctx, sweeps)
}

// markChanged makes details due that the list rows do not give away. It is true
// when all of them are: the list of them was proven, or there was none to read.
func (r *runner) markChanged(ctx context.Context, d *detail) (bool, error) {
	if d.always() {
		return true, r.markAll(ctx, d)
	}
	by := d.changedBy()
	since, ok, err := r.cfg.Stage.Cursor(ctx, r.cfg.Account.ID, detailCursor(d), "")
	if by == nil || d.parent.stream.Cursor == nil || err != nil || !ok {
		return err == nil, err
	}
	c := *d.parent.stream.Cursor
	c.Param = by.Param
	l := r.fullListing(d.parent)
	l.kind, l.purpose, l.names, l.counts = stage.SweepListed, d.name()+" changed", true, d.counts
	l.order, l.blind = nil, true // records enter this list anywhere, and their rows need not show it
	l.since = earlier(&c, since.Value)
	l.params = append(l.params, sinceParam(&c, l.since))
	sw, err := r.openSweep(ctx, l, 1)
	if err != nil {
		return false, err
	}
	if err := r.readAll(ctx, sw); err != nil {
		return false, err
	}
	proof, sweeps, err := r.prove(ctx, sw)
	if err != nil {
		return false, err
	}
	for _, sw := range sweeps {
		if err := r.markPages(ctx, d, sw.ID); err != nil {
			return false, err
		}
	}
	return proof.Proof != stage.ProofNone, r.endSweeps(ctx, sweeps)
}

// markPages makes the details of every record named by a sweep due.
func (r *runner) markPages(ctx context.Context, d *detail, sweep int64) error {
	var keys []record.Key
	err := r.pages(ctx, sweep, func(p stage.PageInfo) error {
		keys = append(keys, p.Keys...)
		return nil
	})
	if err != nil {
		return err
	}
	return r.cfg.Stage.MarkDue(ctx, r.cfg.Account.ID, d.parent.stream.Name, d.sub(), keys)
}

// markAll makes every detail due once a run; a run that goes on with one that
// stopped marks nothing again.
func (r *runner) markAll(ctx context.Context, d *detail) error {
	note, _, err := r.cfg.Stage.Note(ctx, askingNote(r, d))
	if err != nil {
		return err
	}
	now := r.cfg.Budget.Now()
	if begun, err := time.Parse(time.RFC3339, note); err == nil && now.Sub(begun) < maxAge {
		return nil
	}
	var keys []record.Key
	err = r.cfg.Stage.MissingFrom(ctx, r.cfg.Account.ID, d.parent.stream.Name, nil, func(k record.Key) error {
		keys = append(keys, k)
		return nil
	})
	if err != nil {
		return err
	}
	if err := r.cfg.Stage.MarkDue(ctx, r.cfg.Account.ID, d.parent.stream.Name, d.sub(), keys); err != nil {
		return err
	}
	return r.cfg.Stage.SetNote(ctx, askingNote(r, d), now.Format(time.RFC3339))
}

func detailCursor(d *detail) string          { return d.name() + "#details" }
func askingNote(r *runner, d *detail) string { return "asking " + r.cfg.Account.ID + " " + d.name() }
