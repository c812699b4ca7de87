package apisink_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

// customer is a creation at Syncro, which has no field for our reference.
func (b *bench) customer(name string) load.Deed {
	return b.deeds(load.Write{Stream: "customers", Kind: stage.AttemptCreate, Source: "1",
		Fields: json.RawMessage(fmt.Sprintf(`{"business_name":%q,"email":"secret@b.example"}`, name))}).List[0]
}

// What came of one creation under a fault, and how many records were made.
func TestFaultsOfACreation(t *testing.T) {
	for name, c := range map[string]struct {
		fault vendorsim.Fault
		state stage.AttemptState
		made  int
		also  func(*testing.T, load.Result)
	}{
		"lost after the commit":      {vendorsim.Fault{Kind: vendorsim.FaultResetCounted}, stage.AttemptUnsure, 1, nil},
		"lost before the commit":     {vendorsim.Fault{Kind: vendorsim.FaultReset}, stage.AttemptUnsure, 0, nil},
		"500 with the record made":   {vendorsim.Fault{Kind: vendorsim.Fault500, Done: true}, stage.AttemptUnsure, 1, nil},
		"504 of a gateway":           {vendorsim.Fault{Kind: vendorsim.Fault504, Done: true}, stage.AttemptUnsure, 1, nil},
		"the answer is cut":          {vendorsim.Fault{Kind: vendorsim.FaultCut}, stage.AttemptUnsure, 1, nil},
		"half of the JSON":           {vendorsim.Fault{Kind: vendorsim.FaultTruncated}, stage.AttemptUnsure, 1, nil},
		"a web page":                 {vendorsim.Fault{Kind: vendorsim.FaultHTML}, stage.AttemptUnsure, 1, nil},
		"a wrong type":               {vendorsim.Fault{Kind: vendorsim.FaultContentType}, stage.AttemptUnsure, 1, nil},
		"200 and nothing":            {vendorsim.Fault{Kind: vendorsim.FaultEmpty}, stage.AttemptUnsure, 1, nil},
		"204":                        {vendorsim.Fault{Kind: vendorsim.Fault204}, stage.AttemptUnsure, 1, nil},
		"409 with the id in a text":  {vendorsim.Fault{Kind: vendorsim.FaultExists}, stage.AttemptDone, 1, nil},
		"a limit without any header": {vendorsim.Fault{Kind: vendorsim.FaultRate, Times: 1}, stage.AttemptDone, 1, nil},
		"a lock": {vendorsim.Fault{Kind: vendorsim.FaultLocked}, stage.AttemptUnsent, 0, func(t *testing.T, r load.Result) {
			assert.Equal(t, connector.Retryable, r.Class)
		}},
		"a conflict of versions": {vendorsim.Fault{Kind: vendorsim.FaultVersion}, stage.AttemptRejected, 0, func(t *testing.T, r load.Result) {
			assert.Equal(t, http.StatusPreconditionFailed, r.Status)
		}},
		"no permission": {vendorsim.Fault{Kind: vendorsim.FaultForbidden}, stage.AttemptRejected, 0, func(t *testing.T, r load.Result) {
			assert.True(t, r.Stop, "the next one would be refused too")
		}},
		"a refusal": {vendorsim.Fault{Kind: vendorsim.FaultInvalid, Field: "business_name", Text: "\"Acme\" is too short, secret@b.example too"}, stage.AttemptRejected, 0,
			func(t *testing.T, r load.Result) {
				assert.Equal(t, "business_name", r.Field)
				assert.Equal(t, `business_name "(business_name)" is too short, [e-mail] too`, r.Message, "what we sent is not repeated")
				assert.False(t, r.Stop)
			}},
		"a redirect": {vendorsim.Fault{Kind: vendorsim.FaultRedirect}, stage.AttemptRejected, 0, func(t *testing.T, r load.Result) {
			assert.True(t, r.Stop)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, sim := newSyncro(t, vendorsim.SyncroOptions{Options: quiet()}, nil)
				before := len(sim.Live(vendorsim.SyncroCustomers))
				c.fault.Method = "POST"
				sim.SetFaults(withEvery(c.fault))
				r := b.send(b.customer("Acme"))
				assert.Equal(t, c.state, r.State, r.Message)
				assert.Equal(t, before+c.made, len(sim.Live(vendorsim.SyncroCustomers)))
				if c.state == stage.AttemptDone {
					assert.NotEmpty(t, r.Key)
				}
				if c.also != nil {
					c.also(t, r)
				}
				assert.NotContains(t, r.Message+r.Hint, "secret@b.example")
			})
		})
	}
}

// withEvery lets a fault happen on every fitting call.
func withEvery(f vendorsim.Fault) vendorsim.Fault {
	if f.Times == 0 {
		f.Every = 1
	} else {
		f.Nth = []int{1}
	}
	return f
}

