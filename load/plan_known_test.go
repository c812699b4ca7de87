package load

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// newKindWorld is a world whose tickets have a kind by name and by id, and lines
// with a technician each, all of lists that the account keeps. Five kinds are
// there.
func newKindWorld(t *testing.T, kinds rows) *world {
	t.Helper()
	tickets := ticketRules()
	tickets.Match = [][]string{{"subject"}}
	tickets.Fields = append(tickets.Fields, field("kind", record.String), field("kind_id", record.Integer), field("lines", record.List))
	tickets.Fields[1].Finds = "users"
	w := newWorld(t, customerRules(), tickets)
	known := func(stream, field string) *record.Known { return &record.Known{Stream: stream, Field: field} }
	st, err := w.cfg.Vendor.Stream("tickets")
	require.NoError(t, err)
	st.Fields = append(st.Fields, record.Field{Name: "kind", Kind: record.String})
	st.Writes.Fields = append(st.Writes.Fields, record.Field{Name: "kind", Kind: record.String, Known: known("kinds", "name")},
		record.Field{Name: "kind_id", Kind: record.Integer, Known: known("kinds", "id")},
		record.Field{Name: "lines", Kind: record.List, Of: &record.Field{Kind: record.Object, Fields: []record.Field{
			{Name: "text", Kind: record.String}, {Name: "tech", Kind: record.String, Known: known("users", "name")}}}})
	w.cfg.Vendor.Streams = append(w.cfg.Vendor.Streams, &connector.Stream{Name: "kinds", Key: []string{"id"}, List: &connector.List{},
		Fields: []record.Field{{Name: "id", Kind: record.Integer}, {Name: "name", Kind: record.String, Aliases: []string{"title"}}, {Name: "disabled", Kind: record.Boolean}}})
	w.put(planTarget, "users", rows{"7": `{"id":7,"name":"Ann Lee"}`, "8": `{"id":8,"name":"Bob"}`, "9": `{"id":9,"name":"bob"}`})
	w.put(planTarget, "customers", rows{"101": customer(101, `"name":"A"`)})
	w.put(planTarget, "kinds", kinds)
	w.put(planSource, "customer", rows{"1": `{"name":"A"}`})
	w.link(0, map[string]string{"1": "101"})
	return w
}

var fiveKinds = rows{"1": `{"id":1,"name":"Repair"}`, "2": `{"id":2,"title":"Installation"}`, "3": `{"id":3,"name":"Heat pump"}`, "4": `{"id":4,"name":"Other"}`,
	"5": `{"id":5,"name":"Old","disabled":true}`}

const customer1 = `"customer_id":{"$ref":{"stream":"customers","key":"1"}},`

