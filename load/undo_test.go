package load_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

// undo plans, approves and carries out the undo of the last run.
func (b *bench) undo() (stage.Plan, load.Bins) {
	b.t.Helper()
	ctx := context.Background()
	run := b.run
	b.newRun()
	p, err := load.PlanUndo(ctx, b.cfg, run)
	require.NoError(b.t, err)
	require.NoError(b.t, b.stage.SetPlan(ctx, p.ID, stage.PlanApproved, "test", time.Now()))
	b.newRun()
	bins, err := load.Undo(ctx, b.cfg, p.ID)
	require.NoError(b.t, err)
	return p, bins
}

// family loads customers, of which the target has some, and their sites.
func family(t *testing.T) (b *bench, before map[int]fields) {
	b = newBench(t, loadTargetSpec(t), sitesRules(), customersRules())
	for i := 1; i <= 4; i++ {
		b.target.add("customers", fields{"name": "Old " + itoa(i), "email": "c" + itoa(i) + "@example.com"})
	}
	before = b.target.live("customers")
	b.put("customer", customers(12)...)
	b.put("site", childrenOf(12, "customer_id", `"name":"Site %d"`)...)
	b.load()
	require.Len(t, b.target.live("customers"), 12)
	require.Len(t, b.target.live("sites"), 12)
	return b, before
}

func TestUndoBringsTheStoreBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, before := family(t)
		b.target.on(&fault{method: "DELETE", nth: []int{2, 5}, do: lostAfter}, &fault{method: "DELETE", nth: []int{7}, do: lostBefore})
		_, bins := b.undo()
		assert.Equal(t, 20, bins.Of(stage.LoadDeleted))
		assert.Equal(t, 4, bins.Of(stage.LoadRestored))
		assert.Equal(t, before, b.target.live("customers"))
		assert.Empty(t, b.target.live("sites"))

		// And forth again.
		b.load()
		assert.Len(t, b.target.live("customers"), 12)
		assert.Len(t, b.target.live("sites"), 12)
	})
}

func TestUndoLeavesWhatWasEdited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := family(t)
		b.target.edit("customers", b.targetOf("customers", "2"), fields{"name": "Mine"})     // was updated
		b.target.edit("customers", b.targetOf("customers", "9"), fields{"notes": "by hand"}) // was created
		b.target.edit("sites", b.targetOf("sites", "7"), fields{"name": "Mine"})             // keeps its customer
		stranger := b.target.add("sites", fields{"name": "By hand", "customer_id": b.targetOf("customers", "11")})
		p, bins := b.undo()
		assert.Equal(t, 5, bins.Of(stage.LoadHeld), "the three, and two parents")
		assert.Equal(t, 3, bins.Of(stage.LoadRestored))
		assert.Equal(t, 16, bins.Of(stage.LoadDeleted))
		assert.Equal(t, load.CodeEdited, b.why(p, "customers", "9").Code)
		assert.Equal(t, load.CodeParent, b.why(p, "customers", "7").Code)
		assert.Contains(t, b.why(p, "customers", "11").Text, itoa(stranger))
		assert.Len(t, b.target.live("sites"), 2)
	})
}

func TestUndoSaysWhatStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spec := loadTargetSpec(t, `      delete: {path: "people/{key}"}`, `      final: people stay`)
		b := newBench(t, spec, peopleRules())
		b.put("person", customers(3)...)
		b.cfg.Allow = []string{"final"}
		b.load()
		p, bins := b.undo()
		assert.Equal(t, 3, bins.Of(stage.LoadHeld))
		assert.Contains(t, b.why(p, "people", "1").Text, "people stay")
		assert.Len(t, b.target.live("people"), 3)
	})
}

func TestUndoNeedsDeletesAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := family(t)
		ctx := context.Background()
		p, err := load.PlanUndo(ctx, b.cfg, b.run)
		require.NoError(t, err)
		require.NoError(t, b.stage.SetPlan(ctx, p.ID, stage.PlanApproved, "test", time.Now()))
		b.cfg.Allow = []string{"final"}
		_, err = load.Undo(ctx, b.cfg, p.ID)
		var allow *load.AllowError
		require.ErrorAs(t, err, &allow)
		assert.Equal(t, "deletes", allow.Need)
		assert.Equal(t, 20, allow.Count)

		// An edit after the plan is seen too.
		b.cfg.Allow = []string{"deletes"}
		b.target.edit("sites", b.targetOf("sites", "3"), fields{"name": "Mine"})
		bins, err := load.Undo(ctx, b.cfg, p.ID)
		require.NoError(t, err)
		assert.Equal(t, 1, bins.Of(stage.LoadHeld))
		assert.Len(t, b.target.live("sites"), 1)
	})
}

func TestThePlanSaysWhatUndoWillLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spec := loadTargetSpec(t, `      delete: {path: "jobs/{key}"}`, `      delete: {path: "jobs/{key}", effects: {mail: {where: title}}}`)
		b := newBench(t, spec, jobsRules(), customersRules())
		b.put("customer", customers(2)...)
		b.put("job", childrenOf(2, "customer_id", `"title":"Job %d"`)...)
		p := b.plan()
		sum, err := load.ReadSummary(p)
		require.NoError(t, err)
		texts := slices.Sorted(maps.Keys(sum.Final()))
		require.Len(t, texts, 2)
		assert.Contains(t, texts[0], "undo leaves it: it would have the effect mail")
		assert.Equal(t, "undo leaves what it hangs on as well, in customers", texts[1])
		assert.Equal(t, 2, sum.Final()[texts[0]])
		_, err = b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		_, bins := b.undo()
		assert.Equal(t, 4, bins.Of(stage.LoadHeld), "as the plan said")
	})
}

// What an undo gave back is taken back: the next undo neither does it again nor
// sends people to undo the undo.
func TestASecondUndoLeavesWhatTheFirstRestored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, before := family(t)
		first := b.run
		b.target.edit("sites", b.targetOf("sites", "12"), fields{"name": "Mine"})
		b.target.on(&fault{method: "PUT", nth: []int{2}, do: lostAfter})
		_, bins := b.undo()
		assert.Equal(t, 4, bins.Of(stage.LoadRestored))
		b.run = first
		p, bins := b.undo()
		assert.Equal(t, 2, bins.Sum(), "the site, and its customer")
		assert.Equal(t, load.CodeEdited, b.why(p, "sites", "12").Code)
		assert.Equal(t, load.CodeParent, b.why(p, "customers", "12").Code)
		for id, f := range before {
			assert.Equal(t, f, b.target.live("customers")[id])
		}
	})
}
