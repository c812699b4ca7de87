package sheet

import (
	"ferry/extract/sheet/grid"
)

// values reads the cells of a row by the columns of the recipe.
func (s *sorter) values(in *grid.Row, out *Row) {
	out.Values = out.Values[:len(s.columns)]
	if s.looks && s.stamp < 0 {
		for i := range s.columns {
			out.Values[i] = Value{Cell: s.source(&s.columns[i], in)}
		}
		return
	}
	for i := range s.columns {
		s.value(&s.columns[i], in, &out.Values[i])
	}
	if s.stamp >= 0 {
		if stamp, ok := ParseStamp(out.Values[s.stamp].Text); ok {
			out.Stamp = &stamp
		}
	}
	out.Hash = s.keys.hash(out.Values)
	if out.Stamp != nil && out.Stamp.Held {
		out.asHeld, out.Stamp = out.Stamp.Hash == out.Hash, nil
	}
}

func (s *sorter) value(c *sorted, in *grid.Row, out *Value) {
	cell := s.source(c, in)
	out.Cell = cell
	if cell == nil {
		out.Text, out.Problem = "", nil
		return
	}
	text := cell.Kind == grid.Text && cell.Flags == 0
	if text && cell.Text == c.same && c.same != "" {
		c.same = cell.Text // so that no older row is held
		out.Text, out.Problem = cell.Text, nil
		return
	}
	out.Text, out.Problem = c.read.Part(cell, max(c.part, 1))
	if c.same = ""; text && out.Problem == nil && out.Text == cell.Text {
		c.same = cell.Text
	}
}

// source gives the cell that a column takes its value from.
func (s *sorter) source(c *sorted, in *grid.Row) *grid.Cell {
	if c.place == 0 {
		return textCell(&c.cell, s.sheet)
	}
	cell := cellAt(in, c.place)
	switch c.take {
	case takeNote:
		return textCell(&c.cell, s.extras.notes[at{in.Number, c.place}])
	case takeLink:
		return textCell(&c.cell, s.extras.links[at{in.Number, c.place}])
	case takeFill:
		return textCell(&c.cell, orBlank(cell).Fill)
	}
	if !c.fill {
		return cell
	}
	if cell != nil && !blank(cell) {
		c.above = *cell
		return cell
	}
	if blank(&c.above) || !within(c.spans, in.Number) {
		return cell
	}
	c.cell = c.above
	c.cell.Flags |= grid.Filled
	return &c.cell
}

// textCell makes a cell of a text; nil where there is none.
func textCell(into *grid.Cell, text string) *grid.Cell {
	if text == "" {
		return nil
	}
	*into = grid.Cell{Kind: grid.Text, Raw: text, Text: text}
	return into
}

// within tells whether a row lies in one of the spans, which ascend; none: it does.
func within(spans []Span, row int) bool {
	if len(spans) == 0 {
		return true
	}
	low, high := 0, len(spans)
	for low < high {
		if mid := (low + high) / 2; spans[mid].Last < row {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low < len(spans) && spans[low].First <= row
}
