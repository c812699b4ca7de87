package extract

import (
	"context"
	"errors"
	"fmt"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/stage"
)

// finishChanges reads what changed since the cursor. It is proven when the list
// of changes is, on top of a proven sweep, and the vendor's total equals the
// live records. Where they differ something was deleted unseen, and the whole
// list is swept at once.
//
// This is why an equal count proves it: the proven sweep and the proven changes
// hold every record that exists, so the staged ones are all of them and those
// deleted since; as many means that none was. A total that the vendor announces
// serves, and so does a count of its pages (see census.go).
func (r *runner) finishChanges(ctx context.Context, rd *reading) error {
	if err := r.readAll(ctx, rd.sweep); err != nil {
		return err
	}
	c, sweeps, err := r.prove(ctx, rd.sweep)
	if err != nil {
		return err
	}
	rd.certificate = c
	if c.Proof == stage.ProofNone {
		r.note(rd.stream.Name, "the list of changes moved while it was read: sweeping the whole list")
		if err := r.endSweeps(ctx, sweeps); err != nil {
			return err
		}
		return r.sweepNow(ctx, rd)
	}
	live, total, err := r.compare(ctx, rd)
	if err != nil {
		return err
	}
	if live != total {
		why := fmt.Sprintf("the vendor counts %d, %d are staged", total, live)
		if total < 0 {
			why = "the vendor's records could not be counted"
		}
		r.note(rd.stream.Name, why+": sweeping the whole list")
		if err := r.endSweeps(ctx, sweeps); err != nil {
			return err
		}
		return r.sweepNow(ctx, rd)
	}
	rd.certificate.Proof = stage.ProofChanges
	rd.certificate.StartTotal, rd.certificate.EndTotal = total, total
	rd.certificate.Text = fmt.Sprintf("%s read since the last sweep, and the vendor's total equals the staged records: %d",
		plural(c.Distinct, "change"), total)
	if err := r.endSweeps(ctx, sweeps); err != nil {
		return err
	}
	return r.cfg.Stage.PutCursor(ctx, stage.Cursor{
		Account: r.cfg.Account.ID, Stream: rd.stream.Name, Value: rd.sweep.Started, SweptAt: rd.cursor.SweptAt,
	})
}

// compare asks for the vendor's total and counts the live records, after the
// deletions that the vendor lists and the changes made while we read.
func (r *runner) compare(ctx context.Context, rd *reading) (live, total int, err error) {
	if live, total, err = r.count(ctx, rd); err != nil || live == total {
		return live, total, err
	}
	if total >= 0 && total < live && rd.stream.Deleted != nil {
		if err := r.buryListed(ctx, rd, live-total); err != nil {
			return live, total, err
		}
	} else if _, err := r.nothingChangedSince(ctx, r.fullListing(rd), rd.sweep.Started); err != nil {
		return live, total, err
	}
	return r.count(ctx, rd)
}

// count asks for the full total, with the smallest page there is, or counts the
// pages where the vendor announces those alone; -1 where the list moved so much
// that it could not be counted.
func (r *runner) count(ctx context.Context, rd *reading) (live, total int, err error) {
	l := r.fullListing(rd)
	if l.paging().Total == "" {
		if total, err = r.countPages(ctx, l); errors.Is(err, errUncounted) {
			total, err = -1, nil
		}
	} else {
		var page *api.Page
		if page, _, err = r.fetch(ctx, l, "", l.paging().First, 1); err == nil {
			total = page.Total
		}
	}
	if err != nil {
		return 0, 0, err
	}
	live, err = r.cfg.Stage.LiveCount(ctx, r.cfg.Account.ID, rd.stream.Name)
	if err != nil {
		return 0, 0, err
	}
	unlisted, err := r.unlisted(ctx, rd.stream)
	return live - unlisted, total, err
}

// fullListing is the unfiltered list of the stream.
func (r *runner) fullListing(rd *reading) *listing {
	full := *rd
	full.mode = modeFull
	return r.listingOf(&full)
}

// sweepNow goes over from changes to a full sweep within the same run.
func (r *runner) sweepNow(ctx context.Context, rd *reading) (err error) {
	rd.mode = modeFull
	if rd.sweep, err = r.openSweep(ctx, r.listingOf(rd), 1); err != nil {
		return err
	}
	return r.finishFull(ctx, rd)
}

// deletedListing is the vendor's list of deleted records.
func (r *runner) deletedListing(rd *reading) *listing {
	l := newListing(rd, stage.SweepDeleted)
	l.names = true
	l.params = append([]connector.Param(nil), rd.stream.Deleted.Query...)
	if rd.stream.Deleted.Cursor && !rd.cursor.Value.IsZero() {
		l.since = earlier(rd.stream.Cursor, rd.cursor.Value)
		l.params = append(l.params, sinceParam(rd.stream.Cursor, l.since))
	}
	return l
}
