package planbook

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// replan publishes one more plan of the same stage, with notes by key.
func replan(t *testing.T, s *stage.Stage, like stage.Plan, notes map[record.Key]load.Note) stage.Plan {
	t.Helper()
	like.ID, like.Hash, like.State = 0, "", ""
	d, err := s.BeginPlan(t.Context(), like)
	require.NoError(t, err)
	var items []stage.Item
	for _, key := range []record.Key{"0", "1", "2"} {
		n := notes[key]
		text, err := json.Marshal(n)
		require.NoError(t, err)
		it := stage.Item{Key: key, Action: stage.ActHeld, Note: text}
		if n.Match != nil {
			it.Action, it.Target = stage.ActUnchanged, "9"+key
		}
		items = append(items, it)
	}
	require.NoError(t, d.Put(t.Context(), items))
	p, err := d.Publish(t.Context(), like)
	require.NoError(t, err)
	require.NoError(t, d.Close())
	return p
}

func TestMatchesAreNamedAndTheOthersStay(t *testing.T) {
	cfg, p := plannedStage(t, 3)
	stageTarget(t, cfg.Stage, "customers", `{"id":90,"name":"Ann's Bakery"}`, `{"id":91,"name":"Bolt & Sons"}`)
	several := load.Note{Held: &load.Reason{Code: load.CodeSeveral, Text: "two have this name", Choose: []load.Candidate{{Key: "90", Label: "Ann's Bakery"}, {Key: "95", Label: "Ann's Bar"}}}}
	matched := load.Note{Match: &load.Evidence{How: stage.LinkMatched, By: []string{"name"}}}
	replan(t, cfg.Stage, p, map[record.Key]load.Note{"0": several, "1": matched, "2": several})
	cfg.Decisions = &load.Decisions{Matches: []load.MatchDecision{{Entry: "customers", Key: "0", Choice: load.ChooseLink, Target: "90"},
		{Entry: "customers", Key: "2", Choice: load.ChooseSkip}}}
	p = replan(t, cfg.Stage, p, map[record.Key]load.Note{"0": {Match: &load.Evidence{How: stage.LinkDecided}}, "1": matched,
		"2": {Held: &load.Reason{Code: load.CodeSkipped, Text: "left out by decision"}}})
	in, err := FromPlan(t.Context(), cfg, p)
	require.NoError(t, err)
	path := writeExample(t, in)
	rows, err := open(t, path).GetRows(sheetMatches)
	require.NoError(t, err)
	var got [][]string
	for _, r := range rows[1:] {
		r = append(r, make([]string, 10)...)
		got = append(got, []string{r[1], r[5], r[6], r[8]})
	}
	assert.Equal(t, [][]string{{"0", "90", "Ann's Bakery", "link"}, {"0", "95", "Ann's Bar", ""}, {"1", "91", "Bolt & Sons", ""},
		{"2", "", "", "skip"}, {"2", "90", "Ann's Bakery", ""}, {"2", "95", "Ann's Bar", ""}}, got)
	answers, err := Read(path)
	require.NoError(t, err)
	assert.Equal(t, cfg.Decisions.Matches[0].Target, answers.Decisions.Matches[0].Target)
	assert.Len(t, answers.Decisions.Matches, 2)
}

func TestFilesAreOfferedWhatTheyKnow(t *testing.T) {
	held := load.Note{Held: &load.Reason{Code: load.CodeSkipped, Text: "left out by decision"}}
	in := input([]planned{item("1", stage.ActCreate, "", load.Note{Alike: []load.Candidate{{Key: "71"}}}, `{}`)},
		[]planned{item("1/a", stage.ActHeld, "", load.Note{Held: held.Held, File: &load.FileNote{Parent: "customers", Of: "1", Name: "a.jpg"}}, "")})
	in.Entries[1].Files = "attach"
	drops, err := open(t, writeExample(t, in)).GetDataValidations(sheetMatches)
	require.NoError(t, err)
	got := map[string]string{}
	for _, d := range drops {
		got[d.Sqref] = d.Formula1
	}
	assert.Equal(t, map[string]string{"I2:I2": "Lists!$A$2:$A$4", "I3:I3": "Lists!$C$2:$C$3"}, got)
}
