package stage

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// TestMain runs the process that other tests kill, when it is asked for.
func TestMain(m *testing.M) {
	if path := os.Getenv("STAGE_TEST_WRITER"); path != "" {
		writeUntilKilled(path)
		return
	}
	if path := os.Getenv("STAGE_TEST_LOADER"); path != "" {
		loadUntilKilled(path)
		return
	}
	os.Exit(m.Run())
}

// startWriter starts this program again as a process that stages pages one after
// the other and prints the number of each page committed.
func startWriter(t *testing.T, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "STAGE_TEST_WRITER="+path)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan(), "the writer says when it is open")
	require.Equal(t, "open", lines.Text())
	return cmd, lines
}

func kill(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // it was killed, and says so
}

func TestOpenRefusesFilesOfOthers(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	sqlite := func(name, statements string) string {
		path := filepath.Join(dir, name)
		db, err := sql.Open("sqlite", path)
		require.NoError(t, err)
		_, err = db.Exec(statements)
		require.NoError(t, err)
		require.NoError(t, db.Close())
		return path
	}
	stageFile := func(name, job, statements string) string {
		path := filepath.Join(dir, name)
		s, err := Open(ctx, path, Options{Job: job})
		require.NoError(t, err)
		_, err = s.StartRun(ctx, Run{Command: "run", Version: "9.9.9", Started: testTime})
		require.NoError(t, err)
		require.NoError(t, s.Close())
		if statements != "" {
			sqlite(name, statements)
		}
		return path
	}
	cases := []struct {
		name string
		path string
		want any
		text []string
	}{
		{"text", write("notes.txt", "these are my notes, not a stage at all"), &ForeignError{}, []string{"notes.txt", "is not a Ferry stage", "stage:"}},
		{"sqlite of another", sqlite("other.db", "CREATE TABLE x (a)"), &ForeignError{}, []string{"other.db", "another program"}},
		{"sqlite of another with an id", sqlite("id.db", "PRAGMA application_id = 7; CREATE TABLE x (a)"), &ForeignError{}, []string{"id.db"}},
		{"folder", dir, &ForeignError{}, []string{"folder"}},
		{"newer", stageFile("newer.stage", "nightly", "PRAGMA user_version = 7"), &NewerError{}, []string{"newer.stage", "Ferry 9.9.9", "schema 7", "up to 4", "install"}},
		{"other job", stageFile("job.stage", "weekly", ""), &OtherJobError{}, []string{`"weekly"`, `"nightly"`, "stage:"}},
		{"no folder", filepath.Join(dir, "none", "x.stage"), &DiskError{}, []string{"x.stage", "folder does not exist", "make the folder"}},
		{"below a file", filepath.Join(write("file", "x"), "x.stage"), &DiskError{}, []string{"x.stage"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before, _ := os.ReadFile(c.path)
			for _, readOnly := range []bool{false, true} {
				s, err := Open(ctx, c.path, Options{Job: "nightly", ReadOnly: readOnly})
				if _, isDisk := c.want.(*DiskError); isDisk && readOnly {
					require.Error(t, err)
					continue
				}
				require.Nil(t, s)
				require.IsType(t, c.want, err)
				for _, text := range c.text {
					assert.ErrorContains(t, err, text)
				}
			}
			after, _ := os.ReadFile(c.path)
			assert.Equal(t, before, after, "left as it was")
		})
	}
}

func TestReadOnlyNeedsAStage(t *testing.T) {
	_, err := Open(context.Background(), filepath.Join(t.TempDir(), "none.stage"), Options{ReadOnly: true})
	require.IsType(t, &MissingError{}, err)
	require.ErrorContains(t, err, "ferry extract")
}

func TestOtherAccountIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd name #1 ?%20é.stage")
	s := openAt(t, path)
	ctx := context.Background()
	err := s.BindAccount(ctx, "source", record.Account{ID: "synchroteam/other@ws.synchroteam.com"})
	require.IsType(t, &OtherAccountError{}, err)
	require.ErrorContains(t, err, testAccount)
	require.ErrorContains(t, err, "other@ws")
	require.NoError(t, s.BindAccount(ctx, "target", record.Account{ID: "syncro/acme@acme.syncromsp.com", Vendor: "syncro"}))
	a, ok, err := s.Account(ctx, "target")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "syncro", a.Vendor)
	_, ok, err = s.Account(ctx, "nobody")
	require.NoError(t, err)
	require.False(t, ok)
	_, err = s.StartSweep(ctx, Sweep{Account: "nobody", Stream: "x", Kind: SweepFull, Started: testTime})
	require.ErrorContains(t, err, `"nobody" is not bound`)
	_, err = os.Stat(path)
	require.NoError(t, err, "the path is taken as it is written")
}

