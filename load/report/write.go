package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/internal/shelf"
	"ferry/load/internal/xlsx"
)

// Files are the parts of a report, as paths.
type Files struct {
	Dir        string
	HTML       string
	Workbook   string
	Crosswalk  string
	Exceptions string
}

// Write writes the report on a run into dir, which it makes where there is none;
// run 0 is all that was loaded so far between the accounts. Of each file the old one or the new
// one stands there at every moment, readable by its owner alone. The error is
// *NoPlanError where nothing was planned.
func Write(ctx context.Context, cfg load.Config, run int64, dir string) (files Files, err error) {
	w, err := newWriter(ctx, cfg, run)
	if err != nil {
		return Files{}, fmt.Errorf("report: %w", err)
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Files{}, err
	}
	files = Files{Dir: dir, HTML: filepath.Join(dir, "report.html"), Workbook: filepath.Join(dir, "report.xlsx"),
		Crosswalk: filepath.Join(dir, "crosswalk.csv"), Exceptions: filepath.Join(dir, "exceptions.xlsx")}
	if err := w.write(files); err != nil {
		return Files{}, fmt.Errorf("report: %w", err)
	}
	return files, nil
}

// writer writes one report.
type writer struct {
	ctx    context.Context
	cfg    load.Config
	report *Report
	gen    *stage.Generation
	diffs  *shelf.Shelf // differences by their number
	causes causes

	fileCauses causes
}

func newWriter(ctx context.Context, cfg load.Config, run int64) (*writer, error) {
	plans, err := plansOf(ctx, &cfg, run)
	if err != nil {
		return nil, err
	}
	w := &writer{ctx: ctx, cfg: cfg, causes: causes{}, fileCauses: causes{}}
	if w.report, err = gather(ctx, cfg, plans, run); err != nil {
		return nil, err
	}
	if w.gen, err = generation(ctx, cfg.Stage, w.report.Plan); err != nil {
		return nil, err
	}
	w.diffs, err = shelf.New()
	return w, err
}

func (w *writer) close() error { return w.diffs.Close() }

// shownDifferences is how many differences the page shows; the workbook has all.
const shownDifferences = 25

func (w *writer) difference(d Difference) error {
	if len(w.report.Shown) < shownDifferences {
		w.report.Shown = append(w.report.Shown, d)
	} else {
		w.report.KeptDiff = true
	}
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	w.report.Unequal++
	return w.diffs.Put(strconv.Itoa(w.report.Unequal), text)
}

// write reads entry by entry, writing the lists on the way, then the page and
// the workbook with the counts.
func (w *writer) write(files Files) (err error) {
	crosswalk, err := newCrosswalk(files.Crosswalk)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, crosswalk.abandon()) }()
	exceptions, err := newExceptions()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, exceptions.close()) }()
	for i := range w.report.Entries {
		if err := w.entry(i, crosswalk, exceptions); err != nil {
			return err
		}
	}
	for _, f := range w.report.Files {
		if err := w.files(f, crosswalk, exceptions); err != nil {
			return err
		}
	}
	w.report.Causes, w.report.FileCauses = w.causes.list(), w.fileCauses.list()
	if err := exceptions.save(files.Exceptions, w.report); err != nil {
		return err
	}
	if err := w.workbook(files.Workbook); err != nil {
		return err
	}
	if err := w.page(files.HTML); err != nil {
		return err
	}
	return crosswalk.finish()
}

func (w *writer) entry(i int, crosswalk *crosswalk, exceptions *exceptions) (err error) {
	r, err := w.readEntry(i)
	if r != nil {
		defer func() { err = errors.Join(err, r.close()) }()
	}
	if err != nil {
		return err
	}
	if err := r.writeLinks(crosswalk); err != nil {
		return err
	}
	return r.eachException(func(x *exception) error {
		w.causes.add(x)
		return exceptions.row(x)
	})
}

// exceptions is exceptions.xlsx in the making.
type exceptions struct {
	book  *xlsx.Book
	sheet *xlsx.Sheet
}

func newExceptions() (*exceptions, error) {
	book, err := xlsx.New()
	if err != nil {
		return nil, err
	}
	sheet, err := book.Sheet("Exceptions", xlsx.Column{Name: "Stream", Width: 16, Carry: true}, xlsx.Column{Name: "Source key", Width: 16, Carry: true},
		xlsx.Column{Name: "Name", Width: 30}, xlsx.Column{Name: "Bin", Width: 10}, xlsx.Column{Name: "Cause", Width: 24}, xlsx.Column{Name: "Reason", Width: 50},
		xlsx.Column{Name: "Field", Width: 20}, xlsx.Column{Name: "Value", Width: 24}, xlsx.Column{Name: "The target's words", Width: 40},
		xlsx.Column{Name: "What to do", Width: 50}, xlsx.Column{Name: "Target key", Width: 14}, xlsx.Column{Name: "Page", Width: 8},
		xlsx.Column{Name: "File of", Width: 20})
	if err != nil {
		return nil, errors.Join(err, book.Close())
	}
	return &exceptions{book, sheet}, nil
}

func (e *exceptions) row(x *exception) error {
	return e.sheet.Row(x.Stream, x.Key, x.Label, x.Bin, x.Code, x.Text, x.Field, x.Value, x.Said, x.Do, x.Target, open(x.Link), x.Belongs)
}

func open(link string) any {
	if link == "" {
		return nil
	}
	return xlsx.Cell{Value: "open", Link: link}
}

func (e *exceptions) save(path string, r *Report) error {
	if err := e.sheet.End(); err != nil {
		return err
	}
	s, err := e.book.Sheet("Causes", xlsx.Column{Name: "Stream", Width: 16}, xlsx.Column{Name: "Cause", Width: 24}, xlsx.Column{Name: "Field", Width: 20},
		xlsx.Column{Name: "Records", Width: 10}, xlsx.Column{Name: "Such as", Width: 30}, xlsx.Column{Name: "Reason", Width: 60}, xlsx.Column{Name: "What to do", Width: 60})
	if err != nil {
		return err
	}
	for _, c := range slices.Concat(r.Causes, r.FileCauses) {
		if err := s.Row(c.Stream, c.Code, c.Field, c.N, c.Examples(), c.Text, c.Do); err != nil {
			return err
		}
	}
	if err := s.End(); err != nil {
		return err
	}
	return e.book.Save(path)
}

func (e *exceptions) close() error { return e.book.Close() }
