package sheet

import (
	"slices"

	"ferry/extract/sheet/grid"
)

// beyond watches what stands round a table of a sheet with Excel tables: such a
// table ends where Excel was told so, and people write on below it and beside it.
type beyond struct {
	table  grid.Table
	others []grid.Range // the other Excel tables of the sheet
	typed  []int        // columns that hold values
	usual  int          // cells of the table that a row usually fills

	names  map[int]string // what stands in the header row beside the table, by column
	beside map[int]int    // rows of the table that have a cell beside it, by column
	rows   int            // rows of the table that hold something
	below  int            // rows like its own, the first of them right below it
	again  int            // rows like its own after one blank row, or one each
	alike  int            // of those, the ones that are full and have values as it has
	last   int            // number of the last row of the table, of below and of again
	closed bool           // something else stands below: the list has ended
	apart  int            // further rows below that are like its own
	cells  []grid.Ref     // the first of below, again and apart
}

// newBeyond gives nil where the sheet has no Excel table, or none was chosen.
func newBeyond(r *Recipe, tables []grid.Table, h heading) *beyond {
	if r.Table == "" || r.Turned || len(tables) == 0 {
		return nil
	}
	b := &beyond{typed: h.typed, names: map[int]string{}, beside: map[int]int{}}
	at := slices.IndexFunc(tables, func(t grid.Table) bool { return t.Name == r.Table })
	if at < 0 {
		own, ok := grid.ParseRange(r.Table)
		if !ok {
			return nil
		}
		own.LastRow = grid.MaxRows
		if r.Last > 0 {
			own.LastRow = r.Last
		}
		b.table = grid.Table{Range: own, Header: true}
	} else {
		b.table = tables[at]
	}
	g := &b.table.Range
	for i, t := range tables {
		if i != at && !overlaps(t.Range, *g) {
			b.others = append(b.others, t.Range)
		}
	}
	b.usual, b.last = max(1, min(h.width, g.LastColumn-g.FirstColumn+1)), g.LastRow
	return b
}

func overlaps(a, b grid.Range) bool {
	return a.FirstRow <= b.LastRow && b.FirstRow <= a.LastRow && a.FirstColumn <= b.LastColumn && b.FirstColumn <= a.LastColumn
}

// row looks at a row of the sheet.
func (b *beyond) row(sheet string, in *grid.Row) {
	g := &b.table.Range
	switch {
	case in.Number < g.FirstRow:
	case in.Number > g.LastRow:
		b.under(sheet, in)
	case in.Number == g.FirstRow && b.table.Header:
		for c := range in.Cells {
			if text := textAt(in, c+1); text != "" && !b.within(in.Number, c+1) {
				b.names[c+1] = text
			}
		}
	default:
		b.rows++
		for c := range in.Cells {
			if !blank(&in.Cells[c]) && !b.within(in.Number, c+1) {
				b.beside[c+1]++
			}
		}
	}
}

// within tells whether a cell belongs to this table or to another Excel table.
func (b *beyond) within(row, column int) bool {
	g := &b.table.Range
	return g.FirstColumn <= column && column <= g.LastColumn ||
		slices.ContainsFunc(b.others, func(o grid.Range) bool { return o.Has(row, column) })
}

// knows tells whether a cell is no stray one: it belongs to a table, or Ferry has
// added its column.
func (b *beyond) knows(row, column int) bool { return b.within(row, column) || ours(b.names[column]) }

// under looks at a row below the table.
func (b *beyond) under(sheet string, in *grid.Row) {
	cells, values := b.like(in)
	if cells == 0 {
		b.closed = b.closed || b.holds(in)
		return
	}
	if len(b.cells) < mostCells {
		b.cells = append(b.cells, grid.Ref{Sheet: sheet, Row: in.Number})
	}
	switch {
	case b.table.Totals > 0 || b.closed || in.Number > b.last+2:
		b.closed = true
		b.apart++
		return
	case b.again == 0 && in.Number == b.last+1:
		b.below++
	default:
		b.again++
		if values > 0 && 4*cells >= 3*b.usual {
			b.alike++
		}
	}
	b.last = endOf(in)
}

// more gives how many rows below are like its own.
func (b *beyond) more() int { return b.below + b.again + b.apart }

// holds tells whether a row has something in the columns of the table.
func (b *beyond) holds(in *grid.Row) bool {
	for c := b.table.Range.FirstColumn; c <= min(len(in.Cells), b.table.Range.LastColumn); c++ {
		if !blank(&in.Cells[c-1]) {
			return true
		}
	}
	return false
}

// likely tells whether most people would say that the rows after a blank one are of
// the list: they look as its own do, and no other rows follow. Of words alone a legend
// may be made as well.
func (b *beyond) likely() bool { return b.again == 0 || 2*b.alike > b.again && b.apart == 0 }

// like tells whether a row below could be one of the table: it fills half of its
// columns, with values where the table has values, and is neither the end of a
// report nor the header of another table. It gives how many cells it has in them,
// none where it is not, and how many are values as the table has them there.
func (b *beyond) like(in *grid.Row) (cells, values int) {
	g := &b.table.Range
	words, names := 0, 0
	for c := g.FirstColumn; c <= min(len(in.Cells), g.LastColumn); c++ {
		kind := classOf(&in.Cells[c-1])
		if kind == nothing || slices.ContainsFunc(b.others, func(o grid.Range) bool { return o.Has(in.Number, c) }) {
			continue
		}
		cells++
		if knownHeader(in.Cells[c-1].Text) {
			names++
		}
		switch {
		case !slices.Contains(b.typed, c):
		case kind == word:
			words++
		default:
			values++
		}
	}
	if cells == 0 || 2*cells < b.usual || words > values || labelAt(in) > 0 || cells > 1 && 2*names >= cells {
		return 0, 0
	}
	first, _ := span(in)
	if text := textAt(in, first); cells == 1 && (b.usual > 1 || closes(text) || prose(text)) {
		return 0, 0
	}
	return cells, values
}

// block gives the whole list that the table stands in: with the rows below it that go
// on with it, and the columns beside it that have a header and values, without a blank one
// between. names are the headers of those columns.
func (b *beyond) block() (g grid.Range, names []string) {
	g = b.table.Range
	g.LastRow = b.last
	for c := g.FirstColumn - 1; b.goesOn(c); c-- {
		g.FirstColumn = c
		names = slices.Insert(names, 0, oneLine(b.names[c]))
	}
	for c := g.LastColumn + 1; b.goesOn(c); c++ {
		g.LastColumn = c
		names = append(names, oneLine(b.names[c]))
	}
	return g, names
}

// goesOn tells whether a column beside the table is one of the list: it has a name,
// and enough cells to be meant.
func (b *beyond) goesOn(column int) bool {
	name, n := b.names[column], b.beside[column]
	return name != "" && !ours(name) && n > 0 && n >= min(3, (b.rows+1)/2) && 20*n >= b.rows
}

// alone tells whether nothing else stands in the rows of a block or below it.
func (b *beyond) alone(g grid.Range) bool {
	outside := func(c int) bool { return c < g.FirstColumn || c > g.LastColumn }
	for c, name := range b.names {
		if outside(c) && !ours(name) {
			return false
		}
	}
	for c := range b.beside {
		if outside(c) && !ours(b.names[c]) {
			return false
		}
	}
	return b.apart == 0 && len(b.others) == 0
}
