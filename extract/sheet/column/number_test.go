package column

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

func TestV13NumbersStoredAsTextAmongNumbers(t *testing.T) {
	p := look("Quantity", number("12"), "13", "14.5", number("1000"), "0.5")
	assert.Equal(t, Text, p.Proposed.As)
	assert.Equal(t, Number, p.Typed.As)
	assert.Equal(t, "3 numbers are stored as text (B3, B4, B6), the others as numbers.", fact(t, p, "numbers-as-text").Text)
	reads(t, p.Proposed, number("12"), "12", "13", "13", "14.50", "14.50")
	reads(t, p.Typed, number("12"), "12", "13", "13", "14.50", "14.5")
	assert.Equal(t, Number, look("Quantity", number("1"), number("2.5")).Proposed.As, "Excel knows every one")
}

func TestV20PointOrCommaIsProvenByTheColumn(t *testing.T) {
	for _, c := range []struct {
		values  []any
		decimal string
		wants   []any
	}{
		{[]any{"1.234,56", "1.234"}, ",", []any{"1.234,56", "1234.56", "1.234", "1234", "1,5", "1.5", "1,234.56", "! number-separator", "1.5", "! number-separator"}},
		{[]any{"1,234.56", "1,234"}, ".", []any{"1,234", "1234", "1.234", "1.234", "1,5", "! number-separator"}},
		{[]any{"1 234,56", "2\u202f345,6", "3\u00a0456,7", "4\u2009567,8"}, ",", []any{"1 234,56", "1234.56", "2\u202f345\u202f678,9", "2345678.9", "1.234", "1234"}},
		{[]any{"1'234.56", "1’234’567.5"}, ".", []any{"1'234.56", "1234.56", "1’234’567.5", "1234567.5"}},
		{[]any{"1.234.567", "1.234"}, ",", []any{"1.234.567", "1234567", "1.234", "1234"}},
		{[]any{"12,34,567.50", "1,234"}, ".", []any{"12,34,567.50", "1234567.5", "12,34,567", "1234567"}},
		{[]any{"0.123", "1.234"}, ".", []any{"1.234", "1.234"}},
		{[]any{"1234.567", "1.234"}, ".", []any{"1.234", "1.234", ".5", "0.5", "5.", "5"}},
	} {
		p := look("Price", c.values...)
		assert.Equal(t, Number, p.Typed.As, c.values)
		assert.Equal(t, c.decimal, p.Typed.Decimal, c.values)
		assert.Empty(t, p.Questions, c.values)
		assert.NotEmpty(t, fact(t, p, "decimal-proven").Cells)
		reads(t, p.Typed, c.wants...)
	}
}

func TestV20OnePointBeforeThreeDigitsIsAsked(t *testing.T) {
	p := seen("Quantity", "1.234", "2.345", "7")
	open := p.Profile(nil)
	q := question(t, open, "decimal")
	assert.Empty(t, q.Default)
	assert.Equal(t, "B2 B3", refs(q.Cells))
	reads(t, open.Typed, "1.234", "! number-separator", "1.5", "1.5", "1,234.56", "1234.56", "1,5", "1.5", "7", "7", "1 234", "1234")
	reads(t, p.Profile(answered(map[string]string{"decimal": ","})).Typed, "1.234", "1234")
	reads(t, p.Profile(answered(map[string]string{"decimal": "."})).Typed, "1.234", "1.234")

	mixed := look("Quantity", "1.5", "1,5", "1.234")
	assert.True(t, fact(t, mixed, "decimal-both").Warn)
	assert.False(t, mixed.Sure)
	reads(t, mixed.Typed, "1.5", "1.5", "1,5", "1.5", "1.234", "! number-separator")
}

