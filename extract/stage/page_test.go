package stage

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"ferry/extract/record"
)

func TestPutPageCountsWhatBecameOfRecords(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	w := startSweep(t, s, "customer")
	steps := []struct {
		name string
		page PageWrite
		want PutResult
		live map[record.Key]content
	}{
		{"first", page(w.ID, 1, row{"1", `{"id":1}`}, row{"2", `{"id":2}`}), PutResult{New: 2},
			map[record.Key]content{"1": {Raw: `{"id":1}`}, "2": {Raw: `{"id":2}`}}},
		{"again", page(w.ID, 2, row{"1", `{"id":1}`}, row{"2", `{"id":2}`}), PutResult{Unchanged: 2},
			map[record.Key]content{"1": {Raw: `{"id":1}`}, "2": {Raw: `{"id":2}`}}},
		{"one changed, one new", page(w.ID, 3, row{"2", `{"id":2,"n":"x"}`}, row{"3", `{"id":3}`}), PutResult{New: 1, Changed: 1},
			map[record.Key]content{"1": {Raw: `{"id":1}`}, "2": {Raw: `{"id":2,"n":"x"}`}, "3": {Raw: `{"id":3}`}}},
		{"older reading loses", page(w.ID, 1, row{"2", `{"id":2,"n":"old"}`}), PutResult{Unchanged: 1},
			map[record.Key]content{"1": {Raw: `{"id":1}`}, "2": {Raw: `{"id":2,"n":"x"}`}, "3": {Raw: `{"id":3}`}}},
		{"twice in one page", page(w.ID, 4, row{"4", `{"a":1}`}, row{"4", `{"a":2}`}, row{"1", `{"id":1}`}), PutResult{New: 1, Changed: 1, Unchanged: 1},
			map[record.Key]content{"1": {Raw: `{"id":1}`}, "2": {Raw: `{"id":2,"n":"x"}`}, "3": {Raw: `{"id":3}`}, "4": {Raw: `{"a":2}`}}},
		{"empty", page(w.ID, 5), PutResult{},
			map[record.Key]content{"1": {Raw: `{"id":1}`}, "2": {Raw: `{"id":2,"n":"x"}`}, "3": {Raw: `{"id":3}`}, "4": {Raw: `{"a":2}`}}},
	}
	for _, c := range steps {
		require.Equal(t, c.want, put(t, s, c.page), c.name)
		require.Equal(t, c.live, readAll(t, s, "customer"), c.name)
		n, err := s.LiveCount(ctx, testAccount, "customer")
		require.NoError(t, err)
		require.Equal(t, len(c.live), n, c.name)
	}
	pages, err := s.Pages(ctx, w.ID)
	require.NoError(t, err)
	require.Len(t, pages, 5, "the page put twice at one place replaced its checkpoint")
	assert.Equal(t, 5, pages[4].Number)
	assert.Equal(t, []record.Key{"4", "4", "1"}, pages[3].Keys)
	assert.True(t, pages[0].ReadAt.Equal(testTime.Add(2*time.Second)), pages[0].ReadAt)
	assert.Equal(t, -1, pages[0].Total)
}

func TestPutPageRefusesWhatItCannotKeep(t *testing.T) {
	s := openTemp(t)
	w := startSweep(t, s, "customer")
	for name, change := range map[string]func(*PageWrite){
		"no key":          func(p *PageWrite) { p.Entries[0].Key = "" },
		"before the body": func(p *PageWrite) { p.Entries[0].Offset = -1 },
		"behind the body": func(p *PageWrite) { p.Entries[0].Length = len(p.Body) },
		"overflow":        func(p *PageWrite) { p.Entries[0].Length = int(^uint(0) >> 1) },
		"unknown sweep":   func(p *PageWrite) { p.Sweep = 77 },
	} {
		t.Run(name, func(t *testing.T) {
			p := page(w.ID, 1, row{"1", `{}`})
			change(&p)
			_, err := s.PutPage(context.Background(), p)
			require.Error(t, err)
		})
	}
	require.Empty(t, readAll(t, s, "customer"))
}

func TestNamesOnlyPagesStageNothing(t *testing.T) {
	s := openTemp(t)
	w := startSweep(t, s, "customer")
	p := page(w.ID, 1, row{"1", `{"id":1}`}, row{"2", `{"id":2}`})
	p.NamesOnly = true
	require.Equal(t, PutResult{}, put(t, s, p))
	require.Empty(t, readAll(t, s, "customer"))
	pages, err := s.Pages(context.Background(), w.ID)
	require.NoError(t, err)
	require.Equal(t, []record.Key{"1", "2"}, pages[0].Keys)
}

