package check

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/sheet"
	"ferry/transform/mapping"
)

var wide = []string{"Number", "Company", "First name", "Last name", "Mail", "Phone", "Mobile", "Street", "Street 2", "City",
	"State", "ZIP", "Notes", "SMS", "Opted out", "Referred by", "Notify", "Invoice mail", "Zone", "Since"}

const wideMapping = `version: 1
from: sheet
to: syncro
streams:
  - from: rows
    to: customers
    match: [email]
    fields:
      business_name: {from: Company}
      firstname: {from: First name}
      lastname: {from: Last name}
      email: {from: Mail, as: email}
      phone: {from: Phone, as: phone, region: US}
      mobile: {from: Mobile, as: phone, region: US}
      address: {from: Street}
      address_2: {from: Street 2}
      city: {from: City}
      state: {from: State}
      zip: {from: ZIP}
      notes: {from: Notes, as: text}
      get_sms: {from: SMS, as: boolean}
      opt_out: {from: Opted out, as: boolean}
      referred_by: {from: Referred by}
      notification_email: {from: Notify, as: email}
      invoice_cc_emails: {from: Invoice mail, as: email}
      properties.Zone: {from: Zone}
      properties.Since: {from: Since, as: date}
      properties.Number: {from: Number}
`

func wideRow(i int) []string {
	return []string{fmt.Sprint(100000 + i), fmt.Sprintf("Customer %d & Sons", i), "Ann", "Miller", fmt.Sprintf("user%d@example.com", i),
		fmt.Sprintf("+1 719 388 %04d", i%10000), fmt.Sprintf("(303) %03d-%04d", 200+i/10000%700, i%10000), fmt.Sprintf("%d Main Street", i), "", "Denver", "CO",
		fmt.Sprintf("%05d", i%100000), "some longer text with \"quotes\" in it", "true", "false", "Bob", "office@example.com", fmt.Sprintf("pay%d@example.com", i), "North", "2023-12-31"}
}

// BenchmarkRun checks rows of twenty fields for customers of a shipped vendor; the
// rows are there already.
func BenchmarkRun(b *testing.B) {
	b.Run("copied", func(b *testing.B) { benchmarkRun(b, wideMapping) })
	b.Run("cleaned", func(b *testing.B) { benchmarkRun(b, cleanedMapping()) })
}

// cleanedMapping is the mapping as Ferry proposes it, where every text is cleaned.
func cleanedMapping() string {
	lines := strings.SplitAfter(wideMapping, "\n")
	for i, line := range lines {
		if strings.Contains(line, "{from: ") && !strings.Contains(line, "as: ") {
			lines[i] = strings.Replace(line, "}", ", as: text, lines: join}", 1)
		}
	}
	return strings.Join(lines, "")
}

func benchmarkRun(b *testing.B, written string) {
	spec, err := connector.Load("syncro")
	require.NoError(b, err)
	s := &table{header: wide, key: []string{"Number"}}
	recipe := s.recipe()
	f, err := mapping.Parse("m.yaml", []byte(written))
	require.NoError(b, err)
	p, err := f.Compile(sheet.Spec(recipe), spec)
	require.NoError(b, err)
	const chunk = 20_000
	rows := make([][]sheet.Value, chunk)
	for i := range rows {
		for _, text := range wideRow(i) {
			rows[i] = append(rows[i], sheet.Value{Text: text})
		}
	}
	cfg := Config{Recipe: recipe, Stream: p.Stream(0)}
	cfg.Rows = func(_ context.Context, fn func(*sheet.Row) error) (sheet.Tally, error) {
		row := sheet.Row{Bin: sheet.Record}
		for i := range b.N {
			row.Number, row.Values = i+1, rows[i%chunk]
			row.Hash = xxhash.Sum64String(row.Values[0].Text)
			row.Values[0].Text = fmt.Sprint(i)
			if err := fn(&row); err != nil {
				return sheet.Tally{}, err
			}
		}
		return sheet.Tally{}, nil
	}
	b.ReportAllocs()
	r, err := Run(b.Context(), cfg)
	require.NoError(b, err)
	require.Equal(b, b.N, r.Good, "%v", shapes(r))
}
