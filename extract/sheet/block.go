package sheet

import "ferry/extract/sheet/grid"

// block is a run of rows that hold something, between rows that hold nothing.
type block struct {
	head        []grid.Row // its first rows
	rows        int
	first, last int  // numbers of rows
	left, right int  // columns
	cut         bool // begins without a blank row before it: a header inside
}

// Bounds of what is kept of blocks.
const (
	blockHead = 12
	blockMost = 200
)

// blocks takes a sheet apart into blocks. Beyond blockMost the last one goes on.
type blocks struct {
	list  []block
	end   int // last line of the row before; 0 none
	cells int // that are kept
}

// add takes the next row that holds something; cut begins a new block at it.
func (b *blocks) add(row *grid.Row, left, right int, cut bool) {
	gap := len(b.list) == 0 || row.Number > b.end+1 || cut
	b.end = endOf(row)
	if gap && len(b.list) < blockMost {
		b.list = append(b.list, block{first: row.Number, left: left, right: right, cut: cut})
	}
	last := &b.list[len(b.list)-1]
	if len(last.head) < blockHead && b.cells < keptCells {
		last.head = append(last.head, glance(row))
		b.cells += len(row.Cells)
	}
	last.rows++
	last.last = endOf(row)
	last.left, last.right = min(last.left, left), max(last.right, right)
}

// table is a block that has a header of its own.
type table struct {
	block   *block
	heading heading
	header  grid.Range // its header row
}

// tables gives the blocks that are tables of their own: with a header that speaks
// for itself and rows below.
func (b *blocks) tables() []table {
	var found []table
	for i := range b.list {
		bl := &b.list[i]
		if bl.rows < 2 || bl.right == bl.left {
			continue
		}
		h := findHeader(bl.head)
		if len(h.rows) == 0 || !h.sure || h.known < enough && len(h.typed) == 0 || h.rows[len(h.rows)-1] == len(bl.head)-1 {
			continue
		}
		row := &bl.head[h.rows[len(h.rows)-1]]
		left, right := span(row)
		if right-left < 1 {
			continue
		}
		found = append(found, table{bl, h, grid.Range{FirstRow: row.Number, FirstColumn: left, LastRow: row.Number, LastColumn: right}})
	}
	return found
}

// sides gives the groups of columns that a blank column divides, each with a header
// of two names or more; nil: it is one group.
func sides(rows []grid.Row, header int) []grid.Range {
	if header < 0 || header >= len(rows) {
		return nil
	}
	width := 0
	for i := header; i < len(rows); i++ {
		width = max(width, len(rows[i].Cells))
	}
	var groups []grid.Range
	from := 0
	for c := 1; c <= width+1; c++ {
		used := c <= width && columnUsed(rows[header:], c)
		if used && from == 0 {
			from = c
		}
		if used || from == 0 {
			continue
		}
		number := rows[header].Number
		groups = append(groups, grid.Range{FirstRow: number, FirstColumn: from, LastRow: number, LastColumn: c - 1})
		from = 0
	}
	whole := groups[:0]
	for _, g := range groups {
		names := 0
		for c := g.FirstColumn; c <= g.LastColumn; c++ {
			if text := textAt(&rows[header], c); text != "" && !ours(text) {
				names++
			}
		}
		if names >= 2 {
			whole = append(whole, g)
		}
	}
	if len(whole) < 2 {
		return nil
	}
	return whole
}

func columnUsed(rows []grid.Row, column int) bool {
	for i := range rows {
		if textAt(&rows[i], column) != "" {
			return true
		}
	}
	return false
}
