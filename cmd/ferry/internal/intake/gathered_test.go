package intake

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/transform/check"
	"ferry/transform/mapping"
)

// repeated is an import whose mapping has these rules for customers, and how its
// columns stand in the file.
func repeated(t *testing.T, rules string, columns ...string) (*Import, *sheet.Recipe) {
	t.Helper()
	r := &sheet.Recipe{Sheet: "Data", Header: []int{1}, First: 2}
	for n, name := range columns {
		r.Columns = append(r.Columns, sheet.Column{Place: n + 2, Header: name, Name: name})
	}
	spec, err := connector.Load("syncro")
	require.NoError(t, err)
	f, err := mapping.Parse("m.yaml", []byte("version: 1\nfrom: sheet\nto: syncro\nstreams:\n  - from: rows\n    to: customers\n    fields:\n      business_name: {from: Company}\n"+rules))
	require.NoError(t, err)
	p, err := f.Compile(sheet.Spec(r), spec)
	require.NoError(t, err)
	return &Import{Program: p}, r
}

func rowOf(number int, texts ...string) *sheet.Row {
	r := &sheet.Row{Sheet: "Data", Number: number, Bin: sheet.Record}
	for _, text := range texts {
		r.Values = append(r.Values, sheet.Value{Text: text})
	}
	return r
}

func TestAValueThatIsNotLoadedIsToldCellByCell(t *testing.T) {
	im, recipe := repeated(t, "      email: {expr: 'coalesce(Mail, $env[\"Mail (2)\"], Third)', as: email}\n      phone: {expr: 'coalesce(Phone, Mobile)'}\n",
		"Company", "Mail", "Mail (2)", "Third", "Phone", "Mobile")
	rows := []*sheet.Row{
		rowOf(2, "A", "a@x.com", "b@x.com", "", "", ""),
		rowOf(3, "B", "a@x.com", " A@X.com ", "", "617 555-0188", "(617) 555 0188"), // equal to the target
		rowOf(4, "C", " ", "b@x.com", "c@x.com", "", "1"),
		rowOf(5, "D", "a@x.com", "b@x.com", "c@x.com", "1", "2"),
	}
	held := rowOf(6, "E", "a@x.com", "b@x.com", "", "", "")
	held.Bin = sheet.Held
	g := im.gathersOf(recipe)
	var notes []string
	count := newTally(g)
	for _, r := range append(rows, held) {
		for _, c := range g.cells(r) {
			assert.True(t, c.Warn)
			assert.Equal(t, KindGathered, c.Kind)
			notes = append(notes, c.Note)
		}
		count.add(r)
	}
	const do = "; " + gatheredDo
	assert.Equal(t, []string{
		"D2 is not loaded: Email is filled from C2 already" + do, "E4 is not loaded: Email is filled from D4 already" + do,
		"D5 is not loaded: Email is filled from C5 already" + do, "E5 is not loaded: Email is filled from C5 already" + do,
		"G5 is not loaded: Phone is filled from F5 already" + do,
	}, notes)

	report := &check.Report{Findings: []check.Finding{{Kind: "email", Rows: 1}, {Kind: "cut", Warn: true, Rows: 1}}}
	count.into(report)
	var found []string
	for _, f := range report.Findings {
		found = append(found, f.Kind+" "+f.Column+" "+f.Field)
	}
	assert.Equal(t, []string{"email  ", "gathered Mail (2) email", "cut  ", "gathered Third email", "gathered Third email", "gathered Mobile phone"}, found,
		"errors first, then what most rows have")
	first := report.Findings[1]
	assert.Equal(t, 2, first.Rows)
	assert.Equal(t, []grid.Ref{{Sheet: "Data", Row: 2, Column: 4}, {Sheet: "Data", Row: 5, Column: 4}}, first.Cells)
	assert.Equal(t, "not loaded, because Email is filled from the column Mail already", first.Why)
	assert.Equal(t, "D2 for C2", count.cells[0].Cell.String()+" for "+count.cells[0].Kept.String())
	assert.Len(t, count.cells, 5)
}

func TestAValueThatIsLoadedElsewhereIsNotLost(t *testing.T) {
	for rules, want := range map[string]int{
		"      phone: {expr: 'coalesce(Phone, Mobile)'}\n":                                                  1,
		"      phone: {expr: 'coalesce(Phone, Mobile)'}\n      mobile: {from: Mobile}\n":                    0,
		"      phone: {expr: 'coalesce(Phone, Mobile)'}\n      mobile: {expr: 'coalesce(Mobile, Phone)'}\n": 0,
		"      phone: {expr: 'coalesce(Phone, Mobile)'}\n      mobile: {expr: 'coalesce(Phone, Mobile)'}\n": 1,
		"      notes: {expr: 'joined(\", \", Phone, Mobile)'}\n":                                            0,
		"      phone: {from: Phone}\n":                                                                      0,
	} {
		im, recipe := repeated(t, rules, "Company", "Phone", "Mobile")
		assert.Len(t, im.gathersOf(recipe).cells(rowOf(2, "A", "1", "2")), want, rules)
	}
}

func TestCellsAreNamedWhereTheyStand(t *testing.T) {
	im, recipe := repeated(t, "      phone: {expr: 'coalesce(Phone, Mobile)'}\n", "Company", "Phone", "Mobile")
	other := rowOf(7, "A", "1", "2")
	other.Places = []int{1, 9, 4} // another sheet has them in another order
	cells := im.gathersOf(recipe).cells(other)
	require.Len(t, cells, 1)
	assert.Contains(t, cells[0].Note, "D7 is not loaded: Phone is filled from I7")
	assert.Equal(t, 4, cells[0].Column)

	recipe.Turned = true
	cells = im.gathersOf(recipe).cells(rowOf(3, "A", "1", "2"))
	require.Len(t, cells, 1)
	assert.Contains(t, cells[0].Note, "C4 is not loaded: Phone is filled from C3", "a record is a column of a turned sheet")
}

func TestExpressionsThatTakeTheFirstFilledColumn(t *testing.T) {
	for expr, want := range map[string][]string{
		`coalesce(A, B)`: {"A", "B"}, `coalesce( $env["A, (1)"] , $env["say \"x\""],C )`: {"A, (1)", `say "x"`, "C"}, `coalesce(A)`: {"A"},
		`coalesce(trim(A), B)`: nil, `coalesce(A, "none")`: nil, `coalesce(A, B) + "x"`: nil, `coalesce(A, B`: nil, `joined(A, B)`: nil, ``: nil,
		`coalesce(A B)`: nil, `coalesce($env["A", B)`: nil, `coalesce(A, )`: nil, `coalesce(A.b, C)`: nil, `upper(coalesce(A, B))`: nil,
	} {
		assert.Equal(t, want, coalesced(expr), expr)
	}
}
