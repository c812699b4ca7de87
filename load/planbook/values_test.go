package planbook

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// stageTarget puts the records of a list of the target into the stage.
func stageTarget(t *testing.T, s *stage.Stage, stream string, records ...string) {
	t.Helper()
	w, err := s.StartSweep(t.Context(), stage.Sweep{Account: targetAccount.ID, Stream: stream, Kind: stage.SweepFull, Started: made})
	require.NoError(t, err)
	page := stage.PageWrite{PageInfo: stage.PageInfo{PageRef: stage.PageRef{Sweep: w.ID, Number: 1}, ReadAt: made, Total: -1}}
	var body strings.Builder
	for _, raw := range records {
		var r struct {
			ID json.Number
		}
		require.NoError(t, json.Unmarshal([]byte(raw), &r))
		page.Keys = append(page.Keys, record.Key(r.ID))
		page.Entries = append(page.Entries, stage.Entry{Key: record.Key(r.ID), Offset: body.Len(), Length: len(raw), Hash: xxhash.Sum64String(raw)})
		body.WriteString(raw)
	}
	page.Body = []byte(body.String())
	_, err = s.PutPage(t.Context(), page)
	require.NoError(t, err)
}

// choosing is a plan of clients held for values that the target lists: kinds by
// name, owners among its users.
func choosing(t *testing.T) (load.Config, stage.Plan, string) {
	t.Helper()
	cfg, p := plannedStage(t, 3)
	list := func(name string) *connector.Stream {
		return &connector.Stream{Name: name, Key: []string{"id"}, List: &connector.List{}, Fields: []record.Field{{Name: "id", Kind: record.Integer}, {Name: "name", Kind: record.String}}}
	}
	writes := &connector.Writes{Fields: []record.Field{{Name: "kind", Kind: record.String, Known: &record.Known{Stream: "kinds", Field: "name"}}, {Name: "owner", Kind: record.Integer}, {Name: "note", Kind: record.String}}}
	cfg.Vendor = &connector.Spec{Vendor: "deskly", Streams: []*connector.Stream{{Name: "customers", Writes: writes}, list("kinds"), list("users")}}
	cfg.Rules[0].Target = "customers"
	cfg.Rules[0].Fields = []load.Field{{Path: []string{"kind"}}, {Path: []string{"owner"}, Finds: "users"}, {Path: []string{"note"}}}
	stageTarget(t, cfg.Stage, "kinds", `{"id":1,"name":"Repair"}`, `{"id":2,"name":"Heat pump"}`, `{"id":3,"name":"Other"}`, `{"id":4,"name":"=Odd"}`)
	stageTarget(t, cfg.Stage, "users", `{"id":10231,"name":"Andrew Smith"}`, `{"id":10232,"name":"Zoë Doe"}`, `{"id":10233,"name":"Zoë Doe"}`)
	in, err := FromPlan(t.Context(), cfg, p)
	require.NoError(t, err)
	held := func(key string, why load.Reason) stage.Item {
		note, err := json.Marshal(load.Note{Held: &why})
		require.NoError(t, err)
		return stage.Item{Key: record.Key(key), Action: stage.ActHeld, Note: note}
	}
	in.Items = func(_ context.Context, _ int, actions []stage.Action, fn func(*stage.Item) error) error {
		kind := load.Reason{Code: load.CodeUnknown, Text: "no such kind", Field: "kind", Value: "Heat Pumps", Choose: []load.Candidate{{Key: "Heat pump"}},
			Also: []load.Reason{{Code: load.CodeNotFound, Text: "no such user", Field: "owner", Value: "Andy Smith"}}}
		for _, it := range []stage.Item{held("0", kind), held("1", kind), held("2", load.Reason{Code: load.CodeUndecided, Text: "nobody said", Field: "owner", Value: "Former"})} {
			if len(actions) > 0 && actions[0] != stage.ActHeld {
				continue
			}
			if err := fn(&it); err != nil {
				return err
			}
		}
		return nil
	}
	return cfg, p, writeExample(t, in)
}

