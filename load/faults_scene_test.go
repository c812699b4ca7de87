package load_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/apisink"
	"ferry/samples/vendorsim"
)

// scene is where one row of the matrix is played: a stage, everything between it
// and a vendor, and the vendor, whose own store is the judge.
type scene struct {
	*bench
	play    *faultPlay
	o       sceneOptions
	dir     string
	wire    *wire
	vault   vault
	rows    map[string]map[string]fields // what was put, by source stream and key
	err     error                        // what the last run ended with
	last    stage.Plan
	edited  map[string]bool // target records that people, or the vendor, changed afterwards: "stream id"
	verdict *load.Verdict
}

// sceneOptions is what a scene is made of; the zero value is the scripted target.
type sceneOptions struct {
	spec      *connector.Spec
	account   record.Account
	values    connector.Values
	transport http.RoundTripper
	vault     vault
	effects   []string
	rate      budget.Limit
	quota     budget.Limit
	reserve   float64
	now       func() time.Time
	durable   bool
	dir       string // that holds a stage already; "" a new one
	marks     map[string][]string
	change    func(*load.Config)
}

// newScene opens a scene with the scripted target.
func (c *faultPlay) scene(spec *connector.Spec, rules ...load.Rules) *scene {
	c.Helper()
	return c.sceneOf(newTarget(), sceneOptions{spec: spec}, rules...)
}

// sceneOf is a scene with a scripted target that is there already.
func (c *faultPlay) sceneOf(v *target, o sceneOptions, rules ...load.Rules) *scene {
	c.Helper()
	if o.spec == nil {
		o.spec = loadTargetSpec(c)
	}
	if o.account.ID == "" {
		o.account = benchTarget
	}
	if o.values == nil {
		o.values = connector.Values{"token": connector.NewSecret("secret")}
	}
	o.transport, o.vault = v, v
	s := c.open(o, rules...)
	s.target = v
	return s
}

// syncro is a scene with a simulated Syncro account.
func (c *faultPlay) syncro(sim *vendorsim.Syncro, o sceneOptions, rules ...load.Rules) *scene {
	c.Helper()
	o.values = secrets("subdomain", vendorsim.DefaultSyncroDomain, "token", vendorsim.DefaultSyncroToken)
	return c.sim("syncro", sim.Transport(), simVault{sim.Written, sim.Snapshot}, o, rules...)
}

// synchroteam is a scene with a simulated Synchroteam account.
func (c *faultPlay) synchroteam(sim *vendorsim.Synchroteam, o sceneOptions, rules ...load.Rules) *scene {
	c.Helper()
	o.values = secrets("domain", vendorsim.DefaultDomain, "api_key", vendorsim.DefaultAPIKey, "zone", "UTC")
	return c.sim("synchroteam", sim.Transport(), simVault{sim.Written, sim.Snapshot}, o, rules...)
}

// customerly is a scene with a simulated Customerly account.
func (c *faultPlay) customerly(sim *vendorsim.Customerly, o sceneOptions, rules ...load.Rules) *scene {
	c.Helper()
	o.values = secrets("token", vendorsim.DefaultCustomerlyToken)
	return c.sim("customerly", sim.Transport(), simVault{sim.Written, sim.Snapshot}, o, rules...)
}

func secrets(pairs ...string) connector.Values {
	values := connector.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = connector.NewSecret(pairs[i+1])
	}
	return values
}

func (c *faultPlay) sim(vendor string, transport http.RoundTripper, v vault, o sceneOptions, rules ...load.Rules) *scene {
	c.Helper()
	var err error
	o.spec, err = connector.Load(vendor)
	require.NoError(c, err)
	base, err := o.values.BaseURL(o.spec, "")
	require.NoError(c, err)
	o.account, o.transport, o.vault = o.values.Account(o.spec, base), transport, v
	return c.open(o, rules...)
}

