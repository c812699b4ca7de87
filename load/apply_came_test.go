package load_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

func TestWhatCameSinceThePlanIsNotDoubled(t *testing.T) {
	tests := []struct {
		name string
		n    int
		wait time.Duration
	}{
		{"few are asked for one by one", 3, 2 * time.Minute},
		{"of many the list is read again", 130, 2 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, loadTargetSpec(t), customersRules())
				for i := range 300 { // reading them takes more requests than asking for a few
					b.target.add("customers", fields{"name": fmt.Sprint("Other ", i)})
				}
				b.put("customer", customers(tt.n)...)
				p := b.plan()
				id := b.target.add("customers", fields{"name": "By hand", "email": "c2@example.com"})
				time.Sleep(tt.wait)
				bins, err := b.apply(p, load.ApplyOptions{All: true})
				require.NoError(t, err)
				assert.Equal(t, tt.n-1, bins.Of(stage.LoadCreated))
				assert.Equal(t, 1, bins.Of(stage.LoadHeld))
				why := b.why(p, "customers", "2")
				assert.Equal(t, load.CodeStale, why.Code)
				assert.Equal(t, "it came into the target since the plan", why.Text)
				require.Len(t, why.Choose, 1)
				assert.Equal(t, recordKey(id), why.Choose[0].Key)
				priced := 0
				for _, e := range b.events {
					if e.Event == load.EventReading && e.Stream == "customers" {
						priced++
						assert.Contains(t, e.Reason, "requests")
					}
				}
				assert.Equal(t, 1, priced)

				// A new plan matches it.
				b.load()
				assert.Equal(t, id, b.targetOf("customers", "2"))
				assert.Len(t, b.target.live("customers"), 300+tt.n)
			})
		})
	}
}

func TestAContinuationLooksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(20)...)
		p := b.plan()
		_, err := b.apply(p, load.ApplyOptions{})
		var stop *load.StopError
		require.ErrorAs(t, err, &stop)
		b.target.add("customers", fields{"name": "By hand", "email": "C15@example.com"})
		time.Sleep(time.Hour)
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 19, bins.Of(stage.LoadCreated))
		assert.Equal(t, load.CodeStale, b.why(p, "customers", "15").Code)
		assert.Len(t, b.target.live("customers"), 20)
	})
}

func TestAYoungReadingIsNotReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(20)...)
		p := b.plan()
		reads := b.target.reads
		_, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, reads, b.target.reads)
	})
}

// An upsert would write over what people made with the same natural key, however
// shortly before.
func TestUpsertsAreReadBeforeTheyCreate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spec := loadTargetSpec(t, `      create: {path: people, answer: .}
      update: {path: "people/{key}", method: PUT, answer: .}`, `      upsert: {path: people, by: name, answer: .}`,
			`    order: {query: {sort: id}, shown_by: id}
    fields:
      id: {type: integer, read_only: true}
      name: string
      note: string`, `    order: {query: {sort: id}, shown_by: id}
    find:
      - {by: name, path: people, query: {name: "{name}"}, records: data}
    fields:
      id: {type: integer, read_only: true}
      name: string
      note: string`)
		rules := peopleRules()
		rules.Match = [][]string{{"name"}}
		b := newBench(t, spec, rules)
		b.target.merge["people"] = "name"
		b.put("person", `1 {"name":"Ann","note":"ours"}`, `2 {"name":"Bob"}`)
		p := b.plan()
		id := b.target.add("people", fields{"name": "Ann", "note": "theirs"})
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 1, bins.Of(stage.LoadCreated))
		assert.Equal(t, load.CodeStale, b.why(p, "people", "1").Code)
		assert.Equal(t, "theirs", b.target.live("people")[id]["note"])
	})
}
