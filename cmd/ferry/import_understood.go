package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/transform/match"
)

// printUnderstood says what was understood of the files, and what was taken where
// nobody answered.
func (im *importer) printUnderstood() {
	s := im.app.screen
	for n, l := range im.in.Layouts {
		r, name := &l.Recipe, im.in.Names()[n]
		s.say("%s%s: %s\n", name, sheetText(r), tallyText(l.Tally))
		s.emit(map[string]any{"event": "file", "file": name, "sheet": r.Sheet, "header": r.Header, "rows": l.Tally.Rows, "bins": l.Tally.Bins,
			"rules": l.Tally.Rules, "sha256": l.Tally.SHA256, "key": r.Key})
		im.printFacts(l.Facts)
		for _, q := range l.Questions {
			im.printTaken(q)
		}
	}
	if p := im.in.Proposal; p != nil {
		im.printPairs(p.Pairs)
		im.printFacts(slices.DeleteFunc(slices.Clone(p.Facts), func(f grid.Fact) bool { return f.Code == "columns-left-out" })) // the table says it
		im.printMatched(p)
	}
}

// sheetText names the sheet and its header.
func sheetText(r *sheet.Recipe) string {
	text := ""
	if r.Sheet != "" {
		text += ", sheet " + r.Sheet
	}
	if r.Table != "" {
		text += ", table " + r.Table
	}
	if len(r.Key) > 0 {
		text += ", key " + strings.Join(r.Key, " + ")
	}
	return text
}

// binNames are what rows that are no records are called.
var binNames = map[sheet.Bin]string{sheet.Header: "header", sheet.BlankRow: "blank", sheet.SkippedRow: "left out", sheet.Outside: "outside of the table", sheet.Held: "held"}

// tallyText counts the rows of a file by what becomes of them: they add up.
func tallyText(t sheet.Tally) string {
	parts := []string{plural(t.Bins[sheet.Record], "record")}
	for _, bin := range []sheet.Bin{sheet.Header, sheet.BlankRow, sheet.SkippedRow, sheet.Outside, sheet.Held} {
		if n := t.Bins[bin]; n > 0 {
			part := count(n) + " " + binNames[bin]
			if bin == sheet.SkippedRow {
				part += rulesText(t.Rules)
			}
			parts = append(parts, part)
		}
	}
	return plural(t.Rows, "row") + ": " + strings.Join(parts, ", ")
}

