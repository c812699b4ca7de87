package extract

import (
	"context"
	"fmt"

	"ferry/extract/stage"
)

// maxSweeps is how often a list without an immutable order is read before the
// run gives up on proving it: the first reading and two more.
const maxSweeps = 3

// proveAgain reads the list again until two readings in a row list exactly the
// same records. Where the vendor announces totals they must be equal on every
// page and equal to the number of records: then every record of the second
// reading existed when the first ended, they are as many as the vendor counted
// at that moment, and so nothing that existed throughout is missing. Where it
// announces none the list is counted between the two readings (see census.go),
// to the same end: equal readings alone would not show a record that moved away
// from both, once for each of two deletions.
//
// Where the order holds but left a doubt (see seam.go), a second reading that
// brings nothing old is proof enough; ordered says that the first was such.
// Once the counts contradicted the order it is relied on no more.
func (r *runner) proveAgain(ctx context.Context, first *sweep, ordered bool) (stage.Certificate, []*sweep, error) {
	before := first
	t0, err := r.tallyOf(ctx, first.ID)
	if err != nil {
		return stage.Certificate{}, nil, err
	}
	sweeps := []*sweep{first}
	var t1 tally
	for attempt := 2; attempt <= maxSweeps; attempt++ {
		l := *first.listing
		l.repeat, l.purpose = true, fmt.Sprintf("again %d of %d", attempt, first.ID)
		if l.recount, err = r.recountOf(ctx, before, t0); err != nil {
			return stage.Certificate{}, nil, err
		}
		next, err := r.openSweep(ctx, &l, attempt)
		if err != nil {
			return stage.Certificate{}, nil, err
		}
		if err := r.readAll(ctx, next); err != nil {
			return stage.Certificate{}, nil, err
		}
		sweeps = append(sweeps, next)
		if t1, err = r.tallyOf(ctx, next.ID); err != nil {
			return stage.Certificate{}, nil, err
		}
		if sameList(t0, t1, next.plan.Counted) {
			t1.startTotal = t0.startTotal
			return r.certificate(next, t1, stage.ProofAgain, "two readings in a row list the same records"), sweeps, nil
		}
		if held, err := r.heldStill(ctx, before, t0, t1); err != nil || held {
			t1.keys = t0.keys.union(t1.keys)
			return r.certificate(before, t1, stage.ProofQuiet, "the list held still while it was read twice"), sweeps, err
		}
		if ordered && next.canProveByOrder() {
			o, err := r.proveByOrder(ctx, next, first.plan.Begun)
			if err != nil {
				return stage.Certificate{}, nil, err
			}
			if t1, err = r.tallyOf(ctx, next.ID); err != nil {
				return stage.Certificate{}, nil, err
			}
			if o.holds && t1.keys.minus(t0.keys, o.late) == 0 {
				text := "read twice against an order that never changes, and the second reading brought nothing that the first had missed"
				return r.certificate(next, t1, stage.ProofOrder, text), sweeps, nil
			}
			ordered = o.holds
		}
		before, t0 = next, t1
	}
	if t1.keyless > 0 {
		why := fmt.Sprintf("not proven, %s without %v; they are staged under a hash, ask the vendor why", plural(t1.keyless, "row"), first.listing.own)
		return r.certificate(before, t1, stage.ProofNone, why), sweeps, nil
	}
	if t1.steady && t1.duplicates() > 0 {
		why := fmt.Sprintf("not proven, the vendor counts %d but lists %s, %d of its rows twice, in each of %d readings; ask the vendor why",
			t1.startTotal, plural(t1.distinct(), "record"), t1.duplicates(), maxSweeps)
		return r.certificate(before, t1, stage.ProofNone, why), sweeps, nil
	}
	why := fmt.Sprintf("not proven, the list moved during each of %d readings; run again when fewer people work on it", maxSweeps)
	return r.certificate(before, t1, stage.ProofNone, why), sweeps, nil
}

// sameList compares two readings; counted says that the list was counted between
// them, where it announces no total.
func sameList(a, b tally, counted bool) bool {
	if !a.keys.equal(b.keys) {
		return false
	}
	if a.startTotal < 0 || b.startTotal < 0 {
		return counted && a.startTotal == b.startTotal && a.endTotal == b.endTotal
	}
	return a.whole() && b.whole() && a.startTotal == b.startTotal
}

// heldStill covers a list that does not move but is dealt out differently at
// each reading (rows of equal rank in any order): nothing changed since before
// the first reading, and both together hold as many records as the vendor counts.
func (r *runner) heldStill(ctx context.Context, first *sweep, a, b tally) (bool, error) {
	if !a.steady || !b.steady || a.startTotal != b.startTotal || len(a.keys.union(b.keys)) != a.startTotal {
		return false, nil
	}
	return r.nothingChangedSince(ctx, first.listing, first.Started)
}
