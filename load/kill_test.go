package load_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
)

const (
	killEnv     = "LOAD_TEST_APPLY" // folder and address of the process that is killed
	killsEnv    = "FERRY_KILLS"     // how often it is killed; usualKills where it is not set
	usualKills  = 12
	killTimeout = 150 * time.Millisecond
	killPause   = 2 * time.Millisecond // of the network, before a request leaves and after its answer came
)

// TestMain runs the process that is killed, when it is asked for.
func TestMain(m *testing.M) {
	if text := os.Getenv(killEnv); text != "" {
		if err := applyUntilKilled(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// killPhases are what a kill may hit.
var killPhases = []string{"before the send", "in flight", "between answer and commit", "after the commit"}

// killRules are the entries of the job that is killed.
func killRules() []load.Rules {
	return []load.Rules{customersRules(), peopleRules(), sitesRules(), jobsRules()}
}

func killSpec() (*connector.Spec, error) {
	return connector.Parse("bench.yaml", []byte(strings.ReplaceAll(targetSpec, "settle: 10s", "settle: 20ms")))
}

// slowNet is a transport over a network that takes its time.
type slowNet struct{ http.RoundTripper }

func (n slowNet) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(killPause)
	resp, err := n.RoundTripper.RoundTrip(r)
	time.Sleep(killPause)
	return resp, err
}

// applyUntilKilled applies the one plan of a stage.
func applyUntilKilled(text string) (err error) {
	dir, address, _ := strings.Cut(text, " ")
	spec, err := killSpec()
	if err != nil {
		return err
	}
	s, err := openSide(dir, spec, slowNet{http.DefaultTransport}, address+"/api", killTimeout, budget.Limit{Requests: 1_000_000, Per: time.Minute})
	if err != nil {
		return err
	}
	defer func() {
		if also := s.Close(); err == nil {
			err = also
		}
	}()
	ctx := context.Background()
	plans, err := s.stage.Plans(ctx, 1)
	if err != nil {
		return err
	}
	s.cfg.Rules = killRules()
	if s.cfg.Run, err = s.stage.StartRun(ctx, stage.Run{Command: "apply", Version: "test", Started: time.Now()}); err != nil {
		return err
	}
	s.run = s.cfg.Run
	_, err = load.Apply(ctx, s.cfg, plans[0].ID, load.ApplyOptions{All: true})
	return err
}

// killed is a target on loopback and the job that is killed again and again.
type killed struct {
	t      *testing.T
	dir    string
	target *target
	server *httptest.Server
	plan   stage.Plan

	mu       sync.Mutex
	arrived  map[string]bool // requests that write, by what they are about
	answered map[string]bool
	moment   func(at string) // tells about each arrival and answer
}

func newKilled(t *testing.T) *killed {
	k := &killed{t: t, target: newTarget(), dir: t.TempDir(), arrived: map[string]bool{}, answered: map[string]bool{}}
	k.server = httptest.NewServer(k)
	t.Cleanup(k.server.Close)
	spec, err := killSpec()
	require.NoError(t, err)
	s, err := openSide(k.dir, spec, http.DefaultTransport, k.server.URL+"/api", killTimeout, budget.Limit{Requests: 1_000_000, Per: time.Minute})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	b := &bench{t: t, target: k.target, stage: s.stage, cfg: s.cfg, source: map[string][]string{}}
	b.cfg.Rules = killRules()
	b.put("customer", customers(25)...)
	b.put("person", customers(25)...)
	b.put("site", childrenOf(25, "customer_id", `"name":"Site %d"`)...)
	b.put("job", childrenOf(15, "customer_id", `"title":"Job %d","status":"done"`)...)
	k.plan = b.plan()
	return k
}

// ServeHTTP hands requests to the target, and notes what arrives.
func (k *killed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	what := about(strings.TrimPrefix(r.URL.Path, "/api/"), body)
	writes := r.Method != http.MethodGet
	if writes {
		k.note(k.arrived, what, "arrival")
		time.Sleep(killPause)
	}
	again := r.Clone(context.WithoutCancel(r.Context())) // what arrived is done, also if the caller dies
	again.Body = io.NopCloser(strings.NewReader(string(body)))
	resp, err := k.target.RoundTrip(again)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	for name, v := range resp.Header {
		w.Header()[name] = v
	}
	if writes {
		defer k.note(k.answered, what, "answer")
	}
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body) // the caller may be dead
}

// about names what a request is about as the ledger does: by its body, or, of an
// action, by its path.
func about(path string, body []byte) string {
	if parts := strings.Split(path, "/"); len(parts) == 3 {
		return parts[2] + " " + parts[1]
	}
	return path + " " + string(body)
}

func (k *killed) note(in map[string]bool, what, at string) {
	k.mu.Lock()
	in[what] = true
	moment := k.moment
	k.mu.Unlock()
	if moment != nil {
		moment(at)
	}
}

// run starts the process and kills it; done tells that it came to its end first.
func (k *killed) run(aim string, random *rand.Rand) (phases map[string]int, done bool) {
	k.t.Helper()
	fire := make(chan struct{}, 1)
	pull := func() {
		select {
		case fire <- struct{}{}:
		default:
		}
	}
	nth, seen := 1+random.IntN(30), 0
	k.mu.Lock()
	k.moment = func(at string) {
		k.mu.Lock()
		seen++
		first, hit := seen == 1, at == aim && seen >= nth
		k.mu.Unlock()
		switch {
		case aim == "any" && first:
			time.AfterFunc(time.Duration(random.IntN(60))*time.Millisecond, pull)
		case hit:
			pull()
		}
	}
	k.mu.Unlock()
	self, err := os.Executable()
	require.NoError(k.t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), killEnv+"="+k.dir+" "+k.server.URL)
	cmd.Stderr = os.Stderr
	require.NoError(k.t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		require.NoError(k.t, err, "an apply that is not killed ends well")
		return nil, true
	case <-fire:
	}
	time.Sleep(time.Duration(random.IntN(1500)) * time.Microsecond)
	_ = cmd.Process.Kill() // it may be dead already
	k.mu.Lock()
	arrived, answered := maps.Clone(k.arrived), maps.Clone(k.answered)
	k.mu.Unlock()
	if <-ended == nil {
		return nil, true
	}
	time.Sleep(4 * killPause) // what it sent may still arrive
	return k.phases(arrived, answered), false
}

