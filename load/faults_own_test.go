package load_test

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

// ownRows are what goes wrong on our own side: the process, its files, its clock.
func ownRows() []faultRow {
	return []faultRow{
		{id: "O1", title: `crash or kill between "sending" written and the call`, play: func(c *faultPlay) { killedAtThird(c, false, 2, "create lost", "create done") }},
		{id: "O2", title: `crash between the answer and "done"`, play: func(c *faultPlay) { killedAtThird(c, true, 1, "create done") }},
		{id: "O3", title: "power cut with SQLite in the wrong sync mode", play: playO3},
		{id: "O4", title: "ledger disk full, or file read-only, locked by a sync tool", play: playO4},
		{id: "O5", title: "two runs of the same plan at once", play: playO5},
		{id: "O6", title: "ledger copied to a second machine and continued on both", play: playO6},
		{id: "O7", title: "file or mapping edited between plan and run", play: playO7},
		{id: "O8", title: "mapping fixed after 300 rejects", play: playO8},
		{id: "O9", title: "user cancels", play: playO9},
		{id: "O10", title: "laptop sleeps two hours", play: playO10},
		{id: "O11", title: "daylight-saving change or wrong clock", play: playO11},
	}
}

func playO7(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", customers(4)...)
	p := s.plan()
	var stale *load.StalePlanError
	try := func(change func()) string {
		change()
		s.try(p)
		require.ErrorAs(c, s.err, &stale)
		return strings.Join(stale.Changed, "; ")
	}
	rules := s.cfg.Rules[0]
	first := try(func() { s.cfg.Rules[0].Fields = rules.Fields[:3] })
	assert.Contains(c, first, "rules of customers")
	s.cfg.Rules[0] = rules
	second := try(func() {
		s.cfg.Decisions = &load.Decisions{Values: []load.ValueDecision{{Entry: "customers", Field: "name", Value: "a", To: "b"}}}
	})
	assert.Contains(c, second, "decisions")
	s.cfg.Decisions = nil
	third := try(func() {
		s.put("customer", `1 {"name":"Edited","email":"c1@example.com"}`)
		s.plan()
	})
	assert.NotEmpty(c, third)
	assert.Zero(c, s.target.writes)
	s.source["customer"] = s.source["customer"][:4]
	next, _ := s.do()
	s.judge(next)
	c.saw("refused: %s; %s; %s", first, second, third)
}

func playO8(c *faultPlay) {
	s := c.scene(nil, customersRules())
	good, bad := customers(100), []string{}
	for i := 101; i <= 400; i++ {
		bad = append(bad, itoa(i)+` {"name":"Customer `+itoa(i)+`","email":"c`+itoa(i)+`@example.com","phone":"wrong"}`)
	}
	s.put("customer", append(good, bad...)...)
	var refused atomic.Int64
	s.target.on(&fault{do: func(_ *target, r *fakeRequest, commit func() answer) (answer, error) {
		if r.holds(`"wrong"`) {
			n := int(refused.Add(1))
			return say(422, fields{"errors": fields{"phone": []string{"n" + itoa(n) + strings.Repeat("x", n%4) + " is no number"}}}), nil
		}
		return commit(), nil
	}})
	p, bins := s.do()
	assert.Equal(c, 100, bins.Of(stage.LoadCreated))
	assert.Equal(c, 300, bins.Of(stage.LoadRejected))
	s.judge(p)
	posts := s.wire.count("POST", "")
	var mended []string
	for i := 101; i <= 400; i++ {
		mended = append(mended, itoa(i)+` {"name":"Customer `+itoa(i)+`","email":"c`+itoa(i)+`@example.com","phone":"`+itoa(i)+`"}`)
	}
	kept := s.source["customer"]
	s.put("customer", append(customers(100), mended...)...)
	s.source["customer"] = kept
	next := s.again(p)
	assert.Equal(c, 300, s.wire.count("POST", "")-posts, "the rejected ones alone")
	assert.Zero(c, s.wire.count("PUT", ""))
	for i := 1; i <= 100; i++ {
		require.Equal(c, stage.ActUnchanged, s.item(next, "customers", itoa(i)).Action)
	}
	c.saw("300 rejected, mended and created; 100 compared and left")
}

