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

// matched loads three customers that the target has: 1 as it is wanted, 2 but for
// its phone, 3 with a phone of its own in a field that is filled only where it is
// empty.
func matched(t *testing.T) (b *bench, ids []int) {
	rules := customersRules()
	for i := range rules.Fields {
		if rules.Fields[i].Dotted() == "notes" {
			rules.Fields[i].Set = load.SetEmpty
		}
	}
	b = newBench(t, loadTargetSpec(t), rules)
	for i := 1; i <= 3; i++ {
		ids = append(ids, b.target.add("customers", fields{"name": "Customer " + itoa(i), "email": "C" + itoa(i) + "@example.com", "phone": "1", "notes": "theirs"}))
	}
	b.put("customer", wanted("1", "2", "1")...)
	bins := b.load()
	require.Equal(t, 2, bins.Of(stage.LoadUnchanged))
	require.Equal(t, 1, bins.Of(stage.LoadUpdated))
	require.Equal(t, 1, b.target.writes)
	return b, ids
}

// wanted are the three customers with these phones.
func wanted(phones ...string) (out []string) {
	for i, phone := range phones {
		n := itoa(i + 1)
		out = append(out, n+` {"name":"Customer `+n+`","email":"c`+n+`@example.com","phone":"`+phone+`","notes":"ours"}`)
	}
	return out
}

func (b *bench) written(key string) (w stage.Written) {
	b.t.Helper()
	r := b.cfg.Rules[0]
	side := stage.Side{Account: benchSource.ID, Source: r.Source, Part: r.Part, Target: benchTarget.ID, Stream: r.Target}
	w, ok, err := b.stage.Written(context.Background(), side, recordKey(asInt(key)))
	require.NoError(b.t, err)
	require.True(b.t, ok, key)
	return w
}

func TestAMatchKeepsWhatTheTargetHad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := matched(t)
		w := b.written("1")
		assert.Zero(t, w.Run, "no run wrote it")
		assert.JSONEq(t, `{"name":"Customer 1","email":"c1@example.com","phone":"1"}`, string(w.Sent), "without the field that is left")
		assert.Contains(t, string(w.Back), "theirs")
		w = b.written("2")
		assert.NotZero(t, w.Run)
		assert.JSONEq(t, `{"name":"Customer 2","email":"c2@example.com","phone":"2"}`, string(w.Sent), "also what was equal before")

		verdict, err := load.Verify(context.Background(), b.cfg, b.run)
		require.NoError(t, err)
		checked := 0
		for _, e := range verdict.Entries {
			checked += e.Checked
		}
		assert.Equal(t, 1, checked, "what no run wrote is not verified")
		assert.Empty(t, verdict.Differs)
	})
}

func TestEditsOfMatchedRecordsAreNotOverwritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, ids := matched(t)
		b.target.edit("customers", ids[0], fields{"name": "Mine"}) // was linked and left
		b.target.edit("customers", ids[1], fields{"name": "Mine"}) // another field was written
		writes := b.target.writes
		bins := b.load()
		assert.Equal(t, 3, bins.Of(stage.LoadUnchanged), "%v", bins)
		assert.Equal(t, writes, b.target.writes)
		assert.Equal(t, "Mine", b.target.live("customers")[ids[0]]["name"])

		// Something else is wanted where people wrote: a person decides. Where they
		// wrote nothing the new value goes in.
		b.target.edit("customers", ids[0], fields{"phone": "9"})
		b.source["customer"] = nil
		b.put("customer", wanted("5", "6", "7")...)
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, load.CodeEdited, b.why(p, "customers", "1").Code)
		assert.Equal(t, 1, bins.Of(stage.LoadHeld))
		assert.Equal(t, 2, bins.Of(stage.LoadUpdated))
		live := b.target.live("customers")
		assert.Equal(t, []any{"9", "6", "7"}, []any{live[ids[0]]["phone"], live[ids[1]]["phone"], live[ids[2]]["phone"]})
		assert.Equal(t, "Mine", live[ids[1]]["name"])
	})
}

func TestAnApplyThatStopsKeepsMatchesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		id := b.target.add("customers", fields{"name": "Customer 1", "email": "c1@example.com"})
		b.put("customer", customers(9)...)
		p := b.plan()
		var stop *load.StopError
		_, err := b.apply(p, load.ApplyOptions{Stops: []int{3}})
		require.ErrorAs(t, err, &stop)
		first := b.written("1")
		b.target.edit("customers", id, fields{"name": "Mine"})
		_, err = b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, first, b.written("1"))
	})
}

func TestAnUpdateSomebodyMadeMeanwhileIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, ids, p := updating(t)
		b.target.edit("customers", ids[6], fields{"name": "New 7", "phone": "7"})
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		require.Equal(t, 1, bins.Of(stage.LoadUnchanged))
		w := b.written("7")
		assert.Zero(t, w.Run)
		assert.JSONEq(t, `{"name":"New 7","email":"c7@example.com","phone":"7"}`, string(w.Sent))
		b.target.edit("customers", ids[6], fields{"phone": "mine"})
		b.load()
		assert.Equal(t, "mine", b.target.live("customers")[ids[6]]["phone"])
	})
}

// Many matches are looked at in one walk through both sides, few one by one.
func TestManyMatchesKeepWhatTheTargetHad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 150
		sites := sitesRules()
		sites.Match = [][]string{{"name", "customer_id"}}
		b := newBench(t, loadTargetSpec(t), customersRules(), sites)
		b.put("customer", customers(n)...)
		b.put("site", childrenOf(n, "customer_id", `"name":"Site %d"`)...)
		for i := 1; i <= n; i++ {
			id := b.target.add("customers", fields{"name": "Customer " + itoa(i), "email": "c" + itoa(i) + "@example.com"})
			b.target.add("sites", fields{"name": "Site " + itoa(i), "customer_id": id})
		}
		bins := b.load()
		require.Equal(t, 2*n, bins.Of(stage.LoadUnchanged))
		for i, r := range b.cfg.Rules {
			kept := 0
			side := stage.Side{Account: benchSource.ID, Source: r.Source, Part: r.Part, Target: benchTarget.ID, Stream: r.Target}
			require.NoError(t, b.stage.EachWritten(context.Background(), side, func(w *stage.Written) error {
				kept++
				assert.Contains(t, string(w.Back), `"id":`+itoa(b.targetOf(r.Name, string(w.Key))))
				if i == 1 {
					assert.Contains(t, string(w.Sent), `"customer_id":`+itoa(b.targetOf("customers", string(w.Key))))
				}
				return nil
			}))
			assert.Equal(t, n, kept, r.Name)
		}
		before := b.written("7")
		b.load()
		assert.Equal(t, before, b.written("7"))
	})
}
