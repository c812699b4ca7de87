package match

import (
	"strings"
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
	said := fact(propose(t, "syncro.tickets", Input{Layout: layout(subject, details), Answers: with(nil)}), "create-only")
	require.NotNil(t, said, "Syncro would write the comment once more with each update")
	assert.Equal(t, "written with a new record alone, so that changes in a later file are not sent: Details", said.Text)
	assert.Nil(t, fact(propose(t, "syncro.tickets", Input{Layout: layout(subject), Answers: sheet.Answers{"need.customer_id": "A"}}), "create-only"))

	alone := propose(t, "syncro.tickets", Input{Layout: layout(subject, details), Answers: sheet.Answers{"need.customer_id": "A", "match.Details": "comments_attributes[].subject"}})
	require.Equal(t, []string{"need.comments_attributes[].body"}, open(alone), "what no column can give is asked")
	assert.Equal(t, []string{"comments_attributes[].body"}, alone.Missing)
	assert.True(t, question(alone, "need.comments_attributes[].body").Free)
}

func TestTextsThatRepeatWithinAnObjectAreJoined(t *testing.T) {
	subject, one, two := cells("Subject", "Leak", "Cold", "Dark"), cells("Details 1", "wet", "", ""), cells("Details 2", "very", "only here", "")
	given := sheet.Answers{"need.customer_id": "A", "match.Details 1": "comments_attributes[].body", "match.Details 2": "comments_attributes[].body"}
	for name, c := range map[string]struct {
		cols   []col
		gather string
		want   [3]string // comments of the rows; "" none
	}{
		"all of them":                   {[]col{subject, one, two}, "", [3]string{`[{"subject":"Leak","body":"wet, very"}]`, `[{"subject":"Cold","body":"only here"}]`}},
		"beside another column":         {[]col{subject, cells("Writer", "Ann", "", ""), one, two}, "", [3]string{`[{"tech":"Ann","subject":"Leak","body":"wet, very"}]`, `[{"subject":"Cold","body":"only here"}]`}},
		"the first alone":               {[]col{subject, one, two}, Out, [3]string{`[{"subject":"Leak","body":"wet"}]`}},
		"the first, beside another":     {[]col{subject, cells("Writer", "Ann", "", ""), one, two}, Out, [3]string{`[{"tech":"Ann","subject":"Leak","body":"wet"}]`}},
		"never one of them in its turn": {[]col{subject, one, two}, "first", [3]string{`[{"subject":"Leak","body":"wet, very"}]`, `[{"subject":"Cold","body":"only here"}]`}},
	} {
		t.Run(name, func(t *testing.T) {
			answers := sheet.Answers{"match.Writer": "comments_attributes[].tech"}
			for id, text := range given {
				answers[id] = text
			}
			if c.gather != "" {
				answers["gather.Details 1"] = c.gather
			}
			p := propose(t, "syncro.tickets", Input{Layout: layout(c.cols...), Answers: answers})
			require.Empty(t, open(p))
			for row, got := range mapped(t, p, "syncro", c.cols...) {
				if c.want[row] == "" {
					assert.NotContains(t, got, "comments_attributes")
					continue
				}
				assert.Contains(t, got, `"comments_attributes":`)
				_, list, _ := strings.Cut(got, `"comments_attributes":`)
				assert.JSONEq(t, c.want[row], list[:strings.Index(list, "]")+1])
			}
		})
	}
}
