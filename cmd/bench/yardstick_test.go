package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/samples/vendorsim"
)

func TestTheBareLoopMovesEveryRecord(t *testing.T) {
	server := httptest.NewServer(vendorsim.NewSynchroteam(account{Customers: 730}.options()))
	t.Cleanup(server.Close)
	var out bytes.Buffer
	args := []string{"-base-url", server.URL + "/api/v3", "-pages", "8", "-connections", "3", "-dir", t.TempDir()}
	require.NoError(t, bareMain(t.Context(), args, nil, &out))
	assert.JSONEq(t, `{"records": 730}`, out.String())
}

func TestTheBareLoopEndsWhenTheVendorRefuses(t *testing.T) {
	server := httptest.NewServer(vendorsim.NewSynchroteam(account{Customers: 730, Rate: 2}.options()))
	t.Cleanup(server.Close)
	args := []string{"-base-url", server.URL + "/api/v3", "-pages", "8", "-dir", t.TempDir()}
	assert.ErrorContains(t, bareMain(t.Context(), args, nil, &bytes.Buffer{}), "429")
}

func TestRecordsAreThoseOfTheVendor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.ndjson")
	described, err := json.Marshal(account{Customers: 250})
	require.NoError(t, err)
	require.NoError(t, recordsMain(t.Context(), []string{"-account", string(described), "-out", path}, nil, nil))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	require.Len(t, lines, 250)
	vendor := vendorsim.NewSynchroteam(account{Customers: 250}.options())
	for i, id := range vendor.Live(vendorsim.StreamCustomers) {
		assert.JSONEq(t, string(vendor.Record(vendorsim.StreamCustomers, id)), lines[i])
	}
}

func TestSplitPageRefusesWhatIsNoPage(t *testing.T) {
	for _, body := range []string{"", "[", `{"data": [{}`, `{"data": 1}`, `{"data": [1,]}`, `{"data": [1]`} {
		assert.Error(t, splitPage([]byte(body), func([]byte) error { return nil }), body)
	}
	n := 0
	require.NoError(t, splitPage([]byte(`{"page": {"x": [1]}, "data": [{"id": 1}, {"id": 2}], "total": 2}`), func(raw []byte) error {
		n += len(raw)
		return nil
	}))
	assert.Equal(t, len(`{"id": 1}{"id": 2}`), n)
}

func TestAnUnknownColumnIsNoEqualWork(t *testing.T) {
	_, err := cellMakers([]string{"id", "shoeSize"}, nil)
	assert.ErrorContains(t, err, "shoeSize")
}

func TestServeEndsWithItsCaller(t *testing.T) {
	in, _ := os.Open(os.DevNull)
	defer in.Close()
	var out bytes.Buffer
	require.NoError(t, serveMain(context.Background(), nil, in, &out))
	assert.True(t, strings.HasPrefix(out.String(), "http://127.0.0.1:"))
}

func TestCellsAreEqualAsASpreadsheetShowsThem(t *testing.T) {
	for _, c := range []struct {
		x, y string
		want bool
	}{
		{"a", "a", true}, {"a", "b", false}, {"0012", "12", false}, {"12", "12.0", false}, {"", "0", false},
		{"45000.123456789012", "45000.123456789011", true}, {"45000.12345", "45000.12346", false},
	} {
		assert.Equal(t, c.want, cellHash(c.x) == cellHash(c.y), "%q %q", c.x, c.y)
	}
}

// book writes a workbook with these rows.
func book(t *testing.T, rows ...[]any) string {
	t.Helper()
	b := excelize.NewFile()
	for i, cells := range rows {
		require.NoError(t, b.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &cells))
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	require.NoError(t, b.SaveAs(path))
	require.NoError(t, b.Close())
	return path
}

func TestWorkbooksAreComparedInAnyOrder(t *testing.T) {
	head := []any{"id", "name"}
	a := book(t, head, []any{"1", "one"}, []any{"2", "two"})
	for _, c := range []struct {
		name   string
		other  string
		differ int
	}{
		{"another order", book(t, head, []any{"2", "two"}, []any{"1", "one"}), 0},
		{"a cell", book(t, head, []any{"1", "one"}, []any{"2", "zwei"}), 1},
		{"a row gone", book(t, head, []any{"1", "one"}), 2},
		{"another row", book(t, head, []any{"1", "one"}, []any{"3", "two"}), 4},
		{"a row twice", book(t, head, []any{"1", "one"}, []any{"2", "two"}, []any{"2", "two"}), 2},
	} {
		var out bytes.Buffer
		require.NoError(t, compareExcelMain(t.Context(), []string{"-a", a, "-b", c.other}, nil, &out), c.name)
		var said comparedCells
		require.NoError(t, json.Unmarshal(out.Bytes(), &said))
		assert.Equal(t, c.differ, said.Differ, c.name)
		assert.Equal(t, 2, said.Rows, c.name)
	}
	var out bytes.Buffer
	assert.ErrorContains(t, compareExcelMain(t.Context(), []string{"-a", a, "-b", book(t, []any{"id"})}, nil, &out), "headers differ")
}
