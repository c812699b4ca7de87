package stage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"ferry/extract/record"
)

// killPage is page n of the writer that gets killed: 20 records of its own.
func killPage(sweep int64, n int) PageWrite {
	rows := make([]row, 20)
	for i := range rows {
		key := record.Key(fmt.Sprintf("%d-%d", n, i))
		rows[i] = row{key, fmt.Sprintf(`{"key":%q,"text":"%0200d"}`, key, n*i)}
	}
	return page(sweep, n, rows...)
}

// writeUntilKilled is the process that TestMain runs: it goes on where the stage
// says it is, and prints each page number once that page is committed.
func writeUntilKilled(path string) {
	ctx := context.Background()
	check := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, "writer:", err)
			os.Exit(1)
		}
	}
	s, err := Open(ctx, path, Options{Job: "nightly", Command: "writer of the test"})
	check(err)
	check(s.BindAccount(ctx, "source", record.Account{ID: testAccount}))
	w, err := s.OpenSweep(ctx, testAccount, "customer", SweepFull, "", "")
	check(err)
	if w == nil {
		started, err := s.StartSweep(ctx, Sweep{Account: testAccount, Stream: "customer", Kind: SweepFull, Started: testTime})
		check(err)
		w = &started
	}
	pages, err := s.Pages(ctx, w.ID)
	check(err)
	have := map[int]bool{}
	for _, p := range pages {
		have[p.Number] = true
	}
	fmt.Println("open")
	var g errgroup.Group
	g.SetLimit(8)
	for n := 0; n < 1_000_000; n++ {
		if have[n] {
			continue
		}
		g.Go(func() error {
			_, err := s.PutPage(ctx, killPage(w.ID, n))
			if err == nil {
				_, err = fmt.Println(n)
			}
			return err
		})
	}
	check(g.Wait())
}

func TestKilledInTheMiddleOfCommits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.stage")
	rnd := rand.New(rand.NewPCG(3, 4))
	acked := map[int]bool{}
	for round := range 6 {
		cmd, lines := startWriter(t, path)
		after := time.Duration(rnd.IntN(60)) * time.Millisecond
		timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		for lines.Scan() {
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				break // the last line was cut short by the kill
			}
			acked[n] = true
		}
		timer.Stop()
		_ = cmd.Process.Kill() // it may be dead already
		_ = cmd.Wait()
		checkKilled(t, path, acked, round)
	}
	require.NotEmpty(t, acked)
}

// checkKilled: every page told committed is there, and every page that is there
// is whole.
func checkKilled(t *testing.T, path string, acked map[int]bool, round int) {
	t.Helper()
	s, err := Open(context.Background(), path, Options{Job: "nightly"})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	w, err := s.OpenSweep(context.Background(), testAccount, "customer", SweepFull, "", "")
	require.NoError(t, err)
	require.NotNil(t, w)
	pages, err := s.Pages(context.Background(), w.ID)
	require.NoError(t, err)
	got := readAll(t, s, "customer")
	requireIndexed(t, s, "customer")
	have := map[int]bool{}
	for _, p := range pages {
		have[p.Number] = true
		want := killPage(w.ID, p.Number)
		require.Equal(t, want.Keys, p.Keys)
		for _, e := range want.Entries {
			if got[e.Key].Raw != string(want.Body[e.Offset:e.Offset+e.Length]) {
				require.FailNow(t, "a page is not whole", "round %d page %d record %s", round, p.Number, e.Key)
			}
		}
	}
	require.Len(t, got, 20*len(pages), "no record without its checkpoint")
	for n := range acked {
		require.True(t, have[n], "round %d: page %d was told committed", round, n)
	}
	var ok string
	require.NoError(t, s.writer.conn.QueryRowContext(context.Background(), "PRAGMA integrity_check").Scan(&ok))
	require.Equal(t, "ok", ok)
}