func TestV21AccountingForms(t *testing.T) {
	p := look("Amount", "(1,234.00)", "1234-", "€ 12", "12 €", "1,2k", "-5", "−5", "12.50")
	assert.Equal(t, []string{"EUR"}, p.Currencies)
	assert.Contains(t, p.Looks, "money")
	r := p.as(Number)
	r.Decimal = ""
	reads(t, r, "(1,234.00)", "-1234", "1234-", "-1234", "€ 12", "12", "12 €", "12", "1,2k", "1200", "-5", "-5", "−5", "-5", "–5", "-5", "+5", "5",
		"-€1,234.56", "-1234.56", "€-5", "-5", "($5)", "-5", "12 k€", "12000", "1.5M", "1500000", "CHF 12.–", "12", "12,- €", "12", "EUR 1.234,56-", "-1234.56",
		"Fr. 5", "5", "R$ 1.234,56", "1234.56", "5 kr", "5", "--5", "! number", "(5", "! number", "5)", "! number", "(-5)", "! number", "€ 5 €", "! number",
		"12 Main St", "! number", "1.2.3", "! number", "1,23,45", "! number", "12 34", "! number", "06 12 34 56", "! number", "5 5", "! number", "", "", "-", "! number")
	two := look("Amount", "€ 12", "€ 13", "USD 14")
	assert.Equal(t, []string{"EUR", "USD"}, two.Currencies)
	assert.Equal(t, "B4", refs(fact(t, two, "currencies").Cells))
	assert.False(t, two.Sure)
	reads(t, two.Typed, "€ 12", "12", "USD 14", "! currency", "15", "15")
}

func TestV21CurrenciesOfNumberFormats(t *testing.T) {
	amount := func(format string) grid.Cell {
		return grid.Cell{Kind: grid.Number, Raw: "12", Text: "12", Format: format, Flags: grid.Money}
	}
	for format, want := range map[string]string{
		"#,##0.00 [$€-407]": "EUR", `"$"#,##0.00`: "$", `#,##0.00\ "€"`: "EUR", "[$CHF] #,##0": "CHF", "$#,##0_);($#,##0)": "$", "[$-409]0.00": "", "General": "", `[$£-809]#,##0`: "GBP",
		`_-* #,##0.00 "zł"_-`: "PLN", "0.00": "", "[Red]0": "",
	} {
		assert.Equal(t, want, formatCurrency(format), format)
	}
	p := look("Amount", amount("#,##0 [$€-407]"), amount("#,##0 [$€-407]"), amount(`"$"#,##0`), "€ 3", number("4"))
	assert.Equal(t, []string{"EUR", "$"}, p.Currencies)
	reads(t, p.Typed, amount("#,##0 [$€-407]"), "12", amount(`"$"#,##0`), "! currency", number("4"), "4")
}

func TestV22PercentsThreeWays(t *testing.T) {
	percent := grid.Cell{Kind: grid.Number, Raw: "0.12", Text: "0.12", Format: "0%", Flags: grid.Percent}
	p := seen("Rate", percent, "12%", number("12"), number("0"))
	open := p.Profile(nil)
	assert.Empty(t, question(t, open, "percent").Default)
	reads(t, open.Typed, percent, "0.12", "12%", "0.12", "12,5 %", "0.125", number("12"), "! percent", "12", "! percent", number("0"), "0", "0", "0")
	reads(t, p.Profile(answered(map[string]string{"percent": "points"})).Typed, number("12"), "0.12", "12", "0.12", "7.5", "0.075", percent, "0.12")
	reads(t, p.Profile(answered(map[string]string{"percent": "share"})).Typed, number("0.12"), "0.12", "0.2", "0.2")
	clear := look("Rate", percent, "12%")
	assert.Empty(t, clear.Questions)
	assert.True(t, clear.Sure)
	assert.Contains(t, clear.Looks, "percent")
	assert.Empty(t, look("Rate", number("12"), "13").Questions, "no sign, no doubt")
}

