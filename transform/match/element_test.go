package match

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet"
)

func TestObjectsOfListsGetTheFieldsThatEachOfThemNeeds(t *testing.T) {
	body := sheet.Answers{"match.Details": "comments_attributes[].body"}
	with := func(more sheet.Answers) sheet.Answers {
		out := sheet.Answers{"need.customer_id": "A"}
		for id, text := range body {
			out[id] = text
		}
		for id, text := range more {
			out[id] = text
		}
		return out
	}
	details, subject := cells("Details", "wet", ""), cells("Subject", "Leak", "Cold")
	for name, c := range map[string]struct {
		cols    []col
		answers sheet.Answers
		want    [2]string // comments of the two rows; "" none
	}{
		"the subject of the ticket":      {[]col{subject, details}, nil, [2]string{`[{"subject":"Leak","body":"wet"}]`}},
		"whatever the order":             {[]col{details, subject}, nil, [2]string{`[{"subject":"Leak","body":"wet"}]`}},
		"a constant of the ticket":       {[]col{details}, sheet.Answers{"need.subject": "Job"}, [2]string{`[{"subject":"Job","body":"wet"}]`}},
		"a constant of its own":          {[]col{subject, details}, sheet.Answers{"need.comments_attributes[].subject": "Initial Issue"}, [2]string{`[{"subject":"Initial Issue","body":"wet"}]`}},
		"a column of its own":            {[]col{subject, details, cells("Topic of it", "First", "")}, sheet.Answers{"match.Topic of it": "comments_attributes[].subject"}, [2]string{`[{"subject":"First","body":"wet"}]`}},
		"no cell of an object gets lost": {[]col{subject, details, cells("Topic of it", "First", "Second")}, sheet.Answers{"match.Topic of it": "comments_attributes[].subject"}, [2]string{`[{"subject":"First","body":"wet"}]`, `[{"subject":"Second"`}},
	} {
		t.Run(name, func(t *testing.T) {
			p := propose(t, "syncro.tickets", Input{Layout: layout(c.cols...), Answers: with(c.answers)})
			require.Empty(t, open(p))
			for row, got := range mapped(t, p, "syncro", c.cols...) {
				if c.want[row] == "" {
					assert.NotContains(t, got, "comments_attributes")
					continue
				}
				assert.Contains(t, got, `"comments_attributes":`+c.want[row])
			}
		})
	}
	alone := propose(t, "syncro.tickets", Input{Layout: layout(subject, details), Answers: sheet.Answers{"need.customer_id": "A", "match.Details": "comments_attributes[].subject"}})
	require.Equal(t, []string{"need.comments_attributes[].body"}, open(alone), "what no column can give is asked")
	assert.Equal(t, []string{"comments_attributes[].body"}, alone.Missing)
	assert.True(t, question(alone, "need.comments_attributes[].body").Free)
}
