package planbook

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// planned is one record of a test's plan.
type planned struct {
	item   stage.Item
	mapped string
}

func item(key string, action stage.Action, target string, note load.Note, mapped string) planned {
	text, err := json.Marshal(note)
	if err != nil {
		panic(err)
	}
	return planned{stage.Item{Key: record.Key(key), Action: action, Target: record.Key(target), Note: text}, mapped}
}

const testHash = "5f2a8f8c1d7b4e0f9a6b3c2d1e0f5a4b3c2d1e0f5a4b3c2d1e0f5a4b3c2d1e0f"

// input is a plan of two entries.
func input(customers, tickets []planned) Input {
	lists := [][]planned{customers, tickets}
	return Input{
		Plan: stage.Plan{ID: 1, Kind: stage.PlanLoad, Hash: testHash, Made: time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC),
			Source: "synchroteam/acme@ws.synchroteam.com", Target: "syncro/acme@acme.syncromsp.com",
			Entries: []stage.PlanEntry{{Name: "customers"}, {Name: "tickets"}}},
		Entries: []Entry{
			{Name: "customers", Source: "customer", Target: "customers", Left: []string{"vatNumber: the target has no field for it"}, Known: true,
				Bins: stage.Bins{Source: 9, Mapped: 6, Skipped: 1, Dead: 1, Tombstones: 1, Reasons: map[string]int{"where": 1}}},
			{Name: "tickets", Source: "job", Target: "tickets"},
		},
		Vendor: &connector.Spec{Vendor: "syncro", Effects: []connector.Effect{{Name: "mail", About: "a mail to the customer"}},
			Streams: []*connector.Stream{{Name: "customers", Fields: []record.Field{{Name: "business_name", Kind: record.String}, {Name: "portal", Kind: record.String, Secret: true}}},
				{Name: "tickets", Fields: []record.Field{{Name: "status", Kind: record.String, Enum: []string{"New", "In, Progress", "Resolved"}}}}}},
		Items: func(_ context.Context, entry int, actions []stage.Action, fn func(*stage.Item) error) error {
			for _, p := range lists[entry] {
				for i, a := range append([]stage.Action{p.item.Action}, actions...) {
					if i == 0 && len(actions) > 0 || a != p.item.Action {
						continue
					}
					it := p.item
					if err := fn(&it); err != nil {
						return err
					}
					break
				}
			}
			return nil
		},
		Mapped: func(_ context.Context, entry int, fn func(record.Key, []byte) error) error {
			for i := len(lists[entry]) - 1; i >= 0; i-- {
				if err := fn(lists[entry][i].item.Key, []byte(lists[entry][i].mapped)); err != nil {
					return err
				}
			}
			return nil
		},
		Link: func(stream string, key record.Key) string {
			return "https://acme.syncromsp.com/" + stream + "/" + string(key)
		},
		Facts: []Fact{{"Minutes", "at least 12"}},
	}
}

