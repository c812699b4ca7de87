package match

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

func TestParentsByName(t *testing.T) {
	for into, want := range map[string]map[string]string{
		"synchroteam.site": {"Kundenname": "customer.id:name", "Kunden-Nr.": "customer.id:myId", "Standortname": "name", "Ort": "addressCity"},
		"synchroteam.equipment": {"Nom du client": "customer.id:name", "Site": "site.id:name", "Désignation de l'équipement": "", "Nom de l'équipement": "name",
			"N° client": "customer.id:myId"},
		"synchroteam.job": {"Client": "customer.id:name", "Site name": "site.id:name", "Equipment": "equipment.id:name", "Job type": "type.name", "Technicien": "technician.name",
			"Work description": "description", "Scheduled start": "scheduledStart", "Tipo de prioridad": ""},
		"syncro.tickets": {"Customer": "customer_id:business_then_name", "Customer email": "customer_id:email", "Contact": "contact_id:name", "Assigned to": "user_id:name",
			"Ticket type": "ticket_type_id:name", "Summary": "subject", "Issue type": "problem_type", "Due": "due_date"},
		"syncro.assets":           {"Account": "customer_id:business_then_name", "Asset": "name", "Serial no.": "asset_serial", "Device type": "asset_type_name"},
		"syncro.contacts":         {"Company": "customer_id:business_name", "Full name": "name", "Job title": "title", "Cell": "mobile"},
		"syncro.invoices":         {"Customer name": "customer_id:business_then_name", "Invoice #": "number", "Invoice date": "date", "Payable by": "due_date", "PO": "po_number", "Ticket number": "ticket_id:number"},
		"customerly.leads":        {"E-mail": "email", "Name": "name", "Reference": "user_id", "Keywords": "tags"},
		"sonar.customers":         {"Tel. no.": "phone_number", "Forename": "first_name", "Surname": "last_name", "Postcode": "zip_code", "Newsletter": "subscribed"},
		"syncro.leads":            {"Prénom": "first_name", "Nom de famille": "last_name", "Société": "business_name", "CP": "zip", "Statut": "status"},
		"syncro.customers":        {"Account name": "business_name", "Account no.": "", "Work phone": "phone", "Address line 2": "address_2", "County": "state"},
		"syncro.payments":         {"Invoice number": "invoice_id:number", "Amount": "amount_cents", "Paid by": "payment_method", "Reference": "ref_num", "Client": "customer_id:business_then_name"},
		"syncro.tickets.comments": {"Ticket number": "ticket_id:number", "Message": "body", "Subject": "subject", "Private": "hidden"},
	} {
		var cols []col
		for header := range want {
			cols = append(cols, col{header: header})
		}
		p := propose(t, into, Input{Layout: layout(cols...)})
		got := fieldsOf(p)
		for header, field := range want {
			assert.Equal(t, field, got[header], "%s: %s: %v", into, header, question(p, "match."+header))
		}
		oneToOne(t, p)
	}
}

func TestSeveralColumnsFindOneParent(t *testing.T) {
	cols := []col{cells("Customer", " Acme "), cells("Customer email", "a@b.co"), cells("Subject", "Leak")}
	p := propose(t, "syncro.tickets", Input{Layout: layout(cols...)})
	assert.Equal(t, []string{`{"subject":"Leak","customer_id":{"$find":{"stream":"customers","by":{"business_then_name":"Acme","email":"a@b.co"}}}}`}, mapped(t, p, "syncro", cols...))
}

func TestDoubtfulAndTiedColumnsAreAsked(t *testing.T) {
	tied := layout(cells("E-mail", "a@b.co"), cells("Mail address", "c@d.co"))
	p := propose(t, "syncro.customers", Input{Layout: tied})
	assert.Len(t, open(p), 2, "two columns for one field: both are asked, none is taken")
	assert.Equal(t, map[string]string{"E-mail": "", "Mail address": ""}, fieldsOf(p))
	p = propose(t, "syncro.customers", Input{Layout: tied, Answers: sheet.Answers{"match.E-mail": "email", "match.Mail address": Out}})
	assert.Equal(t, map[string]string{"E-mail": "email", "Mail address": ""}, fieldsOf(p))
	assert.Empty(t, open(p))
	assert.Contains(t, string(p.Mapping), "Mail address: left out by choice")

	p = propose(t, "syncro.customers", Input{Layout: layout(cells("Emial", "a@b.co"))})
	q := question(p, "match.Emial")
	require.NotNil(t, q)
	assert.Empty(t, q.Default)
	assert.Equal(t, "email", q.Choices[0].Value)
	assert.Contains(t, q.Why, "nearly spelt like")
	assert.True(t, q.Free, "any field may be named")

	p = propose(t, "syncro.customers", Input{Layout: layout(col{header: "Column C", looks: "email", cells: []string{"a@b.co"}}, cells("Company", "A"))})
	q = question(p, "match.Column C")
	require.NotNil(t, q)
	assert.Equal(t, "email", q.Choices[0].Value)
	assert.Contains(t, q.Why, "what its cells look like")
	assert.Equal(t, Out, q.Default, "a guess by the cells alone is left out where nobody says otherwise")
}

