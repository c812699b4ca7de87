package stage

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"ferry/extract/record"
)

func begin(tb testing.TB, s *Stage, attempts ...Attempt) []int64 {
	tb.Helper()
	ids, err := s.BeginAttempts(context.Background(), attempts)
	require.NoError(tb, err)
	require.Len(tb, ids, len(attempts))
	return ids
}

func TestAttemptIsKeptWhole(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	side := sideOf("customer", "customers")
	p := publish(t, s, loadPlan(), planItem(0, 1), planItem(0, 4))
	a := Attempt{Plan: p.ID, Run: 9, Side: side, Key: "1", Step: 2, Kind: AttemptAction, Action: "validate", Target: "t-1",
		Fields: []byte(`{"status":"done"}`), Sent: testTime, Effects: []string{"mail", "sms"}}
	id := begin(t, s, a)[0]
	a.ID, a.State = id, AttemptSending
	require.Equal(t, []Attempt{a}, attemptsOf(t, s, AttemptQuery{}))

	end := Attempt{ID: id, State: AttemptDone, Target: "t-9", Ended: testTime.Add(time.Second), Status: 201, Class: "ok", Message: "created", Back: []byte(`{"id":9}`),
		Key: "not looked at", Fields: []byte("nor this")}
	link := Link{Key: "1", Target: "t-9", How: LinkCreated, Run: 9, At: testTime}
	written := Written{Key: "1", Sent: []byte(`{"a":1}`), Back: []byte(`{"a":1,"id":9}`), Run: 9, At: testTime}
	require.NoError(t, s.EndAttempts(ctx, []Outcome{{Attempt: end, Item: &Item{Key: "1", Bin: LoadUpdated, Why: []byte(`{"w":1}`)}, Link: &link, Written: &written}}))
	a.State, a.Target, a.Ended, a.Status, a.Class, a.Message, a.Back = end.State, end.Target, end.Ended, end.Status, end.Class, end.Message, end.Back
	require.Equal(t, []Attempt{a}, attemptsOf(t, s, AttemptQuery{}))
	it, _, err := s.Item(ctx, p.ID, 0, "1")
	require.NoError(t, err)
	require.Equal(t, LoadUpdated, it.Bin)
	require.Equal(t, `{"w":1}`, string(it.Why))
	got, ok, err := s.Link(ctx, side, "1")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, link, got)
	w, ok, err := s.Written(ctx, side, "1")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, written, w)

	end.State = AttemptDone
	end.ID = begin(t, s, Attempt{Plan: p.ID, Side: side, Key: "1", Kind: AttemptDelete})[0]
	require.NoError(t, s.EndAttempts(ctx, []Outcome{{Attempt: end, Unlink: true}}))
	_, ok, err = s.Link(ctx, side, "1")
	require.NoError(t, err)
	require.False(t, ok)
	_, ok, err = s.Written(ctx, side, "1")
	require.NoError(t, err)
	require.False(t, ok, "what was written to a record that is gone")
}