// oneOfEach is a plan with one of everything.
func oneOfEach() Input {
	raw := func(text string) json.RawMessage { return json.RawMessage(text) }
	return input([]planned{
		item("1", stage.ActCreate, "", load.Note{Deeds: 2, Effects: []string{"mail"}, Final: []string{"a customer cannot be deleted"},
			Dropped: []string{"fax: no request carries it"}, Alike: []load.Candidate{{Key: "71", Label: "ACME inc", Why: "phone"}}}, `{"business_name":"=Acme Inc","portal":"https://secret"}`),
		item("2", stage.ActUpdate, "72", load.Note{Deeds: 1, Match: &load.Evidence{How: stage.LinkMatched, By: []string{"email"}, Values: []string{"a@b.c"}},
			Changes: []load.Change{{Field: "city", Old: raw(`"Bern"`), New: raw(`"+Basel"`)}, {Field: "portal", Old: raw(`"s1"`), New: raw(`"s2"`)}},
			Kept:    []load.Change{{Field: "zip", Old: raw(`"0123"`), New: raw(`"1"`)}}, Unseen: []string{"notes"}}, `{"business_name":"Bolt"}`),
		item("3", stage.ActHeld, "", load.Note{Held: &load.Reason{Code: load.CodeSeveral, Text: "two customers have this email", Do: "decide under Matches",
			Choose: []load.Candidate{{Key: "73", Label: "Cole"}, {Key: "74", Label: "Cole & Co"}}}}, `{"business_name":"Cole"}`),
		item("4", stage.ActHeld, "75", load.Note{Held: &load.Reason{Code: load.CodeEdited, Text: "people changed it", Do: "change it there",
			Change: []load.Change{{Field: "city", Old: raw(`"Rom"`), New: raw(`"Oslo"`), Last: raw(`"Paris"`)}}}}, `{"business_name":"Dot"}`),
		item("5", stage.ActUnchanged, "76", load.Note{Match: &load.Evidence{How: stage.LinkCreated}}, `{"business_name":"Eve"}`),
		item("6", stage.ActRejected, "", load.Note{Held: &load.Reason{Code: load.CodeMissing, Text: "business_name is required", Field: "business_name"}}, `{}`),
	}, []planned{
		item("10", stage.ActHeld, "", load.Note{Held: &load.Reason{Code: load.CodeNotFound, Text: "no user of that name", Field: "user_id", Value: "Former technician",
			Choose: []load.Candidate{{Key: "1", Label: "Ann"}, {Key: "2", Label: "Bob"}}}}, `{"subject":"Leak"}`),
		item("11", stage.ActHeld, "", load.Note{Held: &load.Reason{Code: load.CodeNotFound, Text: "no user of that name", Field: "user_id", Value: "Former technician"}}, `{"subject":"Leak 2"}`),
		item("12", stage.ActHeld, "", load.Note{Held: &load.Reason{Code: load.CodeUndecided, Text: "the target does not know it", Field: "status", Value: " ripe\v"}}, `{"subject":"Roof"}`),
	})
}

func writeExample(t *testing.T, in Input) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plan.xlsx")
	require.NoError(t, Write(t.Context(), path, in))
	return path
}

func open(t *testing.T, path string) *excelize.File {
	t.Helper()
	f, err := excelize.OpenFile(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

// golden writes the shown cells of a workbook as text.
func golden(t *testing.T, f *excelize.File) string {
	t.Helper()
	var b strings.Builder
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		require.NoError(t, err)
		fmt.Fprintf(&b, "== %s\n", sheet)
		for _, r := range rows {
			fmt.Fprintf(&b, "%s\n", strings.ReplaceAll(strings.TrimRight(strings.Join(r, " | "), " |"), "\n", "\\n"))
		}
	}
	return b.String()
}

func TestThePlanAsPeopleSeeIt(t *testing.T) {
	got := golden(t, open(t, writeExample(t, oneOfEach())))
	const path = "testdata/example.txt"
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.MkdirAll("testdata", 0o777))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o666))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
	assert.NotContains(t, got, "secret", "a secret is shown")
}

// fill sets cells of a workbook and gives the path of the changed one.
func fill(t *testing.T, path string, cells map[string]string) string {
	t.Helper()
	f := open(t, path)
	for at, text := range cells {
		sheet, cell, _ := strings.Cut(at, "!")
		require.NoError(t, f.SetCellStr(sheet, cell, text))
	}
	out := filepath.Join(t.TempDir(), "filled.xlsx")
	require.NoError(t, f.SaveAs(out))
	return out
}

// find gives the cell of a sheet in the row that holds all texts, in a column.
func find(t *testing.T, path, sheet, column string, texts ...string) string {
	t.Helper()
	rows, err := open(t, path).GetRows(sheet)
	require.NoError(t, err)
	for n, r := range rows {
		line := "\x00" + strings.Join(r, "\x00") + "\x00"
		all := true
		for _, text := range texts {
			all = all && strings.Contains(line, "\x00"+text+"\x00")
		}
		if all {
			for at, name := range rows[0] {
				if name == column {
					return sheet + "!" + cellName(at, n+1)
				}
			}
			if column == "" {
				return sheet + "!" + cellName(1, n+1)
			}
		}
	}
	t.Fatalf("%s has no row with %q", sheet, texts)
	return ""
}
