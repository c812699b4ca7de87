package load_test

import (
	"context"
	"encoding/csv"
	"os"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/report"
)

// ownRunRows are the network, the wrong account, a slow target, undo and proof.
func ownRunRows() []faultRow {
	return []faultRow{
		{id: "O12", title: "proxy changes TLS, needs a login, or caches GET", play: playO12},
		{id: "O13", title: "redirect to another host or region with POST turned into GET", play: playO13},
		{id: "O14", title: "production key used where the sandbox was meant", play: playO14},
		{id: "O15", title: "idempotency key reused with other content, or expired", play: playO15,
			cannot: "no vendor takes an idempotency key: no call sends one as header, query or body"},
		{id: "O16", title: "target slows ten times", play: playO16},
		{id: "O17", title: "undo: record has since been edited, is referenced, or is billed", play: playO17},
		{id: "O18", title: "undo itself loses an answer", play: playO18},
		{id: "O19", title: `month later someone asks "did we load this?"`, play: playO19},
	}
}

func playO14(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", customers(3)...)
	p := s.plan()
	cfg := s.cfg
	cfg.Target = record.Account{ID: "bench/live@bench.test", Vendor: "bench", Identity: "live", Host: "bench.test"}
	_, err := load.Apply(context.Background(), cfg, p.ID, load.ApplyOptions{All: true})
	var stale *load.StalePlanError
	require.ErrorAs(c, err, &stale)
	assert.Contains(c, stale.Error(), benchTarget.ID)
	assert.Contains(c, stale.Error(), cfg.Target.ID)
	assert.Zero(c, s.target.writes)
	assert.Equal(c, benchTarget.ID, p.Target, "what is approved names the account")
	// Nobody approved it: nothing is written either.
	require.NoError(c, s.stage.SetPlan(context.Background(), p.ID, stage.PlanWaiting, "", time.Time{}))
	s.try(p)
	var state *load.StateError
	require.ErrorAs(c, s.err, &state)
	assert.Zero(c, s.target.writes)
	require.NoError(c, s.stage.SetPlan(context.Background(), p.ID, stage.PlanApproved, "test", time.Now()))
	s.goOn(p)
	s.judge(p)
	c.saw("both accounts named, 0 requests: %s", stale.Changed[0])
}

func playO15(c *faultPlay) {
	everyCall(c, func(vendor, stream string, _ *connector.Writes, call *connector.WriteCall) {
		for _, p := range call.Query {
			assert.NotContains(c, strings.ToLower(p.Name), "idempot", "%s %s", vendor, stream)
		}
		for _, l := range call.Fixed {
			assert.NotContains(c, strings.ToLower(l.Path), "idempot", "%s %s", vendor, stream)
		}
	})
	for _, vendor := range shippedVendors {
		spec, err := connector.Load(vendor)
		require.NoError(c, err)
		for _, h := range spec.Headers {
			assert.NotContains(c, strings.ToLower(h.Name), "idempot", vendor)
		}
	}
	c.saw("no call of the four specs has one")
}

func playO16(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.cfg.Workers = 8
	s.put("customer", customers(80)...)
	// At first 2 s; then ten times that and more with every call in flight beside it,
	// which is over the time-out of 30 s for more than two.
	in, most := 0, 0
	n := 0
	s.target.on(&fault{do: func(v *target, r *fakeRequest, commit func() answer) (answer, error) {
		v.mu.Lock()
		n++
		in++
		d := 2 * time.Second
		if n > 16 {
			d = time.Duration(in) * 12 * time.Second
			if n > 40 {
				most = max(most, in)
			}
		}
		v.mu.Unlock()
		defer func() {
			v.mu.Lock()
			in--
			v.mu.Unlock()
		}()
		a := commit()
		select {
		case <-time.After(d):
			return a, nil
		case <-r.Context().Done():
			return answer{}, r.Context().Err()
		}
	}})
	p, bins := s.do()
	assert.Equal(c, 80, bins.Of(stage.LoadCreated))
	lost := len(s.wire.seen(func(call *wireCall) bool { return call.writes() && call.status == 0 }))
	assert.Positive(c, lost)
	assert.LessOrEqual(c, lost, 16, "no storm of time-outs")
	assert.LessOrEqual(c, most, 4, "fewer at a time")
	assert.Equal(c, 80, s.target.writes)
	s.judge(p)
	s.again(p)
	c.saw("8 at a time became %d, %d time-outs, each asked for: 80 in 80 requests", most, lost)
}

