package load_test

import (
	"context"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/apisink"
	"ferry/mappings"
	"ferry/samples/vendorsim"
	"ferry/transform"
	"ferry/transform/mapping"
)

// vendorSide is one simulated account with all that reads it.
type vendorSide struct {
	spec    *connector.Spec
	account record.Account
	client  *api.Client
	budget  *budget.Budget
	values  connector.Values
}

func newVendorSide(t *testing.T, name string, transport http.RoundTripper, settings map[string]string) vendorSide {
	t.Helper()
	spec, err := connector.Load(name)
	require.NoError(t, err)
	v := vendorSide{spec: spec, values: connector.Values{}}
	for key, text := range settings {
		v.values[key] = connector.NewSecret(text)
	}
	ledger, err := budget.Open(filepath.Join(t.TempDir(), "usage"))
	require.NoError(t, err)
	v.budget, err = ledger.Budget(context.Background(), budget.Config{Key: name})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, v.budget.Close())
		require.NoError(t, ledger.Close())
	})
	v.client, err = api.New(api.Options{Spec: spec, Values: v.values, Budget: v.budget, Transport: transport, Version: "test", Timeout: 5 * time.Second})
	require.NoError(t, err)
	t.Cleanup(v.client.Close)
	base, err := v.values.BaseURL(spec, "")
	require.NoError(t, err)
	v.account = v.values.Account(spec, base)
	return v
}

func (v vendorSide) read(t *testing.T, s *stage.Stage, streams, details []string) map[string]bool {
	t.Helper()
	sum, err := extract.Run(context.Background(), extract.Config{Spec: v.spec, Account: v.account, Streams: streams, Details: details, Connections: 4,
		SweepEvery: time.Hour, Client: v.client, Budget: v.budget, Stage: s})
	require.NoError(t, err)
	proven := map[string]bool{}
	for _, st := range sum.Streams {
		proven[st.Name] = st.Proven()
	}
	return proven
}

// shippedRules is a shipped mapping for both engines.
func shippedRules(t *testing.T, name string, source, target *connector.Spec) ([]transform.Rules, []load.Rules) {
	t.Helper()
	text, ok := mappings.Read(name)
	require.True(t, ok)
	f, err := mapping.Parse(name+".yaml", text)
	require.NoError(t, err)
	p, err := f.Compile(source, target)
	require.NoError(t, err)
	compiled, err := transform.Compiled(p, source)
	require.NoError(t, err)
	var rules []load.Rules
	for i, s := range p.Streams() {
		r := load.Rules{Name: s.Name(), Source: s.Source().Name, Part: s.Target().Name, Target: s.Target().Name, Match: s.Def().Match, Hash: compiled[i].Hash}
		for _, m := range s.Fields() {
			field := load.Field{Path: m.Path, Set: load.SetWhen(m.Set), Clear: m.Blank == "clear", Actions: m.ByActions, Custom: m.Custom, Refs: m.Refs, Finds: m.Finds, Kind: record.String}
			for _, known := range s.Target().Writes.Fields {
				if known.Name == m.Path[0] && len(m.Path) == 1 {
					field.Kind = known.Kind
				}
			}
			r.Fields = append(r.Fields, field)
		}
		rules = append(rules, r)
	}
	return compiled, rules
}

