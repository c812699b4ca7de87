package extract

import (
	"context"
	"fmt"
	"time"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// prove decides what a sweep that was read to its end proves, and reads what
// more a proof takes: the closing probe, the seams of an immutable order, or
// the list a second time. The sweeps it rests on are given back, so that
// records missing from all of them can be looked for.
//
//	one    the whole list in one answer
//	quiet  equal totals on every page, as many distinct records, and nothing
//	       changed since before the first page was asked
//	order  an immutable order, see seam.go
//	again  two sweeps in a row list the same records, see again.go
func (r *runner) prove(ctx context.Context, sw *sweep) (stage.Certificate, []*sweep, error) {
	t, err := r.tallyOf(ctx, sw.ID)
	if err != nil {
		return stage.Certificate{}, nil, err
	}
	if r.inOneAnswer(sw, t) {
		return r.certificate(sw, t, stage.ProofOne, "the whole list came in one answer"), []*sweep{sw}, nil
	}
	if t.whole() {
		still, err := r.nothingChangedSince(ctx, sw.listing, sw.Started)
		if err != nil {
			return stage.Certificate{}, nil, err
		}
		if still {
			return r.certificate(sw, t, stage.ProofQuiet, "the list held still while it was read"), []*sweep{sw}, nil
		}
	}
	if sw.canProveByOrder() {
		o, err := r.proveByOrder(ctx, sw, sw.plan.Begun)
		if err != nil || o.holds && !o.doubt {
			return o.certificate, []*sweep{sw}, err
		}
		r.note(sw.Stream, o.certificate.Text+"; reading the list again")
		return r.proveAgain(ctx, sw, o.holds)
	}
	return r.proveAgain(ctx, sw, false)
}

// canProveByOrder needs an order that held so far and lists whose end is known.
// In a list of changes, or one narrowed by a filter of ours, records come in
// anywhere: no order of the records is an order of such a list.
func (sw *sweep) canProveByOrder() bool {
	if sw.Kind != stage.SweepFull {
		return false
	}
	for _, lp := range sw.plan.Lists {
		if lp.Last < 0 {
			return false
		}
	}
	return sw.listing.order != nil && sw.broken == ""
}

// inOneAnswer tells whether every list of the stream came whole in its first
// answer: no other page held a row. Variants that are not part of the key may exchange records between
// their answers, so for them one answer each proves nothing.
func (r *runner) inOneAnswer(sw *sweep, t tally) bool {
	if v := sw.listing.stream.List.Variants; v != nil && !v.InKey {
		return false
	}
	if t.pages != len(sw.plan.Lists) {
		return false
	}
	for _, lp := range sw.plan.Lists {
		if !lp.oneAnswer(sw.listing) {
			return false
		}
	}
	return true
}

func (lp listPlan) oneAnswer(l *listing) bool {
	switch {
	case lp.Total >= 0:
		return lp.Rows == lp.Total
	case l.paging().Kind == connector.PageNone:
		return true
	case lp.Last >= 0:
		return lp.Last == l.paging().First
	}
	return l.pageSize() > 0 && lp.Rows < lp.Size
}

// nothingChangedSince asks for the changes since a moment: the closing probe.
// What it lists is staged, so even a failed probe is not wasted.
func (r *runner) nothingChangedSince(ctx context.Context, l *listing, since time.Time) (bool, error) {
	changed, known, err := r.changedSince(ctx, l, since)
	return known && len(changed) == 0, err
}

// changedSince names the records of the listing that changed since a moment;
// known is false where the vendor cannot say, or they are more than a page.
func (r *runner) changedSince(ctx context.Context, l *listing, since time.Time) (keys []record.Key, known bool, err error) {
	c := l.stream.Cursor
	if c == nil || l.blind || l.stream.List.Variants != nil {
		return nil, false, nil
	}
	probe := *l
	probe.kind, probe.purpose, probe.since = stage.SweepChanges, "closing", since.Add(-c.Resolution-c.Doubt)
	probe.order = nil
	probe.params = append(withoutParam(l.params, c.Param), sinceParam(c, probe.since))
	page, answer, err := r.fetch(ctx, &probe, "", l.paging().First, 0)
	if err != nil {
		return nil, false, err
	}
	if len(page.Rows) == 0 {
		return nil, page.Total <= 0, nil
	}
	keys, err = r.keepAside(ctx, &probe, page, answer)
	return keys, err == nil && lastPage(l, page, pageSize(l, page)) == l.paging().First, err
}

// keepAside stages a page that belongs to no sweep of its own.
func (r *runner) keepAside(ctx context.Context, l *listing, p *api.Page, a *api.Answer) ([]record.Key, error) {
	aside, err := r.cfg.Stage.StartSweep(ctx, stage.Sweep{
		Account: r.cfg.Account.ID, Stream: l.stream.Name, Kind: l.kind, Filter: l.filter, Purpose: l.purpose,
		Started: a.Vendor, Since: l.since, Attempt: 1,
	})
	if err != nil {
		return nil, err
	}
	info, err := r.put(ctx, l, stage.PageRef{Sweep: aside.ID, Number: l.paging().First}, p, a)
	if err != nil {
		return nil, err
	}
	if !l.names {
		r.mu.Lock()
		l.counts.asides = append(l.counts.asides, aside.ID)
		r.mu.Unlock()
	}
	aside.Ended = r.cfg.Budget.Now()
	return info.Keys, r.cfg.Stage.EndSweep(ctx, aside)
}

// certificate writes down what a tally proves.
func (r *runner) certificate(sw *sweep, t tally, proof stage.Proof, text string) stage.Certificate {
	return stage.Certificate{
		Account: r.cfg.Account.ID, Stream: sw.Stream, Filter: sw.Filter, Run: r.cfg.Run,
		Proof: proof, AsOf: sw.Started, StartTotal: t.startTotal, EndTotal: t.endTotal,
		Pages: t.pages, Distinct: t.distinct(), Duplicates: t.duplicates(),
		Text: fmt.Sprintf("%s: %s on %s", text, plural(t.distinct(), "record"), plural(t.pages, "page")),
	}
}
