package profile

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
	p := New(&connector.Stream{Name: "job", Fields: profileFields()}, 2)
	for _, raw := range []string{
		`{"id":1,"name":"A","link":"https://x/1","zip":"01234","customer":{"id":7},"parts":[{"n":1},{"n":2}],"cf":[{"label":"Zone","value":"N"}]}`,
		`{"id":2,"name":"","link":"https://x/2","zip":1234,"customer":null,"new":true}`,
	} {
		require.NoError(t, p.Add(record.Staged{Record: record.Record{Raw: []byte(raw)}}))
	}
	require.NoError(t, p.Add(record.Staged{Record: record.Record{Raw: []byte(`{"id":3}`)}, Detail: []byte(`{"name":"C"}`)}))
	require.NoError(t, p.Add(record.Staged{Deleted: true}))
	assert.Equal(t, 3, p.Records)
	assert.Equal(t, 1, p.Deleted)
	name := p.fields["name"]
	assert.Equal(t, 2, name.Filled)
	assert.Equal(t, []string{"A", "C"}, name.Samples)
	assert.Equal(t, []int{1, 1}, []int{name.Shortest, name.Longest})
	assert.Equal(t, []string{"[secret]"}, p.fields["link"].Samples)
	assert.Equal(t, 2, p.fields["link"].Distinct())
	assert.Equal(t, []string{"number", "text"}, p.fields["zip"].TypesSeen())
	assert.Equal(t, 1, p.fields["parts[].n"].Filled, "a record counts once")
	assert.Equal(t, []string{"N"}, p.fields["custom.Zone"].Samples)
	assert.Equal(t, "not in the spec", p.fields["new"].TypeText())
	assert.Equal(t, 0, p.fields["when"].Filled, "a field of the spec that is never sent is shown")
	var order []string
	for _, f := range p.Sorted() {
		order = append(order, f.Path)
	}
	assert.Equal(t, []string{"id", "name", "link", "zip", "when", "customer.id", "parts[].n", "custom.Zone", "new"}, order)
	assert.Error(t, p.Add(record.Staged{Record: record.Record{Raw: []byte(`{"id":`)}}))
}
