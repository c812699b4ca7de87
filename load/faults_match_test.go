package load_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

// wrongMatchRows are about finding records that are there.
func wrongMatchRows() []faultRow {
	return []faultRow{
		{id: "A8", title: "ids above 2^53, or ids that look like numbers with zeros", play: playA8},
		{id: "A9", title: "key match is case- or accent-insensitive, ours is not", play: playA9},
		{id: "A10", title: "match finds several", play: playA10},
		{id: "A11", title: "match finds an archived, deleted or merged record", play: playA11},
		{id: "A12", title: "deleted record still owns the unique key", play: playA12},
		{id: "A13", title: "merges two records on its own", play: playA13},
		{id: "A14", title: "search index lags by seconds or minutes", play: playA14},
		{id: "A15", title: "read after write served by a stale replica", play: playA15},
		{id: "A16", title: "list shifts while we page to build the match index", play: playA16},
	}
}

func playA8(c *faultPlay) {
	const big = 1<<53 + 1
	v := newTarget()
	v.next = big
	s := c.sceneOf(v, sceneOptions{}, customersRules(), sitesRules())
	s.cfg.Workers = 1
	keys := []string{"007", "7", "9007199254740993", "9007199254740992", "1e3"}
	var people, sites []string
	for i, key := range keys {
		people = append(people, fmt.Sprintf(`%s {"name":"N%d","email":"n%d@example.com"}`, key, i, i))
		sites = append(sites, fmt.Sprintf(`%s {"name":"S%d","customer_id":{"$ref":{"stream":"customers","key":%q}}}`, key, i, key))
	}
	s.put("customer", people...)
	s.put("site", sites...)
	p, bins := s.do()
	assert.Equal(c, 10, bins.Of(stage.LoadCreated))
	live := v.now("sites")
	for i, key := range keys {
		site := live[s.linkOf("sites", key)]
		assert.Equal(c, fmt.Sprintf("S%d", i), site["name"])
		assert.Equal(c, s.linkOf("customers", key), fmt.Sprint(site["customer_id"]), "%s", key)
	}
	s.judge(p)
	s.again(p)
	assert.Equal(c, 10, v.writes)
	c.saw("007 and 7 are two, ids from %d on are whole: each site names its own customer", big+1)
}

func playA9(c *faultPlay) {
	s := c.scene(nil, customersRules(), peopleRules())
	people := peopleRules()
	people.Match = [][]string{{"name"}}
	s.cfg.Rules[1] = people
	ann := s.target.add("customers", fields{"name": "Ann", "email": "ANN@Example.com"})
	s.target.add("people", fields{"name": "MÜLLER"})
	s.put("customer", `1 {"name":"Ann","email":"ann@example.COM"}`)
	s.put("person", `1 {"name":"Muller"}`, `2 {"name":"MÜLLER"}`)
	p, bins := s.do()
	assert.Equal(c, itoa(ann), s.linkOf("customers", "1"), "the target makes no difference of case there")
	assert.Equal(c, 1, bins.Of(stage.LoadCreated), "but it does of accents here")
	assert.Len(c, s.target.live("people"), 2)
	s.judge(p)
	s.again(p)
	c.saw("folded as the spec says the target folds: e-mail by case, names not at all")
}

