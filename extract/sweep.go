package extract

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"ferry/extract/api"
	"ferry/extract/stage"
)

// sweep is one reading of a listing, over as many runs as it takes.
type sweep struct {
	stage.Sweep
	listing *listing
	plan    plan
	broken  string // why the list's order cannot be relied on; "" while it holds
	resumed bool
	probes  int // first pages read by this run while opening
}

// plan is the reader's note in the sweep's checkpoint.
type plan struct {
	Size  int        `json:"size"`
	Order string     `json:"order,omitempty"` // what the order was asked with
	Lists []listPlan `json:"lists"`
	// Begun is the start by the later of the two clocks. Started, by the earlier,
	// is where nothing may be missed; Begun is where a wrong clock must not make
	// old edits look new.
	Begun time.Time `json:"begun"`
	// Broken remembers over runs that a page contradicted the order asked for.
	Broken string `json:"broken,omitempty"`
	// Counted tells, of a repeat, that the list held no more records when it began
	// than the reading before it listed, see census.go.
	Counted bool `json:"counted,omitempty"`
}

// listPlan is how one variant is cut. Stripe 0 is the first page alone: the
// price probe. The others cover the pages after it, lowest first.
type listPlan struct {
	Variant string   `json:"variant,omitempty"`
	Total   int      `json:"total"` // rows announced by the first page; -1 unknown
	Rows    int      `json:"rows"`  // on the first page
	Size    int      `json:"size"`  // rows of a full page, as granted or shown
	Last    int      `json:"last"`  // last page by the first page's total; -1 unknown
	Stripes []stripe `json:"stripes"`
}

// stripe is a range of pages read from High down to Low, one after the other.
type stripe struct {
	ID   int `json:"id"`
	Low  int `json:"low"`
	High int `json:"high"`
}

// maxAge is how long an unfinished sweep may lie untouched and still be worth
// continuing. One that takes weeks of small quotas is never thrown away.
const maxAge = 7 * 24 * time.Hour

// openSweep continues the unfinished sweep of the listing, or starts one with
// its first pages.
func (r *runner) openSweep(ctx context.Context, l *listing, attempt int) (*sweep, error) {
	found, err := r.cfg.Stage.OpenSweep(ctx, r.cfg.Account.ID, l.stream.Name, l.kind, l.filter, l.purpose)
	if err != nil {
		return nil, err
	}
	if found != nil {
		sw := &sweep{Sweep: *found, listing: l, resumed: true}
		usable, err := r.usable(ctx, sw)
		if err != nil {
			return nil, err
		}
		if usable {
			sw.broken = sw.plan.Broken
			return sw, nil
		}
		if err := r.cfg.Stage.DropSweep(ctx, found.ID); err != nil {
			return nil, err
		}
	}
	return r.startSweep(ctx, l, attempt)
}

// usable tells whether an unfinished sweep was of the very same list, asked in
// the same way, and is not too old. Pages of two different lists must never
// stand in one sweep.
func (r *runner) usable(ctx context.Context, sw *sweep) (bool, error) {
	l := sw.listing
	if json.Unmarshal(sw.State, &sw.plan) != nil || sw.plan.Size != l.pageSize() || sw.plan.Order != l.orderedBy() ||
		sw.Since.UnixMicro() != l.since.UnixMicro() {
		return false, nil
	}
	same := slices.EqualFunc(sw.plan.Lists, l.variants(), func(lp listPlan, v string) bool { return lp.Variant == v })
	if !same {
		return false, nil
	}
	touched := sw.Started
	err := r.pages(ctx, sw.ID, func(p stage.PageInfo) error {
		if p.ReadAt.After(touched) {
			touched = p.ReadAt
		}
		return nil
	})
	return r.cfg.Budget.Now().Sub(touched) < maxAge, err
}

