package report

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

var (
	testTime = time.Date(2026, 8, 3, 8, 0, 0, 0, time.UTC)
	source   = record.Account{ID: "fieldworks/acme@api.fieldworks.example", Vendor: "fieldworks", Identity: "acme", Host: "api.fieldworks.example"}
	target   = record.Account{ID: "deskly/acme@acme.deskly.example", Vendor: "deskly", Identity: "acme", Host: "acme.deskly.example"}
)

// migration is a finished load in a stage of its own, made by a test.
type migration struct {
	tb    testing.TB
	s     *stage.Stage
	cfg   load.Config
	step  int
	sides []stage.Side
	run   int64
	// summary of the plans that follow
	summary []byte
}

func spec() *connector.Spec {
	text := func(name, label string) record.Field {
		return record.Field{Name: name, Label: label, Kind: record.String}
	}
	return &connector.Spec{Vendor: "deskly", Title: "Deskly", Streams: []*connector.Stream{
		{Name: "customers", Label: "Customers", Key: []string{"id"}, Fields: []record.Field{{Name: "id", Kind: record.Integer, ReadOnly: true}, text("name", "Name"), text("email", "Email"),
			text("city", "City"), {Name: "portal", Kind: record.String, Secret: true}}},
		{Name: "invoices", Label: "Invoices", Key: []string{"id"}, Fields: []record.Field{{Name: "id", Kind: record.Integer, ReadOnly: true}, text("number", "Number"), text("status", "Status"),
			text("currency", "Currency"), {Name: "total", Label: "Total", Kind: record.Decimal}, {Name: "issued_on", Label: "Issued", Kind: record.Date},
			{Name: "customer_id", Kind: record.Integer},
			{Name: "lines", Kind: record.List, Of: &record.Field{Kind: record.Object, Fields: []record.Field{text("what", ""), {Name: "quantity", Kind: record.Number}}}}}},
	}}
}

func rules() []load.Rules {
	field := func(name string, kind record.Kind) load.Field {
		return load.Field{Path: []string{name}, Set: load.SetAlways, Kind: kind}
	}
	return []load.Rules{
		{Name: "customers", Source: "client", Target: "customers", Left: []string{"fax: Deskly has no field for it"},
			Fields: []load.Field{field("name", record.String), field("email", record.String), field("city", record.String), field("portal", record.String)}},
		{Name: "invoices", Source: "bill", Target: "invoices", Fields: []load.Field{field("number", record.String), field("status", record.String),
			field("currency", record.String), field("total", record.Decimal), field("issued_on", record.Date), field("customer_id", record.Integer), field("lines", record.List)}},
	}
}

func newMigration(tb testing.TB) *migration {
	tb.Helper()
	s, err := stage.Open(tb.Context(), filepath.Join(tb.TempDir(), "test.stage"), stage.Options{Job: "move", Command: "test"})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	require.NoError(tb, s.BindAccount(tb.Context(), "source", source))
	require.NoError(tb, s.BindAccount(tb.Context(), "target", target))
	m := &migration{tb: tb, s: s}
	for _, r := range rules() {
		m.sides = append(m.sides, stage.Side{Account: source.ID, Source: r.Source, Part: r.Name, Target: target.ID, Stream: r.Target})
	}
	m.run, err = s.StartRun(tb.Context(), stage.Run{Command: "apply", Version: "1.2.3", Started: testTime})
	require.NoError(tb, err)
	m.cfg = load.Config{Stage: s, Source: source, Target: target, Vendor: spec(), Rules: rules(), Now: func() time.Time { return testTime },
		Link: func(stream string, key record.Key) string {
			return "https://acme.deskly.example/" + stream + "/" + string(key)
		}}
	return m
}

// stageRecords stages records as one page, read at a time.
func (m *migration) stageRecords(account, stream string, at time.Time, rows map[record.Key]string, order []record.Key) {
	m.tb.Helper()
	w, err := m.s.StartSweep(m.tb.Context(), stage.Sweep{Account: account, Stream: stream, Kind: stage.SweepFull, Started: at})
	require.NoError(m.tb, err)
	m.step++
	page := stage.PageWrite{PageInfo: stage.PageInfo{PageRef: stage.PageRef{Sweep: w.ID, Number: 1, Step: m.step}, ReadAt: at, Total: -1}}
	var b strings.Builder
	b.WriteString("[")
	for i, key := range order {
		if i > 0 {
			b.WriteByte(',')
		}
		page.Keys = append(page.Keys, key)
		page.Entries = append(page.Entries, stage.Entry{Key: key, Offset: b.Len(), Length: len(rows[key]), Hash: xxhash.Sum64String(rows[key])})
		b.WriteString(rows[key])
	}
	b.WriteString("]")
	page.Body = []byte(b.String())
	_, err = m.s.PutPage(m.tb.Context(), page)
	require.NoError(m.tb, err)
}

// made is what the test's mapping makes of a source record.
type made struct {
	mapped string
	skip   string
	letter *stage.Letter
}

