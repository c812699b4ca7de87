package stage

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// model is what a stage should hold, kept in maps.
type model struct {
	rows    map[string]map[record.Key]content
	parents map[record.Key]record.Key // of the sub-stream's records
	former  map[record.Key][]record.Key
	asked   map[record.Key]string // list row the completion was asked for
	answers map[record.Key]string
	marked  map[record.Key]bool
	step    int
}

const modelSub = "job.report"

// TestStageAgreesWithAModel does thousands of random calls on a stage and on maps
// and compares them, repacking and opening the file again in between.
func TestStageAgreesWithAModel(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { runModel(t, seed, 500) })
	}
}

func newModel() *model {
	return &model{
		rows:    map[string]map[record.Key]content{},
		parents: map[record.Key]record.Key{}, former: map[record.Key][]record.Key{},
		asked: map[record.Key]string{}, answers: map[record.Key]string{}, marked: map[record.Key]bool{},
	}
}

func runModel(t *testing.T, seed uint64, steps int) {
	rnd := rand.New(rand.NewPCG(seed, 99))
	path := filepath.Join(t.TempDir(), "model.stage")
	s := openAt(t, path)
	sweep := startSweep(t, s, "job")
	m := newModel()
	m.rows["job"], m.rows[modelSub] = map[record.Key]content{}, map[record.Key]content{}
	for m.step = 1; m.step <= steps; m.step++ {
		switch n := rnd.IntN(100); {
		case n < 50:
			m.putPage(t, s, rnd, sweep.ID)
		case n < 56:
			m.forget(t, s, rnd)
		case n < 62:
			m.tombstone(t, s, rnd)
		case n < 80:
			m.complete(t, s, rnd)
		case n < 92:
			m.putSub(t, s, rnd)
		case n < 95:
			key := modelKey(rnd)
			require.NoError(t, s.MarkDue(context.Background(), testAccount, "job", "", []record.Key{key}))
			if _, ok := m.asked[key]; ok {
				m.marked[key] = true
			}
		case n < 97:
			_, err := s.Repack(context.Background())
			require.NoError(t, err)
		case n < 98:
			require.NoError(t, s.Close())
			s = openAt(t, path)
		default:
			m.compare(t, s)
		}
	}
	_, err := s.Repack(context.Background())
	require.NoError(t, err)
	m.compare(t, s)
}

// forget takes records out that were never staged, tombstones and live ones. Their
// details are asked for again when they come back, as those of any new record.
func (m *model) forget(t *testing.T, s *Stage, rnd *rand.Rand) {
	var keys []record.Key
	want := 0
	for range rnd.IntN(6) {
		key := modelKey(rnd)
		if _, ok := m.rows["job"][key]; ok {
			want++
			delete(m.rows["job"], key)
		}
		keys = append(keys, key)
	}
	got, err := s.Forget(context.Background(), testAccount, "job", keys)
	require.NoError(t, err)
	require.Equal(t, want, got, "step %d", m.step)
}

func modelKey(rnd *rand.Rand) record.Key { return record.Key(fmt.Sprint(rnd.IntN(150))) }

// set is what staging a record does.
func (m *model) set(stream string, key record.Key, raw string) (was string) {
	old, known := m.rows[stream][key]
	m.rows[stream][key] = content{Raw: raw}
	switch {
	case !known:
		return "new"
	case old.Deleted:
		return "revived"
	case old.Raw != raw:
		return "changed"
	}
	return "unchanged"
}

func (m *model) putPage(t *testing.T, s *Stage, rnd *rand.Rand, sweep int64) {
	rows := make([]row, rnd.IntN(40))
	var want PutResult
	from := rnd.IntN(120)
	for i := range rows {
		key := record.Key(fmt.Sprint(from + i)) // sometimes a run of neighbours, as lists are
		if rnd.IntN(4) == 0 {
			key = modelKey(rnd)
		}
		raw := m.rows["job"][key].Raw
		if raw == "" || rnd.IntN(8) == 0 {
			raw = fmt.Sprintf(`{"key":%q,"step":%d,"text":"%0*d"}`, key, m.step, rnd.IntN(600), i)
		}
		rows[i] = row{key, raw}
		m.tally(&want, m.set("job", key, raw))
	}
	require.Equal(t, want, put(t, s, page(sweep, m.step, rows...)), "step %d", m.step)
}

func (m *model) tally(r *PutResult, was string) {
	switch was {
	case "new":
		r.New++
	case "revived":
		r.Revived++
	case "changed":
		r.Changed++
	default:
		r.Unchanged++
	}
}

