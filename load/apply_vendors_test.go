package load_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

// TestSyncroLosesAnswers loads customers and their tickets into a simulated
// Syncro, which has no field for a reference, while every tenth answer is lost.
func TestSyncroLosesAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := vendorsim.NewSyncro(vendorsim.SyncroOptions{Options: vendorsim.Options{Seed: 3, Latency: -1, Rate: vendorsim.Rate{Limit: 1_000_000}}})
		before := len(sim.Live("customers"))
		sim.SetFaults(vendorsim.Fault{Kind: vendorsim.FaultResetCounted, Chance: 0.1, Method: http.MethodPost},
			vendorsim.Fault{Kind: vendorsim.FaultReset, Chance: 0.05, Method: http.MethodPost})
		customers := load.Rules{Name: "customers", Source: "customer", Part: "customers", Target: "customers", Match: [][]string{{"email"}},
			Duplicates: load.HoldDuplicates, Reference: "referred_by",
			Fields: []load.Field{text("business_name"), text("email"), text("phone"), text("referred_by")}}
		tickets := load.Rules{Name: "tickets", Source: "job", Part: "tickets", Target: "tickets", Duplicates: load.HoldDuplicates,
			Fields: []load.Field{text("subject"), refTo("customer_id", "customers"), text("status"), text("problem_type")}}
		b := newVendorBench(t, "syncro", sim.Transport(),
			connector.Values{"subdomain": connector.NewSecret(vendorsim.DefaultSyncroDomain), "token": connector.NewSecret(vendorsim.DefaultSyncroToken)}, tickets, customers)
		var rows, jobs []string
		for i := 1; i <= 60; i++ {
			rows = append(rows, fmt.Sprintf(`%d {"business_name":"Acme %d","phone":"(719) 388-%04d","referred_by":"old %d"}`, i, i%7, i, i))
			jobs = append(jobs, fmt.Sprintf(`%d {"subject":"Job %d","status":"New","customer_id":{"$ref":{"stream":"customers","key":"%d"}}}`, i, i, i))
		}
		b.put("customer", rows...)
		b.put("job", jobs...)
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 120, bins.Of(stage.LoadCreated), "%v", bins)
		assert.Equal(t, before+60, len(sim.Live("customers")))

		sim.SetFaults()
		v, err := load.Verify(context.Background(), b.cfg, b.run)
		require.NoError(t, err)
		assert.True(t, v.Good(), "%+v", v.Differs)
		again := b.load()
		assert.Equal(t, 120, again.Of(stage.LoadUnchanged), "%v", again)
		b.run = v.Run
		_, undone := b.undo()
		assert.Equal(t, 120, undone.Of(stage.LoadDeleted), "%v", undone)
		assert.Equal(t, before, len(sim.Live("customers")))
	})
}

// TestSynchroteamReplaysJobs brings jobs to their status by the calls that lead
// there, in a simulated Synchroteam that loses answers.
func TestSynchroteamReplaysJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := vendorsim.NewSynchroteam(vendorsim.Options{Seed: 3, Latency: -1, Rate: vendorsim.Rate{Limit: 1_000_000}, Quota: vendorsim.Quota{Limit: 1_000_000}})
		before := len(sim.Live("job"))
		sim.SetFaults(vendorsim.Fault{Kind: vendorsim.FaultResetCounted, Chance: 0.1, Method: http.MethodPost},
			vendorsim.Fault{Kind: vendorsim.FaultReset, Chance: 0.05, Method: http.MethodPost})
		customers := load.Rules{Name: "customers", Source: "customer", Part: "customers", Target: "customer", Duplicates: load.HoldDuplicates, Fields: []load.Field{text("name")}}
		customer := load.Field{Path: []string{"customer", "id"}, Set: load.SetAlways, Kind: record.Integer, Refs: "customers"}
		status := load.Field{Path: []string{"status"}, Set: load.SetAlways, Kind: record.String, Actions: true}
		jobs := load.Rules{Name: "jobs", Source: "job", Part: "jobs", Target: "job", Duplicates: load.HoldDuplicates,
			Fields: []load.Field{text("description"), customer, status, number("actualStart", record.DateTime), number("actualEnd", record.DateTime)}}
		b := newVendorBench(t, "synchroteam", sim.Transport(),
			connector.Values{"domain": connector.NewSecret(vendorsim.DefaultDomain), "api_key": connector.NewSecret(vendorsim.DefaultAPIKey), "zone": connector.NewSecret("UTC")}, jobs, customers)
		var rows, list []string
		for i := 1; i <= 30; i++ {
			rows = append(rows, fmt.Sprintf(`%d {"name":"Migrated %d"}`, i, i))
			list = append(list, fmt.Sprintf(`%d {"description":"Job %d","status":"validated","actualStart":"2026-01-02 10:00:00","actualEnd":"2026-01-02 11:00:00","customer":{"id":{"$ref":{"stream":"customers","key":"%d"}}}}`, i, i, i))
		}
		b.put("customer", rows...)
		b.put("job", list...)
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 60, bins.Of(stage.LoadCreated), "%v %+v", bins, b.why(p, "jobs", "1"))
		assert.Zero(t, bins.Partial())
		assert.Equal(t, before+30, len(sim.Live("job")))
		sim.SetFaults()
		v, err := load.Verify(context.Background(), b.cfg, b.run)
		require.NoError(t, err)
		assert.True(t, v.Good(), "%+v", v.Differs)
	})
}

// newVendorBench is a bench with a simulated vendor for its target.
func newVendorBench(t *testing.T, vendor string, transport http.RoundTripper, values connector.Values, rules ...load.Rules) *bench {
	t.Helper()
	spec, err := connector.Load(vendor)
	require.NoError(t, err)
	s, err := openSideWith(t.TempDir(), spec, values, transport, "", requestTimeout, budget.Limit{Requests: 1_000_000, Per: time.Minute})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	b := &bench{t: t, side: s, stage: s.stage, cfg: s.cfg, source: map[string][]string{}}
	b.cfg.Rules = rules
	return b
}
