package match

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The name of a person finds a record only where nothing better does: one contact
// may stand in many rows.
func TestPeopleAreNoKeyWhereSomethingBetterIs(t *testing.T) {
	email := func(texts ...string) col { return col{header: "Email", looks: "email", cells: texts} }
	for name, c := range map[string]struct {
		cols []col
		want string
	}{
		"the e-mail is in every row": {[]col{email("a@x.org", "b@x.org"), cells("ZIP", "02110", "02111"), cells("First name", "Ann", "Bert"),
			cells("Last name", "Lee", "Moe")}, "email"},
		"rows lack the e-mail": {[]col{email("a@x.org", ""), cells("ZIP", "02110", "02111"), cells("First name", "Ann", "Bert"),
			cells("Last name", "Lee", "Moe")}, "email; firstname+lastname+zip"},
		"rows lack it, and one contact stands in all": {[]col{email("a@x.org", "", "", ""), cells("ZIP", "1", "2", "3", "4"),
			cells("First name", "Ann", "Ann", "Ann", "Ann"), cells("Last name", "Lee", "Lee", "Lee", "Lee")}, "email"},
		"rows lack it, and nothing proves the name": {[]col{email("a@x.org", ""), cells("First name", "Ann", "Bert"), cells("Last name", "Lee", "Moe")}, "email"},
		"there is nothing else": {[]col{cells("First name", "Ann", "Bert"), cells("Last name", "Lee", "Moe"), cells("ZIP", "02110", "02111")},
			"firstname+lastname+zip"},
	} {
		t.Run(name, func(t *testing.T) {
			p := propose(t, "syncro.customers", Input{Layout: layout(c.cols...)})
			q := question(p, "found-by")
			require.NotNil(t, q)
			assert.Equal(t, c.want, q.Default, "%s", p.Mapping)
		})
	}
}

// Of a column without a value nothing is asked and nothing is written, unless a
// record cannot do without it or a blank is to empty the field.
func TestColumnsWithoutAValueAskNothing(t *testing.T) {
	cols := []col{cells("Subject", "Leak", "Noise"), cells("Customer", "Acme", "Beta"), cells("Start", "", ""), cells("Due date", "", ""), cells("Problem type", "", ""), cells("Anything", "", "")}
	p := propose(t, "syncro.tickets", Input{Layout: layout(cols...)})
	for _, id := range []string{"zone", "match.Anything", "clear.Due date"} {
		assert.Nil(t, question(p, id), id)
	}
	assert.NotContains(t, string(p.Mapping), "due_date:")
	empty := fact(p, "columns-empty")
	require.NotNil(t, empty)
	assert.Equal(t, "nothing stands in: Start, Due date, Problem type, Anything", empty.Text)
	for _, pair := range p.Pairs {
		assert.Equal(t, pair.Column != "Subject" && pair.Column != "Customer", pair.Empty, pair.Column)
	}

	cols[3] = cells("Due date", "2026-03-05T10:00:00", "")
	assert.Contains(t, string(propose(t, "syncro.tickets", Input{Layout: layout(cols...)}).Mapping), "due_date:")

	cols = []col{cells("Subject", "", ""), cells("Customer", "Acme", "Beta")}
	p = propose(t, "syncro.tickets", Input{Layout: layout(cols...)})
	assert.Contains(t, string(p.Mapping), "subject: {from: Subject", "its rows are held for it")

	cols = []col{cells("Company", "Acme", "Beta"), cells("Phone", "", "")}
	p = propose(t, "syncro.customers", Input{Layout: layout(cols...), Answers: map[string]string{"clear.Phone": "clear"}})
	assert.Contains(t, string(p.Mapping), "blank: clear")
}