// A write is not sent twice before the target was asked, not even where the
// vendor would find the record by our reference.
func TestLostUpsertsAreUnsure(t *testing.T) {
	for _, kind := range []vendorsim.FaultKind{vendorsim.FaultResetCounted, vendorsim.FaultCut, vendorsim.FaultHTML, vendorsim.FaultEmpty, vendorsim.Fault204} {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, sim := newSynchroteam(t, quiet(), nil)
				before := len(sim.Live("customer"))
				sim.SetFaults(vendorsim.Fault{Kind: kind, Method: "POST", Nth: []int{1}})
				r := b.send(b.deeds(load.Write{Stream: "customer", Kind: stage.AttemptCreate, Source: "1", Fields: json.RawMessage(`{"name":"Acme"}`)}).List[0])
				assert.Contains(t, []stage.AttemptState{stage.AttemptUnsure, stage.AttemptDone}, r.State)
				assert.Len(t, sim.Live("customer"), before+1)
				assert.Len(t, sim.Written("customer"), 1, "sent once")
			})
		})
	}
}

// A serial that is taken: equal to what was sent it is the record, else it is named.
func TestCreationsOfWhatIsThere(t *testing.T) {
	b, _ := newSyncro(t, vendorsim.SyncroOptions{Options: quiet(), UniqueEmail: true}, nil)
	customer := b.create("customers", "1", `{"business_name":"Acme","email":"a@b.example"}`)
	asset := fmt.Sprintf(`{"customer_id":%s,"name":"Pump","asset_type_name":"Heat Pump","asset_serial":"S-77"}`, customer)
	key := b.create("assets", "1", asset)
	assert.Equal(t, key, b.create("assets", "1", asset), "it is there already")
	other := b.send(b.deeds(load.Write{Stream: "assets", Kind: stage.AttemptCreate, Source: "2",
		Fields: json.RawMessage(fmt.Sprintf(`{"customer_id":%s,"name":"Fan","asset_type_name":"Heat Pump","asset_serial":"S-77"}`, customer))}).List[0])
	assert.Equal(t, stage.AttemptRejected, other.State)
	assert.Equal(t, "asset_serial", other.Field)
	assert.Contains(t, other.Hint, string(key))
	taken := b.send(b.deeds(load.Write{Stream: "customers", Kind: stage.AttemptCreate, Source: "3", Fields: json.RawMessage(`{"firstname":"B","email":"a@b.example"}`)}).List[0])
	assert.Equal(t, stage.AttemptRejected, taken.State)
	assert.Equal(t, "email", taken.Field)
	assert.Contains(t, taken.Hint, "look for it there")
}

// An answer that says OK though nothing was done.
func TestAnswersThatAreNotTrue(t *testing.T) {
	b, sim := newSyncro(t, vendorsim.SyncroOptions{Options: quiet(), StuckInvoices: true}, nil)
	customer := b.create("customers", "1", `{"business_name":"Acme"}`)
	invoice := b.create("invoices", "1", fmt.Sprintf(`{"customer_id":%s,"number":"X-1","date":"2024-01-02"}`, customer))
	line := b.create("invoices.line_items", "1", fmt.Sprintf(`{"invoice_id":%s,"name":"n","quantity":1,"price":1}`, invoice))
	b.create("payments", "1", fmt.Sprintf(`{"invoice_id":%s,"amount_cents":10000}`, invoice))
	change := b.deeds(load.Write{Stream: "invoices.line_items", Kind: stage.AttemptUpdate, Key: line, Now: b.now("invoices.line_items", line), Fields: json.RawMessage(`{"name":"m"}`)})
	r := b.send(change.List[0])
	assert.Equal(t, stage.AttemptUnsure, r.State, "it is paid: the line stays, under 200")
	r = b.send(b.deeds(load.Write{Stream: "invoices", Kind: stage.AttemptDelete, Key: invoice, Now: b.now("invoices", invoice)}).List[0])
	assert.Equal(t, stage.AttemptRejected, r.State)
	assert.Contains(t, r.Message, "still there")
	gone := b.send(load.Deed{Kind: stage.AttemptDelete, Stream: "customers", Key: "999999"})
	assert.Equal(t, stage.AttemptDone, gone.State)
	assert.Empty(t, sim.Counters().Effects)
}

// The end of the quota and wrong credentials end the run; nothing was sent.
func TestErrorsThatEndARun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited := quiet()
		limited.Rate, limited.Quota = vendorsim.Rate{}, vendorsim.Quota{}
		b, sim := newSynchroteam(t, limited, nil)
		d := b.deeds(load.Write{Stream: "customer", Kind: stage.AttemptCreate, Source: "1", Fields: json.RawMessage(`{"name":"A"}`)}).List
		sim.SetFaults(vendorsim.Fault{Kind: vendorsim.FaultQuota, Every: 1})
		out, err := b.target.Send(t.Context(), d)
		require.Equal(t, connector.QuotaSpent, api.ClassOf(err))
		assert.Equal(t, stage.AttemptUnsent, out[0].State)
	})
	b, sim := newSyncro(t, vendorsim.SyncroOptions{Options: quiet()}, nil)
	sim.SetFaults(vendorsim.Fault{Kind: vendorsim.FaultUnauthorized, Every: 1})
	out, err := b.target.Send(t.Context(), []load.Deed{b.customer("A")})
	require.Equal(t, connector.Credentials, api.ClassOf(err))
	assert.Equal(t, stage.AttemptUnsent, out[0].State)
}

