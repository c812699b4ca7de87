package load

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
)

func settled(values Values) Settled {
	return Settled{
		Link: func(to string, key record.Key) (record.Key, bool) {
			return record.Key("9" + key), to == "customers" && key != "404"
		},
		Found:   map[string]record.Key{"user_id": "77", "lines[1].by": "u-5"},
		Decided: values,
	}
}

func TestResolve(t *testing.T) {
	rules := &Rules{Name: "tickets", Fields: []Field{
		{Path: []string{"customer_id"}, Kind: record.Integer, Refs: "customers"}, {Path: []string{"user_id"}, Kind: record.String},
		{Path: []string{"site", "id"}, Kind: record.Integer}, {Path: []string{"lines"}, Kind: record.List}, {Path: []string{"count"}, Kind: record.Integer},
	}}
	values := Values{"user_id": {"Former": "12", "Nobody": ""}, "status": {"Done": "Resolved"}, "count": {"5": "6"}}
	tests := []struct {
		name, mapped, fields string
		codes                []string
	}{
		{"a ref is a number", `{"customer_id":{"$ref":{"stream":"customers","key":"1"}},"x":1}`, `{"customer_id":91,"x":1}`, nil},
		{"a ref below an object", `{"site":{"id":{"$ref":{"stream":"customers","key":"1"}}}}`, `{"site":{"id":91}}`, nil},
		{"a parent that is not there", `{"customer_id":{"$ref":{"stream":"customers","key":"404"}},"x":"a"}`, `{"x":"a"}`, []string{CodeParent}},
		{"an object of nothing but that", `{"site":{"id":{"$ref":{"stream":"customers","key":"404"}}},"x":{}}`, `{"x":{}}`, []string{CodeParent}},
		{"a find is text", `{"user_id":{"$find":{"stream":"users","by":{"name":"Ann"}}}}`, `{"user_id":"77"}`, nil},
		{"a find that found nothing", `{"tech":{"$find":{"stream":"users","by":{"name":"Ann"}}}}`, `{}`, []string{CodeNotFound}},
		{"with a stand-in that is decided", `{"user_id":{"$placeholder":"Former"}}`, `{"user_id":"12"}`, nil},
		{"with one that is to stay empty", `{"user_id":{"$placeholder":"Nobody"},"a":1}`, `{"a":1}`, nil},
		{"with one that is not", `{"user_id":{"$placeholder":"Other"}}`, `{}`, []string{CodeUndecided}},
		{"find or stand-in", `{"tech":{"$find":{"stream":"users","by":{"name":"Ann"},"placeholder":"Other"}}}`, `{}`, []string{CodeUndecided}},
		{"inside lists", `{"lines":[{"by":1},{"by":{"$find":{"stream":"users","by":{"name":"Ann"}}}},{"of":{"$ref":{"stream":"customers","key":"2"}}}]}`,
			`{"lines":[{"by":1},{"by":"u-5"},{"of":92}]}`, nil},
		{"values", `{"status":"Done","count":5,"note":"Done"}`, `{"status":"Resolved","count":6,"note":"Done"}`, nil},
		{"nothing to do", `{"a":"é\n","b":null}`, `{"a":"é\n","b":null}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fields, missing := Resolve(json.RawMessage(tt.mapped), rules, settled(values))
			assert.JSONEq(t, tt.fields, string(fields))
			var codes []string
			for _, m := range missing {
				codes = append(codes, m.Code)
				assert.NotEmpty(t, m.Field)
				assert.NotEmpty(t, m.Do)
			}
			assert.Equal(t, tt.codes, codes)
		})
	}
}

func TestResolveGivesTheSameBytesWhereThereIsNothingToDo(t *testing.T) {
	mapped := json.RawMessage(`{"a" : 1}`)
	fields, missing := Resolve(mapped, &Rules{}, settled(nil))
	assert.Equal(t, mapped, fields)
	assert.Empty(t, missing)
}

func TestParentsFirst(t *testing.T) {
	ref := func(path, to string) Field { return Field{Path: []string{path}, Refs: to} }
	must := func(path, to string) Field { return Field{Path: []string{path}, Refs: to, AtOnce: true} }
	tests := []struct {
		name  string
		rules []Rules
		order []int
		late  map[int][]string
	}{
		{"as they stand", []Rules{{Name: "a"}, {Name: "b"}}, []int{0, 1}, map[int][]string{}},
		{"children wait", []Rules{{Name: "jobs", Fields: []Field{must("c", "customers")}}, {Name: "customers"}}, []int{1, 0}, map[int][]string{}},
		{"a record of its own stream", []Rules{{Name: "a", Fields: []Field{ref("parent", "a")}}}, []int{0}, map[int][]string{0: {"parent"}}},
		{"a circle closes where it can wait", []Rules{
			{Name: "contacts", Fields: []Field{must("site", "sites")}}, {Name: "sites", Fields: []Field{ref("main", "contacts")}},
		}, []int{1, 0}, map[int][]string{1: {"main"}}},
		{"a ref to what is not mapped", []Rules{{Name: "a", Fields: []Field{ref("x", "gone")}}}, []int{0}, map[int][]string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			order, late, err := ParentsFirst(tt.rules)
			require.NoError(t, err)
			assert.Equal(t, tt.order, order)
			assert.Equal(t, tt.late, late)
		})
	}
	_, _, err := ParentsFirst([]Rules{{Name: "a", Fields: []Field{must("b", "b")}}, {Name: "b", Fields: []Field{must("a", "a")}}})
	assert.ErrorContains(t, err, "a and b wait for one another")
}

func TestNeeds(t *testing.T) {
	spec := &connector.Spec{Streams: []*connector.Stream{{Name: "s", Writes: &connector.Writes{
		Required: [][]string{{"a", "b"}}, Create: &connector.WriteCall{Call: connector.Call{Path: "x/{c}/y"}}, Update: &connector.WriteCall{},
	}}, {Name: "once", Writes: &connector.Writes{Create: &connector.WriteCall{}}}}}
	fields := []Field{{Path: []string{"a"}, Refs: "p"}, {Path: []string{"c"}, Refs: "p"}, {Path: []string{"d"}, Refs: "p"},
		{Path: []string{"e"}, Refs: "p", Set: SetCreate}, {Path: []string{"b"}}}
	rules := []Rules{{Name: "s", Target: "s", Fields: fields}, {Name: "once", Target: "once", Fields: fields[2:3]}}
	got := Needs(spec, rules)
	var at []bool
	for _, f := range got[0].Fields {
		at = append(at, f.AtOnce)
	}
	assert.Equal(t, []bool{true, true, false, true, false}, at)
	assert.True(t, got[1].Fields[0].AtOnce)
	assert.False(t, rules[0].Fields[0].AtOnce, "the rules given stay as they are")
}
