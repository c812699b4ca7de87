package load_test

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

// refusalRows are refusals of single records, and of all records of a kind.
func refusalRows() []faultRow {
	return []faultRow{
		{id: "R1", title: "422 with errors per field", play: playR1},
		{id: "R2", title: `400 "invalid data", no field`, play: playR2},
		{id: "R3", title: "error text in another language or HTML", play: playR3},
		{id: "R13", title: "permission removed on one object type", play: playR13},
		{id: "R14", title: "plan limit", play: playR14},
		{id: "R15", title: "required custom field added or made required in mid-run", play: playR15},
		{id: "R16", title: "API version retired, sunset header, field removed", play: playR16},
		{id: "R17", title: "attachments over the size limit, type refused, name clash", play: playR17},
		{id: "R18", title: "WAF refuses text such as", play: playR18},
		{id: "R19", title: "record locked by another user", play: playR19},
		{id: "R20", title: "412 or version conflict", play: playR20},
	}
}

func playR1(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.cfg.Workers = 1
	s.put("customer", customers(6)...)
	s.target.on(&fault{nth: []int{2}, do: refuse(422, `{"errors":{"email":["c2@example.com is not an address"],"name":["is odd"]}}`)})
	p, bins := s.do()
	assert.Equal(c, 5, bins.Of(stage.LoadCreated))
	why := s.why(p, "customers", "2")
	assert.Equal(c, "email", why.Field)
	assert.Contains(c, why.Said, "is not an address")
	assert.Contains(c, why.Said, "name")
	assert.NotContains(c, why.Said, "c2@example.com", "no data of persons")
	assert.Equal(c, 422, why.Status)
	s.judge(p)
	s.again(p)
	assert.Equal(c, 1, s.wire.posts(`"Customer 2"`), "refused, and nothing changed since: it is not sent again")
	c.saw("rejected at %s: %s", why.Field, why.Said)
}

func playR2(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.cfg.Workers = 1
	s.put("customer", customers(6)...)
	s.target.on(&fault{nth: []int{2, 4}, do: refuse(400, `{"error":"invalid data"}`)})
	p, bins := s.do()
	assert.Equal(c, 4, bins.Of(stage.LoadCreated))
	for _, key := range []string{"2", "4"} {
		why := s.why(p, "customers", key)
		assert.Equal(c, "invalid data", why.Said)
		assert.Empty(c, why.Field, "no field is made up")
		assert.NotEmpty(c, why.Do)
	}
	s.judge(p)
	s.again(p)
	c.saw("2 rejected with the target's words alone: %s", s.why(p, "customers", "2").Said)
}

func playR3(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.cfg.Workers = 1
	s.put("customer", customers(30)...)
	s.target.on(&fault{nth: []int{1}, do: refuse(422, `<html><body><h1>Ungültige Angaben</h1><p>Feld „Kürzel“ fehlt</p></body></html>`)},
		&fault{nth: every(1, 30)[2:], do: func(_ *target, r *fakeRequest, _ func() answer) (answer, error) {
			return say(400, fields{"error": fmt.Sprintf("Le client n° %d n'est pas valable", len(r.body)*7919+int(r.body[20]))}), nil
		}})
	p, bins := s.do()
	assert.Equal(c, 1, bins.Of(stage.LoadCreated))
	first := s.why(p, "customers", "1").Said
	assert.Contains(c, first, "Ungültige Angaben")
	assert.NotContains(c, first, "<h1>")
	assert.Contains(c, s.why(p, "customers", "3").Said, "n'est pas valable", "kept as it was said")
	assert.Equal(c, load.CodeStopped, s.why(p, "customers", "30").Code, "one cause, whatever the numbers in it")
	assert.Equal(c, 6, bins.Of(stage.LoadRejected))
	s.judge(p)
	c.saw("shown plain: %s; 5 alike but for their numbers close the way", first)
}

func playR13(c *faultPlay) {
	s := c.scene(nil, customersRules(), sitesRules(), peopleRules())
	s.cfg.Workers = 1
	s.put("customer", customers(12)...)
	s.put("site", childrenOf(12, "customer_id", `"name":"Site %d"`)...)
	s.put("person", customers(12)...)
	p := s.plan()
	// It is removed after the fourth customer.
	s.target.on(&fault{path: "customers", nth: every(1, 20)[4:], do: refuse(403, `{"error":"this key may not write customers"}`)})
	bins := s.goOn(p)
	assert.Equal(c, 4+4+12, bins.Of(stage.LoadCreated))
	assert.Equal(c, 1, bins.Of(stage.LoadRejected), "one message, not one a row")
	assert.Equal(c, 5, s.wire.count("POST", "customers"))
	s.judge(p)
	s.target.script = nil
	bins = s.goOn(p)
	assert.Equal(c, 34, bins.Of(stage.LoadCreated), "with the permission back, what was held goes on")
	s.judge(p)
	c.saw("5 requests for 12 customers, the others of the key's streams done; held ones go on later")
}

