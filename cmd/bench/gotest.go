package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// proof is a figure that Go tests measure: every one of them has to have run
// and passed.
type proof struct {
	Package string
	Tests   []string
	What    string
	Quote   int      // last lines of each test's log that are printed
	Full    []string // environment that makes the tests as large as the figure is claimed; not set under -quick
	Must    string   // what has to be shown; "": that the tests pass
	Tells   bool     // each test logs what it measured: it is shown, and a test that logs nothing was not measured
}

func killTest() proof {
	return proof{
		Package: "ferry/cmd/ferry", Tests: []string{"TestKillAtAnyMoment"}, Quote: 5,
		What: "kill -9, then run again: every record once, only pages in flight asked again, sets whole",
	}
}

func driftTest() proof {
	return proof{
		Package: "ferry/extract", Quote: 6,
		Tests: []string{"TestDriftIsNeverProvenWithARecordMissed", "TestInsertsAndDeletesAreAlwaysProvenByAnImmutableOrder"},
		What:  "drift over 100 seeds: never proven with a record missed, always proven by order",
	}
}

func faultTest() proof {
	return proof{
		Package: "ferry/extract", Tests: []string{"TestFivePercentOfEachFaultLosesNothing"}, Quote: 6,
		What: "5 % of each fault at once: complete, no duplicate, no give-up",
	}
}

func roundTripTest() proof {
	return proof{
		Package: "ferry/cmd/ferry", Tests: []string{"TestFigureRoundTrip"}, Quote: 6, Full: fullFigures, Tells: true,
		What: "answered file fixed and sent again, over 50 random error patterns", Must: "each row loaded exactly once; 0 writes when sent once more; no kind of mistake or act missing",
	}
}

// passes is the bound of a Go test.
type passes struct{}

func (passes) String() string { return "the tests pass" }

// goTest measures a figure by running Go tests.
func goTest(p proof) func(context.Context, *bench) ([]line, error) {
	return func(ctx context.Context, b *bench) ([]line, error) {
		var env []string
		if !b.quick {
			env = p.Full
		}
		f, err := run(ctx, command{
			Path: "go", Env: env,
			Args: []string{"test", "-count=1", "-v", "-timeout=30m", "-run", "^(" + strings.Join(p.Tests, "|") + ")$", p.Package},
		})
		if err != nil {
			return nil, err
		}
		for _, name := range p.Tests {
			for _, said := range lastLogged(string(f.Stdout), name, p.Quote) {
				b.log("%s: %s", name, said)
			}
		}
		return []line{p.judge(string(f.Stdout), f)}, nil
	}
}

// must is what has to be shown, in words.
func (p proof) must() string {
	if p.Must == "" {
		return passes{}.String()
	}
	return p.Must
}

// judge asks that each test is named as passed: a test that was renamed, or
// skipped, or is in a package that does not compile, was not measured.
func (p proof) judge(said string, f finished) line {
	unmeasured := func(form string, args ...any) line {
		return line{What: p.What, Must: p.must(), Shown: "not measured", Reason: fmt.Sprintf(form, args...)}
	}
	var told []string
	for _, name := range p.Tests {
		if strings.Contains(said, "--- FAIL: "+name+" ") {
			return line{What: p.What, Must: p.must(), Shown: name + " failed", Reason: complaint(said)}
		}
		if !strings.Contains(said, "--- PASS: "+name+" ") {
			return unmeasured("%s in %s did not run (exit %d): %s", name, p.Package, f.Exit, f.tail())
		}
		lines := lastLogged(said, name, p.Quote)
		if p.Tells && len(lines) == 0 {
			return unmeasured("%s in %s does not say what it measured", name, p.Package)
		}
		told = append(told, lines...)
	}
	if f.Exit != 0 {
		return unmeasured("go test ended with exit %d: %s", f.Exit, f.tail())
	}
	shown := fmt.Sprintf("%d of %d passed", len(p.Tests), len(p.Tests))
	if p.Tells {
		shown = strings.Join(told, "; ")
	}
	return line{What: p.What, Must: p.must(), Shown: shown, Pass: true}
}

// complained is a line in which an assertion says what is wrong.
var complained = regexp.MustCompile(`(?m)^\s+(?:Error|Messages):\s+(.+)$`)

// complaint gives the first things that assertions said were wrong.
func complaint(said string) string {
	var found []string
	for _, m := range complained.FindAllStringSubmatch(said, 2) {
		found = append(found, strings.TrimSpace(m[1]))
	}
	if len(found) == 0 {
		return "run it with go test -v to see why"
	}
	return strings.Join(found, " / ")
}

// logged is a line that a test wrote with t.Log.
var logged = regexp.MustCompile(`^\s+\w+_test\.go:\d+: (.*)$`)

// lastLogged gives the last n lines that a test logged, in go test -v's output.
func lastLogged(said, name string, n int) []string {
	var found []string
	in := false
	for text := range strings.Lines(said) {
		text = strings.TrimRight(text, "\n")
		switch {
		case strings.HasPrefix(text, "=== RUN   "):
			running := strings.TrimPrefix(text, "=== RUN   ")
			in = running == name || strings.HasPrefix(running, name+"/")
		case in:
			if m := logged.FindStringSubmatch(text); m != nil && m[1] != "" {
				found = append(found, m[1])
			}
		}
	}
	return slices.Clone(found[max(0, len(found)-n):])
}
