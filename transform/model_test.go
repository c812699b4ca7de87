package transform

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// TestAgainIsAsFromTheStart changes a stage at random, maps it again each time,
// and compares all that is shown with what mapping everything anew shows.
func TestAgainIsAsFromTheStart(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { runModel(t, rand.New(rand.NewPCG(seed, 7)), 14) })
	}
}

// modelRules use details, a join, references both ways, skips and dead letters.
func modelRules(version string, salt uint64) []Rules {
	customers := entry("customers", "customer", "customers", version)
	customers.From = []string{"customer", "site"}
	customers.Joins = []Join{{Theirs: NewFieldPath(&connector.Stream{}, "cid")}}
	rules := []Rules{entry("jobs", "job", "tickets", version), customers, entry("contacts", "customer", "contacts", "")}
	for i := range rules {
		rules[i].Hash += salt
	}
	return rules
}

func runModel(t *testing.T, rnd *rand.Rand, steps int) {
	path := filepath.Join(t.TempDir(), "model.stage")
	version := "a"
	cfg := func(s *stage.Stage, salt uint64) Config {
		return Config{Stage: s, Account: account, Details: []string{"job"}, Rules: modelRules(version, salt)}
	}
	rows := map[string]string{} // of jobs, as they are staged now
	for step := range steps {
		s := stageOpen(t, path)
		for range 1 + rnd.IntN(3) {
			modelChange(t, s, rnd, step, rows)
		}
		if rnd.IntN(8) == 0 {
			version = fmt.Sprint("v", step)
		}
		if rnd.IntN(5) == 0 {
			_, err := s.Repack(context.Background())
			require.NoError(t, err)
		}
		before := shown(t, s)
		sum := runWith(t, cfg(s, 0))
		got := shown(t, s)
		if !sum.Changed {
			require.Equal(t, before, got)
		}
		checkFound(t, s, got)
		require.NoError(t, s.Close())
		require.Equal(t, modelAnew(t, path, cfg), got, "step %d", step)
	}
}

// modelAnew is what a copy of the stage shows when everything is mapped anew.
func modelAnew(t *testing.T, path string, cfg func(*stage.Stage, uint64) Config) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	other := filepath.Join(t.TempDir(), "copy.stage")
	require.NoError(t, os.WriteFile(other, data, 0o600))
	s := stageOpen(t, other)
	defer func() { require.NoError(t, s.Close()) }()
	sum := runWith(t, cfg(s, 1))
	for _, st := range sum.Streams {
		require.Equal(t, st.Bins.Source-st.Bins.Tombstones, st.Mapped, "everything was mapped: %s", st.Line())
	}
	return shown(t, s)
}

func modelChange(t *testing.T, s *stage.Stage, rnd *rand.Rand, step int, rows map[string]string) {
	stream := []string{"customer", "site", "job"}[rnd.IntN(3)]
	p := newStager(t, s, stream)
	p.step = 100 * step // later than what was staged before
	key := func() string { return fmt.Sprint(rnd.IntN(40)) }
	switch n := rnd.IntN(10); {
	case n < 6:
		var page []row
		for range 1 + rnd.IntN(25) {
			k := key()
			page = append(page, row{k, modelRaw(rnd, stream)})
		}
		page = last(page)
		p.put(page...)
		for _, r := range page {
			if stream == "job" {
				rows[r.key] = r.raw
			}
		}
	case n < 8:
		p.delete(record.Key(key()), record.Key(key()))
	default:
		p.stream = "job"
		for k, raw := range rows {
			if rnd.IntN(2) == 0 {
				p.detail(k, raw, fmt.Sprintf(`{"text":"%d"}`, rnd.IntN(3)))
			}
		}
	}
}

func modelRaw(rnd *rand.Rand, stream string) string {
	n := rnd.IntN(1000)
	switch {
	case stream == "site":
		return fmt.Sprintf(`{"cid":%d,"city":"%d"}`, rnd.IntN(60), n)
	case rnd.IntN(12) == 0:
		return fmt.Sprintf(`{"skip":"reason %d"}`, n%3)
	case rnd.IntN(12) == 0:
		return fmt.Sprintf(`{"dead":"reason %d"}`, n)
	case stream == "job":
		return fmt.Sprintf(`{"n":"%d","to":{"customers":"%d"}}`, n, rnd.IntN(40))
	case rnd.IntN(6) == 0:
		return fmt.Sprintf(`{"n":"%d","to":{"jobs":"%d"}}`, n, rnd.IntN(40))
	}
	return fmt.Sprintf(`{"n":"%d"}`, n)
}