// phases tells what a kill hit, by the ledger and by what the target saw.
func (k *killed) phases(arrived, answered map[string]bool) map[string]int {
	k.t.Helper()
	s, err := stage.Open(context.Background(), k.dir+"/job.stage", stage.Options{ReadOnly: true})
	require.NoError(k.t, err)
	defer s.Close()
	hit := map[string]int{}
	require.NoError(k.t, s.Attempts(context.Background(), stage.AttemptQuery{}, func(a *stage.Attempt) error {
		what := a.Side.Stream + " " + string(a.Fields)
		if a.Kind == stage.AttemptAction {
			what = a.Action + " " + string(a.Target)
		}
		switch {
		case a.State != stage.AttemptSending:
			hit["after the commit"]++
		case answered[what]:
			hit["between answer and commit"]++
		case arrived[what]:
			hit["in flight"]++
		default:
			hit["before the send"]++
		}
		return nil
	}))
	return hit
}

// judge compares the target with the ledger at the end: every record once.
func (k *killed) judge() {
	k.t.Helper()
	s, err := stage.Open(context.Background(), k.dir+"/job.stage", stage.Options{ReadOnly: true})
	require.NoError(k.t, err)
	defer s.Close()
	bins, err := s.PlanBins(context.Background(), k.plan.ID)
	require.NoError(k.t, err)
	for i, e := range k.plan.Entries {
		want := map[string]int{"customers": 25, "people": 25, "sites": 25, "jobs": 15}[e.Name]
		require.Equal(k.t, stage.LoadBins{stage.LoadCreated: want}, nonZero(bins[i]), e.Name)
		live := k.target.live(e.Side.Stream)
		require.Lenf(k.t, live, want, "%s: none doubled, none missing", e.Name)
		names := map[any]bool{}
		for _, f := range live {
			names[fmt.Sprint(f["name"], f["title"])] = true
			if e.Name == "jobs" {
				require.Equal(k.t, "done", f["status"])
			}
		}
		require.Len(k.t, names, want)
		require.NoError(k.t, s.Links(context.Background(), e.Side, func(l *stage.Link) error {
			id, err := strconv.Atoi(string(l.Target))
			require.NoError(k.t, err)
			require.Contains(k.t, live, id)
			return nil
		}))
	}
}

func nonZero(bins stage.LoadBins) stage.LoadBins {
	out := stage.LoadBins{}
	for bin, n := range bins {
		if n != 0 {
			out[bin] = n
		}
	}
	return out
}

// TestKilledWhileApplying kills an apply with kill -9 at random moments and lets
// it go on: at the end every record is in the target once. It prints what each
// kill hit and fails where a phase was never hit. FERRY_KILLS=100 makes it long.
func TestKilledWhileApplying(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("kill -9 is tried on the systems that have it")
		return
	}
	kills := usualKills
	if n, err := strconv.Atoi(os.Getenv(killsEnv)); err == nil {
		kills = n
	}
	random := rand.New(rand.NewPCG(4, 5))
	aims := []string{"arrival", "answer", "any"}
	total, jobs := map[string]int{}, 0
	k := newKilled(t)
	missing := func() bool {
		return slices.ContainsFunc(killPhases, func(phase string) bool { return total[phase] == 0 })
	}
	for n := 0; n < kills || missing() && n < 3*kills; {
		phases, done := k.run(aims[n%len(aims)], random)
		if done {
			k.judge()
			jobs++
			k = newKilled(t)
			continue
		}
		n++
		t.Logf("kill %3d hit %v", n, phases)
		for phase, c := range phases {
			if c > 0 {
				total[phase]++
			}
		}
	}
	k.moment = nil
	for _, done := k.run("never", random); !done; _, done = k.run("never", random) {
	}
	k.judge()
	for _, phase := range killPhases {
		t.Logf("%-26s %d kills", phase, total[phase])
		assert.NotZerof(t, total[phase], "no kill hit the phase %q", phase)
	}
	t.Logf("%d jobs came to their end in between", jobs)
}