func playA10(c *faultPlay) {
	s := c.scene(nil, customersRules())
	one := s.target.add("customers", fields{"name": "Ann", "email": "c1@example.com"})
	two := s.target.add("customers", fields{"name": "Anne", "email": "C1@example.com"})
	s.put("customer", customers(3)...)
	p, bins := s.do()
	assert.Equal(c, 2, bins.Of(stage.LoadCreated))
	note := s.note(p, "customers", "1")
	require.NotNil(c, note.Held)
	assert.Equal(c, load.CodeSeveral, note.Held.Code)
	require.Len(c, note.Held.Choose, 2)
	assert.ElementsMatch(c, []string{itoa(one), itoa(two)}, []string{string(note.Held.Choose[0].Key), string(note.Held.Choose[1].Key)})
	s.judge(p)
	// Somebody decides.
	s.cfg.Decisions = &load.Decisions{Matches: []load.MatchDecision{{Entry: "customers", Key: "1", Choice: load.ChooseLink, Target: note.Held.Choose[1].Key}}}
	next := s.again(p)
	assert.Equal(c, string(note.Held.Choose[1].Key), s.linkOf("customers", "1"))
	assert.Equal(c, stage.ActUpdate, s.item(next, "customers", "1").Action)
	c.saw("held with both; linked once decided")
}

func playA11(c *faultPlay) {
	s := c.scene(nil, customersRules())
	old := s.target.add("customers", fields{"name": "Ann", "email": "c1@example.com"})
	s.put("customer", customers(3)...)
	s.plan() // the target is read while it is there
	s.target.drop("customers", old)
	time.Sleep(2 * time.Hour)
	p, bins := s.do()
	assert.Equal(c, 2, bins.Of(stage.LoadCreated))
	note := s.note(p, "customers", "1")
	require.NotNil(c, note.Held)
	assert.Equal(c, load.CodeGone, note.Held.Code)
	require.Len(c, note.Held.Choose, 1)
	assert.Equal(c, itoa(old), string(note.Held.Choose[0].Key))
	assert.Contains(c, note.Held.Do, "create")
	assert.Zero(c, s.wire.posts(`"Customer 1"`))
	s.judge(p)
	s.cfg.Decisions = &load.Decisions{Matches: []load.MatchDecision{{Entry: "customers", Key: "1", Choice: load.ChooseCreate}}}
	s.again(p)
	assert.Equal(c, 1, s.wire.posts(`"Customer 1"`))
	c.saw("held: %s; created once decided", note.Held.Text)
}

func playA12(c *faultPlay) {
	for _, as422 := range []bool{false, true} {
		s := c.scene(loadTargetSpec(c, "required: [name]\n      reference: ref", "required: [name]\n      unique: [email]\n      reference: ref"), customersRules())
		old := s.target.add("customers", fields{"name": "Ann", "email": "c1@example.com"})
		s.target.drop("customers", old) // before anybody read it
		s.target.unique["customers"], s.target.taken422 = "email", as422
		s.put("customer", customers(3)...)
		p, bins := s.do()
		assert.Equal(c, 2, bins.Of(stage.LoadCreated))
		why := s.why(p, "customers", "1")
		assert.Equal(c, "email", why.Field)
		assert.Contains(c, why.Do, "deleted")
		s.judge(p)
		s.again(p)
		c.saw("%d: %s", why.Status, why.Do)
	}
}

func playA13(c *faultPlay) {
	s := c.scene(nil, peopleRules())
	s.put("person", `1 {"name":"Ann","note":"a"}`, `2 {"name":"Ann","note":"b"}`, `3 {"name":"Bob","note":"c"}`)
	s.target.merge["people"] = "name"
	s.cfg.Workers = 1
	p, bins := s.do()
	assert.Equal(c, 2, bins.Of(stage.LoadCreated))
	assert.Equal(c, 1, bins.Of(stage.LoadHeld))
	for _, key := range []string{"1", "2"} {
		assert.Equal(c, load.CodeShared, s.why(p, "people", key).Code, "both are marked")
	}
	s.human("people", s.linkOf("people", "1")) // the vendor laid the second over it
	s.judge(p)
	c.saw("%s", s.why(p, "people", "2").Text)
}

