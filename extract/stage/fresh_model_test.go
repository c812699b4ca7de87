package stage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// TestFreshStreamsAgreeWithAModel puts first sweeps into one stream after the
// other, each ending at a random moment by something that needs its rows.
func TestFreshStreamsAgreeWithAModel(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { runFreshModel(t, seed, 400) })
	}
}

// firstSweep is the stream being swept first, in stripes of descending keys.
type firstSweep struct {
	stream string
	sweep  Sweep
	next   [4]int
	keys   []record.Key
}

func runFreshModel(t *testing.T, seed uint64, steps int) {
	ctx := context.Background()
	rnd := rand.New(rand.NewPCG(seed, 7))
	path := filepath.Join(t.TempDir(), "model.stage")
	s := openAt(t, path)
	m := newModel()
	var f *firstSweep
	settled := 0
	for m.step = 1; m.step <= steps; m.step++ {
		if f == nil || rnd.IntN(40) == 0 {
			f = &firstSweep{stream: fmt.Sprint("stream", m.step), next: [4]int{1000, 2000, 3000, 4000}}
			f.sweep = startSweep(t, s, f.stream)
			m.rows[f.stream] = map[record.Key]content{}
		}
		switch n := rnd.IntN(200); {
		case n < 150:
			m.putFirst(t, s, rnd, f)
		case n < 154:
			m.tombstone(t, s, rnd)
		case n < 160:
			_, err := s.Repack(ctx)
			require.NoError(t, err)
		case n < 164:
			require.NoError(t, s.Close())
			s = openAt(t, path)
		case n < 166:
			s.writer.maxKeys = rnd.IntN(400)
		case n < 168:
			require.NoError(t, s.EndSweep(ctx, f.sweep))
		case n < 174:
			m.missing(t, s, f.stream)
		case n < 180:
			live, err := s.LiveCount(ctx, testAccount, f.stream)
			require.NoError(t, err)
			due, err := s.CountDue(ctx, testAccount, f.stream, "", 0)
			require.NoError(t, err)
			require.Equal(t, live, due)
		default:
			m.compareStreams(t, s)
			m.explain(t, s, rnd, f)
			if !requireIndexed(t, s, f.stream) {
				settled++
			}
		}
	}
	m.compareStreams(t, s)
	for stream := range m.rows {
		requireIndexed(t, s, stream)
	}
	require.Positive(t, settled)
}

// putFirst puts a page as a first sweep lists them; now and then a record stands
// on it that was listed before.
func (m *model) putFirst(t *testing.T, s *Stage, rnd *rand.Rand, f *firstSweep) {
	var rows []row
	var want PutResult
	stripe := rnd.IntN(len(f.next))
	for range rnd.IntN(12) {
		key := record.Key(fmt.Sprint(f.next[stripe]))
		f.next[stripe]--
		raw := ""
		if len(f.keys) > 0 && rnd.IntN(150) == 0 {
			key = f.keys[rnd.IntN(len(f.keys))]
			raw = m.rows[f.stream][key].Raw
		}
		if raw == "" || rnd.IntN(2) == 0 {
			raw = fmt.Sprintf(`{"key":%q,"step":%d,"text":"%0*d"}`, key, m.step, rnd.IntN(600), 1)
		}
		f.keys = append(f.keys, key)
		rows = append(rows, row{key, raw})
		m.tally(&want, m.set(f.stream, key, raw))
	}
	require.Equal(t, want, put(t, s, page(f.sweep.ID, m.step, rows...)), "step %d", m.step)
}

func (m *model) missing(t *testing.T, s *Stage, stream string) {
	want, got := []record.Key{}, []record.Key{}
	for key, c := range m.rows[stream] {
		if !c.Deleted {
			want = append(want, key)
		}
	}
	slices.Sort(want)
	require.NoError(t, s.MissingFrom(context.Background(), testAccount, stream, nil, func(key record.Key) error {
		got = append(got, key)
		return nil
	}))
	require.Equal(t, want, got, "step %d", m.step)
}

func (m *model) explain(t *testing.T, s *Stage, rnd *rand.Rand, f *firstSweep) {
	for range min(3, len(f.keys)) {
		key := f.keys[rnd.IntN(len(f.keys))]
		staged, from, ok, err := s.Record(context.Background(), testAccount, f.stream, key)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, f.sweep.ID, from.Page.Sweep)
		want := m.rows[f.stream][key]
		require.Equal(t, want, content{Raw: string(staged.Raw), Deleted: staged.Deleted})
	}
}
