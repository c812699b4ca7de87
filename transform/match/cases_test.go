package match

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
)

// The numbers are those of the test matrix of sheets.

func TestS17RepeatedColumnsAreGathered(t *testing.T) {
	cols := []col{cells("Company", "Acme", "Beta", "Gamma"),
		{header: "Phone 1", looks: "phone", cells: []string{"+1 719 388 1967", "", ""}},
		{header: "Phone 2", looks: "phone", cells: []string{"+1 719 388 1968", "+1 719 388 1969", ""}},
		{header: "Phone 3", looks: "phone", cells: []string{"", "", "+1 719 388 1970"}}}
	p := propose(t, "syncro.customers", Input{Layout: layout(cols...)})
	assert.Equal(t, []string{"Phone 1", "Phone 2", "Phone 3"}, p.Pairs[1].With)
	assert.Equal(t, "first", question(p, "gather.Phone 1").Default)
	assert.True(t, fact(p, "gathered").Warn, "where two are filled in, one is lost: that is said")
	assert.Equal(t, []string{
		`{"business_name":"Acme","phone":"+17193881967"}`,
		`{"business_name":"Beta","phone":"+17193881969"}`,
		`{"business_name":"Gamma","phone":"+17193881970"}`,
	}, mapped(t, p, "syncro", cols...))

	for _, c := range question(p, "gather.Phone 1").Choices {
		assert.NotEqual(t, "join", c.Value, "two numbers with a comma between are none")
	}
	p = propose(t, "syncro.customers", Input{Layout: layout(cols...), Answers: sheet.Answers{"gather.Phone 1": "join"}})
	assert.Equal(t, "first", question(p, "gather.Phone 1").Default, "and an answer of before that says so is asked again")

	p = propose(t, "syncro.customers", Input{Layout: layout(cols...), Answers: sheet.Answers{"gather.Phone 1": Out}})
	assert.Contains(t, string(p.Mapping), "only Phone 1 is loaded of those that repeat")
	assert.Nil(t, fact(p, "gathered"))
	assert.Equal(t, map[string]string{"Company": "business_name", "Phone 1": "phone", "Phone 2": "", "Phone 3": ""}, fieldsOf(p))

	notes := []col{cells("Company", "Acme"), cells("Notes 1", "a"), cells("Notes 2", "b")}
	p = propose(t, "syncro.customers", Input{Layout: layout(notes...)})
	assert.Equal(t, []string{`{"business_name":"Acme","notes":"a, b"}`}, mapped(t, p, "syncro", notes...), "notes are joined: none is lost")

	two := []col{cells("Address 1", "1 Main St"), cells("Address 2", "Suite 5"), cells("Company", "Acme"), cells("City", "Salem")}
	p = propose(t, "syncro.customers", Input{Layout: layout(two...)})
	assert.Equal(t, map[string]string{"Address 1": "address", "Address 2": "address_2", "Company": "business_name", "City": "city"}, fieldsOf(p),
		"the target has a field for each: nothing is gathered")
	for _, headers := range [][2]string{{"Street", "Street 2"}, {"Rue", "Rue 2"}, {"Straße u. Hausnr.", "Straße 2"}, {"Calle", "Calle 2"}, {"Via", "Via 2"}} {
		p = propose(t, "syncro.customers", Input{Layout: layout(cells("Company", "Acme"), cells(headers[0], "1 Main St"), cells(headers[1], "Suite 5"))})
		assert.Equal(t, map[string]string{"Company": "business_name", headers[0]: "address", headers[1]: "address_2"}, fieldsOf(p))
	}
}

