package planbook

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

var (
	sourceAccount = record.Account{ID: "fieldworks/acme@api.fieldworks.example", Vendor: "fieldworks", Identity: "acme", Host: "api.fieldworks.example"}
	targetAccount = record.Account{ID: "deskly/acme@acme.deskly.example", Vendor: "deskly", Identity: "acme", Host: "acme.deskly.example"}
	made          = time.Date(2026, 8, 3, 8, 0, 0, 0, time.UTC)
)

// plannedStage puts a plan of n creations, their source records and what the mapping
// made of them into a stage.
func plannedStage(tb testing.TB, n int) (load.Config, stage.Plan) {
	tb.Helper()
	ctx := tb.Context()
	s, err := stage.Open(ctx, filepath.Join(tb.TempDir(), "test.stage"), stage.Options{Job: "move", Command: "test"})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	require.NoError(tb, s.BindAccount(ctx, "source", sourceAccount))
	require.NoError(tb, s.BindAccount(ctx, "target", targetAccount))
	w, err := s.StartSweep(ctx, stage.Sweep{Account: sourceAccount.ID, Stream: "client", Kind: stage.SweepFull, Started: made})
	require.NoError(tb, err)
	page := stage.PageWrite{PageInfo: stage.PageInfo{PageRef: stage.PageRef{Sweep: w.ID, Number: 1}, ReadAt: made, Total: -1}}
	var body strings.Builder
	var items []stage.Item
	for i := range n {
		raw, key := fmt.Sprintf(`{"name":"Client %d"}`, i), record.Key(fmt.Sprint(i))
		page.Keys = append(page.Keys, key)
		page.Entries = append(page.Entries, stage.Entry{Key: key, Offset: body.Len(), Length: len(raw), Hash: xxhash.Sum64String(raw)})
		body.WriteString(raw)
		note, err := json.Marshal(load.Note{Deeds: 1})
		require.NoError(tb, err)
		items = append(items, stage.Item{Key: key, Action: stage.ActCreate, Note: note})
	}
	page.Body = []byte(body.String())
	_, err = s.PutPage(ctx, page)
	require.NoError(tb, err)
	g := mapClients(tb, s)
	p := stage.Plan{Kind: stage.PlanLoad, Made: made, Source: sourceAccount.ID, Target: targetAccount.ID, Generation: g.ID,
		Summary: []byte(`{"price":{"write":3,"minutes":1.5},"rests":{"published":"2026-08-03T07:00:00Z","mapping":{"customers":"77"},"spec":"9f8e","proven":{"customers":true},"records":{"customers":12}},"unsettable":["customers: the target gives id by itself"]}`),
		Entries: []stage.PlanEntry{{Name: "customers", Side: stage.Side{Account: sourceAccount.ID, Source: "client", Target: targetAccount.ID, Stream: "customers"}, Hash: 77}}}
	d, err := s.BeginPlan(ctx, p)
	require.NoError(tb, err)
	require.NoError(tb, d.Put(ctx, items))
	p, err = d.Publish(ctx, p)
	require.NoError(tb, err)
	require.NoError(tb, d.Close())
	return load.Config{Stage: s, Source: sourceAccount, Target: targetAccount, Rules: []load.Rules{{Name: "customers", Left: []string{"fax: nobody has one"}}}}, p
}

// mapClients maps every client to itself.
func mapClients(tb testing.TB, s *stage.Stage) *stage.Generation {
	tb.Helper()
	ctx := tb.Context()
	d, err := s.BeginDraft(ctx, sourceAccount.ID, 1, []stage.DraftEntry{{Name: "customers", Target: "customers", Hash: 77, From: []stage.DraftSource{{Stream: "client"}}}})
	require.NoError(tb, err)
	units, err := d.Units(ctx, 0)
	require.NoError(tb, err)
	w, err := s.NewMappedWriter()
	require.NoError(tb, err)
	for _, u := range units {
		c, err := d.Read(ctx, u)
		require.NoError(tb, err)
		all, err := c.Decode(stage.NewDecoder(), nil)
		require.NoError(tb, err)
		w.Begin()
		for i := range all {
			w.Mapped(all[i].Pos, all[i].Key, all[i].Hash, all[i].Raw, nil)
		}
		chunk, err := w.End(c)
		require.NoError(tb, err)
		require.NoError(tb, d.Put(ctx, []*stage.MappedChunk{chunk}))
	}
	require.NoError(tb, d.IndexKeys(ctx))
	g, _, err := d.Publish(ctx)
	require.NoError(tb, err)
	require.NoError(tb, d.Close())
	return g
}

