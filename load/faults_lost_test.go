package load_test

import (
	"context"
	"net/http"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

// lostRows are answers that are lost, late or lies.
func lostRows() []faultRow {
	return []faultRow{
		{id: "L1", title: "commits the create, then the connection drops", play: playL1},
		{id: "L2", title: "drops before the commit", play: func(c *faultPlay) { lostOnce(c, lostBefore, 0, 2, "create lost", "create done") }},
		{id: "L3", title: "client timeout, and commits 40 s later", play: playL3},
		{id: "L4", title: "502/504 from the gateway after the commit", play: func(c *faultPlay) {
			lostOnce(c, doneBut(http.StatusBadGateway, "<html><title>Bad Gateway</title></html>"), 9*time.Second, 1, "create done")
			lostOnce(c, doneBut(http.StatusGatewayTimeout, "<html>"), 0, 1, "create done")
		}},
		{id: "L5", title: "500 with the record created", play: func(c *faultPlay) { lostOnce(c, doneBut(500, `{"error":"oops"}`), 9*time.Second, 1, "create done") }},
		{id: "L6", title: "answer cut in the middle of the JSON", play: playL6},
		{id: "L7", title: "or an errors list", play: playL7},
		{id: "L8", title: "200 with an HTML login, captcha or maintenance page", play: playL8},
		{id: "L9", title: "204 or 200 with an empty body and no id", play: playL9},
		{id: "L10", title: "202 accepted, job id only", play: playL10},
		{id: "L11", title: "job result kept one hour", play: playL11},
		{id: "L12", title: "job never leaves", play: playL12},
		{id: "L18", title: "success now, asynchronous validation rejects later", play: playL18},
		{id: "L19", title: `the same request gives 409 "already exists" on the second try`, play: playL19},
		{id: "L20", title: "409 where the id is only in the sentence", play: playL20},
	}
}

// lostOnce loads customers of which the third's answer goes wrong, with a stream
// that carries our reference and with one that carries nothing.
func lostOnce(c *faultPlay, do fate, lag time.Duration, posts int, attempts ...string) {
	for _, rules := range []load.Rules{customersRules(), peopleRules()} {
		s := c.scene(nil, rules)
		s.cfg.Workers = 1
		s.put(rules.Source, customers(6)...)
		s.target.lag = lag
		s.target.on(&fault{nth: []int{3}, do: do})
		p, bins := s.do()
		assert.Equal(c, 6, bins.Of(stage.LoadCreated))
		assert.Equal(c, attempts, s.attempts("3"))
		assert.Equal(c, posts, s.wire.posts(`"Customer 3"`))
		s.judge(p)
		s.again(p)
		c.saw("%s: %d requests for it, %s", rules.Name, posts, attempts[len(attempts)-1])
	}
}

func playL1(c *faultPlay) {
	lostOnce(c, lostAfter, 5*time.Second, 1, "create done")
	// A vendor that creates and updates by one call, and whose search lags behind.
	o := quietOptions()
	o.IndexLag = 8 * time.Second
	o.Faults = []vendorsim.Fault{{Kind: vendorsim.FaultResetCounted, Path: "customer/send", Nth: []int{3, 7}}, {Kind: vendorsim.FaultReset, Path: "customer/send", Nth: []int{5}},
		{Kind: vendorsim.FaultLateWrite, Path: "customer/send", Nth: []int{11}, Delay: 20 * time.Second}}
	sim := vendorsim.NewSynchroteam(o)
	s := c.synchroteam(sim, sceneOptions{}, synchroteamCustomers())
	var rows []string
	for i := range 12 {
		rows = append(rows, itoa(i+1)+` {"name":"Firm no. `+itoa(i+1)+`"}`)
	}
	s.put("customer", rows...)
	p, bins := s.do()
	assert.Equal(c, 12, bins.Of(stage.LoadCreated))
	s.judge(p)
	s.again(p)
	c.saw("by upserts: 12 of 12 in %d requests", s.wire.count("POST", "customer/send"))
}

func playL3(c *faultPlay) {
	late := func(after time.Duration) fate {
		return func(_ *target, r *fakeRequest, commit func() answer) (answer, error) {
			<-r.Context().Done() // the client gives up
			time.AfterFunc(after, func() { commit() })
			return answer{}, r.Context().Err()
		}
	}
	s := c.scene(nil, customersRules())
	s.put("customer", customers(4)...)
	s.target.on(&fault{nth: []int{2}, do: late(39 * time.Second)})
	p, bins := s.do()
	assert.Equal(c, 4, bins.Of(stage.LoadCreated))
	s.judge(p)
	s.again(p)

	// Later than the longest time that the vendor is known to take: nothing can
	// know it then, but both are found afterwards.
	s = c.scene(nil, customersRules())
	s.cfg.Workers = 1
	s.put("customer", customers(4)...)
	s.target.on(&fault{nth: []int{2}, do: late(5 * time.Minute)})
	s.do()
	time.Sleep(10 * time.Minute)
	require.Len(c, s.target.live("customers"), 5, "the vendor's own doing")
	got, err := load.Recover(context.Background(), s.cfg)
	require.NoError(c, err)
	require.Len(c, got.Entries[0].Doubled, 1)
	assert.EqualValues(c, "2", got.Entries[0].Doubled[0].Key)
	assert.Len(c, got.Entries[0].Doubled[0].Targets, 2)
	c.saw("committed 39 s after the time-out: 1 record; 5 min after it: the pair is reported")
}

func playL6(c *faultPlay) {
	lostOnce(c, cutAfter, 5*time.Second, 1, "create done")
	s := c.scene(nil, customersRules())
	for i := 1; i <= 3; i++ {
		s.target.add("customers", fields{"name": "Old", "email": "c" + itoa(i) + "@example.com"})
	}
	s.put("customer", customers(3)...)
	s.target.on(&fault{method: "PUT", nth: []int{1, 3}, do: cutAfter})
	p, bins := s.do()
	assert.Equal(c, 3, bins.Of(stage.LoadUpdated))
	s.judge(p)
	s.again(p)
	c.saw("updates: %d requests for 3", s.wire.count("PUT", ""))
}

func playL7(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.cfg.Workers = 1
	s.put("customer", customers(4)...)
	s.target.on(&fault{nth: []int{2}, do: refuse(200, `{"oops":["name is odd"]}`)})
	p, bins := s.do()
	assert.Equal(c, 3, bins.Of(stage.LoadCreated))
	why := s.why(p, "customers", "2")
	assert.Equal(c, load.CodeRefused, why.Code)
	s.judge(p)
	c.saw("rejected: %s", said(c, why))
}

func playL8(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", customers(8)...)
	s.target.on(&fault{nth: []int{3}, do: htmlPage})
	p, bins := s.do()
	assert.Equal(c, 8, bins.Of(stage.LoadCreated))
	s.judge(p)
	s.again(p)

	s = c.scene(nil, customersRules())
	s.put("customer", customers(60)...)
	p = s.plan()
	s.target.on(&fault{do: htmlPage}, &fault{method: "GET", do: htmlPage})
	bins = s.try(p)
	require.ErrorIs(c, s.err, api.ErrOutage)
	assert.Zero(c, bins.Of(stage.LoadCreated))
	s.judge(p)
	writes := s.target.writes
	assert.Less(c, writes, 30, "it does not go on")
	s.target.script = nil
	again := s.reborn(s.copyDisk())
	bins = again.goOn(p)
	assert.Equal(c, 60, bins.Of(stage.LoadCreated))
	again.judge(p)
	c.saw("one page: asked, sent again once; nothing but pages: stopped after %d writes, nothing marked done", writes)
}

func playL9(c *faultPlay) {
	empty200 := func(_ *target, _ *fakeRequest, commit func() answer) (answer, error) {
		commit()
		return answer{status: http.StatusOK}, nil
	}
	for _, rules := range []load.Rules{customersRules(), peopleRules()} {
		s := c.scene(nil, rules)
		s.cfg.Workers = 1
		s.put(rules.Source, customers(5)...)
		s.target.on(&fault{nth: []int{2}, do: empty204}, &fault{nth: []int{4}, do: empty200})
		p, bins := s.do()
		assert.Equal(c, 5, bins.Of(stage.LoadCreated))
		assert.Equal(c, 5, s.target.writes)
		s.judge(p)
		s.again(p)
		c.saw("%s: found again, ids known, 5 requests for 5", rules.Name)
	}
}

func playL18(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.cfg.Workers = 1
	s.put("customer", customers(5)...)
	s.target.on(&fault{nth: []int{2}, do: func(v *target, _ *fakeRequest, commit func() answer) (answer, error) {
		a := commit()
		time.AfterFunc(time.Minute, func() { v.drop("customers", 1002) })
		return a, nil
	}})
	p, _ := s.do()
	time.Sleep(5 * time.Minute)
	v := s.check()
	require.Len(c, v.Gone, 1)
	assert.EqualValues(c, "2", v.Gone[0].Key)
	assert.Equal(c, stage.LoadRejected, s.item(p, "customers", "2").Bin)
	s.judge(p)
	c.saw("verified 5 min later: 4 equal, 1 gone and rejected: %s", s.why(p, "customers", "2").Text)
}

func playL19(c *faultPlay) {
	unique := []string{"required: [name]\n      reference: ref", "required: [name]\n      unique: [ref]\n      reference: ref"}
	s := c.scene(loadTargetSpec(c, unique...), customersRules())
	s.cfg.Workers = 1
	s.put("customer", customers(4)...)
	// A gateway sends the call a second time by itself.
	s.target.on(&fault{nth: []int{2}, do: doneBut(409, `{"error":"it already exists"}`)})
	p, bins := s.do()
	assert.Equal(c, 4, bins.Of(stage.LoadCreated))
	assert.Equal(c, 1, s.wire.posts(`"Customer 2"`))
	s.judge(p)
	s.again(p)

	s = c.scene(loadTargetSpec(c, unique...), customersRules())
	s.put("customer", customers(3)...)
	p = s.plan()
	s.target.unique["customers"] = "ref"
	other := s.target.add("customers", fields{"name": "Somebody else", "ref": "old 2"})
	bins = s.goOn(p)
	assert.Equal(c, 1, bins.Of(stage.LoadRejected))
	assert.Contains(c, s.why(p, "customers", "2").Do, itoa(other))
	s.judge(p)
	c.saw("equal to ours: done; another: rejected and named")
}

func playL20(c *faultPlay) {
	s := c.scene(nil, peopleRules())
	s.cfg.Workers = 1
	s.put("person", customers(4)...)
	s.target.on(&fault{nth: []int{2}, do: doneBut(409, `{"error":"This record already exists, its id is 1002."}`)},
		&fault{nth: []int{3}, do: refuse(409, `{"error":"This record already exists, its id is 1001."}`)})
	p, bins := s.do()
	assert.Equal(c, 3, bins.Of(stage.LoadCreated))
	assert.Equal(c, "1002", s.linkOf("people", "2"))
	assert.Equal(c, stage.LoadRejected, s.item(p, "people", "3").Bin, "the record it names is another one")
	assert.Equal(c, 1, s.wire.count("GET", "people/1002"))
	s.judge(p)
	c.saw("the id in the sentence was read before it was believed: 1 taken, 1 not")
}
