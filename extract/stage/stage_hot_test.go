package stage

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// interrupted makes a SQLite file at path as a process leaves it that is killed in
// the middle of a transaction; before is what was committed.
func interrupted(t *testing.T, path, before string) {
	t.Helper()
	ctx := context.Background()
	at := filepath.Join(t.TempDir(), "x.db")
	db, err := sql.Open("sqlite", dsn(at, "_journal_mode=DELETE"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	conn, err := db.Conn(ctx)
	require.NoError(t, err)
	defer conn.Close()
	for _, query := range []string{before, "PRAGMA cache_size = 1", "BEGIN", "CREATE TABLE x (a)",
		"WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO x SELECT randomblob(500) FROM n"} {
		_, err := conn.ExecContext(ctx, query)
		require.NoError(t, err)
	}
	for from, to := range map[string]string{at: path, at + "-journal": path + "-journal"} {
		b, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NotEmpty(t, b)
		require.NoError(t, os.WriteFile(to, b, 0o600))
	}
}

func TestStageWhoseMakerWasKilledIsOpened(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "test.stage")
	interrupted(t, path, "SELECT 1")
	_, err := Open(ctx, path, Options{ReadOnly: true})
	require.IsType(t, &MissingError{}, err)
	s := openAt(t, path)
	var n int
	require.NoError(t, s.read.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = 'x'").Scan(&n))
	require.Zero(t, n)
	publish(t, s, loadPlan(), planItem(0, 1))
}

func TestInterruptedFileOfAnotherProgramIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	interrupted(t, path, "CREATE TABLE mine (a); INSERT INTO mine VALUES (1)")
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	_, err = Open(context.Background(), path, Options{Job: "nightly"})
	require.Error(t, err)
	_, err = OpenShared(context.Background(), path, testTargetAccount)
	require.IsType(t, &SharedError{}, err)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestSharedCrosswalkWhoseMakerWasKilledIsOpened(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "acme.crosswalk")
	interrupted(t, path, "SELECT 1")
	c, err := OpenShared(ctx, path, testTargetAccount)
	require.NoError(t, err)
	require.NoError(t, c.Close())
	c = openShared(t, path)
	s := openTemp(t)
	require.NoError(t, s.PutLinks(ctx, sideOf("customer", "customers"), []Link{link("1", "a", LinkCreated)}))
	push(t, c, s, 1)
}
