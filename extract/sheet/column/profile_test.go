package column

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

func TestProfileCounts(t *testing.T) {
	p := look("Status", "open", "closed", "open", "", " ", "größer", number("7"), grid.Cell{Kind: grid.Boolean, Text: "true"})
	assert.Equal(t, 6, p.Cells)
	assert.Equal(t, 2, p.Blank)
	assert.Equal(t, map[grid.Kind]int{grid.Text: 4, grid.Number: 1, grid.Boolean: 1}, p.Kinds)
	assert.Equal(t, 6, p.Longest)
	assert.Equal(t, 5, p.Distinct)
	require.Len(t, p.Values, 5)
	assert.Equal(t, ValueCount{"open", 2, []int{2, 4}}, p.Values[0])
	assert.Equal(t, ValueCount{"closed", 1, []int{3}}, p.Values[1])
	empty := look("Nothing")
	assert.Equal(t, Text, empty.Typed.As)
	assert.Empty(t, empty.Facts)
	assert.Empty(t, empty.Questions)
	assert.Zero(t, empty.Distinct)
}

func TestDistinctValuesHaveABound(t *testing.T) {
	for _, c := range []struct{ n, distinct, values int }{
		{mostValues, mostValues, mostValues}, {mostValues + 1, mostValues + 1, 0}, {mostDistinct, mostDistinct, 0}, {mostDistinct + 1, -1, 0},
	} {
		p := New("Name")
		for round := range 2 {
			for i := range c.n {
				p.Add(round*c.n+i+1, &grid.Cell{Kind: grid.Text, Text: "v" + strconv.Itoa(i)})
			}
		}
		profile := p.Profile(nil)
		assert.Equal(t, c.distinct, profile.Distinct)
		assert.Len(t, profile.Values, c.values)
	}
}

func TestLooks(t *testing.T) {
	for _, c := range []struct {
		header string
		values []any
		look   string
	}{
		{"Kontakt", []any{"a@x.fr", "b@x.fr"}, "email"},
		{"Courriel", []any{"a@x.fr", "unknown to us"}, "email"},
		{"Site", []any{"https://x.fr/a", "http://y.fr"}, "url"},
		{"PLZ", []any{"80331", "10115"}, "zip"},
		{"Customer ID", []any{"17", "18"}, "id"},
		{"Pays", []any{"France", "Italie"}, "country"},
		{"State", []any{"CA", "NY"}, "state"},
		{"Nachname", []any{"Müller", "Weiß"}, "name"},
		{"Firma", []any{"Müller GmbH", "Weiß KG"}, "company"},
		{"Adresse", []any{"12 rue X", "4 av. Y"}, "address"},
		{"Prix", []any{"12", "13,5"}, "money"},
		{"DateOfBirth", []any{"1980-01-31"}, "birth"},
		{"Tags", []any{"red; blue", "green; red"}, "list"},
		{"Notes", []any{"<p>hello</p>", "plain words"}, "html"},
		{"SKU", []any{"AB-1", "AB-2"}, "code"},
	} {
		assert.Contains(t, look(c.header, c.values...).Looks, c.look, c.header)
	}
	assert.NotContains(t, look("Number of employees", "17", "18").Looks, "id")
	assert.Equal(t, Number, look("Number of employees", "17", "18").Typed.As)
}

// A sentence is about places and counts: it never holds what stands in a cell.
func TestSentencesHoldNoValues(t *testing.T) {
	secrets := []any{"Xavier Qwertz", "qwertz@example.org", "31/12/1987", "13/12/1987", "12/13/1987", "4.321,99", "4,321.99", "(4.321)", "0987654321", "98.7E+11",
		"GÃ©rard Qwertz", "  qwertz  ", "qwertz\u00a0x", "a@qwertz.de; b@qwertz.de", "#qwertz", "77–77", "31/02/1987", "31/12/87"}
	for _, header := range []string{"Due", "Phone", "Part no", "Amount", "Birth date", "Name", "Anything"} {
		for n := range secrets {
			p := look(header, append(append([]any{}, secrets[n:]...), repeat(40, secrets[n])...)...)
			var said []string
			for _, f := range p.Facts {
				assert.Equal(t, header, f.Column)
				assert.LessOrEqual(t, len(f.Cells), 10)
				said = append(said, f.Text)
			}
			for _, q := range p.Questions {
				assert.Equal(t, header, q.Column)
				assert.NotEmpty(t, q.Choices)
				said = append(said, q.Text, q.Why)
				for _, choice := range q.Choices {
					said = append(said, choice.Label)
				}
			}
			for _, text := range said {
				for _, secret := range []string{"wertz", "Xavier", "1987", "4.321", "4,321", "0987", "98.7", "77–77", "example"} {
					assert.NotContains(t, text, secret)
				}
			}
		}
	}
}

// The answers a person gives are exactly the choices of the question.
func TestEveryChoiceSettlesItsQuestion(t *testing.T) {
	for _, p := range []*Profiler{
		seen("Due", "03/04/2024"), seen("Due", "13/04/2024", "04/13/2024"), seen("Due", day("2024-02-01"), "01/25/2024"), seen("Born", "25/01/98"),
		seen("Amount", "1.234"), seen("Rate", "12%", "12"), seen("Newsletter", "x", ""), seen("Remark", "-"), seen("ZIP", "1234", "90210", "90211"),
		seen("Name", "GÃ©rard"), seen("Emails", "a@x.fr; b@x.fr"),
	} {
		questions := p.Profile(nil).Questions
		require.NotEmpty(t, questions)
		for _, q := range questions {
			for _, choice := range q.Choices {
				after := p.Profile(answered(map[string]string{q.ID: choice.Value}))
				assert.NotContains(t, ids(after), q.ID, choice)
			}
			if q.Default != "" && !q.Free {
				assert.Condition(t, func() bool {
					for _, c := range q.Choices {
						if c.Value == q.Default {
							return true
						}
					}
					return false
				}, q.ID)
			}
		}
	}
}

