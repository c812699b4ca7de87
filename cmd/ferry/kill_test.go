package main

import (
	"crypto/sha256"
	"database/sql"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"ferry/samples/vendorsim"
)

const kills = 100

// TestKillAtAnyMoment kills the binary at 100 random moments and starts it
// again: every record must be there once, only what was in flight may be asked
// for again, and the published set must be whole at all times. It prints where
// each kill hit and fails if a phase had none.
func TestKillAtAnyMoment(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("kill -9 is tried on the systems that have it")
		return
	}
	k := newKillGround(t)
	random := rand.New(rand.NewPCG(1, 2))
	hits := map[string]int{}
	for hits["all"] < kills {
		aim := []string{"before", "in flight", "between answer and commit", "publishing"}[random.IntN(4)]
		phases, killed := k.runAndKill(t, aim, random)
		if killed {
			hits["all"]++
			for _, phase := range phases {
				hits[phase]++
			}
			t.Logf("kill %3d aimed at %-26s hit %s", hits["all"], aim, strings.Join(phases, " and "))
		}
		k.wholeSet(t)
		if !killed {
			k.finish(t)
		}
	}
	k.runToTheEnd(t)
	k.finish(t)
	for _, phase := range []string{"before", "in flight", "between answer and commit", "publishing"} {
		t.Logf("%-26s %d", phase, hits[phase])
		assert.NotZerof(t, hits[phase], "no kill hit the phase %q", phase)
	}
	t.Logf("%d jobs came to their end, %d pages were asked for again", k.finished, k.repeated)
}

// killGround is a simulated vendor on loopback and a job that reads it.
type killGround struct {
	binary, dir string
	sim         *vendorsim.Synchroteam
	connected   atomic.Int64
	arrived     atomic.Int64
	answered    atomic.Int64
	onArrival   atomic.Pointer[func(n int64)]
	onAnswer    atomic.Pointer[func(n int64)]

	mu          sync.Mutex
	asked       map[string]int // list page -> times asked in the present job
	replied     int            // list pages answered in the present job
	stale       int            // half-written sets that earlier kills left
	lostAnswers int            // of replied: never committed
	inFlight    int            // pages that were in flight or uncommitted at kills of the present job
	finished    int
	repeated    int
}

func newKillGround(t *testing.T) *killGround {
	k := &killGround{dir: t.TempDir(), asked: map[string]int{}}
	k.binary = filepath.Join(k.dir, "ferry")
	build := exec.Command("go", "build", "-o", k.binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoErrorf(t, err, "%s", out)
	k.sim = vendorsim.NewSynchroteam(vendorsim.Options{
		Seed: 7, Counts: vendorsim.Counts{Customers: 3000, Sites: 1200, Jobs: 1500}, Latency: 8 * time.Millisecond,
		Rate: vendorsim.Rate{Limit: 1_000_000}, Quota: vendorsim.Quota{Limit: 10_000_000},
	})
	server := &httptest.Server{Config: &http.Server{Handler: http.HandlerFunc(k.serve), ConnState: k.connection}}
	server.Listener, err = net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server.Start()
	t.Cleanup(server.Close)
	job := fmt.Sprintf("version: 1\nname: kill\nsource:\n  vendor: synchroteam\n  settings: {domain: %s, api_key: \"${KILL_KEY}\"}\n"+
		"  base_url: %s/api/v3\n  streams: [customer, site, job]\nstage: ./kill.stage\nexport:\n  dir: ./out\n  formats: [parquet, csv]\n",
		vendorsim.DefaultDomain, server.URL)
	require.NoError(t, os.WriteFile(filepath.Join(k.dir, "kill.yaml"), []byte(job), 0o600))
	return k
}

// connection counts the open connections.
func (k *killGround) connection(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		k.connected.Add(1)
	case http.StateClosed, http.StateHijacked:
		k.connected.Add(-1)
	}
}

