package main

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/sync/errgroup"

	"ferry/extract/sheet/grid"
)

// What a file of the folder may cost, and how many must be exact.
const (
	mostSheetTime   = 10 * time.Second
	mostSheetMemory = 512.0 // MiB, of all processes
	leastExact      = 0.97
)

// measureSheets reads every file of a folder of real spreadsheets.
func measureSheets(ctx context.Context, b *bench) ([]line, error) {
	what := "real spreadsheets and text files"
	folder := os.Getenv("FERRY_SHEETS")
	if folder == "" {
		return nil, errors.New("FERRY_SHEETS does not name the folder of real spreadsheets")
	}
	office, err := newLibreOffice(b.keep, b.temp)
	if err != nil {
		return nil, err
	}
	files, err := sheetFiles(folder, b)
	if err != nil {
		return nil, err
	}
	reports, err := b.readFolder(ctx, files)
	if err != nil {
		return nil, err
	}
	if err := compareWithOffice(ctx, b, office, reports); err != nil {
		return nil, err
	}
	return sheetLines(what, reports, b), nil
}

func sheetFiles(folder string, b *bench) (files []string, err error) {
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && filepath.Dir(path) != filepath.Clean(folder) {
			files = append(files, path)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("there is no file in a folder of %s", folder)
	}
	if b.quick {
		files = slices.DeleteFunc(files, func(path string) bool { return len(path)%10 != 0 })
	}
	return files, err
}

// fileReport is how one file went.
type fileReport struct {
	path    string
	seen    seenFile
	cost    string // "" within the bounds
	lost    string // "" nothing
	wrong   string // why a refusal, or a reading, was wrong; "" it was right
	office  bool   // LibreOffice converts it
	exact   bool
	differs []string
}

// readFolder reads the files side by side, a process of its own each.
func (b *bench) readFolder(ctx context.Context, files []string) ([]*fileReport, error) {
	reports := make([]*fileReport, len(files))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, runtime.NumCPU()/2))
	var done sync.Mutex
	n := 0
	for i, path := range files {
		group.Go(func() error {
			r, err := b.readOne(ctx, path)
			done.Lock()
			defer done.Unlock()
			reports[i] = r
			if n++; n%50 == 0 {
				b.log("%d of %d files read", n, len(files))
			}
			return err
		})
	}
	return reports, group.Wait()
}

func (b *bench) readOne(ctx context.Context, path string) (*fileReport, error) {
	r := &fileReport{path: path}
	f, err := run(ctx, command{Path: b.self, Args: []string{"sheet-cells", "-ferry", b.ferry, path}, Tree: true})
	if err != nil {
		return r, err
	}
	if f.Exit != 0 {
		r.cost = fmt.Sprintf("exit %d: %s", f.Exit, f.tail())
		return r, nil
	}
	if err := gob.NewDecoder(bytes.NewReader(f.Stdout)).Decode(&r.seen); err != nil {
		return r, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	if f.Wall() > mostSheetTime || !(f.PeakRSS <= mostSheetMemory) {
		r.cost = fmt.Sprintf("%.1f s, %.0f MiB", seconds(f.Wall()), f.PeakRSS)
	}
	if r.lost, err = dishonest(path, r.seen); err != nil {
		return r, err
	}
	r.wrong, err = wrongly(path, r.seen)
	return r, err
}

// wrongly judges by the first bytes and the name whether a file had to be read,
// or refused and for what cause.
func wrongly(path string, seen seenFile) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if seen.Other != "" {
		return seen.Other, nil
	}
	refused := seen.Cause != ""
	if refused && (seen.Why == "" || seen.Do == "") {
		return "refused without a reason or without what to do", nil
	}
	causes := causesOf(path, data)
	switch {
	case causes == nil && refused && !isZip(data):
		return "refused as " + seen.Cause + ": " + seen.Why, nil
	case causes != nil && !refused:
		return "read, and not refused as " + strings.Join(causes, " or "), nil
	case causes != nil && !slices.Contains(causes, seen.Cause):
		return "refused as " + seen.Cause + ", and not as " + strings.Join(causes, " or "), nil
	}
	return "", nil
}

func isZip(data []byte) bool { return bytes.HasPrefix(data, []byte("PK")) }

// causesOf gives the causes for which a file must be refused; none: it may be read.
func causesOf(path string, data []byte) []string {
	name := filepath.Base(path)
	switch {
	case len(data) == 0:
		return []string{"empty"}
	case strings.HasPrefix(name, "~$"):
		return []string{"lock"}
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return []string{"old-excel", "protected", "other", "broken", "cut"}
	case isZip(data) && (bytes.Contains(data, []byte("xl/workbook.bin")) || bytes.Contains(data, []byte("mimetypeapplication/vnd.oasis"))):
		return []string{"other", "protected"}
	}
	return nil
}

