package filesink

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// wordRecord is a record whose city repeats, whose street repeats in the first
// rows only, and which has no city every fifth time.
func wordRecord(i int, more string) string {
	city, street := fmt.Sprintf(`"city %d"`, i%3), fmt.Sprintf("street %d", i%7)
	if i%5 == 0 {
		city = "null"
	}
	if i > batchRows {
		street = fmt.Sprintf("%s %060d", street, i)
	}
	return fmt.Sprintf(`{"id":%d,"city":%s,"street":"%s"%s}`, i, city, street, more)
}

func wordFields() []record.Field {
	of := text("")
	return []record.Field{{Name: "id", Kind: record.Integer}, text("city"), text("street"), {Name: "tags", Kind: record.List, Of: &of}}
}

func TestWordsAreReadBack(t *testing.T) {
	long := `"` + strings.Repeat(`north","south","`, 700) + `"`
	tests := map[string]struct {
		rows int
		more func(i int) string
		tags func(i int) int // how many there must be; -1: null
	}{
		"a dictionary that overflows": {12_000, func(int) string { return "" }, func(int) int { return -1 }},
		"lists, empty and with nulls": {
			5000,
			func(i int) string { return []string{"", `,"tags":[]`, `,"tags":["a",null,"b"]`, `,"tags":["a"]`}[i%4] },
			func(i int) int { return []int{-1, 0, 3, 1}[i%4] },
		},
		"more values than are gathered": {250, func(int) string { return `,"tags":[` + long + `]` }, func(int) int { return 1401 }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var texts []string
			for i := range tt.rows {
				texts = append(texts, wordRecord(i, tt.more(i)))
			}
			cfg := config(t, wordFields(), staged(rows(texts...)...))
			cfg.Formats = []Format{Parquet}
			set := publish(t, cfg)
			seen := 0
			for _, r := range readParquet(t, set, "customer") {
				i := int(r["id"].(int64))
				seen++
				want := any(nil)
				if i%5 != 0 {
					want = fmt.Sprintf("city %d", i%3)
				}
				require.Equal(t, want, r["city"])
				street := fmt.Sprintf("street %d", i%7)
				if i > batchRows {
					street += fmt.Sprintf(" %060d", i)
				}
				require.Equal(t, street, r["street"])
				if n := tt.tags(i); n < 0 {
					require.Nil(t, r["tags"])
				} else {
					require.Equal(t, n, strings.Count(compact(t, r["tags"]), `,`)+min(n, 1), compact(t, r["tags"]))
				}
			}
			assert.Equal(t, tt.rows, seen)
		})
	}
}

// A reader may leave out a row group by what its statistics say.
func TestWordsHaveStatistics(t *testing.T) {
	var texts []string
	for i := range 5000 {
		texts = append(texts, wordRecord(i, ""))
	}
	cfg := config(t, wordFields(), staged(rows(texts...)...))
	cfg.Formats = []Format{Parquet}
	f, err := os.Open(filepath.Join(publish(t, cfg).Path, "customer", partName(0)))
	require.NoError(t, err)
	defer f.Close()
	info, err := f.Stat()
	require.NoError(t, err)
	p, err := parquet.OpenFile(f, info.Size())
	require.NoError(t, err)
	city := p.Metadata().RowGroups[0].Columns[1].MetaData
	assert.Equal(t, "city", strings.Join(city.PathInSchema, "."))
	assert.Equal(t, [3]string{"city 0", "city 2", "1000"},
		[3]string{string(city.Statistics.MinValue), string(city.Statistics.MaxValue), fmt.Sprint(city.Statistics.NullCount)})
	assert.NotZero(t, city.DictionaryPageOffset)
}

// The words of a table with many columns must not fill the memory.
func TestManyColumnsOfWordsEndTheRowGroupEarly(t *testing.T) {
	const columns = 64
	var fields []record.Field
	var members []string
	for i := range columns {
		name := fmt.Sprintf("c%d", i)
		fields = append(fields, text(name))
		members = append(members, fmt.Sprintf(`"%s":"same"`, name))
	}
	p, err := newPart(Table{Name: "wide", Fields: fields}, environment{}, 0)
	require.NoError(t, err)
	defer p.abandon()
	r := rows("{" + strings.Join(members, ",") + "}")[0]
	dir, added := t.TempDir(), 0
	for ; added == 0 || p.groupRows > 0 || p.batch > 0; added++ {
		require.Less(t, added, groupRows)
		require.NoError(t, p.add(dir, &r))
	}
	assert.InDelta(t, groupWord/columns, added, batchRows)
}
