package workbook

import (
	"fmt"

	"ferry/extract/sheet/grid"
)

// mostCells is how many cells prove a fact.
const mostCells = 10

// sights is what a walk has seen that is told at its end, and its scratch space.
type sights struct {
	value, text, padded, formula []byte
	rich                         richText
	shared                       map[string]bool // shared formulas: whether they point outside

	uncomputed, outside, unseen, unreadable sight

	// Cells far from the others.
	rows, afterGap int // rows with something in them; those since the last large gap
	last           int // number of the row before
	gap            grid.Ref
	widest, second int      // columns
	reach          int      // rows that reach the widest
	far            grid.Ref // first cell in the widest
}

// sight counts cells of a kind, and keeps the first.
type sight struct {
	count int
	cells []grid.Ref
}

func (s *sight) add(row, column int) {
	if s.count++; len(s.cells) < mostCells {
		s.cells = append(s.cells, grid.Ref{Row: row, Column: column})
	}
}

func (s *sights) share(id string, outside bool) {
	const most = 1 << 16
	if s.shared == nil {
		s.shared = map[string]bool{}
	}
	if outside && len(s.shared) < most {
		s.shared[id] = true
	}
}

func (s *sights) cell(column, row int, c *grid.Cell) {
	if c.Flags&(grid.NoCache|grid.External|grid.Unseen) == 0 {
		return
	}
	if c.Is(grid.NoCache) {
		s.uncomputed.add(row, column)
	}
	if c.Is(grid.External) {
		s.outside.add(row, column)
	}
	if c.Is(grid.Unseen) {
		s.unseen.add(row, column)
	}
}

// How far a cell is from the others that is said to stand alone, and how many of
// them there may be.
const (
	farDown  = 1000
	farRight = 100
	fewAlone = 3
)

// row takes the number and the cells of a row with something in it.
func (s *sights) row(number int, cells []grid.Cell) {
	width := len(cells)
	s.rows++
	s.afterGap++
	if number > s.last+farDown && s.last > 0 {
		s.gap, s.afterGap = grid.Ref{Row: number, Column: width}, 1
	}
	s.last = number
	switch {
	case width > s.widest:
		s.second, s.widest, s.reach = s.widest, width, 1
		s.far = grid.Ref{Row: number, Column: width}
		if near := nearest(cells); near > s.second {
			s.second = near
		}
	case width == s.widest:
		s.reach++
	default:
		s.second = max(s.second, width)
	}
}

// nearest gives the column of the last cell but one that holds something.
func nearest(cells []grid.Cell) int {
	for i := len(cells) - 1; i > 0; i-- {
		if cells[i-1].Kind != grid.Blank {
			return i
		}
	}
	return 0
}

// stray gives the cells that stand alone far from the others.
func (s *sights) stray() (cells []grid.Ref) {
	if s.gap.Row > 0 && s.afterGap <= fewAlone && s.afterGap < s.rows {
		cells = append(cells, s.gap)
	}
	if s.reach > 0 && s.reach <= fewAlone && s.rows > s.reach && s.widest > s.second+farRight && s.far != s.gap {
		cells = append(cells, s.far)
	}
	return cells
}

// tell writes down what was seen.
func (w *walk) tell() {
	s := &w.sights
	say := func(code, text string, count int, cells []grid.Ref, warn bool) {
		w.tail.Facts = append(w.tail.Facts, grid.Fact{Code: code, Sheet: w.tab.Name, Text: text, Count: count, Cells: cells, Warn: warn})
	}
	seen := func(code, one, many string, what *sight, warn bool) {
		if what.count > 0 {
			say(code, plural(what.count, one, many), what.count, what.cells, warn)
		}
	}
	seen("no-cache", "cell has a formula that was never computed: open the file in Excel and save it.",
		"cells have formulas that were never computed: open the file in Excel and save it.", &s.uncomputed, true)
	seen("external", "cell takes its value from another workbook: the value last seen is read.",
		"cells take their values from other workbooks: the values last seen are read.", &s.outside, false)
	seen("unseen", "cell is shown so that nobody sees it (hidden by its format, or in the colour of its ground): it is read.",
		"cells are shown so that nobody sees them (hidden by their format, or in the colour of their ground): they are read.", &s.unseen, false)
	seen("unreadable", "cell has a value that the file does not hold.", "cells have values that the file does not hold.", &s.unreadable, true)
	if cells := s.stray(); len(cells) > 0 {
		say("stray-cell", "Something stands alone, far from the other cells.", len(cells), cells, true)
	}
	if w.tail.Last == grid.MaxRows || w.tail.Last == oldMaxRows {
		say("row-limit", fmt.Sprintf("The sheet ends in row %d, the last that Excel (or an older one) can hold: what was exported into it was probably cut there.", w.tail.Last), w.tail.Last, nil, true)
	}
	if n := len(w.tail.Notes); n > 0 {
		say("notes", plural(n, "cell has a note.", "cells have notes."), n, firstCells(w.tail.Notes), false)
	}
	if n := w.tail.Pictures; n > 0 {
		say("pictures", plural(n, "picture lies on the sheet; it is not loaded.", "pictures lie on the sheet; they are not loaded."), n, nil, false)
	}
	if n := w.notes.dropped; n > 0 {
		say("links-dropped", plural(n, "note or link more than Ferry keeps is left out.", "notes and links more than Ferry keeps are left out."), n, nil, true)
	}
}

// oldMaxRows is where Excel ended up to version 2003.
const oldMaxRows = 65_536