func TestSecondProcessIsToldWhoHoldsTheStage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.stage")
	cmd, lines := startWriter(t, path)
	require.True(t, lines.Scan())
	_, err := Open(context.Background(), path, Options{Job: "nightly", Command: "extract"})
	var busy *BusyError
	require.ErrorAs(t, err, &busy)
	assert.Equal(t, cmd.Process.Pid, busy.PID)
	assert.Equal(t, "writer of the test", busy.Command)
	assert.WithinDuration(t, time.Now(), busy.Since, time.Minute)
	assert.ErrorContains(t, err, "ferry writer of the test")

	start := time.Now()
	reader, err := Open(context.Background(), path, Options{Job: "nightly", ReadOnly: true})
	require.NoError(t, err, "a reader does not need the lock")
	n, err := reader.LiveCount(context.Background(), testAccount, "customer")
	require.NoError(t, err)
	assert.Positive(t, n, "and sees what was committed")
	assert.GreaterOrEqual(t, len(readAll(t, reader, "customer")), n)
	assert.Less(t, time.Since(start), 5*time.Second)
	require.ErrorIs(t, reader.SetNote(context.Background(), "a", "b"), ErrReadOnly)
	_, err = reader.PutPage(context.Background(), PageWrite{})
	require.ErrorIs(t, err, ErrReadOnly)
	require.NoError(t, reader.Close())

	kill(t, cmd)
	s := openAt(t, path) // the lock went with the process
	n, err = s.LiveCount(context.Background(), testAccount, "customer")
	require.NoError(t, err)
	assert.Positive(t, n)
	_, err = Open(context.Background(), path, Options{Job: "nightly"})
	require.IsType(t, &BusyError{}, err, "one process does not open it twice either")
}

func TestReadOnlyStageInAFolderThatCannotBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.stage")
	s := openAt(t, path)
	w := startSweep(t, s, "customer")
	put(t, s, page(w.ID, 1, row{"1", `{}`}))
	require.NoError(t, s.Close())
	assert.NoFileExists(t, path+"-wal")
	require.Contains(t, readOnlyParams(filepath.Join("/proc/self/none", "x")), "immutable=1")
	require.NotContains(t, readOnlyParams(path), "immutable=1")
	db, err := sql.Open("sqlite", dsn(path, "immutable=1&mode=ro&"+readerParams))
	require.NoError(t, err)
	defer db.Close()
	var n int
	require.NoError(t, db.QueryRow("SELECT live FROM stream WHERE name = 'customer'").Scan(&n))
	require.Equal(t, 1, n)
}

func TestMigrationsRunOnceInOrder(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "test.stage")
	s := openAt(t, path)
	w := startSweep(t, s, "customer")
	put(t, s, page(w.ID, 1, row{"1", `{"id":1}`}))
	require.NoError(t, s.Close())

	shipped, err := readMigrations(shippedMigrations)
	require.NoError(t, err)
	fsys := fstest.MapFS{}
	for _, m := range shipped {
		fsys[fmt.Sprintf("migrations/%04d_%s.sql", m.number, m.name)] = &fstest.MapFile{Data: []byte(m.text)}
	}
	n := len(shipped)
	more := fmt.Sprintf("migrations/%04d_more.sql", n+1)
	fsys[more] = &fstest.MapFile{Data: []byte("ALTER TABLE run ADD COLUMN host TEXT; CREATE TABLE more (a);")}
	fsys[fmt.Sprintf("migrations/%04d_bad.sql", n+2)] = &fstest.MapFile{Data: []byte("CREATE TABLE half (a); CREATE TABLE more (a);")}
	steps, err := readMigrations(fsys)
	require.NoError(t, err)
	wr, err := openWriter(ctx, path, false)
	require.NoError(t, err)
	require.NoError(t, migrate(ctx, wr.conn, steps[:n+1]))
	require.NoError(t, migrate(ctx, wr.conn, steps[:n+1]), "again does nothing")
	require.ErrorContains(t, migrate(ctx, wr.conn, steps), fmt.Sprintf("migration %d (bad)", n+2))
	var version, tables, live int
	require.NoError(t, wr.conn.QueryRowContext(ctx, "SELECT max(number) FROM version").Scan(&version))
	require.NoError(t, wr.conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name IN ('more', 'half')").Scan(&tables))
	require.NoError(t, wr.conn.QueryRowContext(ctx, "SELECT live FROM stream WHERE name = 'customer'").Scan(&live))
	assert.Equal(t, []int{n + 1, 1, 1}, []int{version, tables, live}, "the step that failed left nothing")
	require.NoError(t, wr.close())

	_, err = Open(ctx, path, Options{Job: "nightly"})
	require.IsType(t, &NewerError{}, err, "and the Ferry before says so")
	delete(fsys, more)
	_, err = readMigrations(fsys)
	require.ErrorContains(t, err, fmt.Sprintf("want number %d", n+1))
}

