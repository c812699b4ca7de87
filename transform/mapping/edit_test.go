package mapping

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEditChangesOneLine(t *testing.T) {
	text := good(t)
	got, diff, err := Edit([]byte(text), []Change{{Stream: "companies", Field: "zip", Rule: "{from: zip, as: zip}"}})
	require.NoError(t, err)
	assert.Equal(t, strings.Replace(text, "zip: zip #", "zip: {from: zip, as: zip} #", 1), string(got))
	assert.Contains(t, diff, "-      zip: zip # text stays text\n+      zip: {from: zip, as: zip} # text stays text\n")
}

func TestEditTable(t *testing.T) {
	const head = "version: 1 # one\nstreams:\n  - to: company\n    fields:\n"
	for _, c := range []struct{ name, before, after, field, rule string }{
		{"set", "      name: a # keep\n      # above\n      zip: b\n", "      name: trim(a) # keep\n      # above\n      zip: b\n", "name", "trim(a)"},
		{"hash in quotes", "      name: 'a + \" #\"'  # c\n", "      name: b  # c\n", "name", "b"},
		{"add", "      name: a\n      # last\n    tests: []\n", "      name: a\n      zip: b\n      # last\n    tests: []\n", "zip", "b"},
		{"add at the end of a file without a line end", "      name: a", "      name: a\n      zip: b\n", "zip", "b"},
		{"remove", "      name: a\n      zip: b # why\n      x: c\n", "      name: a\n      # why\n      x: c\n", "zip", ""},
		{"remove what is not there", "      name: a\n", "      name: a\n", "zip", ""},
		{"block", "      name:\n        from: a # inner\n        as: email\n      zip: b\n", "      # inner\n      name: b\n      zip: b\n", "name", "b"},
		{"odd key", "      properties[\"Zone 1.2\"]: a\n", "      properties[\"Zone 1.2\"]: custom(\"Z\")\n", "properties[\"Zone 1.2\"]", "custom(\"Z\")"},
		{"line ends of Windows", "      name: a\r\n      zip: b\r\n", "      name: c\r\n      zip: b\r\n", "name", "c"},
		{"block of text", "      name: |\n        a +\n        # no comment\n        b\n      zip: b\n", "      # no comment\n      name: c\n      zip: b\n", "name", "c"},
	} {
		before, after := head+c.before, head+c.after
		if strings.Contains(c.before, "\r\n") {
			before, after = strings.ReplaceAll(head, "\n", "\r\n")+c.before, strings.ReplaceAll(head, "\n", "\r\n")+c.after
		}
		got, _, err := Edit([]byte(before), []Change{{Stream: "company", Field: c.field, Rule: c.rule}})
		if assert.NoError(t, err, c.name) {
			assert.Equal(t, after, string(got), c.name)
		}
	}
}

func TestEditRefuses(t *testing.T) {
	for _, c := range []struct{ text, stream, rule, want string }{
		{"streams:\n  - to: company\n    fields: {name: a}\n", "company", "b", "braces"},
		{"streams:\n  - to: company\n    fields:\n      name: a\n", "ticket", "b", "no such stream"},
		{"streams:\n  - to: company\n    fields:\n      name: a\n", "company", "b: c: d", "YAML"},
		{"streams:\n  - to: company\n    fields:\n      name: a\n", "company", "b\nzip: c", "one line"},
		{"streams: [", "company", "b", "not YAML"},
	} {
		_, _, err := Edit([]byte(c.text), []Change{{Stream: c.stream, Field: "name", Rule: c.rule}})
		assert.ErrorContains(t, err, c.want)
	}
}

func TestEditLeavesFieldsOut(t *testing.T) {
	const before = "streams:\n  - to: company\n    fields:\n      name: a\n      # last\n    tests: []\n"
	out := Change{Stream: "company", Section: SectionLeaveTarget, Field: "zip", Rule: "nobody knows it"}
	with, diff, err := Edit([]byte(before), []Change{out})
	require.NoError(t, err)
	assert.Equal(t, "streams:\n  - to: company\n    fields:\n      name: a\n    leave_target:\n      zip: nobody knows it\n      # last\n    tests: []\n", string(with))
	assert.Contains(t, diff, "+    leave_target:\n+      zip: nobody knows it\n")
	out.Rule = ""
	without, _, err := Edit(with, []Change{out})
	require.NoError(t, err)
	assert.Equal(t, before, string(without))
	same, _, err := Edit([]byte(before), []Change{out})
	require.NoError(t, err)
	assert.Equal(t, before, string(same))
}
