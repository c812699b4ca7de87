package main

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
)

const (
	transformRows  = 1_000_000
	transformSmall = 50_000
	leastTransform = 60 // percent of hand-written Go
	mostChanged    = 5  // percent of the whole, where 1 % of the records changed
)

// benchmarked is a line of `go test -bench`: name, rounds, nanoseconds a round.
var benchmarked = regexp.MustCompile(`(?m)^BenchmarkRun/(\S+?)(?:-\d+)?\s+\d+\s+(\d+(?:\.\d+)?) ns/op`)

// measureTransform maps staged customers by a mapping of 20 fields and by the
// same in hand-written Go, in one process; then by the mapping in a process of
// its own, for its memory.
func measureTransform(ctx context.Context, b *bench) ([]line, error) {
	n := b.pick(transformRows, transformSmall)
	program := filepath.Join(b.temp, "transform.test")
	f, err := run(ctx, command{Path: "go", Args: []string{"test", "-c", "-o", program, "ferry/transform"}})
	if err != nil {
		return nil, err
	}
	if err := f.expect("go test -c", 0); err != nil {
		return nil, err
	}
	env := []string{"FERRY_BENCH_RECORDS=" + strconv.Itoa(n), "FERRY_BENCH_STAGE=" + filepath.Join(b.temp, "transform.stage")}
	bench := func(pattern string) (finished, map[string]float64, error) {
		f, err := run(ctx, command{Path: program, Dir: "transform", Env: env,
			Args: []string{"-test.run=^$", "-test.bench=" + pattern, "-test.benchtime=3x", "-test.timeout=30m"}})
		if err != nil {
			return f, nil, err
		}
		return f, nanoseconds(f.Stdout), f.expect("the benchmark of transform", 0)
	}
	_, took, err := bench("^BenchmarkRun$")
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"by_hand", "mapping", "one_field_changed", "1_%_changed"} {
		if took[name] == 0 {
			return nil, fmt.Errorf("the benchmark of transform did not measure %s", name)
		}
	}
	alone, _, err := bench("^BenchmarkRun$/^mapping$")
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("%d staged customers through a mapping of 20 fields", n)
	perSecond := func(name string) float64 { return float64(n) / (took[name] / 1e9) }
	return []line{
		measured(what+", against hand-written Go", atLeast(leastTransform, "%.0f %%"), 100*took["by_hand"]/took["mapping"],
			fmt.Sprintf("%.0f against %.0f records/s", perSecond("mapping"), perSecond("by_hand"))),
		measured(what+", memory", under(mostMemory, "%.0f MiB"), alone.PeakRSS, ""),
		measured(what+", again with one field changed", atMost(1.1, "%.3f of the whole"), took["one_field_changed"]/took["mapping"],
			"a tenth is the spread of such a measurement"),
		measured(what+", again with 1 % of the records changed", atMost(mostChanged, "%.1f %% of the whole"), 100*took["1_%_changed"]/took["mapping"], ""),
	}, nil
}

// nanoseconds reads what each benchmark took a round.
func nanoseconds(said []byte) map[string]float64 {
	out := map[string]float64{}
	for _, m := range benchmarked.FindAllSubmatch(said, -1) {
		took, err := strconv.ParseFloat(string(m[2]), 64)
		if err == nil {
			out[string(m[1])] = took
		}
	}
	return out
}