// mapAll publishes a generation.
func (m *migration) mapAll(of func(stream string, rec *record.Staged) made) *stage.Generation {
	m.tb.Helper()
	ctx := m.tb.Context()
	var entries []stage.DraftEntry
	for i, r := range rules() {
		entries = append(entries, stage.DraftEntry{Name: r.Name, Part: r.Name, Target: r.Target, Hash: uint64(i + 77), From: []stage.DraftSource{{Stream: r.Source}}})
	}
	d, err := m.s.BeginDraft(ctx, source.ID, m.run, entries)
	require.NoError(m.tb, err)
	w, err := m.s.NewMappedWriter()
	require.NoError(m.tb, err)
	for i, e := range entries {
		units, err := d.Units(ctx, i)
		require.NoError(m.tb, err)
		for _, u := range units {
			c, err := d.Read(ctx, u)
			require.NoError(m.tb, err)
			all, err := c.Decode(stage.NewDecoder(), nil)
			require.NoError(m.tb, err)
			w.Begin()
			for j := range all {
				src := &all[j]
				got := of(e.Name, &src.Staged)
				switch {
				case src.Deleted:
					w.Tombstone(src.Pos, src.Key)
				case got.letter != nil:
					text, err := json.Marshal(got.letter)
					require.NoError(m.tb, err)
					w.Letter(src.Pos, stage.BinDead, src.Key, src.Hash, text)
				case got.skip != "":
					w.Skipped(src.Pos, d.ReasonCode(i, got.skip), src.Key, src.Hash)
				default:
					w.Mapped(src.Pos, src.Key, src.Hash, []byte(got.mapped), nil)
				}
			}
			chunk, err := w.End(c)
			require.NoError(m.tb, err)
			require.NoError(m.tb, d.Put(ctx, []*stage.MappedChunk{chunk}))
		}
	}
	require.NoError(m.tb, d.IndexKeys(ctx))
	g, _, err := d.Publish(ctx)
	require.NoError(m.tb, err)
	require.NoError(m.tb, d.Close())
	return g
}

// plan publishes an approved plan of items.
func (m *migration) plan(g *stage.Generation, items []stage.Item, more ...stage.PlanEntry) stage.Plan {
	m.tb.Helper()
	ctx := m.tb.Context()
	p := stage.Plan{Kind: stage.PlanLoad, Run: m.run, Made: testTime, Source: source.ID, Target: target.ID, Generation: g.ID,
		Rests: []byte(`{"mapping":{"customers":"a1b2","invoices":"c3d4"},"spec":"deskly 9f8e"}`)}
	for i, r := range rules() {
		p.Entries = append(p.Entries, stage.PlanEntry{Name: r.Name, Side: m.sides[i], Hash: uint64(i + 77)})
	}
	p.Entries, p.Summary = append(p.Entries, more...), m.summary
	d, err := m.s.BeginPlan(ctx, p)
	require.NoError(m.tb, err)
	require.NoError(m.tb, d.Put(ctx, items))
	p, err = d.Publish(ctx, p)
	require.NoError(m.tb, err)
	require.NoError(m.tb, d.Close())
	require.NoError(m.tb, m.s.SetPlan(ctx, p.ID, stage.PlanApproved, "Ann Smith", testTime.Add(time.Hour)))
	return p
}

// sends writes a record as apply does: attempt, link, bin and what was written.
func (m *migration) sends(p stage.Plan, entry int, key, to record.Key, kind stage.AttemptKind, sent, back string) {
	m.tb.Helper()
	ctx, at := m.tb.Context(), testTime.Add(2*time.Hour)
	a := stage.Attempt{Plan: p.ID, Run: m.run, Side: m.sides[entry], Key: key, Kind: kind, Fields: []byte(sent), Sent: at}
	ids, err := m.s.BeginAttempts(ctx, []stage.Attempt{a})
	require.NoError(m.tb, err)
	a.ID, a.State, a.Target, a.Ended, a.Status = ids[0], stage.AttemptDone, to, at.Add(time.Second), 201
	bin, how := stage.LoadCreated, stage.LinkCreated
	if kind == stage.AttemptUpdate {
		bin, how = stage.LoadUpdated, stage.LinkMatched
	}
	written := &stage.Written{Key: key, Sent: []byte(sent), Run: m.run, At: a.Ended}
	if back != "" {
		written.Back = []byte(back)
	}
	require.NoError(m.tb, m.s.EndAttempts(ctx, []stage.Outcome{{Attempt: a, Item: &stage.Item{Entry: entry, Key: key, Bin: bin},
		Link: &stage.Link{Key: key, Target: to, How: how, Run: m.run, At: a.Ended}, Written: written}}))
}

// refuses writes a record that the target did not take.
func (m *migration) refuses(p stage.Plan, entry int, key record.Key, why load.Reason) {
	m.tb.Helper()
	ctx, at := m.tb.Context(), testTime.Add(2*time.Hour)
	a := stage.Attempt{Plan: p.ID, Run: m.run, Side: m.sides[entry], Key: key, Kind: stage.AttemptCreate, Fields: []byte(`{}`), Sent: at}
	ids, err := m.s.BeginAttempts(ctx, []stage.Attempt{a})
	require.NoError(m.tb, err)
	a.ID, a.State, a.Ended, a.Status, a.Message = ids[0], stage.AttemptRejected, at.Add(time.Second), 422, why.Said
	text, err := json.Marshal(why)
	require.NoError(m.tb, err)
	require.NoError(m.tb, m.s.EndAttempts(ctx, []stage.Outcome{{Attempt: a, Item: &stage.Item{Entry: entry, Key: key, Bin: stage.LoadRejected, Why: text}}}))
}

// company names the customers of a test.
func company(i int) string {
	first := []string{"Harbour", "Cedar", "Linden", "Summit", "Orchard", "Granite", "Meadow", "Beacon"}
	last := []string{"Dental", "Bakery", "Logistics", "Printworks", "Academy", "Plumbing"}
	return fmt.Sprintf("%s %s", first[i%len(first)], last[i%len(last)])
}
