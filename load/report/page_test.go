package report

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"ferry/extract/stage"
	"ferry/load"
)

func TestThePageIsWholeAndHidesSecrets(t *testing.T) {
	text, err := os.ReadFile(write(t, scene(t, 12, 30)).HTML)
	require.NoError(t, err)
	page := string(text)
	for _, never := range []string{"<script", "<link", "src=", "@import", "url(", "secret1", "<b>clerk", "ZgotmplZ", "<no value>", "%!"} {
		assert.NotContains(t, page, never)
	}
	for _, want := range []string{"Every one of 42 source records", "Ann Smith, 3 August 2026, 09:00 UTC", "••••••", "no user of that name", "Signatures", "37 done, 1 rejected", `<html lang="en">`,
		"Total must match the lines"} {
		assert.Contains(t, page, want)
	}
	doc, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	checkTables(t, doc)
}

// checkTables wants a header in every table, and rows as wide as it.
func checkTables(t *testing.T, n *html.Node) {
	t.Helper()
	if n.Type == html.ElementNode && n.Data == "table" {
		wide := 0
		for _, row := range find(n, "tr") {
			width := 0
			for c := row.FirstChild; c != nil; c = c.NextSibling {
				if c.Type == html.ElementNode {
					width += span(c)
				}
			}
			if wide == 0 {
				wide = width
				require.NotEmpty(t, find(row, "th"), "a table without a header")
			}
			assert.Equal(t, wide, width)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		checkTables(t, c)
	}
}

func find(n *html.Node, name string) (found []*html.Node) {
	if n.Type == html.ElementNode && n.Data == name {
		found = append(found, n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		found = append(found, find(c, name)...)
	}
	return found
}

func span(n *html.Node) int {
	for _, a := range n.Attr {
		if a.Key == "colspan" {
			var wide int
			if _, err := fmt.Sscan(a.Val, &wide); err == nil {
				return wide
			}
		}
	}
	return 1
}

func TestSamplesSideBySide(t *testing.T) {
	m := scene(t, 2, 0)
	r := &entryReader{compare: load.NewComparer(m.cfg.Vendor.Streams[0], &m.cfg.Rules[0]), secrets: map[string]bool{"portal": true}}
	got := r.sideBySide([]byte(`{"name":"A","email":"a@b.c","city":"Bern","portal":"x","owner":{"$ref":{"stream":"users","key":"1"}}}`),
		[]byte(`{"email":"a@b.c","portal":"x"}`), []byte(`{"id":9,"name":"A","email":"a@b.com","city":"Basel","portal":"x"}`))
	assert.Equal(t, []SampleField{{"name", "A", "A", "same"}, {"email", "a@b.c", "a@b.com", "differs"}, {"city", "Bern", "Basel", "not sent"},
		{"portal", "••••••", "••••••", "same"}, {"owner", "users 1", "", "not shown"}}, got)
}

func TestAnUndoIsReported(t *testing.T) {
	m := newMigration(t)
	p := stage.Plan{Kind: stage.PlanUndo, Run: m.run, Undoes: 1, Made: testTime, Source: source.ID, Target: target.ID,
		Entries: []stage.PlanEntry{{Name: "customers", Side: m.sides[0]}}}
	d, err := m.s.BeginPlan(t.Context(), p)
	require.NoError(t, err)
	note, err := json.Marshal(load.Note{Held: &load.Reason{Code: load.CodeEdited, Text: "people changed it since"}})
	require.NoError(t, err)
	require.NoError(t, d.Put(t.Context(), []stage.Item{{Key: "1", Action: stage.ActDelete, Target: "9001"}, {Key: "2", Action: stage.ActRestore, Target: "9002"},
		{Key: "3", Action: stage.ActLeft, Target: "9003", Note: note, Bin: stage.LoadHeld}}))
	p, err = d.Publish(t.Context(), p)
	require.NoError(t, err)
	require.NoError(t, d.Close())
	require.NoError(t, m.s.SetPlan(t.Context(), p.ID, stage.PlanApproved, "Ann", testTime))
	require.NoError(t, m.s.SetItems(t.Context(), p.ID, []stage.Item{{Key: "1", Bin: stage.LoadDeleted}, {Key: "2", Bin: stage.LoadRestored}}))
	text, err := os.ReadFile(write(t, m).HTML)
	require.NoError(t, err)
	assert.Contains(t, string(text), "Report of an undo")
	assert.Contains(t, string(text), "1 record was deleted and 1 restored; 1 was left as it is.")
	assert.Contains(t, string(text), "people changed it since")
	doc, err := html.Parse(strings.NewReader(string(text)))
	require.NoError(t, err)
	checkTables(t, doc)
}
