package load_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

// lostStage loads customers, and people told by their name alone, then gives the
// same target to a job whose stage is new.
func lostStage(t *testing.T, meanwhile func(b *bench)) *bench {
	people := peopleRules()
	people.Tells = "name"
	put := func(b *bench) {
		b.put("customer", customers(4)...)
		b.put("person", `1 {"name":"Job 1 Boiler","note":"a"}`, `2 {"name":"Job 2 Boiler"}`, `3 {"name":"Job 3 Boiler"}`, `4 {"name":"Twice"}`, `5 {"name":"Twice"}`)
	}
	b := newBench(t, loadTargetSpec(t), people, customersRules())
	put(b)
	b.load()
	meanwhile(b)
	c := newBench(t, loadTargetSpec(t), people, customersRules())
	put(c)
	c.target.mu.Lock()
	c.target.store, c.target.next = b.target.store, 2000
	c.target.mu.Unlock()
	c.plan()
	return c
}

func recovered(t *testing.T, b *bench) map[string]load.RecoveredEntry {
	b.newRun()
	got, err := load.Recover(context.Background(), b.cfg)
	require.NoError(t, err)
	byName := map[string]load.RecoveredEntry{}
	for _, e := range got.Entries {
		byName[e.Entry] = e
	}
	return byName
}

// What differs after a recovery may be people's, and is held until one decides.
func TestRecoverHoldsWhatDiffers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := lostStage(t, func(b *bench) {
			b.target.edit("customers", b.targetOf("customers", "2"), fields{"name": "Edited"})
			b.target.edit("customers", b.targetOf("customers", "3"), fields{"email": ""})
			b.target.edit("people", b.targetOf("people", "1"), fields{"note": "their own"})
		})
		got := recovered(t, c)
		assert.Equal(t, []int{4, 2}, []int{got["customers"].Linked, got["customers"].Differ})
		assert.Equal(t, []int{3, 1, 2}, []int{got["people"].Linked, got["people"].Differ, len(got["people"].Doubled)}, "%+v", got["people"])
		assert.Equal(t, "name", got["people"].By)
		assert.Zero(t, got["people"].Untold)

		bins := c.load()
		assert.Equal(t, 3, bins.Of(stage.LoadHeld), "%v", bins)
		assert.Equal(t, "Edited", c.target.live("customers")[c.targetOf("customers", "2")]["name"])
		p := c.plan()
		why := c.why(p, "customers", "2")
		assert.Equal(t, load.CodeEdited, why.Code)
		assert.Equal(t, "name", why.Change[0].Field)
		assert.NotEmpty(t, why.Choose, "the sheet Matches asks")
		assert.Equal(t, stage.LoadUnchanged, c.item(p, "customers", "1").Bin)
		assert.Equal(t, load.CodeEdited, c.why(p, "people", "1").Code)

		// What was equal counts as written: an edit of it is people's.
		c.target.edit("customers", c.targetOf("customers", "1"), fields{"name": "Edited later"})
		target := string(recordKey(c.targetOf("customers", "2")))
		c.cfg.Decisions = &load.Decisions{Matches: []load.MatchDecision{{Entry: "customers", Key: "2", Choice: load.ChooseLink, Target: recordKey(c.targetOf("customers", "2"))}}}
		c.load()
		live := c.target.live("customers")
		assert.Equal(t, "Customer 2", live[c.targetOf("customers", "2")]["name"], "a person decided: %s", target)
		assert.Equal(t, "Edited later", live[c.targetOf("customers", "1")]["name"])
	})
}

// A record whose telling field people changed is not found, and the plan that
// would create it again says that it may be there.
func TestRecoverSaysWhatItCannotTell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := lostStage(t, func(b *bench) {
			b.target.edit("people", b.targetOf("people", "3"), fields{"name": "Renamed"})
		})
		got := recovered(t, c)
		assert.Equal(t, []int{2, 1}, []int{got["people"].Linked, got["people"].Untold}, "%+v", got["people"])
		p := c.plan()
		sum, err := load.ReadSummary(p)
		require.NoError(t, err)
		require.Len(t, sum.Doubts, 1)
		assert.Contains(t, sum.Doubts[0], "people: the crosswalk was recovered")
		c.load()
		c.put("person", `9 {"name":"New one"}`)
		sum, err = load.ReadSummary(c.plan())
		require.NoError(t, err)
		assert.Empty(t, sum.Doubts, "who applied it was told")
	})
}
