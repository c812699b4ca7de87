package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"
)

// figure is one claim and the way to measure it.
type figure struct {
	Name  string
	About string
	// Waits says that measuring is mostly waiting for a vendor's clock: such
	// figures are measured side by side, all others alone.
	Waits   bool
	Measure func(ctx context.Context, b *bench) ([]line, error)
}

// figures are all claims, in the order of the table.
func figures() []figure {
	return []figure{
		{Name: "window", About: "300 pages at 120 a minute, 20 ms latency, each kind of window; one process and two", Waits: true, Measure: measureWindows},
		{Name: "allowance", About: "accepted requests over limit x windows", Waits: true, Measure: measureAllowance},
		{Name: "fresh", About: "40 pages of a slow vendor in a fresh window", Measure: measureFresh},
		{Name: "quota", About: "200 pages at 110 a day, over two days", Measure: measureQuota},
		{Name: "others", About: "somebody else spends half the quota meanwhile", Measure: measureOthers},
		{Name: "kill", About: "kill -9 at random moments (Go test)", Measure: goTest(killTest())},
		{Name: "drift", About: "a list that moves while it is read (Go test)", Measure: goTest(driftTest())},
		{Name: "faults", About: "5 % of each fault at once (Go test)", Measure: goTest(faultTest())},
		{Name: "speed", About: "extraction without a rate limit against a bare loop", Measure: measureSpeed},
		{Name: "parquet", About: "staged customers to Parquet against DuckDB", Measure: measureParquet},
		{Name: "csv", About: "staged customers to CSV against DuckDB", Measure: measureCSV},
		{Name: "excel", About: "staged customers to Excel against plain excelize", Measure: measureExcel},
		{Name: "transform", About: "staged customers through a mapping against hand-written Go", Measure: measureTransform},
		{Name: "plan", About: "100,000 mapped records planned against as many of the target, against transform", Measure: measurePlan},
		{Name: "migrate", About: "a whole company moves, both ways (Go test)", Measure: goTests(migrateTests())},
		{Name: "lost", About: "a load of which 10 % of the answers are lost (Go test)", Measure: goTests(lostTests())},
		{Name: "loadkill", About: "kill -9 of an apply at random moments (Go test)", Measure: goTests(loadKillTests())},
		{Name: "stale", About: "target records that people edit meanwhile (Go test)", Measure: goTests(staleTests())},
		{Name: "undo", About: "a load is taken back (Go test)", Measure: goTests(undoTests())},
		{Name: "again", About: "a load on top of what is there (Go test)", Measure: goTests(againTests())},
		{Name: "sheets", About: "a folder of real spreadsheets (FERRY_SHEETS), against LibreOffice", Measure: measureSheets},
		{Name: "book", About: "a workbook of 100,000 rows read against excelize", Measure: measureReadBook},
		{Name: "check", About: "a CSV file of a million rows checked against encoding/csv", Measure: measureCheckCSV},
		{Name: "answer", About: "a workbook of 100,000 rows answered against excelize", Measure: measureAnswer},
		{Name: "fuzz", About: "every reader of files, ten minutes each", Measure: measureFuzz},
		{Name: "roundtrip", About: "answered workbooks and text files mended and sent again (Go test)", Measure: goTest(roundTripTest())},
		{Name: "writes", About: "use of the write allowance by a load (Go test)", Measure: goTests(writesTests())},
	}
}

