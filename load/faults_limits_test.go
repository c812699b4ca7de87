package load_test

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/samples/vendorsim"
)

// refusalLimitRows are rates, quotas and credentials.
func refusalLimitRows() []faultRow {
	return []faultRow{
		{id: "R4", title: "429 with Retry-After in seconds", play: playR4},
		{id: "R5", title: "429 with an HTTP date, or clock skew between the two", play: playR5},
		{id: "R6", title: "429 with none, or Retry-After: 0 for ever", play: playR6},
		{id: "R7", title: "limit announced only in headers that count down", play: playR7},
		{id: "R8", title: "403 or 400 that really means quota", play: playR8},
		{id: "R9", title: "daily quota ends in mid-run", play: playR9},
		{id: "R10", title: "another tool eats the same quota", play: playR10},
		{id: "R11", title: "limit on concurrency, or per object type", play: playR11},
		{id: "R12", title: "token expires; refresh token used by another process too", play: playR12},
	}
}

// quietAfter wants that nothing was sent for a span after each answer of a status.
func (s *scene) quietAfter(status int, span time.Duration) (refused int) {
	s.t.Helper()
	all := s.wire.seen(func(*wireCall) bool { return true })
	for _, r := range all {
		if r.status != status {
			continue
		}
		refused++
		for _, x := range all {
			require.Falsef(s.t, x.at.After(r.ended) && x.at.Before(r.ended.Add(span)), "a request %s after the refusal, which asked for %s", x.at.Sub(r.ended), span)
		}
	}
	return refused
}

func playR4(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", customers(40)...)
	s.target.on(&fault{nth: []int{10, 25}, do: refuse(429, `{"error":"slow down"}`, "Retry-After", "20")})
	p, bins := s.do()
	assert.Equal(c, 40, bins.Of(stage.LoadCreated))
	n := s.quietAfter(429, 19*time.Second)
	assert.Equal(c, 2, n)
	assert.Equal(c, 42, s.target.writes)
	s.judge(p)
	s.again(p)
	c.saw("%d refusals, nothing sent by any worker for 20 s after each", n)
}

func playR5(c *faultPlay) {
	o := vendorsim.SyncroOptions{Options: quietOptions()}
	o.ClockSkew = -47 * time.Minute
	o.Faults = []vendorsim.Fault{{Kind: vendorsim.FaultRateDate, Method: "POST", Nth: []int{4}, RetryAfter: 40 * time.Second}}
	sim := vendorsim.NewSyncro(o)
	s := c.syncro(sim, sceneOptions{marks: map[string][]string{"customers": {"email"}}}, syncroCustomers())
	var rows []string
	for i := range 10 {
		rows = append(rows, itoa(i+1)+` {"business_name":"Firm `+itoa(i+1)+`","email":"f`+itoa(i+1)+`@example.com"}`)
	}
	s.put("customer", rows...)
	began := time.Now()
	p, bins := s.do()
	assert.Equal(c, 10, bins.Of(stage.LoadCreated))
	assert.Equal(c, 1, s.quietAfter(429, 38*time.Second))
	took := time.Since(began)
	assert.Less(c, took, 10*time.Minute, "the vendor's clock counts, not ours")
	s.judge(p)
	s.again(p)
	c.saw("the vendor's clock is 47 min behind: waited %s", took.Round(time.Second))
}

func playR6(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", customers(20)...)
	p := s.plan()
	s.target.on(&fault{do: refuse(429, `{"error":"slow down"}`, "Retry-After", "0")})
	bins := s.try(p)
	require.Error(c, s.err)
	assert.Equal(c, connector.RateLimited, api.ClassOf(s.err))
	assert.Equal(c, 20, bins.Of(stage.LoadWaiting))
	first := s.target.writes
	assert.Less(c, first, 120, "bounded")
	s.judge(p)
	s.target.script = nil
	s.target.on(&fault{nth: []int{3, 4, 9}, do: refuse(429, `{"error":"slow down"}`)})
	bins = s.goOn(p)
	assert.Equal(c, 20, bins.Of(stage.LoadCreated))
	s.judge(p)
	s.again(p)
	c.saw("for ever: stopped after %d requests, all wait; without a header: own pauses", first)
}