// startSweep reads the first page of every variant and cuts the rest.
func (r *runner) startSweep(ctx context.Context, l *listing, attempt int) (*sweep, error) {
	sw := &sweep{listing: l}
	counted, err := r.counted(ctx, l)
	if err != nil {
		return nil, err
	}
	var first []firstPage
	for _, v := range l.variants() {
		page, answer, err := r.fetch(ctx, l, v, l.paging().First, 0)
		if err != nil {
			return nil, err
		}
		first = append(first, firstPage{v, page, answer})
	}
	started, err := r.cfg.Stage.StartSweep(ctx, stage.Sweep{
		Account: r.cfg.Account.ID, Stream: l.stream.Name, Kind: l.kind, Filter: l.filter, Purpose: l.purpose,
		Started: momentBefore(first[0].answer), Since: l.since, Attempt: attempt,
	})
	if err != nil {
		return nil, err
	}
	sw.Sweep = started
	sw.plan = cut(l, first, r.cfg.Connections)
	sw.plan.Counted = l.repeat && counted
	if err := r.keepPlan(ctx, sw); err != nil {
		return nil, err
	}
	for i, f := range first {
		ref := stage.PageRef{Sweep: sw.ID, Variant: f.variant, Number: l.paging().First, Stripe: sw.plan.Lists[i].Stripes[0].ID}
		if _, err := r.keep(ctx, sw, ref, f.page, f.answer); err != nil {
			return nil, err
		}
		sw.probes++
	}
	return sw, nil
}

type firstPage struct {
	variant string
	page    *api.Page
	answer  *api.Answer
}

// momentBefore is a moment that is certainly not after the answer was made: the
// Date header less the time the call took, or our own clock where that is
// behind. Asking for changes since too early a moment costs a page at most,
// since too late a moment would miss them.
func momentBefore(a *api.Answer) time.Time {
	vendor := a.Vendor.Add(-a.Received.Sub(a.Sent))
	if own := a.Sent; own.Before(vendor) {
		vendor = own
	}
	return vendor.UTC().Truncate(time.Second)
}

// begun is when the answer was asked for, by the later of the two clocks.
func begun(a *api.Answer) time.Time {
	vendor := a.Vendor.Add(-a.Received.Sub(a.Sent))
	if a.Sent.After(vendor) {
		vendor = a.Sent
	}
	return vendor.UTC().Truncate(time.Second)
}

// cut divides the pages after the first into stripes, one a connection.
func cut(l *listing, first []firstPage, connections int) plan {
	p := plan{Size: l.pageSize(), Order: l.orderedBy(), Begun: begun(first[0].answer)}
	id := 0
	for _, f := range first {
		size := pageSize(l, f.page)
		if n := len(f.page.Rows); n > 0 && n < min(size, f.page.Total) {
			size = n // the vendor grants fewer rows than it says
		}
		lp := listPlan{Variant: f.variant, Total: f.page.Total, Rows: len(f.page.Rows), Size: size, Last: lastPage(l, f.page, size)}
		lp.Stripes = append(lp.Stripes, stripe{ID: id, Low: l.paging().First, High: l.paging().First})
		id++
		n := lp.Last - l.paging().First
		if n > 0 && lp.Total == (n+1)*size {
			n++ // the last page must come back full, and only an empty one ends the list: see readBeyond
		}
		for k, i := min(max(n, 0), max(connections, 1)), 0; i < k; i++ {
			low := l.paging().First + 1 + i*n/k
			high := l.paging().First + (i+1)*n/k
			lp.Stripes = append(lp.Stripes, stripe{ID: id, Low: low, High: high})
			id++
		}
		p.Lists = append(p.Lists, lp)
	}
	return p
}

// lastPage is the number of the last page by what the first announced, -1 where
// it does not say.
func lastPage(l *listing, p *api.Page, size int) int {
	g := l.paging()
	switch {
	case p.TotalPages >= 0:
		return g.First + max(p.TotalPages, 1) - 1
	case p.Total >= 0 && p.Total <= len(p.Rows):
		return g.First
	case p.Total >= 0 && size > 0:
		return g.First + (p.Total+size-1)/size - 1
	}
	return -1
}

// pageSize is the rows a full page has: as granted, else as asked for, else as
// page 1 shows.
func pageSize(l *listing, p *api.Page) int {
	switch {
	case p.Size > 0:
		return p.Size
	case l.pageSize() > 0:
		return l.pageSize()
	}
	return len(p.Rows)
}

