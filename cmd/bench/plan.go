package main

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
)

const (
	planRows   = 100_000
	planSmall  = 10_000
	planRounds = 3
	leastPlan  = 30 // percent of transform's records a second
)

// plannedLine is a line of `go test -bench` of the load's plan.
var plannedLine = regexp.MustCompile(`(?m)^BenchmarkPlan/(\S+?)(?:-\d+)?\s+\d+\s+(\d+(?:\.\d+)?) ns/op`)

// measurePlan plans mapped records against as many staged records of the target,
// which stand there in another order, in turns with mapping as many records, so
// that whatever else the machine does meets both alike. Both sides find their
// records in a stage: what reading the target takes is not measured.
func measurePlan(ctx context.Context, b *bench) ([]line, error) {
	n := b.pick(planRows, planSmall)
	var programs []string
	for _, name := range []string{"transform", "load"} {
		program := filepath.Join(b.temp, name+".plan.test")
		f, err := run(ctx, command{Path: "go", Args: []string{"test", "-c", "-o", program, "ferry/" + name}})
		if err == nil {
			err = f.expect("go test -c ./"+name, 0)
		}
		if err != nil {
			return nil, err
		}
		programs = append(programs, program)
	}
	bench := func(program, dir, pattern string, read func([]byte) map[string]float64) (finished, map[string]float64, error) {
		f, err := run(ctx, command{Path: program, Dir: dir,
			Env:  []string{"FERRY_BENCH_RECORDS=" + strconv.Itoa(n), "FERRY_BENCH_STAGE=" + filepath.Join(b.temp, "plan-"+dir+".stage")},
			Args: []string{"-test.run=^$", "-test.bench=" + pattern, "-test.benchtime=2x", "-test.timeout=30m"}})
		if err != nil {
			return f, nil, err
		}
		return f, read(f.Stdout), f.expect("the benchmark of "+dir, 0)
	}
	maps := func(int) (float64, error) {
		_, took, err := bench(programs[0], "transform", "^BenchmarkRun$/^mapping$", nanoseconds)
		return perSecond(n, took["mapping"], err)
	}
	var alone finished
	plans := func(int) (planSpeed, error) {
		f, took, err := bench(programs[1], "load", "^BenchmarkPlan$", planNanoseconds)
		alone = f // the first one also stages the records: only later ones tell the memory of planning
		first, err := perSecond(n, took["first"], err)
		if err != nil {
			return planSpeed{}, err
		}
		linked, err := perSecond(n, took["linked"], nil)
		return planSpeed{first, linked}, err
	}
	mapped, planned, err := inTurns(planRounds, maps, plans)
	if err != nil {
		return nil, err
	}
	mapping := median(mapped)
	what := fmt.Sprintf("plan of %d mapped records against as many of the target", n)
	share := func(of func(planSpeed) float64) (float64, string) {
		speed := medianOf(planned, of)
		return 100 * speed / mapping, fmt.Sprintf("%.0f against %.0f records/s", speed, mapping)
	}
	first, firstNote := share(func(s planSpeed) float64 { return s.first })
	linked, linkedNote := share(func(s planSpeed) float64 { return s.linked })
	return []line{
		measured(what+", matched by their fields, against transform", atLeast(leastPlan, "%.0f %%"), first, firstNote),
		measured(what+", linked by the crosswalk, against transform", atLeast(leastPlan, "%.0f %%"), linked, linkedNote),
		measured(what+", memory", under(mostMemory, "%.0f MiB"), alone.PeakRSS, ""),
	}, nil
}

// planSpeed is records a second, of a first plan and of one after a load.
type planSpeed struct{ first, linked float64 }

// perSecond is an error where nothing was measured.
func perSecond(n int, nanoseconds float64, err error) (float64, error) {
	if err == nil && nanoseconds == 0 {
		err = fmt.Errorf("a benchmark measured nothing")
	}
	if err != nil {
		return 0, err
	}
	return float64(n) / (nanoseconds / 1e9), nil
}

// planNanoseconds reads what each benchmark of planning took a round.
func planNanoseconds(said []byte) map[string]float64 {
	out := map[string]float64{}
	for _, m := range plannedLine.FindAllSubmatch(said, -1) {
		if took, err := strconv.ParseFloat(string(m[2]), 64); err == nil {
			out[string(m[1])] = took
		}
	}
	return out
}
