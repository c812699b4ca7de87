package workbook

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/transform/mapping"
)

func parseRules(t *testing.T, rules ...string) []*mapping.Rule {
	t.Helper()
	text := "version: 1\nfrom: a\nto: b\nstreams:\n  - from: x\n    to: y\n    fields:\n"
	for i, r := range rules {
		text += fmt.Sprintf("      f%d: %s\n", i, r)
	}
	f, err := mapping.Parse("m.yaml", []byte(text))
	require.NoError(t, err)
	return f.Streams[0].Fields
}

func TestCellsSayWhatARuleSaysAndBack(t *testing.T) {
	rules := []string{
		`name`, `customer.id`, `trim(name)`, `'"a: b" + name'`, `{from: contactPhone, as: phone, region: US}`,
		`{from: "First name"}`, `{value: false, set: create}`, `{value: "0123"}`, `{value: [a, "b, c"]}`, `{value: null}`,
		`{from: status, values: {created: New, "in progress": Open}, else: reject}`,
		`{from: status, values: {created: New}, else: {value: Other}}`, `{from: status, values: {created: New}, else: skip, by: actions}`,
		`{from: status, values: {"a=b": New}}`, `{from: p, lookup: states.csv, key: code, value: name, else: reject}`,
		`{each: parts, fields: {a: reference, b: {from: qty, as: number}}}`, `ref("customers", customer.id)`,
		`{expr: 'a ? "x" : "y"', blank: clear}`, `'"left out"'`,
		`{from: d, as: datetime, layout: "02/01/2006 15:04:05", zone: Europe/Paris, blank: keep}`,
		`{from: phone, as: phone, region: US, clear: "∅"}`,
	}
	for i, r := range parseRules(t, rules...) {
		c := cellsOf(r)
		text, err := c.ruleText()
		require.NoErrorf(t, err, "%s: %+v", rules[i], c)
		again := parseRules(t, text)[0]
		assert.Equalf(t, flow(r), flow(again), "%s became %s", rules[i], text)
		assert.Equal(t, c, cellsOf(again))
	}
}

func TestCellsThatContradictEachOther(t *testing.T) {
	for want, c := range map[string]cells{
		"need a source":      {Values: "a = b"},
		"stands alone; clea": {Source: "a", Rule: "{from: b}"},
		"beside it":          {Rule: "as: phone"},
		"write as:":          {Source: "a", Rule: "trim(b)"},
		"is no value":        {Source: "a", Values: "created New"},
		"else = reject":      {Source: "a", Values: "else = perhaps"},
	} {
		_, err := c.ruleText()
		require.Error(t, err, want)
		assert.True(t, strings.Contains(err.Error(), want), err.Error())
	}
}
