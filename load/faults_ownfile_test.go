package load_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

// killedAtThird loads customers, is killed at the third, and goes on in a new process.
func killedAtThird(c *faultPlay, after bool, posts int, attempts ...string) {
	for _, rules := range []load.Rules{customersRules(), peopleRules()} {
		s := c.scene(nil, rules)
		s.put(rules.Source, customers(6)...)
		s.target.lag = 9 * time.Second
		p := s.plan()
		disk := s.killAt(3, after)
		s.try(p)
		again := s.reborn(disk())
		assert.Equal(c, "create sending", again.attempts("3")[0], "what the dead process left")
		bins := again.goOn(p)
		assert.Equal(c, 6, bins.Of(stage.LoadCreated))
		assert.Equal(c, attempts, again.attempts("3"))
		assert.Equal(c, posts, again.wire.posts(`"Customer 3"`), "asked before anything is sent again")
		again.judge(p)
		again.again(p)
		c.saw("%s: %d requests", rules.Name, posts)
	}
}

func playO3(c *faultPlay) {
	v := newTarget()
	s := c.sceneOf(v, sceneOptions{durable: true}, customersRules(), jobsRules())
	s.cfg.Workers = 1
	s.put("customer", customers(5)...)
	s.put("job", childrenOf(5, "customer_id", `"title":"Job %d","status":"done"`)...)
	p := s.plan()
	// At every request that writes, what lies on the disk already tells of it.
	n := 0
	s.wire.before = func(call *wireCall) {
		if !call.writes() {
			return
		}
		n++
		db, err := sql.Open("sqlite", filepath.Join(s.copyDisk(), "job.stage"))
		require.NoError(c, err)
		var sending int
		require.NoError(c, db.QueryRow(`SELECT count(*) FROM attempt WHERE state = 'sending'`).Scan(&sending))
		assert.Equal(c, 1, sending, "request %d: %s", n, call.path)
		require.NoError(c, db.Close())
	}
	bins := s.goOn(p)
	assert.Equal(c, 10, bins.Of(stage.LoadCreated))
	assert.Equal(c, 20, n)
	s.judge(p)

	// Killed at every request, before it and after it.
	for nth := 1; nth <= 4; nth++ {
		for _, after := range []bool{false, true} {
			s := c.sceneOf(newTarget(), sceneOptions{durable: true}, customersRules(), jobsRules())
			s.put("customer", customers(1)...)
			s.put("job", childrenOf(1, "customer_id", `"title":"Job %d","status":"done"`)...)
			p := s.plan()
			disk := s.killAt(nth, after)
			s.try(p)
			again := s.reborn(disk())
			bins := again.goOn(p)
			assert.Equal(c, 2, bins.Of(stage.LoadCreated), "killed at %d, after: %v", nth, after)
			assert.Equal(c, "done", v.live("jobs")[1006]["status"])
			again.judge(p)
		}
	}
	c.saw("the ledger tells of each of %d writes before it leaves; killed before and after each of 4: all once", n)
}

// full lets the ledger take no new line, or no change of one, as a full disk does.
func (s *scene) full(does string) (free func()) {
	tell := func(statement string) {
		db, err := sql.Open("sqlite", filepath.Join(s.dir, "job.stage")+"?_pragma=busy_timeout(1000)")
		require.NoError(s.t, err)
		_, err = db.ExecContext(context.Background(), statement)
		require.NoError(s.t, err)
		require.NoError(s.t, db.Close())
	}
	tell("CREATE TRIGGER full BEFORE " + does + " ON attempt BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END")
	return func() { tell("DROP TRIGGER full") }
}

func playO4(c *faultPlay) {
	// Before the send: nothing leaves.
	s := c.scene(nil, customersRules())
	s.cfg.Workers = 1
	s.put("customer", customers(4)...)
	p := s.plan()
	s.newRun()
	writes := s.target.writes
	free := s.full("INSERT")
	_, s.err = load.Apply(context.Background(), s.cfg, p.ID, load.ApplyOptions{All: true})
	require.Error(c, s.err)
	free()
	assert.Equal(c, writes, s.target.writes, "nothing leaves without a line in the ledger")
	s.judge(p)

	// After it: the run ends, and the record is unsure when it goes on.
	n := 0
	s.wire.before = func(call *wireCall) {
		if call.writes() {
			if n++; n == 2 {
				free = s.full("UPDATE")
			}
		}
	}
	s.try(p)
	require.Error(c, s.err)
	free()
	assert.Equal(c, 2, n, "the first that could not be written down was the last")
	s.wire.before = nil
	again := s.reborn(s.copyDisk())
	bins := again.goOn(p)
	assert.Equal(c, 4, bins.Of(stage.LoadCreated))
	again.judge(p)
	again.again(p)
	c.saw("no room before the send: nothing left; after it: stopped, asked for later: %v", s.err)
}

func playO5(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.put("customer", customers(3)...)
	p, _ := s.do()
	_, err := stage.Open(context.Background(), filepath.Join(s.dir, "job.stage"), stage.Options{Job: "job", Command: "apply"})
	var busy *stage.BusyError
	require.ErrorAs(c, err, &busy)
	assert.Equal(c, os.Getpid(), busy.PID)
	assert.Equal(c, "test", busy.Command)
	assert.False(c, busy.Since.IsZero())
	s.judge(p)
	s.again(p)
	c.saw("the second is refused: %s holds it since %s", busy.Command, busy.Since.Format(time.TimeOnly))
}

func playO6(c *faultPlay) {
	s := c.scene(nil, customersRules())
	s.cfg.Workers = 1
	s.put("customer", customers(8)...)
	p := s.plan()
	s.target.quota = 3 // the first machine is stopped in the middle
	s.try(p)
	s.target.quota = -1
	time.Sleep(25 * time.Hour)
	second := s.elsewhere(s.copyDisk())
	bins := s.goOn(p)
	assert.Equal(c, 8, bins.Of(stage.LoadCreated))
	s.judge(p)
	second.try(p)
	var moved *load.MovedError
	require.ErrorAs(c, second.err, &moved)
	assert.Len(c, s.target.live("customers"), 8, "the second machine doubles nothing")
	// What the first has written is found where it is, and nothing is sent.
	got, err := load.Recover(context.Background(), second.cfg)
	require.NoError(c, err)
	assert.Equal(c, 5, got.Entries[0].Linked)
	writes := s.target.writes
	next := second.plan()
	_, second.err = second.apply(next, load.ApplyOptions{All: true, Moved: true})
	require.NoError(c, second.err)
	second.judge(next)
	assert.Equal(c, writes, s.target.writes)
	c.saw("the second machine is asked about: %s", strings.SplitN(moved.Error(), ";", 2)[0])
}
