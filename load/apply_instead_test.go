package load_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

// lostLinks loads customers and sites, of which people delete two customers.
func lostLinks(t *testing.T, edits ...string) (b *bench, gone []int) {
	b = newBench(t, loadTargetSpec(t, edits...), customersRules(), sitesRules())
	b.put("customer", customers(3)...)
	b.load()
	for _, key := range []string{"1", "2"} {
		id := b.targetOf("customers", key)
		b.target.drop("customers", id)
		gone = append(gone, id)
	}
	b.put("site", childrenOf(3, "customer_id", `"name":"Site %d"`)...)
	b.cfg.Decisions = &load.Decisions{Matches: []load.MatchDecision{{Entry: "customers", Key: "1", Choice: load.ChooseCreate}}}
	return b, gone
}

func TestADecisionCreatesAnewWhatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gone := lostLinks(t)
		p := b.plan()
		require.Equal(t, stage.ActCreate, b.item(p, "customers", "1").Action)
		require.Equal(t, load.CodeGone, b.why(p, "customers", "2").Code)
		var stop *load.StopError
		_, err := b.apply(p, load.ApplyOptions{Stops: []int{1}}) // and goes on later
		require.ErrorAs(t, err, &stop)
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 3, bins.Of(stage.LoadCreated), "the customer, its site, and that of the third: %v", bins)
		assert.Equal(t, 2, bins.Of(stage.LoadHeld), "the second customer and its site")
		fresh := b.targetOf("customers", "1")
		assert.NotEqual(t, gone[0], fresh)
		assert.Len(t, b.target.live("customers"), 2)
		assert.EqualValues(t, fresh, asInt(b.target.live("sites")[b.targetOf("sites", "1")]["customer_id"]))

		writes := b.target.writes
		b.load() // the decision still stands, and does nothing more
		assert.Equal(t, writes, b.target.writes)
		assert.Len(t, b.target.live("customers"), 2)
	})
}

func TestWhatCameBackIsNotCreatedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gone := lostLinks(t)
		p := b.plan()
		b.target.mu.Lock()
		b.target.store["customers"][gone[0]].gone = false
		b.target.mu.Unlock()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, load.CodeStale, b.why(p, "customers", "1").Code)
		assert.Equal(t, 2, bins.Of(stage.LoadCreated), "two sites: of the third, and of the one that is back")
		assert.Len(t, b.target.live("customers"), 2)
		assert.Equal(t, gone[0], b.targetOf("customers", "1"), "the link stays")
	})
}

// A target that has no list is asked for the one record.
func TestADecisionCreatesAnewWhatNoListShows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gone := lostLinks(t, "    key: id\n    list: {path: customers, paging: pages}\n", "    key: id\n", "    order: {query: {sort: id}, shown_by: id}\n    find:\n      - {by: ref, path: customers", "    find:\n      - {by: ref, path: customers")
		p := b.plan()
		require.Equal(t, stage.ActCreate, b.item(p, "customers", "1").Action)
		_, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.NotEqual(t, gone[0], b.targetOf("customers", "1"))
		assert.Len(t, b.target.live("customers"), 2)
	})
}
