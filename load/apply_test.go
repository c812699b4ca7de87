package load_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/budget"
	"ferry/extract/stage"
	"ferry/load"
)

func TestApplyWritesParentsFirstAndOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), jobsRules(), sitesRules(), customersRules())
		b.put("customer", customers(30)...)
		b.put("site", childrenOf(30, "customer_id", `"name":"Site %d"`)...)
		b.put("job", childrenOf(30, "customer_id", `"title":"Job %d","status":"done"`)...)
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 90, bins.Of(stage.LoadCreated))
		assert.Equal(t, 90, bins.Sum())
		b.judge(p, 0)
		for key := range 30 {
			job := b.target.live("jobs")[b.targetOf("jobs", itoa(key+1))]
			assert.Equal(t, "done", job["status"])
			assert.EqualValues(t, b.targetOf("customers", itoa(key+1)), asInt(job["customer_id"]))
		}
		got, _, err := b.stage.Plan(context.Background(), p.ID)
		require.NoError(t, err)
		assert.Equal(t, stage.PlanDone, got.State)

		// The same again writes nothing.
		writes := b.target.writes
		again := b.load()
		assert.Equal(t, 90, again.Of(stage.LoadUnchanged))
		assert.Equal(t, writes, b.target.writes)
	})
}

func TestLostAnswersDoubleAndLoseNothing(t *testing.T) {
	for _, stream := range []string{"customers", "people"} {
		for _, lag := range []time.Duration{0, 9 * time.Second} {
			t.Run(fmt.Sprintf("%s, lag %s", stream, lag), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { losing(t, stream, lag) })
			})
		}
	}
}

// losing loads 100 records of which every fifth answer is lost, one way or another.
func losing(t *testing.T, stream string, lag time.Duration) {
	rules := customersRules()
	if stream == "people" {
		rules = peopleRules()
	}
	b := newBench(t, loadTargetSpec(t), rules)
	b.put(rules.Source, customers(100)...)
	b.target.lag = lag
	b.target.on(
		&fault{nth: []int{3, 17, 80}, do: lostBefore},
		&fault{nth: []int{5, 25, 45}, do: lateWrite(20 * time.Second)},
		&fault{nth: every(10, 100), do: lostAfter},
		&fault{nth: []int{4, 14, 33}, do: doneBut(502, `<html>bad gateway</html>`)},
		&fault{nth: []int{8, 19}, do: doneBut(500, `{"error":"oops"}`)},
		&fault{nth: []int{6, 21}, do: cutAfter},
	)
	p := b.plan()
	bins, err := b.apply(p, load.ApplyOptions{All: true})
	require.NoError(t, err)
	assert.Equal(t, 100, bins.Of(stage.LoadCreated), "%v", bins)
	assert.Len(t, b.target.live(stream), 100)
	b.judge(p, 0)
}

func TestApplyUsesTheWholeAllowance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rate, n = 180, 355
		b := newBenchAt(t, loadTargetSpec(t), budget.Limit{Requests: rate, Per: time.Minute}, sitesRules(), customersRules())
		b.put("customer", customers(n)...)
		b.put("site", childrenOf(n, "customer_id", `"name":"Site %d"`)...)
		b.cfg.Workers = 16
		b.target.on(&fault{do: slow(300 * time.Millisecond)})
		p := b.plan()
		began := time.Now()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 2*n, bins.Of(stage.LoadCreated))
		took := time.Since(began).Minutes()
		used := float64(b.target.writes+b.target.reads) / (rate * math.Ceil(took)) // a window's worth goes at once
		t.Logf("%d writes in %.2f min: %.1f %% of the allowance", b.target.writes, took, used*100)
		assert.GreaterOrEqual(t, used, 0.98)
	})
}

func every(n, to int) (out []int) {
	for i := n; i <= to; i += n {
		out = append(out, i)
	}
	return out
}
