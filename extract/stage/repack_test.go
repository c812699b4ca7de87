package stage

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

func TestRepackKeepsEveryByteAndGivesRoomBack(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "test.stage")
	s := openAt(t, path)
	base := customers(20)
	sweeps := make([]Sweep, 5)
	for n := range sweeps {
		sweeps[n] = startSweep(t, s, "customer")
		for i, rows := range base {
			for j := range rows {
				if n > 0 && j != 7 { // number 7 of each page never changes
					rows[j].raw = fmt.Sprintf(`{"sweep":%d,%s`, n, rows[j].raw[1:])
				}
			}
			put(t, s, page(sweeps[n].ID, i, rows...))
		}
		require.NoError(t, s.EndSweep(ctx, sweeps[n]))
	}
	for i := range 40 {
		key := base[0][i].key
		putDetail(t, s, detail("customer", "", key, base[0][i].raw, row{key, fmt.Sprintf(`{"full":%d}`, i)}))
	}
	_, err := s.Tombstone(ctx, testAccount, "customer", []record.Key{base[0][7].key, base[1][3].key}, testTime)
	require.NoError(t, err)
	before := readAll(t, s, "customer")
	_, from, _, err := s.Record(ctx, testAccount, "customer", base[5][7].key)
	require.NoError(t, err)
	was, err := s.Stats(ctx)
	require.NoError(t, err)

	freed, err := s.Repack(ctx)
	require.NoError(t, err)
	assert.Greater(t, freed, was.Streams[0].StoredBytes/2)
	require.Equal(t, before, readAll(t, s, "customer"))
	_, now, _, err := s.Record(ctx, testAccount, "customer", base[5][7].key)
	require.NoError(t, err)
	assert.Equal(t, from.Page, now.Page, "where it came from is kept")
	assert.Equal(t, from.Run, now.Run)
	assert.Equal(t, from.ReadAt, now.ReadAt)
	st, err := s.Stats(ctx)
	require.NoError(t, err)
	assert.Less(t, st.Streams[0].Chunks, 30, "20 pages, what was left of older ones, and the details")
	assert.Less(t, st.Streams[0].RawBytes, was.Streams[0].RawBytes/2)
	for _, w := range sweeps {
		pages, err := s.Pages(ctx, w.ID)
		require.NoError(t, err)
		assert.Empty(t, pages, "the checkpoints of ended sweeps go")
	}

	freed, err = s.Repack(ctx)
	require.NoError(t, err)
	assert.Zero(t, freed, "nothing left to do")
	require.Equal(t, PutResult{Unchanged: 98, Revived: 1, Changed: 1}, func() PutResult {
		rows := base[1]
		rows[9].raw = `{"later":true}`
		return put(t, s, page(sweeps[4].ID, 100, rows...))
	}())
	require.NoError(t, s.Close())
	shrunk, err := s.Size()
	require.NoError(t, err)
	assert.Less(t, shrunk, was.Bytes*2/3, "the disk got room back")
	s = openAt(t, path)
	got := readAll(t, s, "customer")
	before[base[1][3].key] = content{Raw: base[1][3].raw}
	before[base[1][9].key] = content{Raw: `{"later":true}`}
	require.Equal(t, before, got)
}

func TestRepackJoinsSmallChunks(t *testing.T) {
	s := openTemp(t)
	w := startSweep(t, s, "customer")
	for n := range 200 {
		put(t, s, page(w.ID, n, row{record.Key(fmt.Sprint(n)), fmt.Sprintf(`{"id":%d}`, n)}))
	}
	before := readAll(t, s, "customer")
	_, err := s.Repack(context.Background())
	require.NoError(t, err)
	require.Equal(t, before, readAll(t, s, "customer"))
	st, err := s.Stats(context.Background())
	require.NoError(t, err)
	require.Equal(t, 1, st.Streams[0].Chunks)
	n := 0
	dec := NewDecoder()
	require.NoError(t, s.Chunks(context.Background(), testAccount, "customer", func(c *Chunk) error {
		all, err := c.Decode(dec)
		for _, r := range all {
			assert.Equal(t, record.Key(fmt.Sprint(n)), r.Key, "the order stays")
			assert.Equal(t, testTime.Unix()+int64(n), r.SyncedAt.Unix(), "and when each was read")
			n++
		}
		return err
	}))
	require.Equal(t, 200, n)
}

func TestRepackDropsDeadChunksOnly(t *testing.T) {
	s := openTemp(t)
	w := startSweep(t, s, "customer")
	put(t, s, page(w.ID, 1, row{"1", `{"v":1}`}))
	put(t, s, page(w.ID, 2, row{"2", `{"v":1}`}))
	put(t, s, page(w.ID, 3, row{"1", `{"v":2}`}))
	_, err := s.Tombstone(context.Background(), testAccount, "customer", []record.Key{"2"}, testTime)
	require.NoError(t, err)
	_, err = s.Repack(context.Background())
	require.NoError(t, err)
	require.Equal(t, map[record.Key]content{"1": {Raw: `{"v":2}`}, "2": {Raw: `{"v":1}`, Deleted: true}}, readAll(t, s, "customer"))
}

// TestRepackForgetsSweepsThatAreNeverGoneOnWith leaves alone what may be resumed.
func TestRepackForgetsSweepsThatAreNeverGoneOnWith(t *testing.T) {
	ctx := context.Background()
	s := openTemp(t)
	begin := func(purpose string) Sweep {
		w, err := s.StartSweep(ctx, Sweep{Account: testAccount, Stream: "customer", Kind: SweepFull, Purpose: purpose, Started: testTime})
		require.NoError(t, err)
		put(t, s, page(w.ID, 1, row{"1", `{"v":1}`}))
		return w
	}
	repeat, ended, open, trial := begin("again 2 of 7"), begin(""), begin(""), begin("limited")
	require.NoError(t, s.EndSweep(ctx, ended, trial))
	_, err := s.Repack(ctx)
	require.NoError(t, err)
	for want, gone := range map[int][]Sweep{0: {repeat, ended, trial}, 1: {open}} {
		for _, w := range gone {
			pages, err := s.Pages(ctx, w.ID)
			require.NoError(t, err)
			assert.Lenf(t, pages, want, "sweep %d (%s)", w.ID, w.Purpose)
		}
	}
	found, err := s.OpenSweep(ctx, testAccount, "customer", SweepFull, "", "")
	require.NoError(t, err)
	require.Equal(t, open.ID, found.ID)
	none, err := s.OpenSweep(ctx, testAccount, "customer", SweepFull, "", "again 2 of 7")
	require.NoError(t, err)
	require.Nil(t, none)
}
