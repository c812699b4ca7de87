package report

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkWrite makes the report of a load of 20,000 records.
func BenchmarkWrite(b *testing.B) {
	m := scene(b, 4_000, 16_000)
	dir := filepath.Join(b.TempDir(), "report")
	b.ReportAllocs()
	for b.Loop() {
		_, err := Write(b.Context(), m.cfg, 0, dir)
		require.NoError(b, err)
	}
	b.ReportMetric(20_000*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
