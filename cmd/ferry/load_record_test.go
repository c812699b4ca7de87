package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"ferry/load"
)

func TestMappedRecordsAreReadOnOneLine(t *testing.T) {
	for raw, want := range map[string]string{
		`{"name":"Müller & Söhne \u0026 Co","zip":"01234"}`:                   `name "Müller & Söhne & Co", zip "01234"`,
		`{"customer_id":{"$ref":{"stream":"customers","key":"123"}}}`:         `customer_id of customers 123`,
		`{"customer":{"id":{"$ref":{"stream":"customers","key":"1/2"}}}}`:     `customer {id of customers 1/2}`,
		`{"user_id":{"$find":{"stream":"users","by":{"name":"Ann \u003c"}}}}`: `user_id found in users by {"name":"Ann <"}`,
		`{"user_id":{"$placeholder":"Former technician"}}`:                    `user_id to be decided: Former technician`,
		`{"tags":["a","b"],"n":1.50,"none":null}`:                             `tags ["a","b"], n 1.50, none null`,
		``:   ``,
		`{}`: ``,
	} {
		assert.Equal(t, want, recordLine([]byte(raw)), raw)
	}
	long := recordLine([]byte(`{"notes":"` + strings.Repeat("é", 500) + `"}`))
	assert.Len(t, []rune(long), 110)
	assert.True(t, strings.HasSuffix(long, "..."))
}

func TestChangesAndReasonsInWords(t *testing.T) {
	assert.Equal(t, `phone: (none) -> "1"`, changeText(load.Change{Field: "phone", Old: json.RawMessage("null"), New: json.RawMessage(`"1"`)}))
	assert.Equal(t, "refused by the target: email: is taken (the target said: Email has already been taken)",
		reasonText(&load.Reason{Code: load.CodeRefused, Field: "email", Text: "is taken", Said: "Email has already been taken"}))
	note := load.Note{
		Match:   &load.Evidence{How: "matched", By: []string{"name", "zip"}},
		Kept:    []load.Change{{Field: "a", Old: json.RawMessage("1"), New: json.RawMessage("2")}},
		Alike:   []load.Candidate{{Key: "7", Label: "Acme", Why: "same phone"}},
		Muted:   []string{"comment_mail"},
		Dropped: []string{"title: taken by updates only"},
	}
	assert.Equal(t, []string{
		"match: matched by name + zip", "kept as people changed it: a: 1 -> 2", "looks like 7 Acme (same phone)",
		"muted: comment_mail", "not carried over: title: taken by updates only",
	}, noteLines(&note))
}

func TestReasonsAreGroupedTheMostFrequentFirst(t *testing.T) {
	var kinds reasonKinds
	for key, field := range map[string]string{"1": "email", "2": "email", "3": "phone"} {
		kinds.add(&load.Reason{Code: load.CodeRefused, Field: field, Do: "mend it"}, key, 1)
	}
	kinds.add(&load.Reason{Code: load.CodeSeveral, Choose: []load.Candidate{{Key: "9"}, {Key: "8"}}}, "4", 1)
	var out strings.Builder
	kinds.print(func(format string, args ...any) { _, _ = out.WriteString(fmt.Sprintf(format, args...)) }, "  ", "held")
	lines := strings.Split(out.String(), "\n")
	assert.Regexp(t, `^  2 held: refused by the target, email; such as [12]$`, lines[0])
	assert.Equal(t, "    -> mend it", lines[1])
	assert.Contains(t, out.String(), "      4 may be 9\n", "no more than asked for")
	assert.NotContains(t, out.String(), "may be 8")
	assert.Equal(t, map[string]int{load.CodeRefused: 3, load.CodeSeveral: 1}, kinds.byCode())
}