// choose gives the figures with these names; none named means all.
func choose(all []figure, names []string) ([]figure, error) {
	if len(names) == 0 {
		return all, nil
	}
	var chosen []figure
	for _, name := range names {
		i := slices.IndexFunc(all, func(f figure) bool { return f.Name == name })
		if i < 0 {
			var known []string
			for _, f := range all {
				known = append(known, f.Name)
			}
			return nil, fmt.Errorf("there is no figure %q; write some of %s", name, strings.Join(known, ","))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// line is one row of the table. The zero line is a FAIL.
type line struct {
	Figure string // filled in by whoever collects the lines
	What   string
	Must   string
	Shown  string
	Pass   bool
	Reason string // why it failed, where Must and Shown do not say it
}

// bound is what a measured number must keep to.
type bound struct {
	op    string // one of "<=", "<", ">=", "="
	limit float64
	form  string // for fmt, with one verb: "%.1f s"
}

func atMost(limit float64, form string) bound  { return bound{"<=", limit, form} }
func under(limit float64, form string) bound   { return bound{"<", limit, form} }
func atLeast(limit float64, form string) bound { return bound{">=", limit, form} }
func exactly(limit float64, form string) bound { return bound{"=", limit, form} }

// holds is false for anything that is not a finite number.
func (b bound) holds(v float64) bool {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return false
	}
	switch b.op {
	case "<=":
		return v <= b.limit
	case "<":
		return v < b.limit
	case ">=":
		return v >= b.limit
	case "=":
		return v == b.limit
	}
	return false
}

func (b bound) String() string {
	words := map[string]string{"<=": "at most ", "<": "under ", ">=": "at least ", "=": ""}
	return words[b.op] + fmt.Sprintf(b.form, b.limit)
}

// measured is a line with a number; note says what else was seen.
func measured(what string, must bound, v float64, note string) line {
	l := line{What: what, Must: must.String(), Shown: fmt.Sprintf(must.form, v), Pass: must.holds(v)}
	if note != "" {
		l.Shown += " (" + note + ")"
	}
	return l
}

// missing is a line that could not be measured. It fails.
func missing(what string, must fmt.Stringer, reason string) line {
	return line{What: what, Must: must.String(), Shown: "not measured", Reason: reason}
}

// collect measures one figure. An error, a figure without lines, a line without
// a verdict: nothing of that passes.
func collect(ctx context.Context, b *bench, f figure) []line {
	lines, err := f.Measure(ctx, b)
	if err != nil {
		lines = append(lines, line{What: f.About, Must: "be measured", Shown: "not measured", Reason: err.Error()})
	}
	if len(lines) == 0 {
		lines = []line{{What: f.About, Must: "be measured", Shown: "not measured", Reason: "the figure gave no line"}}
	}
	for i := range lines {
		lines[i].Figure = f.Name
	}
	return lines
}

// median gives the middle value, of an even number the lower one of the two in
// the middle; NaN where there is none, which no bound holds.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}

// medianOf is the median of a property of all samples.
func medianOf[T any](samples []T, of func(T) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	return median(values)
}

// largest is the largest of a property of all samples; NaN where there are none.
func largest[T any](samples []T, of func(T) float64) float64 {
	if len(samples) == 0 {
		return math.NaN()
	}
	return of(slices.MaxFunc(samples, func(a, b T) int { return cmp.Compare(of(a), of(b)) }))
}

// spread writes the range of a property in words for a note.
func spread[T any](samples []T, of func(T) float64, form string) string {
	if len(samples) == 0 {
		return "nothing"
	}
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	return fmt.Sprintf(form+"-"+form, slices.Min(values), slices.Max(values))
}

// sideBySide measures cases of one figure at once. One that fails is a line of
// its own and does not stop the others.
func sideBySide[T any](cases []T, name func(T) string, measure func(T) ([]line, error)) []line {
	lines := make([][]line, len(cases))
	var all sync.WaitGroup
	for i, c := range cases {
		all.Go(func() {
			var err error
			if lines[i], err = measure(c); err != nil {
				lines[i] = append(lines[i], line{What: name(c), Must: "be measured", Shown: "not measured", Reason: err.Error()})
			}
		})
	}
	all.Wait()
	return slices.Concat(lines...)
}

// inTurns runs two sides A B A B, so that whatever else the machine does meets
// both alike. It stops at the first side that fails.
func inTurns[A, B any](rounds int, a func(round int) (A, error), b func(round int) (B, error)) ([]A, []B, error) {
	var as []A
	var bs []B
	for round := range rounds {
		sa, err := a(round)
		if err != nil {
			return as, bs, err
		}
		sb, err := b(round)
		if err != nil {
			return as, bs, err
		}
		as, bs = append(as, sa), append(bs, sb)
	}
	return as, bs, nil
}

func seconds(d time.Duration) float64 { return d.Seconds() }
