package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/stage"
)

var rowsAccount = record.Account{ID: "sheet/test", Vendor: sheet.Vendor, Identity: "test"}

// testRow is a row of a file; a text that begins with bad does not fit.
type testRow struct {
	key, text string
	bin       sheet.Bin // "": a record
	rule      string
}

func (r testRow) hash() uint64 { return xxhash.Sum64String(r.text) }
func (r testRow) bad() bool    { return strings.HasPrefix(r.text, "bad") }

func openRows(t *testing.T, path string) *stage.Stage {
	t.Helper()
	st, err := stage.Open(context.Background(), path, stage.Options{Job: "test"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	require.NoError(t, st.BindAccount(context.Background(), "source", rowsAccount))
	return st
}

// rowsConfig reads one file of one column; row n stands at n+2.
func rowsConfig(st *stage.Stage, print string, rows []testRow) RowsConfig {
	recipe := &sheet.Recipe{Columns: []sheet.Column{{Place: 1, Header: "A", Name: "a"}}}
	return RowsConfig{Stage: st, Account: rowsAccount, Stream: sheet.Stream, Print: print, Info: []byte(`{}`), Names: []string{"a.xlsx"},
		Recipes: []*sheet.Recipe{recipe}, atOnce: 7,
		Rows: func(ctx context.Context, put func(int, *sheet.Row, []stage.ListedCell) error) error {
			if err := put(0, &sheet.Row{Number: 1, Bin: sheet.Header}, nil); err != nil {
				return err
			}
			for n, r := range rows {
				row := &sheet.Row{Number: n + 2, Bin: sheet.Record, Key: r.key, Hash: r.hash(), Values: []sheet.Value{{Text: r.text}}}
				var cells []stage.ListedCell
				if r.bad() {
					cells = []stage.ListedCell{{Column: 1, Kind: "email", Note: "is no address"}}
				}
				if r.bin != "" {
					row.Bin, row.Why = r.bin, r.rule
				}
				if r.rule == sheet.RuleLoaded {
					row.Stamp = &sheet.Stamp{Key: r.key, Hash: r.hash(), Done: true}
				}
				if err := put(0, row, cells); err != nil {
					return err
				}
			}
			return nil
		}}
}

func stagedRows(t *testing.T, st *stage.Stage) map[string]string {
	t.Helper()
	out := map[string]string{}
	dec := stage.NewDecoder()
	require.NoError(t, st.Chunks(context.Background(), rowsAccount.ID, sheet.Stream, func(c *stage.Chunk) error {
		all, err := c.Decode(dec)
		for _, r := range all {
			require.False(t, r.Deleted, "a row leaves no tombstone")
			out[string(r.Key)] = string(r.Raw)
		}
		return err
	}))
	return out
}

func raw(text string) string { return fmt.Sprintf(`{"a":%q}`, text) }

func TestRowsAreComparedWithTheFileBefore(t *testing.T) {
	st := openRows(t, filepath.Join(t.TempDir(), "a.stage"))
	sum, err := StageRows(context.Background(), rowsConfig(st, "1", []testRow{{key: "1", text: "one"}, {key: "2", text: "two"}, {key: "3", text: "three"}}))
	require.NoError(t, err)
	require.True(t, sum.Since.IsZero())
	require.Equal(t, []int{3, 0, 0, 0}, []int{sum.New, sum.Changed, sum.Unchanged, sum.Missing})

	sum, err = StageRows(context.Background(), rowsConfig(st, "2", []testRow{{key: "2", text: "zwei"}, {key: "3", text: "three"}, {key: "4", text: "four"},
		{text: "Total", bin: sheet.SkippedRow, rule: sheet.RuleTotal}}))
	require.NoError(t, err)
	require.False(t, sum.Since.IsZero())
	require.Equal(t, []int{1, 1, 1, 1}, []int{sum.New, sum.Changed, sum.Unchanged, sum.Missing})
	require.Equal(t, []GoneRow{{Number: 2, Key: "1"}}, sum.Gone)
	require.Equal(t, map[string]int{"header": 1, "record": 3, "skipped": 1}, sum.Bins)
	require.Equal(t, map[string]int{"total": 1}, sum.Rules)
	require.Equal(t, map[string]string{"2": raw("zwei"), "3": raw("three"), "4": raw("four")}, stagedRows(t, st))
}

// A row that the last file did not have may be one that a file before it has loaded.
func TestNewRowsThatWereLoadedBeforeAreCounted(t *testing.T) {
	st := openRows(t, filepath.Join(t.TempDir(), "a.stage"))
	read := func(print string, rows ...testRow) RowsSummary {
		cfg := rowsConfig(st, print, rows)
		cfg.Loaded = func(key record.Key) bool { return key == "1" }
		sum, err := StageRows(context.Background(), cfg)
		require.NoError(t, err)
		return sum
	}
	require.Zero(t, read("1", testRow{key: "1", text: "one"}).Again)
	require.Zero(t, read("2", testRow{key: "2", text: "two"}).Again)
	back := []testRow{{key: "1", text: "one"}, {key: "3", text: "three"}, {key: "4", text: "four", bin: sheet.SkippedRow, rule: sheet.RuleLoaded}}
	sum := read("3", back...)
	require.Equal(t, []int{3, 2, 1}, []int{sum.New, sum.Again, sum.Missing})
	require.Equal(t, 2, read("3", back...).Again, "read again, it says the same")
}

func TestNoTwoRowsAreTakenForOneRecord(t *testing.T) {
	st := openRows(t, filepath.Join(t.TempDir(), "a.stage"))
	sum, err := StageRows(context.Background(), rowsConfig(st, "1", []testRow{{key: "1", text: "one"}, {key: "2", text: "two"}, {key: "1", text: "uno"},
		{key: "2", text: "two"}, {key: "3", text: "three"}}))
	require.NoError(t, err)
	require.Equal(t, map[string]int{"header": 1, "record": 2, "held": 2, "skipped": 1}, sum.Bins)
	require.Equal(t, map[string]int{RuleDouble: 3}, sum.Rules)
	require.Equal(t, map[string]string{"2": raw("two"), "3": raw("three")}, stagedRows(t, st))
	rows := listedOf(t, st)
	require.Equal(t, "row 4 has the same key, and the two differ", rows[1].Why)
	require.Equal(t, "row 2 has the same key, and the two differ", rows[3].Why)
	require.Equal(t, "says the same as row 3", rows[4].Why)
}

func TestHeldRowKeepsWhatItsRecordWas(t *testing.T) {
	st := openRows(t, filepath.Join(t.TempDir(), "a.stage"))
	_, err := StageRows(context.Background(), rowsConfig(st, "1", []testRow{{key: "1", text: "one"}, {key: "2", text: "two"}}))
	require.NoError(t, err)
	sum, err := StageRows(context.Background(), rowsConfig(st, "2", []testRow{{key: "1", text: "bad one"}, {key: "2", text: "two"}}))
	require.NoError(t, err)
	require.Zero(t, sum.Missing, "a row that is held is listed")
	require.Equal(t, 1, sum.Bins["held"])
	require.Equal(t, map[string]string{"1": raw("one"), "2": raw("two")}, stagedRows(t, st))
}

func TestRowsThatAreDoneStayWithoutBeingListed(t *testing.T) {
	st := openRows(t, filepath.Join(t.TempDir(), "a.stage"))
	_, err := StageRows(context.Background(), rowsConfig(st, "1", []testRow{{key: "1", text: "one"}, {key: "2", text: "two"}, {key: "3", text: "three"}}))
	require.NoError(t, err)
	cfg := rowsConfig(st, "2", []testRow{{key: "1", text: "one", bin: sheet.SkippedRow, rule: sheet.RuleLoaded}, {key: "4", text: "four"}})
	cfg.Keep = func(key record.Key) bool { return key == "2" }
	sum, err := StageRows(context.Background(), cfg)
	require.NoError(t, err)
	require.Equal(t, []int{1, 0, 1, 1}, []int{sum.New, sum.Changed, sum.Unchanged, sum.Missing})
	require.Equal(t, map[string]string{"1": raw("one"), "2": raw("two"), "4": raw("four")}, stagedRows(t, st))
}

func TestRefusedFileLeavesTheListingBefore(t *testing.T) {
	st := openRows(t, filepath.Join(t.TempDir(), "a.stage"))
	_, err := StageRows(context.Background(), rowsConfig(st, "1", []testRow{{key: "1", text: "one"}}))
	require.NoError(t, err)
	cfg := rowsConfig(st, "2", nil)
	refused := errors.New("refused")
	cfg.Rows = func(context.Context, func(int, *sheet.Row, []stage.ListedCell) error) error { return refused }
	_, err = StageRows(context.Background(), cfg)
	require.ErrorIs(t, err, refused)
	require.Equal(t, map[string]string{"1": raw("one")}, stagedRows(t, st))
	sum, err := StageRows(context.Background(), rowsConfig(st, "3", []testRow{{key: "1", text: "one"}}))
	require.NoError(t, err)
	require.Equal(t, 1, sum.Unchanged)
}

func listedOf(t *testing.T, st *stage.Stage) []stage.ListedRow {
	t.Helper()
	l, ok, err := st.Listing(context.Background(), rowsAccount.ID, sheet.Stream)
	require.NoError(t, err)
	require.True(t, ok)
	var out []stage.ListedRow
	require.NoError(t, st.EachListed(context.Background(), l, func(_ int, rows []stage.ListedRow) error { out = append(out, rows...); return nil }))
	return out
}

// rowsModel is what stays of the files that were read, kept in maps.
type rowsModel struct {
	staged map[string]string
	listed map[string]uint64 // key to hash of the last row with it
}

// read is what reading a file does to the model.
func (m *rowsModel) read(rows []testRow) (sum RowsSummary) {
	first, differ, now := map[string]int{}, map[string]bool{}, map[string]uint64{}
	for n, r := range rows {
		if r.key == "" {
			continue
		}
		if at, ok := first[r.key]; !ok {
			first[r.key] = n
		} else if rows[at].text != r.text {
			differ[r.key] = true
		}
		now[r.key] = r.hash()
	}
	staged := map[string]string{}
	for n, r := range rows {
		was, listed := m.listed[r.key]
		taken := r.key != "" && r.bin == "" && !r.bad() && !differ[r.key] && first[r.key] == n
		done := r.rule == sheet.RuleLoaded
		switch {
		case taken:
			staged[r.key] = raw(r.text)
		case r.key != "" && !differ[r.key] && staged[r.key] == "" && m.staged[r.key] != "":
			staged[r.key] = m.staged[r.key]
		}
		if taken || done {
			switch {
			case !listed:
				sum.New++
			case was != r.hash():
				sum.Changed++
			default:
				sum.Unchanged++
			}
		}
	}
	for key := range m.listed {
		if _, ok := now[key]; !ok {
			sum.Missing++
		}
	}
	m.staged, m.listed = staged, now
	return sum
}

func randomRows(rnd *rand.Rand) []testRow {
	rows := make([]testRow, rnd.IntN(60))
	for n := range rows {
		rows[n] = testRow{key: fmt.Sprint(rnd.IntN(90)), text: fmt.Sprint("text ", rnd.IntN(4))}
		switch rnd.IntN(12) {
		case 0:
			rows[n].text = "bad " + rows[n].text
		case 1:
			rows[n] = testRow{text: "Total", bin: sheet.SkippedRow, rule: sheet.RuleTotal}
		case 2:
			rows[n] = testRow{text: "odd", bin: sheet.Held}
		}
	}
	return rows
}

// TestStagedRowsAgreeWithAModel reads files at random and compares what is staged
// and counted with maps.
func TestStagedRowsAgreeWithAModel(t *testing.T) {
	for seed := range uint64(5) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		st := openRows(t, filepath.Join(t.TempDir(), fmt.Sprint(seed, ".stage")))
		m := &rowsModel{}
		for step := range 15 {
			rows := randomRows(rnd)
			cfg := rowsConfig(st, fmt.Sprint(step), rows)
			cfg.atOnce = 1 + rnd.IntN(100)
			got, err := StageRows(context.Background(), cfg)
			require.NoError(t, err)
			first := m.listed == nil
			want := m.read(rows)
			if first {
				want.Missing, want.Changed, want.Unchanged = 0, 0, 0
			}
			require.Equal(t, []int{want.New, want.Changed, want.Unchanged, want.Missing}, []int{got.New, got.Changed, got.Unchanged, got.Missing},
				"seed %d step %d", seed, step)
			require.Equal(t, m.staged, stagedRows(t, st), "seed %d step %d", seed, step)
			require.Equal(t, got.Rows, len(rows)+1)
			require.Equal(t, got.Rows, sumOf(got.Bins))
		}
	}
}

func sumOf(bins map[string]int) (n int) {
	for v := range maps.Values(bins) {
		n += v
	}
	return n
}

// countdown is a context that ends after it was asked so many times.
type countdown struct {
	context.Context
	left atomic.Int64
	stop context.CancelFunc
}

func countdownFrom(n int) *countdown {
	ctx, stop := context.WithCancel(context.Background())
	c := &countdown{Context: ctx, stop: stop}
	c.left.Store(int64(n))
	return c
}

func (c *countdown) tick() {
	if c.left.Add(-1) <= 0 {
		c.stop()
	}
}

func (c *countdown) Err() error            { c.tick(); return c.Context.Err() }
func (c *countdown) Done() <-chan struct{} { c.tick(); return c.Context.Done() }

// TestStagingStoppedAnywhereGoesOn stops the reading of a file at every point at
// which it can be stopped, each commit and each look at the stage, and lets the
// next one go on: what comes out is what comes out without a stop.
func TestStagingStoppedAnywhereGoesOn(t *testing.T) {
	dir := t.TempDir()
	before := filepath.Join(dir, "before.stage")
	first := []testRow{{key: "1", text: "one"}, {key: "2", text: "two"}, {key: "3", text: "three"}, {key: "gone", text: "gone"}}
	second := []testRow{{key: "1", text: "eins"}, {key: "2", text: "two"}, {key: "3", text: "bad"}, {key: "4", text: "four"},
		{key: "5", text: "five"}, {key: "5", text: "fünf"}, {key: "6", text: "six"}, {key: "6", text: "six"}}
	for n := range 16 {
		second = append(second, testRow{key: fmt.Sprint("many ", n), text: fmt.Sprint(n % 7)})
	}
	st := openRows(t, before)
	_, err := StageRows(context.Background(), rowsConfig(st, "1", first))
	require.NoError(t, err)
	require.NoError(t, st.Close())

	once := func(t *testing.T, ctx context.Context, path string) (RowsSummary, error) {
		st, err := stage.Open(context.Background(), path, stage.Options{Job: "test"})
		require.NoError(t, err)
		defer func() { require.NoError(t, st.Close()) }()
		cfg := rowsConfig(st, "2", second)
		cfg.atOnce, cfg.perPage = 60, 8
		return StageRows(ctx, cfg)
	}
	straight := filepath.Join(dir, "straight.stage")
	copyStage(t, before, straight)
	want, err := once(t, context.Background(), straight)
	require.NoError(t, err)
	wantRows := stagedRows(t, openRows(t, straight))
	require.Equal(t, []int{1 + 1 + 16, 1, 1, 1}, []int{want.New, want.Changed, want.Unchanged, want.Missing})

	stops := 0
	for n := 1; ; n += 1 + n/6 {
		path := filepath.Join(dir, fmt.Sprint(n, ".stage"))
		copyStage(t, before, path)
		if _, err := once(t, countdownFrom(n), path); err == nil {
			break
		}
		stops++
		got, err := once(t, context.Background(), path)
		require.NoError(t, err, "stopped at %d", n)
		got.Listing, want.Listing = 0, 0
		require.Equal(t, want, got, "stopped at %d", n)
		after := openRows(t, path)
		require.Equal(t, wantRows, stagedRows(t, after), "stopped at %d", n)
		require.NoError(t, after.Close())
		require.NoError(t, os.Remove(path))
	}
	require.Greater(t, stops, 20)
}

func copyStage(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	require.NoError(t, err)
	defer in.Close()
	out, err := os.Create(to)
	require.NoError(t, err)
	_, err = io.Copy(out, in)
	require.NoError(t, errors.Join(err, out.Close()))
}

func TestListedRowNeedsAFile(t *testing.T) {
	st := openRows(t, filepath.Join(t.TempDir(), "a.stage"))
	cfg := rowsConfig(st, "1", nil)
	cfg.Rows = func(_ context.Context, put func(int, *sheet.Row, []stage.ListedCell) error) error {
		return put(1, &sheet.Row{Bin: sheet.Record}, nil)
	}
	_, err := StageRows(context.Background(), cfg)
	require.ErrorContains(t, err, "row of file 1 of 1")
	require.Empty(t, slices.Collect(maps.Keys(stagedRows(t, st))))
}

func TestRecordsThatAreGoneSaySoWhereTheyWereLoaded(t *testing.T) {
	st := openRows(t, filepath.Join(t.TempDir(), "a.stage"))
	read := func(print string, rows ...testRow) RowsSummary {
		cfg := rowsConfig(st, print, rows)
		cfg.Missing, cfg.Loaded = "Gone", func(key record.Key) bool { return key != "2" }
		sum, err := StageRows(context.Background(), cfg)
		require.NoError(t, err)
		return sum
	}
	read("1", testRow{key: "1", text: "one"}, testRow{key: "2", text: "two"}, testRow{key: "3", text: "three"})
	sum := read("2", testRow{key: "3", text: "three"})
	require.Equal(t, []int{2, 1}, []int{sum.Missing, sum.Marked})
	gone := `{"a":"one","Gone":"yes"}`
	require.Equal(t, map[string]string{"1": gone, "3": raw("three")}, stagedRows(t, st))
	sum = read("3", testRow{text: "odd", bin: sheet.Held})
	require.Equal(t, 2, sum.Spared, "a row without a key may be any of them")
	require.Equal(t, map[string]string{"1": gone, "3": raw("three")}, stagedRows(t, st))
	sum = read("4", testRow{key: "1", text: "one"})
	require.Equal(t, 1, sum.Marked)
	require.Equal(t, map[string]string{"1": raw("one"), "3": `{"a":"three","Gone":"yes"}`}, stagedRows(t, st), "a row that comes back is as it was")
}
