package mapping

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

var wideColumns = []string{"Number", "Company", "First name", "Last name", "Mail", "Phone", "Mobile", "Street", "Street 2", "City",
	"State", "ZIP", "Notes", "Visits", "Balance", "Since", "Changed", "Active", "Kind", "Zone"}

const wideFields = `      name: {from: Company, as: text, lines: join, clear: "∅"}
      email: {from: Mail, as: email}
      zip: {from: ZIP}
      phone: {from: Phone, as: phone, region: US}
      address.line: {from: Street}
      address.city: {from: City}
      address.state: {from: State}
      balance: {from: Balance, as: decimal}
      visits: {from: Visits, as: integer}
      active: {from: Active, as: boolean}
      type: {from: Kind, values: {private: Person, company: Business}}
      since: {from: Since, as: date}
      remark: {from: Notes, as: text}
      properties.Zone: {from: Zone}
      properties.First: {from: First name}
      properties.Last: {from: Last name}
      properties.Number: {from: Number}
      properties.Mobile: {from: Mobile, as: phone, region: US}
      properties.Street 2: {from: Street 2}
      properties.Changed: {from: Changed, as: datetime, zone: Europe/Paris}
`

func wideRow(i int) []string {
	return []string{fmt.Sprint(100000 + i), fmt.Sprintf("Customer %d & Sons", i), "Ann", "Miller", fmt.Sprintf("user%d@example.com", i),
		fmt.Sprintf("+1 719 388 %04d", i%10000), fmt.Sprintf("(303) %03d-%04d", 200+i/10000%700, i%10000), fmt.Sprintf("%d Main Street", i), "", "Denver", "CO",
		fmt.Sprintf("%05d", i%100000), "some longer text with \"quotes\" in it", fmt.Sprint(i % 9), fmt.Sprintf("%d.50", i),
		"2023-12-31", fmt.Sprintf("2024-01-%02dT10:00:00", 1+i%28), "true", "company", "North"}
}

// listColumns are those of an ordinary list of customers, with what Ferry proposes for
// them: words are texts to be cleaned, and half of them come again and again.
var listColumns = []string{"Business", "First", "Last", "Mail", "Phone", "Mobile", "Street", "Street 2", "City", "State",
	"ZIP", "Notes", "SMS", "Opted out", "Kind", "Since", "Balance", "Visits", "Referred by", "Zone"}

const listFields = `      name: {from: Business, as: text, lines: join}
      email: {from: Mail, as: email}
      zip: {from: ZIP, as: text, lines: join}
      phone: {from: Phone, as: text, lines: join}
      address.line: {from: Street, as: text, lines: join}
      address.city: {from: City, as: text, lines: join}
      address.state: {from: State, as: text, lines: join}
      balance: {from: Balance, as: decimal}
      visits: {from: Visits, as: integer}
      active: {from: SMS, as: boolean}
      type: {from: Kind, values: {private: Person, company: Business}}
      since: {from: Since, as: date}
      remark: {from: Notes, as: text}
      properties.First: {from: First, as: text, lines: join}
      properties.Last: {from: Last, as: text, lines: join}
      properties.Mobile: {from: Mobile, as: text, lines: join}
      properties.Street 2: {from: Street 2, as: text, lines: join}
      properties.Opted out: {from: Opted out, as: boolean}
      properties.Referred by: {from: Referred by, as: text, lines: join}
      properties.Zone: {from: Zone, as: text, lines: join}
`

func listRow(i int) []string {
	among := func(words ...string) string { return words[i*7919/3%len(words)] }
	return []string{fmt.Sprintf("Acme Plumbing, %d LLC", i), among("Ann", "Bob", "Carla", "Dirk", "Eve"), fmt.Sprintf("Smith-%d", i),
		fmt.Sprintf("office%d@acme%d.example.com", i, i), fmt.Sprintf("(719) 388-%04d", i%10000), fmt.Sprintf("719-555-%04d", i%10000),
		fmt.Sprintf("%d Main Street", i), among("", "", "Suite 4"), among("Denver", "Colorado Springs", "Pueblo", "Fort Collins", "Boulder"),
		among("CO", "WY"), fmt.Sprintf("%05d", i%100000), "prefers mornings, \"no\" calls", among("true", "false"), among("no", "yes", ""),
		among("private", "company"), fmt.Sprintf("2024-01-%02d", 1+i%28), fmt.Sprintf("%d.50", i), fmt.Sprint(i % 9), among("a neighbour", "", "radio"), "North"}
}

func BenchmarkApplyTexts(b *testing.B) {
	b.Run("wide", func(b *testing.B) { benchmarkTexts(b, wideFields, wideColumns, wideRow) })
	b.Run("list", func(b *testing.B) { benchmarkTexts(b, listFields, listColumns, listRow) })
}

func benchmarkTexts(b *testing.B, fields string, columns []string, row func(int) []string) {
	f, err := Parse("m.yaml", []byte("version: 1\nfrom: sheet\nto: beta\nstreams:\n  - from: rows\n    to: company\n    fields:\n"+fields))
	require.NoError(b, err)
	p, err := f.Compile(sheetSpec(columns...), beta(b))
	require.NoError(b, err)
	rows := make([][]string, 50000)
	for i := range rows {
		rows[i] = row(i)
	}
	w, res, in := p.Stream(0).New(), Result{}, Input{All: true}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		in.Texts = rows[i%len(rows)]
		if w.Apply(&in, &res) != Mapped {
			b.Fatal(res.Dead)
		}
	}
}
