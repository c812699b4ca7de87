package stage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"ferry/extract/record"
)

// requireIndexed compares the table record with the chunks: a fresh stream has no
// row, any other has the rows its chunks say.
func requireIndexed(tb testing.TB, s *Stage, stream string) (fresh bool) {
	tb.Helper()
	ctx := context.Background()
	id, ok, err := s.streamID(ctx, testAccount, stream, partRecords)
	require.NoError(tb, err)
	if !ok {
		return false
	}
	require.NoError(tb, s.read.QueryRowContext(ctx, "SELECT fresh FROM stream WHERE id = ?", id).Scan(&fresh))
	want, states := chunkPlaces(tb, s, id)
	rows, err := s.read.QueryContext(ctx, "SELECT key, chunk, hash, pos FROM record WHERE stream = ?", id)
	require.NoError(tb, err)
	got := map[string]freshRow{}
	require.NoError(tb, eachRow(rows, func(rows *sql.Rows) error {
		var r freshRow
		var hash int64
		err := rows.Scan(&r.key, &r.chunk, &hash, &r.pos)
		r.hash = uint64(hash)
		got[r.key] = r
		return err
	}))
	if fresh {
		require.Empty(tb, got)
		require.Zero(tb, states)
		return true
	}
	require.Equal(tb, len(want), len(got))
	for key := range want {
		if want[key] != got[key] {
			require.Equal(tb, want[key], got[key])
		}
	}
	return false
}

// chunkPlaces lists the records that the chunks of a stream hold, and counts the
// chunks that have a state.
func chunkPlaces(tb testing.TB, s *Stage, stream int64) (places map[string]freshRow, states int) {
	tb.Helper()
	rows, err := s.read.QueryContext(context.Background(), chunkColumns+"WHERE c.stream = ?", stream)
	require.NoError(tb, err)
	places = map[string]freshRow{}
	require.NoError(tb, eachRow(rows, func(rows *sql.Rows) error {
		c, err := scanChunk(rows)
		if err != nil {
			return err
		}
		if c.state != nil {
			states++
		}
		var r indexReader
		if err := r.open(c.index, c.size); err != nil {
			return err
		}
		for pos := int32(0); r.more(); pos++ {
			rec, err := r.next()
			if err != nil {
				return err
			}
			if stateOf(c.state, int(pos)) == stateSuperseded {
				continue
			}
			if _, twice := places[rec.key]; twice {
				return fmt.Errorf("%s stands twice", rec.key)
			}
			places[rec.key] = freshRow{key: rec.key, chunk: c.id, hash: rec.hash, pos: pos}
		}
		return nil
	}))
	return places, states
}

// three puts a first page of three records.
func three(t *testing.T, s *Stage) Sweep {
	t.Helper()
	w := startSweep(t, s, "job")
	require.Equal(t, PutResult{New: 3}, put(t, s, page(w.ID, 1, row{"b", `{"v":1}`}, row{"a", `{"v":2}`}, row{"c", `{"v":3}`})))
	require.True(t, requireIndexed(t, s, "job"))
	return w
}

// onFresh is something done to a fresh stream, and whether it stays fresh.
type onFresh struct {
	do    func(t *testing.T, s *Stage, w Sweep)
	stays bool
}

func runOnFresh(t *testing.T, cases map[string]onFresh) {
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := openTemp(t)
			w := three(t, s)
			c.do(t, s, w)
			require.Equal(t, c.stays, requireIndexed(t, s, "job"))
			// Whatever was done, a page finds what is there.
			sum := put(t, s, page(w.ID, 9, row{"b", `{"v":"later"}`}, row{"z", `{}`}))
			require.Equal(t, PutResult{New: 1, Changed: 1}, sum)
			require.False(t, requireIndexed(t, s, "job"))
		})
	}
}

