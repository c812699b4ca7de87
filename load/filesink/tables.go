package filesink

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"ferry/extract/stage"
)

// tables writes the tables of one set.
type tables struct {
	cfg  Config
	dir  string
	env  environment
	book *workbook // nil without Excel
}

// write writes one table in every format wanted, one pass a format, and
// describes it.
func (w *tables) write(ctx context.Context, t Table) (ManifestStream, error) {
	s := ManifestStream{Name: t.Name, Schema: manifestSchema(compile(t.Fields)), Files: []ManifestFile{}, Complete: certificate(t.Complete)}
	p := &passes{table: t, progress: w.progress(t.Name), of: len(w.cfg.Formats)}
	if w.cfg.wants(Parquet) {
		files, sum, err := writeParquet(ctx, w.dir, t, w.env, p.done)
		if err = p.end(sum, err); err != nil {
			return s, err
		}
		s.Files = append(s.Files, files...)
		p.labels, p.complete = sum.labels, true
	}
	if w.cfg.wants(CSV) {
		file, err := w.csv(ctx, p)
		if err != nil {
			return s, err
		}
		s.Files = append(s.Files, file)
	}
	if w.cfg.wants(Excel) {
		if err := w.excel(ctx, p); err != nil {
			return s, err
		}
	}
	s.Rows, s.Misfits, s.Tombstones = p.first.rows, p.first.misfits, p.first.tombstones
	return s, nil
}

// csv writes the CSV file. Where the custom labels are not known yet they are
// sampled, because a full pass for them costs half as much as the file; a label
// that the sample did not have makes it be written again.
func (w *tables) csv(ctx context.Context, p *passes) (ManifestFile, error) {
	if !p.complete {
		if err := p.collect(ctx, sampleRows, w.env.workers); err != nil {
			return ManifestFile{}, err
		}
	}
	file, sum, err := writeCSV(ctx, w.dir, p.table, w.env, p.labels, p.done)
	if errors.Is(err, errNewLabel) && !p.complete {
		path := filepath.Join(w.dir, p.table.Name+".csv")
		if err := os.Remove(path); err != nil {
			return file, fileError(path, err)
		}
		if err := p.collect(ctx, 0, w.env.workers); err != nil {
			return file, err
		}
		p.rows = 0
		file, sum, err = writeCSV(ctx, w.dir, p.table, w.env, p.labels, p.done)
	}
	p.complete = true
	return file, p.end(sum, err)
}

func (w *tables) excel(ctx context.Context, p *passes) error {
	if !p.complete {
		if err := p.collect(ctx, 0, w.env.workers); err != nil {
			return err
		}
	}
	sum, err := w.book.addTable(ctx, p.table, w.env, p.labels, p.done)
	return p.end(sum, err)
}

// certificate gives a stream without a certificate one that says so.
func certificate(c stage.Certificate) stage.Certificate {
	if c.Proof == "" {
		c = stage.Certificate{Proof: stage.ProofNone, StartTotal: -1, EndTotal: -1, Text: "not proven: the stream was not read to its end"}
	}
	c.AsOf = c.AsOf.UTC()
	return c
}

// passes is the state of one table while one pass a format goes over it.
type passes struct {
	table    Table
	progress func(rows int, last bool)
	of       int // passes there will be
	ended    int
	rows     int // of the pass in work
	first    tally

	labels   labelSet
	complete bool // the labels are all there are
}

func (p *passes) collect(ctx context.Context, limit, workers int) error {
	var err error
	p.labels, err = collectLabels(ctx, p.table, limit, workers)
	return err
}

// done counts rows of the pass in work. One goroutine calls it.
func (p *passes) done(rows int) {
	p.rows += rows
	p.progress((p.ended*p.first.rows+p.rows)/p.of, false)
}

// end closes a pass: every format must have met the same records.
func (p *passes) end(sum tally, err error) error {
	if err != nil {
		return err
	}
	if p.ended == 0 {
		p.first = sum
	} else if sum.rows != p.first.rows || sum.tombstones != p.first.tombstones {
		return &MiscountError{Table: p.table.Name, Want: p.first.rows, Got: sum.rows}
	}
	p.ended++
	p.rows = 0
	p.progress(p.ended*p.first.rows/p.of, p.ended == p.of)
	return nil
}

// progress gives the listener of one table; it is told a few times a second at
// most, and of the end.
func (w *tables) progress(table string) func(rows int, last bool) {
	if w.cfg.OnProgress == nil {
		return func(int, bool) {}
	}
	const pause = 200 * time.Millisecond
	begun, told := time.Now(), -1
	return func(rows int, last bool) {
		if last || rows > told && time.Since(begun) >= pause {
			begun, told = time.Now(), rows
			w.cfg.OnProgress(table, rows)
		}
	}
}