func playR14(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.cfg.Workers = 1
	for i := 9; i <= 12; i++ {
		s.target.add("customers", fields{"name": "Old", "email": "c" + itoa(i) + "@example.com"})
	}
	s.put("customer", customers(12)...)
	s.target.on(&fault{method: "POST", nth: every(1, 20)[3:], do: refuse(402, `{"error":"100 customers in trial"}`)})
	p, bins := s.do()
	assert.Equal(c, 3, bins.Of(stage.LoadCreated))
	assert.Equal(c, 4, bins.Of(stage.LoadUpdated), "updates go on")
	assert.Equal(c, 4, s.wire.count("POST", "customers"), "creations stop at the first")
	assert.Equal(c, load.CodeStopped, s.why(p, "customers", "8").Code)
	s.judge(p)
	c.saw("creations stop with the first refusal, 4 updates go on: %s", s.why(p, "customers", "8").Said)
}

func playR15(c *faultPlay) {
	s := c.scene(nil, customersRules(), peopleRules())
	s.cfg.Workers = 1
	s.put("customer", customers(40)...)
	s.put("person", customers(10)...)
	p := s.plan()
	s.target.on(&fault{path: "customers", nth: []int{10}, times: 1, do: func(v *target, _ *fakeRequest, commit func() answer) (answer, error) {
		a := commit()
		v.mu.Lock()
		defer v.mu.Unlock()
		v.required["customers"] = []string{"phone"}
		return a, nil
	}})
	bins := s.goOn(p)
	assert.Equal(c, 20, bins.Of(stage.LoadCreated))
	assert.Equal(c, 5, bins.Of(stage.LoadRejected))
	assert.Equal(c, 25, bins.Of(stage.LoadHeld))
	why := s.why(p, "customers", "40")
	assert.Equal(c, load.CodeStopped, why.Code)
	assert.Equal(c, "phone", why.Field)
	s.judge(p)
	// The office makes it optional again: what was held goes on by itself.
	s.target.required = map[string][]string{}
	bins = s.goOn(p)
	assert.Equal(c, 45, bins.Of(stage.LoadCreated))
	s.judge(p)
	c.saw("5 like refusals in a row, 25 not sent: %s %s", why.Field, why.Said)
}

func playR16(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", customers(6)...)
	p := s.plan()
	newer := loadTargetSpec(c, "https://bench.test/api", "https://bench.test/api/v2")
	was := s.cfg.Vendor
	s.cfg.Vendor = newer
	s.try(p)
	var stale *load.StalePlanError
	require.ErrorAs(c, s.err, &stale)
	assert.Zero(c, s.target.writes)
	s.cfg.Vendor = was
	// A field that is gone there is refused like any other.
	s.cfg.Workers = 1
	s.target.on(&fault{nth: []int{3}, do: refuse(422, `{"errors":{"email":["is no field any more"]}}`)})
	bins := s.goOn(p)
	assert.Equal(c, 5, bins.Of(stage.LoadCreated))
	assert.Equal(c, "email", s.why(p, "customers", "3").Field)
	s.judge(p)
	c.saw("a plan made for another version is refused: %s; nothing warns of a sunset header", stale.Changed[0])
}

func playR18(c *faultPlay) {
	o := vendorsim.SyncroOptions{Options: quietOptions()}
	o.Faults = []vendorsim.Fault{{Kind: vendorsim.FaultWAF, Chance: 1}}
	sim := vendorsim.NewSyncro(o)
	s := c.syncro(sim, sceneOptions{marks: map[string][]string{"customers": {"email"}}}, syncroCustomers())
	s.cfg.Workers = 1
	s.put("customer", `1 {"business_name":"Ann","email":"w1@example.com","notes":"fine"}`,
		`2 {"business_name":"Bob","email":"w2@example.com","notes":"see <script src=x> for his shop"}`,
		`3 {"business_name":"Cid","email":"w3@example.com","notes":"password was ' or 1=1"}`, `4 {"business_name":"Dan","email":"w4@example.com"}`)
	p, bins := s.do()
	assert.Equal(c, 2, bins.Of(stage.LoadCreated))
	assert.Equal(c, 2, bins.Of(stage.LoadRejected))
	why := s.why(p, "customers", "2")
	assert.Contains(c, why.Do, "looks like code")
	s.judge(p)
	s.again(p)
	c.saw("2 rejected, others go on: %s", why.Do)
}

// quietOptions are a simulator's, without latency, limits and nasty data.
func quietOptions() vendorsim.Options {
	return vendorsim.Options{Seed: 7, Latency: -1, Rate: vendorsim.Rate{Limit: -1}, Quota: vendorsim.Quota{Limit: -1}, Data: vendorsim.Data{Plain: true},
		Counts: vendorsim.Counts{Customers: 6, Sites: 3, Equipment: 2, Jobs: 3, Activities: 1, Recurrences: 1}}
}

func syncroCustomers() load.Rules {
	return load.Rules{Name: "customers", Source: "customer", Part: "customers", Target: "customers", Match: [][]string{{"email"}}, Duplicates: load.HoldDuplicates,
		Fields: []load.Field{text("business_name"), text("email"), text("notes"), text("phone")}}
}