func TestPlanHoldsWhatTheAccountDoesNotKnow(t *testing.T) {
	w := newKindWorld(t, fiveKinds)
	w.put(planSource, "job", rows{
		"1": `{` + customer1 + `"subject":"1","kind":"Repair"}`, "2": `{` + customer1 + `"subject":"2","kind":"Installation","kind_id":2}`,
		"3": `{` + customer1 + `"subject":"3","kind":"Heat Pumps"}`, "4": `{` + customer1 + `"subject":"4","kind":"Heat Pumps","kind_id":77}`,
		"5": `{` + customer1 + `"subject":"5","lines":[{"text":"a","tech":"Ann Lee"},{"text":"b","tech":"Eve"},{"tech":"Eve"}]}`,
		"6": `{` + customer1 + `"subject":"6","kind":"","kind_id":null,"lines":[]}`, "7": `{` + customer1 + `"subject":"7","kind":"Old"}`,
		"8": `{` + customer1 + `"subject":"there","kind":"Gone"}`, "9": `{` + customer1 + `"subject":"changed","kind":"Gone"}`,
	})
	w.put(planTarget, "tickets", rows{"201": `{"id":201,"customer_id":101,"subject":"there","kind":"Gone"}`, "202": `{"id":202,"customer_id":101,"subject":"changed","kind":"Other"}`})
	w.mapped()
	p := w.plan()
	const unknown = "held value not known to the target"
	p.shows(map[string]string{
		"tickets 1": "create", "tickets 2": "create", "tickets 3": unknown, "tickets 4": unknown, "tickets 5": unknown, "tickets 6": "create",
		"tickets 7": "create", // out of use, and known
		"tickets 8": "unchanged 201", "tickets 9": "held 202 value not known to the target",
	})
	why := p.notes["tickets 3"].Held
	assert.Equal(t, `the target's kinds has no "Heat Pumps"; it has Heat pump, Other, Installation, Repair`, why.Text)
	assert.Equal(t, []Candidate{{Key: "Heat pump"}, {Key: "Other"}, {Key: "Installation"}}, why.Choose)
	assert.Equal(t, []string{"kind", "Heat Pumps"}, []string{why.Field, why.Value})
	both := p.notes["tickets 4"].Held
	require.Len(t, both.Also, 1, "all values of a record are decided at once")
	assert.Equal(t, []string{"kind_id", "77"}, []string{both.Also[0].Field, both.Also[0].Value})
	assert.Equal(t, Candidate{Key: "1", Label: "Repair"}, both.Also[0].Choose[0])
	assert.Equal(t, []Undecided{
		{"tickets", "kind", "Gone", CodeUnknown, 1}, {"tickets", "kind_id", "77", CodeUnknown, 1}, {"tickets", "lines[].tech", "Eve", CodeUnknown, 1}, {"tickets", "kind", "Heat Pumps", CodeUnknown, 2},
	}, sortedByCount(p.sum.Undecided()))
	assert.Equal(t, 5, p.sum.Rests.Records["kinds"], "the list was read with the rest")

	w.cfg.Decisions = &Decisions{Values: []ValueDecision{{Entry: "tickets", Field: "kind", Value: "Heat Pumps", To: "Heat pump"}, {Entry: "tickets", Field: "kind_id", Value: "77", To: "3"},
		{Entry: "tickets", Field: "lines[].tech", Value: "Eve", To: "Bob"}}}
	w.plan().shows(map[string]string{"tickets 3": "create", "tickets 4": "create", "tickets 5": "create", "tickets 9": "held 202 value not known to the target"})
}

// sortedByCount brings the fewest first.
func sortedByCount(all []Undecided) []Undecided {
	var few, many []Undecided
	for _, u := range all {
		if u.Records == 1 {
			few = append(few, u)
		} else {
			many = append(many, u)
		}
	}
	return append(few, many...)
}

func TestDecisionsThatNameNothingAreRefused(t *testing.T) {
	w := newKindWorld(t, fiveKinds)
	w.put(planSource, "job", rows{
		"1": `{` + customer1 + `"subject":"1","kind":"Pump"}`, "2": `{` + customer1 + `"subject":"2","user_id":{"$placeholder":"Former"}}`,
		"3": `{` + customer1 + `"subject":"3","user_id":{"$find":{"stream":"users","by":{"name":"Carl"}}}}`,
		"4": `{"subject":"4","customer_id":{"$ref":{"stream":"customers","key":"404","placeholder":"Nobody's"}}}`,
		"5": `{` + customer1 + `"subject":"5","user_id":{"$placeholder":"Gone"}}`,
	})
	w.mapped()
	decide := func(field, value, to string) ValueDecision {
		return ValueDecision{Entry: "tickets", Field: field, Value: value, To: to}
	}
	w.cfg.Decisions = &Decisions{Values: []ValueDecision{decide("kind", "Pump", "heat pump"), decide("user_id", "Former", "101"), decide("user_id", "Carl", "?"),
		decide("customer_id", "Nobody's", "999"), decide("user_id", "Gone", "8")}}
	_, err := w.s.Tombstone(context.Background(), planTarget.ID, "users", []record.Key{"8"}, planTime)
	require.NoError(t, err)
	p := w.plan()
	p.shows(map[string]string{"tickets 1": "held value not known to the target", "tickets 2": "held to be decided", "tickets 3": "held not found in the target",
		"tickets 4": "held to be decided", "tickets 5": "held to be decided"})
	assert.Contains(t, p.notes["tickets 1"].Held.Text, `it was decided as "heat pump", which is not there either`)
	assert.Contains(t, p.notes["tickets 2"].Held.Text, `it was decided as "101", and users of the target has no record "101"; it has Ann Lee [7], bob [9]`)
	assert.Contains(t, p.notes["tickets 3"].Held.Text, `it was decided as "?"`)
	assert.Contains(t, p.notes["tickets 4"].Held.Text, `customers of the target has no record "999"; it has A [101]`)

	w.cfg.Decisions = &Decisions{Values: []ValueDecision{decide("kind", "Pump", "Heat pump"), decide("user_id", "Former", "7"), decide("user_id", "Carl", "9"),
		decide("customer_id", "Nobody's", "101"), decide("user_id", "Gone", "7")}}
	w.plan().shows(map[string]string{"tickets 1": "create", "tickets 2": "create", "tickets 3": "create", "tickets 4": "create", "tickets 5": "create"})
}

