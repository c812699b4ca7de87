package match

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// rowsOf is a layout whose header stands in two rows.
func rowsOf(headers ...string) Input {
	var cols []col
	for _, h := range headers {
		cols = append(cols, cells(h, "a", "b"))
	}
	l := layout(cols...)
	l.Recipe.Header, l.Recipe.First = []int{1, 2}, 3
	return Input{Layout: l}
}

func TestHeadersOfSeveralRows(t *testing.T) {
	for _, c := range []struct {
		into string
		want map[string]string
	}{
		{"synchroteam.customer", map[string]string{"N° client": "myId", "Raison sociale": "name", "Contact / Prénom": "contactFirstName", "Contact / Nom": "contactLastName", "Contact / Courriel": "contactEmail",
			"Adresse / Rue": "addressStreet", "Adresse / Code postal": "addressZIP", "Adresse / Ville": "addressCity", "Adresse / Pays": "addressCountry", "Tél. / Téléphone": "contactPhone"}},
		{"syncro.customers", map[string]string{"Firma / Firmenname": "business_name", "Anschrift / Straße": "address", "Anschrift / PLZ": "zip", "Anschrift / Ort": "city", "Kontakt / Vorname": "firstname", "Kontakt / Name": "lastname", "Kontakt / E-Mail": "email"}},
		{"synchroteam.site", map[string]string{"Client / Name": "customer.id:name", "Site / Name": "name", "Address / Town": "addressCity"}},
		{"synchroteam.customer", map[string]string{"Name": "name", "Site / City": ""}},
	} {
		var headers []string
		for h := range c.want {
			headers = append(headers, h)
		}
		p := propose(t, c.into, rowsOf(headers...))
		assert.Equal(t, c.want, fieldsOf(p), "%s: %v", c.into, p.Questions)
		assert.Empty(t, open(p))
	}
	p := propose(t, "synchroteam.customer", rowsOf("Name", "Billing / City", "Delivery / City"))
	assert.ElementsMatch(t, []string{"match.Billing / City", "match.Delivery / City"}, open(p), "two cities: which is meant is asked")
	p = propose(t, "synchroteam.customer", Input{Layout: layout(cells("Name", "A"), cells("Adresse / Ville", "B"))})
	assert.Empty(t, fieldsOf(p)["Adresse / Ville"], "a header of one row is one name")
}

func TestHalvesOfNames(t *testing.T) {
	for _, c := range []struct {
		headers []string
		column  string
		want    string
		asked   bool
	}{
		{[]string{"Raison sociale", "Prénom", "Nom"}, "Nom", "contactLastName", false},
		{[]string{"Firma", "Vorname", "Name"}, "Name", "contactLastName", false},
		{[]string{"Empresa", "Nombre", "Apellidos"}, "Nombre", "contactFirstName", false},
		{[]string{"Azienda", "Nome", "Cognome"}, "Nome", "contactFirstName", false},
		{[]string{"Prénom", "Nom"}, "Nom", "", true},
		{[]string{"Name", "First name", "Last name"}, "Name", "name", false},
		{[]string{"Name", "Contact first name", "Contact last name"}, "Name", "name", false},
	} {
		var cols []col
		for _, h := range c.headers {
			cols = append(cols, cells(h, "a", "b"))
		}
		p := propose(t, "synchroteam.customer", Input{Layout: layout(cols...)})
		assert.Equal(t, c.want, fieldsOf(p)[c.column], "%v", c.headers)
		q := question(p, "match."+c.column)
		assert.Equal(t, c.asked, q != nil, "%v", c.headers)
		if q != nil {
			var offered []string
			for _, o := range q.Choices {
				offered = append(offered, o.Value)
			}
			assert.Subset(t, offered, []string{"name", "contactLastName"})
		}
	}
}

func TestAnAskedColumnSaysWhy(t *testing.T) {
	p := propose(t, "syncro.customers", Input{Layout: layout(cells("E-mail", "a@b.co"), cells("Mail address", "c@d.co"))})
	for _, pair := range p.Pairs {
		assert.NotEqual(t, "asked: ", pair.Why)
		assert.Positive(t, pair.Confidence)
	}
}

func TestShortHeadersOfCustomerLists(t *testing.T) {
	for header, want := range map[string]string{"ST": "state", "St.": "state", "SMS ok?": "get_sms", "Ok to text": "get_sms", "SMS autorisé": "get_sms"} {
		p := propose(t, "syncro.customers", Input{Layout: layout(cells("Company", "A"), cells("City", "Boston"), cells(header, "MA"))})
		assert.Equal(t, want, fieldsOf(p)[header], header)
	}
	p := propose(t, "syncro.customers", Input{Layout: layout(cells("Company", "A"), cells("State", "MA"), cells("ST", "MA"))})
	assert.Equal(t, "state", fieldsOf(p)["State"])
}
