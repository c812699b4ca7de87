package workbook

import (
	"bytes"

	"ferry/extract/sheet/grid"
)

// judge says what a cell holds, by its type, its value and its number format.
func (w *walk) judge(c *cellTag, out *grid.Cell, look *style) error {
	c.value = trimmed(c)
	switch {
	case c.hasText:
		w.words(c, out, look)
	case c.kind == "str", c.kind == "inlineStr":
		c.value = unescape(c.value)
		w.words(c, out, look)
	case len(c.value) == 0:
		c.valued = false
	case c.kind == "s":
		return w.sharedText(c, out, look)
	case c.kind == "":
		w.count(c, out, look)
	case c.kind == "b":
		w.truth(c, out)
	case c.kind == "d":
		w.iso(c, out, look)
	case c.kind == "e":
		out.Kind = grid.Error
		w.keep(c, c.value, c.value)
	default:
		w.unreadable(c, out)
	}
	return nil
}

// trimmed drops blanks around what is no text.
func trimmed(c *cellTag) []byte {
	if c.hasText || c.kind == "str" || c.kind == "inlineStr" || len(c.value) == 0 || c.value[0] > ' ' && c.value[len(c.value)-1] > ' ' {
		return c.value
	}
	return bytes.TrimSpace(c.value)
}

// keep puts the texts of a cell into the arena.
func (w *walk) keep(c *cellTag, raw, text []byte) {
	l := &w.line
	s := span{cell: c.column - 1, raw: len(l.arena)}
	l.arena = append(l.arena, raw...)
	s.rawEnd = len(l.arena)
	s.text, s.textEnd = s.raw, s.rawEnd
	if !bytes.Equal(raw, text) {
		s.text = s.rawEnd
		l.arena = append(l.arena, text...)
		s.textEnd = len(l.arena)
	}
	l.spans = append(l.spans, s)
}

// unreadable makes an error of a value that is none of its type. What the file has
// instead is no value, and not given.
func (w *walk) unreadable(c *cellTag, out *grid.Cell) {
	out.Kind, out.Raw, out.Text = grid.Error, Unreadable, Unreadable
	w.sights.unreadable.add(max(w.line.Number, w.line.last+1), c.column)
}

// words takes text that stands in the sheet itself. An empty one is a blank cell.
func (w *walk) words(c *cellTag, out *grid.Cell, look *style) {
	if len(c.value) == 0 {
		return
	}
	out.Kind = grid.Text
	text := c.value
	if undecoded(text) {
		out.Flags |= grid.Undecoded
		text = bytes.ToValidUTF8(text, replacement)
	}
	if look.text != nil && look.text.hides {
		out.Flags |= grid.Unseen
	}
	w.keep(c, text, text)
}

// sharedText takes a text by its place in the table. One that the table does not
// have is an error, never the place as a value.
func (w *walk) sharedText(c *cellTag, out *grid.Cell, look *style) error {
	place := 0
	for _, d := range c.value {
		if d < '0' || d > '9' || place > 1<<31 {
			w.unreadable(c, out)
			return nil
		}
		place = place*10 + int(d-'0')
	}
	text, marks, ok, err := w.reader.text(w.ctx, place)
	if err != nil {
		return err
	}
	if !ok {
		w.unreadable(c, out)
		return nil
	}
	w.cut(c, marks&markLong != 0)
	if text == "" {
		return nil
	}
	out.Kind, out.Raw, out.Text = grid.Text, text, text
	out.Flags |= flags(marks)
	if look.text != nil && look.text.hides {
		out.Flags |= grid.Unseen
	}
	return nil
}

func (w *walk) truth(c *cellTag, out *grid.Cell) {
	switch string(c.value) {
	case "1", "true", "TRUE":
		out.Kind, out.Raw, out.Text = grid.Boolean, "1", "true"
	case "0", "false", "FALSE":
		out.Kind, out.Raw, out.Text = grid.Boolean, "0", "false"
	default:
		w.unreadable(c, out)
	}
}

// count takes a number: it stays one, or is a day, a time or a span by its format.
func (w *walk) count(c *cellTag, out *grid.Cell, look *style) {
	text, long, ok := appendNumber(w.sights.text[:0], c.value)
	w.sights.text = text
	if !ok {
		w.unreadable(c, out)
		return
	}
	out.Kind = grid.Number
	if long {
		out.Flags |= grid.LongNumber
	}
	section := &look.sections[0]
	if len(look.sections) > 1 || section.look != lookNumber {
		serial, _ := float(c.value)
		section = look.choose(serial)
		if section.look != lookNumber {
			w.moment(c, out, section, serial)
			return
		}
	}
	if section.hides {
		out.Flags |= grid.Unseen
	}
	out.Flags |= section.flags
	if section.pattern != nil {
		if padded, ok := pad(w.sights.padded[:0], section.pattern, text); ok {
			out.Flags |= grid.Padded
			w.sights.padded, text = padded, padded
		}
	}
	w.keep(c, c.value, text)
}

func (w *walk) moment(c *cellTag, out *grid.Cell, s *section, serial float64) {
	text, kind, leap, ok := moment(w.sights.padded[:0], serial, s, w.reader.book.from1904)
	if leap {
		out.Flags |= grid.Leap
	}
	if !ok {
		w.keep(c, c.value, w.sights.text)
		return
	}
	out.Kind = kind
	w.sights.padded = text
	w.keep(c, c.value, text)
}

// pad writes a whole number by a pattern of zeros and signs, as 000-00-0000. ok is
// false where the number has a sign or a fraction, or nothing is added to it.
func pad(dst, pattern, digits []byte) (out []byte, ok bool) {
	for _, c := range digits {
		if c < '0' || c > '9' {
			return dst, false
		}
	}
	number := digits
	places := 0
	for _, c := range pattern {
		if c == '0' || c == '#' || c == '?' {
			places++
		}
	}
	started := false
	for _, c := range pattern {
		if c != '0' && c != '#' && c != '?' {
			// The result begins with a digit or a sign.
			if started || c != ' ' {
				dst = append(dst, c)
			}
			continue
		}
		if extra := len(digits) - places; extra > 0 {
			dst, digits = append(dst, digits[:extra]...), digits[extra:]
		}
		switch {
		case len(digits) == places:
			dst, digits, started = append(dst, digits[0]), digits[1:], true
		case c == '0' || started:
			dst, started = append(dst, '0'), true
		}
		places--
	}
	return dst, string(dst) != string(number)
}
