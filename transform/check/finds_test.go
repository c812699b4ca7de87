package check

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/transform/mapping"
)

// firms are records of the target that people know by name and city.
func firms(t testing.TB, by ...string) *Names {
	n := NewNames(namedStream(t), by)
	for _, r := range []struct {
		id, name, city string
		old            bool
	}{{"1", "Dupont SARL", "Lyon", false}, {"2", "Twin", "Paris", false}, {"3", "TWIN", "Nice", false}, {"4", "Old Ltd", "Rome", true},
		{"5", "Again", "Rome", true}, {"6", "Again", "Rome", false}, {"7", "", "Rome", false}} {
		texts := map[string]string{"id": r.id, "name": r.name, "city": r.city}
		var all []string
		for _, field := range by {
			all = append(all, texts[field])
		}
		n.Add(all, r.old)
	}
	return n
}

func TestNamesOfRecordsAreLookedUp(t *testing.T) {
	s := &table{header: []string{"Subject", "Mail", "Firm", "City"}, rows: [][]string{
		{"a", "x", "dupont sarl", "Lyon"}, {"b", "x", "S.A.R.L. Dupont", ""}, {"c", "x", "Twin", "Nice"}, {"d", "x", "Nobody", "Rome"},
		{"e", "x", "Old Ltd", ""}, {"f", "x", "Again", ""}, {"g", "x", "", ""}, {"h", "x", "Nobody", ""}}}
	asked := 0
	look := func(cfg *Config) {
		cfg.Names = func(f mapping.Find) *Names {
			asked++
			assert.Equal(t, "firms", f.Stream)
			return firms(t, f.By...)
		}
	}
	cfg := s.config(t, plainFields+"\n  firm_id: 'find(\"firms\", {name: trim(Firm)})'")
	look(&cfg)
	r := run(t, cfg)
	assert.Equal(t, []string{"not-found Firm firm_id C3,C5,C9", "ambiguous Firm firm_id C4"}, shapes(r))
	assert.Equal(t, 1, asked)
	assert.Equal(t, [2]int{4, 4}, [2]int{r.Good, r.Bad})
	none := r.Findings[0]
	assert.Equal(t, "none of the Firms in the account has this Firm name", none.Why)
	require.Len(t, none.Values, 2)
	assert.Equal(t, [2]string{"Nobody", ""}, [2]string{none.Values[0].Text, none.Values[0].Suggest})
	assert.Equal(t, [2]string{"S.A.R.L. Dupont", "Dupont SARL"}, [2]string{none.Values[1].Text, none.Values[1].Suggest})

	cfg = s.config(t, plainFields+"\n  firm_id: 'find(\"firms\", {name: Firm, city: City})'")
	look(&cfg)
	r = run(t, cfg)
	assert.Equal(t, []string{"not-found Firm firm_id C5"}, shapesOf(r, 5), "both fields must fit")
	assert.Empty(t, shapesOf(r, 4), "the city tells twins apart")

	cfg = s.config(t, plainFields+"\n  firm_id: 'find(\"firms\", {name: Firm}) ?? placeholder(Firm)'")
	look(&cfg)
	assert.Equal(t, []string{"ambiguous Firm firm_id C4"}, shapes(run(t, cfg)), "somebody is asked for what is not there")

	cfg = s.config(t, plainFields+"\n  firm_id: 'find(\"firms\", {name: Firm})'")
	look(&cfg)
	cfg.Decided = func(field, value string) bool { return field == "firm_id" && (value == "Nobody" || value == "Twin") }
	assert.Equal(t, []string{"not-found Firm firm_id C3"}, shapes(run(t, cfg)), "what was decided is no mistake")

	cfg = s.config(t, plainFields+"\n  firm_id: 'find(\"firms\", {name: Firm})'")
	assert.Empty(t, run(t, cfg).Findings, "nobody knows the names")
	cfg.Names = func(mapping.Find) *Names { return nil }
	assert.Empty(t, run(t, cfg).Findings)
}

func TestRecordsAreLookedUpByNumberAndWithinLists(t *testing.T) {
	s := &table{header: []string{"Subject", "Mail", "No"}, rows: [][]string{{"a", "x", "6"}, {"b", "x", "66"}}}
	for _, rule := range []string{`firm_id: 'find("firms", {id: integer(No)})'`, `lines: {each: '[No]', fields: {firm_id: {expr: 'find("firms", {id: integer(item)})'}}}`} {
		cfg := s.config(t, plainFields+"\n  "+rule)
		cfg.Names = func(f mapping.Find) *Names { return firms(t, f.By...) }
		r := run(t, cfg)
		require.Len(t, r.Findings, 1, rule)
		assert.Equal(t, "not-found", r.Findings[0].Kind)
		assert.Equal(t, "C3", r.Findings[0].Cells[0].String())
	}
}

func TestNamesThatCannotBeComparedAreNotKnown(t *testing.T) {
	assert.Nil(t, NewNames(namedStream(t), []string{"worth"}))
	assert.Nil(t, NewNames(namedStream(t), []string{"owner.name"}))
}

func TestNamesNeedNoMemoryARow(t *testing.T) {
	s := &table{header: []string{"Subject", "Mail", "Firm"}, rows: [][]string{{"a", "x", "Firm 7"}}}
	cfg := s.config(t, plainFields+"\n  firm_id: 'find(\"firms\", {name: Firm})'")
	cfg.Names = func(mapping.Find) *Names {
		n := NewNames(namedStream(t), []string{"name"})
		for i := range 1000 {
			n.Add([]string{fmt.Sprint("Firm ", i)}, false)
		}
		return n
	}
	cfg.Target = cfg.Stream.Target()
	p := newPlan(&cfg)
	j, b := p.newJudge(), p.newBatch()
	made := []byte(`{"$find":{"stream":"firms","by":{"name":"Firm 7"}}}`)
	look := func() { j.finds(b, 2, 2, made, "Firm 7") }
	look()
	assert.Zero(t, testing.AllocsPerRun(100, look))
	assert.Empty(t, b.notes)
}
