package load_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/apisink"
	"ferry/transform"
)

var (
	benchSource = record.Account{ID: "old/acme@old.test", Vendor: "old", Identity: "acme", Host: "old.test"}
	benchTarget = record.Account{ID: "bench/acme@bench.test", Vendor: "bench", Identity: "acme", Host: "bench.test"}
)

// requestTimeout is what the client of a bench waits for an answer.
const requestTimeout = 30 * time.Second

// bench is a stage with mapped records on one side and a scripted target on the
// other, with everything between: client, budget, sink. It is made to be used in
// a synctest bubble, where no wait costs time.
type bench struct {
	t      testing.TB
	target *target
	side   *side
	stage  *stage.Stage
	cfg    load.Config
	events []load.Event
	run    int64
	staged int                 // pages of source records
	source map[string][]string // source stream -> keys, in the order given
}

// newBench opens a stage and a target.
func newBench(t testing.TB, spec *connector.Spec, rules ...load.Rules) *bench {
	t.Helper()
	return newBenchAt(t, spec, budget.Limit{Requests: 1_000_000, Per: time.Minute}, rules...)
}

// newBenchAt does so with a limit of requests.
func newBenchAt(t testing.TB, spec *connector.Spec, rate budget.Limit, rules ...load.Rules) *bench {
	t.Helper()
	b := &bench{t: t, target: newTarget(), source: map[string][]string{}}
	s, err := openSide(t.TempDir(), spec, b.target, "", requestTimeout, rate)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	b.side, b.stage, b.cfg = s, s.stage, s.cfg
	b.cfg.Rules = rules
	b.cfg.Report = func(e load.Event) { b.events = append(b.events, e) }
	return b
}

// side is all that a load needs of a stage and a target.
type side struct {
	stage  *stage.Stage
	ledger *budget.Ledger
	spend  *budget.Budget
	client *api.Client
	cfg    load.Config
	run    int64 // that reads the target
}

// openSide opens the stage in a folder, and what leads to the target from there.
func openSide(dir string, spec *connector.Spec, transport http.RoundTripper, baseURL string, timeout time.Duration, rate budget.Limit) (s *side, err error) {
	return openSideWith(dir, spec, connector.Values{"token": connector.NewSecret("secret")}, transport, baseURL, timeout, rate)
}

func openSideWith(dir string, spec *connector.Spec, values connector.Values, transport http.RoundTripper, baseURL string, timeout time.Duration, rate budget.Limit) (s *side, err error) {
	ctx := context.Background()
	s = &side{}
	if s.stage, err = stage.Open(ctx, filepath.Join(dir, "job.stage"), stage.Options{Job: "job", Command: "test", Durable: true}); err != nil {
		return nil, err
	}
	if err = errors.Join(s.stage.BindAccount(ctx, "source", benchSource), s.stage.BindAccount(ctx, "target", benchTarget)); err != nil {
		return nil, err
	}
	if s.ledger, err = budget.Open(filepath.Join(dir, "usage.db")); err != nil {
		return nil, err
	}
	if s.spend, err = s.ledger.Budget(ctx, budget.Config{Key: "bench", Rate: rate}); err != nil {
		return nil, err
	}
	if s.client, err = api.New(api.Options{Spec: spec, Values: values, Budget: s.spend, Transport: transport, BaseURL: baseURL, Timeout: timeout, Attempts: 3}); err != nil {
		return nil, err
	}
	sink, err := apisink.New(apisink.Options{Spec: spec, Client: s.client, Values: values, Source: "old", Zone: time.UTC})
	if err != nil {
		return nil, err
	}
	s.cfg = load.Config{
		Stage: s.stage, Source: benchSource, Target: benchTarget, Vendor: spec, Sink: sink, Reader: sink,
		Now: time.Now, Timeout: timeout, Workers: 4, Allow: []string{"final", "deletes"},
		Link: func(stream string, key record.Key) string { return "https://bench.test/" + stream + "/" + string(key) },
	}
	s.cfg.Refresh = func(ctx context.Context, streams []string) (map[string]bool, error) {
		sum, err := extract.Run(ctx, extract.Config{Spec: spec, Account: benchTarget, Streams: streams, Connections: 4, SweepEvery: time.Hour,
			Client: s.client, Budget: s.spend, Stage: s.stage, Run: s.run})
		proven := map[string]bool{}
		for _, st := range sum.Streams {
			proven[st.Name] = st.Proven()
		}
		return proven, err
	}
	return s, nil
}

// Close closes everything.
func (s *side) Close() error {
	s.client.Close()
	return errors.Join(s.spend.Close(), s.ledger.Close(), s.stage.Close())
}

