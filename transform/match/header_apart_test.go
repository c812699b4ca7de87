package match

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Exports write headers in one word, and name one thing twice.
func TestHeadersInOneWordAndOfTwoNames(t *testing.T) {
	for into, want := range map[string]map[string]string{
		"syncro.customers": {"BILLINGSTREET": "address", "BILLINGCITY": "city", "BILLINGSTATE": "state", "BILLINGPOSTALCODE": "zip", "EMAILADDRESS": "email",
			"Billing Apt/Suite": "address_2", "NUMBEROFEMPLOYEES": "", "TICKERSYMBOL": "", "SHIPPINGCITY": ""},
		"syncro.contacts": {"MailingStreet": "address1", "MailingCity": "city", "province/state": "state", "postal_code/zip_code": "zip", "HomePhone": "phone",
			"Red/Green": "", "Company": "customer_id:business_name"},
		"syncro.leads": {"First": "first_name", "Last": "last_name", "Mail": "email"},
	} {
		var cols []col
		for header := range want {
			cols = append(cols, cells(header, "a", "b"))
		}
		p := propose(t, into, Input{Layout: layout(cols...), Region: "US"})
		assert.Equal(t, want, fieldsOf(p), into)
	}
}

// A header that is the beginning of a label is asked, and never dropped unseen; First
// without Last says too little to be taken.
func TestTheBeginningOfALabelIsAsked(t *testing.T) {
	p := propose(t, "syncro.leads", Input{Layout: layout(cells("First", "Ann", "Bert"), cells("Company", "Acme", "Beta"))})
	assert.Equal(t, []string{"match.First"}, open(p))
	require.NotNil(t, question(p, "match.First"))
	assert.Equal(t, "first_name", question(p, "match.First").Choices[0].Value)

	p = propose(t, "syncro.leads", Input{Layout: layout(cells("First name", "Ann", "Bert"), cells("First", "yes", "no"), cells("Last", "no", "yes"))})
	assert.Equal(t, "first_name", fieldsOf(p)["First name"])
	assert.Empty(t, fieldsOf(p)["First"], "no column is called so in full")
}

// A customer's full name may be that of a company.
func TestACustomersFullNameMayBeACompany(t *testing.T) {
	full := col{header: "Customer full name", looks: "name", cells: []string{"Ann's Birds", "Bert Moe"}}
	p := propose(t, "syncro.customers", Input{Layout: layout(full, col{header: "Full name", looks: "name", cells: []string{"Ann Lee", "Bert Moe"}})})
	q := question(p, "match.Customer full name")
	require.NotNil(t, q)
	assert.Equal(t, []string{"firstname+lastname", "business_name", Out}, []string{q.Choices[0].Value, q.Choices[1].Value, q.Choices[2].Value})

	full.looks, full.cells = "company", []string{"Acme Ltd", "Beta LLC"}
	p = propose(t, "syncro.customers", Input{Layout: layout(full)})
	assert.Equal(t, "business_name", fieldsOf(p)["Customer full name"])
	assert.Empty(t, open(p))
}
