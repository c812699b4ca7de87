package load_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// customersSide is the side of the customers that a bench loads.
var customersSide = stage.Side{Account: benchSource.ID, Source: "customer", Part: "customers", Target: benchTarget.ID, Stream: "customers"}

// killedSending leaves attempts in the ledger as a process does that is killed
// while they are in flight, in a run of its own.
func (b *bench) killedSending(p stage.Plan, kind stage.AttemptKind, fieldsOf map[string]string) (run int64) {
	b.t.Helper()
	b.newRun()
	var list []stage.Attempt
	for key, text := range fieldsOf {
		a := stage.Attempt{Plan: p.ID, Run: b.run, Side: customersSide, Key: record.Key(key), Kind: kind, Fields: []byte(text), Sent: time.Now()}
		if kind == stage.AttemptUpdate {
			a.Target = recordKey(b.targetOf("customers", key))
		}
		list = append(list, a)
	}
	_, err := b.stage.BeginAttempts(context.Background(), list)
	require.NoError(b.t, err)
	return b.run
}

// renamed are the customers of customers(n) with other names.
func renamed(n int, name string) (rows []string) {
	for i := 1; i <= n; i++ {
		rows = append(rows, fmt.Sprintf(`%d {"name":"%s %d","email":"c%d@example.com"}`, i, name, i, i))
	}
	return rows
}

func TestUpdatesThatWereKilledAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(10)...)
		b.load()
		b.put("customer", renamed(10, "New")...)
		p := b.plan()
		sent := map[string]string{}
		for i := 1; i <= 6; i++ {
			sent[itoa(i)] = fmt.Sprintf(`{"name":"New %d"}`, i)
			if i <= 4 { // these arrived
				b.target.edit("customers", b.targetOf("customers", itoa(i)), fields{"name": "New " + itoa(i)})
			}
		}
		killed := b.killedSending(p, stage.AttemptUpdate, sent)
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 10, bins.Of(stage.LoadUpdated))
		for i := 1; i <= 10; i++ {
			w, run := b.written(itoa(i)), b.run
			if i <= 4 {
				run = killed
			}
			assert.Equal(t, run, w.Run, "customer %d", i)
			assert.Contains(t, string(w.Sent), "New "+itoa(i))
			assert.Contains(t, string(w.Sent), "email", "what was written before stays known")
			assert.Contains(t, string(w.Back), "New "+itoa(i))
		}
		v, err := load.Verify(context.Background(), b.cfg, b.run)
		require.NoError(t, err)
		assert.Equal(t, 10, v.Entries[0].Checked)
		assert.Equal(t, 10, v.Entries[0].Equal)

		// The next change of the source is no edit of people.
		b.put("customer", renamed(10, "Newer")...)
		again, err := b.apply(b.plan(), load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 10, again.Of(stage.LoadUpdated))
		_, undone := b.undo()
		assert.Equal(t, 10, undone.Of(stage.LoadRestored))
	})
}

func TestTheUndoOfKilledUpdatesRestoresThemAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(4)...)
		b.load()
		before := b.target.live("customers")
		b.put("customer", renamed(4, "New")...)
		p := b.plan()
		sent := map[string]string{}
		for i := 1; i <= 4; i++ {
			sent[itoa(i)] = fmt.Sprintf(`{"name":"New %d"}`, i)
			b.target.edit("customers", b.targetOf("customers", itoa(i)), fields{"name": "New " + itoa(i)})
		}
		killed := b.killedSending(p, stage.AttemptUpdate, sent)
		_, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		b.run = killed
		_, bins := b.undo()
		assert.Equal(t, 4, bins.Of(stage.LoadRestored))
		assert.Equal(t, before, b.target.live("customers"))
	})
}