func synchroteamCustomers() load.Rules {
	return load.Rules{Name: "customers", Source: "customer", Part: "customers", Target: "customer", Match: [][]string{{"name"}}, Duplicates: load.HoldDuplicates,
		Fields: []load.Field{text("name"), text("contactEmail"), text("contactPhone")}}
}

func playR19(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", customers(10)...)
	s.target.on(&fault{nth: []int{2, 5, 11}, do: refuse(423, `{"error":"UNABLE_TO_LOCK_ROW"}`)}, &fault{nth: []int{7}, do: refuse(409, `{"error":"The record is locked by another user."}`)})
	p, bins := s.do()
	assert.Equal(c, 10, bins.Of(stage.LoadCreated))
	assert.Equal(c, 14, s.target.writes)
	s.judge(p)
	s.again(p)

	// A person keeps a record open all through the run.
	o := vendorsim.SyncroOptions{Options: quietOptions()}
	sim := vendorsim.NewSyncro(o)
	t := c.syncro(sim, sceneOptions{marks: map[string][]string{"customers": {"email"}}}, syncroCustomers())
	id := sim.Live(vendorsim.SyncroCustomers)[0]
	require.True(c, sim.Edit(vendorsim.SyncroCustomers, id, "email", "held@example.com"))
	t.put("customer", `1 {"business_name":"Ann & Co","email":"held@example.com"}`, `2 {"business_name":"Bob","email":"w2@example.com"}`)
	p = t.plan()
	sim.Lock(vendorsim.SyncroCustomers, id, 50*time.Minute)
	bins = t.goOn(p)
	assert.Equal(c, 1, bins.Of(stage.LoadCreated))
	left := t.item(p, "customers", "1")
	assert.Equal(c, stage.LoadHeld, left.Bin)
	assert.Contains(c, t.why(p, "customers", "1").Said, "locked")
	t.judge(p)
	time.Sleep(time.Hour)
	bins = t.goOn(p)
	assert.Equal(c, 1, bins.Of(stage.LoadUpdated), "it goes on once that is over")
	t.judge(p)
	c.saw("4 locked ones came later in the run; one locked all along is %s, and done by the next run", left.Bin)
}

func playR20(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.cfg.Workers = 1
	id := s.target.add("customers", fields{"name": "Old", "email": "c1@example.com"})
	s.put("customer", customers(3)...)
	s.target.on(&fault{method: "PUT", nth: []int{1}, do: func(v *target, _ *fakeRequest, _ func() answer) (answer, error) {
		v.edit("customers", id, fields{"name": "Mine"})
		return say(412, fields{"error": "changed meanwhile"}), nil
	}})
	p, bins := s.do()
	assert.Equal(c, 1, bins.Of(stage.LoadHeld))
	why := s.why(p, "customers", "1")
	require.Len(c, why.Change, 1)
	assert.JSONEq(c, `"Mine"`, string(why.Change[0].Old))
	assert.JSONEq(c, `"Customer 1"`, string(why.Change[0].New))
	assert.Equal(c, "Mine", s.target.live("customers")[id]["name"])
	s.judge(p)
	c.saw("held with both values: %s and %s", why.Change[0].Old, why.Change[0].New)
}

// playR17 attaches files to tickets of a simulated Syncro account, which shows
// neither files that are too large nor programs.
func playR17(c *faultPlay) {
	a := newAlbum(c, func(o *vendorsim.SyncroOptions, _ *connector.Spec) { o.MaxFile, o.RefusedTypes = 20, []string{".exe"} })
	a.job("1", "Acme", "1001", photo{"fits.jpg", "", "small"}, photo{"large.jpg", "", "much too large for this account"}, photo{"run.exe", "", "exe"})
	a.job("2", "Acme", "1002", photo{"a b.jpg", "", "one"}, photo{"a_b.jpg", "", "two"})
	p, bins := a.load()
	assert.Equal(c, map[string]int{"created": 2}, a.bins(bins, "tickets"), "the records stay done")
	assert.Equal(c, map[string]int{"created": 3, "rejected": 2}, a.bins(bins, "job.photos"))
	assert.Len(c, a.attached(), 3, "as the store has it")
	names := map[string]bool{}
	for _, f := range a.sim.Attachments(a.ticket("2")) {
		names[f.Name] = true
	}
	assert.Len(c, names, 2, "names that the target may take for one are told apart")
	s := &scene{bench: &bench{t: c, stage: a.stage, cfg: a.cfg}, play: c, vault: simVault{a.sim.Written, a.sim.Snapshot}, wire: &wire{}, edited: map[string]bool{},
		o:    sceneOptions{spec: a.cfg.Vendor, account: photosTarget, marks: map[string][]string{"tickets": {"subject"}}},
		rows: map[string]map[string]fields{"job": {"1": {"subject": "Job 1001"}, "2": {"subject": "Job 1002"}}}}
	s.judge(p)
	_, bins = a.load()
	assert.Equal(c, map[string]int{"unchanged": 3, "rejected": 2}, a.bins(bins, "job.photos"))
	assert.Len(c, a.attached(), 3)
	c.saw("2 tickets done, 3 files attached once, 2 rejected by themselves: %s", a.why(p, "job.photos", photoKey("1", "run.exe", 2)))
}