func TestOlderSchemaIsNotReadOnly(t *testing.T) {
	id := identity{exists: true, magic: true, appID: applicationID, schema: 1, job: "nightly"}
	require.IsType(t, &OlderError{}, id.check("x.stage", Options{Job: "nightly", ReadOnly: true}, 2))
	require.NoError(t, id.check("x.stage", Options{Job: "nightly"}, 2))
}

func TestFullDiskFailsTheCallAndKeepsTheRest(t *testing.T) {
	ctx := context.Background()
	s := openTemp(t)
	w := startSweep(t, s, "customer")
	base := customers(40)
	put(t, s, page(w.ID, 0, base[0]...))
	var pages int
	require.NoError(t, s.writer.conn.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages))
	limit := func(n int) {
		require.NoError(t, s.write(ctx, func(t *tx) error {
			var got int
			return t.row("PRAGMA max_page_count = " + strconv.Itoa(n)).Scan(&got)
		}))
	}
	limit(pages + 4)
	type answer struct {
		n   int
		err error
	}
	answers := make(chan answer, len(base))
	for n := 1; n < len(base); n++ {
		go func() {
			_, err := s.PutPage(ctx, page(w.ID, n, base[n]...))
			answers <- answer{n, err}
		}()
	}
	kept := map[int]bool{0: true}
	refused := 0
	for range len(base) - 1 {
		a := <-answers
		if a.err == nil {
			kept[a.n] = true
			continue
		}
		refused++
		var disk *DiskError
		require.ErrorAs(t, a.err, &disk)
		require.Equal(t, s.path, disk.Path)
		require.ErrorContains(t, a.err, "the disk is full")
		require.ErrorContains(t, a.err, "make room")
	}
	require.Positive(t, refused)
	require.Len(t, readAll(t, s, "customer"), 100*len(kept))
	limit(1 << 30)
	for n := range base {
		if !kept[n] {
			put(t, s, page(w.ID, n, base[n]...))
		}
	}
	require.Len(t, readAll(t, s, "customer"), 100*len(base), "usable as soon as there is room")
	n, err := s.LiveCount(ctx, testAccount, "customer")
	require.NoError(t, err)
	require.Equal(t, 100*len(base), n)
}

func TestOneBadCallDoesNotFailItsGroup(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	hold, held := make(chan struct{}), make(chan struct{})
	go func() {
		_ = s.write(ctx, func(*tx) error { close(held); <-hold; return nil })
	}()
	<-held
	results := make(chan error, 3)
	for i := range 3 {
		go func() {
			results <- s.write(ctx, func(t *tx) error {
				if err := t.exec("INSERT INTO note (name, value, at) VALUES (?, 'x', 0)", strconv.Itoa(i)); err != nil {
					return err
				}
				if i == 1 {
					return fmt.Errorf("call %d is bad", i)
				}
				return nil
			})
		}()
	}
	time.Sleep(20 * time.Millisecond) // let all three wait; the result does not depend on it
	close(hold)
	failed := 0
	for range 3 {
		if err := <-results; err != nil {
			failed++
			require.ErrorContains(t, err, "call 1 is bad")
		}
	}
	require.Equal(t, 1, failed)
	for i, want := range []bool{true, false, true} {
		_, ok, err := s.Note(ctx, strconv.Itoa(i))
		require.NoError(t, err)
		require.Equal(t, want, ok, i)
	}
}

func TestCallsOnAClosedOrCancelledStage(t *testing.T) {
	s := openTemp(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	hold, held := make(chan struct{}), make(chan struct{})
	go func() { _ = s.write(context.Background(), func(*tx) error { close(held); <-hold; return nil }) }()
	<-held
	require.ErrorIs(t, s.SetNote(ctx, "a", "b"), context.Canceled)
	close(hold)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "closing twice is harmless")
	require.ErrorIs(t, s.SetNote(context.Background(), "a", "b"), ErrClosed)
}
