package check

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/sheet"
	"ferry/transform/mapping"
)

// namedStream is that of the firms of the tests.
func namedStream(t testing.TB) *connector.Stream {
	t.Helper()
	spec, err := connector.Load("testdata/desk.yaml")
	require.NoError(t, err)
	s, err := spec.Stream("firms")
	require.NoError(t, err)
	return s
}

func TestABlankCellThatIsNeededIsOneMistakeInLabels(t *testing.T) {
	s := &table{header: []string{"Name", "Client"}, rows: [][]string{{"North", "Acme"}, {"South", ""}}}
	spec, err := connector.Load("synchroteam")
	require.NoError(t, err)
	for stream, want := range map[string]string{"site": "Customer is needed for a new record", "equipment": "one of Customer and Site is needed for a new record"} {
		f, err := mapping.Parse("m.yaml", []byte(strings.ReplaceAll("version: 1\nfrom: sheet\nto: synchroteam\nstreams:\n  - from: rows\n    to: STREAM\n"+
			"    fields:\n      name: {from: Name}\n      customer.id: 'find(\"customer\", {name: trim(Client)})'\n", "STREAM", stream)))
		require.NoError(t, err)
		recipe := s.recipe()
		p, err := f.Compile(sheet.Spec(recipe), spec)
		require.NoError(t, err)
		r := run(t, Config{Rows: s.each, Recipe: recipe, Stream: p.Stream(0)})
		require.Equal(t, []string{"required Client customer.id B3"}, shapes(r))
		assert.Equal(t, want, r.Findings[0].Why)
	}
}

func TestAValueThatIsNoneSaysWhichThereAre(t *testing.T) {
	s := &table{header: []string{"Subject", "Mail", "Prio", "Kind"}, rows: [][]string{{"a", "x", "Hgih", "odd"}}}
	cfg := s.config(t, plainFields+"\n  priority: {from: Prio}\n  kind: {from: Kind}")
	cfg.Lists = func(string, string) ([]string, bool) {
		return strings.Fields("k01 k02 k03 k04 k05 k06 k07 k08 k09 k10 k11 k12 k13"), true
	}
	r := run(t, cfg)
	assert.Equal(t, "write Low or High, or say which one is meant", find(t, r, "enum", "Prio").Do)
	assert.Equal(t, "write one of its 13 values, such as k01, k02, k03, k04, k05, or say which one is meant", find(t, r, "enum", "Kind").Do)

	cfg = s.config(t, plainFields+"\n  notes: {from: Prio, values: {Yes: a}}")
	r = run(t, cfg)
	assert.Equal(t, "write Yes, or say which one is meant", find(t, r, "enum", "Prio").Do)
	assert.Equal(t, strings.Repeat("x", 150)+" or "+strings.Repeat("y", 50), allowedText([]string{strings.Repeat("x", 150), strings.Repeat("y", 50)})[len("write "):])
	assert.Equal(t, "write one of its 2 values, such as "+strings.Repeat("x", 150), allowedText([]string{strings.Repeat("x", 150), strings.Repeat("y", 51)}))
	assert.Empty(t, allowedText([]string{strings.Repeat("x", 201)}), "nothing to name")
}
