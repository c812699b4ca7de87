package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// planner is one MakePlan at work.
type planner struct {
	cfg     *Config
	gen     *stage.Generation
	entries []*plannedEntry // in the order of the plan
	depth   []int           // entries of one depth do not depend on each other
	byName  map[string]*plannedEntry
	streams map[string]*targetStream // of the target, by name
	proven  map[string]bool
	files   *filesPlan
	draft   *stage.PlanDraft
	room    windowRoom

	mu         sync.Mutex // guards the entries' maps while workers run
	foundBytes int        // of the entries' nows
}

// MakePlan reads what it needs of the target, decides for every mapped record of
// the newest generation what becomes of it, and publishes that as a plan. It
// sends nothing. Mapped records are decided by these rules, the first that
// applies: people's decisions; the crosswalk; the match fields in turn, one to
// one only; what is in doubt is held with the choices. The same stage and the
// same target give the same plan, with the same hash.
func MakePlan(ctx context.Context, cfg Config) (stage.Plan, error) {
	return makePlan(ctx, cfg, usualWindow)
}

func makePlan(ctx context.Context, cfg Config, room windowRoom) (plan stage.Plan, err error) {
	p, err := newPlanner(ctx, &cfg)
	if err != nil {
		return stage.Plan{}, err
	}
	p.room = room
	if p.files, err = newFilesPlan(ctx, &cfg, len(p.entries), p.parentOf); err != nil {
		return stage.Plan{}, err
	}
	if err := cfg.Decisions.known(&cfg, p.files.planEntries()); err != nil {
		return stage.Plan{}, err
	}
	for _, e := range p.entries {
		if err := p.scan(ctx, e); err != nil {
			return stage.Plan{}, fmt.Errorf("plan %s: %w", e.rules.Name, err)
		}
	}
	if err := p.readTarget(ctx); err != nil {
		return stage.Plan{}, err
	}
	plan = p.describe()
	if p.draft, err = cfg.Stage.BeginPlan(ctx, plan); err != nil {
		return stage.Plan{}, err
	}
	defer func() { err = errors.Join(err, p.draft.Close()) }()
	for from := 0; from < len(p.entries); {
		to := from + 1
		for to < len(p.entries) && p.depth[to] == p.depth[from] {
			to++
		}
		if err := p.decideLevel(ctx, p.entries[from:to]); err != nil {
			return stage.Plan{}, err
		}
		from = to
	}
	if err := p.files.decide(ctx, p.draft); err != nil {
		return stage.Plan{}, err
	}
	if err := p.summarise(ctx, &plan); err != nil {
		return stage.Plan{}, err
	}
	return p.draft.Publish(ctx, plan)
}

// newPlanner finds the entries of the plan and their order.
func newPlanner(ctx context.Context, cfg *Config) (*planner, error) {
	gen, _, err := cfg.Stage.Generations(ctx, cfg.Source.ID)
	if err != nil {
		return nil, err
	}
	if gen == nil {
		return nil, errors.New("nothing is mapped yet; run ferry transform first")
	}
	p := &planner{cfg: cfg, gen: gen, byName: map[string]*plannedEntry{}, streams: map[string]*targetStream{}, proven: map[string]bool{}}
	rules := Needs(cfg.Vendor, cfg.Rules)
	order, late, err := ParentsFirst(rules)
	if err != nil {
		return nil, err
	}
	depth := generations(rules, order)
	slices.SortStableFunc(order, func(a, b int) int { return depth[a] - depth[b] })
	for number, i := range order {
		e, err := p.newEntry(&rules[i], number, late[i])
		if err != nil {
			return nil, err
		}
		p.entries, p.depth = append(p.entries, e), append(p.depth, depth[i])
		p.byName[rules[i].Name] = e
	}
	return p, nil
}

func (p *planner) newEntry(rules *Rules, number int, late []string) (*plannedEntry, error) {
	mapped, ok := p.gen.Entry(rules.Name)
	if ok && rules.Hash != 0 && rules.Hash != mapped.Hash {
		return nil, fmt.Errorf("the mapping of %q changed since its records were mapped; run ferry transform first", rules.Name)
	}
	if !ok {
		return nil, fmt.Errorf("nothing is mapped for %q; run ferry transform with this mapping first", rules.Name)
	}
	t, err := p.stream(rules.Target)
	if err != nil {
		return nil, err
	}
	e := &plannedEntry{number: number, rules: rules, mapped: mapped, st: t.st, same: NewComparer(t.st, rules).In(p.cfg.Zone), target: t, late: map[string]bool{},
		values: p.cfg.Decisions.OfEntry(rules.Name), chosen: map[record.Key]MatchDecision{}, kept: map[uint32]keptBack{}, asked: map[uint32][]Candidate{}, sum: newEntrySummary(),
		side: stage.Side{Account: p.cfg.Source.ID, Source: rules.Source, Part: rules.Part, Target: p.cfg.Target.ID, Stream: rules.Target}}
	for _, f := range late {
		e.late[f] = true
	}
	for _, fields := range rules.Match {
		e.groups = append(e.groups, t.group(fields))
	}
	e.addNatural()
	for i := range rules.Fields {
		e.actions = e.actions || rules.Fields[i].Actions
	}
	e.known, e.enums, e.from = p.knownFields(e), map[string]bool{}, fromOf(p.cfg.Rules, rules)
	for i := range e.known {
		e.enums[e.known[i].path] = e.known[i].enum != nil
	}
	if p.cfg.Decisions != nil {
		for _, d := range p.cfg.Decisions.Matches {
			if d.Entry == rules.Name {
				e.chosen[d.Key] = d
			}
		}
	}
	e.sum.Name, e.sum.Stream, e.sum.Left = rules.Name, rules.Target, rules.Left
	return e, nil
}

