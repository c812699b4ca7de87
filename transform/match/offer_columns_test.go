package match

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
)

// What a record needs may stand in a column that no word matches: those are offered
// before a constant, the likeliest first.
func TestWhatIsNeededIsOfferedFromTheFilesColumns(t *testing.T) {
	cols := []col{{header: "Opened", as: column.Date, cells: []string{"2026-01-02", "2026-01-03"}}, cells("Remarkable", "", "x"),
		cells("Trading title", "Acme", "Beta"), {header: "Desk", looks: "phone", cells: []string{"303-443-1077", "303-443-1078"}}}
	p := propose(t, "syncro.customers", Input{Layout: layout(cols...), Region: "US"})
	q := question(p, "need.business_name")
	require.NotNil(t, q)
	assert.Contains(t, q.Text, "Which column gives it, or what is it for all rows?")
	require.NotEmpty(t, q.Choices)
	assert.Equal(t, "match.Trading title=business_name", q.Choices[0].Written())
	for _, c := range q.Choices {
		assert.NotContains(t, []string{"match.Opened", "match.Desk"}, c.ID, "dates and phone numbers are no names")
	}
	id, kept := q.Kept(q.Choices[0].Written())
	p = propose(t, "syncro.customers", Input{Layout: layout(cols...), Region: "US", Answers: sheet.Answers{id: kept}})
	assert.Nil(t, question(p, "need.business_name"))
	assert.Contains(t, mapped(t, p, "syncro", cols...)[0], `"business_name":"Acme"`)
}

// Where the account's records are known, the column that holds their names is the
// likeliest.
func TestTheColumnWithNamesOfTheAccountIsOfferedFirst(t *testing.T) {
	cols := []col{cells("Subject", "Leak", "Noise"), cells("Colour", "Red", "Blue"), cells("For whom", "Acme", "Beta")}
	lists := func(stream, field string) ([]string, bool) { return []string{"Acme", "Beta"}, stream == "customers" }
	q := question(propose(t, "syncro.tickets", Input{Layout: layout(cols...), Lists: lists}), "need.customer_id")
	require.NotNil(t, q)
	assert.Equal(t, "match.For whom=customer_id:business_then_name", q.Choices[0].Written())
}

// A list of people with two columns for their names goes into one field.
func TestFirstAndLastNameAreJoined(t *testing.T) {
	cols := []col{cells("Last name", "Lee", "", "Moe"), cells("First name", "Ann", "Bert", ""), cells("Company", "Acme", "Acme", "Acme")}
	p := propose(t, "syncro.contacts", Input{Layout: layout(cols...)})
	assert.Empty(t, open(p))
	told := fact(p, "names-joined")
	require.NotNil(t, told)
	assert.Contains(t, told.Text, "First name, Last name are joined into Name")
	got := mapped(t, p, "syncro", cols...)
	assert.Contains(t, got[0], `"name":"Ann Lee"`)
	assert.Contains(t, got[1], `"name":"Bert"`)
	assert.Contains(t, got[2], `"name":"Moe"`)
	oneToOne(t, p)

	p = propose(t, "syncro.contacts", Input{Layout: layout(cols...), Answers: sheet.Answers{"match.Last name": Out}})
	assert.Equal(t, []string{"need.name"}, open(p), "who leaves one of them out is asked")
	p = propose(t, "syncro.contacts", Input{Layout: layout(append(cols, cells("Full name", "Ann Lee", "Bert", "C Moe"))...)})
	assert.Equal(t, "name", fieldsOf(p)["Full name"])
	assert.Empty(t, fieldsOf(p)["First name"])
}

// Of two names for a kind of issue the one whose values fit is taken, and no text goes
// unasked into a comment that has no text of its own.
func TestTheLabelAndItsValuesGoBeforeTheWord(t *testing.T) {
	lists := func(stream, field string) ([]string, bool) {
		return []string{"Hardware", "Network"}, stream == "problem_types"
	}
	cols := []col{cells("Customer", "Acme", "Beta"), cells("Subject", "Leak", "Noise"), cells("Issue", "Hardware", "Network")}
	p := propose(t, "syncro.tickets", Input{Layout: layout(cols...), Lists: lists})
	assert.Equal(t, "problem_type", fieldsOf(p)["Issue"])
	assert.Empty(t, open(p))

	cols[2] = cells("Topic", "It drips", "It hums")
	p = propose(t, "syncro.tickets", Input{Layout: layout(cols...), Lists: lists})
	assert.Empty(t, fieldsOf(p)["Topic"])
	assert.Equal(t, []string{"match.Topic"}, open(p), "a comment's subject without its text is asked")
}

// A number that only one invoice has is looked up, not sent as it is.
func TestAUniqueNumberIsLookedUp(t *testing.T) {
	cols := []col{cells("Customer", "Acme"), cells("Invoice #", "5001"), {header: "Amount", as: column.Number, cells: []string{"12"}}}
	p := propose(t, "syncro.payments", Input{Layout: layout(cols...)})
	assert.Equal(t, "invoice_id:number", fieldsOf(p)["Invoice #"])
	assert.Contains(t, mapped(t, p, "syncro", cols...)[0], `"invoice_id":{"$find":{"stream":"invoices","by":{"number":"5001"}}}`)
	p = propose(t, "syncro.payments", Input{Layout: layout(cols...), Answers: sheet.Answers{"match.Invoice #": "invoice_number"}})
	assert.Equal(t, "invoice_number", fieldsOf(p)["Invoice #"])
}