func playR7(c *faultPlay) {
	o := quietOptions()
	o.Rate = vendorsim.Rate{Limit: 30}
	sim := vendorsim.NewSynchroteam(o)
	s := c.synchroteam(sim, sceneOptions{rate: budget.Limit{Requests: 120, Per: time.Minute}}, synchroteamCustomers())
	var rows []string
	for i := range 60 {
		rows = append(rows, itoa(i+1)+` {"name":"Firm no. `+itoa(i+1)+`"}`)
	}
	s.put("customer", rows...)
	p, bins := s.do()
	assert.Equal(c, 60, bins.Of(stage.LoadCreated))
	assert.Zero(c, sim.Counters().RefusedRate, "it slows before zero")
	s.judge(p)
	s.again(p)
	c.saw("30 a minute by header alone, where the spec says 120: 0 refused")
}

func playR8(c *faultPlay) {
	quota := "    - {status: 429, class: rate}\n"
	spec := loadTargetSpec(c, quota, quota+"    - {status: [400, 403], body: used up, class: quota}\n")
	s := c.scene(spec, customersRules())
	s.cfg.Workers = 1
	s.put("customer", customers(20)...)
	p := s.plan()
	s.target.on(&fault{nth: every(1, 60)[7:], do: refuse(403, `{"error":"You have used up the API calls of today"}`)})
	bins := s.try(p)
	require.Error(c, s.err)
	assert.Equal(c, connector.QuotaSpent, api.ClassOf(s.err))
	assert.Equal(c, 7, bins.Of(stage.LoadCreated))
	assert.Equal(c, 13, bins.Of(stage.LoadWaiting), "it is no refusal of a record")
	s.judge(p)
	s.target.script = nil
	time.Sleep(25 * time.Hour)
	bins = s.goOn(p)
	assert.Equal(c, 20, bins.Of(stage.LoadCreated))
	s.judge(p)
	s.again(p)
	c.saw("by a rule of the spec: 7 done, 13 wait, next day all")
}

func playR9(c *faultPlay) {
	s := c.scene(nil, customersRules(), sitesRules())
	s.put("customer", customers(30)...)
	s.put("site", childrenOf(30, "customer_id", `"name":"Site %d"`)...)
	p := s.plan()
	s.target.quota = 41
	bins := s.try(p)
	require.Error(c, s.err)
	assert.Equal(c, connector.QuotaSpent, api.ClassOf(s.err))
	done := bins.Of(stage.LoadCreated)
	assert.GreaterOrEqual(c, done, 38, "all but what was read")
	assert.Equal(c, 60-done, bins.Of(stage.LoadWaiting))
	assert.Zero(c, bins.Of(stage.LoadUnsure))
	s.judge(p)
	first := s.err
	time.Sleep(25 * time.Hour)
	s.target.quota = -1
	bins = s.goOn(p) // without a new approval
	assert.Equal(c, 60, bins.Of(stage.LoadCreated))
	s.judge(p)
	s.again(p)
	c.saw("%d done, %d wait; next day the rest, without a new approval (%v)", done, 60-done, api.ClassOf(first))
}

