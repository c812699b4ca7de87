package stage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

func TestRecordTellsWhereItCameFrom(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	w := startSweep(t, s, "job")
	p := page(w.ID, 3, row{"1", `{"id":1}`}, row{"2", `{"id":2}`})
	p.Variant, p.Stripe = "closed", 4
	put(t, s, p)
	putDetail(t, s, detail("job", "", "2", `{"id":2}`, row{"2", `{"full":2}`}))
	staged, from, ok, err := s.Record(ctx, testAccount, "job", "2")
	require.NoError(t, err)
	require.True(t, ok)
	assert.Equal(t, `{"id":2}`, string(staged.Raw))
	assert.Equal(t, `{"full":2}`, string(staged.Detail))
	assert.Equal(t, testTime.Add(3*time.Second), staged.SyncedAt)
	assert.Equal(t, PageRef{Sweep: w.ID, Variant: "closed", Number: 3, Stripe: 4, Step: 3}, from.Page)
	assert.Equal(t, SweepFull, from.Sweep.Kind)
	assert.Equal(t, `{"id":2}`, string(p.Body[from.Offset:from.Offset+from.Length]))
	assert.Equal(t, []DetailNote{{ReadAt: testTime.Add(time.Hour), Records: 1}}, from.Details)
	assert.True(t, from.DeletedAt.IsZero())

	raw, ok, err := s.Row(ctx, testAccount, "job", "1")
	require.NoError(t, err)
	require.True(t, ok)
	assert.Equal(t, `{"id":1}`, string(raw))
	for _, stream := range []string{"job", "never"} {
		_, _, ok, err = s.Record(ctx, testAccount, stream, "9")
		require.NoError(t, err)
		assert.False(t, ok)
		_, ok, err = s.Row(ctx, testAccount, stream, "9")
		require.NoError(t, err)
		assert.False(t, ok)
	}
}

func TestTombstonesStayAndRevive(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	w := startSweep(t, s, "customer")
	put(t, s, page(w.ID, 1, row{"1", `{"id":1}`}, row{"2", `{"id":2}`}, row{"3", `{"id":3}`}))
	n, err := s.Tombstone(ctx, testAccount, "customer", []record.Key{"2", "3", "nobody"}, testTime)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	n, err = s.Tombstone(ctx, testAccount, "customer", []record.Key{"2"}, testTime.Add(time.Hour))
	require.NoError(t, err)
	require.Zero(t, n, "dead already")
	_, from, _, err := s.Record(ctx, testAccount, "customer", "2")
	require.NoError(t, err)
	require.True(t, from.DeletedAt.Equal(testTime))
	require.Equal(t, map[record.Key]content{"1": {Raw: `{"id":1}`}, "2": {Raw: `{"id":2}`, Deleted: true}, "3": {Raw: `{"id":3}`, Deleted: true}},
		readAll(t, s, "customer"))
	require.Equal(t, PutResult{Unchanged: 1, Revived: 2}, put(t, s, page(w.ID, 2, row{"1", `{"id":1}`}, row{"2", `{"id":2}`}, row{"3", `{"id":"three"}`})))
	require.Equal(t, map[record.Key]content{"1": {Raw: `{"id":1}`}, "2": {Raw: `{"id":2}`}, "3": {Raw: `{"id":"three"}`}}, readAll(t, s, "customer"))
	gone, err := s.TombstoneCount(ctx, testAccount, "customer")
	require.NoError(t, err)
	require.Zero(t, gone)
}

func TestMissingFromSweeps(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	first, second, third := startSweep(t, s, "customer"), startSweep(t, s, "customer"), startSweep(t, s, "customer")
	put(t, s, page(first.ID, 1, row{"1", `{}`}, row{"2", `{}`}, row{"3", `{}`}, row{"4", `{}`}))
	put(t, s, page(second.ID, 1, row{"1", `{}`}))
	put(t, s, page(third.ID, 1, row{"3", `{}`}))
	_, err := s.Tombstone(ctx, testAccount, "customer", []record.Key{"4"}, testTime)
	require.NoError(t, err)
	missing := func(sweeps ...int64) []record.Key {
		var keys []record.Key
		require.NoError(t, s.MissingFrom(ctx, testAccount, "customer", sweeps, func(key record.Key) error {
			keys = append(keys, key)
			return nil
		}))
		return keys
	}
	assert.Empty(t, missing(first.ID))
	assert.Equal(t, []record.Key{"2", "3"}, missing(second.ID))
	assert.Equal(t, []record.Key{"2"}, missing(second.ID, third.ID))
	assert.Equal(t, []record.Key{"1", "2", "3"}, missing())
	stop := fmt.Errorf("stop")
	require.Equal(t, stop, s.MissingFrom(ctx, testAccount, "customer", nil, func(record.Key) error { return stop }))
	require.Equal(t, stop, s.Chunks(ctx, testAccount, "customer", func(*Chunk) error { return stop }))
}