func TestTheBestMatchesAreFoundTogether(t *testing.T) {
	p := propose(t, "synchroteam.customer", Input{Layout: layout(cells("Address", "1 Main St, Salem"), cells("Street", "1 Main St"), cells("Name", "A"), cells("Town", "Salem"))})
	assert.Equal(t, map[string]string{"Address": "address", "Street": "addressStreet", "Name": "name", "Town": "addressCity"}, fieldsOf(p))
	assert.Equal(t, []int{1, 0, -1}, assign([][]float64{{0.9, 0.8}, {0.9, 0.1}, {0, 0}}))
	assert.Equal(t, []int{0, 1}, assign([][]float64{{0.5, 0, 0.4}, {0, 0.3, 0}}))
	assert.Nil(t, assign(nil))
}

func TestWhatTheCellsSayAgainstAName(t *testing.T) {
	p := propose(t, "syncro.invoices", Input{Layout: layout(cells("Customer", "A"), cells("Number", "1"), col{header: "Date", as: column.Number, cells: []string{"1.5"}})})
	q := question(p, "match.Date")
	require.NotNil(t, q)
	assert.Contains(t, q.Why, "but its cells are no dates")
	p = propose(t, "syncro.customers", Input{Layout: layout(cells("Company", "A"), col{header: "Phone", looks: "email", cells: []string{"a@b.co"}})})
	assert.NotNil(t, question(p, "match.Phone"))
}

func TestTemplatesNeedNoQuestions(t *testing.T) {
	l := layout(cells("Who", "A"), cells("Where from", "FR"), cells("Mail", "a@b.co"), cells("Rank", "x"))
	l.Mark = &sheet.Mark{Kind: "template", Vendor: "synchroteam", Stream: "customer",
		Fields: map[string]string{"Who": "name", "Where from": "addressCountry", "Mail": "contactEmail", "Rank": `customFieldValues["Rank 1.2"]`}}
	custom := []Custom{{Label: "Rank 1.2", Options: []string{"x", "y"}}}
	p := propose(t, "synchroteam.customer", Input{Layout: l, Custom: custom})
	assert.Empty(t, p.Questions)
	assert.Equal(t, map[string]string{"Who": "name", "Where from": "addressCountry", "Mail": "contactEmail", "Rank": `customFieldValues["Rank 1.2"]`}, fieldsOf(p))
	for _, pair := range p.Pairs {
		assert.InDelta(t, 1, pair.Confidence, 0)
	}
	program(t, p, l, vendor(t, "synchroteam"))
	l.Mark.Stream = "site"
	assert.NotEmpty(t, propose(t, "synchroteam.customer", Input{Layout: l, Custom: custom}).Questions, "a template for something else")
}

func TestCustomFieldsByLabel(t *testing.T) {
	cols := []col{cells("Name", "A", "B"), cells("Zone", "north", "South"), cells("Contract: type", "gold", "gold")}
	custom := []Custom{{Label: "Zone", Options: []string{"North", "South"}}, {Label: "Contract: type"}}
	p := propose(t, "synchroteam.customer", Input{Layout: layout(cols...), Custom: custom})
	assert.Equal(t, "the custom field of that label", p.Pairs[1].Why)
	assert.Equal(t, []string{
		`{"name":"A","customFieldValues":{"Zone":"North","Contract: type":"gold"}}`,
		`{"name":"B","customFieldValues":{"Zone":"South","Contract: type":"gold"}}`,
	}, mapped(t, p, "synchroteam", cols...))
}