func playR10(c *faultPlay) {
	o := quietOptions()
	o.Quota = vendorsim.Quota{Limit: 100}
	sim := vendorsim.NewSynchroteam(o)
	s := c.synchroteam(sim, sceneOptions{quota: budget.Limit{Requests: 10000, Per: 24 * time.Hour}, reserve: 0.1}, synchroteamCustomers())
	var rows []string
	for i := range 60 {
		rows = append(rows, itoa(i+1)+` {"name":"Firm no. `+itoa(i+1)+`"}`)
	}
	s.put("customer", rows...)
	p := s.plan()
	others := func() { // another tool on the same key
		r, err := http.NewRequest(http.MethodGet, "https://ws.synchroteam.com/api/v3/customer/list", nil)
		require.NoError(c, err)
		r.SetBasicAuth(vendorsim.DefaultDomain, vendorsim.DefaultAPIKey)
		resp, err := sim.Transport().RoundTrip(r)
		require.NoError(c, err)
		require.Equal(c, 200, resp.StatusCode)
	}
	var n atomic.Int64
	s.wire.before = func(*wireCall) {
		if n.Add(1) == 20 {
			for range 30 {
				others()
			}
		}
	}
	bins := s.try(p)
	require.Error(c, s.err)
	assert.Equal(c, connector.QuotaSpent, api.ClassOf(s.err))
	got := sim.Counters()
	assert.Zero(c, got.RefusedQuota, "what is left was read again")
	assert.LessOrEqual(c, got.Accepted, 92, "the reserve is left to the office")
	done := bins.Of(stage.LoadCreated)
	assert.Less(c, done, 60)
	s.judge(p)
	for range 3 {
		time.Sleep(25 * time.Hour)
		if bins = s.try(p); s.err == nil {
			break
		}
	}
	require.NoError(c, s.err)
	assert.Equal(c, 60, bins.Of(stage.LoadCreated))
	s.judge(p)
	c.saw("another tool took 30 of 100: stopped at %d records with the reserve untouched and 0 refused", done)
}

func playR11(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.cfg.Workers = 8
	s.put("customer", customers(40)...)
	var in atomic.Int64
	refused := 0
	s.target.on(&fault{do: func(v *target, _ *fakeRequest, commit func() answer) (answer, error) {
		defer in.Add(-1)
		if in.Add(1) > 2 {
			v.mu.Lock()
			refused++
			v.mu.Unlock()
			return refuse(429, `{"error":"two at a time"}`, "Retry-After", "1")(nil, nil, nil)
		}
		time.Sleep(300 * time.Millisecond)
		return commit(), nil
	}})
	p, bins := s.do()
	assert.Equal(c, 40, bins.Of(stage.LoadCreated))
	assert.Positive(c, refused)
	s.judge(p)
	s.again(p)
	c.saw("two at a time, 8 workers: all once, %d refusals waited out; no vendor counts by object type", refused)
}

func playR12(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", customers(40)...)
	p := s.plan()
	s.target.on(&fault{nth: every(1, 200)[11:], do: refuse(401, `{"error":"token expired"}`)}, &fault{method: "GET", do: refuse(401, `{"error":"token expired"}`)})
	bins := s.try(p)
	require.Error(c, s.err)
	assert.Equal(c, connector.Credentials, api.ClassOf(s.err))
	refused := len(s.wire.seen(func(c *wireCall) bool { return c.status == 401 }))
	assert.LessOrEqual(c, refused, s.cfg.Workers, "not a thousand")
	assert.Zero(c, bins.Of(stage.LoadRejected))
	assert.Equal(c, 40, bins.Of(stage.LoadCreated)+bins.Of(stage.LoadWaiting))
	s.judge(p)
	s.target.script = nil
	again := s.reborn(s.copyDisk()) // with a new token
	bins = again.goOn(p)
	assert.Equal(c, 40, bins.Of(stage.LoadCreated))
	again.judge(p)
	again.again(p)
	for _, vendor := range shippedVendors {
		spec, err := connector.Load(vendor)
		require.NoError(c, err)
		assert.Contains(c, []connector.AuthKind{connector.AuthBasic, connector.AuthBearer, connector.AuthHeader}, spec.Auth.Kind, "%s: a key that is not refreshed", vendor)
	}
	c.saw("%d refusals, then nothing more was sent; with a new token all 40", refused)
}