// open makes the scene.
func (c *faultPlay) open(o sceneOptions, rules ...load.Rules) *scene {
	c.Helper()
	s := &scene{bench: &bench{t: c, source: map[string][]string{}}, play: c, o: o, dir: o.dir, vault: o.vault,
		rows: map[string]map[string]fields{}, edited: map[string]bool{}}
	if s.dir == "" {
		s.dir = c.TempDir()
	}
	if o.now == nil {
		o.now = time.Now
	}
	ctx := context.Background()
	s.wire = &wire{next: o.transport}
	var err error
	s.stage, err = stage.Open(ctx, filepath.Join(s.dir, "job.stage"), stage.Options{Job: "job", Command: "test", Durable: o.durable})
	require.NoError(c, err)
	c.Cleanup(func() { require.NoError(c, s.stage.Close()) })
	require.NoError(c, s.stage.BindAccount(ctx, "source", benchSource))
	require.NoError(c, s.stage.BindAccount(ctx, "target", o.account))
	ledger, err := budget.Open(filepath.Join(c.TempDir(), "usage"))
	require.NoError(c, err)
	c.Cleanup(func() { require.NoError(c, ledger.Close()) })
	if o.rate.Requests == 0 {
		o.rate = budget.Limit{Requests: 1_000_000, Per: time.Minute}
	}
	spend, err := ledger.Budget(ctx, budget.Config{Key: "bench", Rate: o.rate, Quota: o.quota, Reserve: o.reserve})
	require.NoError(c, err)
	c.Cleanup(func() { require.NoError(c, spend.Close()) })
	client, err := api.New(api.Options{Spec: o.spec, Values: o.values, Budget: spend, Transport: s.wire, Timeout: requestTimeout, Attempts: 3})
	require.NoError(c, err)
	c.Cleanup(client.Close)
	sink, err := apisink.New(apisink.Options{Spec: o.spec, Client: client, Values: o.values, Effects: o.effects, Source: "old", Zone: time.UTC})
	require.NoError(c, err)
	s.cfg = load.Config{
		Stage: s.stage, Source: benchSource, Target: o.account, Vendor: o.spec, Rules: rules, Sink: sink, Reader: sink,
		Now: o.now, Timeout: requestTimeout, Workers: 4, Allow: []string{"final", "deletes"},
		Report: func(e load.Event) { s.events = append(s.events, e) },
		Link:   func(stream string, key record.Key) string { return "https://bench.test/" + stream + "/" + string(key) },
	}
	s.cfg.Refresh = func(ctx context.Context, streams []string) (map[string]bool, error) {
		sum, err := extract.Run(ctx, extract.Config{Spec: o.spec, Account: o.account, Streams: streams, Connections: 4, SweepEvery: time.Hour,
			Client: client, Budget: spend, Stage: s.stage, Run: s.run})
		proven := map[string]bool{}
		for _, st := range sum.Streams {
			proven[st.Name] = st.Proven()
		}
		return proven, err
	}
	if o.change != nil {
		o.change(&s.cfg)
	}
	return s
}

// put stages source records, "key {json}", and keeps what they are.
func (s *scene) put(stream string, records ...string) {
	s.t.Helper()
	if s.rows[stream] == nil {
		s.rows[stream] = map[string]fields{}
	}
	for _, raw := range records {
		key, text, _ := strings.Cut(raw, " ")
		var f fields
		require.NoError(s.t, json.Unmarshal([]byte(text), &f))
		s.rows[stream][key] = f
	}
	s.bench.put(stream, records...)
}

// do plans and applies everything; the run must end well.
func (s *scene) do() (stage.Plan, load.Bins) {
	s.t.Helper()
	p := s.plan()
	bins := s.goOn(p)
	return p, bins
}

// goOn applies a plan that must end well.
func (s *scene) goOn(p stage.Plan) load.Bins {
	s.t.Helper()
	bins := s.try(p)
	require.NoError(s.t, s.err)
	return bins
}

// try applies a plan and keeps what the run ended with.
func (s *scene) try(p stage.Plan) load.Bins {
	s.t.Helper()
	var bins load.Bins
	bins, s.err = s.apply(p, load.ApplyOptions{All: true})
	s.last = p
	return bins
}

// check reads back what the last run wrote.
func (s *scene) check() load.Verdict {
	s.t.Helper()
	v, err := load.Verify(context.Background(), s.cfg, s.run)
	require.NoError(s.t, err)
	s.verdict = &v
	return v
}

// takeBack undoes the last run.
func (s *scene) takeBack() (stage.Plan, load.Bins) {
	s.t.Helper()
	return s.undo()
}

// human notes that people or the vendor changed a record, which Ferry then must
// not be judged by.
func (s *scene) human(stream string, id any) { s.edited[stream+" "+fmt.Sprint(id)] = true }

// side names the streams of an entry.
func (s *scene) side(entry string) stage.Side {
	for _, r := range s.cfg.Rules {
		if r.Name == entry {
			return stage.Side{Account: benchSource.ID, Source: r.Source, Part: r.Part, Target: s.o.account.ID, Stream: r.Target}
		}
	}
	s.t.Errorf("no entry %s", entry)
	return stage.Side{}
}

// linkOf is the target record of a source record; "" none.
func (s *scene) linkOf(entry, key string) string {
	s.t.Helper()
	l, _, err := s.stage.Link(context.Background(), s.side(entry), record.Key(key))
	require.NoError(s.t, err)
	return string(l.Target)
}

// note is what a plan says of a record.
func (s *scene) note(p stage.Plan, entry, key string) (n load.Note) {
	s.t.Helper()
	if it := s.item(p, entry, key); len(it.Note) > 0 {
		require.NoError(s.t, json.Unmarshal(it.Note, &n))
	}
	return n
}

// said is the text of a text that vendors answer.
func said(t testing.TB, r load.Reason) string {
	t.Helper()
	require.NotEmpty(t, r.Said)
	return r.Said
}