func TestAColumnWhoseFieldAnotherGivesIsNotLostInSilence(t *testing.T) {
	cols := []col{cells("Subject", "Leak"), cells("Client", "Acme"), cells("Payer", "Beta")}
	p := propose(t, "syncro.tickets", Input{Layout: layout(cols...), Answers: sheet.Answers{
		"match.Client": "customer_id:business_name", "match.Payer": "customer_id:business_name"}})
	assert.Equal(t, map[string]string{"Subject": "subject", "Client": "customer_id:business_name", "Payer": ""}, fieldsOf(p))
	told := fact(p, "given-twice")
	require.NotNil(t, told)
	assert.True(t, told.Warn)
	assert.Equal(t, "Payer is left out: Customer is given by the column Client already", told.Text)
}

func TestS21HeadersInOtherLanguagesWithBreaksAndStars(t *testing.T) {
	for _, headers := range [][]string{
		{"Company Name *", "First\nname", "Surname", "E-mail address", "Mobile phone", "Street", "Post code", "Town", "Remarks"},
		{"Raison sociale*", "Prénom", "Nom de famille", "Courriel", "Téléphone\nportable", "Rue", "Code postal", "Ville", "Commentaires"},
		{"Firma (Pflicht)", "Vorname", "Nachname", "E-Mail-Adresse", "Handy", "Straße", "PLZ", "Ort", "Bemerkungen"},
		{"Empresa", "Nombre de pila", "Apellidos", "Correo electrónico", "Móvil", "Calle", "Código postal", "Población", "Observaciones"},
		{"Ragione sociale", "Nome di battesimo", "Cognome", "Posta elettronica", "Cellulare", "Via", "CAP", "Città", "Annotazioni"},
	} {
		var cols []col
		want := map[string]string{}
		for i, h := range headers {
			cols = append(cols, cells(h, "x"))
			want[h] = []string{"business_name", "firstname", "lastname", "email", "mobile", "address", "zip", "city", "notes"}[i]
		}
		p := propose(t, "syncro.customers", Input{Layout: layout(cols...)})
		assert.Equal(t, want, fieldsOf(p))
		assert.Empty(t, open(p), "%q", headers)
	}
}

func TestV10ADayIsSentAsNoonWhereTheTargetKeepsAMoment(t *testing.T) {
	cols := []col{cells("Customer", "Acme", "Acme"), cells("Subject", "Leak", "Leak"),
		{header: "Due date", as: column.Date, cells: []string{"2024-05-31", ""}},
		{header: "Start", as: column.Date, cells: []string{"2024-05-30", ""}}}
	p := propose(t, "syncro.tickets", Input{Layout: layout(cols...)})
	require.NotNil(t, question(p, "zone"))
	p = propose(t, "syncro.tickets", Input{Layout: layout(cols...), Answers: sheet.Answers{"zone": "America/Los_Angeles"}})
	assert.NotNil(t, fact(p, "days-as-noon"), "the rule is said")
	got := mapped(t, p, "syncro", cols...)
	assert.Contains(t, got[0], `"due_date":"2024-05-31T00:00:00"`, "only the day is sent")
	assert.Contains(t, got[0], `"start_at":"2024-05-30T12:00:00-07:00"`)
	assert.NotContains(t, got[1], "start_at")
	p = propose(t, "syncro.tickets", Input{Layout: layout(cols...), Answers: sheet.Answers{"zone": "Paris"}})
	assert.Contains(t, question(p, "zone").Why, "no time zone")

	invoice := []col{cells("Customer", "Acme"), cells("Invoice number", "7"), {header: "Due", as: column.DateTime, cells: []string{"2024-05-31T00:00:00"}}, {header: "Date", as: column.DateTime, cells: []string{"2024-05-01T08:00:00"}}}
	p = propose(t, "syncro.invoices", Input{Layout: layout(invoice...), Zone: "Asia/Tokyo"})
	got = mapped(t, p, "syncro", invoice...)
	assert.Contains(t, got[0], `"due_date":"2024-05-31"`, "a day stays a day, whatever the zone")
	assert.Contains(t, got[0], `"date":"2024-05-01T08:00:00+09:00"`)
}

