package load_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
)

// Faults that come together.
func TestFaultPairs(t *testing.T) {
	for _, pair := range []struct {
		name string
		play func(c *faultPlay)
	}{
		{"L1 with A14, the answer is lost and the search does not see it yet", playLostAndUnseen},
		{"L16 with R9, halving eats the quota", playHalvedAndSpent},
		{"F2 with O1, the parent is unsure and the process is killed", playParentAndKill},
		{"A5 with V29, a blank cell and a vendor that replaces the whole record", playBlankAndWhole},
		{"A17 with O8, a mail on the second try", playMailOnSecondTry},
	} {
		t.Run(pair.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := &faultPlay{T: t}
				pair.play(c)
				require.Positive(t, c.judged, "the judge was asked")
			})
		})
	}
}

func playLostAndUnseen(c *faultPlay) {
	for _, rules := range []load.Rules{customersRules(), peopleRules()} {
		s := c.scene(loadTargetSpec(c, "settle: 10s", "settle: 70s"), rules)
		s.put(rules.Source, customers(30)...)
		s.target.lag = 69 * time.Second
		s.target.on(&fault{nth: []int{1, 9, 17, 30}, do: lostAfter}, &fault{nth: []int{5, 21}, do: lateWrite(29 * time.Second)}, &fault{nth: []int{12}, do: lostBefore})
		p, bins := s.do()
		assert.Equal(c, 30, bins.Of(stage.LoadCreated))
		assert.Len(c, s.target.live(rules.Target), 30)
		assert.Equal(c, 31, s.target.writes)
		s.judge(p)
		s.again(p)
	}
}

func playHalvedAndSpent(c *faultPlay) {
	s := c.scene(nil, linesRules())
	s.put("line", lines(40)...)
	p := s.plan()
	var whole atomic.Int64
	s.target.on(&fault{path: "lines/batch", do: oddLine("Line 13.", &whole)})
	for _, quota := range []int{1, 2, 1, 3} {
		s.target.quota = quota
		bins := s.try(p)
		require.Error(c, s.err)
		assert.Equal(c, connector.QuotaSpent, api.ClassOf(s.err))
		assert.Zero(c, bins.Of(stage.LoadUnsure))
		s.judge(p)
		time.Sleep(25 * time.Hour)
	}
	s.target.quota = -1
	bins := s.goOn(p)
	assert.Equal(c, 39, bins.Of(stage.LoadCreated))
	assert.Equal(c, stage.LoadRejected, s.item(p, "lines", "13").Bin)
	s.rightLines(40, 13)
	s.judge(p)
	s.again(p)
}

func playParentAndKill(c *faultPlay) {
	for _, after := range []bool{false, true} {
		s := c.scene(nil, customersRules(), sitesRules())
		s.put("customer", customers(4)...)
		s.put("site", childrenOf(4, "customer_id", `"name":"Site %d"`)...)
		s.target.lag = 9 * time.Second
		p := s.plan()
		disk := s.killAt(2, after)
		s.try(p)
		second := s.reborn(disk())
		// The new process is killed too, at the first child of the parent in doubt.
		disk = second.killAt(5, after)
		second.try(p)
		third := second.reborn(disk())
		bins := third.goOn(p)
		assert.Equal(c, 8, bins.Of(stage.LoadCreated))
		assert.Len(c, s.target.live("customers"), 4)
		assert.Len(c, s.target.live("sites"), 4)
		third.judge(p)
		third.again(p)
	}
}

func playBlankAndWhole(c *faultPlay) {
	rules := customersRules()
	for i := range rules.Fields {
		rules.Fields[i].Clear = rules.Fields[i].Dotted() == "phone"
	}
	spec := loadTargetSpec(c, "updates: partial\n      create: {path: customers,", "updates: whole\n      create: {path: customers,")
	s := c.scene(spec, rules)
	s.target.replaces("customers")
	id := s.target.add("customers", fields{"name": "Old", "email": "c1@example.com", "phone": "1", "notes": "by hand", "amount": 7})
	s.put("customer", `1 {"name":"New","email":"c1@example.com","phone":null,"notes":null,"amount":null}`)
	p, bins := s.do()
	assert.Equal(c, 1, bins.Of(stage.LoadUpdated))
	now := s.target.live("customers")[id]
	assert.Equal(c, "New", now["name"])
	assert.True(c, none(now["phone"]), "the column is cleared by its blank cells")
	assert.Equal(c, "by hand", now["notes"], "the others keep what the target has")
	assert.Equal(c, 7, asInt(now["amount"]))
	s.judge(p)
	s.again(p)
	assert.Equal(c, 1, s.target.writes)
}

func playMailOnSecondTry(c *faultPlay) {
	v := newTarget()
	s := c.sceneOf(v, sceneOptions{effects: []string{"mail"}}, customersRules())
	s.cfg.Workers = 1
	s.put("customer", `1 {"name":"Ann","welcome":true}`, `2 {"name":"Bob","welcome":true,"phone":"wrong"}`, `3 {"name":"Cid","welcome":true}`)
	v.on(&fault{nth: []int{3}, do: lostAfter}, &fault{do: func(_ *target, r *fakeRequest, commit func() answer) (answer, error) {
		if r.holds("wrong") {
			return say(422, fields{"errors": fields{"phone": []string{"is no number"}}}), nil
		}
		return commit(), nil
	}})
	p, bins := s.do()
	assert.Equal(c, 2, bins.Of(stage.LoadCreated))
	assert.Equal(c, 2, v.mails)
	s.judge(p)
	kept := s.source["customer"]
	s.put("customer", `1 {"name":"Ann B.","welcome":true}`, `2 {"name":"Bob","welcome":true,"phone":"2"}`, `3 {"name":"Cid","welcome":true}`)
	s.source["customer"] = kept
	p, bins = s.do()
	assert.Equal(c, 1, bins.Of(stage.LoadCreated))
	assert.Equal(c, 1, bins.Of(stage.LoadUpdated))
	assert.Equal(c, 3, v.mails, "once each, and none for the update")
	s.judge(p)
	s.again(p)
	assert.Equal(c, 3, v.mails)
}