func TestFreshStreamTakesPages(t *testing.T) {
	ctx := context.Background()
	runOnFresh(t, map[string]onFresh{
		"a page of new records": {func(t *testing.T, s *Stage, w Sweep) {
			require.Equal(t, PutResult{New: 1}, put(t, s, page(w.ID, 2, row{"d", `{}`})))
		}, true},
		"an empty page": {func(t *testing.T, s *Stage, w Sweep) { put(t, s, page(w.ID, 2)) }, true},
		"names only": {func(t *testing.T, s *Stage, w Sweep) {
			p := page(w.ID, 2, row{"a", ``})
			p.NamesOnly = true
			put(t, s, p)
		}, true},
		"a record listed twice": {func(t *testing.T, s *Stage, w Sweep) {
			require.Equal(t, PutResult{New: 1, Unchanged: 1, Changed: 1}, put(t, s, page(w.ID, 2, row{"d", `{}`}, row{"a", `{"v":2}`}, row{"b", `{"v":9}`})))
			require.Equal(t, PutResult{New: 1}, put(t, s, page(w.ID, 3, row{"e", `{}`})))
		}, false},
		"twice in one page": {func(t *testing.T, s *Stage, w Sweep) {
			require.Equal(t, PutResult{New: 1, Unchanged: 1}, put(t, s, page(w.ID, 2, row{"d", `{}`}, row{"d", `{}`})))
		}, false},
		"the same page again": {func(t *testing.T, s *Stage, w Sweep) {
			require.Equal(t, PutResult{Unchanged: 1}, put(t, s, page(w.ID, 1, row{"b", `{"v":1}`})))
		}, false},
		"an older reading": {func(t *testing.T, s *Stage, w Sweep) {
			require.Equal(t, PutResult{Unchanged: 1}, put(t, s, page(w.ID, 0, row{"b", `{"v":0}`})))
		}, false},
		"too many keys": {func(t *testing.T, s *Stage, w Sweep) {
			s.writer.maxKeys = 4
			require.Equal(t, PutResult{New: 1}, put(t, s, page(w.ID, 2, row{"d", `{}`})))
			require.True(t, requireIndexed(t, s, "job"))
			require.Equal(t, PutResult{New: 1}, put(t, s, page(w.ID, 3, row{"e", `{}`})))
		}, false},
		"a page after the sweep's end": {func(t *testing.T, s *Stage, w Sweep) {
			require.NoError(t, s.EndSweep(ctx, w))
			require.True(t, requireIndexed(t, s, "job"))
			require.Equal(t, PutResult{New: 1}, put(t, s, page(w.ID, 2, row{"d", `{}`})))
		}, false},
	})
}

func TestFreshStreamGetsItsRowsWhenTheyAreNeeded(t *testing.T) {
	ctx := context.Background()
	runOnFresh(t, map[string]onFresh{
		"tombstones": {func(t *testing.T, s *Stage, w Sweep) {
			n, err := s.Tombstone(ctx, testAccount, "job", []record.Key{"a", "x"}, testTime)
			require.NoError(t, err)
			require.Equal(t, 1, n)
		}, false},
		"what is missing": {func(t *testing.T, s *Stage, w Sweep) {
			var keys []record.Key
			require.NoError(t, s.MissingFrom(ctx, testAccount, "job", nil, func(k record.Key) error { keys = append(keys, k); return nil }))
			require.Equal(t, []record.Key{"a", "b", "c"}, keys)
		}, false},
		"counting what is due": {func(t *testing.T, s *Stage, w Sweep) {
			n, err := s.CountDue(ctx, testAccount, "job", "", 0)
			require.NoError(t, err)
			require.Equal(t, 3, n)
		}, true},
		"a detail, then counting": {func(t *testing.T, s *Stage, w Sweep) {
			putDetail(t, s, detail("job", "", "a", `{"v":2}`, row{"a", `{}`}))
			require.True(t, requireIndexed(t, s, "job"))
			require.Equal(t, `{}`, readAll(t, s, "job")["a"].Detail)
			n, err := s.CountDue(ctx, testAccount, "job", "", 0)
			require.NoError(t, err)
			require.Equal(t, 2, n)
		}, false},
		"details": {func(t *testing.T, s *Stage, w Sweep) {
			require.Equal(t, []record.Key{"b", "a", "c"}, dueKeys(t, s, "", 0, 0))
		}, false},
		"marking": {func(t *testing.T, s *Stage, w Sweep) {
			require.NoError(t, s.MarkDue(ctx, testAccount, "job", "", []record.Key{"a"}))
		}, true},
		"a record": {func(t *testing.T, s *Stage, w Sweep) {
			staged, from, ok, err := s.Record(ctx, testAccount, "job", "a")
			require.NoError(t, err)
			require.True(t, ok)
			require.Equal(t, `{"v":2}`, string(staged.Raw))
			require.Equal(t, PageRef{Sweep: w.ID, Number: 1, Step: 1}, from.Page)
			_, _, ok, err = s.Record(ctx, testAccount, "job", "x")
			require.NoError(t, err)
			require.False(t, ok)
		}, true},
		"a row": {func(t *testing.T, s *Stage, w Sweep) {
			raw, ok, err := s.Row(ctx, testAccount, "job", "c")
			require.NoError(t, err)
			require.True(t, ok)
			require.Equal(t, `{"v":3}`, string(raw))
		}, false},
		"repacking": {func(t *testing.T, s *Stage, w Sweep) {
			put(t, s, page(w.ID, 2, row{"d", `{}`}))
			_, err := s.Repack(ctx)
			require.NoError(t, err)
			st, err := s.Stats(ctx)
			require.NoError(t, err)
			require.Equal(t, 1, st.Streams[0].Chunks)
			require.Len(t, readAll(t, s, "job"), 4)
			require.Equal(t, PutResult{New: 1}, put(t, s, page(w.ID, 3, row{"e", `{}`})))
		}, true},
	})
}

