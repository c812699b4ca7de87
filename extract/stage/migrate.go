package stage

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed migrations/*.sql
var shippedMigrations embed.FS

// migration is one numbered step of the schema.
type migration struct {
	number int
	name   string
	text   string
}

// readMigrations lists the files NNNN_name.sql of fsys by number, which must
// run 1, 2, 3.. without a gap.
func readMigrations(fsys fs.FS) ([]migration, error) {
	names, err := fs.Glob(fsys, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("stage: list migrations: %w", err)
	}
	slices.Sort(names)
	out := make([]migration, 0, len(names))
	for _, path := range names {
		base := strings.TrimSuffix(strings.TrimPrefix(path, "migrations/"), ".sql")
		number, name, _ := strings.Cut(base, "_")
		n, err := strconv.Atoi(number)
		if err != nil || n != len(out)+1 {
			return nil, fmt.Errorf("stage: migration %s: want number %d", path, len(out)+1)
		}
		text, err := fs.ReadFile(fsys, path)
		if err != nil {
			return nil, fmt.Errorf("stage: read migration %s: %w", path, err)
		}
		out = append(out, migration{number: n, name: name, text: string(text)})
	}
	return out, nil
}

// migrate brings the file up to the newest of steps, each step in a transaction
// of its own together with its number, so that a stop between two steps leaves a
// file of the older schema and never a mixture.
func migrate(ctx context.Context, conn *sql.Conn, steps []migration) error {
	var have int
	if err := conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return err
	}
	for _, m := range steps {
		if m.number <= have {
			continue
		}
		if err := migrateOne(ctx, conn, m); err != nil {
			return fmt.Errorf("migration %d (%s): %w", m.number, m.name, err)
		}
	}
	return nil
}

func migrateOne(ctx context.Context, conn *sql.Conn, m migration) (err error) {
	if _, err = conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			// The error of the step is the one to tell; a failing rollback only
			// means that SQLite has rolled back already.
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	head := ""
	if m.number == 1 {
		head = "CREATE TABLE version (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied INTEGER NOT NULL);" +
			fmt.Sprintf("PRAGMA application_id = %d;", applicationID)
	}
	if _, err = conn.ExecContext(ctx, head+m.text); err != nil {
		return err
	}
	if _, err = conn.ExecContext(ctx, "INSERT INTO version (number, name, applied) VALUES (?, ?, ?)",
		m.number, m.name, micros(time.Now())); err != nil {
		return err
	}
	// A PRAGMA takes no parameter; the number is ours.
	if _, err = conn.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", m.number)); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "COMMIT")
	return err
}

// micros is t as it is kept in the tables: microseconds since 1970, UTC.
func micros(t time.Time) int64 { return t.UnixMicro() }

// nullMicros is micros, NULL for the zero time.
func nullMicros(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMicro(), Valid: !t.IsZero()}
}

// fromMicros is the time that micros was made from, to the microsecond.
func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }

// fromNull is fromMicros, the zero time for NULL.
func fromNull(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return fromMicros(n.Int64)
}