// serve counts what arrives and what is answered.
func (k *killGround) serve(w http.ResponseWriter, r *http.Request) {
	// The probes of changes and of the total are no pages of the list: runs that
	// follow a finished extraction make them again.
	q := r.URL.Query()
	page := !q.Has("changedSince") && q.Get("pageSize") != "1"
	k.mu.Lock()
	if page {
		k.asked[r.URL.Path+"?"+r.URL.RawQuery]++
	}
	k.mu.Unlock()
	n := k.arrived.Add(1)
	if hook := k.onArrival.Load(); hook != nil {
		(*hook)(n)
	}
	k.sim.ServeHTTP(w, r)
	k.mu.Lock()
	if page {
		k.replied++
	}
	k.mu.Unlock()
	n = k.answered.Add(1)
	if hook := k.onAnswer.Load(); hook != nil {
		(*hook)(n)
	}
}

func (k *killGround) command() *exec.Cmd {
	cmd := exec.Command(k.binary, "run", "kill.yaml", "--quiet", "--yes")
	cmd.Dir = k.dir
	cmd.Env = append(os.Environ(), "KILL_KEY="+vendorsim.DefaultAPIKey, "FERRY_USAGE="+filepath.Join(k.dir, "usage.db"))
	return cmd
}

// runAndKill runs the job and kills it at a random moment near the phase aimed
// at. It says what the kill really hit, which is two phases where one page was in
// flight and another waited for its commit; false if the job was done before.
func (k *killGround) runAndKill(t *testing.T, aim string, random *rand.Rand) (phases []string, killed bool) {
	k.arrived.Store(0)
	k.answered.Store(0)
	k.stale = k.parts()
	fire := make(chan struct{}, 1)
	pull := func() {
		select {
		case fire <- struct{}{}:
		default:
		}
	}
	shot, after := 1+random.Int64N(70), time.Duration(random.IntN(2500))*time.Microsecond
	hook := func(n int64) {
		if n == shot {
			pull()
		}
	}
	k.onArrival.Store(nil)
	k.onAnswer.Store(nil)
	switch aim {
	case "before":
		time.AfterFunc(time.Duration(random.IntN(30_000))*time.Microsecond, pull)
		after = 0
	case "in flight":
		k.onArrival.Store(&hook)
	case "between answer and commit":
		k.onAnswer.Store(&hook)
	case "publishing":
		after = time.Duration(random.IntN(60)) * time.Millisecond
	}
	cmd := k.command()
	require.NoError(t, cmd.Start())
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	watch := time.NewTicker(time.Millisecond)
	defer watch.Stop()
	for {
		select {
		case err := <-done:
			require.NoErrorf(t, err, "the job must end well")
			return nil, false
		case <-watch.C:
			if aim == "publishing" && k.publishing() {
				pull()
			}
		case <-fire:
			time.Sleep(after)
			return k.kill(cmd, done)
		}
	}
}

func (k *killGround) kill(cmd *exec.Cmd, done <-chan error) (phases []string, killed bool) {
	arrived := k.arrived.Load()
	flying := arrived - k.answered.Load()
	if cmd.Process.Kill() != nil {
		<-done
		return nil, false
	}
	if err := <-done; err == nil {
		return nil, false
	}
	for k.connected.Load() > 0 { // what the dead process sent may still arrive
		time.Sleep(time.Millisecond)
	}
	publishing := k.publishing()
	committed := k.committed()
	k.mu.Lock()
	defer k.mu.Unlock()
	lost := -k.inFlight - committed // asked for in this run and not committed
	for _, n := range k.asked {
		lost += n
	}
	answered := k.replied - k.lostAnswers - committed
	k.inFlight += max(lost, 0)
	k.lostAnswers += max(answered, 0)
	switch {
	case publishing:
		return []string{"publishing"}, true
	case arrived == 0:
		return []string{"before"}, true
	}
	if flying > 0 {
		phases = append(phases, "in flight")
	}
	if answered > 0 {
		phases = append(phases, "between answer and commit")
	}
	if len(phases) == 0 {
		phases = []string{"between two pages"}
	}
	return phases, true
}