func TestRequiredFieldsWithoutAColumn(t *testing.T) {
	cols := []col{cells("Subject", "Leak")}
	p := propose(t, "syncro.tickets", Input{Layout: layout(cols...)})
	assert.Equal(t, []string{"customer_id"}, p.Missing)
	assert.Equal(t, []string{"need.customer_id"}, open(p))
	p = propose(t, "syncro.tickets", Input{Layout: layout(cols...), Answers: sheet.Answers{"need.customer_id": `Acme "The Boss"`}})
	assert.Empty(t, p.Missing)
	assert.Equal(t, []string{`{"subject":"Leak","customer_id":{"$find":{"stream":"customers","by":{"business_then_name":"Acme \"The Boss\""}}}}`}, mapped(t, p, "syncro", cols...))

	asset := []col{cells("Asset", "Pump")}
	lists := func(stream, field string) ([]string, bool) {
		return []string{"Pump", "Boiler"}, stream == "asset_types" && field == "name"
	}
	p = propose(t, "syncro.assets", Input{Layout: layout(asset...), Lists: lists})
	q := question(p, "need.asset_type_name")
	require.NotNil(t, q)
	assert.Equal(t, []grid.Choice{{Value: "Pump", Label: "Pump"}, {Value: "Boiler", Label: "Boiler"}}, q.Choices)
	assert.Equal(t, []string{"asset_type_name or asset_type_id"}, p.Missing)
	p = propose(t, "syncro.assets", Input{Layout: layout(asset...), Lists: lists, Answers: sheet.Answers{"need.asset_type_name": "Crane"}})
	assert.Contains(t, question(p, "need.asset_type_name").Why, "does not fit")
	p = propose(t, "syncro.assets", Input{Layout: layout(asset...), Lists: lists, Answers: sheet.Answers{"need.asset_type_name": "Boiler"}})
	assert.Equal(t, []string{`{"name":"Pump","asset_type_name":"Boiler"}`}, mapped(t, p, "syncro", asset...))

	p = propose(t, "syncro.leads", Input{Layout: layout(cells("Qwertz", "1"))})
	assert.Equal(t, []string{"columns"}, open(p), "nothing is loaded where nothing matches")
}

func TestHowRecordsOfTheTargetAreFound(t *testing.T) {
	for _, c := range []struct {
		into, want string
		headers    []string
	}{
		{"syncro.customers", "email; business_name+zip", []string{"Company", "Email", "ZIP", "First name", "Last name"}},
		{"syncro.customers", "business_name", []string{"Company"}},
		{"synchroteam.customer", "myId; contactEmail; name+addressZIP", []string{"Name", "Reference", "Email", "Post code"}},
		{"synchroteam.site", "customer.id+name", []string{"Customer", "Site"}},
		{"syncro.assets", "asset_serial; customer_id+name", []string{"Customer", "Asset", "Serial number", "Asset type"}},
		{"customerly.users", "email; user_id", []string{"Email", "User ID", "Name"}},
		{"sonar.customers", "phone_number", []string{"Phone number", "First name"}},
		{"synchroteam.job", "myId", []string{"Customer", "Reference", "Email", "Description"}},
		{"syncro.invoices", "number", []string{"Customer", "Number", "Date"}},
	} {
		var cols []col
		for _, h := range c.headers {
			cols = append(cols, col{header: h})
		}
		p := propose(t, c.into, Input{Layout: layout(cols...), Zone: "UTC"})
		q := question(p, "found-by")
		require.NotNil(t, q, "%s %v", c.into, c.headers)
		assert.Equal(t, c.want, q.Default, "%s %v\n%s", c.into, c.headers, p.Mapping)
	}
	cols := []col{cells("Company", "A"), cells("Email", "a@b.co")}
	p := propose(t, "syncro.customers", Input{Layout: layout(cols...), Answers: sheet.Answers{"found-by": "business_name + email"}})
	assert.Contains(t, string(p.Mapping), "match: [[business_name, email]]")
	p = propose(t, "syncro.customers", Input{Layout: layout(cols...), Answers: sheet.Answers{"found-by": Out}})
	assert.NotContains(t, string(p.Mapping), "match:")
	p = propose(t, "syncro.customers", Input{Layout: layout(cols...), Answers: sheet.Answers{"found-by": "telex"}})
	assert.NotNil(t, question(p, "found-by"), "what is no field is asked again")
	p = propose(t, "syncro.customers", Input{Layout: layout(cells("First name", "A"))})
	assert.NotNil(t, fact(p, "no-key"))
}

