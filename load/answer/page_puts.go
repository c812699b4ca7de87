package answer

import (
	"slices"
	"strconv"

	"ferry/extract/sheet/grid"
)

// kept writes a cell as it is; where cells were put before it, it must say where
// it stands.
func (w *rewriter) kept(c *cellOf, row int, inserted bool) {
	if c.named || !inserted {
		w.out.put(c.bytes)
		return
	}
	w.out.put(with(c.start, "r", grid.Letters(c.column)+strconv.Itoa(row)))
	w.out.put(c.bytes[len(c.start):])
}

// restyled writes a cell with another format.
func (w *rewriter) restyled(c *cellOf, row int, style func(int) int, inserted bool) {
	base := integer(c.start, "s", 0)
	now := style(base)
	if now == base {
		w.kept(c, row, inserted)
		return
	}
	start := with(c.start, "s", strconv.Itoa(now))
	if !c.named && inserted {
		start = with(start, "r", grid.Letters(c.column)+strconv.Itoa(row))
	}
	w.out.put(start)
	w.out.put(c.bytes[len(c.start):])
}

// give prepares the cells of an answer, from left to right.
func (w *rewriter) give(a *Row) {
	for i := range a.Bad {
		b := &a.Bad[i]
		if b.Column < 1 || b.Column > grid.MaxColumns || w.places.is(b.Column) {
			continue
		}
		if at := slices.IndexFunc(w.puts, func(p put) bool { return p.column == b.Column }); at >= 0 {
			if !b.Warn {
				w.puts[at].style = w.red
			}
			continue
		}
		style := w.red
		if b.Warn {
			style = w.amber
		}
		w.puts = append(w.puts, put{column: b.Column, bad: true, style: style})
	}
	w.ours(a)
	slices.SortFunc(w.puts, func(a, b put) int { return a.column - b.column })
}

func (w *rewriter) red(base int) int   { return w.styles.coloured(base, false) }
func (w *rewriter) amber(base int) int { return w.styles.coloured(base, true) }
