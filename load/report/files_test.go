package report

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// fileSides are an entry of each kind.
func fileSides() []stage.PlanEntry {
	side := func(part, stream string) stage.Side {
		return stage.Side{Account: source.ID, Source: "bill.photos", Part: part, Target: target.ID, Stream: stream}
	}
	return []stage.PlanEntry{{Name: "bill.photos", Side: side("file", "invoices")}, {Name: "bill.photos.scan", Side: side("file.folder:scan", "invoices")},
		{Name: "bill.photos.scan lines", Side: side("file.line:scan", "invoices.notes")}}
}

// fileScene is a migration with files: of four to be attached one is refused, one
// held and one sent with an answer that was lost; of two for the folder one is there
// already; a line tells of them.
func fileScene(tb testing.TB) *migration {
	tb.Helper()
	ctx := tb.Context()
	m := newMigration(tb)
	m.cfg.Vendor.Streams = append(m.cfg.Vendor.Streams, &connector.Stream{Name: "invoices.notes", Key: []string{"invoice_id", "id"}, Sub: &connector.Sub{Parent: "invoices", As: "invoice_id"}})
	m.stageRecords(source.ID, "client", testTime, map[record.Key]string{"1": `{"id":1}`}, []record.Key{"1"})
	g := m.mapAll(func(string, *record.Staged) made { return made{mapped: `{"name":"Harbour Dental"}`} })
	note := func(of, name, path string, bytes int64, files int, held *load.Reason) []byte {
		text, err := json.Marshal(load.Note{Held: held, File: &load.FileNote{Parent: "invoices", Of: record.Key(of), Name: name, Path: path, Bytes: bytes, SHA256: "c0ffee", Files: files}})
		require.NoError(tb, err)
		return text
	}
	noPlace := &load.Reason{Code: load.CodeNoContent, Text: "its content was not given when it was read", Do: "run ferry extract again"}
	held, err := json.Marshal(noPlace)
	require.NoError(tb, err)
	const summary = `{"entries":[{"name":"customers"},{"name":"bill.photos.scan","files":{"kind":"folder","says":["invoices of Deskly takes no scans: they go to the folder move.files"]}}],
		"price":{},"rests":{},"left_files":["photos of visits (visit.photos) are not read: name visit.photos under details"]}`
	m.summary = []byte(summary)
	items := []stage.Item{{Key: "1", Action: stage.ActCreate},
		{Entry: 2, Key: "7/a", Action: stage.ActCreate, Note: note("7", "front door.jpg", "", 2_000_000, 0, nil)},
		{Entry: 2, Key: "7/b", Action: stage.ActCreate, Note: note("7", "<b>roof</b>.jpg", "", 3_000_000, 0, nil)},
		{Entry: 2, Key: "8/c", Action: stage.ActHeld, Bin: stage.LoadHeld, Why: held, Note: note("8", "cellar.jpg", "", 500_000, 0, noPlace)},
		{Entry: 2, Key: "8/d", Action: stage.ActCreate, Note: note("8", "boiler.jpg", "", 500_000, 0, nil)},
		{Entry: 3, Key: "7/s", Action: stage.ActCreate, Note: note("7", "s.pdf", "Harbour Dental/R-7/s.pdf", 40_000, 0, nil)},
		{Entry: 3, Key: "7/t", Action: stage.ActUnchanged, Bin: stage.LoadUnchanged, Note: note("7", "t.pdf", "Harbour Dental/R-7/t.pdf", 60_000, 0, nil)},
		{Entry: 4, Key: "7", Action: stage.ActCreate, Note: note("7", "", "", 0, 2, nil)},
	}
	entries := fileSides()
	p := m.plan(g, items, entries...)
	for _, e := range entries {
		m.sides = append(m.sides, e.Side)
	}
	m.sends(p, 0, "1", "9001", stage.AttemptCreate, `{"name":"Harbour Dental"}`, `{"id":9001,"name":"Harbour Dental"}`)
	m.sends(p, 2, "7/a", "500/31", stage.AttemptCreate, `{"name":"front door.jpg","sha256":"c0ffee"}`, "{}")
	m.refuses(p, 2, "7/b", load.Reason{Code: load.CodeNotShown, Text: "the target took the call, and never showed the file", Do: "attach it by hand"})
	lost, err := json.Marshal(load.Reason{Code: load.CodeLost, Text: "its answer was lost"})
	require.NoError(tb, err)
	require.NoError(tb, m.s.SetItems(ctx, p.ID, []stage.Item{{Entry: 2, Key: "8/d", Bin: stage.LoadUnsure, Why: lost}}))
	m.sends(p, 3, "7/s", "folder:Harbour Dental/R-7/s.pdf", stage.AttemptCreate, `{"path":"Harbour Dental/R-7/s.pdf"}`, "")
	m.sends(p, 4, "7", "500/77", stage.AttemptCreate, `{"body":"2 files"}`, "")
	verdict, err := json.Marshal(load.Verdict{Run: m.run, At: testTime.Add(4 * time.Hour), Entries: []load.EntryVerdict{{Entry: "customers", Checked: 1, Equal: 1}, {Entry: "bill.photos.scan", Checked: 1, Different: 1}},
		Differs: []load.FieldDiffers{{Entry: "bill.photos.scan", Key: "7/s", Target: "folder:Harbour Dental/R-7/s.pdf", Field: "content", Deviation: load.Altered, Sent: []byte(`"c0ffee"`), Now: []byte(`"beef"`)}}})
	require.NoError(tb, err)
	require.NoError(tb, m.s.SetNote(ctx, fmt.Sprintf("load.verdict.%d", m.run), string(verdict)))
	return m
}

