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

func BenchmarkApplyTexts(b *testing.B) {
	f, err := Parse("m.yaml", []byte("version: 1\nfrom: sheet\nto: beta\nstreams:\n  - from: rows\n    to: company\n    fields:\n"+wideFields))
	require.NoError(b, err)
	p, err := f.Compile(sheetSpec(wideColumns...), beta(b))
	require.NoError(b, err)
	rows := make([][]string, 50000)
	for i := range rows {
		rows[i] = wideRow(i)
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