// compareWithOffice holds what was read against what LibreOffice holds.
func compareWithOffice(ctx context.Context, b *bench, office *libreOffice, reports []*fileReport) error {
	var inputs []officeInput
	var of []*fileReport
	for _, r := range reports {
		if in, ok := officeInputOf(r); ok {
			inputs, of = append(inputs, in), append(of, r)
		}
	}
	made, err := office.convert(ctx, inputs, b.log)
	if err != nil {
		return err
	}
	for i, r := range of {
		if made[i] == "" {
			continue
		}
		f, err := os.Open(made[i])
		if err != nil {
			return err
		}
		sheets, err := readFODS(f)
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(r.path), err)
		}
		r.office = true
		file, end := storedIn(r)
		r.differs = differences(r.seen, sheets, file)
		end()
		r.exact = len(r.differs) == 0
	}
	return nil
}

// storedIn opens a workbook with excelize; of what it cannot open nothing is known.
func storedIn(r *fileReport) (file stored, end func()) {
	nothing := func(string, int, int) (string, bool) { return "", false }
	if r.seen.Format != "workbook" {
		return nothing, func() {}
	}
	book, err := excelize.OpenFile(r.path)
	if err != nil {
		return nothing, func() {}
	}
	return func(sheet string, row, column int) (string, bool) {
		raw, err := book.GetCellValue(sheet, grid.Ref{Row: row, Column: column}.String(), excelize.Options{RawCellValue: true})
		return raw, err == nil
	}, func() { _ = book.Close() }
}

// officeInputOf says how LibreOffice is to read a file: a text file by the dialect
// that was found, for it has no way to find it, all columns as text. Formats that
// Ferry rightly refuses are not compared.
func officeInputOf(r *fileReport) (officeInput, bool) {
	data, err := os.ReadFile(r.path)
	if err != nil || causesOf(r.path, data) != nil {
		return officeInput{}, false
	}
	if r.seen.Format != "text" || r.seen.Dialect == nil {
		return officeInput{Path: r.path}, r.seen.Format != "markup"
	}
	filter, ok := officeFilter(*r.seen.Dialect, r.seen.Sheets)
	return officeInput{Path: r.path, Filter: filter}, ok
}

func differences(seen seenFile, theirs []fodsSheet, file stored) (all []string) {
	if seen.Cause != "" {
		return []string{"refused as " + seen.Cause + ": " + seen.Why}
	}
	for i, s := range seen.Sheets {
		at := slices.IndexFunc(theirs, func(t fodsSheet) bool { return t.Name == s.Name })
		if at < 0 && len(theirs) == len(seen.Sheets) {
			at = i
		}
		switch {
		case s.Why != "":
			all = append(all, s.Name+" refused: "+s.Why)
		case at < 0:
			all = append(all, s.Name+" is not there in LibreOffice")
		default:
			if n, first := differing(s, theirs[at], file); n > 0 {
				all = append(all, fmt.Sprintf("%d cells differ: %s", n, strings.Join(first, "; ")))
			}
		}
	}
	return all
}

func sheetLines(what string, reports []*fileReport, b *bench) []line {
	var honest, bounded, right, office, exact int
	for _, r := range reports {
		name := filepath.Join(filepath.Base(filepath.Dir(r.path)), filepath.Base(r.path))
		count := func(n *int, complaint, kind string) {
			if complaint == "" {
				*n++
			} else {
				b.log("%s: %s: %s", kind, name, complaint)
			}
		}
		count(&honest, r.lost, "not honest")
		count(&bounded, r.cost, "over the bounds")
		count(&right, r.wrong, "wrong")
		if r.office {
			office++
			count(&exact, strings.Join(r.differs, " | "), "not exact")
		}
	}
	all := len(reports)
	some := func(claim string, n, of int, least float64) line {
		return line{What: fmt.Sprintf("%d %s", of, what), Must: claim, Pass: of > 0 && float64(n) >= least*float64(of),
			Shown: fmt.Sprintf("%d of %d (%.1f %%)", n, of, 100*float64(n)/float64(max(1, of)))}
	}
	return []line{
		some("honest on all", honest, all, 1),
		some("opened or refused for the right reason on all", right, all, 1),
		some("under 10 s and 512 MiB on all", bounded, all, 1),
		some("exact on at least 97 % of those that LibreOffice converts", exact, office, leastExact),
	}
}
