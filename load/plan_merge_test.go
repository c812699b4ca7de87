package load_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"ferry/extract/stage"
	"ferry/load"
)

// Two source records that people made one are merged field by field, once: the
// next plan has nothing to do, and a later change of a filled field follows.
func TestTwoDecidedToBeOneAreMerged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rules := customersRules()
		rules.Duplicates = load.MergeDuplicates
		b := newBench(t, loadTargetSpec(t), rules)
		id := b.target.add("customers", fields{"name": "Theirs", "notes": ""})
		b.put("customer", `1 {"name":"First","phone":"11"}`, `2 {"name":"Second","phone":"22","notes":"from 2"}`)
		b.cfg.Decisions = &load.Decisions{Matches: []load.MatchDecision{{Entry: "customers", Key: "1", Choice: load.ChooseLink, Target: recordKey(id)},
			{Entry: "customers", Key: "2", Choice: load.ChooseLink, Target: recordKey(id)}}}
		for range 2 {
			p := b.plan()
			_, err := b.apply(p, load.ApplyOptions{All: true})
			assert.NoError(t, err)
			now := b.target.live("customers")[id]
			assert.Equal(t, []any{"First", "11", "from 2"}, []any{now["name"], now["phone"], now["notes"]}, "%+v", b.why(p, "customers", "2"))
		}
		again := b.load()
		assert.Equal(t, 2, again.Of(stage.LoadUnchanged), "%v", again)
		b.put("customer", `2 {"name":"Second","phone":"22","notes":"from 2, mended"}`)
		b.load()
		assert.Equal(t, "from 2, mended", b.target.live("customers")[id]["notes"])
	})
}
