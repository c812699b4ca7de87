package load

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/transform"
)

var (
	planTime   = time.Date(2026, 8, 1, 4, 0, 0, 0, time.UTC)
	planSource = record.Account{ID: "old/acme@old.example.com", Vendor: "old", Identity: "acme", Host: "old.example.com"}
	planTarget = record.Account{ID: "crm/acme@crm.example.com", Vendor: "crm", Identity: "acme", Host: "crm.example.com"}
)

// crmSpec is a vendor with customers, their contacts, tickets and users.
func crmSpec() *connector.Spec {
	list := func() *connector.List { return &connector.List{Paging: connector.Paging{Size: 50}} }
	customers := *crm
	customers.List = list()
	customers.Fields = append([]record.Field{{Name: "email", Kind: record.String, Folds: []string{"case", "trim"}}, {Name: "zip", Kind: record.String},
		{Name: "address", Kind: record.String}, {Name: "disabled", Kind: record.Boolean, ReadOnly: true}, {Name: "created_at", Kind: record.DateTime, ReadOnly: true},
		{Name: "status", Kind: record.String}, {Name: "parent_id", Kind: record.Integer}}, customers.Fields...)
	writes := *crm.Writes
	writes.Fields = append([]record.Field{{Name: "email", Kind: record.String}, {Name: "zip", Kind: record.String}, {Name: "address", Kind: record.String},
		{Name: "status", Kind: record.String, Enum: []string{"New", "Done"}}, {Name: "parent_id", Kind: record.Integer},
		{Name: "props", Kind: record.Custom}, {Name: "tags", Kind: record.List, Of: &record.Field{Kind: record.String}}}, writes.Fields...)
	customers.Writes = &writes
	tickets := connector.Stream{Name: "tickets", Key: []string{"id"}, List: list(),
		Fields: []record.Field{{Name: "id", Kind: record.Integer, ReadOnly: true}, {Name: "customer_id", Kind: record.Integer}, {Name: "user_id", Kind: record.Integer},
			{Name: "subject", Kind: record.String}, {Name: "body", Kind: record.String}},
		Writes: &connector.Writes{Fields: []record.Field{{Name: "customer_id", Kind: record.Integer}, {Name: "user_id", Kind: record.Integer},
			{Name: "subject", Kind: record.String}, {Name: "body", Kind: record.String}},
			Required: [][]string{{"customer_id"}, {"subject"}}, Create: &connector.WriteCall{}, Update: &connector.WriteCall{}}}
	users := connector.Stream{Name: "users", Key: []string{"id"}, List: list(),
		Fields: []record.Field{{Name: "id", Kind: record.Integer}, {Name: "name", Kind: record.String, Folds: []string{"case"}}}}
	return &connector.Spec{Vendor: "crm", Budget: connector.Budget{Rate: connector.Limit{Requests: 60, Per: time.Minute}, Quota: connector.Limit{Requests: 1000, Per: 24 * time.Hour}},
		Streams: []*connector.Stream{&users, &customers, &tickets}}
}

func field(path string, kind record.Kind) Field {
	return Field{Path: strings.Split(path, "."), Set: SetAlways, Kind: kind}
}

func customerRules() Rules {
	return Rules{Name: "customers", Source: "customer", Part: "customers", Target: "customers", Match: [][]string{{"email"}, {"name", "zip"}}, Duplicates: HoldDuplicates,
		Fields: []Field{field("name", record.String), field("email", record.String), field("zip", record.String), field("note", record.String), field("phone", record.String),
			field("count", record.Integer), field("price", record.Decimal), field("status", record.String), field("secret_note", record.String),
			{Path: []string{"props", "Zone"}, Set: SetAlways, Kind: record.String, Custom: true}}}
}

func ticketRules() Rules {
	customer := field("customer_id", record.Integer)
	customer.Refs = "customers"
	return Rules{Name: "tickets", Source: "job", Part: "tickets", Target: "tickets", Match: [][]string{{"customer_id", "subject"}},
		Fields: []Field{customer, field("user_id", record.Integer), field("subject", record.String), field("body", record.String)}}
}

// world is a stage with an account on each side, and what a plan is made with.
type world struct {
	tb    testing.TB
	s     *stage.Stage
	cfg   Config
	steps int
}

func newWorld(tb testing.TB, rules ...Rules) *world {
	tb.Helper()
	s, err := stage.Open(context.Background(), filepath.Join(tb.TempDir(), "load.stage"), stage.Options{Job: "load", Command: "test"})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	require.NoError(tb, s.BindAccount(context.Background(), "source", planSource))
	require.NoError(tb, s.BindAccount(context.Background(), "target", planTarget))
	return &world{tb: tb, s: s, cfg: Config{Stage: s, Source: planSource, Target: planTarget, Vendor: crmSpec(), Rules: rules, Now: func() time.Time { return planTime }}}
}

// rows are records by key.
type rows map[string]string

// put stages records of a stream, in the order of their keys.
func (w *world) put(account record.Account, stream string, records rows) {
	w.tb.Helper()
	order := slices.SortedFunc(maps.Keys(records), func(a, b string) int {
		if olderKey([]byte(a), []byte(b)) {
			return -1
		}
		return 1
	})
	w.pages(account, stream, len(order), 3, func(i int) (string, string) { return order[i], records[order[i]] })
}

