package load_test

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

func playA17(c *faultPlay) {
	mails := func(effects ...string) (int, *scene) {
		v := newTarget()
		s := c.sceneOf(v, sceneOptions{effects: effects}, customersRules())
		s.cfg.Workers = 1
		s.put("customer", `1 {"name":"Ann","welcome":true}`, `2 {"name":"Bob","welcome":true}`, `3 {"name":"Cid"}`)
		v.on(&fault{nth: []int{2}, do: lostAfter})
		p := s.plan()
		if effects == nil {
			assert.Equal(c, []string{"mail"}, s.note(p, "customers", "1").Muted)
		} else {
			assert.Equal(c, []string{"mail"}, s.note(p, "customers", "1").Effects, "the plan says so before")
		}
		bins := s.goOn(p)
		assert.Equal(c, 3, bins.Of(stage.LoadCreated))
		s.judge(p)
		s.again(p)
		return v.mails, s
	}
	n, _ := mails()
	assert.Zero(c, n)
	two, _ := mails("mail")
	assert.Equal(c, 2, two, "allowed by name: once each, also where the answer was lost")
	c.saw("0 mails; allowed by name: 2 for 2")
}

func playA18(c *faultPlay) {
	rules := customersRules()
	rules.Fields = append(rules.Fields, number("created_at", record.DateTime))
	spec := loadTargetSpec(c, "      ref: string\n      tags:", "      ref: string\n      created_at: {type: string, read_only: true}\n      tags:")
	s := c.scene(spec, rules)
	s.target.mangle["customers"] = func(in, _ fields) fields { return laid(in, fields{"created_at": "today"}) }
	s.put("customer", `1 {"name":"Ann","created_at":"2019-01-01","notes":"created 2019-01-01"}`)
	p := s.plan()
	dropped := s.note(p, "customers", "1").Dropped
	require.Len(c, dropped, 1)
	assert.Contains(c, dropped[0], "created_at")
	s.goOn(p)
	assert.Zero(c, s.wire.posts(`"created_at"`))
	s.judge(p)
	s.again(p)
	c.saw("said in the plan: %s", dropped[0])
}

func playA19(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.cfg.Workers = 1
	s.put("customer", `1 {"name":"Ann","notes":"mine"}`, `2 {"name":"Bob"}`)
	s.target.on(&fault{method: "POST", nth: []int{1}, do: func(v *target, _ *fakeRequest, commit func() answer) (answer, error) {
		a := commit()
		time.AfterFunc(time.Second, func() { v.edit("customers", 1001, fields{"notes": "by a rule"}) })
		return a, nil
	}})
	p, _ := s.do()
	time.Sleep(time.Minute)
	v := s.check()
	assert.Equal(c, map[string]load.Deviation{"1 notes": load.ChangedThen}, deviations(v))
	assert.Equal(c, stage.LoadCreated, s.item(p, "customers", "1").Bin, "it did not fail")
	s.judge(p)
	s.again(p)
	assert.Equal(c, "by a rule", s.target.live("customers")[1001]["notes"], "no endless correction")
	c.saw("changed by target, not failed; a second run leaves it")
}
