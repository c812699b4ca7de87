// Command duckdb is the yardstick of Ferry's exports: DuckDB, in a module of
// its own because it needs cgo, reading the same records as NDJSON into the
// same columns; and a reader that is not ours, which says whether a published
// file holds what those records hold.
//
// It must never be part of Ferry: nothing here is imported, and the rest of the
// repository builds without it.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2"
)

const usage = `usage:
  duckdb export -format parquet|csv -in RECORDS.ndjson -like PUBLISHED -out FILE
  duckdb check  -format parquet|csv -in RECORDS.ndjson -like PUBLISHED
  duckdb version`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := mainRun(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "duckdb:", err)
		stop()
		os.Exit(1)
	}
}

// task is what the command line asks for.
type task struct {
	Format  string // parquet or csv
	Records string // NDJSON, one customer a line
	Like    string // a published file (a glob for several parts), which names the columns
	Out     string
	Threads int
}

func mainRun(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	t := task{}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.StringVar(&t.Format, "format", "parquet", "parquet or csv")
	flags.StringVar(&t.Records, "in", "", "the records as NDJSON")
	flags.StringVar(&t.Like, "like", "", "the published file, which names the columns")
	flags.StringVar(&t.Out, "out", "", "the file to write")
	flags.IntVar(&t.Threads, "threads", 2, "threads DuckDB may use")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if t.Format != "parquet" && t.Format != "csv" {
		return fmt.Errorf("-format %s: write parquet or csv", t.Format)
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, fmt.Sprintf("SET threads=%d", t.Threads)); err != nil {
		return err
	}
	does := map[string]func(context.Context, *sql.DB, task) (any, error){"export": export, "check": check, "version": version}
	do, known := does[args[0]]
	if !known {
		return errors.New(usage)
	}
	said, err := do(ctx, db, t)
	if said != nil {
		err = errors.Join(json.NewEncoder(os.Stdout).Encode(said), err)
	}
	return err
}

// version gives the version of DuckDB itself.
func version(ctx context.Context, db *sql.DB, _ task) (any, error) {
	var v string
	err := db.QueryRowContext(ctx, "SELECT version()").Scan(&v)
	return map[string]string{"version": v}, err
}

// quoted is a string literal of SQL.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// named is an identifier of SQL.
func named(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
