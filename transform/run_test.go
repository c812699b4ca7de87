package transform

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

func TestEveryRecordEndsInOneBin(t *testing.T) {
	s := openTemp(t)
	p := newStager(t, s, "customer")
	p.put(row{"1", `{"n":"Acme"}`}, row{"2", `{"skip":"where"}`}, row{"3", `{"dead":"bad zip"}`}, row{"4", `{"n":"Gone"}`}, row{"10", `{"skip":"else of kind"}`})
	p.delete("4")
	sum := run(t, s, entry("customers", "customer", "customers", ""))
	require.True(t, sum.Changed)
	b := sum.Streams[0].Bins
	assert.Equal(t, stage.Bins{Source: 5, Mapped: 1, Skipped: 2, Dead: 1, Tombstones: 1, Reasons: map[string]int{"where": 1, "else of kind": 1}}, b)
	assert.Equal(t, "customers: 5 source records of customer = 1 mapped + 2 skipped + 1 dead + 1 tombstones; skipped: 1 else of kind, 1 where", sum.Streams[0].Line())
	g, before := current(t, s)
	assert.Nil(t, before)
	assert.Equal(t, map[string]string{
		"customers/1":  `mapped {"n":"Acme"}`,
		"customers/2":  "skipped where",
		"customers/3":  `dead {"reason":"bad zip","field":"name","value":"x","origin":"line 3","do":"put it right","record":{"dead":"bad zip"}}`,
		"customers/4":  "tombstone ",
		"customers/10": "skipped else of kind",
	}, view(t, s, g))
	var letters []DeadLetter
	require.NoError(t, DeadLetters(context.Background(), s, g, func(d *DeadLetter) error {
		letters = append(letters, *d)
		return nil
	}))
	require.Len(t, letters, 1)
	assert.Equal(t, "bad zip", letters[0].Reason)
	assert.JSONEq(t, `{"dead":"bad zip"}`, string(letters[0].Record))
}

func TestAgainNothingChanges(t *testing.T) {
	s := openTemp(t)
	newStager(t, s, "customer").put(row{"1", `{"n":"Acme"}`}, row{"2", `{"n":"B"}`})
	rules := entry("customers", "customer", "customers", "")
	first := run(t, s, rules)
	again := run(t, s, rules)
	assert.False(t, again.Changed)
	assert.Equal(t, first.Generation, again.Generation)
	assert.Equal(t, first.Streams[0].Bins, again.Streams[0].Bins)
	assert.Zero(t, again.Streams[0].Mapped)
}

func TestOnlyWhatChangedIsMapped(t *testing.T) {
	s := openTemp(t)
	p := newStager(t, s, "customer")
	p.put(row{"1", `{"n":"1"}`}, row{"2", `{"n":"2"}`}, row{"3", `{"dead":"x"}`})
	p.put(row{"4", `{"n":"4"}`})
	rules := entry("customers", "customer", "customers", "")
	run(t, s, rules)
	p.put(row{"2", `{"n":"two"}`}, row{"3", `{"n":"3"}`}, row{"5", `{"n":"5"}`})
	p.delete("4")
	sum := run(t, s, rules)
	assert.Equal(t, 3, sum.Streams[0].Mapped)
	assert.Equal(t, stage.Bins{Source: 5, Mapped: 4, Tombstones: 1}, sum.Streams[0].Bins)
	g, before := current(t, s)
	assert.Equal(t, map[string]string{
		"customers/1": `mapped {"n":"1"}`, "customers/2": `mapped {"n":"two"}`, "customers/3": `mapped {"n":"3"}`,
		"customers/4": "tombstone ", "customers/5": `mapped {"n":"5"}`,
	}, view(t, s, g))
	old := view(t, s, before)
	assert.Len(t, old, 4)
	assert.Equal(t, `mapped {"n":"2"}`, old["customers/2"])
	assert.Equal(t, `mapped {"n":"4"}`, old["customers/4"])
	// A record that was deleted comes back.
	p.put(row{"4", `{"n":"4"}`})
	assert.Equal(t, 5, run(t, s, rules).Streams[0].Bins.Mapped)
	// And one that was a tombstone when it was mapped first.
	p.delete("5")
	run(t, s, entry("customers", "customer", "customers", "x"))
	p.put(row{"5", `{"n":"5"}`})
	assert.Equal(t, 5, run(t, s, entry("customers", "customer", "customers", "x")).Streams[0].Bins.Mapped)
	g, _ = current(t, s)
	assert.Equal(t, `mapped {"extra":"x","n":"5"}`, view(t, s, g)["customers/5"])
}