func TestV23TailsOfCalculations(t *testing.T) {
	p := look("Amount", number("0.30000000000000004"), number("-1.1"), number("12.5"))
	assert.Equal(t, "B2", refs(fact(t, p, "tails").Cells))
	reads(t, p.Typed, number("0.30000000000000004"), "0.3", number("0.1999999999999999"), "0.2", number("-0.000"), "0", number("9999999.999999999"), "10000000",
		number("123456.7890123455"), "123456.789012346", number("0.000012345678901234567"), "0.0000123456789012346",
		"0.30000000000000004", "0.30000000000000004", "-0.000", "0", "1.50", "1.5", "1e-5", "0.00001", "2.5E3", "2500")
	reads(t, Reading{As: Text}, number("0.30000000000000004"), "0.30000000000000004")
}

func TestV17LongNumbers(t *testing.T) {
	lost := grid.Cell{Kind: grid.Number, Raw: "1.23456789012346E+17", Text: "123456789012346000", Flags: grid.LongNumber}
	kept := grid.Cell{Kind: grid.Number, Raw: "123456789012345678", Text: "123456789012345678", Flags: grid.LongNumber}
	p := look("IMEI", lost, "12345678901234567890", kept)
	assert.Equal(t, Text, p.Typed.As)
	assert.Equal(t, "B2", refs(fact(t, p, "long-numbers").Cells))
	wants := []any{lost, "! long-number", kept, "123456789012345678 ? long-number", "12345678901234567890", "12345678901234567890"}
	reads(t, p.Typed, wants...)
	reads(t, p.as(Number), wants...)
}

// Every number is read exactly as it was written, whatever its signs: against big
// decimals.
func TestNumbersAreExact(t *testing.T) {
	plain := []string{"0", "7", "-7", "1234567890123456789012345678.90123456789", "-0.00000000000000000001", "999999999999999999", "100", "0.5", "-12.05"}
	for _, want := range plain {
		whole, frac, point := strings.Cut(strings.TrimPrefix(want, "-"), ".")
		for _, group := range []string{"", ",", " ", "'", "\u202f"} {
			text := groups(whole, group)
			if point {
				text += "." + frac
			}
			if strings.HasPrefix(want, "-") {
				text = "(" + text + ")"
			}
			reads(t, Reading{As: Number, Decimal: "."}, text, want)
		}
	}
}

func groups(whole, sign string) string {
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + sign + whole[i:]
	}
	return whole
}

func TestZerosOfAFormatAreNoPartOfANumber(t *testing.T) {
	c := grid.Cell{Kind: grid.Number, Raw: "12345678", Text: "012-34-5678", Flags: grid.Padded, Format: "000-00-0000"}
	reads(t, Reading{As: Number}, c, "12345678")
	reads(t, Reading{As: Text}, c, "012-34-5678")
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1.234,56", "(1,234.00)", "1’234.5 CHF", "12,- €", "1.5E+10", "-0.000", "1,2k", "12 %", "1e99", ".5", "1 234 567"} {
		f.Add(s)
	}
	var readers []*Reader
	for _, decimal := range []string{"", ".", ","} {
		readers = append(readers, (&Reading{As: Number, Decimal: decimal, Shares: true, Percent: "points"}).Compile())
	}
	again := (&Reading{As: Number, Decimal: "."}).Compile()
	f.Fuzz(func(t *testing.T, s string) {
		sieved(t, s)
		c := grid.Cell{Kind: grid.Text, Text: s}
		for _, r := range readers {
			text, p := r.Read(&c)
			if p != nil || text == "" {
				require.Empty(t, text)
				continue
			}
			_, ok := new(big.Rat).SetString(text)
			require.True(t, ok, "%q gives %q", s, text)
			require.True(t, isPlain(text), "%q gives %q", s, text)
			if len(text) <= longestNumber {
				twice, p := again.Read(&grid.Cell{Kind: grid.Text, Text: text})
				require.Nil(t, p, text)
				require.Equal(t, text, twice)
			}
		}
	})
}
