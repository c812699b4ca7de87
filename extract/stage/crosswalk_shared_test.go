package stage

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

var testTargetAccount = record.Account{ID: testTarget, Vendor: "syncro", Identity: "acme", Host: "acme.syncromsp.com"}

func openShared(t *testing.T, path string) *Shared {
	t.Helper()
	c, err := OpenShared(context.Background(), path, testTargetAccount)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func pull(t *testing.T, c *Shared, s *Stage, want int) {
	t.Helper()
	n, err := c.Pull(context.Background(), s)
	require.NoError(t, err)
	require.Equal(t, want, n)
}

func push(t *testing.T, c *Shared, s *Stage, want int) {
	t.Helper()
	n, err := c.Push(context.Background(), s)
	require.NoError(t, err)
	require.Equal(t, want, n)
}

func TestJobsShareACrosswalk(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	c := openShared(t, filepath.Join(dir, "acme.crosswalk"))
	first, second := openAt(t, filepath.Join(dir, "1.stage")), openAt(t, filepath.Join(dir, "2.stage"))
	side, other := sideOf("customer", "customers"), sideOf("customer", "customers")
	other.Target = "syncro/elsewhere@elsewhere.syncromsp.com"
	require.NoError(t, first.PutLinks(ctx, side, []Link{link("1", "a", LinkCreated), link("2", "b", LinkMatched), link("3", "b", LinkDecided)}))
	require.NoError(t, first.PutLinks(ctx, other, []Link{link("1", "x", LinkCreated)}))
	push(t, c, first, 3)
	push(t, c, first, 0)
	pull(t, c, first, 0)
	pull(t, c, second, 3)
	pull(t, c, second, 0)
	push(t, c, second, 0)
	require.Equal(t, map[record.Key]Link{
		"1": {Key: "1", Target: "a", How: LinkShared, At: testTime}, "2": {Key: "2", Target: "b", How: LinkShared, At: testTime},
		"3": {Key: "3", Target: "b", How: LinkShared, At: testTime},
	}, linksOf(t, second, side))
	require.Equal(t, LinkCreated, linksOf(t, first, side)["1"].How, "a job's own links stay as they were")
	third := openAt(t, filepath.Join(dir, "3.stage"))
	require.NoError(t, third.PutLinks(ctx, side, []Link{link("3", "b", LinkDecided)}))
	pull(t, c, third, 2)
	require.Empty(t, linksOf(t, second, other), "of another target account nothing is shared")

	// A link that one job drops goes from the other; made anew it comes back.
	require.NoError(t, second.DropLink(ctx, side, "1"))
	pull(t, c, second, 0) // it does not come back before the file was told
	push(t, c, second, 1)
	push(t, c, second, 0)
	push(t, c, first, 0) // which has not heard of it yet
	pull(t, c, first, 1)
	push(t, c, first, 0)
	require.NotContains(t, linksOf(t, first, side), record.Key("1"))
	require.NoError(t, first.PutLinks(ctx, side, []Link{link("1", "a2", LinkCreated)}))
	push(t, c, first, 1)
	pull(t, c, second, 1)
	require.Equal(t, record.Key("a2"), linksOf(t, second, side)["1"].Target)

	// So does one to the same target, dropped and made again, whatever the clocks say.
	later := link("9", "z", LinkCreated)
	later.At = testTime.AddDate(10, 0, 0)
	require.NoError(t, first.PutLinks(ctx, side, []Link{later}))
	push(t, c, first, 1)
	pull(t, c, second, 1)
	require.NoError(t, first.DropLink(ctx, side, "9"))
	push(t, c, first, 1)
	pull(t, c, second, 1)
	require.NotContains(t, linksOf(t, second, side), record.Key("9"))
	require.NoError(t, second.PutLinks(ctx, side, []Link{link("9", "z", LinkCreated)}))
	pull(t, c, second, 0)
	push(t, c, second, 1)
	pull(t, c, first, 1)
	require.Contains(t, linksOf(t, first, side), record.Key("9"))
}

func TestContradictionsBetweenJobsAreTold(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	c := openShared(t, filepath.Join(dir, "acme.crosswalk"))
	first, second := openAt(t, filepath.Join(dir, "1.stage")), openAt(t, filepath.Join(dir, "2.stage"))
	side := sideOf("customer", "customers")
	require.NoError(t, first.PutLinks(ctx, side, []Link{link("0", "z", LinkCreated), link("1", "a", LinkCreated)}))
	require.NoError(t, second.PutLinks(ctx, side, []Link{link("1", "b", LinkCreated), link("5", "c", LinkCreated)}))
	push(t, c, first, 2)
	var conflict *LinkConflictError
	_, err := c.Pull(ctx, second)
	require.ErrorAs(t, err, &conflict)
	require.Len(t, linksOf(t, second, side), 2, "nothing was taken over")
	_, err = c.Push(ctx, second)
	require.ErrorAs(t, err, &conflict)
	pull(t, c, first, 0)
	require.Len(t, linksOf(t, first, side), 2, "nothing was told")
}

// TestOldBackupOfASharedCrosswalk: what a file does not know any more is told to
// it again, never forgotten.
func TestOldBackupOfASharedCrosswalk(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "acme.crosswalk")
	s := openAt(t, filepath.Join(dir, "1.stage"))
	side := sideOf("customer", "customers")
	require.NoError(t, s.PutLinks(ctx, side, []Link{link("1", "a", LinkCreated)}))
	c, err := OpenShared(ctx, path, testTargetAccount)
	require.NoError(t, err)
	push(t, c, s, 1)
	require.NoError(t, c.Close())
	require.NoError(t, os.Remove(path))
	c = openShared(t, path)
	pull(t, c, s, 0)
	push(t, c, s, 1)
	require.Len(t, linksOf(t, s, side), 1)
}