func TestCursorIsCommittedWithItsPage(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	w, err := s.StartSweep(ctx, Sweep{Account: testAccount, Stream: "job", Kind: SweepChanges, Filter: "f", Started: testTime, Since: testTime.Add(-time.Hour)})
	require.NoError(t, err)
	require.NoError(t, s.PutCursor(ctx, Cursor{Account: testAccount, Stream: "job", Filter: "f", Value: testTime.Add(-time.Hour), SweptAt: testTime.Add(-time.Hour)}))
	p := page(w.ID, 1, row{"1", `{}`})
	p.Cursor = testTime
	put(t, s, p)
	c, ok, err := s.Cursor(ctx, testAccount, "job", "f")
	require.NoError(t, err)
	require.True(t, ok)
	assert.True(t, c.Value.Equal(testTime))
	assert.True(t, c.SweptAt.Equal(testTime.Add(-time.Hour)), "only the value moves")
	_, ok, err = s.Cursor(ctx, testAccount, "job", "")
	require.NoError(t, err)
	assert.False(t, ok, "a cursor belongs to its filter")
}

func TestPutPageFromManyGoroutines(t *testing.T) {
	s := openTemp(t)
	w := startSweep(t, s, "customer")
	const pages, rows, shared = 60, 20, 5
	var mu sync.Mutex
	var sum PutResult
	var g errgroup.Group
	g.SetLimit(16)
	for n := range pages {
		g.Go(func() error {
			var rs []row
			for i := range rows {
				key := record.Key(fmt.Sprintf("k%d", n*(rows-shared)+i)) // neighbours share records
				rs = append(rs, row{key, fmt.Sprintf(`{"key":%q}`, key)})
			}
			r, err := s.PutPage(context.Background(), page(w.ID, n, rs...))
			mu.Lock()
			defer mu.Unlock()
			sum.New += r.New
			sum.Changed += r.Changed
			sum.Unchanged += r.Unchanged
			return err
		})
	}
	for range 4 {
		g.Go(func() error {
			_, err := s.Stats(context.Background())
			return err
		})
	}
	require.NoError(t, g.Wait())
	want := pages*(rows-shared) + shared
	require.Equal(t, PutResult{New: want, Unchanged: pages*rows - want}, sum)
	require.Len(t, readAll(t, s, "customer"), want)
	infos, err := s.Pages(context.Background(), w.ID)
	require.NoError(t, err)
	require.Len(t, infos, pages)
}

func TestUnchangedPagesStoreNoBody(t *testing.T) {
	s := openTemp(t)
	first, second := startSweep(t, s, "customer"), startSweep(t, s, "customer")
	base := customers(4)
	for n, rows := range base {
		put(t, s, page(first.ID, n, rows...))
	}
	before, err := s.Stats(context.Background())
	require.NoError(t, err)
	for n, rows := range base {
		if n == 3 {
			rows[7].raw = `{"id":"changed"}`
		}
		put(t, s, page(second.ID, n, rows...))
	}
	after, err := s.Stats(context.Background())
	require.NoError(t, err)
	assert.Equal(t, before.Streams[0].Chunks+1, after.Streams[0].Chunks)
	assert.Less(t, after.Streams[0].RawBytes-before.Streams[0].RawBytes, int64(100), "only the changed record is stored again")
	assert.Len(t, readAll(t, s, "customer"), 400)
}

func TestFileModeAndSettings(t *testing.T) {
	s := openTemp(t)
	w := startSweep(t, s, "customer")
	put(t, s, page(w.ID, 1, row{"1", `{}`}))
	for _, name := range []string{s.path, s.path + "-wal", s.path + ".lock"} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
	for pragma, want := range map[string]string{
		"page_size": "16384", "journal_mode": "wal", "synchronous": "1", "cache_size": "-16384", "auto_vacuum": "2",
		"application_id": fmt.Sprint(applicationID), "user_version": "4",
	} {
		var got string
		require.NoError(t, s.writer.conn.QueryRowContext(context.Background(), "PRAGMA "+pragma).Scan(&got))
		assert.Equal(t, want, got, pragma)
	}
}
