package load_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/apisink"
	"ferry/mappings"
	"ferry/transform"
	"ferry/transform/mapping"
)

// move is a job from one simulated vendor to another, by a shipped mapping. It is
// made to be used in a synctest bubble.
type move struct {
	t        *testing.T
	from, to *party
	stage    *stage.Stage
	mapping  string // text of the mapping file
	compiled []transform.Rules
	cfg      load.Config
	run      int64
	mapped   transform.Summary
	before   map[string]map[string]string // contents of the target before anything was written, by its stream
}

func newMove(t *testing.T, from, to *party) *move {
	t.Helper()
	m := &move{t: t, from: from, to: to, before: map[string]map[string]string{}}
	ctx := context.Background()
	s, err := stage.Open(ctx, filepath.Join(t.TempDir(), "job.stage"), stage.Options{Job: "move", Command: "test", Durable: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.BindAccount(ctx, "source", from.account))
	require.NoError(t, s.BindAccount(ctx, "target", to.account))
	m.stage = s
	sink, err := apisink.New(apisink.Options{Spec: to.spec, Client: to.client, Values: to.values, Source: from.spec.Vendor, Zone: time.UTC})
	require.NoError(t, err)
	m.cfg = load.Config{Stage: s, Source: from.account, Target: to.account, Vendor: to.spec, Sink: sink, Reader: sink, Now: to.budget.Now,
		Timeout: moveTimeout, Zone: time.UTC, Allow: []string{"final", "deletes"},
		Refresh: func(ctx context.Context, streams []string) (map[string]bool, error) { return m.read(ctx, to, streams) }}
	text, ok := mappings.Read(from.spec.Vendor + "-to-" + to.spec.Vendor)
	require.True(t, ok)
	m.use(ownAssetType(string(text)))
	for _, stream := range to.streams {
		m.before[stream] = to.store.Contents(simStream(stream))
	}
	return m
}

// ownAssetType names an asset type that the simulated Syncro has, where a mapping
// writes assets: the one that the shipped mapping names is to be made before.
func ownAssetType(text string) string {
	return strings.Replace(text, "asset_type_name: {value: Equipment,", "asset_type_name: {value: Heat Pump,", 1)
}

// read reads streams of an account into the stage, as the commands do.
func (m *move) read(ctx context.Context, p *party, streams []string) (map[string]bool, error) {
	sum, err := extract.Run(ctx, extract.Config{Spec: p.spec, Account: p.account, Streams: streams, Details: p.details, Connections: 16,
		Incremental: true, SweepEvery: moveSweep, Client: p.client, Budget: p.budget, Stage: m.stage, Run: m.run})
	proven := map[string]bool{}
	for _, st := range sum.Streams {
		proven[st.Name] = st.Proven()
	}
	return proven, err
}

// use makes this text the mapping of the job.
func (m *move) use(text string) {
	m.t.Helper()
	f, err := mapping.Parse("move.yaml", []byte(text))
	require.NoError(m.t, err)
	program, err := f.Compile(m.from.spec, m.to.spec)
	require.NoError(m.t, err)
	m.compiled, err = transform.Compiled(program, m.from.spec)
	require.NoError(m.t, err)
	m.mapping = text
	m.cfg.Rules = nil
	for i, s := range program.Streams() {
		def := s.Def()
		r := load.Rules{Name: s.Name(), Source: s.Source().Name, Part: s.Target().Name, Target: s.Target().Name, Match: def.Match,
			Duplicates: load.HoldDuplicates, Reference: def.Reference, Hash: m.compiled[i].Hash}
		for _, field := range s.Fields() {
			r.Fields = append(r.Fields, load.Field{Path: field.Path, Set: setOf(field), Clear: field.Blank == "clear", Actions: field.ByActions,
				Custom: field.Custom, Refs: field.Refs, Kind: kindOf(s.Target(), field)})
		}
		m.cfg.Rules = append(m.cfg.Rules, r)
	}
	m.cfg.Rules = load.Needs(m.to.spec, m.cfg.Rules)
}

func setOf(f mapping.Field) load.SetWhen {
	if f.Set == "" {
		return load.SetAlways
	}
	return load.SetWhen(f.Set)
}

// kindOf is the type of a target field; that of a custom one is text.
func kindOf(target *connector.Stream, f mapping.Field) record.Kind {
	kind, fields := record.String, target.Writes.Fields
	for _, step := range f.Path {
		at := slices.IndexFunc(fields, func(known record.Field) bool { return known.Name == step })
		if at < 0 || f.Custom {
			return record.String
		}
		kind, fields = fields[at].Kind, fields[at].Fields
	}
	return kind
}

// extract reads the source and maps it.
func (m *move) extract() {
	m.t.Helper()
	proven, err := m.read(context.Background(), m.from, m.from.streams)
	require.NoError(m.t, err)
	for _, stream := range m.from.streams {
		require.Truef(m.t, proven[stream], "the source's %s are read to the end", stream)
	}
	m.transform()
}

func (m *move) transform() {
	m.t.Helper()
	var err error
	m.mapped, err = transform.Run(context.Background(), transform.Config{Stage: m.stage, Account: m.from.account, Rules: m.compiled, Details: m.from.details})
	require.NoError(m.t, err)
}

// plan plans and approves. Values that only a person can decide are decided: the
// first user of the target does the work of those who left.
func (m *move) plan() (stage.Plan, load.Summary) {
	m.t.Helper()
	p, sum := m.planOnce()
	if open := sum.Undecided(); len(open) > 0 {
		m.cfg.Decisions = &load.Decisions{}
		for _, u := range open {
			m.cfg.Decisions.Values = append(m.cfg.Decisions.Values, load.ValueDecision{Entry: u.Entry, Field: u.Field, Value: u.Value, To: m.anyUser()})
		}
		p, sum = m.planOnce()
		require.Empty(m.t, sum.Undecided())
	}
	m.approve(p)
	return p, sum
}

func (m *move) planOnce() (stage.Plan, load.Summary) {
	m.t.Helper()
	m.newRun("plan")
	p, err := load.MakePlan(context.Background(), m.cfg)
	require.NoError(m.t, err)
	sum, err := load.ReadSummary(p)
	require.NoError(m.t, err)
	return p, sum
}

func (m *move) approve(p stage.Plan) {
	m.t.Helper()
	require.NoError(m.t, m.stage.SetPlan(context.Background(), p.ID, stage.PlanApproved, "test", time.Now()))
}

// anyUser is the key of the first user that was read from the target.
func (m *move) anyUser() string {
	m.t.Helper()
	key := ""
	require.NoError(m.t, m.stage.Chunks(context.Background(), m.to.account.ID, "users", func(c *stage.Chunk) error {
		records, err := c.Decode(stage.NewDecoder())
		for _, r := range records {
			if key == "" && !r.Deleted {
				key = string(r.Key)
			}
		}
		return err
	}))
	require.NotEmpty(m.t, key)
	return key
}

func (m *move) newRun(command string) {
	m.t.Helper()
	var err error
	m.run, err = m.stage.StartRun(context.Background(), stage.Run{Command: command, Version: "test", Started: time.Now()})
	require.NoError(m.t, err)
	m.cfg.Run = m.run
}

// apply applies a plan to its end.
func (m *move) apply(p stage.Plan) load.Bins {
	m.t.Helper()
	m.newRun("apply")
	bins, err := load.Apply(context.Background(), m.cfg, p.ID, load.ApplyOptions{All: true})
	require.NoError(m.t, err)
	return bins
}

// undo plans and does the undo of a run.
func (m *move) undo(run int64) (stage.Plan, load.UndoSummary, load.Bins) {
	m.t.Helper()
	m.newRun("undo")
	p, err := load.PlanUndo(context.Background(), m.cfg, run)
	require.NoError(m.t, err)
	var sum load.UndoSummary
	require.NoError(m.t, json.Unmarshal(p.Summary, &sum))
	m.approve(p)
	bins, err := load.Undo(context.Background(), m.cfg, p.ID)
	require.NoError(m.t, err)
	return p, sum, bins
}