func TestV37ValuesNearThoseOfTheTarget(t *testing.T) {
	cols := []col{cells("Customer", "A", "B", "C", "D", "E", "F", "G"), cells("Priority", "Hi", "HIGH", "Hgih", "Haute", "low", "Hgih", "soon")}
	p := propose(t, "synchroteam.job", Input{Layout: layout(cols...)})
	assert.Nil(t, question(p, "value.Priority.HIGH"), "the same but for case")
	near := question(p, "value.Priority.Hgih")
	require.NotNil(t, near)
	assert.Equal(t, 2, near.Count)
	assert.Equal(t, "Hgih", near.Value)
	assert.Equal(t, "B4", near.Cells[0].String())
	assert.Equal(t, "high", near.Choices[0].Value)
	assert.NotContains(t, near.Text+near.Why, "Hgih", "values stand in fields made for them")
	assert.Equal(t, "high", question(p, "value.Priority.Hi").Choices[0].Value)
	assert.Equal(t, "high", question(p, "value.Priority.Haute").Default, "a word for it in another language is taken, and said")
	assert.Equal(t, Hold, question(p, "value.Priority.soon").Default)
	assert.Equal(t, map[string]string{"HIGH": "high", "Haute": "high", "low": "low"}, p.Pairs[1].Values)
	got := mapped(t, p, "synchroteam", cols...)
	assert.Equal(t, "refused: priority the value is not among the values", got[2], "never guessed")

	p = propose(t, "synchroteam.job", Input{Layout: layout(cols...), Answers: sheet.Answers{
		"value.Priority.Hgih": "high", "value.Priority.Hi": "high", "value.Priority.soon": Out}})
	got = mapped(t, p, "synchroteam", cols...)
	for row, want := range []string{"high", "high", "high", "high", "low", "high"} {
		assert.Contains(t, got[row], `"priority":"`+want+`"`, row)
	}
	assert.NotContains(t, got[6], "priority")
	assert.Nil(t, question(p, "value.Priority.Hgih"), "answered once")
}

func TestV38NamesAreSplitWhereThereIsOneWay(t *testing.T) {
	cols := []col{{header: "Full name", looks: "name", cells: []string{"Smith, John", "John SMITH", "Mr John Smith", "Mr & Mrs Smith", "Smith, John Jr.", "Dupont SARL", "Cher", "Anna Maria Rossi"}}}
	p := propose(t, "syncro.customers", Input{Layout: layout(cols...)})
	assert.Equal(t, []string{
		`{"firstname":"John","lastname":"Smith"}`,
		`{"firstname":"John","lastname":"SMITH"}`,
		`{"firstname":"John","lastname":"Smith"}`,
		`{"lastname":"Mr & Mrs Smith"}`,
		`{"lastname":"Smith, John Jr."}`,
		`{"business_name":"Dupont SARL"}`,
		`{"lastname":"Cher"}`,
		`{"lastname":"Anna Maria Rossi"}`,
	}, mapped(t, p, "syncro", cols...))
	assert.Equal(t, 4, fact(p, "names-whole").Count, "and listed")
	assert.Equal(t, "A5", fact(p, "names-whole").Cells[0].String())
	assert.Equal(t, 1, fact(p, "names-company").Count)
	assert.Equal(t, "split", question(p, "name.Full name").Default)

	p = propose(t, "syncro.customers", Input{Layout: layout(cols...), Answers: sheet.Answers{"name.Full name": "whole"}})
	assert.Equal(t, `{"lastname":"Smith, John"}`, mapped(t, p, "syncro", cols...)[0])
	p = propose(t, "syncro.customers", Input{Layout: layout(cols...), Answers: sheet.Answers{"name.Full name": "best"}})
	assert.Equal(t, `{"firstname":"Anna Maria","lastname":"Rossi"}`, mapped(t, p, "syncro", cols...)[7])

	both := []col{cells("First name", "A"), cells("Last name", "B"), cells("Contact name", "A B")}
	p = propose(t, "syncro.customers", Input{Layout: layout(both...)})
	assert.Equal(t, map[string]string{"First name": "firstname", "Last name": "lastname", "Contact name": ""}, fieldsOf(p), "the parts have columns of their own")
}

