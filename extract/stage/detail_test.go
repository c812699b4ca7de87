package stage

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"ferry/extract/record"
)

// detail is an answer for the record key of stream: one that completes it, or the
// records of sub.
func detail(stream, sub string, key record.Key, listRow string, rows ...row) DetailWrite {
	w := DetailWrite{Account: testAccount, Stream: stream, Key: key, Sub: sub, RowHash: xxhash.Sum64String(listRow), ReadAt: testTime.Add(time.Hour)}
	body := []byte(`{"of":`)
	for _, r := range rows {
		w.Entries = append(w.Entries, Entry{Key: r.key, Offset: len(body), Length: len(r.raw), Hash: xxhash.Sum64String(r.raw)})
		body = append(body, r.raw...)
	}
	w.Body = append(body, '}')
	return w
}

func putDetail(tb testing.TB, s *Stage, w DetailWrite) PutResult {
	tb.Helper()
	sum, err := s.PutDetail(context.Background(), w)
	require.NoError(tb, err)
	return sum
}

func dueKeys(tb testing.TB, s *Stage, sub string, listed int64, limit int) []record.Key {
	tb.Helper()
	due, err := s.Details(context.Background(), testAccount, "job", sub, listed, limit)
	require.NoError(tb, err)
	keys := []record.Key{}
	for _, d := range due {
		keys = append(keys, d.Key)
	}
	if limit == 0 {
		n, err := s.CountDue(context.Background(), testAccount, "job", sub, listed)
		require.NoError(tb, err)
		require.Equal(tb, len(due), n)
	}
	return keys
}

func TestDetailsAreDueWhenTheRowChanged(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	require.Empty(t, dueKeys(t, s, "", 0, 0), "of a stream never begun")
	w := startSweep(t, s, "job")
	put(t, s, page(w.ID, 1, row{"b", `{"v":1}`}, row{"a", `{"v":2}`}, row{"c", `{"v":3}`}))
	require.Equal(t, []record.Key{"b", "a", "c"}, dueKeys(t, s, "", 0, 0), "in staging order")
	require.Equal(t, []record.Key{"b", "a"}, dueKeys(t, s, "", 0, 2))

	require.Equal(t, PutResult{New: 1}, putDetail(t, s, detail("job", "", "a", `{"v":2}`, row{"whatever", `{"full":2}`})))
	require.Equal(t, []record.Key{"b", "c"}, dueKeys(t, s, "", 0, 0))
	require.Equal(t, PutResult{Unchanged: 1}, putDetail(t, s, detail("job", "", "a", `{"v":2}`, row{"a", `{"full":2}`})))
	missing := detail("job", "", "b", `{"v":1}`)
	missing.Missing = true
	require.Equal(t, PutResult{}, putDetail(t, s, missing))
	require.Equal(t, []record.Key{"c"}, dueKeys(t, s, "", 0, 0), "asking in vain counts as asked")

	got := readAll(t, s, "job")
	require.Equal(t, content{Raw: `{"v":2}`, Detail: `{"full":2}`}, got["a"])
	require.Equal(t, content{Raw: `{"v":1}`}, got["b"])

	put(t, s, page(w.ID, 2, row{"a", `{"v":"changed"}`}))
	require.Equal(t, []record.Key{"c", "a"}, dueKeys(t, s, "", 0, 0))
	require.Equal(t, `{"full":2}`, readAll(t, s, "job")["a"].Detail, "the answer before stays until the next")
	require.Equal(t, PutResult{Changed: 1}, putDetail(t, s, detail("job", "", "a", `{"v":"changed"}`, row{"a", `{"full":3}`})))
	require.Equal(t, `{"full":3}`, readAll(t, s, "job")["a"].Detail)

	require.NoError(t, s.MarkDue(ctx, testAccount, "job", "", []record.Key{"a", "nobody"}))
	require.Equal(t, []record.Key{"c", "a"}, dueKeys(t, s, "", 0, 0))
	putDetail(t, s, detail("job", "", "a", `{"v":"changed"}`, row{"a", `{"full":3}`}))
	require.Equal(t, []record.Key{"c"}, dueKeys(t, s, "", 0, 0))

	_, err := s.Tombstone(ctx, testAccount, "job", []record.Key{"c"}, testTime)
	require.NoError(t, err)
	require.Empty(t, dueKeys(t, s, "", 0, 0), "the dead are not asked for")
	missing.Key = "a"
	putDetail(t, s, missing)
	require.Empty(t, readAll(t, s, "job")["a"].Detail, "the vendor has none any more")
}

func TestDetailsOfListedRecords(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	w := startSweep(t, s, "job")
	put(t, s, page(w.ID, 1, row{"1", `{"v":1}`}, row{"2", `{"v":2}`}, row{"3", `{"v":3}`}, row{"4", `{"v":4}`}))
	listed, err := s.StartSweep(ctx, Sweep{Account: testAccount, Stream: "job", Kind: SweepListed, Purpose: "job.photos", Started: testTime})
	require.NoError(t, err)
	for n, names := range [][]row{{{"4", ``}, {"9", ``}}, {{"2", ``}, {"4", ``}}} {
		p := page(listed.ID, n, names...)
		p.NamesOnly = true
		put(t, s, p)
	}
	require.Equal(t, []record.Key{"4", "2"}, dueKeys(t, s, "job.photos", listed.ID, 0), "each once, in the list's order, those staged")
	require.Equal(t, []record.Key{"4"}, dueKeys(t, s, "job.photos", listed.ID, 1))
	putDetail(t, s, detail("job", "job.photos", "4", `{"v":4}`, row{"4/1", `{"p":1}`}))
	require.Equal(t, []record.Key{"2"}, dueKeys(t, s, "job.photos", listed.ID, 0))
	require.NoError(t, s.MarkDue(ctx, testAccount, "job", "job.photos", []record.Key{"4"}))
	require.Equal(t, []record.Key{"4", "2"}, dueKeys(t, s, "job.photos", listed.ID, 0))
	require.Len(t, dueKeys(t, s, "job.photos", 0, 0), 4)
}

