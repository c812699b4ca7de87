package load_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

func TestVerifyFindsWhatDidNotTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer",
			`1 {"name":"Ann Other","phone":"1","notes":"n","tags":["a"],"amount":12.345,"since":"2026-01-02 10:00:00"}`,
			`2 {"name":"Bob"}`, `3 {"name":"Cid"}`, `4 {"name":"Dan","email":"D@Example.com"}`)
		b.target.mangle["customers"] = func(in, _ fields) fields {
			if in["name"] == "Ann Other" {
				in = laid(in, fields{"name": "Ann Oth", "phone": "", "tags": []string{"a", "import"}, "amount": 12.35, "since": "2026-01-02 08:00:00"})
			}
			if in["email"] != nil {
				in["email"] = "d@example.com"
			}
			return in
		}
		p := b.plan()
		_, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		b.target.edit("customers", b.targetOf("customers", "2"), fields{"name": "Robert"})
		b.target.drop("customers", b.targetOf("customers", "3"))
		v, err := load.Verify(context.Background(), b.cfg, b.run)
		require.NoError(t, err)
		got := map[string]load.Deviation{}
		for _, d := range v.Differs {
			got[string(d.Key)+" "+d.Field] = d.Deviation
		}
		assert.Equal(t, map[string]load.Deviation{
			"1 name": load.Cut, "1 phone": load.NotTaken, "1 tags": load.Appended, "1 amount": load.Rounded, "1 since": load.Shifted, "2 name": load.ChangedThen,
		}, got)
		require.Len(t, v.Gone, 1)
		assert.Equal(t, load.EntryVerdict{Entry: "customers", Checked: 4, Equal: 1, Different: 2, Gone: 1, Fields: v.Entries[0].Fields}, v.Entries[0])
		assert.Equal(t, stage.LoadRejected, b.item(p, "customers", "3").Bin)

		kept, ok, err := load.ReadVerdict(context.Background(), b.stage, b.run)
		require.NoError(t, err)
		require.True(t, ok)
		assert.Equal(t, v.Entries, kept.Entries)
		assert.False(t, kept.Good())
	})
}

func TestVerifyLooksTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, p := updating(t)
		_, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		b.target.stale = 8 * time.Second
		v, err := load.Verify(context.Background(), b.cfg, b.run)
		require.NoError(t, err)
		assert.True(t, v.Good(), "%+v", v)
		assert.Equal(t, 10, v.Entries[0].Equal)
	})
}

func TestVerifyReportsWhatWasWrittenAfterAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, rules := range []load.Rules{customersRules(), peopleRules()} {
			b := newBench(t, loadTargetSpec(t), rules)
			b.put(rules.Source, customers(5)...)
			b.target.on(&fault{nth: []int{2}, do: lateWrite(10 * time.Minute)})
			b.cfg.Workers = 1
			b.load()
			v, err := load.Verify(context.Background(), b.cfg, b.run)
			require.NoError(t, err)
			assert.True(t, v.Good())
			time.Sleep(time.Hour)
			v, err = load.Verify(context.Background(), b.cfg, b.run)
			require.NoError(t, err)
			require.Len(t, v.Doubled, 1, rules.Name)
			assert.Equal(t, recordKey(b.targetOf(rules.Name, "2")), v.Doubled[0].Targets[0])
			assert.Len(t, v.Doubled[0].Targets, 2)
		}
	})
}

func TestRecoverRebuildsTheCrosswalk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), sitesRules(), customersRules())
		b.put("customer", customers(10)...)
		b.put("site", childrenOf(10, "customer_id", `"name":"Site %d"`)...)
		b.load()

		c := newBench(t, loadTargetSpec(t), sitesRules(), customersRules())
		c.put("customer", customers(10)...)
		c.put("site", childrenOf(10, "customer_id", `"name":"Site %d"`)...)
		c.target.mu.Lock()
		c.target.store, c.target.next = b.target.store, 2000
		c.target.mu.Unlock()
		double := c.target.add("customers", fields{"name": "Copy", "ref": "old 4"})
		c.target.add("customers", fields{"name": "Gone at the source", "ref": "old 77"})
		c.plan()
		got, err := load.Recover(context.Background(), c.cfg)
		require.NoError(t, err)
		byName := map[string]load.RecoveredEntry{}
		for _, e := range got.Entries {
			byName[e.Entry] = e
		}
		assert.Equal(t, 10, byName["sites"].Linked)
		assert.Equal(t, 9, byName["customers"].Linked)
		assert.Equal(t, 1, byName["customers"].Unknown)
		require.Len(t, byName["customers"].Doubled, 1)
		assert.Contains(t, byName["customers"].Doubled[0].Targets, recordKey(double))
		assert.Equal(t, b.targetOf("sites", "3"), c.targetOf("sites", "3"))
		assert.Zero(t, c.targetOf("customers", "4"))
		assert.Zero(t, c.target.writes)

		again, err := load.Recover(context.Background(), c.cfg)
		require.NoError(t, err)
		for _, e := range again.Entries {
			assert.Zero(t, e.Linked, e.Entry)
		}
	})
}

func TestProbeFindsAndRemoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), sitesRules(), customersRules(), peopleRules())
		b.put("customer", `1 {"name":"Ann","email":"ann@example.com","phone":"12","tags":["a"],"welcome":true}`)
		b.put("site", childrenOf(1, "customer_id", `"name":"Site %d"`)...)
		b.put("person", `1 {"name":"Bob"}`)
		b.target.mangle["customers"] = func(in, was fields) fields {
			if in["phone"] != nil {
				in["phone"] = ""
			}
			if tags, _ := was["tags"].([]any); tags != nil {
				in["tags"] = append(tags, in["tags"].([]any)...)
			}
			return in
		}
		b.target.final["people"] = true
		b.plan()
		findings, err := load.Probe(context.Background(), b.cfg)
		require.NoError(t, err)
		got := map[string]bool{}
		for _, f := range findings {
			got[f.Entry+" "+string(f.Kind)+" "+f.Field] = true
		}
		assert.Contains(t, got, "customers field phone")
		assert.Contains(t, got, "customers sent twice tags")
		assert.Contains(t, got, "customers muted ")
		assert.Contains(t, got, "sites fine ")
		assert.Contains(t, got, "people not removed ")
		assert.Empty(t, b.target.live("customers"))
		assert.Empty(t, b.target.live("sites"))
		assert.Len(t, b.target.live("people"), 1)
		assert.Zero(t, b.target.mails)
		for _, f := range b.target.live("people") {
			assert.Contains(t, f["name"], load.ProbeMark)
		}
	})
}
