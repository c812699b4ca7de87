package main

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ferry/cmd/ferry/internal/intake"
	"ferry/cmd/ferry/internal/job"
	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/extract/stage"
)

// rowExplainer follows one row of an imported file through every step.
type rowExplainer struct {
	app     *app
	job     *job.Job
	stage   *stage.Stage
	account string // of the source
	names   *rowNames
	listing stage.Listing
	info    intake.Info
}

// explainRow explains the row that a person means by its number or by its key. ok
// is false where the source is none of files, or nothing of it was listed yet.
func (a *app) explainRow(ctx context.Context, j *job.Job, st *stage.Stage, account, text string) (ok bool, err error) {
	listing, ok, err := st.Listing(ctx, account, sheet.Stream)
	if err != nil || !ok {
		return false, err
	}
	x := &rowExplainer{app: a, job: j, stage: st, account: account, listing: listing}
	if x.info, err = intake.ReadInfo(listing); err != nil {
		return true, err
	}
	if x.names, err = readRowNames(ctx, st, account); err != nil {
		return true, err
	}
	row, listed, err := x.find(ctx, text)
	if err != nil {
		return true, err
	}
	key := record.Key(text)
	if listed {
		key = row.Key
		if err := x.tell(ctx, &row); err != nil {
			return true, err
		}
	}
	staged, err := x.tellStaged(ctx, key, listed)
	if err != nil {
		return true, err
	}
	if !listed && !staged {
		return true, failure(fmt.Errorf("no row of %s is called %s", strings.Join(x.names.files, ", "), text),
			"name a row by its number, such as 12, or by what its key column says")
	}
	if key == "" {
		return true, nil
	}
	if err := a.printMapped(ctx, st, account, sheet.Stream, key); err != nil {
		return true, err
	}
	return true, a.printLoaded(ctx, st, j, account, sheet.Stream, key)
}

// rowNumber is a row by its number, as people and Ferry's own sentences say it.
var rowNumber = regexp.MustCompile(`^(row |line )?([1-9][0-9]*)\b`)

// find finds the row that a text means: a key, else the number of a row, or its place
// as Ferry tells it ("row 15 of sheet May"). Of rows with one key the one that was
// taken is meant.
func (x *rowExplainer) find(ctx context.Context, text string) (row stage.ListedRow, ok bool, err error) {
	number := 0
	parts := rowNumber.FindStringSubmatch(text)
	if parts != nil {
		number, _ = strconv.Atoi(parts[2]) // too many digits: no row
	}
	var byKey, byNumber []stage.ListedRow
	err = x.stage.EachListed(ctx, x.listing, func(_ int, rows []stage.ListedRow) error {
		for _, r := range rows {
			switch {
			case r.Key == record.Key(text):
				byKey = append(byKey, r)
			case r.Number == number && (parts[0] == text || x.names.of(&r) == text):
				byNumber = append(byNumber, r)
			}
		}
		return ctx.Err()
	})
	switch {
	case err != nil:
		return row, false, err
	case len(byKey) > 0:
		taken := slices.IndexFunc(byKey, func(r stage.ListedRow) bool { return r.Bin == stage.ListedRecord })
		return byKey[max(taken, 0)], true, nil
	case len(byNumber) == 0:
		return row, false, nil
	}
	// A record of an earlier file may be called so, whose row is no longer listed.
	if _, _, earlier, err := x.stage.Record(ctx, x.account, sheet.Stream, record.Key(text)); err != nil || earlier {
		return row, false, err
	}
	if len(byNumber) > 1 {
		var places []string
		for i := range byNumber {
			places = append(places, strconv.Quote(x.names.of(&byNumber[i])))
		}
		return row, false, usageError(fmt.Sprintf("%s is there %d times", text, len(byNumber)), "say which: "+anyOf(places))
	}
	return byNumber[0], true, nil
}

// tell shows a row as it stands in its file, what became of it, and what is wrong.
func (x *rowExplainer) tell(ctx context.Context, r *stage.ListedRow) error {
	s, f := x.app.screen, &x.info.Files[r.File]
	name := x.names.of(r)
	if r.Key != "" && cellsKey.FindString(string(r.Key)) != string(r.Key) {
		name = fmt.Sprintf("%s (%s)", r.Key, name)
	}
	s.value("Row      %s\n", name)
	where := f.Name
	if r.Sheet != "" {
		where += ", sheet " + r.Sheet
	}
	s.value("File     %s, read %s\n", where, moment(x.listing.Ended, time.Now()))
	s.value("Became   %s\n", becameText(x.names.inWords(r.Why), r))
	if r.Do != "" {
		s.value("         -> %s\n", r.Do)
	}
	s.emit(map[string]any{"event": "row", "file": f.Name, "sheet": r.Sheet, "row": r.Number, "key": r.Key, "bin": r.Bin, "rule": r.Rule, "why": r.Why, "do": r.Do})
	for _, c := range r.Cells {
		word, place, column := "Wrong   ", grid.Ref{Row: r.Number, Column: c.Column, Line: f.Recipe.Text != nil}.String(), f.HeaderAt(r.Sheet, c.Column)
		if c.Warn {
			word = "Warning "
		}
		if column != "" {
			place += " " + column
		}
		s.value("%s %s: %s\n", word, place, c.Note)
		s.emit(map[string]any{"event": "mistake", "cell": place, "column": column, "kind": c.Kind, "note": c.Note, "warn": c.Warn})
	}
	return x.printCells(ctx, r)
}

// listedWords are the bins of rows as people read them.
var listedWords = map[string]string{string(sheet.Record): "a record", string(sheet.Held): "held back, not loaded", string(sheet.SkippedRow): "left out",
	string(sheet.Header): "a header", string(sheet.BlankRow): "blank", string(sheet.Outside): "outside of the table"}

// becameText says what became of a row.
func becameText(why string, r *stage.ListedRow) string {
	text := cmp.Or(listedWords[r.Bin], r.Bin)
	switch {
	case why != "":
		text += ": " + why
	case len(r.Cells) > 0 && sheet.Bin(r.Bin) == sheet.Held:
		text += ": not every cell fits"
	case sheet.Bin(r.Bin) == sheet.SkippedRow && r.Rule != "":
		text += ": " + r.Rule
	}
	return text
}

// tellStaged tells of the record that is staged under a key: of a row that is held
// now, the one that an earlier file gave.
func (x *rowExplainer) tellStaged(ctx context.Context, key record.Key, listed bool) (bool, error) {
	r, from, ok, err := x.stage.Record(ctx, x.account, sheet.Stream, key)
	if err != nil || !ok {
		return false, err
	}
	run, _, err := x.stage.Run(ctx, from.Run)
	if err != nil {
		return true, err
	}
	s := x.app.screen
	if listed {
		s.value("\n")
	} else {
		s.value("Row      %s, of an earlier file\n", key)
	}
	if run.ID > 0 {
		s.value("Staged   in run %d, started %s\n", run.ID, moment(run.Started, time.Now()))
	}
	s.emit(map[string]any{"event": "record", "key": r.Key, "hash": fmt.Sprintf("%016x", r.Hash), "run": run.ID, "read_at": from.ReadAt})
	if listed {
		return true, nil
	}
	spec, err := x.job.Source.Spec.Stream(sheet.Stream)
	if err != nil {
		return true, err
	}
	return true, x.app.printColumns(spec, r, "as it stood in the file")
}