func TestEndAttemptsIsOneCommit(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	side := sideOf("customer", "customers")
	p := publish(t, s, loadPlan(), planItem(0, 0), planItem(0, 5))
	require.NoError(t, s.PutLinks(ctx, side, []Link{{Key: "77", Target: "t-7", How: LinkMatched, At: testTime}}))
	ids := begin(t, s, attempt(p.ID, "0"), attempt(p.ID, "5"))
	good := Outcome{Attempt: Attempt{ID: ids[0], State: AttemptDone, Target: "t-0"}, Item: &Item{Key: "0", Bin: LoadCreated},
		Link: &Link{Key: "0", Target: "t-0", How: LinkCreated}, Written: &Written{Key: "0"}}
	conflict := &LinkConflictError{}
	bad := map[string]Outcome{
		"no attempt":   {Attempt: Attempt{ID: 99, State: AttemptDone}},
		"no item":      {Attempt: Attempt{ID: ids[1], State: AttemptDone}, Item: &Item{Key: "6"}},
		"link":         {Attempt: Attempt{ID: ids[1], State: AttemptDone}, Item: &Item{Key: "5", Bin: LoadCreated}, Link: &Link{Key: "5", Target: "t-7", How: LinkCreated}},
		"half a link":  {Attempt: Attempt{ID: ids[1], State: AttemptDone}, Link: &Link{Key: "5", How: LinkCreated}},
		"unknown how":  {Attempt: Attempt{ID: ids[1], State: AttemptDone}, Link: &Link{Key: "5", Target: "t", How: "guessed"}},
		"nothing said": {Attempt: Attempt{ID: ids[1], State: AttemptDone}, Written: &Written{}},
		"sending":      {Attempt: Attempt{ID: ids[1], State: AttemptSending}},
		"no state":     {Attempt: Attempt{ID: ids[1]}},
	}
	for name, o := range bad {
		err := s.EndAttempts(ctx, []Outcome{good, o})
		require.Error(t, err, name)
		require.Equal(t, name == "link", errors.As(err, &conflict), name)
		require.Len(t, attemptsOf(t, s, AttemptQuery{States: []AttemptState{AttemptSending}}), 2, name)
		require.Len(t, linksOf(t, s, side), 1, name)
		require.Empty(t, itemsOf(t, s, p.ID, 0, ItemQuery{Bins: []LoadBin{LoadCreated}}), name)
	}
	require.NoError(t, s.EndAttempts(ctx, []Outcome{good}))
	require.NoError(t, s.EndAttempts(ctx, nil))
	_, err := s.BeginAttempts(ctx, []Attempt{attempt(p.ID, "5"), {Side: side, Key: "6"}})
	require.ErrorContains(t, err, "attempt 2 of 2")
	require.Len(t, attemptsOf(t, s, AttemptQuery{}), 2)
}

func TestBatchesAreNamedByTheirFirstAttempt(t *testing.T) {
	s := openTemp(t)
	var all []Attempt
	for i, batch := range []int64{0, 5, 5, 9, 5, 0, 9} {
		a := attempt(1, record.Key(fmt.Sprint(i)))
		a.Batch = batch
		all = append(all, a)
	}
	ids := begin(t, s, all...)
	var got []int64
	for _, a := range attemptsOf(t, s, AttemptQuery{}) {
		got = append(got, a.Batch)
	}
	require.Equal(t, []int64{0, ids[1], ids[1], ids[3], ids[1], 0, ids[3]}, got)
}