func TestPlacesAreNamedBySheetAndColumn(t *testing.T) {
	p := New("Due")
	for i, sheet := range []string{"North", "South"} {
		p.Place(sheet, 4+i).Add(7, &grid.Cell{Kind: grid.Text, Text: "25/01/2024"})
	}
	f := fact(t, p.Profile(nil), "dates-proven")
	assert.Equal(t, []grid.Ref{{Sheet: "North", Row: 7, Column: 4}, {Sheet: "South", Row: 7, Column: 5}}, f.Cells)
	p = New("Due")
	p.Add(7, &grid.Cell{Kind: grid.Text, Text: "25/01/2024"})
	assert.Contains(t, fact(t, p.Profile(nil), "dates-proven").Text, "(row 7)")
}

func TestAFewDatesAmongWordsAskNothing(t *testing.T) {
	values := append(repeat(20, "some words", "others again"), "01/02/2024", "1.234", "12%", "14")
	p := look("Notes", values...)
	assert.Empty(t, p.Questions)
	assert.Empty(t, p.Facts)
	assert.Equal(t, Text, p.Typed.As)
	assert.Equal(t, 1, p.Reads[Date])
}

func TestOfType(t *testing.T) {
	for id, want := range map[string]bool{"dates": true, "swapped": true, "century": true, "decimal": true, "percent": true, "unticked": true, "blank": false, "pad": false, "repair": false, "split": false} {
		assert.Equal(t, want, OfType(id), id)
	}
}

func TestValuesAreCopied(t *testing.T) {
	buffer := strings.Repeat("open ", 100)
	p := New("Status")
	for i := range 100 {
		p.Add(i+1, &grid.Cell{Kind: grid.Text, Text: buffer[i*5 : i*5+4]})
	}
	assert.Equal(t, 1, p.Profile(nil).Distinct)
	assert.Equal(t, "open", p.Profile(nil).Values[0].Text)
}

var benchColumns = []struct {
	name   string
	as     As
	values func(i int) string
}{
	{"words", Text, func(i int) string { return "Customer of the north " + strconv.Itoa(i) }},
	{"status", Text, func(i int) string { return []string{"open", "closed", "waiting"}[i%3] }},
	{"accents", Text, func(i int) string { return "Gérard Müller " + strconv.Itoa(i) }},
	{"email", Text, func(i int) string { return "person" + strconv.Itoa(i) + "@example.org" }},
	{"company", Text, func(i int) string { return "Acme Plumbing, " + strconv.Itoa(i) + " LLC" }},
	{"address", Text, func(i int) string { return strconv.Itoa(i) + " Main Street" }},
	{"city", Text, func(i int) string { return []string{"Denver", "Colorado Springs", "Pueblo", "Boulder"}[i%4] }},
	{"yes", Boolean, func(i int) string { return []string{"yes", "no", "true"}[i%3] }},
	{"area", Text, func(i int) string { return fmt.Sprintf("(719) 388-%04d", i) }},
	{"mobile", Text, func(i int) string { return fmt.Sprintf("719-555-%04d", i) }},
	{"surname", Text, func(i int) string { return "Smith-" + strconv.Itoa(i) }},
	{"phone", Text, func(i int) string { return fmt.Sprintf("+33 6 %02d %02d %02d", i%100, i/100%100, 17) }},
	{"date", Date, func(i int) string { return fmt.Sprintf("%02d/%02d/2024", i%28+1, i%12+1) }},
	{"number", Number, func(i int) string { return fmt.Sprintf("1.%03d,%02d", i%1000, i%100) }},
	{"digits", Number, func(i int) string { return strconv.Itoa(i) }},
}

func benchCells(values func(int) string) []grid.Cell {
	cells := make([]grid.Cell, 4096)
	for i := range cells {
		cells[i] = grid.Cell{Kind: grid.Text, Text: values(i)}
	}
	return cells
}

func BenchmarkAdd(b *testing.B) {
	for _, c := range benchColumns {
		b.Run(c.name, func(b *testing.B) {
			cells := benchCells(c.values)
			p := New(c.name)
			p.values.most = 1000 // as in a long column: the values of most are too many
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				p.Add(i+1, &cells[i&4095])
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	for _, c := range benchColumns {
		b.Run(c.name, func(b *testing.B) {
			cells := benchCells(c.values)
			p := New(c.name)
			for i := range cells {
				p.Add(i+1, &cells[i])
			}
			typed := p.Profile(nil).Typed
			typed.As = c.as
			r := typed.Compile()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, problem := r.Read(&cells[i&4095]); problem != nil {
					b.Fatal(problem)
				}
			}
		})
	}
}

// A million rows of twenty columns are to be looked at in some seconds: no cell
// may cost an allocation.
func TestCellsCostNoAllocation(t *testing.T) {
	for _, c := range benchColumns {
		cells := benchCells(c.values)
		p := New(c.name)
		for round := range 4 {
			for i := range cells {
				p.Add(round*len(cells)+i+1, &cells[i])
			}
		}
		typed := p.Profile(nil).Typed
		typed.As = c.as
		r := typed.Compile()
		i := 0
		assert.Less(t, testing.AllocsPerRun(3000, func() {
			p.Add(i+1, &cells[i&4095])
			i++
		}), 0.01, "Add %s", c.name)
		assert.Less(t, testing.AllocsPerRun(3000, func() {
			r.Read(&cells[i&4095])
			i++
		}), 0.01, "Read %s", c.name)
	}
}