func playA14(c *faultPlay) {
	for _, rules := range []load.Rules{customersRules(), peopleRules()} {
		s := c.scene(loadTargetSpec(c, "settle: 10s", "settle: 70s"), rules)
		s.put(rules.Source, customers(30)...)
		s.target.lag = 65 * time.Second
		s.target.on(&fault{nth: []int{4, 9, 14}, do: lostAfter}, &fault{nth: []int{20}, do: lostBefore}, &fault{nth: []int{22}, do: empty204})
		p, bins := s.do()
		assert.Equal(c, 30, bins.Of(stage.LoadCreated))
		s.judge(p)
		s.again(p) // at once: the newest are in no search yet
		assert.Equal(c, 31, s.target.writes)
		c.saw("%s: 65 s of lag, 30 once", rules.Name)
	}
}

func playA15(c *faultPlay) {
	s := c.scene(nil, customersRules())
	for i := 1; i <= 4; i++ {
		s.target.add("customers", fields{"name": "Old", "email": "c" + itoa(i) + "@example.com"})
	}
	s.put("customer", customers(6)...)
	s.target.stale = 8 * time.Second
	s.target.on(&fault{method: "PUT", nth: []int{2, 3}, do: lostAfter})
	p, bins := s.do()
	assert.Equal(c, 4, bins.Of(stage.LoadUpdated))
	v := s.check()
	assert.True(c, v.Good(), "%+v", v.Differs)
	s.judge(p)
	s.again(p)
	c.saw("replica 8 s behind: 4 updates in %d requests, verified equal at the second look", s.wire.count("PUT", ""))
}

func playA16(c *faultPlay) {
	s := c.scene(nil, customersRules())
	n := 160
	var ids []int
	for i := 1; i <= n; i++ {
		ids = append(ids, s.target.add("customers", fields{"name": "Customer " + itoa(i), "email": "c" + itoa(i) + "@example.com"}))
	}
	s.put("customer", customers(n)...)
	// While it is paged, people delete on the pages before, so that all that
	// follows moves up, and add at the end.
	var moves atomic.Int64
	s.target.on(&fault{method: "GET", path: "customers", nth: []int{2, 3, 4}, do: func(v *target, _ *fakeRequest, commit func() answer) (answer, error) {
		i := int(moves.Add(1)) - 1
		v.drop("customers", ids[i])
		v.add("customers", fields{"name": "New " + itoa(i), "email": "new" + itoa(i) + "@example.com"})
		return commit(), nil
	}})
	p, bins := s.do()
	moved := int(moves.Load())
	require.Equal(c, 3, moved)
	created := bins.Of(stage.LoadCreated)
	assert.LessOrEqual(c, created, 3, "no record that is there is created again")
	for i := range moved {
		s.human("customers", ids[i])
	}
	for i := 3; i < n; i++ {
		assert.Equal(c, itoa(ids[i]), s.linkOf("customers", itoa(i+1)))
	}
	assert.Len(c, s.target.live("customers"), n+created)
	s.judge(p)

	// Where no reading comes out complete, nothing is created that may be there.
	s = c.scene(nil, customersRules())
	s.target.add("customers", fields{"name": "Customer 1", "email": "c1@example.com"})
	s.put("customer", customers(4)...)
	refresh := s.cfg.Refresh
	s.cfg.Refresh = func(ctx context.Context, streams []string) (map[string]bool, error) {
		_, err := refresh(ctx, streams)
		return map[string]bool{}, err
	}
	p, bins = s.do()
	assert.Equal(c, 3, bins.Of(stage.LoadHeld))
	held := s.note(p, "customers", "3").Held
	require.NotNil(c, held)
	assert.Equal(c, load.CodeUnproven, held.Code)
	assert.Zero(c, s.target.writes)
	s.judge(p)
	c.saw("3 deleted and 3 added while it was paged: %d matched, %d created", n-3, created)
}

// quietSyncro is a simulated Syncro account without limits.
func quietSyncro(faults ...vendorsim.Fault) *vendorsim.Syncro {
	o := vendorsim.SyncroOptions{Options: quietOptions()}
	o.Faults = faults
	return vendorsim.NewSyncro(o)
}