func TestFilesAreCountedBesideTheRecords(t *testing.T) {
	m := fileScene(t)
	files := write(t, m)
	text, err := os.ReadFile(files.HTML)
	require.NoError(t, err)
	page := string(text)
	for _, want := range []string{
		"The source is not all accounted for: photos of visits (visit.photos) are not read: name visit.photos under details. Of its 1 record 1 is in the target.",
		"3 of 6 (6.1 MB) are where they were to be; 3 are not, each with its reason; photos of visits (visit.photos) are not read: name visit.photos under details",
		"Photos and attachments", "attached to invoices", "in a folder beside the job", "noted in invoices", "6 MB", "100 kB",
		"file did not appear", "file not staged", "run ferry extract again", "0 as they were sent, 1 not as they were sent",
		"bill.photos.scan: invoices of Deskly takes no scans: they go to the folder move.files",
		`class="verdict look"`, "every field sent reads back as it was sent", "What reads back otherwise than it was sent", "1 of 1 target records was read back",
	} {
		assert.True(t, strings.Contains(page, want), want)
	}
	assert.False(t, strings.Contains(page, "invoices/folder"), "a file in the folder has no page")
	assert.False(t, strings.Contains(page, "the records were mapped anew since"), "files make the sum of the records unknown")
	assert.False(t, strings.Contains(page, "<b>roof"), "a name is not escaped")
	doc, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	checkTables(t, doc)

	book, err := excelize.OpenFile(files.Workbook)
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	rows, err := book.GetRows("Photos and attachments")
	require.NoError(t, err)
	require.Len(t, rows, 6)
	line := func(row []string) string { return strings.Join(row, " | ") }
	assert.Equal(t, "bill.photos | bill.photos | attached to invoices | 4 | 6,000,000 | 1 | 2,000,000 | 1 | 0 | 0 | 1 | 1 | 1 | 0 | 0 | 0 | yes | not looked at again; ferry verify does that", line(rows[1]))
	assert.Equal(t, "bill.photos.scan | bill.photos | in a folder beside the job | 2 | 100,000 | 2 | 100,000 | 1 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | yes | 0 as they were sent, 1 not as they were sent", line(rows[2]))
	assert.Equal(t, "bill.photos.scan lines | bill.photos | noted in invoices | 1 | 0 | 1 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | yes | not looked at again; ferry verify does that", line(rows[3]))
	assert.Contains(t, line(rows[4]), "visit.photos")
	bins, err := book.GetRows("Bins")
	require.NoError(t, err)
	assert.Len(t, bins, 3, "files are no records")
}

func TestFilesThatWereNotCarriedOverAreListedByName(t *testing.T) {
	files := write(t, fileScene(t))
	book, err := excelize.OpenFile(files.Exceptions)
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	rows, err := book.GetRows("Exceptions")
	require.NoError(t, err)
	require.Len(t, rows, 4)
	get := func(row []string, name string) string {
		for i, head := range rows[0] {
			if head == name && i < len(row) {
				return row[i]
			}
		}
		return ""
	}
	for i, want := range [][5]string{
		{"<b>roof</b>.jpg", "rejected", "file did not appear", "attach it by hand", "invoices 7"},
		{"cellar.jpg", "held", "file not staged", "run ferry extract again", "invoices 8"},
		{"boiler.jpg", "unsure", "answer lost", usualDo[load.CodeLost], "invoices 8"},
	} {
		r := rows[i+1]
		assert.Equal(t, want, [5]string{get(r, "Name"), get(r, "Bin"), get(r, "Cause"), get(r, "What to do"), get(r, "File of")})
	}
	causes, err := book.GetRows("Causes")
	require.NoError(t, err)
	assert.Len(t, causes, 4)
	crosswalk, err := os.ReadFile(files.Crosswalk)
	require.NoError(t, err)
	assert.Contains(t, string(crosswalk), "bill.photos,7/a,,invoices,500/31,,https://acme.deskly.example/invoices/500,created,")
	assert.Contains(t, string(crosswalk), "bill.photos.scan,7/s,,invoices,folder:Harbour Dental/R-7/s.pdf,,,created,")
	assert.Contains(t, string(crosswalk), "bill.photos.scan lines,7,,invoices.notes,500/77,,https://acme.deskly.example/invoices/500,created,")
}

func TestAReportWithoutFilesSaysNothingOfThem(t *testing.T) {
	text, err := os.ReadFile(write(t, scene(t, 3, 9)).HTML)
	require.NoError(t, err)
	assert.False(t, strings.Contains(string(text), "Photos"))
}
