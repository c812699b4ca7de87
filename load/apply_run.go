package load

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

const (
	usualWorkers   = 16
	usualTimeout   = 60 * time.Second // as the client's own
	mostLost       = 5                // times a record is sent again in one run
	mostPostponed  = 3                // times a locked record is tried again in one run
	laterPause     = 20 * time.Second // before records that were locked are tried again
	itemsAtOnce    = 1000
	graceAfterStop = 10 * time.Second // what calls in flight have to end when a run is stopped
)

// errLook ends a run so that a person can look.
var errLook = errors.New("time to look")

// runner carries out one plan.
type runner struct {
	cfg     *Config
	plan    stage.Plan
	gen     *stage.Generation // nil of an undo
	entries []*entry
	undo    bool
	sends   context.Context // outlives the run's own by the grace
	gate    *gate
	flights *flights
	guard   *guard
	looks   *looks
	tell    *teller
	again   *tally         // how often a record was sent once more
	vain    map[int64]bool // unsure attempts that asking could not settle
	open    map[openID]bool
	written atomic.Int64              // records that reached a done bin
	unsure  atomic.Int64              // records that became unsure and were not asked for yet
	lostAt  atomic.Pointer[time.Time] // when the last answer was lost, by our own clock, which setting it does not change
	began   time.Time
	fresh   *freshness
}

// entry is one mapped stream of the plan.
type entry struct {
	index    int
	name     string
	side     stage.Side
	rules    *Rules
	stream   *connector.Stream
	same     *Comparer
	mapped   stage.MappedEntry
	late     map[string]bool        // fields that a second update fills
	from     string                 // see Write.From
	looked   bool                   // for implicit
	implicit map[record.Key][]Found // by parent: what the target made with it
	parent   string                 // entry whose children keep their order; ""
}

// newRunner reads what a plan needs. The error is *StalePlanError where the
// mapping or the mapped records it was made from are gone.
func newRunner(ctx context.Context, cfg *Config, p stage.Plan, o ApplyOptions) (*runner, error) {
	workers := cfg.Workers
	if workers <= 0 {
		workers = usualWorkers
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = usualTimeout
	}
	r := &runner{
		cfg: cfg, plan: p, undo: p.Kind == stage.PlanUndo,
		gate: newGate(workers), flights: newFlights(), guard: newGuard(cfg.MaxFailures),
		tell: newTeller(cfg), again: &tally{}, vain: map[int64]bool{}, open: map[openID]bool{}, began: cfg.Now(), fresh: &freshness{},
	}
	if err := r.readEntries(ctx); err != nil {
		return nil, err
	}
	bins, err := readBins(ctx, cfg.Stage, &p)
	if err != nil {
		return nil, err
	}
	done := 0
	for _, bin := range doneBins {
		done += bins.Of(bin)
	}
	r.written.Store(int64(done))
	r.tell.total, r.tell.left = bins.Sum(), bins.Of(stage.LoadWaiting)
	r.looks = newLooks(o, done)
	return r, nil
}

func (r *runner) readEntries(ctx context.Context) error {
	if !r.undo {
		newest, before, err := r.cfg.Stage.Generations(ctx, r.plan.Source)
		if err != nil {
			return err
		}
		for _, g := range []*stage.Generation{newest, before} {
			if g != nil && g.ID == r.plan.Generation {
				r.gen = g
			}
		}
		if r.gen == nil {
			return &StalePlanError{Changed: []string{"the mapped records it was made from were mapped again"}}
		}
	}
	late, err := lateFields(r.cfg)
	if err != nil {
		return err
	}
	for i, pe := range r.plan.Entries {
		if filesOf(pe.Side) != notFiles {
			continue
		}
		e := &entry{index: i, name: pe.Name, side: pe.Side}
		at := slices.IndexFunc(r.cfg.Rules, func(x Rules) bool { return x.Name == pe.Name })
		if at < 0 {
			return &StalePlanError{Changed: []string{fmt.Sprintf("the mapping no longer has %q", pe.Name)}}
		}
		e.rules, e.late = &r.cfg.Rules[at], late[pe.Name]
		e.from = fromOf(r.cfg.Rules, e.rules)
		if e.stream, err = r.cfg.Vendor.Stream(pe.Side.Stream); err != nil {
			return err
		}
		e.same, e.parent = NewComparer(e.stream, e.rules), parentField(r.cfg.Rules, e.rules, e.late)
		if r.gen != nil {
			ok := false
			if e.mapped, ok = r.gen.Entry(pe.Name); !ok {
				return &StalePlanError{Changed: []string{fmt.Sprintf("nothing is mapped for %q", pe.Name)}}
			}
		}
		r.entries = append(r.entries, e)
	}
	return nil
}

