package filesink

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// staged is a source of records in memory, in batches of two.
func staged(records ...record.Staged) Source {
	return func(_ context.Context, fn func(Batch) error) error {
		for from := 0; from < len(records); from += 2 {
			some := records[from:min(from+2, len(records))]
			decode := func(*stage.Decoder) ([]record.Staged, error) { return some, nil }
			if err := fn(Batch{Rows: len(some), Decode: decode}); err != nil {
				return err
			}
		}
		return nil
	}
}

// rows makes staged records of JSON texts.
func rows(texts ...string) []record.Staged {
	out := make([]record.Staged, len(texts))
	for i, s := range texts {
		out[i] = record.Staged{Record: record.Record{Key: record.Key("k"), Raw: []byte(s)}, SyncedAt: syncedAt}
	}
	return out
}

var testAccount = record.Account{ID: "synchroteam/acme@ws.example.com"}

// config is a job with one table in all formats.
func config(t *testing.T, fields []record.Field, source Source) Config {
	t.Helper()
	return Config{
		Dir: t.TempDir(), Job: "nightly", Formats: []Format{Parquet, CSV, Excel}, Version: "test", Account: testAccount,
		Run: 7, Started: syncedAt, Finished: syncedAt.Add(time.Minute), Requests: 12,
		Tables: []Table{{Name: "customer", Fields: fields, Rows: source}},
		Now:    func() time.Time { return time.Date(2026, 8, 1, 4, 0, 0, 0, time.UTC) },
	}
}

// publish publishes and fails the test on error.
func publish(t *testing.T, cfg Config) *Set {
	t.Helper()
	set, err := Publish(t.Context(), cfg)
	require.NoError(t, err)
	require.NoError(t, set.LinkErr)
	return set
}

// readParquet gives all rows of a table's parts, read by a library that did
// not write them: values as JSON would hold them.
func readParquet(t *testing.T, set *Set, table string) []map[string]any {
	t.Helper()
	var out []map[string]any
	parts, err := filepath.Glob(filepath.Join(set.Path, table, "*.parquet"))
	require.NoError(t, err)
	require.NotEmpty(t, parts)
	for _, part := range parts {
		f, err := os.Open(part)
		require.NoError(t, err)
		r := parquet.NewGenericReader[map[string]any](f, schemaOf(t, f))
		for {
			batch := []map[string]any{{}}
			n, err := r.Read(batch)
			if n == 1 {
				out = append(out, batch[0])
			}
			if errors.Is(err, io.EOF) || (err == nil && n == 0) {
				break
			}
			require.NoError(t, err)
		}
		require.NoError(t, r.Close())
		require.NoError(t, f.Close())
	}
	return out
}

func schemaOf(t *testing.T, f *os.File) *parquet.Schema {
	t.Helper()
	info, err := f.Stat()
	require.NoError(t, err)
	p, err := parquet.OpenFile(f, info.Size())
	require.NoError(t, err)
	return p.Schema()
}

// readCSV gives the header and the records of a table's file.
func readCSV(t *testing.T, set *Set, table string) (header []string, records []map[string]string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(set.Path, table+".csv"))
	require.NoError(t, err)
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(content), "\uFEFF"))).ReadAll()
	require.NoError(t, err)
	for _, line := range all[1:] {
		m := map[string]string{}
		for i, v := range line {
			m[all[0][i]] = v
		}
		records = append(records, m)
	}
	return all[0], records
}

func compact(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}