func TestSharedCrosswalkRefusesFilesOfOthers(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	made := filepath.Join(dir, "acme.crosswalk")
	c := openShared(t, made)
	_, err := OpenShared(ctx, made, testTargetAccount)
	var busy *BusyError
	require.ErrorAs(t, err, &busy)
	require.Equal(t, os.Getpid(), busy.PID)
	require.WithinDuration(t, time.Now(), busy.Since, time.Minute)
	require.ErrorContains(t, err, "holds the shared crosswalk "+made)
	require.NoError(t, c.Close())
	require.NoError(t, c.Close())

	info, err := os.Stat(made)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	text := filepath.Join(dir, "notes.txt")
	require.NoError(t, os.WriteFile(text, []byte("these are my notes, and not a crosswalk at all"), 0o600))
	stage := filepath.Join(dir, "job.stage")
	st, err := Open(ctx, stage, Options{Job: "nightly"})
	require.NoError(t, err)
	require.NoError(t, st.Close())
	sandbox := record.Account{ID: "syncro/test@test.syncromsp.com", Host: "test.syncromsp.com"}
	moved := testTargetAccount
	moved.Host = "acme.example.com"
	newer := filepath.Join(dir, "newer.crosswalk")
	n := openShared(t, newer)
	_, err = n.conn.ExecContext(ctx, "PRAGMA user_version = 9")
	require.NoError(t, err)
	require.NoError(t, n.Close())
	cases := []struct {
		name, path string
		target     record.Account
		text       []string
	}{
		{"text", text, testTargetAccount, []string{"notes.txt", "not an SQLite file", "target.crosswalk"}},
		{"a stage", stage, testTargetAccount, []string{"it is a stage", "target.crosswalk"}},
		{"a folder", dir, testTargetAccount, []string{"folder"}},
		{"newer", newer, testTargetAccount, []string{"newer Ferry", "schema 9", "install"}},
		{"sandbox", made, sandbox, []string{testTarget, sandbox.ID, "another file for this account"}},
		{"another host", made, moved, []string{"acme.syncromsp.com", "acme.example.com"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before, _ := os.ReadFile(c.path)
			_, err := OpenShared(ctx, c.path, c.target)
			require.IsType(t, &SharedError{}, err)
			for _, text := range append(c.text, c.path) {
				require.ErrorContains(t, err, text)
			}
			after, _ := os.ReadFile(c.path)
			require.Equal(t, before, after, "left as it was")
		})
	}
	_, err = Open(ctx, made, Options{Job: "nightly"})
	require.IsType(t, &ForeignError{}, err, "nor is it a stage")
	_, err = OpenShared(ctx, made, record.Account{})
	require.Error(t, err)
	_, err = OpenShared(ctx, filepath.Join(dir, "none", "x.crosswalk"), testTargetAccount)
	require.IsType(t, &DiskError{}, err)
}
