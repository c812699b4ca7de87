package extract_test

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
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
	"ferry/samples/vendorsim"
)

// simulated is what every simulated vendor can be asked.
type simulated interface {
	Transport() http.RoundTripper
	Mark() vendorsim.Mark
	Existed(stream string, since vendorsim.Mark) []string
	Live(stream string) []string
	Changed(stream string, since vendorsim.Mark) []string
	Gone(stream string, since vendorsim.Mark) []string
	Record(stream, id string) []byte
	Insert(stream string) string
	Rename(stream, id string) bool
	Delete(stream, id string) bool
	SetDrift(d vendorsim.Drift)
	DriftNow(n int)
	SetFaults(faults ...vendorsim.Fault)
	Counters() vendorsim.Counters
	Log() []vendorsim.LogEntry
}

// vendorJob is one job that reads a simulated vendor, and its files.
type vendorJob struct {
	t        testing.TB
	sim      simulated
	spec     *connector.Spec
	settings map[string]string
	dir      string
	stage    string        // name of the stage file; "" is job
	limits   budget.Config // key and limits; the zero value is no limit
	conns    int           // 0: 16
	sent     func(r *http.Request) *http.Request
	before   func(r *http.Request) // told of a request before it is answered
	tables   map[string]string     // names of the simulator by stream, where they differ
	streams  []string              // that have truth in the simulator
	others   []string              // that never change
	details  []string
	keys     map[string]extract.KeySource
	events   []extract.Event
}

// RoundTrip hands requests to the simulator.
func (j *vendorJob) RoundTrip(r *http.Request) (*http.Response, error) {
	if j.before != nil {
		j.before(r)
	}
	if j.sent != nil {
		r = j.sent(r)
	}
	return j.sim.Transport().RoundTrip(r)
}

func newJob(t testing.TB, vendor string, sim simulated, settings map[string]string) *vendorJob {
	t.Helper()
	spec, err := connector.Load(vendor)
	require.NoError(t, err)
	return &vendorJob{t: t, sim: sim, spec: spec, settings: settings, dir: t.TempDir(), tables: map[string]string{}}
}

// unlimited takes the limits off a simulated account: these tests are about
// what is read, and the rate has tests of its own.
func unlimited(o vendorsim.Options) vendorsim.Options {
	o.Rate.Limit, o.Quota.Limit = cmp.Or(o.Rate.Limit, 1_000_000), cmp.Or(o.Quota.Limit, 10_000_000)
	o.Latency = cmp.Or(o.Latency, -1)
	return o
}

func syncroJob(t testing.TB, o vendorsim.SyncroOptions) *vendorJob {
	o.Options = unlimited(o.Options)
	j := newJob(t, "syncro", vendorsim.NewSyncro(o), map[string]string{
		"subdomain": vendorsim.DefaultSyncroDomain, "token": vendorsim.DefaultSyncroToken,
	})
	j.streams = []string{"customers", "contacts", "tickets", "leads", "invoices", "payments", "assets", "rmm_alerts"}
	j.others = []string{"users", "ticket_statuses", "payment_methods"}
	j.details = []string{"customers", "tickets", "invoices", "users", "customers.phones", "tickets.comments", "tickets.line_items", "invoices.line_items"}
	j.tables = map[string]string{"assets": vendorsim.SyncroAssets}
	return j
}

func customerlyJob(t testing.TB, o vendorsim.CustomerlyOptions) *vendorJob {
	o.Options = unlimited(o.Options)
	j := newJob(t, "customerly", vendorsim.NewCustomerly(o), map[string]string{"token": vendorsim.DefaultCustomerlyToken})
	j.streams, j.others = []string{"users", "leads"}, []string{"tags"}
	return j
}

// sonarJob gives the numbers of every customer there is, and some of nobody.
func sonarJob(t testing.TB, o vendorsim.SonarOptions) *vendorJob {
	o.Options = unlimited(o.Options)
	j := newJob(t, "sonar", vendorsim.NewSonar(o), map[string]string{"token": vendorsim.DefaultSonarToken})
	j.streams, j.others = []string{"customers"}, []string{"webhooks"}
	j.tables = map[string]string{"customers": vendorsim.SonarCustomers}
	numbers := append(j.sim.Live(vendorsim.SonarCustomers), "+19995550001", "+19995550002")
	file := filepath.Join(j.dir, "phones.csv")
	require.NoError(t, os.WriteFile(file, []byte("phone_number\n"+strings.Join(numbers, "\n")+"\n"), 0o600))
	j.keys = map[string]extract.KeySource{"customers": {File: file}}
	return j
}

func synchroteamJob(t testing.TB, o vendorsim.Options) *vendorJob {
	j := newJob(t, "synchroteam", vendorsim.NewSynchroteam(unlimited(o)), map[string]string{
		"domain": vendorsim.DefaultDomain, "api_key": vendorsim.DefaultAPIKey,
	})
	j.streams = []string{"customer", "site", "equipment", "job", "activity", "recurrence"}
	j.others = []string{"customfield", "jobReportTemplate", "block", "activityType", "jobtype", "jobschedulingwindow"}
	j.details = []string{"job", "job.report", "job.photos"}
	return j
}