func TestV39OneLineAddressesAreNotSplitByGuess(t *testing.T) {
	cols := []col{cells("Company", "A", "B"), {header: "Address", looks: "address", cells: []string{"5 rue de la Paix, 75002 Paris", "somewhere"}}}
	p := propose(t, "syncro.customers", Input{Layout: layout(cols...), Region: "FR"})
	q := question(p, "address.Address")
	require.NotNil(t, q)
	assert.Equal(t, "whole", q.Default)
	assert.Equal(t, "FR", q.Choices[1].Value, "the account's country first")
	assert.Contains(t, mapped(t, p, "syncro", cols...)[0], `"address":"5 rue de la Paix, 75002 Paris"`)
	p = propose(t, "syncro.customers", Input{Layout: layout(cols...), Answers: sheet.Answers{"address.Address": "FR"}})
	got := mapped(t, p, "syncro", cols...)
	assert.Equal(t, `{"business_name":"A","address":"5 rue de la Paix","city":"Paris","zip":"75002"}`, got[0])
	assert.Contains(t, got[1], "refused: ", "doubtful ones are listed, not cut at a guess")
	with := append(cols, cells("ZIP", "75002"))
	assert.Nil(t, question(propose(t, "syncro.customers", Input{Layout: layout(with...)}), "address.Address"), "the parts have columns")
}

func TestV40CountriesHoweverTheyAreWritten(t *testing.T) {
	cols := []col{cells("Name", "A", "B", "C", "D", "E"), cells("Country", "FR", "Deutschland", "USA", "Bavaria", "")}
	p := propose(t, "synchroteam.customer", Input{Layout: layout(cols...)})
	assert.Equal(t, "name-en", question(p, "country.Country").Default, "three ways of writing are brought into one")
	assert.Equal(t, 1, fact(p, "country-unknown").Count, "misses are listed")
	assert.Equal(t, Hold, question(p, "value.Country.Bavaria").Default)
	got := mapped(t, p, "synchroteam", cols...)
	for row, want := range []string{"France", "Germany", "United States"} {
		assert.Contains(t, got[row], `"addressCountry":"`+want+`"`)
	}
	assert.Contains(t, got[3], "refused: addressCountry")
	assert.Equal(t, `{"name":"E"}`, got[4])

	p = propose(t, "synchroteam.customer", Input{Layout: layout(cols...), Answers: sheet.Answers{"country.Country": "alpha2", "value.Country.Bavaria": "Germany"}})
	got = mapped(t, p, "synchroteam", cols...)
	for row, want := range []string{"FR", "DE", "US", "DE"} {
		assert.Contains(t, got[row], `"addressCountry":"`+want+`"`)
	}
	alike := []col{cells("Name", "A", "B"), cells("Pays", "France", "Allemagne")}
	p = propose(t, "synchroteam.customer", Input{Layout: layout(alike...), Answers: sheet.Answers{"country.Pays": "keep"}})
	assert.Contains(t, mapped(t, p, "synchroteam", alike...)[1], `"addressCountry":"Allemagne"`)
}

func TestV41EMailsAreCleanedByAStatedRule(t *testing.T) {
	cols := []col{cells("Company", "A", "B", "C", "D", "E", "F"),
		cells("Email", "mailto:Ann@Example.COM", "Ann Lee <ann@example.com>", " ann@example.com ", "a@x.fr; b@x.fr", "no address", "")}
	p := propose(t, "syncro.customers", Input{Layout: layout(cols...)})
	assert.Contains(t, string(p.Mapping), "email: {from: Email, as: email}")
	assert.Equal(t, []string{
		`{"business_name":"A","email":"Ann@example.com"}`, `{"business_name":"B","email":"ann@example.com"}`, `{"business_name":"C","email":"ann@example.com"}`,
		"refused: email email: it holds several addresses", "refused: email email: it is no e-mail address", `{"business_name":"F"}`,
	}, mapped(t, p, "syncro", cols...))
}

