package filesink

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// openStage makes a stage for the tests' job and account.
func openStage(tb testing.TB) *stage.Stage {
	tb.Helper()
	s, err := stage.Open(tb.Context(), filepath.Join(tb.TempDir(), "nightly.stage"), stage.Options{Job: "nightly", Command: "test"})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	require.NoError(tb, s.BindAccount(tb.Context(), "source", testAccount))
	return s
}

func fullSweep(tb testing.TB, s *stage.Stage) int64 {
	tb.Helper()
	w, err := s.StartSweep(tb.Context(), stage.Sweep{Account: testAccount.ID, Stream: "customer", Kind: stage.SweepFull, Started: syncedAt})
	require.NoError(tb, err)
	return w.ID
}

// putPage stages one page; the keys count on from first.
func putPage(tb testing.TB, s *stage.Stage, sweep int64, number, first int, records [][]byte) {
	tb.Helper()
	w := stage.PageWrite{PageInfo: stage.PageInfo{PageRef: stage.PageRef{Sweep: sweep, Number: number, Step: number}, ReadAt: syncedAt, Total: -1}}
	w.Body = append(w.Body, '[')
	for i, raw := range records {
		if i > 0 {
			w.Body = append(w.Body, ',')
		}
		key := record.Key(fmt.Sprint(first + i))
		w.Keys = append(w.Keys, key)
		w.Entries = append(w.Entries, stage.Entry{Key: key, Offset: len(w.Body), Length: len(raw), Hash: xxhash.Sum64(raw)})
		w.Body = append(w.Body, raw...)
	}
	w.Body = append(w.Body, ']')
	_, err := s.PutPage(tb.Context(), w)
	require.NoError(tb, err)
}

// stageCustomers stages n customers in pages of 100.
func stageCustomers(tb testing.TB, n int) *stage.Stage {
	tb.Helper()
	s := openStage(tb)
	sweep := fullSweep(tb, s)
	for first := 0; first < n; first += 100 {
		var page [][]byte
		for i := first; i < min(first+100, n); i++ {
			page = append(page, customer(i))
		}
		putPage(tb, s, sweep, first/100+1, first, page)
	}
	return s
}

func TestStagedRecordsAreExported(t *testing.T) {
	s := stageCustomers(t, 1150)
	putPage(t, s, fullSweep(t, s), 1, 100, [][]byte{[]byte(`{"id":100,"name":"changed"}`)})
	_, err := s.Tombstone(t.Context(), testAccount.ID, "customer", []record.Key{"7", "1149"}, syncedAt)
	require.NoError(t, err)
	set := publish(t, config(t, customerFields(), FromStage(s, testAccount.ID, "customer")))
	stream := set.Manifest.Streams[0]
	assert.Equal(t, [3]int{1150, 2, 0}, [3]int{stream.Rows, stream.Tombstones, stream.Misfits})
	seen := map[int64]bool{}
	for _, r := range readParquet(t, set, "customer") {
		id := r["id"].(int64)
		require.False(t, seen[id])
		seen[id] = true
		assert.Equal(t, id == 7 || id == 1149, r["_ferry_deleted"])
		if id == 100 {
			assert.Equal(t, "changed", r["name"])
			assert.Nil(t, r["addressZIP"])
		}
	}
	assert.Len(t, seen, 1150)
}

func TestStreamThatWasNeverStaged(t *testing.T) {
	cfg := config(t, customerFields(), FromStage(openStage(t), testAccount.ID, "site"))
	assert.Zero(t, publish(t, cfg).Manifest.Streams[0].Rows)
}
