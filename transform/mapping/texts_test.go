package mapping

import (
	"encoding/json"
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// sheetSpec is a source of texts alone, as a sheet is.
func sheetSpec(names ...string) *connector.Spec {
	st := &connector.Stream{Name: "rows"}
	for _, name := range names {
		st.Fields = append(st.Fields, record.Field{Name: name, Kind: record.String})
	}
	return &connector.Spec{Vendor: "sheet", Streams: []*connector.Stream{st}}
}

var sheetColumns = []string{"Name", "Mail", "Zip code", "Visits", "Kind", "Tags"}

const sheetFields = `      name: {from: Name}
      email: {from: Mail, as: email, clear: "∅"}
      zip: '$env["Zip code"] == "" ? "none" : $env["Zip code"]'
      visits: {from: Visits, as: integer}
      type: {from: Kind, values: {p: Person, c: Business}}
      items: {each: 'filter(split(Tags, ";"), # != "")', fields: {name: 'item + record.Name'}}
      properties.Zone: {from: Zip code, clear: "-"}
`

func sheetProgram(t testing.TB) *ProgramStream {
	t.Helper()
	f, err := Parse("m.yaml", []byte("version: 1\nfrom: sheet\nto: beta\nstreams:\n  - from: rows\n    to: company\n    fields:\n"+sheetFields))
	require.NoError(t, err)
	p, err := f.Compile(sheetSpec(sheetColumns...), beta(t))
	require.NoError(t, err)
	return p.Stream(0)
}

func sheetJSON(t testing.TB, texts []string) []byte {
	t.Helper()
	members := map[string]string{}
	for i, s := range texts {
		if s != "" {
			members[sheetColumns[i]] = s
		}
	}
	data, err := json.Marshal(members)
	require.NoError(t, err)
	return data
}

// FuzzTextsAreMappedAsJSON holds the two ways of giving a record against each other.
func FuzzTextsAreMappedAsJSON(f *testing.F) {
	f.Add("Ann", "a@example.com", "01234", "3", "p", "a;b")
	f.Add("Ann", "∅", "-", "x", "odd", "")
	f.Add("", " ∅ ", "", "", "", ";;")
	p := sheetProgram(f)
	plain, fromJSON := p.New(), p.New()
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g string) {
		texts := []string{a, b, c, d, e, g}
		for _, s := range texts {
			if !utf8.ValidString(s) {
				return // texts are in UTF-8
			}
		}
		var one, two Result
		first := plain.Apply(&Input{Key: "1", Texts: texts}, &one)
		second := fromJSON.Apply(&Input{Key: "1", Base: sheetJSON(t, texts)}, &two)
		require.Equal(t, second, first)
		assert.Equal(t, string(two.JSON), string(one.JSON))
		if first == Dead {
			assert.Equal(t, two.Dead, one.Dead)
		}
		again := plain.Apply(&Input{Key: "1", Texts: texts, All: true}, &one)
		assert.Equal(t, first, again, "hearing of every mistake changes nothing")
		if first == Dead {
			assert.Equal(t, two.Dead, one.All[0].Letter)
		} else {
			assert.Equal(t, string(two.JSON), string(one.JSON))
		}
	})
}

func TestEveryMistakeOfARecordIsHeardOf(t *testing.T) {
	p := sheetProgram(t)
	w, res := p.New(), Result{}
	require.Equal(t, Dead, w.Apply(&Input{Texts: []string{"Ann", "nobody", "", "many", "odd", ""}, All: true}, &res))
	var got []string
	for _, m := range res.All {
		got = append(got, fmt.Sprint(m.Field, " ", m.Kind, " ", m.Rule, " ", p.Reads(m.Rule)))
	}
	assert.Equal(t, []string{"email email 1 [Mail]", "visits integer 3 [Visits]", "type values 4 [Kind]"}, got)
	assert.Equal(t, `"Ann"`, string(res.Value(0)))
	assert.Nil(t, res.Value(1))
	assert.Equal(t, `"none"`, string(res.Value(2)))
	require.Equal(t, Dead, w.Apply(&Input{Texts: []string{"Ann", "nobody", "", "many", "odd", ""}}, &res))
	assert.Empty(t, res.All)
	assert.Nil(t, res.Value(0))
}

func TestAWordEmptiesAField(t *testing.T) {
	w, res := sheetProgram(t).New(), Result{}
	require.Equal(t, Mapped, w.Apply(&Input{Texts: []string{"Ann", " ∅ ", "-", "", "", ""}}, &res), res.Dead)
	assert.JSONEq(t, `{"name":"Ann","email":null,"zip":"-","properties":{"Zone":null}}`, string(res.JSON))
	require.Equal(t, Mapped, w.Apply(&Input{Texts: []string{"Ann", "", "", "", "", ""}}, &res), res.Dead)
	assert.JSONEq(t, `{"name":"Ann","zip":"none"}`, string(res.JSON), "a blank keeps what the target has")
}

func TestTheSameTextMakesTheSameAgain(t *testing.T) {
	w := sheetProgram(t).New()
	mapped := func(mail, visits string) (Outcome, string) {
		var out Result
		o := w.Apply(&Input{Key: "1", Texts: []string{"Ann", mail, "", visits, "", ""}}, &out)
		return o, string(out.JSON)
	}
	for _, visits := range []string{"3", "3", "4", "3"} {
		o, got := mapped("A@Example.com", visits)
		assert.Equal(t, Mapped, o)
		assert.Contains(t, got, `"visits":`+visits)
	}
	for range 2 {
		o, _ := mapped("A@Example.com", "many")
		assert.Equal(t, Dead, o, "a text that fails fails again")
	}
	o, got := mapped("", "")
	assert.Equal(t, Mapped, o)
	assert.NotContains(t, got, "visits", "nothing is left of the row before")
}