// A stop before the request left is unsent, after that it is unsure.
func TestInterrupted(t *testing.T) {
	b, sim := newSyncro(t, vendorsim.SyncroOptions{Options: quiet()}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out, err := b.target.Send(ctx, []load.Deed{b.customer("A")})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, stage.AttemptUnsent, out[0].State)
	assert.Zero(t, sim.Counters().Requests)

	synctest.Test(t, func(t *testing.T) {
		b, sim := newSyncro(t, vendorsim.SyncroOptions{Options: quiet()}, nil)
		sim.SetFaults(vendorsim.Fault{Kind: vendorsim.FaultSlow, Every: 1, Delay: 4 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		out, err := b.target.Send(ctx, []load.Deed{b.customer("A")})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, stage.AttemptUnsure, out[0].State)
	})
}

// A text that a firewall takes for an attack is refused alone.
func TestFirewalls(t *testing.T) {
	b, sim := newSyncro(t, vendorsim.SyncroOptions{Options: quiet()}, nil)
	sim.SetFaults(vendorsim.Fault{Kind: vendorsim.FaultWAF, Every: 1})
	d := b.customer("A")
	d.Fields = json.RawMessage(`{"business_name":"A","notes":"<script>alert(1)</script>"}`)
	r := b.send(d)
	assert.Equal(t, stage.AttemptRejected, r.State)
	assert.False(t, r.Stop)
	assert.Contains(t, r.Hint, "looks like code")
	assert.Equal(t, stage.AttemptDone, b.send(b.customer("A")).State)
}

// Of a batch, what the answer does not name and does not count is read again.
func TestBatchesUnderFaults(t *testing.T) {
	fresh := func(t *testing.T) (*bench, *vendorsim.Customerly, []load.Deed, int) {
		b, sim := newCustomerly(t, vendorsim.CustomerlyOptions{Options: quiet()}, nil)
		return b, sim, b.people(10), len(sim.Live("users"))
	}
	states := func(out []load.Result) map[stage.AttemptState]int {
		n := map[stage.AttemptState]int{}
		for _, r := range out {
			n[r.State]++
		}
		return n
	}
	b, sim, deeds, before := fresh(t)
	sim.SetFaults(vendorsim.Fault{Kind: vendorsim.FaultFewer, Method: "POST", Every: 1})
	out, err := b.target.Send(t.Context(), deeds)
	require.NoError(t, err)
	assert.Equal(t, map[stage.AttemptState]int{stage.AttemptDone: 9, stage.AttemptUnsure: 1}, states(out))
	assert.Equal(t, stage.AttemptUnsure, out[9].State)
	assert.Len(t, sim.Live("users"), before+9)

	b, sim, deeds, before = fresh(t)
	sim.SetFaults(vendorsim.Fault{Kind: vendorsim.FaultBatch, Method: "POST", Every: 1, When: func(row map[string]any) bool { return row["name"] == "Person 4" }})
	out, err = b.target.Send(t.Context(), deeds)
	require.NoError(t, err)
	assert.Equal(t, map[stage.AttemptState]int{stage.AttemptRejected: 10}, states(out))
	for _, r := range out {
		assert.True(t, r.Whole, "a smaller one may go through")
	}
	assert.Len(t, sim.Live("users"), before)
	half, err := b.target.Send(t.Context(), deeds[5:])
	require.NoError(t, err)
	assert.Equal(t, map[stage.AttemptState]int{stage.AttemptDone: 5}, states(half))
	alone, err := b.target.Send(t.Context(), deeds[4:5])
	require.NoError(t, err)
	assert.Equal(t, stage.AttemptRejected, alone[0].State)
	assert.False(t, alone[0].Whole)

	synctest.Test(t, func(t *testing.T) {
		b, sim, deeds, before := fresh(t)
		sim.SetFaults(vendorsim.Fault{Kind: vendorsim.FaultHalf, Method: "POST", Nth: []int{1}})
		out, err := b.target.Send(t.Context(), deeds)
		require.NoError(t, err)
		assert.Equal(t, map[stage.AttemptState]int{stage.AttemptUnsure: 10}, states(out), "half of it is done, and nobody says which")
		assert.Len(t, sim.Live("users"), before+5)
	})
	_, err = b.target.Send(t.Context(), append(b.people(50), b.people(1)...))
	require.ErrorContains(t, err, "which takes 50")
	_, err = b.target.Send(t.Context(), []load.Deed{deeds[0], {Kind: stage.AttemptDelete, Stream: "users", Key: record.Key("1")}})
	require.ErrorContains(t, err, "in one request")
}
