package main

import (
	"cmp"
	"fmt"

	"ferry/cmd/ferry/internal/intake"
	"ferry/cmd/ferry/internal/job"
	"ferry/extract"
	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/transform/check"
)

// printChecked shows what is wrong, by kind and column.
func (im *importer) printChecked() {
	s := im.app.screen
	for n, r := range im.checked.Reports {
		name := im.in.Names()[n]
		s.value("\n%s: %s\n", name, goodText(r))
		if im.in.Layouts[n].Recipe.Text != nil {
			asLines(r)
		}
		for i := range r.Findings {
			im.printFinding(name, &r.Findings[i])
		}
		im.printUnloaded(name, im.checked.Unloaded[n])
		im.printDoubles(name, r)
		im.printAlike(name, im.checked.Alike[n], im.checked.Alikes[n])
		s.emit(map[string]any{"event": "checked", "file": name, "good": r.Good, "bad": r.Bad, "skipped": r.Skipped, "doubles": r.DoubleCount})
	}
	im.app.ending.Bins = map[string]int{"good": im.checked.Good, "bad": im.checked.Bad, "skipped": im.checked.Skipped}
}

// goodText counts the rows of a file by whether they may be loaded.
func goodText(r *check.Report) string {
	held := r.Tally.Bins[sheet.Held]
	if r.Good+r.Bad+r.Skipped+held == 0 {
		return "there is no row to import"
	}
	return fmt.Sprintf("%s good, %s with a mistake%s%s", plural(r.Good, "row"), count(r.Bad), heldText(held), skippedText(r.Skipped))
}

// asLines has whole rows of a text file called lines.
func asLines(r *check.Report) {
	lines := func(refs []grid.Ref) {
		for i := range refs {
			refs[i].Line = true
		}
	}
	for i := range r.Findings {
		lines(r.Findings[i].Cells)
	}
	for i := range r.Doubles {
		lines(r.Doubles[i].Rows)
	}
}

// heldText counts rows that are no record as they stand.
func heldText(n int) string {
	if n == 0 {
		return ""
	}
	return ", " + count(n) + " not whole"
}

func skippedText(n int) string {
	if n == 0 {
		return ""
	}
	return ", " + count(n) + " left out by the mapping"
}

func (im *importer) printFinding(file string, f *check.Finding) {
	s, show := im.app.screen, max(im.o.Show, 1)
	where := cmp.Or(f.Column, "the row")
	if f.Field != "" && f.Field != f.Column {
		where += " -> " + f.Field
	}
	word := "error"
	if f.Warn {
		word = "warning"
	}
	s.value("  %s, %s: %s in %s; such as %s\n", word, where, f.Why, plural(f.Rows, "row"), refsText(f.Cells[:min(len(f.Cells), show)]))
	for _, v := range f.Values[:min(len(f.Values), show)] {
		text := fmt.Sprintf("    %s (%s)", v.Text, plural(v.Count, "row"))
		if v.Suggest != "" {
			text += ": did they mean " + v.Suggest + "?"
		}
		s.value("%s\n", text)
	}
	if more := len(f.Values) - show + f.More; more > 0 && len(f.Values) > 0 {
		s.value("    and %s more\n", count(more))
	}
	if f.Do != "" {
		s.value("  -> %s\n", f.Do)
	}
	s.emit(map[string]any{"event": "finding", "file": file, "kind": f.Kind, "column": f.Column, "field": f.Field, "why": f.Why, "do": f.Do,
		"warn": f.Warn, "rows": f.Rows, "cells": refsText(f.Cells), "values": f.Values})
}

// printUnloaded names, for programs, each cell whose field another has filled: people
// are told of them by column.
func (im *importer) printUnloaded(file string, cells []intake.Unloaded) {
	for _, c := range cells {
		im.app.screen.emit(map[string]any{"event": "unloaded", "file": file, "column": c.Column, "field": c.Field, "sheet": c.Cell.Sheet,
			"cell": c.Cell.String(), "kept": c.Kept.String()})
	}
}

