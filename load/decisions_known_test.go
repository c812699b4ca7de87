package load

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
)

// A decision that no plan can use is refused with its line: it was meant for
// something.
func TestDecisionsOfUnknownNames(t *testing.T) {
	w := newWorld(t, customerRules())
	w.put(planSource, "customer", rows{"1": `{"name":"A","status":"New","props":{"Zone":"N"}}`})
	w.mapped()
	const head = "kind,stream,source_key,field,value,decision,target\n"
	for text, want := range map[string]string{
		"match,customrs,1,,,skip,\n":                "move.decisions.csv:2, column stream: the mapping has no stream \"customrs\"; did you mean customers?",
		"value,customers,,statuss,ripe,set,New\n":   "move.decisions.csv:2, column field: the mapping of customers writes no field \"statuss\"; did you mean status?",
		"value,customers,,unrelated,ripe,set,New\n": "it has name, email,",
		"match,customers,1,,,skip,\n":               "",
		"value,customers,,props.Zone,N,set,S\n":     "",
	} {
		d, err := ParseDecisions("move.decisions.csv", strings.NewReader(head+text))
		require.NoError(t, err)
		w.cfg.Decisions = d
		_, err = MakePlan(context.Background(), w.cfg)
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.ErrorContains(t, err, want)
		_, is := errors.AsType[*DecisionError](err)
		assert.True(t, is, "the command tells it from a failure")
	}
}

// What people decided to leave out is held, and waits for nobody.
func TestSkippedRecordsWaitForNobody(t *testing.T) {
	w := newWorld(t, customerRules())
	w.put(planSource, "customer", rows{"1": `{"name":"A"}`, "2": `{"name":"B","email":"b@x.com"}`, "3": `{"name":"C","email":"b@x.com"}`})
	w.cfg.Decisions = &Decisions{Matches: []MatchDecision{{Entry: "customers", Key: "1", Choice: ChooseSkip}}}
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"customers 1": "held skipped by decision", "customers 2": "held source records alike", "customers 3": "held source records alike"})
	assert.Equal(t, 1, p.sum.Skipped())
	assert.Equal(t, 3, p.sum.Of(stage.ActHeld))
	n, err := Skipped(context.Background(), w.s, p.Plan)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
}
