package stage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// StartRun enters a run and gives its ID.
func (s *Stage) StartRun(ctx context.Context, r Run) (int64, error) {
	err := s.write(ctx, func(t *tx) error {
		res, err := t.execResult("INSERT INTO run (command, version, started, ended, exit, requests, resume_at, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			r.Command, r.Version, micros(r.Started), nullMicros(r.Ended), r.Exit, r.Requests, nullMicros(r.ResumeAt), r.Text)
		if err != nil {
			return err
		}
		if r.ID, err = res.LastInsertId(); err != nil {
			return err
		}
		return t.exec("INSERT OR REPLACE INTO meta (name, value) VALUES ('ferry', ?)", r.Version)
	})
	if err != nil {
		return 0, err
	}
	return r.ID, nil
}

// UpdateRun writes what may have changed of a run: all but its start.
func (s *Stage) UpdateRun(ctx context.Context, r Run) error {
	return s.write(ctx, func(t *tx) error {
		res, err := t.execResult("UPDATE run SET command = ?, version = ?, ended = ?, exit = ?, requests = ?, resume_at = ?, text = ? WHERE id = ?",
			r.Command, r.Version, nullMicros(r.Ended), r.Exit, r.Requests, nullMicros(r.ResumeAt), r.Text, r.ID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, fmt.Errorf("there is no run %d", r.ID))
		}
		return nil
	})
}

// EndRun is UpdateRun, and ends the run at r.Ended, now where that is zero.
func (s *Stage) EndRun(ctx context.Context, r Run) error {
	if r.Ended.IsZero() {
		r.Ended = time.Now()
	}
	return s.UpdateRun(ctx, r)
}

// Runs lists the last n runs, the newest first.
func (s *Stage) Runs(ctx context.Context, n int) ([]Run, error) {
	rows, err := s.read.QueryContext(ctx, runColumns+"ORDER BY id DESC LIMIT ?", n)
	if err != nil {
		return nil, s.failed("list runs", err)
	}
	var runs []Run
	err = eachRow(rows, func(rows *sql.Rows) error {
		r, err := scanRun(rows.Scan)
		runs = append(runs, r)
		return err
	})
	return runs, s.failed("list runs", err)
}

// Run gives one run by its ID; ok is false where there is none.
func (s *Stage) Run(ctx context.Context, id int64) (r Run, ok bool, err error) {
	r, err = scanRun(s.read.QueryRowContext(ctx, runColumns+"WHERE id = ?", id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Run{}, false, nil
	}
	return r, err == nil, s.failed("find a run", err)
}

const runColumns = "SELECT id, command, version, started, ended, exit, requests, resume_at, text FROM run "

func scanRun(scan func(...any) error) (r Run, err error) {
	var started int64
	var ended, resume sql.NullInt64
	err = scan(&r.ID, &r.Command, &r.Version, &started, &ended, &r.Exit, &r.Requests, &resume, &r.Text)
	r.Started, r.Ended, r.ResumeAt = fromMicros(started), fromNull(ended), fromNull(resume)
	return r, err
}

// PutCertificate keeps what is known of a stream's completeness; those before it
// stay, Certificates gives the latest.
func (s *Stage) PutCertificate(ctx context.Context, c Certificate) error {
	stream, err := s.ensureStream(ctx, c.Account, c.Stream, partRecords)
	if err != nil {
		return err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("stage: encode a certificate: %w", err)
	}
	return s.write(ctx, func(t *tx) error {
		return t.exec("INSERT INTO certificate (stream, filter, run, at, body) VALUES (?, ?, ?, ?, ?)",
			stream, c.Filter, c.Run, micros(time.Now()), string(body))
	})
}

// Certificates gives the latest certificate of every stream of the account that
// has one, by the streams' names.
func (s *Stage) Certificates(ctx context.Context, account string) ([]Certificate, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT s.name, c.filter, c.run, c.body FROM certificate c"+
		" JOIN stream s ON s.id = c.stream JOIN account a ON a.id = s.account"+
		" WHERE a.name = ? AND c.id = (SELECT max(id) FROM certificate WHERE stream = s.id) ORDER BY s.name", account)
	if err != nil {
		return nil, s.failed("read certificates", err)
	}
	var all []Certificate
	err = eachRow(rows, func(rows *sql.Rows) error {
		c := Certificate{Account: account}
		var body string
		if err := rows.Scan(&c.Stream, &c.Filter, &c.Run, &body); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			return fmt.Errorf("certificate of %s: %w", c.Stream, err)
		}
		all = append(all, c)
		return nil
	})
	return all, s.failed("read certificates", err)
}

// Cursor gives the cursor of a stream under a filter; ok is false where there is
// none. Value or SweptAt may still be zero.
func (s *Stage) Cursor(ctx context.Context, account, stream, filter string) (c Cursor, ok bool, err error) {
	c = Cursor{Account: account, Stream: stream, Filter: filter}
	id, ok, err := s.streamID(ctx, account, stream, partRecords)
	if err != nil || !ok {
		return c, false, err
	}
	var value, swept sql.NullInt64
	err = s.read.QueryRowContext(ctx, "SELECT value, swept_at FROM cursor WHERE stream = ? AND filter = ?", id, filter).Scan(&value, &swept)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	if err != nil {
		return c, false, s.failed("read the cursor of "+stream, err)
	}
	c.Value, c.SweptAt = fromNull(value), fromNull(swept)
	return c, true, nil
}

// PutCursor replaces the cursor of its stream and filter.
func (s *Stage) PutCursor(ctx context.Context, c Cursor) error {
	stream, err := s.ensureStream(ctx, c.Account, c.Stream, partRecords)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		return t.exec("INSERT OR REPLACE INTO cursor (stream, filter, value, swept_at) VALUES (?, ?, ?, ?)",
			stream, c.Filter, nullMicros(c.Value), nullMicros(c.SweptAt))
	})
}

// SetNote keeps a small fact under a name, in place of the one before.
func (s *Stage) SetNote(ctx context.Context, name, value string) error {
	return s.write(ctx, func(t *tx) error {
		return t.exec("INSERT OR REPLACE INTO note (name, value, at) VALUES (?, ?, ?)", name, value, micros(time.Now()))
	})
}

// Note gives the fact kept under a name; ok is false where there is none.
func (s *Stage) Note(ctx context.Context, name string) (value string, ok bool, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT value FROM note WHERE name = ?", name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, s.failed("read a note", err)
	}
	return value, true, nil
}