func TestSweepsEndOpenAndDrop(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	find := func() *Sweep {
		w, err := s.OpenSweep(ctx, testAccount, "customer", SweepFull, "f", "p")
		require.NoError(t, err)
		return w
	}
	require.Nil(t, find())
	w, err := s.StartSweep(ctx, Sweep{Account: testAccount, Stream: "customer", Kind: SweepFull, Filter: "f", Purpose: "p", Started: testTime, State: []byte(`{"a":1}`)})
	require.NoError(t, err)
	require.Equal(t, &w, find())
	w.State, w.Attempt = []byte(`{"a":2}`), 2
	require.NoError(t, s.UpdateSweep(ctx, w))
	require.Equal(t, &w, find())
	put(t, s, page(w.ID, 1, row{"1", `{}`}))
	require.NoError(t, s.DropSweep(ctx, w.ID))
	require.Nil(t, find())
	pages, err := s.Pages(ctx, w.ID)
	require.NoError(t, err)
	require.Empty(t, pages)
	_, err = s.PutPage(ctx, page(w.ID, 2, row{"2", `{}`}))
	require.ErrorContains(t, err, "dropped")
	require.Len(t, readAll(t, s, "customer"), 1, "what it staged stays")

	w2, err := s.StartSweep(ctx, Sweep{Account: testAccount, Stream: "customer", Kind: SweepFull, Filter: "f", Purpose: "p", Started: testTime})
	require.NoError(t, err)
	require.NoError(t, s.EndSweep(ctx, w2))
	require.Nil(t, find())
	require.ErrorContains(t, s.UpdateSweep(ctx, Sweep{ID: 99, Started: testTime}), "no sweep 99")
}

func TestRunsCertificatesAndNotes(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	r := Run{Command: "run", Version: "1.2.3", Started: testTime}
	var err error
	r.ID, err = s.StartRun(ctx, r)
	require.NoError(t, err)
	r.Requests, r.Exit, r.Text, r.ResumeAt = 110, 75, "the quota is spent", testTime.Add(24*time.Hour)
	require.NoError(t, s.UpdateRun(ctx, r))
	runs, err := s.Runs(ctx, 5)
	require.NoError(t, err)
	require.Equal(t, []Run{r}, runs)
	r.Ended = testTime.Add(time.Minute)
	require.NoError(t, s.EndRun(ctx, r))
	_, err = s.StartRun(ctx, Run{Started: testTime})
	require.NoError(t, err)
	runs, err = s.Runs(ctx, 5)
	require.NoError(t, err)
	require.Len(t, runs, 2)
	require.Equal(t, r, runs[1], "the newest comes first")
	require.ErrorContains(t, s.EndRun(ctx, Run{ID: 9}), "no run 9")

	c := Certificate{Account: testAccount, Stream: "job", Filter: "f", Run: r.ID, Proof: ProofOrder, AsOf: testTime, StartTotal: 5, EndTotal: 6, Pages: 1, Distinct: 6, Text: "all of it"}
	require.NoError(t, s.PutCertificate(ctx, Certificate{Account: testAccount, Stream: "job", Proof: ProofNone}))
	require.NoError(t, s.PutCertificate(ctx, c))
	require.NoError(t, s.PutCertificate(ctx, Certificate{Account: testAccount, Stream: "customer", Proof: ProofOne}))
	all, err := s.Certificates(ctx, testAccount)
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Equal(t, c, all[1])
	names, err := s.Streams(ctx, testAccount)
	require.NoError(t, err)
	require.Equal(t, []string{"customer", "job"}, names)

	require.NoError(t, s.SetNote(ctx, "price", "1"))
	require.NoError(t, s.SetNote(ctx, "price", "2"))
	v, ok, err := s.Note(ctx, "price")
	require.NoError(t, err)
	require.Equal(t, []any{"2", true}, []any{v, ok})
	_, ok, err = s.Note(ctx, "none")
	require.NoError(t, err)
	require.False(t, ok)
}

func TestFilesAreNamedByTheirContent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.stage")
	s := openAt(t, path)
	data := bytes.Repeat([]byte("photo"), 10_000)
	want := sha256.Sum256(data)
	for range 2 {
		f, err := s.NewFile()
		require.NoError(t, err)
		for part := range bytes.SplitSeq(data, []byte("h")) {
			_, err = f.Write(part)
			require.NoError(t, err)
		}
		require.NoError(t, f.Abort())
		require.NoError(t, f.Abort())
		f, err = s.NewFile()
		require.NoError(t, err)
		_, err = f.Write(data)
		require.NoError(t, err)
		sum, size, err := f.Commit()
		require.NoError(t, err)
		require.Equal(t, hex.EncodeToString(want[:]), sum)
		require.EqualValues(t, len(data), size)
		require.NoError(t, f.Abort(), "after Commit it does nothing")
		require.NoError(t, s.PutFile(context.Background(), sum, size))
	}
	left, err := s.NewFile()
	require.NoError(t, err)
	_, err = left.Write([]byte("of a process that was killed"))
	require.NoError(t, err)
	st, err := s.Stats(context.Background())
	require.NoError(t, err)
	require.Equal(t, []any{1, int64(len(data)), "nightly"}, []any{st.Files, st.FilesBytes, st.Job})
	require.NoError(t, s.Close())
	s = openAt(t, path)
	entries, err := os.ReadDir(s.FilesDir())
	require.NoError(t, err)
	require.Len(t, entries, 1, "unfinished files are removed at the next opening")
	info, err := entries[0].Info()
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}
