package column

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// mostPlaces is how many cells a fact names.
const mostPlaces = 10

// places counts cells and keeps where the first of them stand.
type places struct {
	count int
	refs  []grid.Ref
}

// spot is where the cell in hand stands. times is 1, or how many cells are counted
// with it that say the same: all lists of places are full by then.
type spot struct {
	grid.Ref
	times int
}

func (p *places) add(at *spot) {
	if p.count += at.times; p.count <= mostPlaces {
		p.keep(at)
	}
}

// keep stands apart so that what each cell costs is a sum.
func (p *places) keep(at *spot) { p.refs = append(p.refs, at.Ref) }

// join puts the cells of several together, in the order of rows.
func join(all ...places) (sum places) {
	for _, p := range all {
		sum.count += p.count
		sum.refs = append(sum.refs, p.refs...)
	}
	slices.SortStableFunc(sum.refs, func(a, b grid.Ref) int {
		return cmp.Or(cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Row, b.Row))
	})
	sum.refs = sum.refs[:min(len(sum.refs), mostPlaces)]
	return sum
}

// list names the first cells in brackets: (B7, B19, B203 and 12 more); "" where
// there is none.
func (p places) list() string {
	const most = 3
	if len(p.refs) == 0 {
		return ""
	}
	var names []string
	for _, at := range p.refs[:min(most, len(p.refs))] {
		names = append(names, at.String())
	}
	text := " (" + strings.Join(names, ", ")
	if more := p.count - len(names); more > 0 {
		text += " and " + strconv.Itoa(more) + " more"
	}
	return text + ")"
}

// cells gives "1 cell" or "12 cells".
func cells(n int) string { return several(n, "cell", "cells") }

func several(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// are gives the verb for a number of cells.
func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
