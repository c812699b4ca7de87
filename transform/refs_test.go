package transform

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
)

func TestARecordWithoutItsParentIsADeadLetter(t *testing.T) {
	s := openTemp(t)
	customers, jobs, notes := newStager(t, s, "customer"), newStager(t, s, "job"), newStager(t, s, "note")
	customers.put(row{"1", `{"n":"1"}`}, row{"2", `{"dead":"bad"}`}, row{"3", `{"skip":"where"}`}, row{"4", `{"n":"4"}`})
	customers.delete("4")
	jobs.put(row{"11", `{"to":{"customers":"1"}}`}, row{"12", `{"to":{"customers":"2"}}`}, row{"13", `{"to":{"customers":"3"}}`},
		row{"14", `{"to":{"customers":"4"}}`}, row{"15", `{"to":{"customers":"34"}}`}, row{"16", `{}`})
	notes.put(row{"21", `{"to":{"jobs":"11"}}`}, row{"22", `{"to":{"jobs":"12"}}`})
	// Children stand before their parents: the order of the mapping does not matter.
	rules := []Rules{entry("notes", "note", "comments", ""), entry("jobs", "job", "tickets", ""), entry("customers", "customer", "customers", "")}
	sum := run(t, s, rules...)
	assert.Equal(t, stage.Bins{Source: 2, Mapped: 1, Dead: 1, Orphans: 1}, sum.Streams[0].Bins)
	assert.Equal(t, stage.Bins{Source: 6, Mapped: 2, Dead: 4, Orphans: 4}, sum.Streams[1].Bins)
	assert.Contains(t, sum.Streams[1].Line(), "4 of the dead lack a record they refer to")

	g, _ := current(t, s)
	reasons := map[string]string{}
	require.NoError(t, DeadLetters(context.Background(), s, g, func(d *DeadLetter) error {
		require.NotEmpty(t, d.Do)
		require.NotEmpty(t, d.Record)
		reasons[d.Stream+"/"+string(d.Key)] = d.Reason
		return nil
	}))
	assert.Equal(t, map[string]string{
		"notes/22":    "note 22: jobs 12 is a dead letter itself",
		"jobs/12":     "job 12: customers 2 is a dead letter itself",
		"jobs/13":     "job 13: customers 3 is skipped by a rule of its mapping",
		"jobs/14":     "job 14: customers 4 was deleted at the source",
		"jobs/15":     "job 15: customers 34 is not staged",
		"customers/2": "bad",
	}, reasons)

	assert.False(t, run(t, s, rules...).Changed)
	// The parents come: what waited for them is mapped without being mapped again.
	customers.put(row{"34", `{"n":"34"}`}, row{"2", `{"n":"2"}`})
	sum = run(t, s, rules...)
	assert.Equal(t, 2, sum.Streams[0].Bins.Mapped)
	assert.Equal(t, 4, sum.Streams[1].Bins.Mapped)
	assert.Equal(t, []int{0, 0, 2}, []int{sum.Streams[0].Mapped, sum.Streams[1].Mapped, sum.Streams[2].Mapped})
	// And go again.
	customers.delete("1")
	sum = run(t, s, rules...)
	assert.Equal(t, 1, sum.Streams[0].Bins.Mapped)
	assert.Equal(t, 3, sum.Streams[1].Bins.Mapped)
	g, before := current(t, s)
	assert.Equal(t, `dead {"to":{"jobs":"11"}} lacks 11 of jobs (dead)`, view(t, s, g)["notes/21"])
	assert.Equal(t, `mapped {"to":{"jobs":"11"}}`, view(t, s, before)["notes/21"])
	// New records with and without a parent, while the parents stay.
	jobs.put(row{"17", `{"to":{"customers":"34"}}`}, row{"18", `{"to":{"customers":"35"}}`})
	sum = run(t, s, rules...)
	assert.Equal(t, stage.Bins{Source: 8, Mapped: 4, Dead: 4, Orphans: 4}, sum.Streams[1].Bins)
	g, _ = current(t, s)
	assert.Equal(t, `dead {"to":{"customers":"1"}} lacks 1 of customers (tombstone)`, view(t, s, g)["jobs/11"])
}

func TestRecordsThatReferToEachOtherAreMapped(t *testing.T) {
	s := openTemp(t)
	p := newStager(t, s, "customer")
	p.put(row{"1", `{"to":{"customers":"2"}}`}, row{"2", `{"to":{"customers":"1"}}`}, row{"3", `{"to":{"customers":"9"}}`}, row{"4", `{"to":{"customers":"3"}}`})
	rules := entry("customers", "customer", "customers", "")
	assert.Equal(t, stage.Bins{Source: 4, Mapped: 2, Dead: 2, Orphans: 2}, run(t, s, rules).Streams[0].Bins)
	p.put(row{"9", `{"n":"9"}`})
	assert.Equal(t, 5, run(t, s, rules).Streams[0].Bins.Mapped)
	p.delete("2")
	assert.Equal(t, stage.Bins{Source: 5, Mapped: 3, Dead: 1, Orphans: 1, Tombstones: 1}, run(t, s, rules).Streams[0].Bins)
}