// put stages source records, which stand there as the mapping would make them.
func (b *bench) put(stream string, records ...string) {
	b.t.Helper()
	ctx := context.Background()
	sweep, err := b.stage.StartSweep(ctx, stage.Sweep{Account: benchSource.ID, Stream: stream, Kind: stage.SweepFull, Started: time.Now()})
	require.NoError(b.t, err)
	for part := range slices.Chunk(records, 1000) {
		b.staged++
		page := stage.PageWrite{PageInfo: stage.PageInfo{PageRef: stage.PageRef{Sweep: sweep.ID, Number: b.staged, Step: b.staged}, ReadAt: time.Now(), Total: -1}}
		body := []byte{'['}
		for i, raw := range part {
			key, raw, _ := strings.Cut(raw, " ")
			if i > 0 {
				body = append(body, ',')
			}
			page.Keys = append(page.Keys, record.Key(key))
			page.Entries = append(page.Entries, stage.Entry{Key: record.Key(key), Offset: len(body), Length: len(raw), Hash: xxhash.Sum64String(raw)})
			body = append(body, raw...)
			b.source[stream] = append(b.source[stream], key)
		}
		page.Body = append(body, ']')
		_, err = b.stage.PutPage(ctx, page)
		require.NoError(b.t, err)
	}
	sweep.Ended = time.Now()
	require.NoError(b.t, b.stage.EndSweep(ctx, sweep))
}

// asIs maps a staged record to itself.
type asIs struct{}

func (asIs) Map(in *transform.Input, out *transform.Outcome) {
	out.Bin, out.JSON = stage.BinMapped, in.Base.Raw
}

// plan maps, plans and approves.
func (b *bench) plan() stage.Plan {
	b.t.Helper()
	p, err := b.tryPlan()
	require.NoError(b.t, err)
	return p
}

func (b *bench) tryPlan() (stage.Plan, error) {
	b.t.Helper()
	ctx := context.Background()
	var rules []transform.Rules
	for i, r := range b.cfg.Rules {
		rules = append(rules, transform.Rules{Name: r.Name, From: []string{r.Source}, To: r.Target, Hash: uint64(i + 1), Mapper: func() transform.Mapper { return asIs{} }})
	}
	_, err := transform.Run(ctx, transform.Config{Stage: b.stage, Account: benchSource, Rules: rules})
	require.NoError(b.t, err)
	b.newRun()
	p, err := load.MakePlan(ctx, b.cfg)
	if err != nil {
		return p, err
	}
	require.NoError(b.t, b.stage.SetPlan(ctx, p.ID, stage.PlanApproved, "test", time.Now()))
	return p, nil
}

func (b *bench) newRun() {
	b.t.Helper()
	run, err := b.stage.StartRun(context.Background(), stage.Run{Command: "apply", Version: "test", Started: time.Now()})
	require.NoError(b.t, err)
	b.run, b.cfg.Run = run, run
	if b.side != nil {
		b.side.run = run
	}
}

// apply applies a plan in a run of its own.
func (b *bench) apply(p stage.Plan, o load.ApplyOptions) (load.Bins, error) {
	b.t.Helper()
	b.newRun()
	return load.Apply(context.Background(), b.cfg, p.ID, o)
}

// load plans and applies everything without stopping.
func (b *bench) load() load.Bins {
	b.t.Helper()
	bins, err := b.apply(b.plan(), load.ApplyOptions{All: true})
	require.NoError(b.t, err)
	return bins
}

// item is a record of the newest plan.
func (b *bench) item(p stage.Plan, entry, key string) stage.Item {
	b.t.Helper()
	for i := range p.Entries {
		if p.Entries[i].Name == entry {
			it, ok, err := b.stage.Item(context.Background(), p.ID, i, record.Key(key))
			require.NoError(b.t, err)
			require.Truef(b.t, ok, "%s %s", entry, key)
			return it
		}
	}
	b.t.Fatalf("no entry %s", entry)
	return stage.Item{}
}

// why is why a record is where it is.
func (b *bench) why(p stage.Plan, entry, key string) load.Reason {
	b.t.Helper()
	var r load.Reason
	if it := b.item(p, entry, key); len(it.Why) > 0 {
		require.NoError(b.t, json.Unmarshal(it.Why, &r))
	}
	return r
}

// attempts are the ledger's lines of one source record: "kind state".
func (b *bench) attempts(key string) (lines []string) {
	b.t.Helper()
	require.NoError(b.t, b.stage.Attempts(context.Background(), stage.AttemptQuery{Key: record.Key(key)}, func(a *stage.Attempt) error {
		lines = append(lines, string(a.Kind)+" "+string(a.State))
		return nil
	}))
	return lines
}

// targetOf is the id of the target record of a source record; 0 none.
func (b *bench) targetOf(entry, key string) int {
	b.t.Helper()
	for _, r := range b.cfg.Rules {
		if r.Name != entry {
			continue
		}
		side := stage.Side{Account: benchSource.ID, Source: r.Source, Part: r.Part, Target: benchTarget.ID, Stream: r.Target}
		l, ok, err := b.stage.Link(context.Background(), side, record.Key(key))
		require.NoError(b.t, err)
		if ok {
			var id int
			_, err := fmt.Sscan(string(l.Target), &id)
			require.NoError(b.t, err)
			return id
		}
	}
	return 0
}

