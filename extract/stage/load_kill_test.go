package stage

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// loadPhases are the durable steps of a load. The tests kill a process in each.
var loadPhases = []string{"open", "plan", "publish", "begin", "end", "set", "share", "close"}

const (
	killItems  = 600 // of each entry of a plan
	killHeld   = 400 // set at once, in more than one pack
	killBatch  = 3   // attempts in a request
	killRounds = 8   // requests of a run
)

// loader is the process that TestMain runs. In its phase it kills itself so many
// microseconds after it began; 0: it ends by itself.
type loader struct {
	path  string
	round string
	phase string
	after time.Duration
}

func loadUntilKilled(path string) {
	l := loader{path: path, round: os.Getenv("STAGE_TEST_ROUND"), phase: os.Getenv("STAGE_TEST_PHASE")}
	micros, err := strconv.Atoi(os.Getenv("STAGE_TEST_AFTER"))
	if err == nil {
		l.after = time.Duration(micros) * time.Microsecond
		err = l.run(context.Background())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "loader:", err)
		os.Exit(1)
	}
}

// in does one step, saying before that it begins and after that it is done.
func (l *loader) in(phase string, do func() (said string, err error)) error {
	fmt.Println("in", phase)
	if phase == l.phase {
		l.phase = ""
		time.AfterFunc(l.after, func() {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				_ = self.Kill() // nobody is there to be told
			}
		})
	}
	said, err := do()
	if err == nil {
		fmt.Println("out", phase, said)
	}
	return err
}

func (l *loader) run(ctx context.Context) (err error) {
	var s *Stage
	err = l.in("open", func() (string, error) {
		s, err = Open(ctx, l.path, Options{Job: "nightly", Durable: true})
		return "", err
	})
	if err != nil {
		return err
	}
	p, err := l.plan(ctx, s)
	if err != nil {
		return err
	}
	for n := range killRounds {
		if err := l.send(ctx, s, p, n); err != nil {
			return err
		}
	}
	err = l.in("set", func() (string, error) {
		held := make([]Item, killHeld)
		for n := range held {
			held[n] = Item{Entry: 1, Key: l.key(n), Bin: LoadHeld, Why: []byte(`{"code":"parent not loaded"}`)}
		}
		return fmt.Sprint(p), s.SetItems(ctx, p, held)
	})
	if err != nil {
		return err
	}
	if err := l.in("share", func() (string, error) { return "", l.share(ctx, s) }); err != nil {
		return err
	}
	return l.in("close", func() (string, error) { return "", s.Close() })
}

func (l *loader) key(n int) record.Key { return record.Key(fmt.Sprint(l.round, "-", n)) }

func (l *loader) plan(ctx context.Context, s *Stage) (id int64, err error) {
	var d *PlanDraft
	err = l.in("plan", func() (string, error) {
		if d, err = s.BeginPlan(ctx, loadPlan()); err != nil {
			return "", err
		}
		d.room = 16 << 10
		for n := killItems - 1; n >= 0; n-- {
			items := []Item{{Key: l.key(n), Action: ActCreate, Note: []byte(`{"deeds":1}`)}, {Entry: 1, Key: l.key(n), Action: ActCreate}}
			if err := d.Put(ctx, items); err != nil {
				return "", err
			}
		}
		return "", nil
	})
	if err != nil {
		return 0, err
	}
	err = l.in("publish", func() (string, error) {
		p, err := d.Publish(ctx, loadPlan())
		id = p.ID
		return fmt.Sprint(p.ID, " ", p.Hash), err
	})
	return id, err
}

// send begins a request of some attempts and ends it.
func (l *loader) send(ctx context.Context, s *Stage, plan int64, n int) error {
	attempts := make([]Attempt, killBatch)
	for i := range attempts {
		attempts[i] = attempt(plan, l.key(n*killBatch+i))
		attempts[i].Batch = 1
	}
	var ids []int64
	err := l.in("begin", func() (_ string, err error) {
		ids, err = s.BeginAttempts(ctx, attempts)
		return fmt.Sprint(ids), err
	})
	if err != nil {
		return err
	}
	outcomes := make([]Outcome, killBatch)
	for i, a := range attempts {
		a.ID, a.State, a.Target, a.Ended = ids[i], AttemptDone, "t-"+a.Key, testTime
		outcomes[i] = Outcome{Attempt: a, Item: &Item{Key: a.Key, Bin: LoadCreated}, Link: &Link{Key: a.Key, Target: a.Target, How: LinkCreated, At: testTime},
			Written: &Written{Key: a.Key, Sent: a.Fields, At: testTime}}
	}
	return l.in("end", func() (string, error) { return fmt.Sprint(ids), s.EndAttempts(ctx, outcomes) })
}

func (l *loader) share(ctx context.Context, s *Stage) error {
	c, err := OpenShared(ctx, l.path+".crosswalk", testTargetAccount)
	if err != nil {
		return err
	}
	if _, err := c.Push(ctx, s); err != nil {
		return err
	}
	return c.Close()
}

// killed is what the tests know of the process that was killed.
type killed struct {
	inside string // the phase it was in; "" between two
	out    map[string][]string
}

func runLoader(t *testing.T, path, phase string, round, micros int) killed {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "STAGE_TEST_LOADER="+path, fmt.Sprint("STAGE_TEST_ROUND=r", round),
		"STAGE_TEST_PHASE="+phase, fmt.Sprint("STAGE_TEST_AFTER=", micros))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		require.Equal(t, -1, cmd.ProcessState.ExitCode(), "it was killed, and did not fail: %v", err)
	}
	k := killed{out: map[string][]string{}}
	lines := bufio.NewScanner(strings.NewReader(string(out)))
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		phase, said, _ := strings.Cut(rest, " ")
		k.inside = phase
		if word == "out" {
			k.inside = ""
			k.out[phase] = append(k.out[phase], said)
		}
	}
	return k
}

// TestKilledInEveryStepOfALoad kills a process in each durable step, and looks at
// what it left.
func TestKilledInEveryStepOfALoad(t *testing.T) {
	var path string
	usual := map[string]int{"open": 8000, "plan": 15000, "publish": 12000, "begin": 1500, "end": 2000, "set": 3000, "share": 8000, "close": 2000} // microseconds
	rnd := rand.New(rand.NewPCG(7, 8))
	hits := map[string]int{}
	round := 0
	for _, phase := range loadPhases {
		want := 2
		if phase == "open" {
			want = 4 // a file that is not there yet
		}
		for try := 0; hits[phase] < want && try < 30; try++ {
			round++
			if phase == "open" {
				path = filepath.Join(t.TempDir(), "load.stage")
			}
			k := runLoader(t, path, phase, round, 1+rnd.IntN(usual[phase])>>min(try/2, 8))
			where := k.inside
			if where == "" {
				where = "between"
			}
			hits[where]++
			checkLoad(t, path, round, k)
		}
	}
	for _, phase := range append(slices.Clone(loadPhases), "between") {
		t.Logf("killed in %s: %d times", phase, hits[phase])
	}
	for _, phase := range loadPhases {
		require.NotZero(t, hits[phase], "never killed in %s", phase)
	}
	round++
	k := runLoader(t, path, "", round, 0)
	require.Empty(t, k.inside)
	require.Len(t, k.out["close"], 1)
	require.Len(t, k.out["end"], killRounds)
	checkLoad(t, path, round, k)
}
