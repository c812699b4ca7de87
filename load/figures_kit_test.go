package load_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/samples/vendorsim"
)

// figuresEnv makes the tests of the figures as large as the figures are claimed:
// FERRY_FIGURES=full, as the bench sets it. Otherwise they are small.
const figuresEnv = "FERRY_FIGURES"

// sized gives full where the figures are measured, else small.
func sized(full, small int) int {
	if os.Getenv(figuresEnv) == "full" {
		return full
	}
	return small
}

const (
	moveTimeout = 30 * time.Second   // what the clients of a move wait for an answer
	moveSweep   = 7 * 24 * time.Hour // as the command's default
)

// vendorStore is a simulated account as a judge sees it.
type vendorStore interface {
	Transport() http.RoundTripper
	Counters() vendorsim.Counters
	SetFaults(faults ...vendorsim.Fault)
	Log() []vendorsim.LogEntry
	Live(stream string) []string
	Snapshot(stream string) map[string]string
	Contents(stream string) map[string]string
	Written(stream string) []vendorsim.Write
	Edit(stream, id, field, value string) bool
}

// simStreams are the streams of the specs that a simulator calls otherwise.
var simStreams = map[string]string{"assets": vendorsim.SyncroAssets}

func simStream(stream string) string {
	if name := simStreams[stream]; name != "" {
		return name
	}
	return stream
}

// company is how many records there are to move: parties, places, things, work.
type company struct{ customers, sites, equipment, jobs int }

// Of the size that the figures are claimed for.
func wholeCompany() company {
	return company{sized(5000, 120), sized(2000, 50), sized(3000, 70), sized(4000, 90)}
}

// Of a size that can be moved several times.
func smallCompany() company {
	return company{sized(1000, 50), sized(400, 20), sized(600, 20), sized(800, 30)}
}

// party is a simulated account and what leads to it.
type party struct {
	vendorSide
	store   vendorStore
	details []string // of its streams that a mapping reads
	streams []string
}

// quiet are options without limits; the vendor takes its usual time to answer,
// which costs nothing in a bubble.
func quiet(seed uint64) vendorsim.Options {
	return vendorsim.Options{Seed: seed, Rate: vendorsim.Rate{Limit: -1}, Quota: vendorsim.Quota{Limit: -1}, LogSize: 400_000}
}

func synchroteamWith(t *testing.T, c company, o vendorsim.Options) *party {
	o.Counts = vendorsim.Counts{Customers: c.customers, Sites: c.sites, Equipment: c.equipment, Jobs: c.jobs, Activities: 1}
	store := vendorsim.NewSynchroteam(o)
	return &party{vendorSide: openAccount(t, "synchroteam", store.Transport(), budget.Limit{},
		map[string]string{"domain": vendorsim.DefaultDomain, "api_key": vendorsim.DefaultAPIKey, "zone": "UTC"}),
		store: store, streams: []string{"customer", "site", "equipment", "job"}, details: []string{"job"}}
}

func syncroWith(t *testing.T, c company, rate budget.Limit, o vendorsim.SyncroOptions) *party {
	o.Counts = vendorsim.SyncroCounts{Customers: c.customers, Contacts: c.sites, Assets: c.equipment, Tickets: c.jobs, Leads: 1}
	store := vendorsim.NewSyncro(o)
	return &party{vendorSide: openAccount(t, "syncro", store.Transport(), rate,
		map[string]string{"subdomain": vendorsim.DefaultSyncroDomain, "token": vendorsim.DefaultSyncroToken}),
		store: store, streams: []string{"customers", "contacts", "assets", "tickets"}}
}

// openAccount is what leads to an account, with a limit of requests; none by default.
func openAccount(t *testing.T, name string, transport http.RoundTripper, rate budget.Limit, settings map[string]string) vendorSide {
	t.Helper()
	spec, err := connector.Load(name)
	require.NoError(t, err)
	v := vendorSide{spec: spec, values: connector.Values{}}
	for key, text := range settings {
		v.values[key] = connector.NewSecret(text)
	}
	ledger, err := budget.Open(filepath.Join(t.TempDir(), "usage"))
	require.NoError(t, err)
	v.budget, err = ledger.Budget(context.Background(), budget.Config{Key: name, Rate: rate})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, v.budget.Close())
		require.NoError(t, ledger.Close())
	})
	v.client, err = api.New(api.Options{Spec: spec, Values: v.values, Budget: v.budget, Transport: transport, Version: "test", Timeout: moveTimeout})
	require.NoError(t, err)
	t.Cleanup(v.client.Close)
	base, err := v.values.BaseURL(spec, "")
	require.NoError(t, err)
	v.account = v.values.Account(spec, base)
	return v
}

// typed lets people of a Syncro account have typed customers before.
func typed(t *testing.T, store vendorStore, customers []map[string]any) {
	t.Helper()
	for _, c := range customers {
		body, err := json.Marshal(c)
		require.NoError(t, err)
		r, err := http.NewRequest(http.MethodPost, "https://"+vendorsim.DefaultSyncroDomain+".syncromsp.com/api/v1/customers", bytes.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+vendorsim.DefaultSyncroToken)
		r.Header.Set("Content-Type", "application/json")
		resp, err := store.Transport().RoundTrip(r)
		require.NoError(t, err)
		require.Less(t, resp.StatusCode, 300)
		require.NoError(t, resp.Body.Close())
	}
}
