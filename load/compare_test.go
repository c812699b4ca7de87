package load

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// crm is a target stream with a field of every kind.
var crm = &connector.Stream{
	Name: "customers", Key: []string{"id"},
	Fields: []record.Field{
		{Name: "id", Kind: record.Integer, ReadOnly: true},
		{Name: "name", Kind: record.String, Folds: []string{"case", "trim", "spaces", "accents"}},
		{Name: "note", Kind: record.String},
		{Name: "phone", Kind: record.String, Folds: []string{"digits"}},
		{Name: "count", Kind: record.Integer},
		{Name: "price", Kind: record.Decimal},
		{Name: "active", Kind: record.Boolean},
		{Name: "due", Kind: record.DateTime, UTC: true, Layouts: []string{"2006-01-02T15:04:05.000Z07:00"}},
		{Name: "seen", Kind: record.DateTime, Layouts: []string{"02/01/2006 15:04"}},
		{Name: "day", Kind: record.Date},
		{Name: "tags", Kind: record.List, Of: &record.Field{Kind: record.String}},
		{Name: "lines", Kind: record.List, Of: &record.Field{Kind: record.Object, Fields: []record.Field{
			{Name: "item", Kind: record.String}, {Name: "price", Kind: record.Decimal}, {Name: "id", Kind: record.Integer, ReadOnly: true},
		}}},
		{Name: "parent", Kind: record.Object, Aliases: []string{"Parent"}, Fields: []record.Field{{Name: "id", Kind: record.Integer}, {Name: "zip", Kind: record.String}}},
		{Name: "labels", Kind: record.Custom, Custom: record.CustomShape{Label: "label", Value: "value"}},
		{Name: "props", Kind: record.Custom},
	},
	Writes: &connector.Writes{
		Fields: []record.Field{
			{Name: "name", Kind: record.String}, {Name: "note", Kind: record.String}, {Name: "phone", Kind: record.String},
			{Name: "due", Kind: record.DateTime, Layouts: []string{"2006-01-02"}},
			{Name: "secret_note", Kind: record.String},
			{Name: "parent", Kind: record.Object, Fields: []record.Field{{Name: "id", Kind: record.Integer}, {Name: "zip", Kind: record.String}}},
		},
		Required: [][]string{{"name"}},
		Create:   &connector.WriteCall{}, Update: &connector.WriteCall{},
	},
}

