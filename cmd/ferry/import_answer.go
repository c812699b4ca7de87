package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"ferry/cmd/ferry/internal/intake"
	"ferry/extract/connector"
	"ferry/extract/sheet"
	"ferry/extract/stage"
	"ferry/load/answer"
)

// answering says where answered files come from and go.
type answering struct {
	Copies map[string]string // paths of files that are known to be as they were read, by SHA-256
	Out    string            // "" beside the person's file
}

// answerFiles gives people their files back with what became of every row.
func (l *loader) answerFiles(ctx context.Context, p stage.Plan, o answering) (err error) {
	listing, ok, err := l.stage.Listing(ctx, l.source.Account.ID, sheet.Stream)
	if err != nil || !ok {
		return err
	}
	info, err := intake.ReadInfo(listing)
	if err != nil {
		return err
	}
	outcomes, err := l.outcomes(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, outcomes.Close()) }()
	id := importID(l.job, l.line.Account.ID) + "-" + strconv.FormatInt(listing.ID, 10)
	for n, f := range info.Files {
		original := o.Copies[f.SHA256]
		if original == "" {
			if original, err = asRead(l.stage, f); err != nil {
				l.app.screen.warn("%v", err)
				continue
			}
		}
		out := o.Out
		if n > 0 {
			out = ""
		}
		w := &answerWriter{app: l.app, file: f, original: original, id: id, out: out, vendor: l.line.Spec, stream: l.rowStream(),
			fields: fieldsOf(l.rules.Program), outcomes: outcomes, none: "not loaded"}
		w.rows = func(ctx context.Context, fn func(*stage.ListedRow) error) error {
			return l.stage.EachListed(ctx, listing, func(_ int, rows []stage.ListedRow) error {
				for i := range rows {
					if rows[i].File != n {
						continue
					}
					if err := fn(&rows[i]); err != nil {
						return err
					}
				}
				return ctx.Err()
			})
		}
		if err := w.write(ctx); err != nil {
			return err
		}
	}
	return nil
}

// rowStream is the stream of the target that a row is first of all.
func (l *loader) rowStream() string {
	for i := range l.cfg.Rules {
		if l.cfg.Rules[i].Source == sheet.Stream {
			return l.cfg.Rules[i].Target
		}
	}
	return ""
}

// asRead gives the path of a file as it was read: Ferry's copy of it, or the
// person's file where that is unchanged.
func asRead(s *stage.Stage, f intake.FileInfo) (string, error) {
	if own := keptCopy(s, f.SHA256); isRegular(own) {
		return own, nil
	}
	data, err := hashOf(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("%s is not there any more: it cannot be answered; import it again from its new place", relative(f.Path))
	case err != nil:
		return "", fmt.Errorf("%s cannot be read: it cannot be answered: %w", relative(f.Path), err)
	case hex.EncodeToString(data) != f.SHA256:
		return "", fmt.Errorf("%s was changed since it was imported: it cannot be answered; import it again", relative(f.Path))
	}
	return f.Path, nil
}

// answerWriter writes one answered file.
type answerWriter struct {
	app      *app
	file     intake.FileInfo
	original string
	id       string // of the import
	out      string // "" beside the person's file
	vendor   *connector.Spec
	stream   string
	fields   map[string]string // column to field
	outcomes *intake.Outcomes  // nil: nothing was loaded
	none     string            // the result of a record without an outcome
	check    bool              // nothing was loaded: what earlier imports loaded is known at most
	rows     func(ctx context.Context, fn func(*stage.ListedRow) error) error
}

