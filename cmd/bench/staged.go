package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// staged is a bureau whose stage holds all customers of an account, with the
// same records as NDJSON beside it. It is kept below .bench as long as the
// binaries that made it stay the same.
type staged struct {
	bureau
	rows    int
	records string // path of the NDJSON
}

const (
	stagedJob   = "customers" // the job's name, which its stage carries
	recordsName = "records.ndjson"
)

// stagedAccount is the account that is staged for the exports.
func stagedAccount(rows int, plain bool) account {
	return account{Customers: rows, Plain: plain, Log: -1}
}

// staged gives the bureau with that many customers, made now or found.
func (b *bench) staged(ctx context.Context, rows int, plain bool) (staged, error) {
	made, err := b.fingerprints()
	if err != nil {
		return staged{}, err
	}
	s := staged{bureau: bureau{b: b, dir: filepath.Join(b.keep, "customers-"+strconv.Itoa(rows))}, rows: rows}
	if plain {
		s.dir += "-plain"
	}
	s.records = filepath.Join(s.dir, recordsName)
	mark := filepath.Join(s.dir, "made-by")
	if by, err := os.ReadFile(mark); err == nil && string(by) == made {
		return s, nil
	}
	if err := errors.Join(os.RemoveAll(s.dir), os.MkdirAll(s.dir, 0o755)); err != nil {
		return s, err
	}
	if err := s.make(ctx, stagedAccount(rows, plain)); err != nil {
		return s, err
	}
	return s, os.WriteFile(mark, []byte(made), 0o600)
}

// fingerprints name the binaries in use: this one makes the records, ferry the
// stage.
func (b *bench) fingerprints() (string, error) {
	self, err := fingerprint(b.self)
	if err != nil {
		return "", err
	}
	ferry, err := fingerprint(b.ferry)
	return self + " " + ferry, err
}

// make writes the records and extracts them.
func (s staged) make(ctx context.Context, a account) error {
	s.b.log("writing %d customers as NDJSON", s.rows)
	described, err := json.Marshal(a)
	if err != nil {
		return err
	}
	f, err := run(ctx, command{Path: s.b.self, Args: []string{"records", "-account", string(described), "-out", s.records}})
	if err == nil {
		err = f.expect("writing the records", 0)
	}
	if err != nil {
		return err
	}
	v, err := s.b.serve(ctx, a)
	if err != nil {
		return err
	}
	defer v.Close()
	s.b.log("staging %d customers", s.rows)
	if f, err = s.extract(ctx, stagedJob, v); err != nil {
		return err
	}
	s.b.log("staged in %.1f s, peak %.0f MiB", seconds(f.Wall()), f.PeakRSS)
	return nil
}

// publish exports one format into a folder of its own, which is emptied first
// and outside of what is measured.
func (s staged) publish(ctx context.Context, format string) (finished, set, error) {
	folder := "export-" + format
	if err := os.RemoveAll(filepath.Join(s.dir, folder)); err != nil {
		return finished{}, set{}, err
	}
	path, err := s.write(job{
		Name: stagedJob, BaseURL: "http://127.0.0.1:9/api/v3", Formats: []string{format},
		File: "export-" + format + ".yaml", Export: folder,
	})
	if err != nil {
		return finished{}, set{}, err
	}
	f, err := s.ferry(ctx, "export", path, nil)
	if err == nil {
		err = f.expect("ferry export", 0)
	}
	if err != nil {
		return f, set{}, err
	}
	published, err := s.latest(folder, stagedJob)
	if err == nil && published.rows() != s.rows {
		err = fmt.Errorf("ferry published %d of %d rows", published.rows(), s.rows)
	}
	return f, published, err
}

// published is where a format's file stands in a set; parquet may be several.
func published(s set, format string) string {
	switch format {
	case "parquet":
		return filepath.Join(s.Dir, "customer", "part-*.parquet")
	case "csv":
		return filepath.Join(s.Dir, "customer.csv")
	}
	return filepath.Join(s.Dir, stagedJob+".xlsx")
}
