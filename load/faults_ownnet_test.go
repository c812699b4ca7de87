package load_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

func playO12(c *faultPlay) {
	// A careless proxy, which keeps signed answers about single records, and those
	// to questions for them, unless it is told not to.
	s := c.scene(nil, customersRules())
	inner := s.wire.next
	cache := sync.Map{}
	var hits atomic.Int64
	s.wire.next = transportFunc(func(r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodGet || r.URL.Query().Has("sort") || strings.Contains(r.Header.Get("Cache-Control"), "no-cache") {
			return inner.RoundTrip(r)
		}
		if kept, ok := cache.Load(r.URL.String()); ok {
			hits.Add(1)
			a := kept.(answer)
			a.header = a.header.Clone()
			return a.response(r), nil
		}
		resp, err := inner.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		a := answer{status: resp.StatusCode, header: resp.Header.Clone()}
		a.body, err = io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		cache.Store(r.URL.String(), a)
		a.header = a.header.Clone()
		return a.response(r), nil
	})
	for i := 1; i <= 3; i++ {
		s.target.add("customers", fields{"name": "Old", "email": "c" + itoa(i) + "@example.com"})
	}
	s.cfg.Workers = 1
	s.put("customer", customers(6)...)
	time.Sleep(time.Minute)
	s.target.lag = 9 * time.Second
	s.target.on(&fault{method: "POST", nth: []int{2}, do: lostAfter}, &fault{method: "PUT", nth: []int{2}, do: lostAfter})
	p, bins := s.do()
	assert.Equal(c, 3, bins.Of(stage.LoadCreated))
	assert.Equal(c, 3, bins.Of(stage.LoadUpdated))
	assert.Equal(c, 3, s.wire.count("POST", ""))
	v := s.check()
	assert.True(c, v.Good())
	s.judge(p)
	s.again(p)

	// A record was read before its update, which the quota's end kept back; then
	// people changed it.
	s.put("customer", `1 {"name":"Newer","email":"c1@example.com"}`)
	s.source["customer"] = s.source["customer"][:6]
	p = s.plan()
	s.target.on(&fault{method: "PUT", nth: []int{1}, do: refuse(429, `{"error":"quota"}`, "X-Quota-Left", "0", "Retry-After", "3600")})
	s.try(p)
	require.Error(c, s.err)
	time.Sleep(25 * time.Hour)
	s.target.edit("customers", 1001, fields{"name": "By hand"})
	s.human("customers", 1001)
	s.goOn(p)
	assert.Equal(c, load.CodeStale, s.why(p, "customers", "1").Code)
	assert.Equal(c, "By hand", s.target.live("customers")[1001]["name"])
	assert.Zero(c, hits.Load(), "every reading asks the target itself")
	s.judge(p)

	// A proxy that wants a login.
	s = c.scene(nil, customersRules())
	s.cfg.Workers = 1
	s.put("customer", customers(4)...)
	p = s.plan()
	s.target.on(&fault{do: func(*target, *fakeRequest, func() answer) (answer, error) {
		return answer{status: http.StatusProxyAuthRequired, typ: "text/html", body: []byte("<html><title>Proxy login</title></html>")}, nil
	}})
	bins = s.try(p)
	require.Error(c, s.err)
	text := s.err.Error()
	assert.Contains(c, strings.ToLower(text), "proxy")
	assert.Equal(c, 4, bins.Of(stage.LoadWaiting))
	assert.LessOrEqual(c, s.target.writes, 1, "not one a record")
	s.judge(p)
	s.target.script = nil
	bins = s.goOn(p)
	assert.Equal(c, 4, bins.Of(stage.LoadCreated))
	s.judge(p)
	c.saw("no single record comes from a proxy's memory (lists are not asked past it); a login is named: %s; TLS is never turned off (see extract/api)", text)
}

func playO13(c *faultPlay) {
	for _, to := range []string{"https://eu.bench.test/api/customers", "https://bench.test/api/customers?again=1"} {
		s := c.scene(nil, customersRules())
		s.cfg.Workers = 1
		s.put("customer", customers(4)...)
		status := 302
		if strings.Contains(to, "//eu.") {
			status = 307 // it would keep the method
		}
		s.target.on(&fault{method: "POST", nth: []int{2}, do: refuse(status, "", "Location", to)})
		p, bins := s.do()
		assert.Equal(c, 1, bins.Of(stage.LoadCreated))
		why := s.why(p, "customers", "2")
		assert.Contains(c, why.Said, "redirect")
		u, err := url.Parse(to)
		require.NoError(c, err)
		assert.Zero(c, len(s.wire.seen(func(call *wireCall) bool { return call.host != "bench.test" })), "no token goes elsewhere")
		assert.Zero(c, s.wire.count("GET", "again=1"), "no POST becomes a GET")
		s.judge(p)
		c.saw("%s: %s", u.Host, why.Said)
	}
	// One that keeps the method, at the same host, is followed.
	s := c.scene(nil, customersRules())
	s.put("customer", customers(4)...)
	s.target.on(&fault{method: "POST", nth: []int{2}, do: refuse(307, "", "Location", "https://bench.test/api/customers")})
	p, bins := s.do()
	assert.Equal(c, 4, bins.Of(stage.LoadCreated))
	s.judge(p)
	s.again(p)
}
