package fn

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNumbers(t *testing.T) {
	comma := o("decimal", ",")
	convertAll(t, []conversion{
		{"number", nil, "1.5", 1.5}, {"number", nil, int64(7), 7.0}, {"number", nil, 2.5, 2.5}, {"number", nil, "-0", 0.0},
		{"number", nil, "1,234.56", 1234.56}, {"number", nil, "1,234,567", 1234567.0}, {"number", nil, "1,234", refused("decimal comma")},
		{"number", nil, "12,5", refused(`decimal: ","`)}, {"number", nil, "1.234,56", refused("separators")},
		{"number", comma, "1.234,56", 1234.56}, {"number", comma, "1.234", 1234.0}, {"number", comma, "1,5", 1.5}, {"number", comma, "1.5", refused("separators")},
		{"number", o("group", "."), "1.234", 1234.0}, {"number", o("group", ","), "1,234", 1234.0}, {"number", o("decimal", "."), "1,234", 1234.0},
		{"number", nil, "1 234 567,8", refused("comma")}, {"number", comma, "1\u202f234\u00a0567,8", 1234567.8},
		{"number", o("group", ","), "12,34,567", 1234567.0}, {"number", nil, "1'234.5", 1234.5}, {"number", nil, "12'34", refused("thousands")},
		{"number", nil, "€ 5", 5.0}, {"number", nil, "US$ -5.25", -5.25}, {"number", nil, "-$5", -5.0}, {"number", nil, "(1,234.00)", -1234.0}, {"number", nil, "5-", -5.0},
		{"number", nil, "CHF 1'000.50", 1000.5}, {"number", nil, "12 EUR", 12.0}, {"number", nil, "12 kg", refused("not a number")}, {"number", nil, "--5", refused("not a number")},
		{"number", nil, "−3", -3.0}, {"number", nil, "٣٫٥", 3.5}, {"number", nil, "１２", 12.0}, {"number", nil, "(5", refused("not a number")}, {"number", nil, "(-5)", refused("not a number")},
		{"number", nil, "12%", refused("percent")}, {"number", o("percent", "fraction"), "12.5 %", 0.125}, {"number", o("percent", "points"), "12%", 12.0},
		{"number", nil, "1.5E3", 1500.0}, {"number", nil, "1e-7", 1e-7}, {"number", nil, "1e999", refused("number")}, {"number", nil, "1e400", refused("too large")},
		{"number", nil, "0.1234567890123456789", refused("rounded")}, {"number", nil, "9007199254740993", refused("rounded")}, {"number", nil, int64(9007199254740993), refused("rounded")},
		{"number", nil, true, refused("true or false")}, {"number", nil, "NaN", refused("not a number")}, {"number", nil, "Inf", refused("not a number")}, {"number", nil, "0x10", refused("not a number")},
		{"number", nil, ".5", 0.5}, {"number", nil, "5.", refused("separators")}, {"number", nil, "1..5", refused("separators")}, {"number", nil, "1_000", refused("not a number")},
		{"integer", nil, "007", int64(7)}, {"integer", nil, "1.0", int64(1)}, {"integer", nil, "1.5", refused("whole")}, {"integer", nil, 3.0, int64(3)}, {"integer", nil, 1e17, refused("float")},
		{"integer", nil, "9223372036854775807", int64(9223372036854775807)}, {"integer", nil, "9223372036854775808", refused("too large")},
		{"integer", nil, "1.23457E+15", refused("spreadsheets")}, {"integer", o("exponent", "take"), "1.5E3", int64(1500)},
		{"decimal", nil, "0.1234567890123456789", "0.1234567890123456789"}, {"decimal", nil, "-000.500", "-0.5"}, {"decimal", nil, "-0.00", "0"},
		{"decimal", o("scale", "2"), "5", "5.00"}, {"decimal", o("scale", "2"), "1.005", refused("scale")}, {"decimal", o("scale", "2"), "1.500", "1.50"},
		{"decimal", o("scale", "2", "round", "up"), "1.005", "1.01"}, {"decimal", o("scale", "2", "round", "up"), "-9.995", "-10.00"},
		{"decimal", o("scale", "0", "round", "even"), "2.5", "2"}, {"decimal", o("scale", "0", "round", "even"), "3.5", "4"}, {"decimal", o("scale", "0", "round", "even"), "2.51", "3"},
		{"decimal", o("scale", "1", "round", "up"), "-0.04", "0.0"},
	})
}

func TestDurations(t *testing.T) {
	convertAll(t, []conversion{
		{"minutes", nil, "1:30", int64(90)}, {"minutes", nil, "1h30", int64(90)}, {"minutes", nil, "1 h 30 min", int64(90)}, {"minutes", nil, "90 min", int64(90)}, {"minutes", nil, int64(90), int64(90)},
		{"minutes", nil, "PT1H30M", int64(90)}, {"minutes", nil, "P1DT1H", int64(1500)}, {"minutes", nil, "1,5 h", int64(90)}, {"minutes", o("unit", "hours"), "1.5", int64(90)},
		{"minutes", nil, "0:00:30", refused("whole number of minutes")}, {"minutes", o("round", "up"), "0:00:30", int64(1)}, {"minutes", nil, "1:75", refused("not a duration")},
		{"minutes", nil, "30m1h", refused("not a duration")}, {"minutes", nil, "5 parsecs", refused("not a duration")}, {"minutes", nil, "P", refused("not a duration")},
		{"minutes", nil, "-1:30", int64(-90)}, {"duration", o("to", "hours"), "90 min", 1.5}, {"duration", o("to", "seconds"), "1:00:01", 3601.0},
	})
}

func FuzzNumber(f *testing.F) {
	for _, s := range append([]string{"1,234.56", "(5)", "1.5E3", "12%", "€ 1", "1 234"}, nasty...) {
		f.Add(s, "", "")
		f.Add(s, ",", ".")
	}
	f.Fuzz(func(t *testing.T, s, point, group string) {
		opts := o("decimal", point, "group", group, "percent", "fraction", "exponent", "take")
		exact, err := Compile("decimal", opts)
		if err != nil {
			return
		}
		got, err := exact(s)
		if err != nil || got == "" {
			return
		}
		text := got.(string)
		_, ok := new(big.Rat).SetString(text)
		require.True(t, ok, text)
		again, err := mustCompile("decimal", nil)(text)
		if !strings.Contains(text, ",") && len(text) < maxNumber {
			require.NoError(t, err)
			assert.Equal(t, text, again)
		}
		fl, err := Compile("number", opts)
		require.NoError(t, err)
		if n, err := fl(s); err == nil {
			back, err := mustCompile("decimal", nil)(n)
			require.NoError(t, err)
			assert.Equal(t, text, back, "a number was rounded in silence")
		}
	})
}

func FuzzDuration(f *testing.F) {
	for _, s := range append([]string{"1:30", "1h30", "PT1H", "2.5 hours"}, nasty...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := mustCompile("duration", o("to", "seconds"))(s)
		if err == nil && got != nil {
			_, finite, err := floatOf(got)
			assert.True(t, finite && err == nil)
		}
	})
}

func BenchmarkNumber(b *testing.B) {
	f := mustCompile("number", nil)
	g := mustCompile("number", o("decimal", ","))
	for name, run := range map[string]func(){"plain": func() { _, _ = f("1234.56") }, "comma": func() { _, _ = g("1.234,56") }} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
		})
	}
}
