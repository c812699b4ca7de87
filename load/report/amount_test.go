package report

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func sumOf(texts ...string) *amount {
	var a amount
	for _, t := range texts {
		a.add(t)
	}
	return &a
}

func TestAmountsAreExact(t *testing.T) {
	for want, texts := range map[string][]string{
		"0":            nil,
		"0.3":          {"0.1", "0.2"},
		"1,234,567.89": {"1234567.8", "0.09"},
		"-1,000":       {"-1000"},
		"-0.05":        {"0.05", "-0.10"},
		"10.00":        {"9.99", "0.01"},
		"1,500":        {"1.5e3"},
		"0.015":        {"1.5E-2"},
	} {
		assert.Equal(t, want, sumOf(texts...).String(), texts)
	}
	var million amount
	for range 100_000 {
		assert.True(t, million.add("0.10"))
	}
	assert.Equal(t, "10,000.00", million.String())
	assert.Equal(t, "123,456,789,012,345,678,901.23", sumOf("123456789012345678901.23").String())
	assert.True(t, sumOf("1.50").equal(sumOf("1.5")))
	assert.False(t, sumOf("1.50").equal(sumOf("1.51")))
	for _, odd := range []string{"", "-", "12,5", "abc", "1e", "1e999", "--1", "0x10", "NaN", strings.Repeat("9", 80)} {
		var a amount
		assert.False(t, a.add(odd), odd)
	}
}

func FuzzAmount(f *testing.F) {
	f.Add("12.50", "-0.1")
	f.Add("1e3", "+7")
	f.Fuzz(func(t *testing.T, x, y string) {
		var a amount
		if !a.add(x) || !a.add(y) {
			return
		}
		want, ok := new(big.Rat).SetString(strings.TrimSpace(x))
		if !ok {
			t.Fatalf("%q was taken for a number", x)
		}
		other, ok := new(big.Rat).SetString(strings.TrimSpace(y))
		if !ok {
			t.Fatalf("%q was taken for a number", y)
		}
		got, ok := new(big.Rat).SetString(a.plain())
		assert.True(t, ok)
		assert.Zero(t, want.Add(want, other).Cmp(got), "%s + %s = %s", x, y, a.String())
	})
}
