package report

import (
	"encoding/csv"
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

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// scene is a migration of customers and invoices with one of each trouble:
// invoice 3 is rejected, 4 held, 5 unsure, 6 a dead letter, 7 left out, 8 was cut
// by the target.
func scene(tb testing.TB, customers, invoices int) *migration {
	tb.Helper()
	m := newMigration(tb)
	key := func(i int) record.Key { return record.Key(fmt.Sprint(i)) }
	client, bill := map[record.Key]string{}, map[record.Key]string{}
	var clients, bills []record.Key
	customer := func(i int) string {
		return fmt.Sprintf(`{"name":"%s","email":"office%d@example.com","city":"Bern","portal":"https://deskly.example/secret%d"}`, company(i), i, i)
	}
	invoice := func(i int, customer string) string {
		status, currency := []string{"Paid", "Open", "Overdue"}[i%3], []string{"CHF", "EUR"}[i%2]
		return fmt.Sprintf(`{"number":"R-%04d","status":"%s","currency":"%s","total":"%d.%02d","issued_on":"2026-%02d-15","customer_id":%s,"lines":[{"what":"Work","quantity":1.5},{"what":"Travel","quantity":2}]}`,
			i, status, currency, 100+i*3, i%100, 1+i%6, customer)
	}
	for i := 1; i <= customers; i++ {
		client[key(i)] = fmt.Sprintf(`{"id":%d,"num":%d,"title":"%s"}`, i, 1000+i, company(i))
		clients = append(clients, key(i))
	}
	for i := 1; i <= invoices; i++ {
		bill[key(i)] = fmt.Sprintf(`{"id":%d,"num":"R-%04d"}`, i, i)
		bills = append(bills, key(i))
	}
	m.stageRecords(source.ID, "client", testTime, client, clients)
	m.stageRecords(source.ID, "bill", testTime, bill, bills)
	number := func(k record.Key) (i int) {
		_, err := fmt.Sscan(string(k), &i)
		require.NoError(tb, err)
		return i
	}
	parent := func(i int) int { return 1 + i%customers }
	g := m.mapAll(func(stream string, rec *record.Staged) made {
		i := number(rec.Key)
		switch {
		case stream == "customers":
			return made{mapped: customer(i)}
		case i == 6:
			return made{letter: &stage.Letter{Reason: "32.13.2026 is no date", Field: "issued_on", Value: "32.13.2026", Do: "correct the date in the source", Record: json.RawMessage(rec.Raw)}}
		case i == 7:
			return made{skip: "status != \"draft\""}
		}
		return made{mapped: invoice(i, fmt.Sprintf(`{"$ref":{"stream":"customers","key":"%d"}}`, parent(i)))}
	})
	var items []stage.Item
	for i := 1; i <= customers; i++ {
		items = append(items, stage.Item{Key: key(i), Action: stage.ActCreate})
	}
	for i := 1; i <= invoices; i++ {
		if i == 6 || i == 7 {
			continue
		}
		it := stage.Item{Entry: 1, Key: key(i), Action: stage.ActCreate}
		if i == 4 {
			note, err := json.Marshal(load.Note{Held: &load.Reason{Code: load.CodeNotFound, Text: "no user of that name", Field: "owner", Value: "Former <b>clerk</b>"}})
			require.NoError(tb, err)
			it.Action, it.Note, it.Bin = stage.ActHeld, note, stage.LoadHeld
		}
		items = append(items, it)
	}
	p := m.plan(g, items)
	back, backs := map[record.Key]string{}, []record.Key{}
	for i := 1; i <= customers; i++ {
		to := key(9000 + i)
		kind := stage.AttemptCreate
		if i%5 == 0 {
			kind = stage.AttemptUpdate
		}
		m.sends(p, 0, key(i), to, kind, customer(i), "")
		back[to] = strings.Replace(customer(i), "{", fmt.Sprintf(`{"id":%s,`, to), 1)
		backs = append(backs, to)
	}
	m.stageRecords(target.ID, "customers", testTime.Add(5*time.Hour), back, backs)
	back, backs = map[record.Key]string{}, nil
	for i := 1; i <= invoices; i++ {
		to := key(50000 + i)
		switch i {
		case 3:
			m.refuses(p, 1, key(i), load.Reason{Code: load.CodeRefused, Text: "the target refused it", Field: "total", Value: "109.03", Status: 422, Said: "Total must match the lines", Do: "correct the lines"})
		case 4, 6, 7:
		case 5:
			text, err := json.Marshal(load.Reason{Code: load.CodeLost, Text: "its answer was lost, and two records of the target are equal to it",
				Choose: []load.Candidate{{Key: "60001", Label: "R-0005"}, {Key: "60002"}}})
			require.NoError(tb, err)
			require.NoError(tb, m.s.SetItems(tb.Context(), p.ID, []stage.Item{{Entry: 1, Key: key(i), Bin: stage.LoadUnsure, Why: text}}))
		default:
			sent := invoice(i, fmt.Sprint(9000+parent(i)))
			answer := ""
			if i == 9 {
				answer = strings.Replace(sent, "{", fmt.Sprintf(`{"id":%s,`, to), 1)
			}
			m.sends(p, 1, key(i), to, stage.AttemptCreate, sent, answer)
			if i == 9 {
				continue // known from the answer only
			}
			if i == 8 {
				sent = strings.Replace(sent, `"R-0008"`, `"R-8"`, 1)
			}
			back[to] = strings.Replace(sent, "{", fmt.Sprintf(`{"id":%s,`, to), 1)
			backs = append(backs, to)
		}
	}
	m.stageRecords(target.ID, "invoices", testTime.Add(5*time.Hour), back, backs)
	require.NoError(tb, m.s.EndRun(tb.Context(), stage.Run{ID: m.run, Command: "apply", Version: "1.2.3", Started: testTime, Ended: testTime.Add(3 * time.Hour), Exit: 3, Requests: 61}))
	return m
}

func write(tb testing.TB, m *migration) Files {
	tb.Helper()
	files, err := Write(tb.Context(), m.cfg, 0, filepath.Join(tb.TempDir(), "report"))
	require.NoError(tb, err)
	return files
}

func TestEveryRecordIsCountedOnce(t *testing.T) {
	m := scene(t, 12, 30)
	w, err := newWriter(t.Context(), m.cfg, 0)
	require.NoError(t, err)
	defer func() { require.NoError(t, w.close()) }()
	dir := t.TempDir()
	require.NoError(t, w.write(Files{HTML: filepath.Join(dir, "a"), Workbook: filepath.Join(dir, "b.xlsx"), Crosswalk: filepath.Join(dir, "c"), Exceptions: filepath.Join(dir, "d.xlsx")}))
	r := w.report
	assert.Equal(t, "Every one of 42 source records is accounted for: 37 are in the target, 5 are not, each with its reason.", r.Verdict())
	assert.True(t, r.Adds())
	assert.Equal(t, 42, r.Sum.Source())
	invoices := r.Entries[1]
	assert.Equal(t, stage.LoadBins{stage.LoadCreated: 25, stage.LoadHeld: 1, stage.LoadRejected: 1, stage.LoadUnsure: 1}, invoices.Load)
	assert.Equal(t, ReadBack{Read: 24, Answered: 1, Compared: 25, Fields: 1}, invoices.Read)
	assert.Equal(t, "36 of 37 target records were read back after they were written; 1 is known from the target's answer to the write; 37 were compared field by field: 1 field reads back otherwise than it was sent.", r.Verified())
	require.Len(t, r.Shown, 1)
	assert.Equal(t, Difference{Entry: "invoices", Key: "8", Target: "50008", Field: "number", Sent: "R-0008", Has: "R-8", Link: "https://acme.deskly.example/invoices/50008", How: "altered"}, r.Shown[0])
	var causes []string
	for _, c := range r.Causes {
		causes = append(causes, fmt.Sprintf("%d %s %s %s: %s", c.N, c.Stream, c.Code, c.Field, c.Examples()))
	}
	assert.ElementsMatch(t, []string{"1 invoices answer lost : 5", "1 invoices dead letter issued_on: 6", "1 invoices left out by the mapping : 7",
		"1 invoices not found in the target owner: 4", "1 invoices refused by the target total: 3"}, causes)
}

func TestSumsOfSourceAndTarget(t *testing.T) {
	m := scene(t, 3, 12)
	w, err := newWriter(t.Context(), m.cfg, 0)
	require.NoError(t, err)
	defer func() { require.NoError(t, w.close()) }()
	r, err := w.readEntry(1)
	require.NoError(t, err)
	defer func() { require.NoError(t, r.close()) }()
	tables := r.entry.Tables
	require.Len(t, tables, 3)
	assert.Equal(t, []string{"Total", "lines: quantity"}, tables[0].Sums)
	assert.Equal(t, Table{Sums: []string{"Total", "lines: quantity"}, Currency: true, Lines: []Line{
		{Currency: "CHF", Source: 5, NotLoaded: 1, Loaded: 4, Target: 4, SameCount: true, Same: true, Sums: []Sum{{"608.36", "496.32", "496.32", true}, {"17.5", "14", "14", true}}},
		{Currency: "EUR", Source: 5, NotLoaded: 2, Loaded: 3, Target: 3, SameCount: true, Same: true, Sums: []Sum{{"587.29", "363.21", "363.21", true}, {"17.5", "10.5", "10.5", true}}},
	}}, tables[0])
	assert.Equal(t, "Status", tables[1].By)
	assert.Equal(t, "month of Issued", tables[2].By)
	assert.Equal(t, "2026-01", tables[2].Lines[0].Value)
}

func TestTheSameStageGivesTheSameReport(t *testing.T) {
	m := scene(t, 6, 15)
	first, second := write(t, m), write(t, m)
	for _, pair := range [][2]string{{first.HTML, second.HTML}, {first.Crosswalk, second.Crosswalk}} {
		a, err := os.ReadFile(pair[0])
		require.NoError(t, err)
		b, err := os.ReadFile(pair[1])
		require.NoError(t, err)
		assert.Equal(t, string(a), string(b))
	}
	info, err := os.Stat(first.HTML)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	left, err := os.ReadDir(first.Dir)
	require.NoError(t, err)
	assert.Len(t, left, 4)
	// Made again into the same folder it takes the place of the one before.
	again, err := Write(t.Context(), m.cfg, m.run, first.Dir)
	require.NoError(t, err)
	assert.Equal(t, first, again)
}

func TestTheListsBesideThePage(t *testing.T) {
	files := write(t, scene(t, 5, 12))
	f, err := os.Open(files.Crosswalk)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	assert.Equal(t, crosswalkColumns, rows[0])
	assert.Equal(t, []string{"customers", "1", "1001", "customers", "9001", "", "https://acme.deskly.example/customers/9001", "created", "2026-08-03T10:00:01Z"}, rows[1])
	assert.Len(t, rows, 1+5+7)
	assert.Contains(t, rows, []string{"invoices", "8", "R-0008", "invoices", "50008", "R-8", "https://acme.deskly.example/invoices/50008", "created", "2026-08-03T10:00:01Z"})
	book, err := excelize.OpenFile(files.Exceptions)
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	got, err := book.GetRows("Exceptions")
	require.NoError(t, err)
	assert.Equal(t, []string{"invoices", "3", "R-0003", "rejected", "refused by the target", "the target refused it", "total", "109.03", "Total must match the lines", "correct the lines"}, got[1])
	assert.Len(t, got, 6)
	assert.Equal(t, "its answer was lost, and two records of the target are equal to it; it may be 60001 R-0005, 60002", got[3][5])
	tables, err := excelize.OpenFile(files.Workbook)
	require.NoError(t, err)
	defer func() { require.NoError(t, tables.Close()) }()
	assert.Equal(t, []string{"Summary", "Bins", "Counts and sums", "Samples", "Differences", "Not loaded", "What it rests on"}, tables.GetSheetList())
	differences, err := tables.GetRows("Differences")
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"invoices", "8", "50008", "open", "number", "R-0008", "R-8", "altered"}}, differences[1:])
}

func TestNothingToReport(t *testing.T) {
	m := newMigration(t)
	_, err := Write(t.Context(), m.cfg, 0, t.TempDir())
	var none *NoPlanError
	require.ErrorAs(t, err, &none)
	_, err = Write(t.Context(), m.cfg, 99, t.TempDir())
	require.ErrorContains(t, err, "run 99 loaded nothing")
}
