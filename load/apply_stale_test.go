package load_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

// updating plans updates of ten customers that the target has.
func updating(t *testing.T) (b *bench, ids []int, p stage.Plan) {
	b = newBench(t, loadTargetSpec(t), customersRules())
	var rows []string
	for i := 1; i <= 10; i++ {
		ids = append(ids, b.target.add("customers", fields{"name": "Old " + itoa(i), "email": "C" + itoa(i) + "@example.com", "notes": "keep"}))
		rows = append(rows, itoa(i)+` {"name":"New `+itoa(i)+`","email":"c`+itoa(i)+`@example.com","phone":"`+itoa(i)+`"}`)
	}
	b.put("customer", rows...)
	return b, ids, b.plan()
}

func TestRecordsChangedSinceThePlanAreHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, ids, p := updating(t)
		b.target.edit("customers", ids[2], fields{"name": "Mine"})
		b.target.edit("customers", ids[4], fields{"notes": "not mapped"})
		b.target.edit("customers", ids[6], fields{"name": "New 7", "phone": "7"})
		b.target.drop("customers", ids[8])
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 7, bins.Of(stage.LoadUpdated))
		assert.Equal(t, 1, bins.Of(stage.LoadUnchanged), "somebody made the same change")
		assert.Equal(t, 2, bins.Of(stage.LoadHeld))
		why := b.why(p, "customers", "3")
		assert.Equal(t, load.CodeStale, why.Code)
		require.Len(t, why.Change, 1)
		assert.JSONEq(t, `"Mine"`, string(why.Change[0].Old))
		assert.JSONEq(t, `"New 3"`, string(why.Change[0].New))
		assert.JSONEq(t, `"Old 3"`, string(why.Change[0].Last))
		assert.Equal(t, load.CodeGone, b.why(p, "customers", "9").Code)
		live := b.target.live("customers")
		assert.Equal(t, "Mine", live[ids[2]]["name"])
		assert.Equal(t, "New 1", live[ids[0]]["name"])
		assert.Equal(t, "keep", live[ids[0]]["notes"])
		assert.Equal(t, 7, b.target.writes)
	})
}

func TestUpdatesWhoseAnswersAreLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, ids, p := updating(t)
		b.target.on(&fault{method: "PUT", nth: []int{1, 2, 3}, do: lostBefore}, &fault{method: "PUT", nth: []int{5, 6}, do: cutAfter},
			&fault{method: "PUT", nth: []int{8}, do: doneBut(502, "<html>")})
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 10, bins.Of(stage.LoadUpdated))
		for i, id := range ids {
			assert.Equal(t, "New "+itoa(i+1), b.target.live("customers")[id]["name"])
		}
	})
}

func TestAVersionConflictShowsBothValues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, ids, p := updating(t)
		b.target.on(&fault{method: "PUT", nth: []int{1}, do: func(v *target, r *fakeRequest, _ func() answer) (answer, error) {
			v.edit("customers", ids[0], fields{"name": "Mine"})
			return say(412, fields{"error": "changed meanwhile"}), nil
		}})
		b.cfg.Workers = 1
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 1, bins.Of(stage.LoadHeld))
		why := b.why(p, "customers", "1")
		assert.Equal(t, load.CodeStale, why.Code)
		assert.JSONEq(t, `"Mine"`, string(why.Change[0].Old))
	})
}

func TestSeveralEqualCandidatesStayUnsure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), peopleRules())
		b.put("person", `1 {"name":"Ann"}`, `2 {"name":"Ann"}`, `3 {"name":"Bob"}`)
		b.target.on(&fault{nth: []int{1}, do: func(v *target, _ *fakeRequest, commit func() answer) (answer, error) {
			commit()
			v.add("people", fields{"name": "Ann"}) // somebody else's, in the same minute
			return answer{}, errReset{}
		}})
		b.cfg.Workers = 1
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 1, bins.Of(stage.LoadCreated))
		assert.Equal(t, 1, bins.Of(stage.LoadUnsure))
		assert.Equal(t, 1, bins.Of(stage.LoadHeld), "nothing like it is sent")
		assert.Len(t, b.why(p, "people", "1").Choose, 2)
		assert.Equal(t, load.CodeTwin, b.why(p, "people", "2").Code)
		assert.Equal(t, 2, b.target.writes)

		// A new plan does not send it either.
		p = b.plan()
		bins, err = b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 2, b.target.writes)
		assert.Equal(t, 1, bins.Of(stage.LoadUnsure))

		// Once people have taken one of the two away, the other is it.
		live := b.target.live("people")
		for id, f := range live {
			if f["name"] == "Ann" {
				b.target.drop("people", id)
				break
			}
		}
		bins, err = b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 3, bins.Of(stage.LoadCreated)+bins.Of(stage.LoadUnchanged))
		assert.Len(t, b.target.live("people"), 3)
	})
}

func TestARecordThatResemblesIsNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), peopleRules())
		b.put("person", `1 {"name":"Ann","note":"a long note"}`)
		b.target.mangle["people"] = func(in, _ fields) fields {
			in["note"] = "a long"
			return in
		}
		b.target.on(&fault{nth: []int{1}, do: lostAfter})
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 1, bins.Of(stage.LoadUnsure))
		assert.Len(t, b.target.live("people"), 1)
		assert.Len(t, b.why(p, "people", "1").Choose, 1)
	})
}

func TestAWriteThatThereWasAlready(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t, "required: [name]\n      reference: ref", "required: [name]\n      unique: [ref]\n      reference: ref"), customersRules())
		b.put("customer", customers(3)...)
		b.target.unique["customers"] = "ref"
		p := b.plan()
		b.target.add("customers", fields{"name": "Customer 1", "email": "c1@example.com", "ref": "old 1"})
		b.target.add("customers", fields{"name": "Somebody else", "ref": "old 2"})
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 2, bins.Of(stage.LoadCreated))
		assert.Equal(t, 1, bins.Of(stage.LoadRejected))
		assert.Len(t, b.target.live("customers"), 3)
	})
}

func TestEffectsAreMuted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", `1 {"name":"Ann","welcome":true}`, `2 {"name":"Bob"}`)
		bins := b.load()
		assert.Equal(t, 2, bins.Of(stage.LoadCreated))
		assert.Zero(t, b.target.mails)
	})
}

func TestWorkThatTheTargetQueues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(4)...)
		b.cfg.Workers = 1
		b.target.on(&fault{nth: []int{1}, do: accepted(5 * 1e9)}, &fault{nth: []int{2}, do: accepted(-1)}, &fault{nth: []int{3}, do: empty204})
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 3, bins.Of(stage.LoadCreated))
		assert.Equal(t, 1, bins.Of(stage.LoadUnsure))
		b.judge(p, 0)
		assert.Equal(t, []string{"create unsure"}, b.attempts("2"), "a job that never leaves the queue may still be done")
	})
}
