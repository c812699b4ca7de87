package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

const (
	exportRows  = 1_000_000
	exportSmall = 100_000
	mostOfDuck  = 1.25
	mostMemory  = 256 // MiB
)

func measureParquet(ctx context.Context, b *bench) ([]line, error) {
	return b.againstDuckDB(ctx, "parquet")
}
func measureCSV(ctx context.Context, b *bench) ([]line, error) { return b.againstDuckDB(ctx, "csv") }

// againstDuckDB publishes one format in turns with DuckDB, then has DuckDB read
// what was published and compare it with its own reading of the records.
func (b *bench) againstDuckDB(ctx context.Context, format string) ([]line, error) {
	rows := b.pick(exportRows, exportSmall)
	what := fmt.Sprintf("%d staged customers to %s", rows, format)
	wall, memory := atMost(mostOfDuck, "%.3f of DuckDB's wall"), under(mostMemory, "%.0f MiB")
	tool, reason := b.duckdb(ctx)
	if reason != "" {
		return []line{missing(what, wall, reason)}, nil
	}
	s, err := b.staged(ctx, rows, false)
	if err != nil {
		return nil, err
	}
	_, first, err := s.publish(ctx, format) // warms the disk cache, and names the columns
	if err != nil {
		return nil, err
	}
	like := filepath.Join(s.dir, "like-"+format)
	if err := errors.Join(os.RemoveAll(like), os.Rename(first.Dir, like)); err != nil {
		return nil, err
	}
	first.Dir = like
	d := duck{tool: tool, staged: s, format: format, like: published(first, format)}
	if _, err := d.export(ctx); err != nil {
		return nil, err
	}
	var last set
	ours, theirs, err := inTurns(3, func(int) (f finished, err error) {
		f, last, err = s.publish(ctx, format)
		return f, err
	}, func(int) (ducked, error) { return d.export(ctx) })
	if err != nil {
		return nil, err
	}
	lines := exportLines(what, wall, memory, ours, theirs)
	d.like = published(last, format)
	return append(lines, d.check(ctx, what)), errors.Join(os.RemoveAll(like), os.RemoveAll(filepath.Join(s.dir, "export-"+format)))
}

// exportLines judges the wall and the memory of one format.
func exportLines(what string, wall, memory bound, ours []finished, theirs []ducked) []line {
	own := func(f finished) float64 { return seconds(f.Wall()) }
	duck := func(d ducked) float64 { return seconds(d.Wall()) }
	mine, yardstick := medianOf(ours, own), medianOf(theirs, duck)
	return []line{
		measured(what, wall, mine/yardstick, fmt.Sprintf("%.2f s against %.2f s, medians of %d; ferry %s, DuckDB %s, its statement alone %.2f s",
			mine, yardstick, len(ours), spread(ours, own, "%.2f"), spread(theirs, duck, "%.2f"),
			medianOf(theirs, func(d ducked) float64 { return d.statement }))),
		measured(what, memory, largest(ours, func(f finished) float64 { return f.PeakRSS }),
			fmt.Sprintf("DuckDB %.0f; CPU %.1f s against %.1f s", largest(theirs, func(d ducked) float64 { return d.PeakRSS }),
				medianOf(ours, func(f finished) float64 { return seconds(f.CPU) }),
				medianOf(theirs, func(d ducked) float64 { return seconds(d.CPU) }))),
	}
}

// duckdb gives the path of the yardstick, or why there is none.
func (b *bench) duckdb(ctx context.Context) (path, reason string) {
	path = filepath.Join(b.keep, "duckdb")
	f, err := run(ctx, command{Path: path, Args: []string{"version"}})
	if err == nil {
		err = f.expect("the yardstick", 0)
	}
	if err != nil {
		return "", "the yardstick DuckDB is missing, run `make bench-tools`: " + err.Error()
	}
	return path, ""
}

// duck is DuckDB set to one format of one staged account.
type duck struct {
	tool   string
	staged staged
	format string
	like   string
}

// ducked is one export by DuckDB.
type ducked struct {
	finished
	statement float64 // seconds of the statement alone
}

// export reads the records and writes the same columns.
func (d duck) export(ctx context.Context) (ducked, error) {
	out := filepath.Join(d.staged.dir, "duckdb."+d.format)
	defer os.Remove(out)
	f, err := run(ctx, command{Path: d.tool, Dir: d.staged.dir, Args: []string{
		"export", "-format", d.format, "-in", d.staged.records, "-like", d.like, "-out", out,
	}})
	if err != nil {
		return ducked{}, err
	}
	if err := f.expect("DuckDB", 0); err != nil {
		return ducked{}, err
	}
	var did struct {
		Rows    int
		Seconds float64
	}
	if err := json.Unmarshal(f.Stdout, &did); err != nil {
		return ducked{}, fmt.Errorf("DuckDB did not say what it did: %w", err)
	}
	if did.Rows != d.staged.rows {
		return ducked{}, fmt.Errorf("DuckDB wrote %d of %d rows", did.Rows, d.staged.rows)
	}
	return ducked{f, did.Seconds}, nil
}

// same is the bound of a comparison.
type same struct{}

func (same) String() string { return "DuckDB reads the same as in the records" }

// check has DuckDB read what ferry published.
func (d duck) check(ctx context.Context, what string) line {
	f, err := run(ctx, command{Path: d.tool, Args: []string{
		"check", "-format", d.format, "-in", d.staged.records, "-like", d.like,
	}})
	if err != nil {
		return missing(what, same{}, err.Error())
	}
	var said struct {
		Rows, Want, Distinct, Columns int
		Differ, Unchecked             []string
	}
	if err := json.Unmarshal(f.Stdout, &said); err != nil {
		return missing(what, same{}, fmt.Sprintf("DuckDB could not read it (exit %d): %s", f.Exit, f.tail()))
	}
	return line{
		What: what, Must: same{}.String(), Pass: f.Exit == 0 && said.Want == d.staged.rows && said.Columns > 0,
		Shown: fmt.Sprintf("%d rows, %d ids, %d columns equal (not compared: %v)", said.Rows, said.Distinct,
			said.Columns-len(said.Differ), said.Unchecked),
		Reason: f.tail(),
	}
}
