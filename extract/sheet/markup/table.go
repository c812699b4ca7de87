package markup

import (
	"strings"
	"unicode/utf8"

	"ferry/extract/sheet/grid"
)

const (
	maxSpan  = 1000    // columns of one cell (HTML, 4.9.11)
	maxDown  = 65_534  // rows of one cell (HTML, 4.9.11)
	maxNotes = 100_000 // links and merged cells that are kept
)

// table is one that is being read.
type table struct {
	index    int
	inner    bool // stands within a cell of another
	caption  string
	row      grid.Row
	open     bool  // a row is
	below    []int // number of the last row that a cell from above covers, by column
	cell     cell
	merges   []grid.Range
	links    []grid.Note
	pictures int
}

// cell is one that is being read.
type cell struct {
	open         bool
	column       int // from 0
	across, down int
	text         textBuilder
	link         string
}

// textBuilder joins the texts of a cell as a browser shows them: spaces and line
// ends of the source are one space, breaks and blocks begin a new line.
type textBuilder struct {
	b     strings.Builder
	space bool // one is due before the next character
	line  bool // a line end is due
}

func (t *textBuilder) add(text string) {
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case ' ', '\t', '\n', '\r', '\f':
			t.space = true
			i++
			continue
		}
		switch {
		case t.b.Len() == 0:
		case t.line:
			t.b.WriteByte('\n')
		case t.space:
			t.b.WriteByte(' ')
		}
		t.space, t.line = false, false
		end := strings.IndexAny(text[i:], " \t\n\r\f")
		if end < 0 {
			end = len(text) - i
		}
		t.b.WriteString(text[i : i+end])
		i += end
	}
}

// brk ends the line.
func (t *textBuilder) brk() {
	if t.line && t.b.Len() > 0 {
		t.b.WriteByte('\n')
	}
	t.line = true
}

// block begins a line unless one has just begun.
func (t *textBuilder) block() { t.line = t.line || t.b.Len() > 0 }

// take gives the text and begins anew. No-break spaces alone are how pages write
// blank cells.
func (t *textBuilder) take() string {
	text := t.b.String()
	*t = textBuilder{}
	if strings.Trim(text, " \u00A0\n") == "" {
		return ""
	}
	return text
}

// beginRow opens a row; one that is still open ends.
func (t *table) beginRow(hidden bool) {
	t.row.Number++
	t.row.Hidden, t.row.Fault, t.row.Cells = hidden, "", t.row.Cells[:0]
	t.open = true
}

// beginCell opens a cell at the next column that no cell from above covers. ok is
// false where the row has too many.
func (t *table) beginCell(across, down, limit int) (ok bool) {
	column := len(t.row.Cells)
	for column < len(t.below) && t.below[column] >= t.row.Number {
		column++
	}
	if column+across > limit {
		return false
	}
	for len(t.row.Cells) < column+across {
		t.row.Cells = append(t.row.Cells, grid.Cell{})
	}
	t.cell = cell{open: true, column: column, across: across, down: down}
	return true
}

// endCell puts what was read into the row.
func (t *table) endCell(seen func(string) string) {
	if !t.cell.open {
		return
	}
	c := &t.cell
	c.open = false
	text := c.text.take()
	out := &t.row.Cells[c.column]
	if text != "" {
		*out = grid.Cell{Kind: grid.Text, Raw: text, Text: text}
		if grid.IsError(text) {
			out.Kind = grid.Error
		}
		if seen != nil && (!utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0) {
			out.Raw = seen(text)
			out.Text, out.Flags = out.Raw, grid.Undecoded
			t.row.Fault = "column " + grid.Letters(c.column+1) + " holds letters that cannot be read"
		}
	}
	at := grid.Ref{Row: t.row.Number, Column: c.column + 1}
	if c.link != "" && len(t.links) < maxNotes {
		t.links = append(t.links, grid.Note{Ref: at, Text: c.link})
	}
	if (c.across > 1 || c.down > 1) && len(t.merges) < maxNotes {
		t.merges = append(t.merges, grid.Range{
			FirstRow: at.Row, FirstColumn: at.Column, LastRow: at.Row + c.down - 1, LastColumn: at.Column + c.across - 1,
		})
	}
	if c.down == 1 {
		return
	}
	for len(t.below) < c.column+c.across {
		t.below = append(t.below, 0)
	}
	for i := c.column; i < c.column+c.across; i++ {
		t.below[i] = max(t.below[i], t.row.Number+c.down-1)
	}
}

// endRow gives the row with blanks at its end left out.
func (t *table) endRow() *grid.Row {
	for n := len(t.row.Cells); n > 0 && t.row.Cells[n-1].Kind == grid.Blank; n-- {
		t.row.Cells = t.row.Cells[:n-1]
	}
	t.open = false
	return &t.row
}
