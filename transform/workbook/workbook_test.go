package workbook

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/transform/mapping"
	"ferry/transform/profile"
)

func open(t *testing.T) ([]byte, *mapping.File, Sides) {
	t.Helper()
	data, err := os.ReadFile("testdata/shop-to-crm.yaml")
	require.NoError(t, err)
	f, err := mapping.Parse("shop-to-crm.yaml", data)
	require.NoError(t, err)
	var sides Sides
	for path, to := range map[string]**connector.Spec{"testdata/shop.yaml": &sides.Source, "testdata/crm.yaml": &sides.Target} {
		*to, err = connector.Load(path)
		require.NoError(t, err)
	}
	require.NoError(t, mapping.Check(f, sides.Source, sides.Target, nil))
	return data, f, sides
}

func export(t *testing.T, f *mapping.File, sides Sides) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Export(&out, f, sides))
	book, err := excelize.OpenReader(&out)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, book.Close()) })
	return book
}

func back(t *testing.T, book *excelize.File, f *mapping.File, sides Sides) ([]mapping.Change, error) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, book.Write(&out))
	return Read(&out, f, sides)
}

// rowOf finds the row of a target field, or of a source field without a target.
func rowOf(t *testing.T, book *excelize.File, target, source string) int {
	t.Helper()
	rows, err := book.GetRows("people")
	require.NoError(t, err)
	for i, r := range rows {
		for len(r) < len(columns) {
			r = append(r, "")
		}
		if i > 0 && r[columnTarget] == target && (target != "" || r[columnSource] == source) {
			return i + 1
		}
	}
	require.Failf(t, "no row", "%s %s", target, source)
	return 0
}

func set(t *testing.T, book *excelize.File, column, row int, text string) {
	t.Helper()
	cell, err := excelize.CoordinatesToCellName(column+1, row)
	require.NoError(t, err)
	require.NoError(t, book.SetCellStr("people", cell, text))
}

func TestAWorkbookNobodyTouchedChangesNothing(t *testing.T) {
	_, f, sides := open(t)
	stream, err := sides.Source.Stream("buyers")
	require.NoError(t, err)
	p := profile.New(stream, 2)
	require.NoError(t, p.Add(record.Staged{Record: record.Record{Raw: []byte(`{"id":1,"name":"=Ann","phone":"0123"}`)}}))
	sides.Profiles = map[string]*profile.Profile{"buyers": p}
	book := export(t, f, sides)
	assert.Equal(t, []string{"Read me", "people"}, book.GetSheetList())
	row := rowOf(t, book, "phone", "")
	rows, err := book.GetRows("people")
	require.NoError(t, err)
	assert.Equal(t, []string{"phone", "Phone", "0123", "100.0%", "phone", "Telephone", "string", "", "as: phone, region: US"}, rows[row-1][:9])
	changes, err := back(t, book, f, sides)
	require.NoError(t, err)
	assert.Empty(t, changes)
}

func TestRedIsWhatNobodyDecided(t *testing.T) {
	_, f, sides := open(t)
	program, err := f.Compile(sides.Source, sides.Target)
	require.NoError(t, err)
	open := map[string]bool{}
	for _, r := range rowsOf(program.Stream(0), sides) {
		if r.open {
			open[r.Target+"<"+r.Source] = true
		}
	}
	assert.Equal(t, map[string]bool{"city<": true, "<joined": true}, open)
}

func TestChangesComeBackIntoTheFile(t *testing.T) {
	data, f, sides := open(t)
	book := export(t, f, sides)
	set(t, book, columnRule, rowOf(t, book, "name", ""), "upper(name)")
	set(t, book, columnSource, rowOf(t, book, "name", ""), "")
	set(t, book, columnRule, rowOf(t, book, "city", ""), leftOut)
	set(t, book, columnRemark, rowOf(t, book, "city", ""), "nobody knows it: ask")
	joined := rowOf(t, book, "", "joined")
	set(t, book, columnTarget, joined, "since")
	set(t, book, columnValues, rowOf(t, book, "kind", ""), "a = Private\nb = Business\nelse = skip")
	changes, err := back(t, book, f, sides)
	require.NoError(t, err)
	after, _, err := mapping.Edit(data, changes)
	require.NoError(t, err)
	want, err := os.ReadFile("testdata/after.yaml")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(after))
	edited, err := mapping.Parse("after.yaml", after)
	require.NoError(t, err)
	require.NoError(t, mapping.Check(edited, sides.Source, sides.Target, nil))
	changes, err = back(t, export(t, edited, sides), edited, sides)
	require.NoError(t, err)
	assert.Empty(t, changes)
}

func TestBadCellsAreNamed(t *testing.T) {
	_, f, sides := open(t)
	book := export(t, f, sides)
	set(t, book, columnValues, rowOf(t, book, "kind", ""), "a Private")
	set(t, book, columnRule, rowOf(t, book, "city", ""), leftOut)
	set(t, book, columnRule, rowOf(t, book, "", "joined"), "upper(joined)")
	_, err := back(t, book, f, sides)
	require.Error(t, err)
	assert.Contains(t, err.Error(), `people!I`)
	assert.Contains(t, err.Error(), `"a Private" is no value`)
	assert.Contains(t, err.Error(), "needs a reason in Remark")
	assert.Contains(t, err.Error(), "name the target's field in Target")

	set(t, book, columnRule, rowOf(t, book, "", "joined"), "")
	set(t, book, columnTarget, rowOf(t, book, "", "joined"), "name")
	_, err = back(t, book, f, sides)
	require.ErrorContains(t, err, "name has a rule already, in row 2")

	set(t, book, columnTarget, 1, "Goal")
	_, err = back(t, book, f, sides)
	require.ErrorContains(t, err, `there is no column "Target"`)
	_, err = Read(bytes.NewReader([]byte("no zip")), f, sides)
	require.ErrorContains(t, err, "no Excel workbook")
	require.NoError(t, book.SetSheetName("people", "other"))
	_, err = back(t, book, f, sides)
	require.ErrorContains(t, err, "no sheet is named after a stream")
}

// What people write into Remark stays, beside a rule that changed and beside one
// that did not.
func TestRemarksComeBackIntoTheFile(t *testing.T) {
	data, f, sides := open(t)
	book := export(t, f, sides)
	set(t, book, columnRemark, rowOf(t, book, "name", ""), "Bob said: <trim> # it")
	set(t, book, columnRemark, rowOf(t, book, "kind", ""), "ask Ann")
	changes, err := back(t, book, f, sides)
	require.NoError(t, err)
	require.Len(t, changes, 2)
	after, _, err := mapping.Edit(data, changes)
	require.NoError(t, err)
	edited, err := mapping.Parse("after.yaml", after)
	require.NoError(t, err)
	require.NoError(t, mapping.Check(edited, sides.Source, sides.Target, nil))
	remarks := map[string]string{}
	for _, r := range edited.Streams[0].Fields {
		remarks[r.Path.String()] = r.Remark
	}
	assert.Equal(t, "Bob said: <trim> # it", remarks["name"])
	assert.Equal(t, "ask Ann", remarks["kind"])

	book = export(t, edited, sides)
	changes, err = back(t, book, edited, sides)
	require.NoError(t, err)
	assert.Empty(t, changes)
	set(t, book, columnRule, rowOf(t, book, "name", ""), "upper(name)")
	set(t, book, columnSource, rowOf(t, book, "name", ""), "")
	changes, err = back(t, book, edited, sides)
	require.NoError(t, err)
	require.Len(t, changes, 1)
	assert.Contains(t, changes[0].Rule, "remark")
}