func TestV42HTMLInNotesBecomesPlainText(t *testing.T) {
	cols := []col{cells("Company", "A", "B"), cells("Notes", "<p>Call <b>first</b></p><script>alert(1)</script>", "Tom & <Jerry>")}
	p := propose(t, "syncro.customers", Input{Layout: layout(cols...)})
	assert.Equal(t, "B2", fact(p, "html").Cells[0].String())
	assert.Equal(t, `{"business_name":"A","notes":"Call first"}`, mapped(t, p, "syncro", cols...)[0])
	cols[1].cells[0] = "plain"
	p = propose(t, "syncro.customers", Input{Layout: layout(cols...)})
	assert.Nil(t, fact(p, "html"))
	assert.Equal(t, `{"business_name":"B","notes":"Tom & <Jerry>"}`, mapped(t, p, "syncro", cols...)[1], "what is no tag is not cut")
}

func TestV51NumbersOfTheTargetAreProvenByASecondField(t *testing.T) {
	cols := []col{{header: "Customer ID", as: column.Number, looks: "id", cells: []string{"20511005", "20511006"}}, cells("Customer", "Acme", "Beta"), cells("Subject", "Leak", "Leak")}
	p := propose(t, "syncro.tickets", Input{Layout: layout(cols...)})
	assert.Contains(t, mapped(t, p, "syncro", cols...)[0], `"customer_id":{"$find":{"stream":"customers","by":{"id":20511005,"business_then_name":"Acme"}}}`)
	assert.Empty(t, open(p))

	p = propose(t, "syncro.tickets", Input{Layout: layout(cols[0], cols[2])})
	q := question(p, "match.Customer ID")
	require.NotNil(t, q, "numbers alone may be of another account: asked")
	assert.Equal(t, "customer_id:id", q.Choices[0].Value)
	p = propose(t, "syncro.tickets", Input{Layout: layout(cols[0], cols[2]), Answers: sheet.Answers{"match.Customer ID": "customer_id:id"}})
	assert.Contains(t, mapped(t, p, "syncro", cols[0], cols[2])[0], `"by":{"id":20511005}`)

	own := []col{cells("ID", "20511005"), cells("Company", "Acme")}
	p = propose(t, "syncro.customers", Input{Layout: layout(own...)})
	assert.Equal(t, "", fieldsOf(p)["ID"])
	assert.True(t, fact(p, "own-id").Warn)
}

func TestS17ValuesOfAllGatheredColumnsAreMapped(t *testing.T) {
	cols := []col{cells("Client", "A", "B"), cells("Priority 1", "Haute", ""), cells("Priority 2", "", "basse")}
	p := propose(t, "synchroteam.job", Input{Layout: layout(cols...)})
	got := mapped(t, p, "synchroteam", cols...)
	assert.Contains(t, got[0], `"priority":"high"`)
	assert.Contains(t, got[1], `"priority":"low"`)
	seen := map[string]bool{}
	for _, q := range p.Questions {
		assert.False(t, seen[q.ID], "%s is asked twice", q.ID)
		seen[q.ID] = true
	}
}

func TestV40CountriesOfGatheredColumns(t *testing.T) {
	cols := []col{cells("Name", "A"), cells("Country 1", "FR"), cells("Country 2", "Germany")}
	p := propose(t, "synchroteam.customer", Input{Layout: layout(cols...), Answers: sheet.Answers{"country.Country 1": "name-en"}})
	assert.Contains(t, mapped(t, p, "synchroteam", cols...)[0], `"addressCountry":"France"`)
}
