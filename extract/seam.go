package extract

import (
	"context"
	"fmt"
	"time"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// A list in an immutable order changes in two ways only: records vanish, and
// new ones come last. A vanished record pulls those behind it one place
// towards the front. So a range of pages that is read from its last page down
// to its first, one after the other, misses nothing between the last row of
// its first answer and the first row of its last: what moves, moves into pages
// still to be read.
//
// Stripes are read side by side, so records may slip from the bottom of one
// stripe into the top of the stripe below after that was read. That is what
// seams are for: each stripe is read on downwards until it meets a record that
// the stripe below listed. Then the two overlap, and together they miss
// nothing. The top seam does the same from the end of the list as it is now.

// A record that comes back in the middle (undeleted, or newly let in by a
// filter) breaks this: it pushes those behind it away from the front, into
// pages that were read. Such a record is one of those that changed meanwhile,
// but so is every record that was merely edited. So an edit during the reading,
// other than of the newest records, leaves a doubt, and the list is read a
// second time: if that brings no old record that the first had not, none was
// pushed past either of them.

// orderProof is what reading against an immutable order came to.
type orderProof struct {
	certificate stage.Certificate
	holds       bool   // nothing contradicts the order
	doubt       bool   // a record may have come in elsewhere than at the end
	late        keySet // records that may be new since the moment asked about
}

// proveByOrder closes the seams. The certificate says ProofNone, with the
// reason, when the counts contradict the order or leave a doubt. since is the
// start of the first reading.
func (r *runner) proveByOrder(ctx context.Context, sw *sweep, since time.Time) (o orderProof, err error) {
	pr, err := r.progressOf(ctx, sw)
	if err != nil {
		return o, err
	}
	keys, err := r.stripeKeys(ctx, sw)
	if err != nil {
		return o, err
	}
	if err := r.closeSeams(ctx, sw, keys, pr); err != nil {
		return o, err
	}
	var changed []record.Key
	known := false
	if sw.watched() {
		if changed, known, err = r.changedSince(ctx, sw.listing, since); err != nil {
			return o, err
		}
	}
	total := 0
	for _, lp := range sw.plan.Lists {
		n, err := r.closeTop(ctx, sw, lp, keys[lp.Stripes[len(lp.Stripes)-1].ID], pr)
		if err != nil {
			return o, err
		}
		total += n
	}
	if o.late, err = r.topKeys(ctx, sw); err != nil {
		return o, err
	}
	t, err := r.tallyOf(ctx, sw.ID)
	if err != nil {
		return o, err
	}
	t.endTotal = total
	edited := newKeySet(hashesOf(changed))
	o.holds = sw.broken == "" && len(t.keys.union(edited)) >= total
	// More than a page of changes speaks of a clock that is wrong, or of an import:
	// it names no record, and a second reading would meet the same.
	o.doubt = known && edited.minus(o.late) > 0 || !known && sw.Filter != ""
	o.late = o.late.union(edited)
	switch {
	case sw.broken != "":
		o.certificate = r.certificate(sw, t, stage.ProofNone, sw.broken)
	case !o.holds:
		why := fmt.Sprintf("the vendor counts %d but lists fewer in the order asked for", total)
		o.certificate = r.certificate(sw, t, stage.ProofNone, why)
	case o.doubt:
		o.certificate = r.certificate(sw, t, stage.ProofNone, "records were changed while the list was read")
	default:
		o.certificate = r.certificate(sw, t, stage.ProofOrder, "read against an order that never changes, last page to first")
	}
	return o, nil
}

// watched tells whether the vendor can say what changed during the sweep. Where
// the zone of its cursor is in doubt it names what changed for hours before too,
// and only a filtered list is worth the second reading that this brings.
func (sw *sweep) watched() bool {
	c := sw.listing.stream.Cursor
	return c != nil && (c.Doubt == 0 || sw.Filter != "")
}

// closeSeams closes all seams between stripes, side by side.
func (r *runner) closeSeams(ctx context.Context, sw *sweep, keys map[int]keySet, pr progress) error {
	g := newTasks(ctx)
	for _, lp := range sw.plan.Lists {
		for i := 1; i < len(lp.Stripes); i++ {
			upper, below := lp.Stripes[i], keys[lp.Stripes[i-1].ID]
			if keys[upper.ID].meets(below) {
				continue
			}
			g.Go(func(ctx context.Context) error { return r.closeSeam(ctx, sw, lp.Variant, upper, below, pr) })
		}
	}
	return g.Wait()
}

// topKeys gives what was listed at the ends of the lists: nothing read before
// could be pushed by a record that comes in there.
func (r *runner) topKeys(ctx context.Context, sw *sweep) (keySet, error) {
	tops := map[int]int{} // top stripe -> its first page
	for _, lp := range sw.plan.Lists {
		top := lp.Stripes[len(lp.Stripes)-1]
		tops[top.ID] = top.High
	}
	var hashes []uint64
	err := r.pages(ctx, sw.ID, func(p stage.PageInfo) error {
		if high, ok := tops[p.Stripe]; p.Stripe >= topStripe || ok && p.Number == high {
			hashes = append(hashes, hashesOf(p.Keys)...)
		}
		return nil
	})
	return newKeySet(hashes), err
}

// stripeKeys gives the keys that each stripe listed, gathered in one walk.
func (r *runner) stripeKeys(ctx context.Context, sw *sweep) (map[int]keySet, error) {
	hashes := map[int][]uint64{}
	err := r.pages(ctx, sw.ID, func(p stage.PageInfo) error {
		for _, k := range p.Keys {
			if !isKeyless(k) {
				hashes[p.Stripe] = append(hashes[p.Stripe], keyHash(k))
			}
		}
		return nil
	})
	sets := make(map[int]keySet, len(hashes))
	for id, h := range hashes {
		sets[id] = newKeySet(h)
	}
	return sets, err
}

// closeSeam reads the upper stripe on downwards until it meets the one below.
func (r *runner) closeSeam(ctx context.Context, sw *sweep, variant string, upper stripe, below keySet, pr progress) error {
	step := pr.step[upper.ID]
	for number := pr.from(upper); number >= sw.listing.paging().First; number-- {
		_, info, err := r.readPage(ctx, sw, variant, number, upper.ID, step)
		if err != nil || below.hasAny(info.Keys) {
			return err
		}
		step++
	}
	return nil
}

// closeTop reads from the end of the list as it is now down to the top stripe,
// which brings in what was added meanwhile, and gives the total announced when
// that began: every record counted in it must have been seen by then.
func (r *runner) closeTop(ctx context.Context, sw *sweep, lp listPlan, known keySet, pr progress) (total int, err error) {
	id := topStripe + lp.Stripes[len(lp.Stripes)-1].ID
	step, settled := pr.step[id], false
	total = -1
	for number := lp.Last; number >= sw.listing.paging().First; step++ {
		page, info, err := r.readPage(ctx, sw, lp.Variant, number, id, step)
		if err != nil {
			return 0, err
		}
		if last := lastPage(sw.listing, page, lp.Size); last > number && !settled {
			number = last // the list has grown: begin at its new end
			continue
		}
		if len(info.Keys) >= lp.Size && !settled {
			number++ // a full page ends no list, whatever the total says
			continue
		}
		if !settled {
			settled, total = true, page.Total
		}
		if known.hasAny(info.Keys) {
			return total, nil
		}
		number--
	}
	return total, nil
}

// topStripe numbers the stripes of top seams above those of the plan.
const topStripe = 1 << 20
