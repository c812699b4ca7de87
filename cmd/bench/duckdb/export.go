package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// exported is what `export` prints.
type exported struct {
	Rows    int64   `json:"rows"`
	Seconds float64 `json:"seconds"` // of the statement alone
}

// export copies the records into one file with the published columns.
func export(ctx context.Context, db *sql.DB, t task) (any, error) {
	names, err := columns(ctx, db, t)
	if err != nil {
		return nil, err
	}
	statement, err := copyStatement(t, names)
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	done, err := db.ExecContext(ctx, statement)
	if err != nil {
		return nil, err
	}
	e := exported{Seconds: time.Since(begun).Seconds()}
	e.Rows, err = done.RowsAffected()
	return e, err
}

// copyStatement is the one statement that is measured.
func copyStatement(t task, names []string) (string, error) {
	var selected []string
	for _, name := range names {
		e, err := expression(name)
		if err != nil {
			return "", err
		}
		if t.Format == "csv" && name == "tags" {
			e = "to_json(tags)"
		}
		selected = append(selected, e+" AS "+named(name))
	}
	how := "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
	if t.Format == "csv" {
		how = "FORMAT csv, HEADER true"
	}
	return fmt.Sprintf("COPY (SELECT %s FROM %s) TO %s (%s)",
		strings.Join(selected, ", "), records(t.Records), quoted(t.Out), how), nil
}