func TestSubStreamIsReplacedParentByParent(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	w := startSweep(t, s, "job")
	put(t, s, page(w.ID, 1, row{"1", `{"v":1}`}, row{"2", `{"v":2}`}))
	sub := "job.report"
	require.Equal(t, PutResult{New: 2}, putDetail(t, s, detail("job", sub, "1", `{"v":1}`, row{"a", `{"r":"a"}`}, row{"b", `{"r":"b"}`})))
	require.Equal(t, PutResult{New: 1}, putDetail(t, s, detail("job", sub, "2", `{"v":2}`, row{"c", `{"r":"c"}`})))
	require.Equal(t, PutResult{Changed: 1, New: 1}, putDetail(t, s, detail("job", sub, "1", `{"v":1}`, row{"a", `{"r":"A"}`}, row{"d", `{"r":"d"}`})))
	require.Equal(t, map[record.Key]content{
		"a": {Raw: `{"r":"A"}`}, "b": {Raw: `{"r":"b"}`, Deleted: true}, "c": {Raw: `{"r":"c"}`}, "d": {Raw: `{"r":"d"}`},
	}, readAll(t, s, sub))

	require.Equal(t, PutResult{Changed: 1, Unchanged: 1}, putDetail(t, s, detail("job", sub, "2", `{"v":2}`, row{"c", `{"r":"c"}`}, row{"d", `{"r":"d"}`})),
		"a record may move to another parent")
	require.Equal(t, PutResult{Unchanged: 1, Revived: 1}, putDetail(t, s, detail("job", sub, "1", `{"v":1}`, row{"a", `{"r":"A"}`}, row{"b", `{"r":"b"}`})))
	got := readAll(t, s, sub)
	require.False(t, got["d"].Deleted, "which the former one does not bury")
	require.False(t, got["b"].Deleted)
	_, from, ok, err := s.Record(ctx, testAccount, sub, "d")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, record.Key("2"), from.Parent)

	none := detail("job", sub, "1", `{"v":1}`)
	none.Missing = true
	putDetail(t, s, none)
	live, err := s.LiveCount(ctx, testAccount, sub)
	require.NoError(t, err)
	gone, err := s.TombstoneCount(ctx, testAccount, sub)
	require.NoError(t, err)
	require.Equal(t, []int{2, 2}, []int{live, gone})
	_, from, _, err = s.Record(ctx, testAccount, "job", "2")
	require.NoError(t, err)
	require.Equal(t, []DetailNote{{Sub: sub, ReadAt: testTime.Add(time.Hour), Records: 2}}, from.Details)
}

func TestDetailsCommittedTogetherShareAChunk(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	w := startSweep(t, s, "job")
	const n = 30
	rows := make([]row, n)
	for i := range rows {
		rows[i] = row{record.Key(fmt.Sprint(i)), fmt.Sprintf(`{"v":%d}`, i)}
	}
	put(t, s, page(w.ID, 1, rows...))
	putDetail(t, s, detail("job", "", "0", rows[0].raw, row{"0", `{"full":0}`}))
	hold, held := make(chan struct{}), make(chan struct{})
	go func() { _ = s.write(ctx, func(*tx) error { close(held); <-hold; return nil }) }()
	<-held
	var g errgroup.Group
	for i := 1; i < n; i++ {
		g.Go(func() error {
			_, err := s.PutDetail(ctx, detail("job", "", rows[i].key, rows[i].raw, row{rows[i].key, fmt.Sprintf(`{"full":%d}`, i)}))
			return err
		})
	}
	time.Sleep(30 * time.Millisecond) // let them gather; the result does not depend on it
	close(hold)
	require.NoError(t, g.Wait())
	for i, r := range rows {
		require.Equal(t, content{Raw: r.raw, Detail: fmt.Sprintf(`{"full":%d}`, i)}, readAll(t, s, "job")[r.key])
	}
	st, err := s.Stats(ctx)
	require.NoError(t, err)
	assert.Less(t, st.Streams[0].Chunks, n/2)
}

func TestPutDetailRefusesWhatItCannotKeep(t *testing.T) {
	s := openTemp(t)
	for name, w := range map[string]DetailWrite{
		"no key":       detail("job", "", "", "", row{"a", `{}`}),
		"no answer":    detail("job", "", "a", ""),
		"two answers":  detail("job", "", "a", "", row{"a", `{}`}, row{"b", `{}`}),
		"nobody bound": {Account: "nobody", Stream: "job", Key: "a", Missing: true},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.PutDetail(context.Background(), w)
			require.Error(t, err)
		})
	}
}