func rulesText(rules map[string]int) string {
	var parts []string
	for _, rule := range slices.Sorted(maps.Keys(rules)) {
		parts = append(parts, fmt.Sprintf("%s %s", count(rules[rule]), rule))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func (im *importer) printFacts(facts []grid.Fact) {
	s := im.app.screen
	for _, f := range facts {
		switch text := factText(&f); {
		case f.Code == "written-by": // for programs
		case f.Warn:
			s.warn("%s", text)
		default:
			s.say("  %s\n", text)
		}
		s.emit(map[string]any{"event": "fact", "code": f.Code, "sheet": f.Sheet, "column": f.Column, "text": f.Text, "cells": refsText(f.Cells),
			"count": f.Count, "warn": f.Warn})
	}
}

// factText is a fact with its column and its first cells, where its sentence names
// none of them itself.
func factText(f *grid.Fact) string {
	const most = 3
	text := strings.TrimSuffix(f.Text, ".")
	if f.Column != "" && !strings.Contains(text, f.Column) {
		text = f.Column + ": " + text
	}
	if len(f.Cells) == 0 || strings.Contains(f.Text, f.Cells[0].String()) {
		return text + "."
	}
	text += " (" + refsText(f.Cells[:min(most, len(f.Cells))])
	if more := max(f.Count, len(f.Cells)) - most; more > 0 {
		text += " and " + count(more) + " more"
	}
	return text + ")."
}

// printTaken says what was taken where nobody answered.
func (im *importer) printTaken(q grid.Question) {
	if q.Default == "" {
		return
	}
	im.app.screen.emit(map[string]any{"event": "taken", "id": q.ID, "text": q.Text, "value": q.Default})
	label := q.Default
	for _, c := range q.Choices {
		if c.Value == q.Default {
			label = choiceText(c)
		}
	}
	im.app.screen.say("  %s %s (other: %s)\n", takenText(&q), label, otherText(&q))
}

// takenText leads to the answer that was taken.
func takenText(q *grid.Question) string {
	if q.ID == "key" {
		return "In the next file a row is recognised by:"
	}
	return questionText(*q) + " Taken:"
}

// otherText says how to answer a question otherwise, and what may be written.
func otherText(q *grid.Question) string {
	switch q.ID {
	case "key":
		return "--key COLUMN"
	case "sheet":
		return "--sheet NAME"
	case "header":
		return "--header NUMBER"
	}
	var others []string
	for _, c := range q.Choices {
		if c.Value != q.Default {
			others = append(others, c.Value)
		}
	}
	if len(others) == 1 && !q.Free {
		return "--answer " + shellQuoted(q.ID+"="+others[0])
	}
	const most = 4
	text := "--answer " + shellQuoted(q.ID+"=...")
	switch {
	case q.Free && q.Form != "":
		return text + " with " + q.Form
	case len(others) == 0:
		return text
	case len(others) > most:
		others = append(others[:most:most], "another")
	}
	return text + " with " + anyOf(others)
}

// anyOf joins choices: a, b or c.
func anyOf(all []string) string {
	if len(all) == 1 {
		return all[0]
	}
	return strings.Join(all[:len(all)-1], ", ") + " or " + all[len(all)-1]
}

// clearing are the questions what a blank cell does: they are told in one line, and
// nobody is asked for each column.
const clearing = "clear."

// printMatched says what was taken of the columns where nobody answered.
func (im *importer) printMatched(p *match.Proposal) {
	var kept []string
	first := ""
	for _, q := range p.Questions {
		name, is := strings.CutPrefix(q.ID, clearing)
		if !is || q.Default != "keep" {
			im.printTaken(q)
			continue
		}
		im.app.screen.emit(map[string]any{"event": "taken", "id": q.ID, "text": q.Text, "value": q.Default})
		kept = append(kept, name)
		first = cmp.Or(first, name)
	}
	if len(kept) > 0 {
		im.app.screen.say("  A blank cell of %s changes nothing in a record that is there (other: --answer %s)\n", allOf(kept), shellQuoted(clearing+first+"=clear"))
	}
}

// allOf joins names: a, b and c.
func allOf(all []string) string {
	if len(all) == 1 {
		return all[0]
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

// printPairs shows which column goes where; those that hold nothing are told by
// themselves.
func (im *importer) printPairs(pairs []match.Pair) {
	s := im.app.screen
	var rows [][]string
	for _, p := range pairs {
		place := placeText(&im.in.Layouts[0].Recipe, p.Column)
		s.emit(map[string]any{"event": "pair", "column": p.Column, "place": place, "field": p.Field, "confidence": p.Confidence, "why": p.Why})
		if p.Empty {
			continue
		}
		sure := "-"
		if p.Field != "" {
			sure = fmt.Sprintf("%.0f %%", 100*p.Confidence)
		}
		rows = append(rows, []string{place, p.Column, orDash(p.Field), sure, p.Why})
	}
	s.say("\n")
	s.table([]string{"", "column", "field", ">sure", "why"}, rows)
}

// placeText says where a column stands: by the letter that cells are named with, in
// text files too, or by the number of its row where fields stand one below the other;
// "" where it has no place in the file.
func placeText(r *sheet.Recipe, column string) string {
	c := r.Find(column)
	switch {
	case c == nil || c.Place == 0:
		return ""
	case r.Turned:
		return strconv.Itoa(c.Place)
	}
	return grid.Letters(c.Place)
}