func TestReadOnlyStageOfAFreshStream(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "test.stage")
	three(t, openAt(t, path))
	s, err := Open(ctx, path, Options{ReadOnly: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	staged, _, ok, err := s.Record(ctx, testAccount, "job", "c")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, `{"v":3}`, string(staged.Raw))
	_, ok, err = s.Row(ctx, testAccount, "job", "nobody")
	require.NoError(t, err)
	require.False(t, ok)
	n, err := s.CountDue(ctx, testAccount, "job", "", 0)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	_, err = s.Details(ctx, testAccount, "job", "", 0, 0)
	require.ErrorIs(t, err, ErrReadOnly)
	require.ErrorIs(t, s.MissingFrom(ctx, testAccount, "job", nil, nil), ErrReadOnly)
}

func TestFreshStreamIsSettledAfterOpeningAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.stage")
	s := openAt(t, path)
	w := three(t, s)
	require.NoError(t, s.Close())
	s = openAt(t, path)
	require.True(t, requireIndexed(t, s, "job"))
	require.Equal(t, PutResult{New: 1, Unchanged: 1}, put(t, s, page(w.ID, 2, row{"d", `{}`}, row{"a", `{"v":2}`})))
	require.False(t, requireIndexed(t, s, "job"))
	require.Len(t, readAll(t, s, "job"), 4)
}

// A group that fails must not leave its pages among the known keys.
func TestRefusedPagesOfAFreshStreamCanBePutAgain(t *testing.T) {
	ctx := context.Background()
	bad := errors.New("bad")
	for _, begun := range []bool{false, true} {
		t.Run(fmt.Sprint("begun=", begun), func(t *testing.T) {
			s := openTemp(t)
			w := startSweep(t, s, "customer")
			want, rows := PutResult{New: 2}, []row{{"1", `{}`}, {"2", `{}`}}
			if begun { // the refused calls give the stream its rows
				put(t, s, page(w.ID, 0, row{"first", `{}`}))
				want, rows = PutResult{New: 2, Unchanged: 1}, append(rows, row{"first", `{}`})
			}
			hold, held := make(chan struct{}), make(chan struct{})
			var g errgroup.Group
			g.Go(func() error { return s.write(ctx, func(*tx) error { close(held); <-hold; return nil }) })
			<-held
			p := page(w.ID, 1, rows...)
			place, err := s.place(ctx, w.ID)
			require.NoError(t, err)
			hint, err := s.hintOf(ctx, place.stream)
			require.NoError(t, err)
			var mu sync.Mutex
			var refused int
			for range 3 { // each puts the page and then fails, in the group and alone
				g.Go(func() error {
					err := s.write(ctx, func(t *tx) error {
						if _, err := t.putPage(&pendingPage{PageWrite: p, place: place, hint: hint, keys: appendKeys(nil, p.Keys)}); err != nil {
							return err
						}
						return bad
					})
					mu.Lock()
					defer mu.Unlock()
					if errors.Is(err, bad) {
						refused++
						return nil
					}
					return fmt.Errorf("refused with %v", err)
				})
			}
			for n := 2; n < 6; n++ {
				g.Go(func() error {
					_, err := s.PutPage(ctx, page(w.ID, n, row{record.Key(fmt.Sprint("good", n)), `{}`}))
					return err
				})
			}
			time.Sleep(20 * time.Millisecond) // let all wait; the result does not depend on it
			close(hold)
			require.NoError(t, g.Wait())
			require.Equal(t, 3, refused)
			require.Len(t, readAll(t, s, "customer"), want.Unchanged+4)
			requireIndexed(t, s, "customer")
			require.Equal(t, want, put(t, s, p))
			require.Len(t, readAll(t, s, "customer"), want.Unchanged+6)
			requireIndexed(t, s, "customer")
			n, err := s.LiveCount(ctx, testAccount, "customer")
			require.NoError(t, err)
			require.Equal(t, want.Unchanged+6, n)
		})
	}
}

// Rows are made in several runs where they are many.
func TestManyRowsAreMadeAtOnce(t *testing.T) {
	s := openTemp(t)
	w := startSweep(t, s, "customer")
	const pages, rows = 3*settleChunks + 7, 3
	for n := range pages {
		var rs []row
		for i := range rows {
			rs = append(rs, row{record.Key(fmt.Sprintf("%d-%d", (n*7919)%pages, i)), `{}`})
		}
		put(t, s, page(w.ID, n, rs...))
	}
	require.True(t, requireIndexed(t, s, "customer"))
	require.Equal(t, PutResult{Unchanged: 1}, put(t, s, page(w.ID, pages, row{"5-1", `{}`})))
	require.False(t, requireIndexed(t, s, "customer"))
	require.Len(t, readAll(t, s, "customer"), pages*rows)
}
