package filesink

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestParquetIsPlainForEveryReader looks at what a reader has to know: zstd,
// plain and dictionary encodings, first-version pages, statistics.
func TestParquetIsPlainForEveryReader(t *testing.T) {
	cfg := config(t, customerFields(), customers(500).times(1))
	cfg.Formats = []Format{Parquet}
	f, err := os.Open(filepath.Join(publish(t, cfg).Path, "customer", "part-0000.parquet"))
	require.NoError(t, err)
	defer f.Close()
	info, err := f.Stat()
	require.NoError(t, err)
	p, err := parquet.OpenFile(f, info.Size())
	require.NoError(t, err)
	dictionaries := map[string]bool{}
	for _, group := range p.Metadata().RowGroups {
		assert.EqualValues(t, 500, group.NumRows)
		for _, c := range group.Columns {
			name := c.MetaData.PathInSchema[0]
			assert.Equal(t, format.Zstd, c.MetaData.Codec, name)
			for _, e := range c.MetaData.Encoding {
				assert.Contains(t, []format.Encoding{format.Plain, format.PlainDictionary, format.RLEDictionary, format.RLE}, e, name)
				dictionaries[name] = dictionaries[name] || e == format.PlainDictionary || e == format.RLEDictionary
			}
			for _, s := range c.MetaData.EncodingStats {
				assert.NotEqual(t, format.DataPageV2, s.PageType, name)
			}
			if name == "name" || name == "id" {
				assert.NotEmpty(t, c.MetaData.Statistics.MaxValue, name)
			}
		}
	}
	assert.True(t, dictionaries["addressCity"])
	assert.True(t, dictionaries["_ferry_account"])
	assert.False(t, dictionaries["contactEmail"])
}
