package budget

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpenMakesThePrivateFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a", "b", "usage.db")
	l, err := Open(file)
	require.NoError(t, err)
	_, err = l.Budget(t.Context(), Config{Key: "k"})
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		for path, mode := range map[string]os.FileMode{
			file: 0o600, file + "-wal": 0o600, filepath.Dir(file): 0o700, filepath.Dir(filepath.Dir(file)): 0o700,
		} {
			info, err := os.Stat(path)
			require.NoError(t, err)
			assert.Equal(t, mode, info.Mode().Perm(), path)
		}
	}
	require.NoError(t, l.Close())
}

func TestOpenTightensTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "usage with ? and %41 #.db")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	l, err := Open(file)
	require.NoError(t, err)
	require.NoError(t, l.Close())
	info, err := os.Stat(file)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	assert.NotZero(t, info.Size())
}

// TestOpenRefuses files that are not ours, with what to do.
func TestOpenRefuses(t *testing.T) {
	foreign := func(statements string) func(*testing.T, string) {
		return func(t *testing.T, file string) {
			db, err := sql.Open("sqlite", file)
			require.NoError(t, err)
			_, err = db.Exec(statements)
			require.NoError(t, err)
			require.NoError(t, db.Close())
		}
	}
	for _, c := range []struct {
		name string
		make func(*testing.T, string)
		want string
	}{
		{"text", func(t *testing.T, file string) {
			require.NoError(t, os.WriteFile(file, []byte("name,email\n"+string(make([]byte, 4096))), 0o600))
		}, "not a usage file; name another place, or move it away"},
		{"folder", func(t *testing.T, file string) { require.NoError(t, os.Mkdir(file, 0o700)) }, "director"},
		{"another program's database", foreign("CREATE TABLE song (name)"), "belongs to another program"},
		{"another program's id", foreign("PRAGMA application_id=7"), "belongs to another program"},
		{"newer", foreign("CREATE TABLE usage (id); PRAGMA application_id=1181898099; PRAGMA user_version=2"), "newer Ferry (version 2 of the file, this Ferry knows 1); update Ferry"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "usage.db")
			c.make(t, file)
			before, _ := os.ReadFile(file)
			_, err := Open(file)
			require.ErrorContains(t, err, c.want)
			after, _ := os.ReadFile(file)
			assert.Equal(t, before, after, "it is not ours to change")
		})
	}
}

// TestDamagedFile says so when the damage is met.
func TestDamagedFile(t *testing.T) {
	file := usageFile(t)
	l, err := Open(file)
	require.NoError(t, err)
	require.NoError(t, l.Close())
	body, err := os.ReadFile(file)
	require.NoError(t, err)
	for i := 4096; i < len(body); i++ {
		body[i] = 0xa5
	}
	require.NoError(t, os.WriteFile(file, body, 0o600))
	l, err = Open(file)
	if err == nil {
		_, err = l.Budget(t.Context(), Config{Key: "k"})
		require.NoError(t, l.Close())
	}
	require.ErrorContains(t, err, "damaged; move it away")
}

func TestConfigThatMakesNoSense(t *testing.T) {
	l, err := Open(usageFile(t))
	require.NoError(t, err)
	defer l.Close()
	for _, c := range []Config{
		{}, {Key: "k", Reserve: 1.5}, {Key: "k", Reserve: -1}, {Key: "k", Rate: Limit{Requests: 5}}, {Key: "k", OwnQuota: Limit{-1, time.Hour}},
	} {
		_, err := l.Budget(t.Context(), c)
		assert.Error(t, err, "%+v", c)
	}
}

func TestStateDir(t *testing.T) {
	home := func() (string, error) { return "/home/u", nil }
	for _, c := range []struct {
		system string
		env    map[string]string
		want   string
	}{
		{"linux", nil, "/home/u/.local/state"},
		{"linux", map[string]string{"XDG_STATE_HOME": "/s"}, "/s"},
		{"linux", map[string]string{"XDG_STATE_HOME": "relative"}, "/home/u/.local/state"},
		{"darwin", map[string]string{"XDG_STATE_HOME": "/s"}, "/home/u/Library/Application Support"},
		{"windows", map[string]string{"LocalAppData": `C:\Users\u\AppData\Local`}, `C:\Users\u\AppData\Local`},
	} {
		got, err := stateDir(c.system, func(k string) string { return c.env[k] }, home)
		require.NoError(t, err)
		assert.Equal(t, c.want, filepath.ToSlash(got))
	}
	_, err := stateDir("windows", func(string) string { return "" }, home)
	require.ErrorContains(t, err, "name a usage file")
	path, err := DefaultPath()
	require.NoError(t, err)
	assert.Equal(t, "usage.db", filepath.Base(path))
}

// TestCancelled takes end at once, also in the queue.
func TestCancelled(t *testing.T) {
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, file, Config{Rate: Limit{1, time.Hour}})
		v := newVendor(opened, 1, time.Millisecond)
		v.per = time.Hour
		_, err := c.run(t.Context(), v, 1, 1)
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		began := time.Now()
		errs := make(chan error)
		for range 5 {
			go func() { _, err := c.Take(ctx); errs <- err }()
		}
		time.Sleep(90 * time.Second)
		stop()
		for range 5 {
			assert.ErrorIs(t, <-errs, context.Canceled)
		}
		assert.Equal(t, 90*time.Second, time.Since(began))
		go func() { _, err := c.Take(context.Background()); errs <- err }()
		time.Sleep(time.Second)
		c.close()
		assert.ErrorIs(t, <-errs, ErrClosed)
		_, err = c.Take(t.Context())
		assert.ErrorIs(t, err, ErrClosed)
		_, err = c.State(t.Context())
		assert.ErrorIs(t, err, ErrClosed)
	})
}

// TestOldRowsArePruned keeps two days.
func TestOldRowsArePruned(t *testing.T) {
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, file, Config{Quota: tenThousand})
		defer c.close()
		v := newVendor(opened, 120, time.Millisecond)
		for range 6 {
			_, err := c.run(t.Context(), v, 5, 1)
			require.NoError(t, err)
			time.Sleep(24 * time.Hour)
		}
		for table, most := range map[string]int64{"take": 3, "quota": 5, "flight": 0} {
			n, err := c.ledger.number("SELECT count(*) FROM " + table)
			require.NoError(t, err)
			assert.LessOrEqual(t, n, most, table)
		}
	})
}
