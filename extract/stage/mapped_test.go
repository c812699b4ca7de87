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

// mapAll maps every unit of a draft to its raw bytes and publishes it. Keys that
// begin with "x" become dead letters.
func mapAll(t *testing.T, s *Stage, hash uint64) (*Generation, int) {
	t.Helper()
	d, looked := putAll(t, s, hash)
	require.NoError(t, d.IndexKeys(context.Background()))
	g, _, err := d.Publish(context.Background())
	require.NoError(t, err)
	require.NoError(t, s.DropMapped(context.Background(), -1))
	require.NoError(t, d.Close())
	return g, looked
}

func putAll(t *testing.T, s *Stage, hash uint64) (d *Draft, looked int) {
	t.Helper()
	ctx := context.Background()
	d, err := s.BeginDraft(ctx, testAccount, 1, []DraftEntry{{Name: "customers", Target: "customers", Part: "customers", Hash: hash, From: []DraftSource{{Stream: "customer"}}}})
	require.NoError(t, err)
	units, err := d.Units(ctx, 0)
	require.NoError(t, err)
	w, err := s.NewMappedWriter()
	require.NoError(t, err)
	for _, u := range units {
		c, err := d.Read(ctx, u)
		require.NoError(t, err)
		sources, err := c.Decode(NewDecoder(), nil)
		require.NoError(t, err)
		w.Begin()
		for i := range sources {
			src := &sources[i]
			switch {
			case src.Deleted:
				w.Tombstone(src.Pos, src.Key)
			case src.Key[0] == 'x':
				w.Letter(src.Pos, BinDead, src.Key, src.Hash, []byte(`{"reason":"x"}`))
			default:
				w.Mapped(src.Pos, src.Key, src.Hash, src.Raw, []Ref{{Field: "f", To: "customers", Key: src.Key}})
			}
		}
		m, err := w.End(c)
		require.NoError(t, err)
		require.NoError(t, d.Put(ctx, []*MappedChunk{m}))
	}
	return d, len(units)
}

func mappedKeys(t *testing.T, s *Stage, g *Generation, q MappedQuery) (keys []record.Key) {
	t.Helper()
	require.NoError(t, s.Mapped(context.Background(), g, g.Entries[0], q, func(r *MappedRow) error {
		keys = append(keys, r.Key)
		return nil
	}))
	return keys
}

func TestMappedRecordsAreReadInOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.stage")
	s := openAt(t, path)
	w := startSweep(t, s, "customer")
	put(t, s, page(w.ID, 1, row{"b", `{"n":1}`}, row{"x1", `{"n":2}`}))
	put(t, s, page(w.ID, 2, row{"a", `{"n":3}`}, row{"10", `{"n":4}`}, row{"9", `{"n":5}`}))
	g, looked := mapAll(t, s, 1)
	assert.Equal(t, 2, looked)
	assert.Equal(t, []record.Key{"b", "x1", "a", "10", "9"}, mappedKeys(t, s, g, MappedQuery{}))
	assert.Equal(t, []record.Key{"10", "9", "a", "b", "x1"}, mappedKeys(t, s, g, MappedQuery{Sorted: true, NoJSON: true}))
	assert.Equal(t, []record.Key{"x1"}, mappedKeys(t, s, g, MappedQuery{Bins: []Bin{BinDead}}))
	assert.Empty(t, mappedKeys(t, s, g, MappedQuery{Without: g}))

	// A second process sees the same.
	look, err := Open(context.Background(), path, Options{ReadOnly: true})
	require.NoError(t, err)
	defer look.Close()
	assert.Len(t, mappedKeys(t, look, g, MappedQuery{Sorted: true}), 5)
	_, err = look.NewMappedWriter()
	require.ErrorIs(t, err, ErrReadOnly)
	_, err = look.BeginDraft(context.Background(), testAccount, 1, nil)
	require.ErrorIs(t, err, ErrReadOnly)
}

