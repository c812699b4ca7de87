package filesink

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// TestNestedValuesInParquet reads nested lists, structs and maps back with
// another library: null, empty and filled at every depth.
func TestNestedValuesInParquet(t *testing.T) {
	item := record.Field{Kind: record.Object, Fields: []record.Field{
		text("name"), {Name: "tags", Kind: record.List, Of: &record.Field{Kind: record.Integer}},
		{Name: "at", Kind: record.DateTime, UTC: true}, {Name: "values", Kind: record.Custom},
	}}
	block := record.Field{Kind: record.Object, Fields: []record.Field{{Name: "n", Kind: record.Integer}, {Name: "items", Kind: record.List, Of: &item}}}
	fields := []record.Field{
		text("id"),
		{Name: "report", Kind: record.List, Of: &block},
		{Name: "o", Kind: record.Object, Fields: []record.Field{{Name: "p", Kind: record.Object, Fields: []record.Field{{Name: "q", Kind: record.Boolean}}}}},
		{Name: "values", Kind: record.Custom},
		{Name: "grid", Kind: record.List, Of: &record.Field{Kind: record.List, Of: &record.Field{Kind: record.Number}}},
	}
	source := staged(rows(
		`{"id":"1"}`,
		`{"id":"2","report":[],"o":{},"values":{},"grid":[]}`,
		`{"id":"3","report":[null,{"n":1},{"n":"x","items":[]},{"items":[{"name":"a","tags":[]},{"name":"b","tags":[1,null,"3"],"at":"2024-01-01T00:00:00Z","values":{"L":null,"M":"v"}}]}],"o":{"p":{"q":true}},"values":{"Zone":"N"},"grid":[[1,2],[],null,[3]]}`,
		`{"id":"4","o":{"p":null},"report":[7]}`,
	)...)
	set := publish(t, config(t, fields, source))
	got := readParquet(t, set, "customer")
	require.Len(t, got, 4)
	for i, want := range []string{
		`{"id":"1","report":null,"o":null,"values":null,"grid":null}`,
		`{"id":"2","report":[],"o":{"p":null},"values":{},"grid":[]}`,
		`{"id":"3","report":[null,{"n":1,"items":null},{"n":null,"items":[]},{"n":null,"items":[{"name":"a","tags":[],"at":null,"custom":null},` +
			`{"name":"b","tags":[1,null,3],"at":1704067200000000,"custom":{"L":null,"M":"v"}}]}],"o":{"p":{"q":true}},"values":{"Zone":"N"},"grid":[[1,2],[],null,[3]]}`,
		`{"id":"4","report":[null],"o":{"p":null},"values":null,"grid":null}`,
	} {
		shown := map[string]any{"id": got[i]["id"], "report": got[i]["report"], "o": got[i]["o"], "values": got[i]["custom"], "grid": got[i]["grid"]}
		assert.JSONEq(t, want, compact(t, plain(shown)), "row %d", i+1)
	}
	assert.Equal(t, `{"report.2.n":"x"}`, got[2][colExtra])
	assert.Equal(t, `{"report.0":7}`, got[3][colExtra])
	assert.Equal(t, 2, set.Manifest.Streams[0].Misfits)
}

// plain turns the library's bytes and pointers into what JSON has.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case *[]byte:
		if v == nil {
			return nil
		}
		return string(*v)
	case []byte:
		return string(v)
	}
	return v
}