// judge compares the target's store with the ledger: every source record that
// was put is there once by its reference or name, or the plan says why not, and
// the store holds nothing else but what people put there.
func (b *bench) judge(p stage.Plan, people int) {
	b.t.Helper()
	ctx := context.Background()
	bins, err := b.stage.PlanBins(ctx, p.ID)
	require.NoError(b.t, err)
	store, linked := 0, 0
	streams := map[string]bool{}
	for i, e := range p.Entries {
		sum := 0
		for _, n := range bins[i] {
			sum += n
		}
		require.Equalf(b.t, len(b.source[e.Side.Source]), sum, "%s: every record is in one bin", e.Name)
		live := b.target.live(e.Side.Stream)
		if !streams[e.Side.Stream] {
			store += len(live)
		}
		streams[e.Side.Stream] = true
		require.NoError(b.t, b.stage.Links(ctx, e.Side, func(l *stage.Link) error {
			var id int
			_, err := fmt.Sscan(string(l.Target), &id)
			require.NoError(b.t, err)
			require.Containsf(b.t, live, id, "%s %s is linked to a record that is not there", e.Name, l.Key)
			linked++
			return nil
		}))
	}
	unsure := 0
	for i := range bins {
		unsure += bins[i][stage.LoadUnsure]
	}
	require.GreaterOrEqual(b.t, store, linked+people-0, "the store lacks records that the ledger claims")
	require.LessOrEqual(b.t, store, linked+people+unsure, "the store holds records that the ledger does not know")
}

// The entries that tests load.
func customersRules() load.Rules {
	return load.Rules{Name: "customers", Source: "customer", Part: "customers", Target: "customers", Match: [][]string{{"email"}}, Duplicates: load.HoldDuplicates,
		Fields: []load.Field{text("name"), text("email"), text("phone"), text("notes"), list("tags"), number("amount", record.Decimal), number("since", record.DateTime),
			{Path: []string{"welcome"}, Set: load.SetCreate, Kind: record.Boolean}}}
}

func peopleRules() load.Rules {
	return load.Rules{Name: "people", Source: "person", Part: "people", Target: "people", Duplicates: load.HoldDuplicates,
		Fields: []load.Field{text("name"), text("note")}}
}

func sitesRules() load.Rules {
	return load.Rules{Name: "sites", Source: "site", Part: "sites", Target: "sites", Duplicates: load.HoldDuplicates,
		Fields: []load.Field{text("name"), refTo("customer_id", "customers")}}
}

func jobsRules() load.Rules {
	return load.Rules{Name: "jobs", Source: "job", Part: "jobs", Target: "jobs", Duplicates: load.HoldDuplicates,
		Fields: []load.Field{text("title"), refTo("customer_id", "customers"), {Path: []string{"status"}, Set: load.SetAlways, Actions: true, Kind: record.String}}}
}

func linesRules() load.Rules {
	return load.Rules{Name: "lines", Source: "line", Part: "lines", Target: "lines", Duplicates: load.HoldDuplicates,
		Fields: []load.Field{text("text"), number("job_id", record.Integer)}}
}

func text(path string) load.Field {
	return load.Field{Path: []string{path}, Set: load.SetAlways, Kind: record.String}
}

func list(path string) load.Field {
	return load.Field{Path: []string{path}, Set: load.SetAlways, Kind: record.List}
}

func number(path string, kind record.Kind) load.Field {
	return load.Field{Path: []string{path}, Set: load.SetAlways, Kind: kind}
}

func refTo(path, entry string) load.Field {
	return load.Field{Path: []string{path}, Set: load.SetAlways, Kind: record.Integer, Refs: entry}
}

// customers are n mapped customers, "key {json}".
func customers(n int) (out []string) {
	for i := 1; i <= n; i++ {
		out = append(out, fmt.Sprintf(`%d {"name":"Customer %d","email":"c%d@example.com"}`, i, i, i))
	}
	return out
}

// childrenOf are mapped records that refer to customers 1 to n, each to one.
func childrenOf(n int, field, format string) (out []string) {
	for i := 1; i <= n; i++ {
		out = append(out, fmt.Sprintf(`%d {%s,"%s":{"$ref":{"stream":"customers","key":"%d"}}}`, i, fmt.Sprintf(format, i), field, i))
	}
	return out
}

func itoa(n int) string { return fmt.Sprint(n) }

// asInt is a number of the store.
func asInt(v any) int {
	var n int
	_, _ = fmt.Sscan(fmt.Sprint(v), &n)
	return n
}

func recordKey(id int) record.Key { return record.Key(fmt.Sprint(id)) }
