package filesink

import "ferry/extract/record"

const (
	second = 1_000_000 // microseconds
	day    = 86_400 * second
)

// clock is a date and a time as they were written.
type clock struct {
	wall      int64 // microseconds since 1970 as if the text were in UTC
	offset    int64 // microseconds east of UTC
	hasOffset bool
	hasDate   bool
	hasTime   bool
}

// moment fills a Date, Time or DateTime cell from trimmed text: the field's
// layouts in their order, ISO 8601 last.
func (x *extractor) moment(n *node, c *cell, text []byte) bool {
	t, ok := n.read(text)
	if !ok {
		return false
	}
	switch n.kind {
	case record.Date:
		if !t.hasDate || floorMod(t.wall, day) != 0 {
			return false
		}
		c.n = floorDiv(t.wall, day)
	case record.Time:
		if t.hasDate || t.hasOffset {
			return false
		}
		c.n = floorMod(t.wall, day)
	default:
		return x.dateTime(n, c, t)
	}
	c.state = filled
	return true
}

func (n *node) read(text []byte) (clock, bool) {
	for i := range n.layouts {
		if t, ok := n.layouts[i].read(text); ok {
			return t, true
		}
	}
	return readISO(text)
}

// dateTime fills a DateTime. A local one keeps the wall clock; text with an
// offset of its own is brought to the account's zone where that is known. The
// instant goes to c.utc, for the _utc column.
func (x *extractor) dateTime(n *node, c *cell, t clock) bool {
	if !t.hasDate || !t.hasTime {
		return false
	}
	c.state = filled
	switch {
	case n.kind == utcDateTime:
		c.n = t.wall - t.offset
	case t.hasOffset:
		c.instant, c.hasInstant = t.wall-t.offset, true
		c.n = t.wall
		if x.zone != nil {
			c.n = x.zone.local(c.instant)
		}
	default:
		c.n = t.wall
		if x.zone != nil {
			c.instant, c.hasInstant = x.zone.utc(t.wall)
		}
	}
	return true
}

// sibling fills the _utc column of the local DateTime n.
func (x *extractor) sibling(n *node, cells []cell) {
	if c := &cells[n.slot]; c.state == filled && c.hasInstant && n.slot+1 < len(cells) {
		cells[n.slot+1] = cell{state: filled, n: c.instant}
	}
}
