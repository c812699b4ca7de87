package check

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDigitsAreNotGluedTogetherInSilence(t *testing.T) {
	s := &table{header: []string{"Subject", "Mail", "Fax"}, rows: [][]string{
		{"a", "x", "617 555 0199"}, {"b", "x", "617 555 0199 ext 4"}, {"c", "x", "617 555 0199 / 617 555 0188"}, {"d", "x", "719-388"},
		{"e", "x", "+44 (0)20 7946 0000"}, {"f", "x", "by \"mail\""}, {"g", "x", ""}, {"h", "x", "617 555 0199 \"Bob\" 617 555 0188"}}}
	r := run(t, s.config(t, plainFields+"\n  fax: {from: Fax, as: text}"))
	assert.Equal(t, []string{"phone Fax fax C4,C9", "phone Fax fax C6", "phone Fax fax C3", "phone Fax fax C5 (warning)", "phone Fax fax C7 (warning)"}, shapes(r))
	assert.Equal(t, [2]int{4, 4}, [2]int{r.Good, r.Bad})
	assert.Equal(t, "617 555 0199 / 617 555 0188", r.Findings[0].Values[1].Text)
	for i := range r.Findings {
		assert.Contains(t, r.Findings[i].Why, "digits alone")
	}

	r = run(t, s.config(t, plainFields+"\n  phone: {from: Fax, as: text}"))
	assert.Empty(t, r.Findings, "a target that keeps the text loses nothing")

	r = run(t, s.config(t, plainFields+"\n  fax: {from: Fax, as: phone, region: US, extension: append}"))
	assert.Contains(t, shapes(r), "phone Fax fax C3", "what the mapping makes counts")
	r = run(t, s.config(t, plainFields+"\n  fax: {from: Fax, as: phone, region: US, extension: drop}"))
	assert.NotContains(t, strings.Join(shapes(r), " "), "C3")
}

func TestDigitsWithinLists(t *testing.T) {
	s := &table{header: []string{"Subject", "Mail", "One", "Two"}, rows: [][]string{
		{"a", "x", "617 555 0199", "617 555 0188"}, {"b", "x", "617 555 0199", "617 555 0188 x3"}}}
	r := run(t, s.config(t, plainFields+"\n  phones: {each: '[One, Two]', fields: {number: {expr: item}}}"))
	assert.Equal(t, []string{"phone One phones C3"}, shapes(r))
}