// A list with nothing in it tells nothing: people are taken at their word. One
// that could not be proven complete is said to be so.
func TestListsThatTellLittle(t *testing.T) {
	w := newKindWorld(t, rows{})
	w.put(planSource, "job", rows{"1": `{` + customer1 + `"subject":"1","kind":"Pump"}`})
	w.cfg.Refresh = func(_ context.Context, streams []string) (map[string]bool, error) {
		proven := map[string]bool{}
		for _, name := range streams {
			proven[name] = name != "kinds"
		}
		return proven, nil
	}
	w.mapped()
	p := w.plan()
	assert.Equal(t, `the target's kinds has no "Pump"; it is empty; the list could not be proven complete`, p.notes["tickets 1"].Held.Text)
	w.cfg.Decisions = &Decisions{Values: []ValueDecision{{Entry: "tickets", Field: "kind", Value: "Pump", To: "Pump"}}}
	p = w.plan()
	assert.Equal(t, stage.ActCreate, p.items["tickets 1"].Action)
}

func TestValueLists(t *testing.T) {
	w := newKindWorld(t, fiveKinds)
	ctx := context.Background()
	list := func(entry, path string) *ValueList {
		l, err := ReadValues(ctx, w.cfg, entry, path)
		require.NoError(t, err)
		return l
	}
	for _, c := range []struct{ entry, path string }{{"tickets", "subject"}, {"tickets", "nothing"}, {"nothing", "kind"}, {"customers", "status"}} {
		assert.Nil(t, list(c.entry, c.path), "%v takes any value", c)
	}
	users, kinds, ids := list("tickets", "user_id"), list("tickets", "kind"), list("tickets", "kind_id")
	assert.Equal(t, []Candidate{{Key: "1", Label: "Repair"}, {Key: "2", Label: "Installation"}, {Key: "3", Label: "Heat pump"}, {Key: "4", Label: "Other"}}, ids.Items, "what is out of use is not offered")
	assert.Equal(t, 5, ids.Len())
	assert.True(t, kinds.Has("Installation"), "under an alias")
	assert.Nil(t, list("tickets", "customer_id").named["b"])
	for _, c := range []struct {
		list          *ValueList
		written, want string
		err           string
	}{
		{users, "7", "7", ""}, {users, "ann  LEE ", "7", ""}, {users, "Ann Lee [7]", "7", ""}, {users, "Bob", "", `2 records of users are called "Bob"; write the key of one: 8, 9`},
		{users, "An Lee", "", `users of the target has no record "An Lee"; it has Ann Lee [7], Bob [8], bob [9]`}, {users, "?", "", "has no record"},
		{kinds, "Heat pump", "Heat pump", ""}, {kinds, "heat pump", "", `the target's kinds has no "heat pump"; it has Heat pump`}, {kinds, "Old", "Old", ""},
		{ids, "repair", "1", ""}, {ids, "5", "5", ""}, {ids, "6", "", "has no"},
	} {
		got, err := c.list.Find(c.written)
		if c.err != "" {
			require.ErrorContains(t, err, c.err, c.written)
			continue
		}
		require.NoError(t, err, c.written)
		assert.Equal(t, c.want, got, c.written)
	}
	folding := &ValueList{fold: record.FoldingCase, all: map[uint64]bool{}, named: map[string][]string{}}
	folding.add("Ready", "", false)
	folding.add("READY", "", false)
	assert.True(t, folding.Has("ready"), "as the target compares")
	assert.Len(t, folding.Items, 1)
	assert.Empty(t, folding.Nearest("x", 0))
}
