package load_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

func TestChildrenWaitForAnUnsureParent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules(), sitesRules())
		b.put("customer", customers(8)...)
		b.put("site", childrenOf(8, "customer_id", `"name":"Site %d"`)...)
		b.target.on(&fault{path: "customers", nth: []int{2}, do: lostAfter}, &fault{path: "customers", nth: []int{5}, do: lostBefore},
			&fault{path: "customers", nth: []int{7}, do: refuse(422, `{"errors":{"name":["is odd"]}}`)})
		b.cfg.Workers = 1
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 14, bins.Of(stage.LoadCreated))
		assert.Equal(t, 1, bins.Of(stage.LoadRejected))
		assert.Equal(t, 1, bins.Of(stage.LoadHeld))
		assert.Equal(t, "its parent customers 7 is rejected", b.why(p, "sites", "7").Text)
		b.judge(p, 0)
	})
}

func TestOrderHoldsWithinAParent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules(), sitesRules())
		b.put("customer", customers(5)...)
		var sites []string
		for i := 1; i <= 100; i++ {
			sites = append(sites, fmt.Sprintf(`%d {"name":"Site %d","customer_id":{"$ref":{"stream":"customers","key":"%d"}}}`, i, i, i%5+1))
		}
		b.put("site", sites...)
		b.cfg.Workers = 8
		bins := b.load()
		assert.Equal(t, 105, bins.Of(stage.LoadCreated))
		for i := 1; i+5 <= 100; i++ {
			assert.Less(t, b.targetOf("sites", itoa(i)), b.targetOf("sites", itoa(i+5)), "site %d", i)
		}
	})
}

func TestCirclesAreFilledByASecondUpdate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rules := customersRules()
		rules.Fields = append(rules.Fields, refTo("parent_id", "customers"))
		b := newBench(t, loadTargetSpec(t), rules)
		var rows []string
		for i := 1; i <= 6; i++ {
			rows = append(rows, fmt.Sprintf(`%d {"name":"Customer %d","parent_id":{"$ref":{"stream":"customers","key":"%d"}}}`, i, i, i%6+1))
		}
		b.put("customer", rows...)
		b.target.on(&fault{method: "PUT", nth: []int{3}, do: lostAfter}, &fault{method: "PUT", nth: []int{5}, do: refuse(422, `{"errors":{"parent_id":["is odd"]}}`)})
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 6, bins.Of(stage.LoadCreated))
		assert.Equal(t, 1, bins.Partial(), "the link that failed is said")
		right := 0
		for i := 1; i <= 6; i++ {
			if asInt(b.target.live("customers")[b.targetOf("customers", itoa(i))]["parent_id"]) == b.targetOf("customers", itoa(i%6+1)) {
				right++
			}
		}
		assert.Equal(t, 5, right)
		b.judge(p, 0)
	})
}

func TestAParentThatIsGoneHoldsTheChild(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules(), sitesRules())
		id := b.target.add("customers", fields{"name": "Customer 1", "email": "C1@example.com"})
		b.put("customer", customers(2)...)
		b.put("site", childrenOf(2, "customer_id", `"name":"Site %d"`)...)
		p := b.plan()
		b.target.drop("customers", id)
		b.target.on(&fault{path: "sites", nth: []int{1}, do: refuse(422, `{"errors":{"customer_id":["is unknown"]}}`)})
		b.cfg.Workers = 1
		_, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		why := b.why(p, "sites", "1")
		assert.Equal(t, load.CodeGone, why.Code)
		assert.Equal(t, stage.LoadHeld, b.item(p, "sites", "1").Bin)
	})
}

func TestTheTargetMergesTwoRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), peopleRules())
		b.put("person", `1 {"name":"Ann","note":"a"}`, `2 {"name":"Ann","note":"b"}`)
		b.target.merge["people"] = "name"
		b.cfg.Workers = 1
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 1, bins.Of(stage.LoadCreated))
		assert.Equal(t, 1, bins.Of(stage.LoadHeld))
		assert.Equal(t, load.CodeShared, b.why(p, "people", "1").Code, "both are marked")
		assert.Equal(t, load.CodeShared, b.why(p, "people", "2").Code)
	})
}

func TestBatchesAreHalvedDownToTheBadRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), linesRules())
		var rows []string
		for i := 1; i <= 40; i++ {
			rows = append(rows, fmt.Sprintf(`%d {"text":"Line %d"}`, i, i))
		}
		b.put("line", rows...)
		whole := 0
		b.target.on(&fault{path: "lines/batch", do: func(v *target, r *fakeRequest, commit func() answer) (answer, error) {
			if r.holds("Line 13") {
				whole++
				return say(422, fields{"error": "text is odd"}), nil
			}
			return commit(), nil
		}})
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 39, bins.Of(stage.LoadCreated))
		assert.Equal(t, stage.LoadRejected, b.item(p, "lines", "13").Bin)
		assert.Equal(t, 4, whole, "8, 4, 2, 1")
		b.judge(p, 0)
	})
}

func TestPartlyAppliedBatchesAreAskedForOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), linesRules())
		var rows []string
		for i := 1; i <= 24; i++ {
			rows = append(rows, fmt.Sprintf(`%d {"text":"Line %d"}`, i, i))
		}
		b.put("line", rows...)
		b.target.on(
			&fault{path: "lines/batch", nth: []int{1}, do: func(v *target, r *fakeRequest, commit func() answer) (answer, error) {
				var in map[string][]fields
				if err := json.Unmarshal(r.body, &in); err != nil {
					return answer{}, err
				}
				v.add("lines", in["lines"][0])
				v.add("lines", in["lines"][1])
				return say(500, fields{"error": "oops"}), nil
			}},
			&fault{path: "lines/batch", nth: []int{2}, do: shuffled},
			&fault{path: "lines/batch", nth: []int{3}, do: short},
		)
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 24, bins.Of(stage.LoadCreated), "%v", bins)
		b.judge(p, 0)
		for i := 1; i <= 24; i++ {
			assert.Equal(t, "Line "+itoa(i), b.target.live("lines")[b.targetOf("lines", itoa(i))]["text"])
		}
	})
}

func TestWhatTheTargetMadeWithAParentIsAdopted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sites := sitesRules()
		sites.Match = [][]string{{"name", "customer_id"}}
		b := newBench(t, loadTargetSpec(t), customersRules(), sites)
		b.put("customer", customers(3)...)
		b.put("site", childrenOf(2, "customer_id", `"name":"Site %d"`)...)
		b.target.implicit["customers"] = func(id int) (string, fields) {
			name := "Main"
			if id == 1001 {
				name = "Site 1"
			}
			return "sites", fields{"name": name, "customer_id": id}
		}
		b.cfg.Workers = 1
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		live := b.target.live("sites")
		assert.Len(t, live, 3, "none doubled")
		assert.Equal(t, "Site 1", live[b.targetOf("sites", "1")]["name"])
		why := b.why(p, "sites", "2")
		assert.Equal(t, load.CodeSeveral, why.Code)
		assert.Len(t, why.Choose, 1)
		assert.Equal(t, 1, bins.Of(stage.LoadHeld))
	})
}
