package extract

import (
	"context"
	"fmt"
	"time"
)

// Price is what a stream still costs: the requests after its probe.
type Price struct {
	Stream   string
	Requests int
	Records  int       // the vendor counts; -1 unknown
	Minutes  float64   // until this stream is done, those before it included
	Days     int       // windows of the quota touched until then
	Done     time.Time // when that is, at best
}

// reportPrice says what every stream will cost before any further page is
// asked for.
func (r *runner) reportPrice(ctx context.Context, reads []*reading) error {
	state, err := r.cfg.Budget.State(ctx)
	if err != nil {
		return err
	}
	now, total := time.Now(), 0
	for _, rd := range reads {
		if rd.ended() {
			continue
		}
		p, err := r.priceOf(ctx, rd)
		if err != nil {
			return err
		}
		total += p.Requests
		need := state.Need(total, now)
		p.Minutes, p.Days, p.Done = need.Minutes, need.Days, need.Done
		r.report(Event{Event: EventPrice, Stream: p.Stream, Requests: p.Requests, Records: p.Records, Left: state.Left, Until: p.Done, Reason: p.text()})
	}
	return nil
}

func (p Price) text() string {
	records := "an unknown number of records"
	if p.Records >= 0 {
		records = plural(p.Records, "record")
	}
	return fmt.Sprintf("%s, %s still to make, %.1f min, day %d", records, plural(p.Requests, "request"), p.Minutes, p.Days)
}

// priceOf counts the pages still to read and what proving them takes at best.
func (r *runner) priceOf(ctx context.Context, rd *reading) (Price, error) {
	if rd.mode == modeKeys {
		return r.keysPrice(ctx, rd)
	}
	p := Price{Stream: rd.stream.Name, Records: 0}
	for _, lp := range rd.sweep.plan.Lists {
		if p.Records >= 0 && lp.Total >= 0 {
			p.Records += lp.Total
		} else {
			p.Records = -1
		}
	}
	missing, err := r.missing(ctx, rd.sweep)
	if err != nil {
		return p, err
	}
	if rd.mode == modeLimited {
		p.Requests = max(0, (r.cfg.Limit-1)/max(rd.sweep.plan.Size, 1))
		p.Requests = min(p.Requests, missing)
		return p, nil
	}
	p.Requests = missing + r.proofPrice(rd)
	if rd.mode == modeChanges {
		p.Requests++ // the full total
	}
	for _, name := range r.cfg.Details {
		s, err := r.cfg.Spec.Stream(name)
		if err != nil {
			return p, err
		}
		if !belongs(s, rd.stream) {
			continue
		}
		due, err := r.cfg.Stage.CountDue(ctx, r.cfg.Account.ID, rd.stream.Name, subName(name, rd.stream.Name), 0)
		if err != nil {
			return p, err
		}
		p.Requests += due
		if rd.mode == modeFull { // those of records still to come
			p.Requests += max(0, p.Records-r.staged(ctx, rd))
		}
	}
	return p, nil
}

func subName(detail, parent string) string {
	if detail == parent {
		return ""
	}
	return detail
}

func (r *runner) staged(ctx context.Context, rd *reading) int {
	n, err := r.cfg.Stage.LiveCount(ctx, r.cfg.Account.ID, rd.stream.Name)
	if err != nil {
		return 0
	}
	return n
}

// proofPrice is what certifying takes if the list holds still: nothing for a
// list in one answer, the closing probe, or a second reading.
func (r *runner) proofPrice(rd *reading) int {
	pages := 0
	v := rd.stream.List.Variants
	for _, lp := range rd.sweep.plan.Lists {
		if v != nil && !v.InKey || !lp.oneAnswer(rd.sweep.listing) {
			pages += max(1, lp.Last-rd.sweep.listing.paging().First+1)
		}
	}
	switch {
	case pages == 0:
		return 0
	case rd.stream.Cursor != nil && rd.stream.List.Variants == nil:
		return 1
	case rd.stream.Order != nil:
		return r.cfg.Connections + 1
	}
	return pages
}
