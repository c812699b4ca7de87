package load_test

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"

	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

func playF8(c *faultPlay) {
	s := c.scene(nil, customersRules(), sitesRules())
	s.cfg.Workers = 8
	s.put("customer", customers(2)...)
	var rows []string
	for i := 1; i <= 400; i++ {
		rows = append(rows, fmt.Sprintf(`%d {"name":"Site %d","customer_id":{"$ref":{"stream":"customers","key":"%d"}}}`, i, i, i%2+1))
	}
	s.put("site", rows...)
	var in [2]atomic.Int64
	refused := atomic.Int64{}
	s.target.on(&fault{path: "sites", do: func(_ *target, r *fakeRequest, commit func() answer) (answer, error) {
		of := 0
		if r.holds(`"customer_id":1002`) {
			of = 1
		}
		defer in[of].Add(-1)
		if in[of].Add(1) > 1 {
			refused.Add(1)
			return say(423, fields{"error": "UNABLE_TO_LOCK_ROW"}), nil
		}
		time.Sleep(10 * time.Millisecond)
		return commit(), nil
	}})
	p, bins := s.do()
	assert.Equal(c, 402, bins.Of(stage.LoadCreated))
	assert.Zero(c, refused.Load(), "the children of one parent go one after the other")
	s.judge(p)
	s.again(p)
	c.saw("400 children of 2 parents by 8 workers: no two of one parent at once, 0 refused")
}

func playF9(c *faultPlay) {
	s := c.scene(nil, customersRules(), sitesRules())
	s.cfg.Workers = 8
	s.put("customer", customers(5)...)
	var rows []string
	for i := 1; i <= 100; i++ {
		rows = append(rows, fmt.Sprintf(`%d {"name":"Site %d","customer_id":{"$ref":{"stream":"customers","key":"%d"}}}`, i, i, i%5+1))
	}
	s.put("site", rows...)
	s.target.on(&fault{path: "sites", nth: []int{20, 41}, do: lostAfter})
	p, bins := s.do()
	assert.Equal(c, 105, bins.Of(stage.LoadCreated))
	for i := 1; i+5 <= 100; i++ {
		assert.Less(c, s.targetOf("sites", itoa(i)), s.targetOf("sites", itoa(i+5)), "site %d", i)
	}
	s.judge(p)
	s.again(p)

	// Notes of a ticket: what follows one in doubt waits for it.
	sim := quietSyncro(vendorsim.Fault{Kind: vendorsim.FaultReset, Method: "POST", Path: "comment", Nth: []int{3}}, vendorsim.Fault{Kind: vendorsim.FaultResetCounted, Method: "POST", Path: "comment", Nth: []int{7}},
		vendorsim.Fault{Kind: vendorsim.FaultLocked, Method: "POST", Path: "comment", Nth: []int{9}})
	t := c.syncro(sim, sceneOptions{marks: map[string][]string{"customers": {"email"}, "tickets": {"subject"}, "tickets.comments": {"body"}}}, notesRules()...)
	t.cfg.Workers = 8
	t.put("customer", `1 {"business_name":"Ann","email":"w1@example.com"}`)
	t.put("job", `1 {"subject":"One","status":"New","customer_id":{"$ref":{"stream":"customers","key":"1"}}}`, `2 {"subject":"Two","status":"New","customer_id":{"$ref":{"stream":"customers","key":"1"}}}`)
	rows = nil
	for i := 1; i <= 20; i++ {
		rows = append(rows, fmt.Sprintf(`%d {"subject":"Note","body":"note %02d","ticket_id":{"$ref":{"stream":"tickets","key":"%d"}}}`, i, i, i%2+1))
	}
	t.put("note", rows...)
	p, bins = t.do()
	assert.Equal(c, 23, bins.Of(stage.LoadCreated), "%v", t.err)
	last := map[string]string{}
	n := 0
	for _, w := range sim.Written(vendorsim.SyncroTickets) {
		if body, ok := w.Fields["body"].(string); ok && w.Verb != "create" {
			assert.Less(c, last[w.ID], body, "ticket %s", w.ID)
			last[w.ID] = body
			n++
		}
	}
	assert.Equal(c, 20, n, "each note once")
	assert.Empty(c, sim.Counters().Effects, "nobody is told")
	c.saw("100 children of 5 parents by 8 workers and 20 notes of 2 tickets, in their order, also behind answers that were lost")
}

func notesRules() []load.Rules {
	tickets := load.Rules{Name: "tickets", Source: "job", Part: "tickets", Target: "tickets", Duplicates: load.HoldDuplicates,
		Fields: []load.Field{text("subject"), text("status"), refTo("customer_id", "customers")}}
	notes := load.Rules{Name: "notes", Source: "note", Part: "notes", Target: "tickets.comments", Duplicates: load.HoldDuplicates,
		Fields: []load.Field{text("subject"), text("body"), refTo("ticket_id", "tickets")}}
	return []load.Rules{syncroCustomers(), tickets, notes}
}