func TestAttemptQueries(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	customers, tickets := sideOf("customer", "customers"), sideOf("job", "tickets")
	states := []AttemptState{AttemptSending, AttemptDone, AttemptRejected, AttemptUnsure, AttemptLost, AttemptUnsent}
	var all []Attempt
	for n := range 1200 { // more than are read at a time
		a := attempt(int64(1+n%2), record.Key(fmt.Sprint(n%7)))
		a.Run = int64(1 + n%3)
		if n%5 == 0 {
			a.Side = tickets
		}
		all = append(all, a)
	}
	ids := begin(t, s, all...)
	var ended []Outcome
	for n, id := range ids {
		if st := states[n%6]; st != AttemptSending {
			ended = append(ended, Outcome{Attempt: Attempt{ID: id, State: st}})
		}
	}
	require.NoError(t, s.EndAttempts(ctx, ended))
	other := sideOf("nobody", "x")
	cases := []struct {
		name string
		q    AttemptQuery
		want func(n int) bool
	}{
		{"all", AttemptQuery{}, func(int) bool { return true }},
		{"plan", AttemptQuery{Plan: 2}, func(n int) bool { return n%2 == 1 }},
		{"run", AttemptQuery{Run: 3}, func(n int) bool { return n%3 == 2 }},
		{"side", AttemptQuery{Side: &tickets}, func(n int) bool { return n%5 == 0 }},
		{"key", AttemptQuery{Side: &customers, Key: "4"}, func(n int) bool { return n%5 != 0 && n%7 == 4 }},
		{"open", AttemptQuery{States: []AttemptState{AttemptSending, AttemptUnsure}}, func(n int) bool { return n%6 == 0 || n%6 == 3 }},
		{"together", AttemptQuery{Plan: 1, Run: 1, Side: &customers, States: []AttemptState{AttemptSending}}, func(n int) bool { return n%6 == 0 && n%5 != 0 }},
		{"nobody's", AttemptQuery{Side: &other}, func(int) bool { return false }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var want, got, newest []int64
			for n, id := range ids {
				if c.want(n) {
					want = append(want, id)
				}
			}
			for _, a := range attemptsOf(t, s, c.q) {
				got = append(got, a.ID)
			}
			c.q.Newest = true
			for _, a := range attemptsOf(t, s, c.q) {
				newest = append([]int64{a.ID}, newest...)
			}
			require.Equal(t, want, got)
			require.Equal(t, want, newest)
		})
	}
	stop := errors.New("enough")
	require.Same(t, stop, s.Attempts(ctx, AttemptQuery{}, func(*Attempt) error { return stop }))
	n := 0
	require.NoError(t, s.Attempts(ctx, AttemptQuery{States: []AttemptState{AttemptSending}}, func(a *Attempt) error {
		n++
		return s.EndAttempts(ctx, []Outcome{{Attempt: Attempt{ID: a.ID, State: AttemptUnsure}}})
	}), "a caller may write what it reads")
	require.Equal(t, 200, n)
}

func TestRequeue(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	p := publish(t, s, loadPlan())
	tickets := sideOf("job", "tickets")
	put := func(side Side, key record.Key, st AttemptState) {
		a := attempt(p.ID, key)
		a.Side = side
		require.NoError(t, s.EndAttempts(ctx, []Outcome{{Attempt: Attempt{ID: begin(t, s, a)[0], State: st, Message: "no"}}}))
	}
	for _, key := range []record.Key{"1", "1", "2"} {
		put(sideOf("customer", "customers"), key, AttemptRejected)
	}
	put(tickets, "1", AttemptRejected)
	put(tickets, "2", AttemptDone)
	for _, c := range []struct {
		account, entry string
		want           int
	}{
		{"nobody", "", 0}, {testAccount, "orders", 0}, {testAccount, "customers", 2}, {testAccount, "customers", 0}, {testAccount, "", 1}, {testAccount, "", 0},
	} {
		n, err := s.Requeue(ctx, c.account, c.entry)
		require.NoError(t, err)
		require.Equal(t, c.want, n, "%v", c)
	}
	require.Empty(t, attemptsOf(t, s, AttemptQuery{States: []AttemptState{AttemptRejected}}))
	all := attemptsOf(t, s, AttemptQuery{States: []AttemptState{AttemptRequeued}})
	require.Len(t, all, 4)
	require.Equal(t, "no", all[0].Message, "what the target said stays")
}

func TestAttemptsShareCommits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.stage")
	ctx := context.Background()
	s, err := Open(ctx, path, Options{Job: "nightly", Durable: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	var sync string
	require.NoError(t, s.writer.conn.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&sync))
	require.Equal(t, "2", sync, "FULL")
	var g errgroup.Group
	for w := range 8 {
		g.Go(func() error {
			for n := range 20 {
				ids, err := s.BeginAttempts(ctx, []Attempt{attempt(0, record.Key(fmt.Sprint(w, "-", n)))})
				if err != nil {
					return err
				}
				err = s.EndAttempts(ctx, []Outcome{{Attempt: Attempt{ID: ids[0], State: AttemptDone}}})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	require.Len(t, attemptsOf(t, s, AttemptQuery{States: []AttemptState{AttemptDone}}), 160)
}