func playO9(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", customers(50)...)
	p := s.plan()
	s.target.on(&fault{do: slow(2 * time.Second)})
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(5*time.Second, cancel)
	s.newRun()
	bins, err := load.Apply(ctx, s.cfg, p.ID, load.ApplyOptions{All: true})
	s.err = err
	require.ErrorIs(c, err, context.Canceled)
	done := bins.Of(stage.LoadCreated)
	assert.Equal(c, done, len(s.target.live("customers")))
	assert.Zero(c, bins.Of(stage.LoadUnsure), "what was on its way came to its answer")
	assert.Equal(c, 50, bins.Sum(), "the same summary as at the end")
	s.judge(p)

	s.target.script = nil
	s.target.on(&fault{do: slow(25 * time.Second), times: 4})
	ctx, cancel = context.WithCancel(context.Background())
	time.AfterFunc(time.Second, cancel)
	s.newRun()
	bins, s.err = load.Apply(ctx, s.cfg, p.ID, load.ApplyOptions{All: true})
	require.ErrorIs(c, s.err, context.Canceled)
	assert.Equal(c, 4, bins.Of(stage.LoadUnsure))
	s.judge(p)
	bins = s.goOn(p)
	assert.Equal(c, 50, bins.Of(stage.LoadCreated))
	s.judge(p)
	s.again(p)
	c.saw("%d came to their answers; 4 that did not in the grace were unsure, then adopted", done)
}

func playO10(c *faultPlay) {
	s := c.scene(nil, customersRules(), peopleRules())
	s.put("customer", customers(30)...)
	s.put("person", customers(10)...)
	asleep := false
	s.target.on(&fault{path: "customers", nth: []int{5}, do: func(_ *target, r *fakeRequest, commit func() answer) (answer, error) {
		a := commit()
		asleep = true
		time.Sleep(2 * time.Hour) // the lid is closed while the call is on its way
		return a, r.Context().Err()
	}})
	p, bins := s.do()
	assert.True(c, asleep)
	assert.Equal(c, 40, bins.Of(stage.LoadCreated))
	assert.Equal(c, 1, s.wire.posts(`"c5@example.com"`))
	s.judge(p)

	// It sleeps with a plan that was approved, and people worked meanwhile.
	s = c.scene(nil, customersRules())
	ids := []int{}
	for i := 1; i <= 6; i++ {
		ids = append(ids, s.target.add("customers", fields{"name": "Old", "email": "c" + itoa(i) + "@example.com"}))
	}
	s.put("customer", customers(6)...)
	p = s.plan()
	time.Sleep(2 * time.Hour)
	s.target.edit("customers", ids[2], fields{"name": "Mine"})
	bins = s.goOn(p)
	assert.Equal(c, 5, bins.Of(stage.LoadUpdated))
	assert.Equal(c, load.CodeStale, s.why(p, "customers", "3").Code)
	s.judge(p)
	c.saw("asleep in the middle of a call: it was asked for; asleep with a plan: each record is read again, 1 held")
}

func playO11(c *faultPlay) {
	for _, jump := range []time.Duration{time.Hour, -time.Hour} {
		var off atomic.Int64
		s := c.sceneOf(newTarget(), sceneOptions{now: func() time.Time { return time.Now().Add(time.Duration(off.Load())) }}, customersRules(), peopleRules())
		s.cfg.Workers = 1
		s.put("customer", customers(8)...)
		s.put("person", customers(8)...)
		s.target.lag = 9 * time.Second
		// It is set after answers were lost, and before the target is asked.
		set := func(_ *target, _ *fakeRequest, commit func() answer) (answer, error) {
			off.Store(int64(jump))
			return commit(), nil
		}
		s.target.on(&fault{path: "customers", nth: []int{3}, do: lostAfter}, &fault{path: "people", nth: []int{2}, do: lostAfter},
			&fault{path: "people", nth: []int{4}, do: lateWrite(25 * time.Second)}, &fault{path: "people", nth: []int{7}, do: set})
		p, bins := s.do()
		assert.Equal(c, 16, bins.Of(stage.LoadCreated))
		assert.Len(c, s.target.live("people"), 8)
		s.judge(p)
		s.again(p)
		c.saw("clock set by %s while answers are waited for: all once", jump)
		assert.Equal(c, 16, s.target.writes)
	}
}