func TestValuesOfferWhatTheTargetHas(t *testing.T) {
	_, _, path := choosing(t)
	f := open(t, path)
	got := golden(t, f)
	assert.Contains(t, got, "customers | kind | Heat Pumps | 2 | no such kind | 0, 1 | Heat pump\\nOther\\nRepair")
	assert.Contains(t, got, "customers | owner | Andy Smith | 2 | no such user | 0, 1 | Andrew Smith [10231]\\n", "the second value of a record too, the nearest first")
	assert.Contains(t, got, "== Lists\ncustomers.kind | means | customers.owner | means\n=Odd | =Odd | Andrew Smith [10231] | 10231\nHeat pump | Heat pump | Zoë Doe [10232] | 10232\n")
	visible, err := f.GetSheetVisible("Lists")
	require.NoError(t, err)
	assert.False(t, visible)
	drops, err := f.GetDataValidations(sheetValues)
	require.NoError(t, err)
	ranges := map[string]string{}
	for _, d := range drops {
		ranges[d.Sqref] = d.Formula1
	}
	assert.Equal(t, map[string]string{"H2:H2": "Lists!$A$2:$A$5", "H3:H4": "Lists!$C$2:$C$4"}, ranges)
}

func TestAnswersNameWhatTheTargetHas(t *testing.T) {
	cfg, p, path := choosing(t)
	kind, former, andy := find(t, path, sheetValues, nameBecomes, "Heat Pumps"), find(t, path, sheetValues, nameBecomes, "Former"), find(t, path, sheetValues, nameBecomes, "Andy Smith")
	settle := func(cells map[string]string) (*Answers, error) {
		answers, err := Read(fill(t, path, cells))
		require.NoError(t, err)
		require.NoError(t, answers.Check(t.Context(), cfg.Stage, p, true))
		return answers, answers.Settle(t.Context(), cfg)
	}
	for name, written := range map[string][3]string{
		"by the drop-down": {"Heat pump", "Zoë Doe [10232]", "Andrew Smith [10231]"}, "by key": {"Heat pump", "10232", "10231"}, "by a name that one has": {"Heat pump", "10232", "andrew smith"},
	} {
		answers, err := settle(map[string]string{kind: written[0], former: written[1], andy: written[2]})
		require.NoError(t, err, name)
		assert.Equal(t, []load.ValueDecision{{Entry: "customers", Field: "kind", Value: "Heat Pumps", To: "Heat pump"},
			{Entry: "customers", Field: "owner", Value: "Andy Smith", To: "10231"}, {Entry: "customers", Field: "owner", Value: "Former", To: "10232"}}, answers.Decisions.Values, name)
	}

	_, err := settle(map[string]string{kind: "?", former: "zoë doe", andy: "101"})
	require.Error(t, err)
	assert.ElementsMatch(t, []string{
		kind + `: the target's kinds has no "?"; it has Repair, Heat pump, Other, =Odd`,
		former + `: 2 records of users are called "zoë doe"; write the key of one: 10232, 10233`,
		andy + `: users of the target has no record "101"; it has Andrew Smith [10231], Zoë Doe [10232], Zoë Doe [10233]`,
	}, strings.Split(err.Error(), "\n"))

	// What was added in the target since the plan was made is looked for there.
	var asked []string
	cfg.Refresh = func(_ context.Context, streams []string) (map[string]bool, error) {
		asked = append(asked, streams...)
		stageTarget(t, cfg.Stage, "kinds", `{"id":9,"name":"Boiler"}`)
		return nil, nil
	}
	answers, err := settle(map[string]string{kind: "Boiler", former: "10233"})
	require.NoError(t, err)
	assert.Equal(t, []string{"kinds"}, asked)
	assert.Equal(t, "Boiler", answers.Decisions.Values[0].To)
	_, err = settle(map[string]string{kind: "Boilers"})
	require.ErrorContains(t, err, kind+`: the target's kinds has no "Boilers"; it has Boiler`)
}
