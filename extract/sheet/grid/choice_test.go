package grid

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A choice that answers another question is kept under that one; whatever else is
// written is the answer to the question itself, even where it looks alike.
func TestAnswersAreKeptUnderTheQuestionThatTheyAnswer(t *testing.T) {
	q := Question{ID: "need.name", Free: true, Choices: []Choice{{ID: "match.Facility", Value: "name"}, {Value: "name"}}}
	assert.Equal(t, "match.Facility=name", q.Choices[0].Written())
	assert.Equal(t, "name", q.Choices[1].Written())
	for answer, want := range map[string][2]string{
		"match.Facility=name": {"match.Facility", "name"},
		"name":                {"need.name", "name"},
		"match.Other=name":    {"need.name", "match.Other=name"},
	} {
		id, kept := q.Kept(answer)
		assert.Equal(t, want, [2]string{id, kept}, answer)
	}
}