func TestKilledUpdatesOfAnEarlierPlanAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(3)...)
		b.load()
		b.put("customer", renamed(3, "New")...)
		old := b.plan()
		b.target.edit("customers", b.targetOf("customers", "1"), fields{"name": "New 1"})
		killed := b.killedSending(old, stage.AttemptUpdate, map[string]string{"1": `{"name":"New 1"}`})
		_, err := b.apply(b.plan(), load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, stage.LoadUpdated, b.item(old, "customers", "1").Bin)
		w := b.written("1")
		assert.Equal(t, killed, w.Run)
		assert.JSONEq(t, `{"name":"New 1","email":"c1@example.com"}`, string(w.Sent))
		b.put("customer", renamed(3, "Newer")...)
		bins, err := b.apply(b.plan(), load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 3, bins.Of(stage.LoadUpdated))
	})
}

func TestKilledCreationsBelongToTheRunThatSentThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(3)...)
		p := b.plan()
		sent := map[string]string{}
		for i := 1; i <= 3; i++ {
			sent[itoa(i)] = fmt.Sprintf(`{"name":"Customer %d","email":"c%d@example.com","ref":"old %d"}`, i, i, i)
			b.target.add("customers", fields{"name": "Customer " + itoa(i), "email": "c" + itoa(i) + "@example.com", "ref": "old " + itoa(i)})
		}
		killed := b.killedSending(p, stage.AttemptCreate, sent)
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 3, bins.Of(stage.LoadCreated))
		assert.Zero(t, b.target.writes)
		for i := 1; i <= 3; i++ {
			l, ok, err := b.stage.Link(context.Background(), customersSide, record.Key(itoa(i)))
			require.NoError(t, err)
			require.True(t, ok)
			assert.Equal(t, killed, l.Run)
			assert.Equal(t, killed, b.written(itoa(i)).Run)
		}
		b.run = killed
		v, err := load.Verify(context.Background(), b.cfg, killed)
		require.NoError(t, err)
		require.Len(t, v.Entries, 1)
		assert.Equal(t, 3, v.Entries[0].Equal)
		_, undone := b.undo()
		assert.Equal(t, 3, undone.Of(stage.LoadDeleted))
	})
}

func TestProgressCountsEachRecordOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rules := customersRules()
		rules.Fields = append(rules.Fields, refTo("parent_id", "customers"))
		b := newBench(t, loadTargetSpec(t), rules)
		var rows []string
		for i := 1; i <= 12; i++ { // in a circle, so that links are filled late
			rows = append(rows, fmt.Sprintf(`%d {"name":"Customer %d","parent_id":{"$ref":{"stream":"customers","key":"%d"}}}`, i, i, i%12+1))
		}
		b.put("customer", rows...)
		b.target.on(&fault{method: "POST", nth: []int{2, 5}, do: lostAfter}, &fault{method: "POST", nth: []int{3, 7, 14}, do: lostBefore},
			&fault{method: "PUT", nth: []int{4}, do: lostAfter})
		b.load()
		last := load.Event{}
		for _, e := range b.events {
			if e.Event == load.EventRecord {
				last = e
				require.LessOrEqual(t, e.Records, e.Total)
			}
		}
		assert.Equal(t, 12, last.Total)
		assert.Equal(t, 12, last.Records)
		assert.Zero(t, last.Left)
	})
}

func TestLikeRefusalsCloseAWayHoweverManyAreInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(15)...)
		b.cfg.Workers = 16
		b.target.required["customers"] = []string{"phone"}
		b.target.on(&fault{do: slow(time.Second)})
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 5, bins.Of(stage.LoadRejected))
		assert.Equal(t, 10, bins.Of(stage.LoadHeld))
		held := 0
		for i := 1; i <= 15; i++ {
			if why := b.why(p, "customers", itoa(i)); why.Code == load.CodeStopped {
				held++
				assert.Contains(t, why.Said, "can't be blank", "it names the refusal")
				assert.Equal(t, "phone", why.Field)
			}
		}
		assert.Equal(t, 10, held)

		// Once the target takes them, they go on without a new plan, all at once.
		b.target.required["customers"] = nil
		began := time.Now()
		bins, err = b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 10, bins.Of(stage.LoadCreated))
		assert.Less(t, time.Since(began), 4*time.Second)
	})
}