func TestDiffer(t *testing.T) {
	tests := []struct {
		name      string
		want, now string
		differ    []string // fields
	}{
		{"equal", `{"name":"Acme","count":3}`, `{"id":1,"name":"Acme","count":3}`, nil},
		{"text as it is", `{"note":"Acme"}`, `{"note":"acme"}`, []string{"note"}},
		{"folded text", `{"name":"Café  du Nord"}`, `{"name":" CAFE du nord "}`, nil},
		{"folded digits", `{"phone":"+1 (719) 388-1967"}`, `{"phone":"17193881967"}`, nil},
		{"other digits", `{"phone":"719 388 1967"}`, `{"phone":"17193881967"}`, []string{"phone"}},
		{"zeros are kept in text", `{"note":"0123"}`, `{"note":"123"}`, []string{"note"}},
		{"a number for a text", `{"note":"123"}`, `{"note":123}`, nil},
		{"numbers by value", `{"price":"10.50","count":"7"}`, `{"price":10.5,"count":7.0}`, nil},
		{"numbers with exponents", `{"price":1.05e1}`, `{"price":"10.500"}`, nil},
		{"large ids are not rounded", `{"count":9007199254740993}`, `{"count":9007199254740992}`, []string{"count"}},
		{"negative zero", `{"price":"-0.0"}`, `{"price":0}`, nil},
		{"booleans", `{"active":true}`, `{"active":1}`, nil},
		{"other boolean", `{"active":false}`, `{"active":"true"}`, []string{"active"}},
		{"only the day is written", `{"due":"2019-07-18"}`, `{"due":"2019-07-18T17:00:00.000Z"}`, nil},
		{"another day", `{"due":"2019-07-18"}`, `{"due":"2019-07-19T00:00:00.000Z"}`, []string{"due"}},
		{"layouts of one moment", `{"seen":"18/07/2019 04:00"}`, `{"seen":"2019-07-18T04:00:00"}`, nil},
		{"days", `{"day":"2019-07-18"}`, `{"day":"2019-07-18"}`, nil},
		{"no dates", `{"day":"soon"}`, `{"day":"later"}`, []string{"day"}},
		{"null clears", `{"note":null}`, `{"note":"x"}`, []string{"note"}},
		{"null and nothing", `{"note":null,"tags":null}`, `{"note":"","tags":[]}`, nil},
		{"a field that is not named", `{}`, `{"note":"x"}`, nil},
		{"lists in order", `{"tags":["a","b"]}`, `{"tags":["b","a"]}`, []string{"tags"}},
		{"lists of other length", `{"tags":["a"]}`, `{"tags":["a","a"]}`, []string{"tags"}},
		{"elements by what is wanted of them", `{"lines":[{"item":"A","price":"1.0"}]}`, `{"lines":[{"id":5,"item":"A","price":1}]}`, nil},
		{"an element differs", `{"lines":[{"item":"A","price":2}]}`, `{"lines":[{"item":"A","price":1}]}`, []string{"lines"}},
		{"objects field by field", `{"parent":{"id":"5","zip":"0123"}}`, `{"Parent":{"id":5,"zip":"123"}}`, []string{"parent.zip"}},
		{"custom fields by label", `{"labels":{"Zone":"North","Size":4}}`, `{"labels":[{"id":1,"label":"Size","value":"4"},{"id":2,"label":"Zone","value":"South"}]}`, []string{"labels.Zone"}},
		{"custom fields in an object", `{"props":{"A.b":"x","C":""}}`, `{"props":{"A.b":"y"}}`, []string{"props.A.b"}},
		{"a field that is never shown", `{"secret_note":"x"}`, `{}`, nil},
		{"a parent still to come", `{"parent":{"id":{"$ref":{"stream":"p","key":"1"}}}}`, `{"parent":{"id":5}}`, []string{"parent.id"}},
		{"escapes", `{"note":"a\u00e9\n\"b\""}`, `{"note":"a\u00e9\u000a\u0022b\u0022"}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var fields []string
			for _, c := range Differ(crm, nil, json.RawMessage(tt.want), json.RawMessage(tt.now)) {
				fields = append(fields, c.Field)
				assert.True(t, json.Valid(c.Old) && json.Valid(c.New))
			}
			assert.Equal(t, tt.differ, fields)
		})
	}
}

func TestDifferTellsBothValues(t *testing.T) {
	got := Differ(crm, nil, json.RawMessage(`{"note":"new","count":2}`), json.RawMessage(`{"note":"old"}`))
	assert.Equal(t, []Change{
		{Field: "note", Old: json.RawMessage(`"old"`), New: json.RawMessage(`"new"`)},
		{Field: "count", Old: json.RawMessage(`null`), New: json.RawMessage(`2`)},
	}, got)
}

func TestSameAsSent(t *testing.T) {
	tests := []struct {
		name, sent, now string
		same            bool
	}{
		{"equal", `{"name":"Acme","secret_note":"x"}`, `{"id":3,"name":"ACME"}`, true},
		{"one differs", `{"name":"Acme","count":1}`, `{"name":"Acme","count":2}`, false},
		{"emptied", `{"name":"Acme"}`, `{"name":null}`, false},
		{"what is not given back proves nothing", `{"name":"Acme","note":"x"}`, `{"name":"Acme"}`, true},
		{"nothing to go by", `{"secret_note":"x"}`, `{"name":"Acme"}`, false},
		{"no record", `{"name":"Acme"}`, `null`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.same, SameAsSent(crm, nil, json.RawMessage(tt.sent), json.RawMessage(tt.now)))
		})
	}
}

// The canonical form of a number must not depend on how it is written.
func FuzzCanonNumber(f *testing.F) {
	for _, seed := range []string{"0", "-1.50", "1e400", "00.100", ".", "+5", "1e", "9007199254740993", "1.2.3", "", "-", "0x1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		once := canonNumber([]byte(in), 0)
		require.Equal(t, string(once), string(canonNumber(append([]byte("  "), once...), 2)[2:]), "twice is once")
		if n := json.Number(in); isNumber(in) && len(in) < 15 {
			value, err := n.Float64()
			if err != nil {
				return // too large to be compared as a float
			}
			back, err := json.Number(string(once)).Float64()
			require.NoError(t, err)
			require.InDelta(t, value, back, 1e-9*(1+value*value))
		}
	})
}
