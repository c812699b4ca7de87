package load

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const decisionHead = "kind,stream,source_key,field,value,decision,target,by,note\n"

func TestDecisionsAreWrittenInOneOrderAndReadBack(t *testing.T) {
	d := &Decisions{
		Matches: []MatchDecision{
			{Entry: "sites", Key: "1", Choice: ChooseSkip},
			{Entry: "customers", Key: "10", Choice: ChooseLink, Target: "00987", By: "Ann", Note: "same firm,\r\n\"really\""},
			{Entry: "customers", Key: "9", Choice: ChooseCreate},
			{Entry: "customers", Key: "=1+1", Choice: ChooseCreate, Note: "'quoted"},
		},
		Values: []ValueDecision{
			{Entry: "tickets", Field: "user_id", Value: "Former; technician", To: "12"},
			{Entry: "tickets", Field: "status", Value: " ripe\v", To: "Ready", By: "Bob"},
		},
	}
	path := filepath.Join(t.TempDir(), "nightly.decisions.csv")
	require.NoError(t, WriteDecisions(path, d))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, decisionHead+
		"match,customers,9,,,create,,,\n"+
		"match,customers,10,,,link,00987,Ann,\"same firm,\r\n\"\"really\"\"\"\n"+
		"match,customers,'=1+1,,,create,,,''quoted\n"+
		"match,sites,1,,,skip,,,\n"+
		"value,tickets,,status, ripe\v,set,Ready,Bob,\n"+
		"value,tickets,,user_id,\"Former; technician\",set,12,,\n", string(text))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	again, err := ReadDecisions(path)
	require.NoError(t, err)
	d.Sort()
	assert.Equal(t, [2]any{d.Matches, d.Values}, [2]any{again.Matches, again.Values})
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, left, 1)
}

func TestNoDecisionsFileIsNoDecision(t *testing.T) {
	d, err := ReadDecisions(filepath.Join(t.TempDir(), "none.csv"))
	require.NoError(t, err)
	assert.Equal(t, &Decisions{}, d)
}

func TestDecisionsOfASpreadsheet(t *testing.T) {
	for name, text := range map[string]string{
		"semicolons, a mark and CR": "\uFEFFKind;Stream;Source_key;Field;Value;Decision;Target\r\nmatch;customers;7;;;link;9\r\n;;;;;;\r\n",
		"tabs":                      "kind\tstream\tsource_key\tfield\tvalue\tdecision\ttarget\nmatch\tcustomers\t7\t\t\tlink\t9",
		"columns moved about":       "note,target,decision,value,field,source_key,stream,kind\n,9,link,,,7,customers,match\n",
		"the same twice":            decisionHead + "match,customers,7,,,link,9,,\nmatch,customers,7,,,link,9,Ann,sure\n",
	} {
		d, err := ParseDecisions("x.csv", strings.NewReader(text))
		require.NoError(t, err, name)
		require.Len(t, d.Matches, 1, name)
		assert.Equal(t, MatchDecision{Entry: "customers", Key: "7", Choice: ChooseLink, Target: "9"}, d.Matches[0], name)
	}
}

func TestMistakesOfDecisionsAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"match,customers,7,,,maybe,,,":                                                  `x.csv:2, column decision: "maybe" is no decision; write link, create or skip`,
		"match,customers,7,,,link,,,":                                                   "x.csv:2, column target: link needs the key",
		"match,customers,7,,,create,9,,":                                                "x.csv:2, column target: create names no target record",
		"match,customers,,,,create,,,":                                                  "x.csv:2, column source_key: name the source record",
		"match,,7,,,create,,,":                                                          "x.csv:2, column stream: name the mapped stream",
		"match,customers,1.23457E+11,,,create,,,":                                       "x.csv:2, column source_key: a spreadsheet rounded this number",
		"guess,customers,7,,,create,,,":                                                 `x.csv:2, column kind: "guess" is no kind`,
		"value,tickets,,status,ripe,link,9,,":                                           `x.csv:2, column decision: "link" is no decision about a value`,
		"value,tickets,,status,ripe,set,,,":                                             "x.csv:2, column target: write what the value becomes",
		"value,tickets,,,ripe,set,9,,":                                                  "x.csv:2, column field: name the target field",
		"\n\nmatch,customers,7,,,create,,,\"a\nb\"\nmatch,customers,7,,,skip,,,":        "x.csv:6, column decision: it contradicts line 4",
		"value,tickets,,status,ripe,set,A,,\nvalue,tickets,,status,ripe,set,B,,":        "x.csv:3, column target: it contradicts line 2",
		"match,customers,\"7":                                                           "x.csv:2: a cell that begins with a quotation mark is never closed",
		"match,customers,7\",,,create,,,":                                               "x.csv:2: a quotation mark stands in a cell without",
		"match,customers,\"7\"8,,,create,,,":                                            "x.csv:2: text stands behind the closing",
		"match,customers,7,,,link,9,,\nmatch,customers,7,,,link,8,,\nmatch,x,y,,,no,,,": "x.csv:3, column decision: it contradicts line 2, which decides the same record; keep one of them\nx.csv:4, column decision",
	} {
		_, err := ParseDecisions("x.csv", strings.NewReader(decisionHead+text+"\n"))
		require.Error(t, err, text)
		assert.Contains(t, err.Error(), want)
		var problem *DecisionError
		assert.True(t, errors.As(err, &problem))
	}
	for text, want := range map[string]string{
		"PK\x03\x04":                    "x.csv: this is a workbook",
		"kind,stream\xff":               "x.csv: the text is not UTF-8",
		"kind,stream,source_key\n":      "x.csv:1, column field: there is no such column",
		decisionHead[:20] + ",answer\n": "nobody knows this column",
	} {
		_, err := ParseDecisions("x.csv", strings.NewReader(text))
		require.Error(t, err, text)
		assert.Contains(t, err.Error(), want)
	}
}

func TestNewerDecisionsTakeThePlaceOfOlderOnes(t *testing.T) {
	d := &Decisions{Matches: []MatchDecision{{Entry: "c", Key: "1", Choice: ChooseCreate}, {Entry: "c", Key: "2", Choice: ChooseSkip}},
		Values: []ValueDecision{{Entry: "t", Field: "s", Value: "a", To: "A"}}}
	replaced, err := d.Merge(&Decisions{
		Matches: []MatchDecision{{Entry: "c", Key: "1", Choice: ChooseLink, Target: "9"}, {Entry: "c", Key: "2", Choice: ChooseSkip}, {Entry: "b", Key: "3", Choice: ChooseSkip}},
		Values:  []ValueDecision{{Entry: "t", Field: "s", Value: "a", To: "B"}, {Entry: "t", Field: "s", Value: "b", To: "C"}},
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"c 1: link to 9 in place of create", `t.s "a": "B" in place of "A"`}, replaced)
	assert.Equal(t, &Decisions{
		Matches: []MatchDecision{{Entry: "b", Key: "3", Choice: ChooseSkip}, {Entry: "c", Key: "1", Choice: ChooseLink, Target: "9"}, {Entry: "c", Key: "2", Choice: ChooseSkip}},
		Values:  []ValueDecision{{Entry: "t", Field: "s", Value: "a", To: "B"}, {Entry: "t", Field: "s", Value: "b", To: "C"}},
	}, d)
	was := len(d.Matches)
	_, err = d.Merge(&Decisions{Matches: []MatchDecision{{Entry: "z", Key: "1", Choice: ChooseCreate}, {Entry: "z", Key: "1", Choice: ChooseSkip}}})
	require.ErrorContains(t, err, "contradict each other: create , and skip ; keep one")
	assert.Len(t, d.Matches, was)
}

func FuzzDecisions(f *testing.F) {
	f.Add([]byte(decisionHead + "match,customers,7,,,link,9,Ann,\"a \"\"b\"\"\"\n"))
	f.Add([]byte("\uFEFFkind;stream;source_key;field;value;decision;target\r\nvalue;t;;f;\"x\r\n\";set;'=1\r\n"))
	f.Add([]byte(decisionHead + "match,customers,''7,,,create,,,'\n\"\"\n,"))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := ParseDecisions("x.csv", bytes.NewReader(text))
		if err != nil {
			return
		}
		var out bytes.Buffer
		require.NoError(t, d.Write(&out))
		again, err := ParseDecisions("x.csv", bytes.NewReader(out.Bytes()))
		require.NoError(t, err, out.String())
		assert.Equal(t, [2]any{d.Matches, d.Values}, [2]any{again.Matches, again.Values})
	})
}