// publishing tells whether this run is writing a set.
func (k *killGround) publishing() bool { return k.parts() > k.stale }

func (k *killGround) parts() int {
	parts, _ := filepath.Glob(filepath.Join(k.dir, "out", "kill", "sets", ".*.part"))
	return len(parts)
}

func (k *killGround) runToTheEnd(t *testing.T) {
	k.onArrival.Store(nil)
	k.onAnswer.Store(nil)
	out, err := k.command().CombinedOutput()
	require.NoErrorf(t, err, "%s", out)
}

// finish checks the outcome of a job that came to its end, and begins anew.
func (k *killGround) finish(t *testing.T) {
	set := k.wholeSet(t)
	require.NotEmpty(t, set)
	for _, stream := range []string{"customer", "site", "job"} {
		ids := csvIDs(t, filepath.Join(set, stream+".csv"))
		want := k.sim.Live(stream)
		require.Lenf(t, ids, len(want), "%s: rows of the set", stream)
		for _, id := range want {
			require.Equalf(t, 1, ids[id], "%s %s must be there once", stream, id)
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	again := 0
	for _, n := range k.asked {
		again += n - 1
	}
	require.LessOrEqualf(t, again, k.inFlight, "pages asked for again, against those in flight at the kills")
	k.repeated += again
	k.finished++
	k.asked, k.inFlight, k.replied, k.lostAnswers = map[string]int{}, 0, 0, 0
	stages, _ := filepath.Glob(filepath.Join(k.dir, "kill.stage*"))
	for _, file := range append(stages, filepath.Join(k.dir, "out")) {
		require.NoError(t, os.RemoveAll(file))
	}
}

// wholeSet reads the set that latest.json names: every file must have the size
// and the hash of its manifest. "" where nothing is published yet.
func (k *killGround) wholeSet(t *testing.T) string {
	base := filepath.Join(k.dir, "out", "kill")
	data, err := os.ReadFile(filepath.Join(base, "latest.json"))
	if os.IsNotExist(err) {
		return ""
	}
	require.NoError(t, err)
	var latest struct{ Set string }
	require.NoError(t, json.Unmarshal(data, &latest))
	set := filepath.Join(base, filepath.FromSlash(latest.Set))
	data, err = os.ReadFile(filepath.Join(set, "_manifest.json"))
	require.NoError(t, err)
	var manifest struct {
		Streams []struct {
			Files []struct {
				Path   string
				Bytes  int64
				SHA256 string
			}
		}
	}
	require.NoError(t, json.Unmarshal(data, &manifest))
	require.Len(t, manifest.Streams, 3)
	for _, s := range manifest.Streams {
		require.Len(t, s.Files, 2)
		for _, f := range s.Files {
			content, err := os.ReadFile(filepath.Join(set, filepath.FromSlash(f.Path)))
			require.NoError(t, err)
			sum := sha256.Sum256(content)
			require.Equal(t, f.SHA256, hex.EncodeToString(sum[:]), f.Path)
			require.Equal(t, f.Bytes, int64(len(content)), f.Path)
		}
	}
	return set
}

func csvIDs(t *testing.T, path string) map[string]int {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	column := -1
	for i, name := range rows[0] {
		if strings.TrimPrefix(name, "\ufeff") == "id" {
			column = i
		}
	}
	require.GreaterOrEqual(t, column, 0)
	ids := map[string]int{}
	for _, row := range rows[1:] {
		ids[row[column]]++
	}
	return ids
}

// committed counts the pages of full sweeps in the job's stage: those of asked.
func (k *killGround) committed() (pages int) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(k.dir, "kill.stage")+"?mode=ro")
	if err != nil {
		return 0
	}
	defer db.Close()
	if db.QueryRow("SELECT count(*) FROM page JOIN sweep ON sweep.id = page.sweep WHERE sweep.kind = 'full'").Scan(&pages) != nil {
		return 0 // killed before there was a stage
	}
	return pages
}