// pages stages n records in pages of some.
func (w *world) pages(account record.Account, stream string, n, size int, row func(i int) (key, raw string)) {
	w.tb.Helper()
	ctx := context.Background()
	sweep, err := w.s.StartSweep(ctx, stage.Sweep{Account: account.ID, Stream: stream, Kind: stage.SweepFull, Started: planTime})
	require.NoError(w.tb, err)
	for from := 0; from < n; from += size {
		w.steps++
		page := stage.PageWrite{PageInfo: stage.PageInfo{PageRef: stage.PageRef{Sweep: sweep.ID, Number: w.steps, Step: w.steps}, ReadAt: planTime, Total: -1}}
		body := []byte{'['}
		for i := from; i < min(from+size, n); i++ {
			key, raw := row(i)
			if i > from {
				body = append(body, ',')
			}
			page.Keys = append(page.Keys, record.Key(key))
			page.Entries = append(page.Entries, stage.Entry{Key: record.Key(key), Offset: len(body), Length: len(raw), Hash: xxhash.Sum64String(raw)})
			body = append(body, raw...)
		}
		page.Body = append(body, ']')
		_, err := w.s.PutPage(ctx, page)
		require.NoError(w.tb, err)
	}
}

// same maps a staged record to itself.
type same struct{}

func (same) Map(in *transform.Input, out *transform.Outcome) {
	out.Bin, out.JSON = stage.BinMapped, in.Base.Raw
}

// mapped maps the source's staged records, which stand there as the mapping
// would make them.
func (w *world) mapped() {
	w.tb.Helper()
	var rules []transform.Rules
	for i, r := range w.cfg.Rules {
		rules = append(rules, transform.Rules{Name: r.Name, From: []string{r.Source}, To: r.Target, Hash: uint64(i + 1), Mapper: func() transform.Mapper { return same{} }})
	}
	_, err := transform.Run(context.Background(), transform.Config{Stage: w.s, Account: planSource, Rules: rules})
	require.NoError(w.tb, err)
}

func (w *world) side(entry int) stage.Side {
	r := w.cfg.Rules[entry]
	return stage.Side{Account: planSource.ID, Source: r.Source, Part: r.Part, Target: planTarget.ID, Stream: r.Target}
}

func (w *world) link(entry int, links map[string]string) {
	w.tb.Helper()
	var all []stage.Link
	for key, target := range links {
		all = append(all, stage.Link{Key: record.Key(key), Target: record.Key(target), How: stage.LinkCreated, Run: 1, At: planTime})
	}
	require.NoError(w.tb, w.s.PutLinks(context.Background(), w.side(entry), all))
}

func (w *world) wrote(entry int, key, sent, back string) {
	w.tb.Helper()
	require.NoError(w.tb, w.s.PutWritten(context.Background(), w.side(entry), []stage.Written{{Key: record.Key(key), Sent: []byte(sent), Back: []byte(back), Run: 1, At: planTime}}))
}

func (w *world) plan() *planned {
	w.tb.Helper()
	p, err := MakePlan(context.Background(), w.cfg)
	require.NoError(w.tb, err)
	sum, err := ReadSummary(p)
	require.NoError(w.tb, err)
	out := &planned{tb: w.tb, Plan: p, sum: sum, items: map[string]stage.Item{}, notes: map[string]Note{}}
	for i, e := range p.Entries {
		n := 0
		require.NoError(w.tb, w.s.Items(context.Background(), p.ID, i, stage.ItemQuery{}, func(it *stage.Item) error {
			id := e.Name + " " + string(it.Key)
			out.items[id] = *it
			note := Note{}
			if len(it.Note) > 0 {
				require.NoError(w.tb, json.Unmarshal(it.Note, &note))
			}
			out.notes[id] = note
			n++
			return nil
		}))
		require.Equal(w.tb, sum.Entries[i].Records, n, "every mapped record is in the plan once")
	}
	return out
}

// planned is a plan with its items by "entry key".
type planned struct {
	tb testing.TB
	stage.Plan
	sum   Summary
	items map[string]stage.Item
	notes map[string]Note
}

// shows wants these records to be planned so: "action target code".
func (p *planned) shows(want map[string]string) {
	p.tb.Helper()
	got := map[string]string{}
	for id := range want {
		it, ok := p.items[id]
		if !ok {
			got[id] = "not planned"
			continue
		}
		text := it.Action.String()
		if it.Target != "" {
			text += " " + string(it.Target)
		}
		if held := p.notes[id].Held; held != nil {
			text += " " + held.Code
			require.NotEmpty(p.tb, held.Text, id)
			require.NotEmpty(p.tb, held.Do, id)
			require.NotEmpty(p.tb, it.Why, id)
		}
		got[id] = text
	}
	require.Equal(p.tb, want, got)
}

func customer(id int, fields string) string {
	if fields != "" {
		fields = "," + fields
	}
	return fmt.Sprintf(`{"id":%d%s}`, id, fields)
}