// run goes round until nothing more can be done now: what is unsure is asked
// for, then all that waits is sent, entry by entry.
func (r *runner) run(ctx context.Context) error {
	sends, end := outlive(ctx, graceAfterStop)
	defer end()
	r.sends = sends
	if err := r.crashed(ctx); err != nil {
		return err
	}
	if err := r.survey(ctx); err != nil {
		return err
	}
	if r.undo { // what hangs on records goes before they do
		if err := r.applyFiles(ctx); err != nil {
			return err
		}
	}
	for first := true; ; first = false {
		settled, err := r.settle(ctx)
		if err != nil {
			return err
		}
		if first { // what was adopted is nobody's newcomer
			if err := r.newcomers(ctx); err != nil {
				return err
			}
		}
		moved, err := r.pass(ctx)
		if errors.Is(err, errLook) {
			if r.unsure.Load() > 0 {
				continue // they are settled first, so that the person sees the whole
			}
			return r.look()
		}
		if err != nil {
			return err
		}
		n := r.again.postponed()
		if settled+moved+n == 0 {
			break
		}
		if n > 0 {
			if err := r.rest(ctx, laterPause, fmt.Sprintf("%d records were locked or not taken: they are tried again", n)); err != nil {
				return err
			}
		}
	}
	if r.undo {
		return r.holdBlocked(ctx)
	}
	if err := r.fillLate(ctx); err != nil {
		return err
	}
	if err := r.applyFiles(ctx); err != nil {
		return err
	}
	return r.holdBlocked(ctx)
}

// order is the entries in the order they are carried out: an undo takes
// children away before their parents.
func (r *runner) order() []*entry {
	list := slices.Clone(r.entries)
	if r.undo {
		slices.Reverse(list)
	}
	return list
}

// pass tries everything that waits once. It tells how many records moved on.
func (r *runner) pass(ctx context.Context) (moved int, err error) {
	for _, e := range r.order() {
		n, err := r.passEntry(ctx, e)
		if moved += n; err != nil {
			return moved, err
		}
	}
	return moved, nil
}

// passEntry goes through one entry's records in their order, some at a time.
func (r *runner) passEntry(ctx context.Context, e *entry) (moved int, err error) {
	if err := r.findImplicit(ctx, e); err != nil {
		return 0, err
	}
	q := stage.ItemQuery{Bins: []stage.LoadBin{stage.LoadWaiting}}
	for {
		room := r.looks.room(int(r.written.Load() + r.unsure.Load()))
		q.Limit = max(1, min(itemsAtOnce, room))
		items, err := r.items(ctx, e, q)
		if err != nil || len(items) == 0 {
			return moved, err
		}
		if room == 0 {
			return moved, errLook
		}
		q.After = items[len(items)-1].Key
		units, held, err := r.prepare(ctx, e, items)
		if moved += held; err != nil {
			return moved, err
		}
		n, err := r.runLanes(ctx, lanesOf(units))
		if moved += n; err != nil {
			return moved, err
		}
	}
}

// items reads a page of planned records.
func (r *runner) items(ctx context.Context, e *entry, q stage.ItemQuery) (items []stage.Item, err error) {
	err = r.cfg.Stage.Items(ctx, r.plan.ID, e.index, q, func(it *stage.Item) error {
		items = append(items, ownItem(it))
		return nil
	})
	return items, err
}

// ownItem is a copy that outlives the walk.
func ownItem(it *stage.Item) stage.Item {
	own := *it
	own.Note, own.Why = slices.Clone(it.Note), slices.Clone(it.Why)
	return own
}

// look stops, so that a person can see what was written.
func (r *runner) look() error {
	e := &StopError{Done: int(r.written.Load()), Links: r.looks.links()}
	r.tell.event(Event{Event: EventStop, Records: e.Done, Reason: e.Error()})
	return e
}

// rest waits, and says why.
func (r *runner) rest(ctx context.Context, d time.Duration, why string) error {
	if d <= 0 {
		return ctx.Err()
	}
	r.tell.event(Event{Event: EventUnsure, Until: r.cfg.Now().Add(d), Reason: why})
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// outlive gives a context that ends a while after ctx does, so that what is in
// flight comes to its answer.
func outlive(ctx context.Context, grace time.Duration) (context.Context, func()) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-longer.Done():
		}
	})
	return longer, func() { stop(); cancel() }
}
