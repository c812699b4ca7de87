package connector

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

func TestDescribe(t *testing.T) {
	s := shippedSpec(t, "synchroteam")
	job := stream(t, s, "job")
	types, marks := map[string]string{}, map[string][]string{}
	for _, f := range Flatten(job.Fields) {
		types[f.Path], marks[f.Path] = TypeName(f.Field), job.Marks(f)
	}
	assert.Equal(t, "list of object", types["parts"])
	assert.Equal(t, "list of string", types["parts[].serialNumbers"])
	assert.Equal(t, "datetime", types["timeEntries[].start"])
	assert.Equal(t, []string{"key", "read-only"}, marks["id"])
	assert.Equal(t, []string{"read-only", "secret"}, marks["publicLink"])
	assert.Equal(t, []string{"a record of customer, known by name, myId, contactEmail"}, marks["customer.id"])
	assert.Empty(t, marks["customer.name"])
	assert.Equal(t, []string{"one of jobtype.name"}, marks["type.name"])

	f, err := job.Filter("changedSince")
	require.NoError(t, err)
	assert.Equal(t, "datetime in UTC", FilterType(f))
	f, err = stream(t, s, "activity").Filter("startDate")
	require.NoError(t, err)
	assert.Equal(t, "datetime, together with endDate", FilterType(f))
	f, err = job.Filter("show")
	require.NoError(t, err)
	assert.Equal(t, "one of active, deleted, all", FilterType(f))
	assert.Equal(t, "list of list of integer", TypeName(record.Field{Kind: record.List,
		Of: &record.Field{Kind: record.List, Of: &record.Field{Kind: record.Integer}}}))
}

func TestReading(t *testing.T) {
	s := shippedSpec(t, "synchroteam")
	assert.Equal(t, []string{
		"Reads only what changed since the last run.",
		"Has an order that never changes while it is read.",
		"Deleted records can be listed.",
		"A list row is not the whole record: name job in details to complete it, one request a record.",
	}, stream(t, s, "job").Reading())
	assert.Equal(t, []string{"Read with one request a record of job, when details name job.photos."}, stream(t, s, "job.photos").Reading())
	assert.Contains(t, stream(t, s, "customfield").Reading(), "One record cannot be asked for by its key.")
	sonar := shippedSpec(t, "sonar")
	assert.Equal(t, []string{"Cannot be listed: records are read one by one by their key."}, stream(t, sonar, "customers").Reading())
	assert.Equal(t, []string{"Cannot be read."}, stream(t, sonar, "messages").Reading())
}

func TestFill(t *testing.T) {
	values := map[string]string{"a": "1/2", "b": ""}
	lookup := func(name string) (string, bool) { v, ok := values[name]; return v, ok }
	assert.Equal(t, "x1/2y{c}z", Fill("x{a}y{c}{b}z", lookup))
	assert.Equal(t, "a}b{", Fill("a}b{", lookup))
	call, err := Call{Method: "GET", Path: "p/{a}", Query: []Param{{"q", "{a}"}}}.Fill(lookup)
	require.NoError(t, err)
	assert.Equal(t, Call{Method: "GET", Path: "p/1%2F2", Query: []Param{{"q", "1/2"}}}, call)
	_, err = Call{Path: "p", Query: []Param{{"q", "{c}"}}}.Fill(lookup)
	require.EqualError(t, err, "call p: no value for {c}")
}

func TestTypesThatDoubleAreRefused(t *testing.T) {
	text := "vendor: a\nbase_url: https://a.com\nauth: none\ntypes:\n  t0: {fields: {x: string, y: string}}\n"
	for i := 1; i < 40; i++ {
		text += "  t" + string(rune('A'+i%26)) + string(rune('a'+i/26)) + ": {fields: {x: " + prev(i) + ", y: " + prev(i) + "}}\n"
	}
	text += "streams:\n  s: {key: id, get: {path: \"s/{key}\"}, fields: {id: integer, more: " + prev(40) + "}}\n"
	_, err := Parse("a.yaml", []byte(text))
	require.ErrorContains(t, err, "has more than 2000 fields")
}

func prev(i int) string {
	if i == 1 {
		return "t0"
	}
	return "t" + string(rune('A'+(i-1)%26)) + string(rune('a'+(i-1)/26))
}
