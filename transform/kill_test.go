package transform

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// TestMain runs the process that the kill test kills, when it is asked for.
func TestMain(m *testing.M) {
	if path := os.Getenv("TRANSFORM_TEST_STAGE"); path != "" {
		mapUntilKilled(path, os.Getenv("TRANSFORM_TEST_MAPPING"))
		return
	}
	os.Exit(m.Run())
}

// killRules refer to parents, so that every step of a run has something to do.
func killRules(version string) []Rules {
	return []Rules{entry("customers", "customer", "customers", version), entry("jobs", "job", "tickets", version)}
}

// mapUntilKilled maps the stage and says each event as it comes.
func mapUntilKilled(path, version string) {
	ctx := context.Background()
	s, err := stage.Open(ctx, path, stage.Options{Job: "nightly", Command: "mapper of the test"})
	if err == nil {
		_, err = Run(ctx, Config{Stage: s, Account: account, Rules: killRules(version), Report: func(e Event) {
			fmt.Println(phaseOf(e))
		}})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mapper:", err)
		os.Exit(1)
	}
	fmt.Println("done")
}

func phaseOf(e Event) string {
	if e.Event == EventStep {
		return e.Reason
	}
	return e.Event
}

// killModel is what should be staged and mapped.
type killModel struct {
	customers, jobs map[string]string
	version         string
}

// want is every record as a generation must show it.
func (m *killModel) want() map[string]string {
	out := map[string]string{}
	mapped := func(raw string) string {
		members := map[string]json.RawMessage{"extra": json.RawMessage(`"` + m.version + `"`)}
		if err := json.Unmarshal([]byte(raw), &members); err != nil {
			panic(err)
		}
		text, _ := json.Marshal(members)
		return string(text)
	}
	for key, raw := range m.customers {
		out["customers/"+key] = "mapped " + mapped(raw)
	}
	for key, raw := range m.jobs {
		var refs struct{ To struct{ Customers string } }
		if err := json.Unmarshal([]byte(raw), &refs); err != nil {
			panic(err)
		}
		if _, ok := m.customers[refs.To.Customers]; ok {
			out["jobs/"+key] = "mapped " + mapped(raw)
		} else {
			out["jobs/"+key] = fmt.Sprintf("dead %s lacks %s of customers (none)", mapped(raw), refs.To.Customers)
		}
	}
	return out
}

// change stages some new records and some that changed.
func (m *killModel) change(t *testing.T, s *stage.Stage, rnd *rand.Rand, round int) {
	p, jobs := newStager(t, s, "customer"), newStager(t, s, "job")
	p.step, jobs.step = 1000*round, 1000*round // later than what was staged before
	for range 12 {
		var a, b []row
		for range 6 {
			key := fmt.Sprint(rnd.IntN(200))
			m.customers[key] = fmt.Sprintf(`{"n":"%d"}`, rnd.IntN(1e6))
			a = append(a, row{key, m.customers[key]})
			key = fmt.Sprint(rnd.IntN(200))
			m.jobs[key] = fmt.Sprintf(`{"n":"%d","to":{"customers":"%d"}}`, rnd.IntN(1e6), rnd.IntN(200))
			b = append(b, row{key, m.jobs[key]})
		}
		p.put(last(a)...)
		jobs.put(last(b)...)
	}
}

// last leaves of rows with one key the last.
func last(rows []row) (out []row) {
	for i, r := range rows {
		later := false
		for _, other := range rows[i+1:] {
			later = later || other.key == r.key
		}
		if !later {
			out = append(out, r)
		}
	}
	return out
}

// TestKilledAtAnyMoment kills a mapping process in every one of its phases, again
// and again on one stage. After each kill readers see the generation before or
// the new one, whole; and the next run ends in what an undisturbed one would.
func TestKilledAtAnyMoment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.stage")
	rnd := rand.New(rand.NewPCG(5, 6))
	m := &killModel{customers: map[string]string{}, jobs: map[string]string{}}
	killed := map[string]int{}
	phases := []string{EventStart, EventMapped, "keys", "references", "publish", "clean"}
	before := map[string]string{}
	least := func() string {
		return slices.MinFunc(phases, func(a, b string) int { return cmp.Compare(killed[a], killed[b]) })
	}
	for round := 0; round < 2*len(phases) || killed[least()] == 0; round++ {
		require.Less(t, round, 100, "no kill in phase %s: %v", least(), killed)
		s := stageOpen(t, path)
		m.change(t, s, rnd, round)
		if round%3 == 0 {
			m.version = fmt.Sprint("v", round)
		}
		require.NoError(t, s.Close())
		phase := killIn(t, path, m.version, least(), rnd)
		killed[phase]++

		s = stageOpen(t, path)
		want := m.want()
		if got := shown(t, s); !equal(got, before) {
			require.Equal(t, want, got, "round %d: killed in %s: neither the generation before nor the new one", round, phase)
		}
		before = want
		if round%2 == 0 { // else the next process meets what this one left
			sum := runWith(t, Config{Stage: s, Account: account, Rules: killRules(m.version)})
			require.Equal(t, len(m.customers), sum.Streams[0].Bins.Source)
			require.Equal(t, want, shown(t, s), "round %d: killed in %s", round, phase)
			checkFound(t, s, want)
			require.False(t, runWith(t, Config{Stage: s, Account: account, Rules: killRules(m.version)}).Changed)
		} else {
			before = shown(t, s)
		}
		require.NoError(t, s.Close())
	}
	t.Log("kills by phase:", killed)
}

// killIn starts a mapping process and kills it in that phase. It gives the phase
// it was in when it died.
func killIn(t *testing.T, path, version, phase string, rnd *rand.Rand) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "TRANSFORM_TEST_STAGE="+path, "TRANSFORM_TEST_MAPPING="+version)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	seen, at := 1+rnd.IntN(2), ""
	for lines.Scan() {
		if at = lines.Text(); at != phase {
			continue
		}
		if seen--; seen > 0 && phase == EventMapped {
			continue
		}
		time.Sleep(time.Duration(rnd.IntN(1500)) * time.Microsecond)
		require.NoError(t, cmd.Process.Kill())
		break
	}
	for lines.Scan() {
		if text := lines.Text(); strings.TrimSpace(text) != "" {
			at = text
		}
	}
	err = cmd.Wait()
	require.True(t, err != nil || at == "done", "the mapper ended: %v", err)
	return at
}

func stageOpen(t *testing.T, path string) *stage.Stage {
	t.Helper()
	s, err := stage.Open(context.Background(), path, stage.Options{Job: "nightly", Command: "test"})
	require.NoError(t, err)
	require.NoError(t, s.BindAccount(context.Background(), "source", account))
	return s
}

// shown is all that the newest generation shows; nothing where there is none.
func shown(t *testing.T, s *stage.Stage) map[string]string {
	g, _ := current(t, s)
	if g == nil {
		return map[string]string{}
	}
	return view(t, s, g)
}

func equal(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

// checkFound finds every record by its key too.
func checkFound(t *testing.T, s *stage.Stage, want map[string]string) {
	t.Helper()
	g, _ := current(t, s)
	for _, e := range g.Entries {
		var keys []record.Key
		for id := range want {
			if name, key, _ := strings.Cut(id, "/"); name == e.Name {
				keys = append(keys, record.Key(key))
			}
		}
		found, err := s.MappedRecords(context.Background(), g, e, keys...)
		require.NoError(t, err)
		require.Len(t, found, len(keys))
		for key, r := range found {
			require.Equal(t, want[e.Name+"/"+string(key)], show(&r))
		}
	}
}
