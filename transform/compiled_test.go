package transform

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/transform/mapping"
)

// compiled is the rules of a mapping file below testdata.
func compiled(tb testing.TB, path string) []Rules {
	tb.Helper()
	source, err := connector.Load("testdata/crm.yaml")
	require.NoError(tb, err)
	target, err := connector.Load("testdata/desk.yaml")
	require.NoError(tb, err)
	f, err := mapping.Load(path)
	require.NoError(tb, err)
	p, err := f.Compile(source, target)
	require.NoError(tb, err)
	rules, err := Compiled(p, source)
	require.NoError(tb, err)
	return rules
}

func TestACompiledMapping(t *testing.T) {
	s := openTemp(t)
	newStager(t, s, "customer").put(row{"1", `{"id":1,"name":" Acme "}`}, row{"2", `{"id":2,"name":"Test"}`}, row{"3", `{"id":3,"name":7.5}`})
	newStager(t, s, "site").put(row{"9", `{"id":9,"town":"Lyon","customer":{"number":1}}`})
	newStager(t, s, "job").put(
		row{"11", `{"id":11,"title":"Fix {\"$ref\":{","state":"new","customer":{"id":1},"helper":{"id":77}}`},
		row{"12", `{"id":12,"title":"Fix","state":"ended","customer":{"id":34}}`},
		row{"13", `{"id":13,"title":"Fix","state":"lost","customer":{"id":1}}`},
		row{"14", `{"id":14,"title":"Fix","state":"new","customer":{"id":2}}`})
	sum := run(t, s, compiled(t, "testdata/jobs.yaml")...)
	assert.Equal(t, stage.Bins{Source: 3, Mapped: 2, Skipped: 1, Reasons: map[string]int{"where does not hold": 1}}, sum.Streams[0].Bins)
	assert.Equal(t, stage.Bins{Source: 4, Mapped: 1, Dead: 3, Orphans: 2}, sum.Streams[1].Bins)
	g, _ := current(t, s)
	got := view(t, s, g)
	assert.Equal(t, `mapped {"name":"Acme","address":{"city":"Lyon"}}`, got["companies/1"])
	assert.Contains(t, got["tickets/11"], `"company_id":{"$ref":{"stream":"companies","key":"1"}}`)
	letters := map[string]DeadLetter{}
	require.NoError(t, DeadLetters(context.Background(), s, g, func(d *DeadLetter) error {
		letters[string(d.Key)] = *d
		return nil
	}))
	assert.Equal(t, "job 12: companies 34 is not staged", letters["12"].Reason)
	assert.Equal(t, "company_id", letters["12"].Field)
	assert.Equal(t, "job 14: companies 2 is skipped by a rule of its mapping", letters["14"].Reason)
	assert.Equal(t, "state", letters["13"].Field)
	assert.Equal(t, "lost", letters["13"].Value)
	assert.NotEmpty(t, letters["13"].Do)
	assert.JSONEq(t, `{"id":13,"title":"Fix","state":"lost","customer":{"id":1}}`, string(letters["13"].Record))
}
