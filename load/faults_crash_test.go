package load_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/stretchr/testify/require"
)

// copyDisk copies the stage as it lies on the disk at this moment: what a process
// that is killed now leaves behind.
func (s *scene) copyDisk() string {
	dir := s.play.TempDir()
	for _, name := range []string{"job.stage", "job.stage-wal"} {
		from, err := os.Open(filepath.Join(s.dir, name))
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(s.t, err)
		to, err := os.Create(filepath.Join(dir, name))
		require.NoError(s.t, err)
		_, err = io.Copy(to, from)
		require.NoError(s.t, err)
		require.NoError(s.t, from.Close())
		require.NoError(s.t, to.Close())
	}
	return dir
}

// killAt kills the process at the nth request that writes: before it leaves, or
// after it was done and before its answer is read. What it leaves behind is given
// to reborn. Only one request may be in flight.
func (s *scene) killAt(nth int, after bool) (disk func() string) {
	s.cfg.Workers = 1
	dir, n := "", 0
	die := func() {
		dir = s.copyDisk()
		s.wire.kill()
	}
	s.wire.before = func(c *wireCall) {
		if c.writes() {
			if n++; n == nth && !after {
				die()
			}
		}
	}
	if after {
		inner := s.wire.next
		s.wire.next = transportFunc(func(r *http.Request) (*http.Response, error) {
			resp, err := inner.RoundTrip(r)
			if r.Method != http.MethodGet && n == nth && dir == "" {
				die()
				return nil, errDead{}
			}
			return resp, err
		})
	}
	return func() string { return dir }
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// reborn starts the process anew on what a killed one left, against the same
// vendor.
func (s *scene) reborn(dir string) *scene {
	s.t.Helper()
	require.NotEmpty(s.t, dir, "the process was killed")
	require.NoError(s.t, s.stage.Close())
	for _, name := range []string{"job.stage", "job.stage-wal", "job.stage-shm"} {
		_ = os.Remove(filepath.Join(s.dir, name))
		if text, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
			require.NoError(s.t, os.WriteFile(filepath.Join(s.dir, name), text, 0o600))
		}
	}
	return s.elsewhere(s.dir)
}

// elsewhere opens a copy of the stage in a folder of its own.
func (s *scene) elsewhere(dir string) *scene {
	s.t.Helper()
	o := s.o
	o.dir = dir
	n := s.play.open(o, s.cfg.Rules...)
	n.target, n.rows, n.source, n.staged, n.edited = s.target, s.rows, s.source, s.staged, s.edited
	n.wire.mu.Lock()
	defer n.wire.mu.Unlock()
	n.wire.calls = append(n.wire.calls, s.wire.seen(func(*wireCall) bool { return true })...)
	return n
}
