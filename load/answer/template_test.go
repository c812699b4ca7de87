package answer

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/load/internal/xlsx"
)

// jobs is a spec with a field of each sort.
func jobs() *connector.Spec {
	return &connector.Spec{Vendor: "acme", Title: "Acme", Streams: []*connector.Stream{{
		Name: "jobs", Label: "Jobs [all]",
		Writes: &connector.Writes{
			Create: &connector.WriteCall{Except: []string{"later"}}, Custom: &connector.CustomWrite{Path: "extra"},
			Required: [][]string{{"title"}, {"mail", "phone"}},
			Fields: []record.Field{
				{Name: "notes", Kind: record.String},
				{Name: "title", Label: "Title", Kind: record.String, About: "what the technician reads"},
				{Name: "due", Label: "Due", Kind: record.Date},
				{Name: "start_at", Kind: record.DateTime},
				{Name: "price", Kind: record.Decimal},
				{Name: "mail", Kind: record.String}, {Name: "phone", Kind: record.String},
				{Name: "urgent", Kind: record.Boolean},
				{Name: "priority", Kind: record.String, Enum: []string{"low", "high"}},
				{Name: "customer_id", Label: "Customer ID", Kind: record.Integer, Refers: &record.Refers{Stream: "customers", By: []string{"name"}}},
				{Name: "type", Label: "Type", Kind: record.String, Known: &record.Known{Stream: "types", Field: "name"}},
				{Name: "address", Label: "Address", Kind: record.Object, Fields: []record.Field{{Name: "zip", Label: "ZIP", Kind: record.String}, {Name: "due", Label: "Due", Kind: record.Date}}},
				{Name: "extra", Kind: record.Custom},
				{Name: "tags", Kind: record.List}, {Name: "labels", Kind: record.List, Of: &record.Field{Kind: record.String}},
				{Name: "comments", Label: "Comments", About: "written with the job", Kind: record.List, Of: &record.Field{Kind: record.Object, Fields: []record.Field{
					{Name: "title", Label: "Title", Kind: record.String, Required: true}, {Name: "body", Label: "Body", Kind: record.String, Required: true}, {Name: "hidden", Kind: record.Boolean}}}},
				{Name: "parts", Kind: record.List, Of: &record.Field{Kind: record.Object, Fields: []record.Field{
					{Name: "number", Kind: record.String, Required: true}, {Name: "count", Kind: record.Integer, Required: true}}}},
				{Name: "users", Kind: record.List, Of: &record.Field{Kind: record.Object, Fields: []record.Field{{Name: "email", Kind: record.String}}}},
				{Name: "secret", Kind: record.String, Secret: true}, {Name: "made", Kind: record.Date, ReadOnly: true}, {Name: "later", Kind: record.String},
			},
		},
	}}}
}

func template(t *testing.T, customers int) (TemplateDone, *excelize.File) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "jobs.xlsx")
	done, err := Template(context.Background(), TemplateConfig{
		Out: out, Spec: jobs(), Stream: "jobs", Account: "acme", Now: time.Date(2026, 5, 3, 10, 0, 0, 0, time.UTC),
		Lists: func(stream, field string) ([]string, bool) {
			if stream != "customers" || field != "name" {
				return nil, false
			}
			names := make([]string, customers)
			for i := range names {
				names[i] = fmt.Sprintf("Customer %05d", customers-i)
			}
			return names, true
		},
		Custom: []Custom{{Label: "Zone", Options: []string{"North", "South"}}, {Label: "Gate code"}},
	})
	require.NoError(t, err)
	return done, open(t, out)
}

func TestTemplateNeedsNoQuestions(t *testing.T) {
	done, f := template(t, 3)
	require.Equal(t, []string{"tags", "parts", "users"}, done.Left, "objects that need more than one text do not fit into a cell")
	require.Equal(t, 4, done.Lists)
	require.Equal(t, []string{"Jobs  all", "Help", "_ferry", "Lists"}, f.GetSheetList())
	rows, err := f.GetRows("Jobs  all")
	require.NoError(t, err)
	require.Len(t, rows, 1, "no example row that somebody forgets to delete")
	want := []string{"Title *", "Mail", "Phone", "Comments / Body", "Notes", "Due", "Start at", "Price", "Urgent", "Priority", "Customer", "Type", "Address / ZIP", "Address / Due", "Zone", "Gate code", "Labels"}
	require.Equal(t, want, rows[0])
	require.Equal(t, len(want), done.Columns)
	lines, err := f.GetRows("_ferry")
	require.NoError(t, err)
	mark, ok := sheet.ParseMark(lines)
	require.True(t, ok)
	require.Equal(t, sheet.MarkTemplate, mark.Kind)
	require.Equal(t, "Jobs  all", mark.Sheet)
	require.Equal(t, "2026-05-03T10:00:00Z", mark.Made)
	require.Len(t, mark.Fields, len(want))
	for header, path := range map[string]string{"Title *": "title", "Address / ZIP": "address.zip", "Zone": "extra.Zone", "Customer": "customer_id", "Labels": "labels", "Comments / Body": "comments[].body"} {
		require.Equal(t, path, mark.Fields[header])
	}
	for _, hidden := range []string{"Lists", "_ferry"} {
		visible, err := f.GetSheetVisible(hidden)
		require.NoError(t, err)
		require.False(t, visible, hidden)
	}
}