func (w *answerWriter) write(ctx context.Context) error {
	out := w.out
	if out == "" {
		var err error
		if out, err = freeName(answeredName(w.file.Path, "")); err != nil {
			return failure(err, "give another path with --out")
		}
	}
	results := map[string]int{}
	cfg := answer.Config{
		Original: w.original, Name: w.file.Name, Out: out, Recipe: w.file.Recipe, Places: w.file.Places, Title: w.vendor.Title, Mark: w.mark(),
		Rows: func(yield func(*answer.Row) error) error {
			return w.rows(ctx, func(r *stage.ListedRow) error {
				row, ok, err := w.answer(r)
				if err != nil || !ok {
					return err
				}
				return yield(row)
			})
		},
	}
	err := cfg.Rows(func(r *answer.Row) error { results[r.Result]++; return nil })
	if err != nil {
		return err
	}
	cfg.Summary = w.summary(results, "Mend the marked cells and import this file")
	done, err := answer.Write(ctx, cfg)
	if _, ok := errors.AsType[*answer.Unsuitable](err); ok {
		cfg.Summary = w.summary(results, "Mend the cells that the sheet Rows names in "+w.file.Name+", and import that file")
		if cfg.Out, err = w.besidePath(); err == nil {
			done, err = answer.Beside(ctx, cfg)
		}
	}
	if err != nil {
		return failure(fmt.Errorf("the answered file: %w", err), "give another path with --out; what was loaded stays")
	}
	w.app.screen.value("\nAnswered file: %s\n", relative(done.Path))
	w.app.screen.emit(map[string]any{"event": "answered", "path": done.Path, "rows": done.Rows, "bad_cells": done.Bad, "results": results})
	return nil
}

// besidePath is the path of answers that the person's file cannot carry: a workbook
// of their own.
func (w *answerWriter) besidePath() (string, error) {
	switch ext := filepath.Ext(w.out); {
	case w.out == "":
		return freeName(answeredName(w.file.Path, ".xlsx"))
	case strings.EqualFold(ext, ".xlsx"):
		return w.out, nil
	default:
		return freeName(strings.TrimSuffix(w.out, ext) + ".xlsx")
	}
}

// mark says by what an answered workbook is recognised.
func (w *answerWriter) mark() sheet.Mark {
	m := sheet.Mark{Kind: sheet.MarkAnswer, Import: w.id, Vendor: w.vendor.Vendor, Stream: w.stream, Made: time.Now().UTC().Format(time.RFC3339),
		Version: sheet.MarkVersion, Fields: map[string]string{}, Sheet: w.file.Recipe.Sheet}
	if n := len(w.file.Recipe.Header); n > 0 {
		m.Header = w.file.Recipe.Header[n-1]
	}
	for i := range w.file.Recipe.Columns {
		c := &w.file.Recipe.Columns[i]
		if path, ok := w.fields[c.Name]; ok && !c.Ours {
			m.Fields[c.Header] = path
		}
	}
	return m
}

// summary is what stands at the top of the answered workbook; mend says what to do
// about what is wrong.
func (w *answerWriter) summary(results map[string]int, mend string) []answer.Line {
	into, next := "Loaded into", mend+" again: only the rows that are not done are loaded."
	if w.check {
		into, next = "Checked for", "Nothing was loaded. "+mend+": only the rows that are not done are loaded."
	}
	lines := []answer.Line{
		{Label: "File", Text: w.file.Name},
		{Label: into, Text: strings.TrimSpace(w.vendor.Title + " " + w.stream)},
		{Label: "Answered", Text: time.Now().Local().Format("2 January 2006 15:04")},
	}
	for _, result := range byCount(results) {
		lines = append(lines, answer.Line{Label: result, Text: plural(results[result], "row")})
	}
	return append(lines, answer.Line{Label: "What next", Text: next})
}

// answeredName is the name of an answered file beside the person's; ending "" is
// that of the person's file.
func answeredName(path, ending string) string {
	ext := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ext)
	if at := strings.LastIndex(filepath.Base(stem), ".answered"); at >= 0 {
		rest := filepath.Base(stem)[at+len(".answered"):]
		if _, err := strconv.Atoi(strings.TrimPrefix(rest, "-")); rest == "" || err == nil {
			stem = stem[:len(stem)-len(rest)-len(".answered")]
		}
	}
	if ending == "" {
		ending = ext
	}
	return stem + ".answered" + ending
}

// freeName gives a path where nothing is yet, with a number where something is.
func freeName(path string) (string, error) {
	ext := filepath.Ext(path)
	for n := 1; ; n++ {
		name := path
		if n > 1 {
			name = strings.TrimSuffix(path, ext) + "-" + strconv.Itoa(n) + ext
		}
		_, err := os.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			return name, nil
		}
		if err != nil {
			return "", fmt.Errorf("no place for the answered file: %w", err)
		}
	}
}