func TestManyKeysAreSortedInRanges(t *testing.T) {
	s := openTemp(t)
	w := startSweep(t, s, "customer")
	for p := range 30 {
		var rows []row
		for i := range 100 {
			n := (p*100 + i) * 7919 % 3000
			rows = append(rows, row{record.Key(fmt.Sprint(n)), fmt.Sprintf(`{"n":%d}`, n)})
		}
		put(t, s, page(w.ID, p, rows...))
	}
	g, _ := mapAll(t, s, 1)
	v, err := s.viewMapped(context.Background(), g, g.Entries[0])
	require.NoError(t, err)
	defer v.close()
	heads, err := v.heads(nil)
	require.NoError(t, err)
	for _, room := range []sortRoom{{keys: 500, bytes: 1 << 20}, {keys: 64, bytes: 100}, {keys: 1 << 20, bytes: 1 << 20}} {
		last, n := "", 0
		require.NoError(t, v.sorted(heads, &MappedQuery{}, room, func(r *MappedRow) error {
			require.Less(t, last, string(r.Key))
			require.Equal(t, fmt.Sprintf(`{"n":%s}`, r.Key), string(r.JSON))
			last = string(r.Key)
			n++
			return nil
		}))
		assert.Equal(t, 3000, n)
	}
}

func TestOldGenerationsLeaveNothing(t *testing.T) {
	s := openTemp(t)
	w := startSweep(t, s, "customer")
	put(t, s, page(w.ID, 1, row{"1", `{"n":1}`}, row{"2", `{"n":2}`}))
	for hash := range uint64(12) {
		mapAll(t, s, hash)
	}
	count := func(query string) (n int) {
		require.NoError(t, s.read.QueryRow(query).Scan(&n))
		return n
	}
	assert.Equal(t, 2, count("SELECT count(*) FROM generation WHERE published IS NOT NULL"))
	assert.Equal(t, 2, count("SELECT count(*) FROM mapped_chunk"))
	assert.Equal(t, 2, count("SELECT count(*) FROM mapped_body"))
	assert.Equal(t, 2, count("SELECT count(*) FROM mapped_entry"))
	assert.LessOrEqual(t, count("SELECT count(DISTINCT segment) FROM mapped_key"), mostSegments+1)
	// States of one chunk do not pile up either.
	for i := range 6 {
		put(t, s, page(w.ID, 2+i, row{"1", fmt.Sprintf(`{"n":"%d"}`, i)}))
		mapAll(t, s, 11)
	}
	assert.LessOrEqual(t, count("SELECT max(n) FROM (SELECT count(*) AS n FROM mapped_state GROUP BY chunk)"), 2)
}

func TestADraftThatWasLeftIsFoundAgain(t *testing.T) {
	s := openTemp(t)
	w := startSweep(t, s, "customer")
	put(t, s, page(w.ID, 1, row{"1", `{"n":1}`}))
	d, looked := putAll(t, s, 1)
	assert.Equal(t, 1, looked)
	require.NoError(t, d.Close())
	g, _, err := s.Generations(context.Background(), testAccount)
	require.NoError(t, err)
	require.Nil(t, g, "nothing of it is seen")
	g, looked = mapAll(t, s, 1)
	assert.Zero(t, looked, "and nothing is mapped again")
	assert.Equal(t, 1, g.Entries[0].Bins.Mapped)
}

func TestDamagedMappedRecordsAreTold(t *testing.T) {
	s := openTemp(t)
	w := startSweep(t, s, "customer")
	put(t, s, page(w.ID, 1, row{"1", `{"n":1}`}))
	g, _ := mapAll(t, s, 1)
	require.NoError(t, s.write(context.Background(), func(t *tx) error {
		return t.exec("UPDATE mapped_body SET idx = x'0105'")
	}))
	err := s.Mapped(context.Background(), g, g.Entries[0], MappedQuery{}, func(*MappedRow) error { return nil })
	corrupt := &CorruptError{}
	require.ErrorAs(t, err, &corrupt)
	assert.ErrorContains(t, err, "mapped chunk")
}

func FuzzMappedIndex(f *testing.F) {
	f.Add([]byte{1, 2, 0}, []byte{mappedVersion, 1, 'a', 1, 2, 3, 4, 5, 6, 7, 8, 3}, []byte{1, 1, 1, 'f', 1, 's', 1, 'k'}, 3)
	f.Add([]byte{1}, []byte{}, []byte{0xff, 0xff}, 0)
	f.Fuzz(func(t *testing.T, codes, index, refs []byte, size int) {
		if size < 0 || size > 1<<20 {
			return
		}
		end := 0
		_ = eachItem(codes, index, size, func(it *mappedItem) error {
			require.Equal(t, end, it.offset)
			end += it.length
			require.LessOrEqual(t, end, size)
			require.Less(t, it.pos, len(codes))
			return nil
		})
		_ = eachRefs(refs, func(pos int, refs []Ref) error {
			require.GreaterOrEqual(t, pos, 0)
			return nil
		})
	})
}
