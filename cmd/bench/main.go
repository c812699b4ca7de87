package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	passed, err := mainRun(ctx, os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	if err != nil || !passed {
		stop()
		os.Exit(1)
	}
}

// mainRun is the bench itself, or one of the yardsticks it starts as processes
// of their own.
func mainRun(ctx context.Context, args []string) (passed bool, err error) {
	yardsticks := map[string]func(context.Context, []string, io.Reader, io.Writer) error{
		"serve": serveMain, "records": recordsMain, "bare": bareMain, "plain-excel": plainExcelMain, "compare-excel": compareExcelMain,
		"sheet-cells": sheetCellsMain, "sheet-rows": sheetRowsMain, "excelize-rows": excelizeRowsMain,
		"csv-bare": csvBareMain, "answer-book": answerBookMain, "excelize-save": excelizeSaveMain,
	}
	if len(args) > 0 {
		if sub, ok := yardsticks[args[0]]; ok {
			err := sub(ctx, args[1:], os.Stdin, os.Stdout)
			return err == nil, err
		}
	}
	return benchMain(ctx, args)
}

// bench is one run of the whole program.
type bench struct {
	self  string // path of this binary
	ferry string // path of the built ferry
	temp  string // removed at the end
	keep  string // .bench: tools, and data worth keeping
	quick bool
	log   func(format string, args ...any)
}

// pick gives full, or small under -quick.
func (b *bench) pick(full, small int) int {
	if b.quick {
		return small
	}
	return full
}

func benchMain(ctx context.Context, args []string) (bool, error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	only := flags.String("only", "", "figures to measure, with commas between; empty: all")
	quick := flags.Bool("quick", false, "small sizes, to see whether it works; the figures are no proof then")
	list := flags.Bool("list", false, "list the figures and end")
	keep := flags.String("dir", ".bench", "where tools and staged data are kept")
	if err := flags.Parse(args); err != nil {
		return false, err
	}
	if flags.NArg() > 0 {
		return false, fmt.Errorf("what is %q? Figures are chosen with -only", flags.Arg(0))
	}
	if *list {
		for _, f := range figures() {
			fmt.Printf("%-10s %s\n", f.Name, f.About)
		}
		return true, nil
	}
	chosen, err := choose(figures(), names(*only))
	if err != nil {
		return false, err
	}
	b, err := newBench(ctx, *keep, *quick)
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(b.temp)
	lines := b.measure(ctx, chosen)
	if ctx.Err() != nil {
		return false, fmt.Errorf("interrupted; nothing was proven")
	}
	fmt.Println()
	passed := printTable(os.Stdout, lines)
	if *quick {
		fmt.Println("with -quick: small sizes, no proof of anything")
	}
	return passed, nil
}

// names splits what -only says.
func names(only string) []string {
	return strings.FieldsFunc(only, func(r rune) bool { return r == ',' || r == ' ' })
}

func newBench(ctx context.Context, keep string, quick bool) (*bench, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if keep, err = filepath.Abs(keep); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(keep, 0o755); err != nil {
		return nil, fmt.Errorf("cannot make the folder for tools and data: %w", err)
	}
	temp, err := os.MkdirTemp("", "ferry-bench-")
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	b := &bench{self: self, temp: temp, keep: keep, quick: quick, log: func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, "%6.1fs  %s\n", time.Since(begun).Seconds(), fmt.Sprintf(format, args...))
	}}
	b.log("building ferry")
	if b.ferry, err = buildFerry(ctx, temp); err != nil {
		os.RemoveAll(temp)
		return nil, err
	}
	return b, nil
}

// measure takes the waiting figures side by side, then the others one by one,
// and gives all lines in the order of the figures.
func (b *bench) measure(ctx context.Context, chosen []figure) []line {
	results := make([][]line, len(chosen))
	var waiting sync.WaitGroup
	for i, f := range chosen {
		if f.Waits {
			waiting.Go(func() {
				b.log("%s: %s", f.Name, f.About)
				results[i] = collect(ctx, b, f)
				b.log("%s: measured", f.Name)
			})
		}
	}
	waiting.Wait()
	for i, f := range chosen {
		if !f.Waits && ctx.Err() == nil {
			b.log("%s: %s", f.Name, f.About)
			results[i] = collect(ctx, b, f)
		}
	}
	var lines []line
	for _, r := range results {
		lines = append(lines, r...)
	}
	return lines
}
