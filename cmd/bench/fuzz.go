package main

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
)

// fuzzed are the readers that take what strangers wrote, each with its target.
var fuzzed = []struct{ Package, Target string }{
	{"ferry/extract/sheet/container", "FuzzDetect"},
	{"ferry/extract/sheet/text", "FuzzOpen"},
	{"ferry/extract/sheet/markup", "FuzzOpen"},
	{"ferry/extract/sheet/workbook", "FuzzPackage"},
	{"ferry/extract/sheet/workbook", "FuzzParts"},
	{"ferry/extract/sheet/workbook", "FuzzSheet"},
	{"ferry/extract/sheet/column", "FuzzText"},
	{"ferry/extract/sheet", "FuzzBatch"},
	{"ferry/transform/answers", "FuzzParse"},
	{"ferry/load/answer", "FuzzRewrite"},
}

// executed is the last count of go test -fuzz.
var executed = regexp.MustCompile(`execs: (\d+)`)

// measureFuzz feeds each reader with made-up files for ten minutes: a crash, a
// hang and an input beyond the target's own memory bound end it.
func measureFuzz(ctx context.Context, b *bench) ([]line, error) {
	span := "10m"
	if b.quick {
		span = "5s"
	}
	var lines []line
	for _, f := range fuzzed {
		what := fmt.Sprintf("%s of %s fuzzed for %s", f.Target, f.Package, span)
		ended, err := run(ctx, command{Path: "go", Args: []string{
			"test", "-run", "^$", "-fuzz", "^" + f.Target + "$", "-fuzztime", span, "-fuzzminimizetime", "10x", "-timeout", "30m", f.Package,
		}})
		if err != nil {
			return nil, err
		}
		counts := executed.FindAllSubmatch(ended.Stdout, -1)
		if len(counts) == 0 {
			lines = append(lines, missing(what, noCrash{}, fmt.Sprintf("nothing was executed (exit %d): %s", ended.Exit, ended.tail())))
			continue
		}
		n, _ := strconv.Atoi(string(counts[len(counts)-1][1]))
		lines = append(lines, line{What: what, Must: noCrash{}.String(), Pass: ended.Exit == 0 && n > 0,
			Shown: fmt.Sprintf("%d files, exit %d", n, ended.Exit), Reason: ended.tail()})
	}
	return lines, nil
}

// noCrash is the bound of fuzzing.
type noCrash struct{}

func (noCrash) String() string { return "no crash, hang or memory over the bound" }