func TestKindsOfTargetFields(t *testing.T) {
	money := []col{cells("Client", "A", "B"), {header: "Amount", as: column.Number, looks: "money", cells: []string{"19.99", "1234"}}}
	p := propose(t, "syncro.payments", Input{Layout: layout(money...)})
	got := mapped(t, p, "syncro", money...)
	assert.Contains(t, got[0], `"amount_cents":1999`)
	assert.Contains(t, got[1], `"amount_cents":123400`)

	timer := []col{cells("Ticket number", "7"), {header: "Start", as: column.DateTime, cells: []string{"2024-05-01T08:00:00"}}, {header: "Duration", as: column.Duration, cells: []string{"01:30:00"}}}
	p = propose(t, "syncro.tickets.timers", Input{Layout: layout(timer...), Zone: "UTC"})
	assert.Contains(t, mapped(t, p, "syncro", timer...)[0], `"duration_minutes":90`)

	items := []col{cells("Ticket number", "7"), cells("Item", "Pump"), cells("Description", "A pump"), {header: "Price", as: column.Number, cells: []string{"1.234"}}, {header: "Taxable", as: column.Boolean, cells: []string{"true"}}}
	p = propose(t, "syncro.tickets.line_items", Input{Layout: layout(items...)})
	assert.Contains(t, mapped(t, p, "syncro", items...)[0], `"name":"Pump","description":"A pump","taxable":true,"price_retail":1.234`)

	tags := []col{cells("Email", "a@b.co; c@d.co"), cells("Tag", "vip")}
	p = propose(t, "customerly.tags", Input{Layout: layout(tags...), Answers: sheet.Answers{"match.Email": "users[].email"}})
	assert.Equal(t, []string{`{"tag":"vip","users":[{"email":"a@b.co"},{"email":"c@d.co"}]}`}, mapped(t, p, "customerly", tags...))

	people := []col{cells("Email", "a@b.co", "c@d.co"), cells("Tags", "vip; new", ""), {header: "Unsubscribed", as: column.Boolean, cells: []string{"true", "false"}}}
	p = propose(t, "customerly.users", Input{Layout: layout(people...)})
	got = mapped(t, p, "customerly", people...)
	assert.Contains(t, got[0], `"tags":["vip","new"]`)
	assert.Contains(t, got[0], `"unsubscribe":true`, "an action brings it about")
	assert.NotContains(t, got[1], "unsubscribe")

	ticket := []col{cells("Customer", "A", "A"), cells("Subject", "Leak", "Leak"), cells("Description", "<b>wet</b>", "")}
	p = propose(t, "syncro.tickets", Input{Layout: layout(ticket...), Answers: sheet.Answers{"match.Description": "comments_attributes[].body"}})
	got = mapped(t, p, "syncro", ticket...)
	assert.Contains(t, got[0], `"comments_attributes":[{"subject":"Leak","body":"wet"}]`)
}

func TestPhonesOfATargetThatKeepsDigits(t *testing.T) {
	cols := []col{cells("Company", "A"), {header: "Phone", looks: "phone", cells: []string{"(719) 388-1967"}}}
	p := propose(t, "syncro.customers", Input{Layout: layout(cols...)})
	assert.Equal(t, Out, question(p, "region").Default)
	assert.Contains(t, mapped(t, p, "syncro", cols...)[0], `"phone":"(719) 388-1967"`)
	p = propose(t, "syncro.customers", Input{Layout: layout(cols...), Answers: sheet.Answers{"region": "us"}})
	assert.Contains(t, mapped(t, p, "syncro", cols...)[0], `"phone":"+17193881967"`)
	p = propose(t, "sonar.customers", Input{Layout: layout(cols...)})
	assert.Contains(t, open(p), "region", "there the number says who it is")

	phones := []col{cells("Customer", "A"), {header: "Number", looks: "phone", cells: []string{"719 388 1967 x33"}}}
	p = propose(t, "syncro.customers.phones", Input{Layout: layout(phones...), Region: "US"})
	assert.Contains(t, mapped(t, p, "syncro", phones...)[0], `"number":"+17193881967","extension":"33"`)
}

func TestBlankCells(t *testing.T) {
	cols := []col{cells("Company", "A", "B"), cells("Email", "a@b.co", "c@d.co"), cells("City", "Salem", "")}
	p := propose(t, "syncro.customers", Input{Layout: layout(cols...)})
	assert.Equal(t, "keep", question(p, "clear.City").Default)
	assert.Nil(t, question(p, "clear.Email"))
	p = propose(t, "syncro.customers", Input{Layout: layout(cols...), Answers: sheet.Answers{"clear.City": "clear"}})
	assert.Contains(t, mapped(t, p, "syncro", cols...)[1], `"city":null`)
}