func TestRepackingDoesNotConfuse(t *testing.T) {
	s := openTemp(t)
	p := newStager(t, s, "customer")
	for i := range 20 {
		k := string(rune('a' + i))
		p.put(row{k, `{"n":"` + k + `"}`})
	}
	rules := entry("customers", "customer", "customers", "")
	run(t, s, rules)
	g, _ := current(t, s)
	want := view(t, s, g)
	_, err := s.Repack(context.Background())
	require.NoError(t, err)
	assert.Equal(t, want, view(t, s, g), "before it is mapped again")
	run(t, s, rules)
	g, _ = current(t, s)
	assert.Equal(t, want, view(t, s, g))
	p.put(row{"b", `{"n":"new"}`})
	_, err = s.Repack(context.Background())
	require.NoError(t, err)
	run(t, s, rules)
	g, _ = current(t, s)
	want["customers/b"] = `mapped {"n":"new"}`
	assert.Equal(t, want, view(t, s, g))
}

func TestANewMappingShowsInOneCommitAndKeepsTheOneBefore(t *testing.T) {
	s := openTemp(t)
	newStager(t, s, "customer").put(row{"1", `{"n":"1"}`}, row{"2", `{"n":"2"}`})
	run(t, s, entry("customers", "customer", "customers", ""))
	first, _ := current(t, s)
	// A mapping that breaks off shows nothing.
	broken := entry("customers", "customer", "customers", "y")
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Run(ctx, Config{Stage: s, Account: account, Rules: []Rules{broken}, Report: func(e Event) {
		if e.Event == EventMapped {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	g, _ := current(t, s)
	assert.Equal(t, first.ID, g.ID)
	assert.Equal(t, `mapped {"n":"1"}`, view(t, s, g)["customers/1"])
	// Another mapping takes the place of the one that broke off.
	run(t, s, entry("clients", "customer", "customers", "z"))
	now, before := current(t, s)
	assert.Equal(t, first.ID, before.ID)
	assert.Equal(t, map[string]string{"clients/1": `mapped {"extra":"z","n":"1"}`, "clients/2": `mapped {"extra":"z","n":"2"}`}, view(t, s, now))
	assert.Equal(t, map[string]string{"customers/1": `mapped {"n":"1"}`, "customers/2": `mapped {"n":"2"}`}, view(t, s, before))
	// After two more the first is gone.
	run(t, s, entry("clients", "customer", "customers", "a"))
	now, before = current(t, s)
	assert.NotEqual(t, first.ID, before.ID)
	assert.Equal(t, `mapped {"extra":"a","n":"1"}`, view(t, s, now)["clients/1"])
	assert.Equal(t, `mapped {"extra":"z","n":"1"}`, view(t, s, before)["clients/1"])
}

func TestRecordsWaitForTheirDetails(t *testing.T) {
	s := openTemp(t)
	p := newStager(t, s, "job")
	p.put(row{"1", `{"n":"1"}`}, row{"2", `{"n":"2"}`})
	cfg := Config{Stage: s, Account: account, Rules: []Rules{entry("tickets", "job", "tickets", "")}, Details: []string{"job"}}
	sum := runWith(t, cfg)
	assert.Equal(t, stage.Bins{Source: 2, Held: 2}, sum.Streams[0].Bins)
	assert.Contains(t, sum.Streams[0].Line(), "2 held until their details are read")
	p.detail("1", `{"n":"1"}`, `{"text":"first"}`)
	sum = runWith(t, cfg)
	assert.Equal(t, stage.Bins{Source: 2, Held: 1, Mapped: 1}, sum.Streams[0].Bins)
	g, _ := current(t, s)
	assert.Equal(t, `mapped {"n":"1","text":"first"}`, view(t, s, g)["tickets/1"])
	p.detail("2", `{"n":"2"}`, `{"text":"second"}`)
	p.detail("1", `{"n":"1"}`, `{"text":"changed"}`)
	assert.Equal(t, 2, runWith(t, cfg).Streams[0].Bins.Mapped)
	g, _ = current(t, s)
	assert.Equal(t, `mapped {"n":"1","text":"changed"}`, view(t, s, g)["tickets/1"])
	assert.False(t, runWith(t, cfg).Changed)
	// A row that changed waits for its detail again, and is never mapped half.
	p.put(row{"1", `{"n":"one"}`})
	assert.Equal(t, stage.Bins{Source: 2, Held: 1, Mapped: 1}, runWith(t, cfg).Streams[0].Bins)
	require.NoError(t, s.MarkDue(context.Background(), testAccount, "job", "", []record.Key{"2"}))
	assert.Equal(t, 2, runWith(t, cfg).Streams[0].Bins.Held)
	// A mapping without details does not wait.
	cfg.Details, cfg.Rules = nil, []Rules{entry("tickets", "job", "tickets", "plain")}
	assert.Equal(t, 2, runWith(t, cfg).Streams[0].Bins.Mapped)
}

func TestMergedStreams(t *testing.T) {
	s := openTemp(t)
	p, sites := newStager(t, s, "customer"), newStager(t, s, "site")
	p.put(row{"1", `{"n":"1"}`}, row{"2", `{"n":"2"}`}, row{"3", `{"n":"3"}`})
	sites.put(row{"s1", `{"customer":{"id":1},"city":"Lyon"}`}, row{"s2", `{"customer":{"id":"2"},"city":"Nice"}`})
	rules := entry("customers", "customer", "customers", "")
	rules.From, rules.Joins = []string{"customer", "site"}, []Join{{Theirs: NewFieldPath(&connector.Stream{}, "customer.id")}}
	run(t, s, rules)
	g, _ := current(t, s)
	got := view(t, s, g)
	assert.Contains(t, got["customers/1"], "Lyon")
	assert.Contains(t, got["customers/2"], "Nice")
	assert.Equal(t, `mapped {"n":"3"}`, got["customers/3"])
	assert.False(t, run(t, s, rules).Changed)
	// A joined record changes, one comes, and one more than may be.
	sites.put(row{"s1", `{"customer":{"id":1},"city":"Paris"}`}, row{"s3", `{"customer":{"id":3},"city":"Metz"}`}, row{"s4", `{"customer":{"id":2},"city":"Brest"}`})
	sum := run(t, s, rules)
	g, _ = current(t, s)
	got = view(t, s, g)
	assert.Contains(t, got["customers/1"], "Paris")
	assert.Contains(t, got["customers/3"], "Metz")
	assert.Contains(t, got["customers/2"], "several records of site belong to it: s2, s4")
	assert.Equal(t, 1, sum.Streams[0].Bins.Dead)
	sites.delete("s2")
	assert.Equal(t, 3, run(t, s, rules).Streams[0].Bins.Mapped)
}

func TestJoinByTheKeyOfTheOther(t *testing.T) {
	s := openTemp(t)
	p, jobs := newStager(t, s, "customer"), newStager(t, s, "job")
	p.put(row{"1", `{"name":"Acme"}`})
	jobs.put(row{"j1", `{"cid":1}`}, row{"j2", `{"cid":null}`})
	rules := entry("jobs", "job", "tickets", "")
	rules.From, rules.Joins = []string{"job", "customer"}, []Join{{Ours: NewFieldPath(&connector.Stream{}, "cid")}}
	run(t, s, rules)
	g, _ := current(t, s)
	assert.Equal(t, map[string]string{"jobs/j1": `mapped {"cid":1,"name":"Acme"}`, "jobs/j2": `mapped {"cid":null}`}, view(t, s, g))
}

func TestSplitEntriesKeepTheirRecordsApart(t *testing.T) {
	s := openTemp(t)
	newStager(t, s, "customer").put(row{"1", `{"n":"1"}`})
	run(t, s, entry("customers", "customer", "customers", ""), entry("contacts", "customer", "contacts", ""), entry("more", "customer", "contacts", ""))
	g, _ := current(t, s)
	require.Len(t, g.Entries, 3)
	assert.Equal(t, []string{"customers", "contacts", "contacts#2"}, []string{g.Entries[0].Part, g.Entries[1].Part, g.Entries[2].Part})
	assert.Len(t, view(t, s, g), 3)
	// An entry that the mapping no longer has goes, and is still there before.
	run(t, s, entry("contacts", "customer", "contacts", ""))
	g, before := current(t, s)
	assert.Len(t, view(t, s, g), 1)
	assert.Len(t, view(t, s, before), 3)
}

func TestMappedRecordsAreFoundByKey(t *testing.T) {
	s := openTemp(t)
	p := newStager(t, s, "customer")
	rules := entry("customers", "customer", "customers", "")
	want := map[record.Key]string{}
	for i := range 30 { // more runs than segments are kept
		k := string(rune('a' + i%20))
		raw := `{"n":"` + string(rune('a'+i)) + `"}`
		p.put(row{k, raw})
		want[record.Key(k)] = "mapped " + raw
		run(t, s, rules)
	}
	g, before := current(t, s)
	e, ok := g.Entry("customers")
	require.True(t, ok)
	found, err := s.MappedRecords(context.Background(), g, e, "a", "b", "t", "j", "none")
	require.NoError(t, err)
	require.Len(t, found, 4)
	for key, r := range found {
		assert.Equal(t, want[key], show(&r))
	}
	found, err = s.MappedRecords(context.Background(), before, e, "j")
	require.NoError(t, err)
	old := found["j"]
	assert.Equal(t, `mapped {"n":"j"}`, show(&old), "as it was in the generation before")
}
