package fn

import (
	"strings"
	"time"

	"ferry/extract/record"
)

// clock is a reading of a date or date-time as it is written: parts of a wall
// clock, and an offset where the text has one.
type clock struct {
	year, month, day, hour, minute, second, nano int
	offset                                       int  // seconds east
	zoned                                        bool // offset was written
	timed                                        bool // a time of day was written
}

// layout is one way a date can be written.
type layout struct {
	text  string
	kind  layoutKind
	steps []step // of a plain layout; nil: time.Parse reads it
	pivot int    // first year of the hundred that a two-digit year stands for
	timed bool
}

type layoutKind uint8

const (
	goLayout layoutKind = iota
	isoLayout
	unixLayout
	unixMilliLayout
	excelLayout
)

var namedLayouts = map[string]layoutKind{
	"iso": isoLayout, "unix": unixLayout, "unix_ms": unixMilliLayout, "excel": excelLayout,
}

// step is a fixed piece of a layout: a literal byte, or a number of two or four
// digits that goes into one part of the clock.
type step struct {
	literal byte
	part    byte // one of YMDhms, 0: literal
}

// layoutSteps takes a layout of two- and four-digit numbers apart; nil where it
// holds anything else, which time.Parse then reads.
func layoutSteps(text string) []step {
	var steps []step
	for text != "" {
		switch {
		case strings.HasPrefix(text, "2006"):
			steps, text = append(steps, step{part: 'Y'}), text[4:]
		case len(text) >= 2 && strings.Contains("01 02 15 04 05", text[:2]) && text[0] != ' ' && text[1] != ' ':
			part := map[string]byte{"01": 'M', "02": 'D', "15": 'h', "04": 'm', "05": 's'}[text[:2]]
			steps, text = append(steps, step{part: part}), text[2:]
		case strings.IndexByte("-/.: T", text[0]) >= 0:
			if text[0] == '.' && len(text) > 1 && (text[1] == '0' || text[1] == '9') && !strings.HasPrefix(text[1:], "01") &&
				!strings.HasPrefix(text[1:], "02") && !strings.HasPrefix(text[1:], "04") && !strings.HasPrefix(text[1:], "05") {
				return nil // a fraction of a second
			}
			steps, text = append(steps, step{literal: text[0]}), text[1:]
		default:
			return nil
		}
	}
	return steps
}

// read takes a text by the layout; ok is false where it is not written so or
// names a day or time that does not exist.
func (l *layout) read(s string) (c clock, ok bool) {
	switch l.kind {
	case isoLayout:
		return readISO(s)
	case unixLayout, unixMilliLayout, excelLayout:
		return l.readNumber(s)
	}
	if l.steps == nil {
		return l.readSlow(s)
	}
	c = clock{year: 1, month: 1, day: 1, timed: l.timed}
	for _, st := range l.steps {
		if st.part == 0 {
			if s == "" || s[0] != st.literal {
				return c, false
			}
			s = s[1:]
			continue
		}
		width := 2
		if st.part == 'Y' {
			width = 4
		}
		n, good := digits(s, width)
		if !good {
			return c, false
		}
		s = s[width:]
		c.put(st.part, n)
	}
	return c, s == "" && c.exists()
}

func (c *clock) put(part byte, n int) {
	switch part {
	case 'Y':
		c.year = n
	case 'M':
		c.month = n
	case 'D':
		c.day = n
	case 'h':
		c.hour = n
	case 'm':
		c.minute = n
	case 's':
		c.second = n
	}
}

// digits reads exactly n ASCII digits from the front.
func digits(s string, n int) (int, bool) {
	if len(s) < n {
		return 0, false
	}
	v := 0
	for i := range n {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		v = v*10 + int(d)
	}
	return v, true
}

// exists tells whether the calendar and the clock have such a moment. The year 0
// is how some systems write "no date", and 24:00 and leap seconds are no times.
func (c *clock) exists() bool {
	return c.year >= 1 && c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= record.DaysIn(c.year, c.month) &&
		c.hour < 24 && c.minute < 60 && c.second < 60
}

// readSlow reads month names, AM and PM, offsets and two-digit years.
func (l *layout) readSlow(s string) (clock, bool) {
	t, err := time.Parse(l.text, s)
	if err != nil {
		return clock{}, false
	}
	c := clockOf(t)
	c.timed = l.timed
	if l.pivot > 0 {
		c.year = l.pivot + ((c.year-l.pivot)%100+100)%100
	}
	if c.zoned = layoutHasOffset(l.text); c.zoned {
		_, c.offset = t.Zone()
	}
	return c, c.exists()
}

func clockOf(t time.Time) clock {
	return clock{year: t.Year(), month: int(t.Month()), day: t.Day(), hour: t.Hour(), minute: t.Minute(),
		second: t.Second(), nano: t.Nanosecond(), timed: true}
}

func layoutHasOffset(text string) bool {
	return strings.Contains(text, "-07") || strings.Contains(text, "Z07")
}

func layoutIsTimed(text string) bool {
	return strings.Contains(text, "15") || strings.Contains(text, "03") || strings.Contains(text, "3") && strings.Contains(text, "04")
}