func playO17(c *faultPlay) {
	s := c.scene(nil, sitesRules(), customersRules())
	for i := 1; i <= 4; i++ {
		s.target.add("customers", fields{"name": "Old " + itoa(i), "email": "c" + itoa(i) + "@example.com"})
	}
	s.put("customer", customers(12)...)
	s.put("site", childrenOf(12, "customer_id", `"name":"Site %d"`)...)
	p, _ := s.do()
	s.judge(p)
	s.target.edit("customers", s.targetOf("customers", "2"), fields{"name": "Mine"})
	s.target.edit("customers", s.targetOf("customers", "9"), fields{"notes": "by hand"})
	billed := s.target.add("sites", fields{"name": "Invoice 7", "customer_id": s.targetOf("customers", "11")})
	nine, eleven := s.targetOf("customers", "9"), s.targetOf("customers", "11")
	u, bins := s.takeBack()
	assert.Equal(c, 3, bins.Of(stage.LoadHeld))
	assert.Equal(c, load.CodeEdited, s.why(u, "customers", "9").Code)
	assert.Contains(c, s.why(u, "customers", "11").Text, itoa(billed))
	live := s.target.live("customers")
	assert.Contains(c, live, nine)
	assert.Contains(c, live, eleven)
	assert.Equal(c, "Mine", live[1002]["name"])
	assert.Equal(c, "Old 1", live[1001]["name"])
	assert.Len(c, live, 6)
	assert.Len(c, s.target.live("sites"), 1)
	c.saw("2 edited and 1 that something hangs on are left and listed, all else is as before")
}

func playO18(c *faultPlay) {
	s := c.scene(nil, sitesRules(), customersRules())
	for i := 1; i <= 4; i++ {
		s.target.add("customers", fields{"name": "Old " + itoa(i), "email": "c" + itoa(i) + "@example.com"})
	}
	before := s.target.live("customers")
	s.put("customer", customers(12)...)
	s.put("site", childrenOf(12, "customer_id", `"name":"Site %d"`)...)
	p, _ := s.do()
	s.judge(p)
	s.target.on(&fault{method: "DELETE", nth: []int{2, 5}, do: lostAfter}, &fault{method: "DELETE", nth: []int{7}, do: lostBefore},
		&fault{method: "PUT", nth: []int{1}, do: lostAfter}, &fault{method: "PUT", nth: []int{3}, do: lostBefore})
	_, bins := s.takeBack()
	assert.Equal(c, 20, bins.Of(stage.LoadDeleted))
	assert.Equal(c, 4, bins.Of(stage.LoadRestored))
	assert.Equal(c, before, s.target.live("customers"))
	assert.Empty(c, s.target.live("sites"))
	// And forth again.
	s.target.script = nil
	p, bins = s.do()
	assert.Equal(c, 24, bins.Sum())
	s.judge(p)
	c.saw("5 answers lost, each asked for; the store is as before")
}

func playO19(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.cfg.Workers = 1
	s.put("customer", customers(6)...)
	s.target.on(&fault{nth: []int{3}, do: refuse(422, `{"errors":{"name":["is odd"]}}`)}, &fault{nth: []int{4}, do: lostAfter})
	p, _ := s.do()
	s.judge(p)
	run := s.run
	time.Sleep(31 * 24 * time.Hour)
	s.wire.kill() // from the stage alone
	ctx := context.Background()
	id := record.Key(s.linkOf("customers", "4"))
	links, err := s.stage.LinkedTo(ctx, s.side("customers"), id)
	require.NoError(c, err)
	require.Len(c, links, 1)
	assert.EqualValues(c, "4", links[0].Key)
	assert.Equal(c, stage.LinkAdopted, links[0].How)
	assert.Equal(c, []string{"create rejected"}, s.attempts("3"))
	files, err := report.Write(ctx, s.cfg, run, c.TempDir())
	require.NoError(c, err)
	text, err := os.ReadFile(files.Crosswalk)
	require.NoError(c, err)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).ReadAll()
	require.NoError(c, err)
	byOld, byNew := 0, 0
	for _, row := range rows {
		all := "," + strings.Join(row, ",") + ","
		if strings.Contains(all, ",4,") {
			byOld++
			assert.Contains(c, all, ","+string(id)+",")
		}
		if strings.Contains(all, ","+string(id)+",") {
			byNew++
		}
	}
	assert.Equal(c, 1, byOld)
	assert.Equal(c, 1, byNew)
	c.saw("by source id, by target id and by the ledger, from the stage alone; crosswalk.csv has %d rows", len(rows)-1)
}
