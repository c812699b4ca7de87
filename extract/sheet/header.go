package sheet

import (
	"slices"

	"ferry/extract/sheet/grid"
)

// heading is what was found out about the header of a block of rows.
type heading struct {
	rows   []int // indexes into the rows that were looked at; none: there is no header
	sure   bool
	above  bool   // rows above it fill the width too
	coded  bool   // it speaks by codes or a year alone: X1, 2021
	likely bool   // of coded: its words are made otherwise than those below
	why    string // no row is one
	doubt  bool   // of why: the first row has names all the same
	typed  []int  // columns that mostly hold numbers, dates and the like below it
	known  float64
	width  int // cells that a row usually fills
	extras []extra
}

// Bounds of the search for a header.
const (
	headerDepth = 40 // rows with something in them that are tried
	belowDepth  = 30 // rows below that are compared
	fewWords    = 0.7
	enough      = 0.3 // share of known names, from which on a row speaks for itself
)

// findHeader looks for the header among rows, all of which hold something: the row
// that fills the width, in words that differ, above columns of another kind, or in
// words that headers are known to have.
func findHeader(rows []grid.Row) heading {
	h := heading{width: usualWidth(rows)}
	best, bestScore := -1, 0.0
	var bestLook headerLook
	for i := 0; i < len(rows) && i < headerDepth; i++ {
		look := lookAtHeader(rows, i)
		if score, ok := look.score(h.width, i); ok && score > bestScore && (i == 0 || i < len(rows)-1) {
			best, bestScore, bestLook = i, score, look
		}
	}
	if best < 0 || h.width < 2 && best > 0 { // a single column has no preamble that could be told from data
		h.typed = typedColumns(rows, 0)
		h.sure = len(h.typed) > 0
		h.why, h.doubt = whyNone(rows)
		return h
	}
	h.known, h.typed = bestLook.known, bestLook.typed
	switch {
	case bestLook.speaks():
		h.coded = bestLook.coded()
		h.likely = bestLook.alike < 0.5
		h.sure = !h.coded
	case len(h.typed) > 0: // it holds values where those below hold values
		h.sure = true
		h.why, h.doubt = whyNone(rows)
		return h
	case 2*bestLook.repeats >= bestLook.cells: // they stand below as well, as data does
		h.sure = true
		h.why = "No row reads like a header: the words of the first stand in rows below as well, as data does."
		return h
	default:
		// Words above words of the same make may be data as well.
		h.likely = bestLook.alike < 0.5
		h.coded = 2*bestLook.codes >= bestLook.cells
		h.sure = best == 0 && !h.coded && (h.likely || len(rows) == 1)
	}
	h.rows = []int{best}
	h.addSecond(rows, best)
	h.above = fullAbove(rows[:h.rows[0]], h.width)
	h.sure = h.sure && !h.above && whole(rows[:h.rows[len(h.rows)-1]+1])
	h.findExtras(rows)
	return h
}

// whole tells whether no row has a fault: a header that has one, or may be part of
// one, is taken only where a person says so.
func whole(rows []grid.Row) bool {
	return !slices.ContainsFunc(rows, func(row grid.Row) bool { return row.Fault != "" })
}

// fullAbove tells whether rows above a header fill the width as data would.
func fullAbove(rows []grid.Row, width int) bool {
	for i := range rows {
		if n := filled(&rows[i]); width < 2 || n > 1 && 5*n >= 4*width {
			return true
		}
	}
	return false
}

// usualWidth is the median of the cells that rows fill, without those of one cell;
// where a fifth of the rows is much wider, that of the wide ones: lines of a title
// say nothing of the table below them.
func usualWidth(rows []grid.Row) int {
	var widths []int
	for i := range rows {
		if n := filled(&rows[i]); n > 1 {
			widths = append(widths, n)
		}
	}
	if len(widths) == 0 {
		return 1
	}
	slices.Sort(widths)
	wide, _ := slices.BinarySearch(widths, (widths[len(widths)-1]+1)/2)
	if n := len(widths) - wide; n > 1 && 5*n >= len(widths) {
		widths = widths[wide:]
	}
	return widths[len(widths)/2]
}

// score weighs a look. ok is false where the row cannot be a header.
func (l *headerLook) score(width, order int) (score float64, ok bool) {
	fill := share(l.cells, width)
	if l.cells == 0 || fill < 0.5 || width > 1 && l.cells < 2 || share(l.words, l.cells) < fewWords {
		return 0, false
	}
	score = min(fill, 1) + share(l.words, l.cells) + share(l.distinct, l.cells)/2 +
		1.5*l.known + l.contrast - share(l.repeats, l.cells) - 0.05*float64(order)
	return score, score > 0
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// typedColumns gives the columns that mostly hold values from a row on.
func typedColumns(rows []grid.Row, from int) []int {
	to := min(len(rows), from+belowDepth)
	var words, values []int
	for i := from; i < to; i++ {
		for c := 1; c <= len(rows[i].Cells); c++ {
			for len(words) < c {
				words, values = append(words, 0), append(values, 0)
			}
			switch classOf(cellAt(&rows[i], c)) {
			case word:
				words[c-1]++
			case value:
				values[c-1]++
			}
		}
	}
	var typed []int
	for c := range words {
		if values[c] > 0 && values[c] >= 3*words[c] {
			typed = append(typed, c+1)
		}
	}
	return typed
}

// below compares a cell of a header with those under it: whether one of them is
// equal, and whether most of them are made alike.
func below(rows []grid.Row, at, column int, text string) (repeats, alike bool) {
	made, n, same := shape(text), 0, 0
	for i := at + 1; i < len(rows) && i <= at+belowDepth; i++ {
		other := textAt(&rows[i], column)
		if other == "" || other == text && equalRows(&rows[i], &rows[at]) {
			continue // the same row again is a header that is printed on each page
		}
		n++
		repeats = repeats || other == text
		if shape(other) == made {
			same++
		}
	}
	return repeats, n > 0 && 2*same > n
}

// equalRows tells whether two rows hold the same in at least two cells, and nothing
// else.
func equalRows(a, b *grid.Row) bool {
	n := 0
	for c := 1; c <= max(len(a.Cells), len(b.Cells)); c++ {
		text := textAt(a, c)
		if text != textAt(b, c) {
			return false
		}
		if text != "" {
			n++
		}
	}
	return n > 1
}

// shape tells of what kinds of characters a text is made: capitals, small letters,
// digits, spaces, signs.
func shape(text string) uint8 {
	var s uint8
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case 'A' <= c && c <= 'Z':
			s |= 1
		case 'a' <= c && c <= 'z', c >= 0x80:
			s |= 2
		case '0' <= c && c <= '9':
			s |= 4
		case c == ' ':
			s |= 8
		default:
			s |= 16
		}
	}
	return s
}

var noCell grid.Cell

func orBlank(c *grid.Cell) *grid.Cell {
	if c == nil {
		return &noCell
	}
	return c
}