func TestThePlanOfAStage(t *testing.T) {
	cfg, p := plannedStage(t, 12)
	in, err := FromPlan(t.Context(), cfg, p)
	require.NoError(t, err)
	path := writeExample(t, in)
	got := golden(t, open(t, path))
	for _, want := range []string{
		"customers | client | customers | 12 | 0 | 0 | 0 | 0 | 12",
		"customers | 10 | Client 10 | name: Client 10 | 1",
		"Requests | 3 requests (3 write, 0 read before updates, 0 verify), 2 min at the rate",
		"Target stream customers | 12 records read, and proven complete",
		"customers | field of the source | fax |  | nobody has one",
		"customers | what the target sets by itself |  |  | the target gives id by itself",
		"Plan | " + p.Hash,
	} {
		assert.Contains(t, got, want)
	}
	assert.Less(t, strings.Index(got, "customers | 2 |"), strings.Index(got, "customers | 10 |"), "records are not in their natural order")

	answers, err := Read(path)
	require.NoError(t, err)
	require.NoError(t, answers.Check(t.Context(), cfg.Stage, p, true))
	other := p
	other.Hash, other.Target = "0123456789abcdef", "deskly/other@other.deskly.example"
	err = answers.Check(t.Context(), cfg.Stage, other, true)
	require.ErrorContains(t, err, "Approval!B6: the workbook is about fieldworks/acme@api.fieldworks.example to deskly/acme@acme.deskly.example")
	require.ErrorContains(t, err, "Approval!B3: the workbook is of plan "+p.Hash[:12]+", and the plan that waits is 0123456789ab")
	other.Target = p.Target
	require.NoError(t, answers.Check(t.Context(), cfg.Stage, other, false))
}

func TestDecisionsAboutWhatThePlanLacks(t *testing.T) {
	cfg, p := plannedStage(t, 3)
	in, err := FromPlan(t.Context(), cfg, p)
	require.NoError(t, err)
	answers, err := Read(fill(t, writeExample(t, in), map[string]string{
		"Matches!A2": "customers", "Matches!B2": "99", "Matches!I2": "create",
		"Matches!A3": "clients", "Matches!B3": "1", "Matches!I3": "skip",
		"Matches!A4": "customers", "Matches!B4": "2", "Matches!I4": "skip",
		"Values!A2": "orders", "Values!B2": "status", "Values!C2": "x", "Values!H2": "y",
	}))
	require.NoError(t, err)
	err = answers.Check(t.Context(), cfg.Stage, p, true)
	require.Error(t, err)
	assert.Equal(t, "Matches!I3: the plan has no stream clients\n"+
		"Matches!I2: the plan has no record 99 in customers; take the source key from the workbook as it was written\n"+
		"Values!H2: the plan has no stream orders", err.Error())
}

func FuzzAnswers(f *testing.F) {
	path := filepath.Join(f.TempDir(), "plan.xlsx")
	require.NoError(f, Write(f.Context(), path, oneOfEach()))
	f.Add("link", "74", "Bob [2]", "2026-08-03", "approve")
	f.Add("create", "", "=1", "46237", "APPROVE")
	f.Add("maybe", "1.2E+11", "\v", "31/31/2026", "")
	f.Fuzz(func(t *testing.T, decision, target, becomes, date, word string) {
		filled := fill(t, path, map[string]string{"Matches!I2": decision, "Matches!F2": target, "Values!H2": becomes,
			"Approval!B11": "Ann", "Approval!B12": date, "Approval!B13": word})
		answers, err := Read(filled)
		if err != nil {
			return
		}
		require.NoError(t, answers.Decisions.Check())
	})
}