// A company with nasty records, read from a simulated Synchroteam and mapped as
// shipped, is planned against a simulated Syncro that has customers of its own,
// some of them the same.
func TestPlanOfAShippedMapping(t *testing.T) {
	quiet := vendorsim.Options{Seed: 3, Latency: -1, Rate: vendorsim.Rate{Limit: -1}, Quota: vendorsim.Quota{Limit: -1},
		Counts: vendorsim.Counts{Customers: 60, Sites: 30, Equipment: 20, Jobs: 40}}
	from := newVendorSide(t, "synchroteam", vendorsim.NewSynchroteam(quiet).Transport(),
		map[string]string{"domain": vendorsim.DefaultDomain, "api_key": vendorsim.DefaultAPIKey, "zone": "UTC"})
	syncro := vendorsim.NewSyncro(vendorsim.SyncroOptions{Options: quiet})
	to := newVendorSide(t, "syncro", syncro.Transport(), map[string]string{"subdomain": vendorsim.DefaultSyncroDomain, "token": vendorsim.DefaultSyncroToken})
	ctx := context.Background()
	s, err := stage.Open(ctx, filepath.Join(t.TempDir(), "job.stage"), stage.Options{Job: "job", Command: "test"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.BindAccount(ctx, "source", from.account))
	require.NoError(t, s.BindAccount(ctx, "target", to.account))
	from.read(t, s, []string{"customer", "site", "equipment", "job"}, []string{"job"})
	compiled, rules := shippedRules(t, "synchroteam-to-syncro", from.spec, to.spec)
	mapped, err := transform.Run(ctx, transform.Config{Stage: s, Account: from.account, Rules: compiled, Details: []string{"job"}})
	require.NoError(t, err)

	sink, err := apisink.New(apisink.Options{Spec: to.spec, Client: to.client, Values: to.values, Source: "synchroteam"})
	require.NoError(t, err)
	var read []string
	cfg := load.Config{Stage: s, Source: from.account, Target: to.account, Vendor: to.spec, Rules: rules, Sink: sink, Reader: sink,
		Refresh: func(_ context.Context, streams []string) (map[string]bool, error) {
			read = streams
			return to.read(t, s, streams, nil), nil
		}}
	p, err := load.MakePlan(ctx, cfg)
	require.NoError(t, err)
	sum, err := load.ReadSummary(p)
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"customers", "contacts", "assets", "tickets", "users", "asset_types", "ticket_statuses"}, read,
		"what is found is read too, and the lists of values")
	require.Len(t, p.Entries, 4)
	at := map[string]int{}
	for i, e := range p.Entries {
		at[e.Name] = i
	}
	assert.Less(t, at["customers"], at["tickets"])
	assert.Less(t, at["sites"], at["tickets"], "a ticket names its contact")
	for _, m := range mapped.Streams {
		e := sum.Entries[at[m.Name]]
		total := 0
		for _, n := range e.Actions {
			total += n
		}
		assert.Equal(t, m.Bins.Mapped, total, "%s: every mapped record once", m.Name)
		if m.Name == "equipment" {
			assert.Equal(t, map[string]int{load.CodeUnknown: m.Bins.Mapped}, e.Reasons, "the account has no such asset type")
			continue
		}
		assert.Positive(t, e.Actions["create"], m.Name)
	}
	assert.Empty(t, sum.Effects(), "nobody is told of anything")
	assert.NotEmpty(t, sum.Entries[at["tickets"]].Muted, "the comments' mail is muted")
	assert.Greater(t, sum.Price.Requests(), sum.Of(stage.ActCreate)-1)
	creates := 0
	for i := range p.Entries {
		require.NoError(t, s.Items(ctx, p.ID, i, stage.ItemQuery{Actions: []stage.Action{stage.ActCreate}}, func(it *stage.Item) error {
			assert.Equal(t, stage.LoadWaiting, it.Bin)
			creates++
			return nil
		}))
	}
	assert.Equal(t, sum.Of(stage.ActCreate), creates)
	assert.Zero(t, syncro.Counters().Writes)
	again, err := load.MakePlan(ctx, cfg)
	require.NoError(t, err)
	assert.Equal(t, p.Hash, again.Hash)

	tickets := sum.Entries[at["tickets"]]
	require.Positive(t, tickets.Reasons[load.CodeUndecided], "technicians that Syncro does not have")
	cfg.Decisions = &load.Decisions{}
	for _, u := range sum.Undecided() {
		list, err := load.ReadValues(ctx, cfg, u.Entry, u.Field)
		require.NoError(t, err)
		to := string(list.Nearest(u.Value, 1)[0].Key)
		cfg.Decisions.Values = append(cfg.Decisions.Values, load.ValueDecision{Entry: u.Entry, Field: u.Field, Value: u.Value, To: to})
	}
	changed, err := load.Current(ctx, cfg, again)
	require.NoError(t, err)
	assert.Equal(t, []string{"decisions were added, changed or taken back"}, changed)
	decided, err := load.MakePlan(ctx, cfg)
	require.NoError(t, err)
	sum, err = load.ReadSummary(decided)
	require.NoError(t, err)
	assert.Empty(t, sum.Undecided())
	assert.Zero(t, sum.Entries[at["tickets"]].Reasons[load.CodeUndecided])
	assert.Greater(t, sum.Entries[at["tickets"]].Actions["create"], tickets.Actions["create"])
	assert.Positive(t, sum.Entries[at["equipment"]].Actions["create"])
}