// table is what the simulator calls a stream.
func (j *vendorJob) table(stream string) string { return cmp.Or(j.tables[stream], stream) }

// run is one run, with everything opened and closed as a process would.
func (j *vendorJob) run(cfg extract.Config) (extract.Summary, error) {
	j.t.Helper()
	ctx := context.Background()
	ledger, err := budget.Open(filepath.Join(j.dir, "usage.db"))
	require.NoError(j.t, err)
	defer ledger.Close()
	limits := j.limits
	limits.Key = cmp.Or(limits.Key, "test")
	b, err := ledger.Budget(ctx, limits)
	require.NoError(j.t, err)
	defer b.Close()
	values, problems := connector.NewValues(j.spec, j.settings)
	require.Empty(j.t, problems)
	client, err := api.New(api.Options{Spec: j.spec, Values: values, Budget: b, Transport: j, Timeout: 30 * time.Second})
	require.NoError(j.t, err)

	st := j.open()
	defer st.Close()
	base, err := values.BaseURL(j.spec, "")
	require.NoError(j.t, err)
	account := values.Account(j.spec, base)
	require.NoError(j.t, st.BindAccount(ctx, "source", account))
	run, err := st.StartRun(ctx, stage.Run{Command: "extract", Version: "test", Started: time.Now()})
	require.NoError(j.t, err)

	cfg.Spec, cfg.Account, cfg.Client, cfg.Budget, cfg.Stage, cfg.Run = j.spec, account, client, b, st, run
	cfg.Keys = j.keys
	cfg.Connections = cmp.Or(cfg.Connections, j.conns, 16)
	cfg.SweepEvery = cmp.Or(cfg.SweepEvery, 7*24*time.Hour)
	if cfg.Streams == nil {
		cfg.Streams = slices.Concat(j.streams, j.others)
	}
	j.events = nil
	cfg.Report = func(e extract.Event) { j.events = append(j.events, e) }
	return extract.Run(ctx, cfg)
}

func (j *vendorJob) open() *stage.Stage {
	j.t.Helper()
	st, err := stage.Open(context.Background(), filepath.Join(j.dir, cmp.Or(j.stage, "job")+".stage"), stage.Options{Job: "job", Command: "test"})
	require.NoError(j.t, err)
	return st
}

// staged gives the records of a stream by key, and requires that none stands twice.
func (j *vendorJob) staged(stream string) (live, buried map[string]record.Staged) {
	j.t.Helper()
	st := j.open()
	defer st.Close()
	account, ok, err := st.Account(context.Background(), "source")
	require.NoError(j.t, err)
	require.True(j.t, ok)
	live, buried = map[string]record.Staged{}, map[string]record.Staged{}
	dec := stage.NewDecoder()
	require.NoError(j.t, st.Chunks(context.Background(), account.ID, stream, func(c *stage.Chunk) error {
		rows, err := c.Decode(dec)
		require.NoError(j.t, err)
		for _, row := range rows {
			key := string(row.Key)
			_, a := live[key]
			_, b := buried[key]
			require.Falsef(j.t, a || b, "%s %s is staged twice", stream, key)
			row.Raw, row.Detail = slices.Clone(row.Raw), slices.Clone(row.Detail)
			if row.Deleted {
				buried[key] = row
			} else {
				live[key] = row
			}
		}
		return nil
	}))
	return live, buried
}

// holds requires that every id is staged and live.
func (j *vendorJob) holds(why, stream string, ids []string) {
	j.t.Helper()
	live, _ := j.staged(stream)
	for _, id := range ids {
		_, there := live[id]
		require.Truef(j.t, there, "%s: %s %s is missing", why, stream, id)
	}
}

// equalsTheTruth requires that a stream holds the vendor's records, no more and
// no fewer, each with the values that the vendor shows.
func (j *vendorJob) equalsTheTruth(why, stream string) {
	j.t.Helper()
	live, _ := j.staged(stream)
	want := j.sim.Live(j.table(stream))
	if j.keys != nil { // only those whose keys were given
		given := maps.Clone(live)
		want = slices.DeleteFunc(want, func(id string) bool { _, known := given[id]; return !known })
	}
	for id := range live {
		require.Truef(j.t, slices.Contains(want, id), "%s: %s has record %s, which the vendor has not", why, stream, id)
	}
	for _, id := range want {
		have, there := live[id]
		require.Truef(j.t, there, "%s: %s %s is missing", why, stream, id)
		raw := have.Raw
		if have.Detail != nil {
			raw = have.Detail
		}
		var shown, truth map[string]any
		require.NoError(j.t, json.Unmarshal(raw, &shown))
		require.NoError(j.t, json.Unmarshal(j.sim.Record(j.table(stream), id), &truth))
		shared := 0
		for name, value := range shown {
			if right, known := truth[name]; known && name != "comments" { // a list shortens them
				shared++
				require.Equalf(j.t, right, value, "%s: %s of %s %s", why, name, stream, id)
			}
		}
		require.Greaterf(j.t, shared, 2, "%s: %s %s shows hardly anything of the truth", why, stream, id)
	}
}

// memberOf gives the value of a record's member as written.
func memberOf(t testing.TB, raw []byte, name string) json.RawMessage {
	t.Helper()
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(raw, &members))
	require.Contains(t, members, name)
	return members[name]
}
