package workbook

import (
	"bytes"

	"ferry/extract/sheet/grid"
)

// iso takes a cell of type d: a day, a moment or a time in ISO 8601 (ECMA-376 Part
// 1, 18.17.4.1). A Z at its end is dropped, since cells have no zone; with another
// offset the cell is text. A writer that put a serial there is understood.
func (w *walk) iso(c *cellTag, out *grid.Cell, look *style) {
	text, kind := isoText(w.sights.text[:0], c.value)
	w.sights.text = text
	switch kind {
	case grid.Error:
		if _, ok := float(c.value); ok {
			w.count(c, out, look)
			return
		}
		w.unreadable(c, out)
	case grid.Text:
		out.Kind = kind
		w.keep(c, c.value, c.value)
	default:
		out.Kind = kind
		w.keep(c, c.value, text)
	}
}

// isoText adds the canonical form. The kind is Error where the text is no moment
// of the calendar, Text where it has an offset of its own.
func isoText(dst, b []byte) ([]byte, grid.Kind) {
	date, clock, both := bytes.Cut(b, []byte("T"))
	if !both {
		if date, clock, both = bytes.Cut(b, []byte(" ")); !both && bytes.IndexByte(b, ':') > 0 {
			date, clock = nil, b
		}
	}
	if len(date) > 0 {
		if !isDay(date) {
			return dst, grid.Error
		}
		if dst = append(dst, date...); len(clock) == 0 {
			return dst, grid.Date
		}
		dst = append(dst, 'T')
	}
	clock = bytes.TrimSuffix(clock, []byte("Z"))
	if i := bytes.LastIndexAny(clock, "+-"); i > 0 {
		if _, ok := appendISOClock(nil, clock[:i]); ok {
			return dst, grid.Text
		}
	}
	dst, ok := appendISOClock(dst, clock)
	switch {
	case !ok:
		return dst, grid.Error
	case len(date) > 0:
		return dst, grid.DateTime
	}
	return dst, grid.Time
}

// isDay tells whether b is a day of the calendar, as 2006-01-02.
func isDay(b []byte) bool {
	if len(b) != 10 || b[4] != '-' || b[7] != '-' {
		return false
	}
	year, month, day := digits(b[:4]), digits(b[5:7]), digits(b[8:])
	if year < 0 || month < 1 || month > 12 || day < 1 {
		return false
	}
	last := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		last = 29
	}
	return day <= last
}

// appendISOClock adds 15:04, 15:04:05 or one with parts of a second, to the
// millisecond.
func appendISOClock(dst, b []byte) ([]byte, bool) {
	whole, fraction, _ := bytes.Cut(b, []byte("."))
	if len(whole) != 5 && len(whole) != 8 || whole[2] != ':' {
		return dst, false
	}
	h, m, s := digits(whole[:2]), digits(whole[3:5]), 0
	if len(whole) == 8 {
		if whole[5] != ':' {
			return dst, false
		}
		s = digits(whole[6:])
	}
	if h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59 {
		return dst, false
	}
	ms := 0
	if len(fraction) > 0 {
		three := append(append([]byte(nil), fraction[:min(len(fraction), 3)]...), "000"...)
		if ms = digits(three[:3]); ms < 0 || digits(fraction[:min(len(fraction), 18)]) < 0 {
			return dst, false
		}
	}
	return appendClock(dst, h*hour+m*minute+s*second+ms), true
}

// digits gives the number that b writes; -1 it is none.
func digits(b []byte) (n int) {
	if len(b) == 0 {
		return -1
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}