func (p *planner) stream(name string) (*targetStream, error) {
	if t := p.streams[name]; t != nil {
		return t, nil
	}
	st, err := p.cfg.Vendor.Stream(name)
	if err != nil {
		return nil, err
	}
	p.streams[name] = newTargetStream(st)
	return p.streams[name], nil
}

// decideLevel decides the records of entries that do not depend on each other.
func (p *planner) decideLevel(ctx context.Context, entries []*plannedEntry) error {
	sums := make([][]uint64, len(entries))
	for i, e := range entries {
		var err error
		if sums[i], err = p.match(ctx, e); err != nil {
			return err
		}
	}
	p.settleClaims(entries)
	for i, e := range entries {
		e.settleAlike(sums[i])
		p.settleRivals(e, sums[i])
		p.settleElders(e)
		sums[i] = nil
	}
	for _, e := range entries {
		if err := p.decideAll(ctx, e); err != nil {
			return err
		}
		if e.sum.Records != e.mapped.Bins.Mapped {
			return fmt.Errorf("%d records of %s were decided, and %d are mapped: nothing was planned; report this", e.sum.Records, e.rules.Name, e.mapped.Bins.Mapped)
		}
	}
	return nil
}

// describe is the plan without what it comes to.
func (p *planner) describe() stage.Plan {
	plan := stage.Plan{Kind: stage.PlanLoad, Run: p.cfg.Run, Made: p.now(), State: stage.PlanWaiting,
		Source: p.cfg.Source.ID, Target: p.cfg.Target.ID, Generation: p.gen.ID}
	for _, e := range p.entries {
		plan.Entries = append(plan.Entries, stage.PlanEntry{Name: e.rules.Name, Side: e.side, Hash: e.mapped.Hash})
	}
	plan.Entries = append(plan.Entries, p.files.planEntries()...)
	return plan
}

func (p *planner) now() time.Time {
	if p.cfg.Now != nil {
		return p.cfg.Now()
	}
	return time.Now()
}

// summarise writes into the plan what it comes to and what it rests on.
func (p *planner) summarise(ctx context.Context, plan *stage.Plan) (err error) {
	rests, err := restsOf(ctx, p.cfg, p.gen)
	if err != nil {
		return err
	}
	rests.Proven, rests.Records = p.proven, map[string]int{}
	for name, t := range p.streams {
		if t.listed {
			rests.Records[name] = t.live()
		}
	}
	hashed := rests
	hashed.Published, hashed.Records = time.Time{}, nil
	if plan.Rests, err = json.Marshal(hashed); err != nil {
		return err
	}
	sum := Summary{Price: p.files.price(p.priceOf()).at(&p.cfg.Vendor.Budget), Rests: rests, Unsettable: p.unsettable()}
	if sum.LeftFiles, err = leftFiles(ctx, p.cfg); err != nil {
		return err
	}
	if p.cfg.Announced != nil {
		sum.Announced = p.cfg.Announced()
	}
	for _, e := range p.entries {
		if n := e.sum.Actions[stage.ActCreate.String()]; e.untold && n > 0 {
			e.sum.Untold = n
			sum.Doubts = append(sum.Doubts, untoldText(e.rules.Name, n))
		}
		sum.Entries = append(sum.Entries, e.sum)
	}
	sum.Entries = append(sum.Entries, p.files.summaries()...)
	if err := p.cfg.MaxFailures.planned(&sum); err != nil {
		sum.TooMany = err.Error()
	}
	for _, e := range sum.Entries {
		p.report(Event{Event: EventBins, Stream: e.Name, Records: e.Records, Reason: e.Line()})
	}
	plan.Summary, err = json.Marshal(sum)
	return err
}

func (p *planner) report(e Event) {
	if p.cfg.Report == nil {
		return
	}
	e.Time = p.now()
	p.cfg.Report(e)
}

func (p *planner) link(stream string, key record.Key) string {
	if p.cfg.Link == nil {
		return ""
	}
	return p.cfg.Link(stream, key)
}
