package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
)

func profileFields() []record.Field {
	return []record.Field{
		{Name: "id", Kind: record.Integer},
		{Name: "name", Kind: record.String},
		{Name: "link", Kind: record.String, Secret: true},
		{Name: "zip", Kind: record.String},
		{Name: "when", Kind: record.DateTime, Layouts: []string{"02/01/2006 15:04"}},
		{Name: "customer", Kind: record.Object, Fields: []record.Field{{Name: "id", Kind: record.Integer}}},
		{Name: "parts", Kind: record.List, Of: &record.Field{Kind: record.Object, Fields: []record.Field{{Name: "n", Kind: record.Number}}}},
		{Name: "cf", Kind: record.Custom, Custom: record.CustomShape{Label: "label", Value: "value"}},
	}
}

func TestAProfileCountsWhatIsThere(t *testing.T) {
	p := newProfile(&connector.Stream{Name: "job", Fields: profileFields()}, 2)
	for _, raw := range []string{
		`{"id":1,"name":"A","link":"https://x/1","zip":"01234","customer":{"id":7},"parts":[{"n":1},{"n":2}],"cf":[{"label":"Zone","value":"N"}]}`,
		`{"id":2,"name":"","link":"https://x/2","zip":1234,"customer":null,"new":true}`,
	} {
		require.NoError(t, p.add(record.Staged{Record: record.Record{Raw: []byte(raw)}}))
	}
	require.NoError(t, p.add(record.Staged{Record: record.Record{Raw: []byte(`{"id":3}`)}, Detail: []byte(`{"name":"C"}`)}))
	require.NoError(t, p.add(record.Staged{Deleted: true}))
	assert.Equal(t, 3, p.records)
	assert.Equal(t, 1, p.deleted)
	name := p.fields["name"]
	assert.Equal(t, 2, name.filled)
	assert.Equal(t, []string{"A", "C"}, name.samples)
	assert.Equal(t, "1", name.lengths())
	assert.Equal(t, []string{"[secret]"}, p.fields["link"].samples)
	assert.Len(t, p.fields["link"].distinct, 2)
	assert.Equal(t, []string{"number", "text"}, p.fields["zip"].typesSeen())
	assert.Equal(t, 1, p.fields["parts[].n"].filled, "a record counts once")
	assert.Equal(t, []string{"N"}, p.fields["custom.Zone"].samples)
	assert.Equal(t, "not in the spec", p.fields["new"].typeText())
	assert.Equal(t, 0, p.fields["when"].filled, "a field of the spec that is never sent is shown")
	var order []string
	for _, f := range p.sorted() {
		order = append(order, f.path)
	}
	assert.Equal(t, []string{"id", "name", "link", "zip", "when", "customer.id", "parts[].n", "custom.Zone", "new"}, order)
	assert.Error(t, p.add(record.Staged{Record: record.Record{Raw: []byte(`{"id":`)}}))
}

func TestMisfitsNamePlacesNeverValues(t *testing.T) {
	misfits, unknown := misfitsOf(profileFields(), []byte(
		`{"id":"x","name":7,"when":"31/12/2025 23:59","customer":{"id":{}},"parts":[{"n":"many"},{"n":true}],"zip":null,"new":1}`))
	assert.Equal(t, []string{"id should be integer but is text", "customer.id should be integer but is object",
		"parts[].n should be number but is text"}, misfits)
	assert.Equal(t, []string{"new"}, unknown)
	misfits, _ = misfitsOf(profileFields(), []byte(`{"id":"12","when":"2025-12-31T10:00:00","customer":[]}`))
	assert.Equal(t, []string{"customer should be object but is list"}, misfits)
}

func TestSecretsAreMaskedInside(t *testing.T) {
	f := record.Field{Name: "o", Kind: record.Object, Fields: []record.Field{{Name: "s", Secret: true}}}
	assert.Equal(t, map[string]any{"s": "[secret]", "x": 1}, masked(f, map[string]any{"s": "abc", "x": 1}))
	l := record.Field{Name: "l", Kind: record.List, Of: &f}
	assert.Equal(t, []any{map[string]any{"s": "[secret]"}}, masked(l, []any{map[string]any{"s": "abc"}}))
}
