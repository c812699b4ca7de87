package intake

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/transform/answers"
	"ferry/transform/match"
)

// An answer on the command line that answers nothing is refused with what there is:
// it may be a mistake of typing.
func TestAnAnswerThatAnswersNothingIsRefused(t *testing.T) {
	layout := &sheet.Layout{
		Sheets: []grid.Info{{Name: "Customers"}, {Name: "Read me"}, {Name: sheet.MarkSheet}},
		Recipe: sheet.Recipe{Sheet: "Customers", Header: []int{3}, Columns: []sheet.Column{{Place: 1, Header: "Name *", Name: "Name"}, {Place: 2, Header: "Due", Name: "Due"}}},
		Questions: []grid.Question{
			{ID: "skip.footer", Default: "yes", Choices: []grid.Choice{{Value: "yes"}, {Value: "no"}}},
			{ID: "key", Free: true, Choices: []grid.Choice{{Value: "none"}}}, // as it is asked where the given one is not there
			{ID: "dates.Due", Choices: []grid.Choice{{Value: "dmy"}, {Value: "mdy"}}},
		},
	}
	cfg := Config{Stream: "tickets", Target: &connector.Spec{Vendor: "syncro", Streams: []*connector.Stream{{Name: "tickets", Fields: []record.Field{{Name: "subject"}}}}}}
	for _, c := range []struct{ id, value, why, do string }{
		{"sheet", "Customers", "", ""},
		{"sheet", "Nope", `there is no sheet "Nope" in a.xlsx`, "the sheets are Customers, Read me"},
		{"header", "3", "", ""},
		{"header", "900", "header 900", "number of a row"},
		{"header", "abc", "header abc", "number of a row"},
		{"foo", "bar", `no question has the ID "foo"`, "skip.footer"},
		{"key", "Name, Nope", `key Name, Nope: there is no column "Nope" in a.xlsx`, "Name *, Due"},
		{"key", "Name *,Due", "", ""},
		{"key", "none", "", ""},
		{"first", "abc", `"abc" is no answer to first`, "number of a row"},
		{"last", "12", "", ""},
		{"skip.total", "no", "", ""},
		{"skip.totals", "no", `no question has the ID "skip.totals"`, "total"},
		{"need.nope", "x", `syncro.tickets has no field "nope"`, "ferry describe syncro.tickets"},
		{"need.subjet", "x", `syncro.tickets has no field "subjet"`, `did you mean "subject"?`},
		{"match.Due", "nope", `syncro.tickets has no field "nope"`, "ferry describe syncro.tickets"},
		{"match.Nam", "x", `there is no column "Nam"`, "Name *, Due"},
		{"match.Name", "x", "", ""},
		{"match.Name *", "x", "", ""},
		{"value.Name.Ann.Lee", "x", "", ""},
		{"need.subject", "x", "", ""},
		{"skip.footer", "nope", `"nope" is no answer to skip.footer`, "yes, no"},
		{"dates.Due", "nope", "", ""}, // it is listed among the open ones
	} {
		i := &Import{Layouts: []*sheet.Layout{layout}, Paths: []string{"in/a.xlsx"}, given: sheet.Answers{c.id: c.value}, cfg: cfg,
			Proposal: &match.Proposal{Unknown: []string{"match.Due"}}}
		wrong := i.wrongAnswer(nil, true)
		if c.why == "" {
			assert.Nil(t, wrong, c.id)
			continue
		}
		require.NotNil(t, wrong, c.id)
		assert.Contains(t, wrong.Error(), c.why)
		assert.Contains(t, wrong.Do, c.do)
	}
}

// Until it is known how the file is read, an answer about a column is not judged:
// the question how comes first.
func TestAnAnswerAboutAColumnWaitsForTheHeader(t *testing.T) {
	i := &Import{Layouts: []*sheet.Layout{{}}, Paths: []string{"a.xlsx"}, given: sheet.Answers{"match.Name": "x", "key": "Name"}}
	header := question{Question: grid.Question{ID: "header"}, file: true}
	assert.Nil(t, i.wrongAnswer([]question{header}, true))
	header.Default = "1"
	assert.NotNil(t, i.wrongAnswer([]question{header}, true))
}

// What a question takes may rest on what others are answered: its value is judged
// when all are.
func TestAValueIsJudgedWhenAllIsAnswered(t *testing.T) {
	found := grid.Question{ID: "found-by", Free: true, Default: "email"}
	i := &Import{Layouts: []*sheet.Layout{{}}, Paths: []string{"a.xlsx"}, given: sheet.Answers{"found-by": "phone"}, Proposal: &match.Proposal{Questions: []grid.Question{found}}}
	assert.Nil(t, i.wrongAnswer(nil, false))
	assert.NotNil(t, i.wrongAnswer(nil, true))
}

// An answer that nothing asks of this file is not kept; one that was kept before
// may be given in another way.
func TestAnAnswerThatNothingAsksIsNotKept(t *testing.T) {
	i := &Import{Layouts: []*sheet.Layout{{Heard: []string{"dates.Due", "dates.Due"}}}, Proposal: &match.Proposal{Heard: []string{"match.Name"}},
		given: sheet.Answers{"dates.Due": "dmy", "dates.Name": "dmy", "match.Name": "x", "hidden": "all", "key": "Name", "zone": "UTC"}, kept: sheet.Answers{"zone": "UTC"}}
	assert.Equal(t, []string{"dates.Name", "hidden"}, i.Idle())
}

// The key is kept by the name that the mapping knows, and looked for under the one
// that the file has now.
func TestAKeyIsFoundUnderItsNewName(t *testing.T) {
	i := &Import{Answers: &answers.File{Answers: sheet.Answers{"key": "Number, Site"}, Renamed: map[string]string{"No.": "Number"}}}
	assert.Equal(t, sheet.Answers{"key": "Number, Site", sheet.CalledNow + "Number": "No."}, i.renamedKey())
	assert.Equal(t, sheet.Answers{"key": "Number, Site"}, i.Answers.Answers, "what is kept stays")
	i.Answers.Answers["renamed.Place"] = "Site"
	assert.Equal(t, "Place", i.renamedKey()[sheet.CalledNow+"Site"])
	i = &Import{Answers: &answers.File{Answers: sheet.Answers{}}}
	assert.Empty(t, i.renamedKey())
}