func TestNoSentenceHoldsAValue(t *testing.T) {
	secret := "Zz9Secret"
	p := propose(t, "synchroteam.job", Input{Layout: layout(cells("Client", secret), cells("Priority", secret), cells("Country", secret), cells("Phone 1", secret), cells("Phone 2", secret), cells("Contact", secret+" & "+secret), cells("Date", secret), cells("Weird", secret))})
	for _, q := range p.Questions {
		assert.NotContains(t, q.Text+q.Why, secret, q.ID)
	}
	for _, f := range p.Facts {
		assert.NotContains(t, f.Text, secret, f.Code)
	}
	for _, pair := range p.Pairs {
		assert.NotContains(t, pair.Why, secret)
	}
}

func TestTheMappingReadsAsAPersonWouldWriteIt(t *testing.T) {
	p := propose(t, "syncro.customers", Input{File: "Kunden.xlsx", Layout: layout(cells("Firma", "A"), cells("E-Mail", "a@b.co"), cells("PLZ", "01234"), cells("Farbe", "rot"), cells("yes: no", "1"))})
	assert.Equal(t, strings.TrimLeft(`
# Kunden.xlsx, sheet Data: its rows become customers of Syncro.
# Written by Ferry from what the columns are called and what stands in them. Whoever
# changes it by hand keeps it: Ferry then takes it as it is.
version: 1
from: sheet
to: syncro
streams:
  - name: customers
    from: rows
    to: customers
    # By these fields a record that Syncro has already is found, tried in order.
    match: [email, [business_name, zip]]
    fields:
      business_name: {from: Firma, as: text, lines: join}
      email: {from: E-Mail, as: email}
      zip: {from: PLZ, as: text, lines: join}
    leave:
      Farbe: no field of Syncro is like it
      'yes: no': no field of Syncro is like it
`, "\n"), string(p.Mapping))
}

func TestOddHeadersCompile(t *testing.T) {
	spec := vendor(t, "syncro")
	for _, header := range []string{"a: b", "# x", "a #b", "{x}", "it's", `say "x"`, "line\nbreak", "tab\there", "true", "null", "-", "- x", "1", "?", "$env", "x[0]", "a.b", "\u202eevil", "emoji 🚰", "\\", "é", " lead", "%", "@x", "&a", "*a", "!a", "|", ">", "a, b", "in", "len"} {
		l := layout(cells(header, "v"), cells("Company", "A"), cells(header+" 2", "w"), cells("Full name", "A B"))
		for field, answers := range map[string]sheet.Answers{
			"notes":       {"match." + header: "notes", "match." + header + " 2": "notes"},
			"ref":         {"match." + header: "ref_customer_id:email"},
			"left":        {"match." + header: Out},
			"name":        {"match." + header: "firstname+lastname", "match.Full name": Out},
			"undecidable": {"match." + header: "no such field"},
		} {
			p, err := Propose(Input{Target: spec, Stream: "customers", Layout: l, Answers: answers})
			require.NoError(t, err)
			program(t, p, l, spec)
			assert.NotNil(t, p, field)
		}
	}
}

func FuzzPropose(f *testing.F) {
	f.Add("Phone 1", "+1 719", "Prénom", "a")
	f.Add("a: b # c", "x\ny", "'", "<p>")
	f.Add("\x00", "\xff", "$env[\"x\"]", "}")
	spec := vendor(f, "syncro")
	f.Fuzz(func(t *testing.T, one, cell, two, other string) {
		if len(one)+len(two)+len(cell)+len(other) > 4000 || one == two || one == "" || two == "" {
			return
		}
		l := layout(cells(strings.ToValidUTF8(one, "?"), strings.ToValidUTF8(cell, "?")), cells(strings.ToValidUTF8(two, "?"), strings.ToValidUTF8(other, "?")), cells("Company", "A"))
		for i := range l.Recipe.Columns[:2] {
			l.Recipe.Columns[i].Name = fmt.Sprint(i, l.Recipe.Columns[i].Name)
		}
		answers := sheet.Answers{"match." + l.Recipe.Columns[0].Name: "notes", "match.Company": "business_name"}
		p, err := Propose(Input{Target: spec, Stream: "customers", Layout: l, Answers: answers})
		require.NoError(t, err)
		oneToOne(t, p)
		if len(open(p)) == 0 {
			program(t, p, l, spec)
		}
	})
}