func TestTemplateFormatsAndDropDowns(t *testing.T) {
	_, f := template(t, 2500)
	format := func(column string) string {
		id, err := f.GetColStyle("Jobs  all", column)
		require.NoError(t, err)
		style, err := f.GetStyle(id)
		require.NoError(t, err)
		if style.CustomNumFmt != nil {
			return *style.CustomNumFmt
		}
		return fmt.Sprint(style.NumFmt)
	}
	require.Equal(t, []string{"49", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "0", "49", "49"}, []string{format("C"), format("F"), format("G"), format("H"), format("K"), format("M")})
	drops, err := f.GetDataValidations("Jobs  all")
	require.NoError(t, err)
	found := map[string]string{}
	for _, d := range drops {
		found[strings.SplitN(d.Sqref, "2:", 2)[0]] = d.Formula1
		require.True(t, strings.HasSuffix(d.Sqref, "1048576"), d.Sqref)
	}
	require.Len(t, found, 4)
	require.Regexp(t, `Lists!\$[A-Z]+\$2:\$[A-Z]+\$2501`, found["K"])
	cols, err := f.GetCols("Lists")
	require.NoError(t, err)
	at := slices.IndexFunc(cols, func(c []string) bool { return c[0] == "customers.name" })
	require.GreaterOrEqual(t, at, 0)
	require.Equal(t, "Customer 00001", cols[at][1], "sorted, to be found by its letters")
}

func TestTemplateHelp(t *testing.T) {
	_, f := template(t, 1)
	notes, err := f.GetComments("Jobs  all")
	require.NoError(t, err)
	texts := map[string]string{}
	for _, n := range notes {
		texts[n.Cell] = n.Text
		for _, run := range n.Paragraph {
			texts[n.Cell] += run.Text
		}
	}
	require.Contains(t, texts["A1"], "What the technician reads; text; a new record needs it.")
	require.Contains(t, texts["B1"], "this or Phone")
	require.Contains(t, texts["Q1"], "Text; several with commas between.")
	require.Contains(t, texts["D1"], "Written with the job; text.")
	rows, err := f.GetRows("Help")
	require.NoError(t, err)
	require.Equal(t, "Acme: Jobs [all], acme", rows[0][0])
	require.Contains(t, strings.Join(rows[len(rows)-1], " "), "tags")
}

func TestTemplateOfAStreamThatTakesNothing(t *testing.T) {
	spec := jobs()
	spec.Streams[0].Writes.Create = nil
	_, err := Template(context.Background(), TemplateConfig{Out: filepath.Join(t.TempDir(), "x.xlsx"), Spec: spec, Stream: "jobs"})
	require.ErrorContains(t, err, "ferry describe acme")
}

func TestTemplateHasWhatAnUpdateSendsBehindACreation(t *testing.T) {
	spec := jobs()
	columns := func() []string {
		var out []string
		for _, e := range newForm(&TemplateConfig{Spec: spec, Stream: "jobs"}, spec.Streams[0]).columns {
			out = append(out, e.path)
		}
		return out
	}
	require.NotContains(t, columns(), "later")
	spec.Streams[0].Writes.Update = &connector.WriteCall{Except: []string{"notes"}}
	require.Contains(t, columns(), "later")
	require.Contains(t, columns(), "notes")
}

func TestNamesOfSheets(t *testing.T) {
	for given, want := range map[string]string{"Jobs": "Jobs", "a/b:c": "a b c", "'": "Records", "help": "Records", strings.Repeat("x", 40): strings.Repeat("x", 31), xlsx.ListSheet: "Records"} {
		require.Equal(t, want, sheetName(given), given)
	}
}

func TestAColumnOfNamesIsNotCalledANumber(t *testing.T) {
	for label, want := range map[string]string{"Customer ID": "Customer", "Customer / ID": "Customer", "Asset type id": "Asset type", "Technician": "Technician", " ID": " ID", "Paid": "Paid"} {
		require.Equal(t, want, withoutID(label))
	}
}

// What one column names by looking it up is not asked for in another that is sent as it
// is written.
func TestATemplateAsksForAnInvoiceOnce(t *testing.T) {
	spec, err := connector.Load("syncro")
	require.NoError(t, err)
	stream, err := spec.Stream("payments")
	require.NoError(t, err)
	var paths []string
	for _, e := range newForm(&TemplateConfig{Spec: spec}, stream).columns {
		paths = append(paths, e.path)
	}
	require.Contains(t, paths, "invoice_id")
	require.NotContains(t, paths, "invoice_number")
}