func (im *importer) printDoubles(file string, r *check.Report) {
	s := im.app.screen
	if r.DoubleCount == 0 {
		return
	}
	s.value("  %s given to several rows:\n", plural(r.DoubleCount, "key"))
	for n, d := range r.Doubles {
		if n < max(im.o.Show, 1) {
			what := "they differ"
			if d.Equal {
				what = "they say the same"
			}
			s.value("    %s: %s\n", refsText(d.Rows), what)
		}
		s.emit(map[string]any{"event": "double", "file": file, "rows": refsText(d.Rows), "equal": d.Equal})
	}
}

// printAlike lists rows that may be one record in several spellings: before each of
// them makes one.
func (im *importer) printAlike(file string, groups []intake.Alike, n int) {
	s := im.app.screen
	if n == 0 {
		return
	}
	s.value("  %s in several spellings: each row makes a record of its own\n", plural(n, "name"))
	for i, g := range groups {
		if i < max(im.o.Show, 1) {
			s.value("    %s\n", refsText(g.Rows))
		}
		s.emit(map[string]any{"event": "alike", "file": file, "column": g.Column, "rows": refsText(g.Rows)})
	}
	s.value("  -> keep one row of each, or leave them where they are different\n")
}

// printListed says what is new since the last file. Both are compared row by row: what
// is new to the last file may be in the target by one before it.
func (im *importer) printListed(sum extract.RowsSummary) {
	s := im.app.screen
	s.emit(map[string]any{"event": "listed", "since": sum.Since, "rows": sum.Rows, "bins": sum.Bins, "new": sum.New, "again": sum.Again, "changed": sum.Changed,
		"unchanged": sum.Unchanged, "missing": sum.Missing})
	if sum.Since.IsZero() {
		s.say("\n%s staged, the first of this kind\n", plural(sum.New, "record"))
		return
	}
	if sum.Spared > 0 {
		s.warn("%s no longer listed, but left as they are: rows that are held without a key may be theirs", plural(sum.Spared, "record"))
	}
	silent := im.job.Source.Sheet.Missing == job.MissingIgnore
	text := fmt.Sprintf("since %s: %s new%s, %s changed, %s unchanged", sum.Since.Local().Format("2 January 2006 15:04"), count(sum.New),
		againText(sum.Again), count(sum.Changed), count(sum.Unchanged))
	if !silent {
		text += ", " + count(sum.Missing) + " no longer listed"
	}
	s.say("\n%s\n", text)
	if silent {
		return
	}
	for n, g := range sum.Gone {
		if n < max(im.o.Show, 1) {
			place := grid.Ref{Row: g.Number, Line: im.in.Layouts[0].Recipe.Text != nil}.String() + " of the last file"
			if cellsKey.FindString(string(g.Key)) != string(g.Key) {
				place = string(g.Key) + ", " + place
			}
			s.say("  no longer listed: %s\n", place)
		}
		s.emit(map[string]any{"event": "gone", "key": g.Key, "sheet": g.Sheet, "row": g.Number})
	}
	if more := sum.Missing - max(im.o.Show, 1); more > 0 {
		s.say("  and %s more\n", count(more))
	}
}

// againText tells how many new rows an earlier file has loaded.
func againText(n int) string {
	if n == 0 {
		return ""
	}
	return " (" + count(n) + " of them loaded before)"
}

// printCounted says what the tables count that follow: what earlier files have loaded
// stays among the records where this one is an answered file.
func (im *importer) printCounted(records, staged int) {
	if staged <= records {
		return
	}
	im.app.screen.say("\nThe tables that follow count %s: %s of this import, and %s loaded before.\n", plural(staged, "record"), count(records), count(staged-records))
}

// closing says what else can be done with an import without a job.
func (im *importer) closing(err error) {
	if im.to == nil || err != nil && !isSoft(err) || im.app.flags.DryRun {
		return
	}
	path := relative(im.job.Path)
	im.app.screen.say("\nTo take it back: ferry undo %s   to see it: ferry status %s, ferry report %s\n", path, path, path)
	im.app.screen.emit(map[string]any{"event": "job", "name": im.job.Name, "path": im.job.Path})
}
