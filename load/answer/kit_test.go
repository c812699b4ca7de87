package answer

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet"
)

// answers gives rows as Config.Rows does.
func answers(rows ...Row) func(func(*Row) error) error {
	return func(yield func(*Row) error) error {
		for i := range rows {
			row := rows[i]
			if err := yield(&row); err != nil {
				return err
			}
		}
		return nil
	}
}

func stamp(key string) *sheet.Stamp { return &sheet.Stamp{Import: "i1", Key: key, Hash: 77} }

// customers is a workbook with what people have in theirs.
func customers(t *testing.T, change func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must := func(err error) { require.NoError(t, err) }
	must(f.SetSheetName("Sheet1", "Customers"))
	for i, row := range [][]any{{"Name", "Phone", "Due", "Total"}, {"Ann", "=x", 45000, 12.5}, {"Bo", nil, 45001, 13}, {"Cy", "+1 719", "soon", 14}} {
		must(f.SetSheetRow("Customers", fmt.Sprintf("A%d", i+1), &row))
	}
	day := "dd/mm/yyyy"
	dates, err := f.NewStyle(&excelize.Style{CustomNumFmt: &day, Font: &excelize.Font{Italic: true}})
	must(err)
	must(f.SetCellStyle("Customers", "C2", "C4", dates))
	must(f.SetCellFormula("Customers", "D4", "D2+D3"))
	must(f.SetConditionalFormat("Customers", "D2:D4", []excelize.ConditionalFormatOptions{{Type: "data_bar", Criteria: "=", MinType: "min", MaxType: "max", BarColor: "#638EC6"}}))
	must(f.AutoFilter("Customers", "A1:D4", nil))
	_, err = f.NewSheet("Other")
	must(err)
	must(f.SetCellStr("Other", "A1", "untouched"))
	must(f.SetDefinedName(&excelize.DefinedName{Name: "Mine", RefersTo: "Other!$A$1", Scope: "Other"}))
	if change != nil {
		change(f)
	}
	path := filepath.Join(t.TempDir(), "customers.xlsx")
	must(f.SaveAs(path))
	return path
}

// config answers the workbook of customers: row 3 lacks a phone, row 4 a date.
func config(t *testing.T, original string) Config {
	return Config{
		Original: original, Name: "customers.xlsx", Out: filepath.Join(t.TempDir(), "answered.xlsx"), Title: "Syncro",
		Recipe: &sheet.Recipe{Sheet: "Customers", Header: []int{1}, First: 2, Columns: []sheet.Column{
			{Place: 1, Header: "Name", Name: "Name"}, {Place: 2, Header: "Phone", Name: "Phone"}, {Place: 3, Header: "Due", Name: "Due"}, {Place: 4, Header: "Total", Name: "Total"},
		}},
		Mark: sheet.Mark{Import: "i1", Vendor: "syncro", Stream: "customers"}, Summary: []Line{{"Loaded", "1 of 3"}},
		Rows: answers(
			Row{Sheet: "Customers", Number: 2, Result: "created", Open: `https://acme.example/customers/1?a=1&b=2`, Good: true, Stamp: stamp("1")},
			Row{Sheet: "Customers", Number: 3, Result: "not loaded", ToDo: "=enter a phone", Bad: []Cell{{2, "is blank & needed", false}}, Stamp: stamp("2")},
			Row{Sheet: "Customers", Number: 4, Result: "not loaded", ToDo: "mend the date", Bad: []Cell{{3, "is no date", false}, {4, "is odd", true}}, Stamp: stamp("3")},
		),
	}
}

// written writes the answer and holds it against what holds for all.
func written(t *testing.T, c Config) Done {
	t.Helper()
	before, err := os.ReadFile(c.Original)
	require.NoError(t, err)
	done, err := Write(context.Background(), c)
	require.NoError(t, err)
	after, err := os.ReadFile(c.Original)
	require.NoError(t, err)
	require.Equal(t, before, after, "the original was touched")
	left, err := filepath.Glob(filepath.Join(filepath.Dir(c.Out), ".ferry-part-*"))
	require.NoError(t, err)
	require.Empty(t, left)
	return done
}

// open opens a workbook after holding each of its parts to XML.
func open(t *testing.T, path string) *excelize.File {
	t.Helper()
	for name, data := range parts(t, path) {
		if !strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".rels") && !strings.HasSuffix(name, ".vml") {
			continue
		}
		decoder := xml.NewDecoder(bytes.NewReader(data))
		for {
			_, err := decoder.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err, name)
		}
	}
	f, err := excelize.OpenFile(path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// parts reads the parts of a workbook, each of which must be there once.
func parts(t *testing.T, path string) map[string][]byte {
	t.Helper()
	z, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer z.Close()
	all := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		data, err := io.ReadAll(r)
		require.NoError(t, err, f.Name)
		require.NotContains(t, all, f.Name)
		all[f.Name] = data
	}
	return all
}

// raw gives the compressed bytes of the parts of a workbook.
func raw(t *testing.T, path string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer z.Close()
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.OpenRaw()
		require.NoError(t, err)
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		all[f.Name] = string(data)
	}
	return all
}

// cell gives the raw value of a cell.
func cell(t *testing.T, f *excelize.File, sheet, at string) string {
	t.Helper()
	v, err := f.GetCellValue(sheet, at, excelize.Options{RawCellValue: true})
	require.NoError(t, err)
	return v
}