func (r *runner) keepPlan(ctx context.Context, sw *sweep) error {
	sw.plan.Broken = sw.broken
	state, err := json.Marshal(sw.plan)
	if err != nil {
		return fmt.Errorf("sweep of %s: %w", sw.Stream, err)
	}
	sw.State = state
	return r.cfg.Stage.UpdateSweep(ctx, sw.Sweep)
}

// keep stages a page and looks whether it contradicts the order asked for.
func (r *runner) keep(ctx context.Context, sw *sweep, ref stage.PageRef, p *api.Page, a *api.Answer) (stage.PageInfo, error) {
	info, err := r.put(ctx, sw.listing, ref, p, a)
	if err != nil {
		return info, err
	}
	if sw.listing.order == nil {
		return info, nil
	}
	why := outOfOrder(sw.listing.stream, p, info.Keys)
	if why == "" || !r.breakOrder(sw, why) {
		return info, nil
	}
	r.note(sw.Stream, why)
	r.mu.Lock()
	defer r.mu.Unlock()
	return info, r.keepPlan(ctx, sw)
}

// breakOrder notes that the order cannot be relied on; true the first time.
func (r *runner) breakOrder(sw *sweep, why string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := sw.broken == ""
	sw.broken = why
	return first
}

// progress is what a sweep's checkpoint says of its stripes.
type progress struct {
	next map[int]int // stripe -> next page to read, going down
	step map[int]int // stripe -> next step
	read map[string][]int
}

func (r *runner) progressOf(ctx context.Context, sw *sweep) (progress, error) {
	pr := progress{next: map[int]int{}, step: map[int]int{}, read: map[string][]int{}}
	err := r.pages(ctx, sw.ID, func(p stage.PageInfo) error {
		if low, ok := pr.next[p.Stripe]; !ok || p.Number-1 < low {
			pr.next[p.Stripe] = p.Number - 1
		}
		pr.step[p.Stripe] = max(pr.step[p.Stripe], p.Step+1)
		pr.read[p.Variant] = append(pr.read[p.Variant], p.Number)
		return nil
	})
	return pr, err
}

// missing counts the requests that reading the sweep to its end still takes.
func (r *runner) missing(ctx context.Context, sw *sweep) (int, error) {
	pr, err := r.progressOf(ctx, sw)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, lp := range sw.plan.Lists {
		for _, s := range lp.Stripes {
			n += max(0, pr.from(s)-s.Low+1)
		}
	}
	return n, nil
}

// from is the page a stripe goes on with.
func (pr progress) from(s stripe) int {
	if next, ok := pr.next[s.ID]; ok {
		return next
	}
	return s.High
}

// readAll reads what the sweep still lacks.
func (r *runner) readAll(ctx context.Context, sw *sweep) error {
	pr, err := r.progressOf(ctx, sw)
	if err != nil {
		return err
	}
	g := newTasks(ctx)
	for _, lp := range sw.plan.Lists {
		if lp.Last < 0 {
			g.Go(func(ctx context.Context) error { return r.readForward(ctx, sw, lp, pr.read[lp.Variant]) })
			continue
		}
		for _, s := range slices.Backward(lp.Stripes) {
			g.Go(func(ctx context.Context) error {
				for number := pr.from(s); number >= s.Low; number-- {
					step := pr.step[s.ID] + pr.from(s) - number
					if _, _, err := r.readPage(ctx, sw, lp.Variant, number, s.ID, step); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return r.readBeyond(ctx, sw)
}

func (r *runner) readPage(ctx context.Context, sw *sweep, variant string, number, stripe, step int) (*api.Page, stage.PageInfo, error) {
	page, answer, err := r.fetch(ctx, sw.listing, variant, number, 0)
	if err != nil {
		return nil, stage.PageInfo{}, err
	}
	ref := stage.PageRef{Sweep: sw.ID, Variant: variant, Number: number, Stripe: stripe, Step: step}
	info, err := r.keep(ctx, sw, ref, page, answer)
	return page, info, err
}