func (m *model) tombstone(t *testing.T, s *Stage, rnd *rand.Rand) {
	streams := slices.Sorted(maps.Keys(m.rows))
	stream := streams[rnd.IntN(len(streams))]
	keys := slices.Sorted(maps.Keys(m.rows[stream]))
	if len(keys) == 0 {
		return
	}
	rnd.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	keys = keys[:min(len(keys), 1+rnd.IntN(5))]
	want := 0
	for _, key := range keys {
		want += m.bury(stream, key)
	}
	n, err := s.Tombstone(context.Background(), testAccount, stream, keys, testTime)
	require.NoError(t, err)
	require.Equal(t, want, n, "step %d", m.step)
}

func (m *model) bury(stream string, key record.Key) int {
	c, ok := m.rows[stream][key]
	if !ok || c.Deleted {
		return 0
	}
	c.Deleted = true
	m.rows[stream][key] = c
	return 1
}

func (m *model) complete(t *testing.T, s *Stage, rnd *rand.Rand) {
	due := m.due()
	if len(due) == 0 {
		return
	}
	key := due[rnd.IntN(len(due))]
	listRow := m.rows["job"][key].Raw
	w := detail("job", "", key, listRow, row{key, fmt.Sprintf(`{"full":%d}`, rnd.IntN(5))})
	m.asked[key], m.answers[key] = listRow, string(w.Body[w.Entries[0].Offset:w.Entries[0].Offset+w.Entries[0].Length])
	if rnd.IntN(6) == 0 {
		w.Missing = true
		m.answers[key] = ""
	}
	delete(m.marked, key)
	putDetail(t, s, w)
}

func (m *model) due() []record.Key {
	var keys []record.Key
	for key, c := range m.rows["job"] {
		asked, ok := m.asked[key]
		if !c.Deleted && (!ok || asked != c.Raw || m.marked[key]) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (m *model) putSub(t *testing.T, s *Stage, rnd *rand.Rand) {
	parent := modelKey(rnd)
	var rows []row
	now := map[record.Key]bool{}
	var want PutResult
	for range rnd.IntN(4) {
		key := record.Key(fmt.Sprint("r", rnd.IntN(60))) // now and then it moves between parents
		if now[key] {
			continue
		}
		now[key] = true
		raw := fmt.Sprintf(`{"r":%q,"v":%d}`, key, rnd.IntN(3))
		rows = append(rows, row{key, raw})
		was := m.set(modelSub, key, raw)
		if was == "unchanged" && m.parents[key] != parent {
			was = "changed"
		}
		m.tally(&want, was)
		m.parents[key] = parent
	}
	for _, key := range m.former[parent] {
		if !now[key] && m.parents[key] == parent {
			m.bury(modelSub, key)
		}
	}
	m.former[parent] = nil
	for _, r := range rows {
		m.former[parent] = append(m.former[parent], r.key)
	}
	require.Equal(t, want, putDetail(t, s, detail("job", modelSub, parent, "", rows...)), "step %d", m.step)
}

// compareStreams compares what the streams hold.
func (m *model) compareStreams(t *testing.T, s *Stage) {
	ctx := context.Background()
	for stream, rows := range m.rows {
		want := map[record.Key]content{}
		live := 0
		for key, c := range rows {
			if stream == "job" {
				c.Detail = m.answers[key]
			}
			want[key] = c
			if !c.Deleted {
				live++
			}
		}
		require.Equal(t, want, readAll(t, s, stream), "step %d", m.step)
		n, err := s.LiveCount(ctx, testAccount, stream)
		require.NoError(t, err)
		gone, err := s.TombstoneCount(ctx, testAccount, stream)
		require.NoError(t, err)
		require.Equal(t, []int{live, len(rows) - live}, []int{n, gone}, "step %d", m.step)
	}
}

func (m *model) compare(t *testing.T, s *Stage) {
	ctx := context.Background()
	m.compareStreams(t, s)
	for stream := range m.rows {
		requireIndexed(t, s, stream)
	}
	got := dueKeys(t, s, "", 0, 0)
	slices.Sort(got)
	require.Equal(t, append([]record.Key{}, m.due()...), got, "step %d", m.step)
	for _, key := range []record.Key{"1", "77", "149"} {
		c, ok := m.rows["job"][key]
		staged, _, found, err := s.Record(ctx, testAccount, "job", key)
		require.NoError(t, err)
		require.Equal(t, ok, found)
		require.Equal(t, content{c.Raw, m.answers[key], c.Deleted}, content{string(staged.Raw), string(staged.Detail), staged.Deleted})
	}
}
