package column

import (
	"strings"

	"ferry/extract/sheet/grid"
)

// date gives a cell that Excel has typed as a day.
func (r *Reader) date(c *grid.Cell) (string, *Problem) {
	switch c.Kind {
	case grid.Number:
		return r.serial(c)
	case grid.Date, grid.DateTime:
	default:
		return "", noDateProblem
	}
	s := c.Text
	if len(s) < len("2006-01-02") {
		return "", noDateProblem
	}
	if r.reading.Swapped != SwapNone && s[8:10] <= "12" {
		if r.reading.Swapped == SwapRefuse {
			return "", swappedProblem
		}
		b := append(append(append(append(r.buf[:0], s[:5]...), s[8:10]...), '-'), s[5:7]...)
		s = r.arena.keep(append(b, s[10:]...))
	}
	year, _ := digitsAt(s, 0)
	return r.within(s, year)
}

// within gives a canonical day or date-time as the reading wants it.
func (r *Reader) within(s string, year int) (string, *Problem) {
	var p *Problem
	switch {
	case year < earliestYear:
		return "", earlyProblem
	case year >= r.far:
		p = farWarning
	}
	const day, midnight = len("2006-01-02"), "T00:00:00"
	switch {
	case r.reading.As == DateTime && len(s) == day:
		return r.arena.keep(append(append(r.buf[:0], s...), midnight...)), p
	case r.reading.As == Date && len(s) > day:
		if s[day:] != midnight {
			p = timeDropped
		}
		return s[:day], p
	}
	return s, p
}

// serial gives a number in a column of days: eight digits may be one.
func (r *Reader) serial(c *grid.Cell) (string, *Problem) {
	if w := parseDate(c.Text); w.sense == oneWay {
		return r.written(c.Text, &w)
	}
	return "", serialProblem
}

// dateText gives the day that a text means.
func (r *Reader) dateText(s string, k class) (string, *Problem) {
	if k&hasDigit == 0 {
		return "", noDateProblem
	}
	if k&hasWide != 0 {
		s = plainMarks(s)
	}
	w := parseDate(s)
	if w.sense == noDate {
		if allDigits(s) && len(s) == 5 {
			return "", serialProblem
		}
		return "", noDateProblem
	}
	if w.speech != 0 && r.speech != 0 && w.speech&r.speech == 0 {
		return "", noDateProblem
	}
	return r.written(s, &w)
}

// written gives a date in the form of records.
func (r *Reader) written(s string, w *written) (string, *Problem) {
	year, month, day, p := w.day(r.reading.Order, r.reading.Pivot)
	if p != nil {
		return "", p
	}
	if len(s) == len("2006-01-02") && s[4] == '-' && s[7] == '-' {
		return r.within(s, year)
	}
	b := appendDay(r.buf[:0], year, month, day)
	if w.clock.has && (r.reading.As == DateTime || !w.clock.midnight()) {
		b = w.clock.append(append(b, 'T'))
	}
	return r.within(r.arena.keep(b), year)
}

// elapsed gives a cell that Excel has typed as a time.
func (r *Reader) elapsed(c *grid.Cell) (string, *Problem) {
	switch {
	case c.Kind == grid.Time, c.Kind == grid.Duration && r.reading.As == Duration:
		return c.Text, nil
	case c.Kind == grid.Duration && len(c.Text) == len("15:04:05") && c.Text < "24":
		return c.Text, nil
	}
	return "", r.noTime()
}

func (r *Reader) noTime() *Problem {
	if r.reading.As == Time {
		return noTimeProblem
	}
	return noDurationProblem
}

// elapsedText gives the time that a text means.
func (r *Reader) elapsedText(s string, k class) (string, *Problem) {
	if k&hasDigit == 0 || len(s) > longestWord {
		return "", r.noTime()
	}
	c, ok := parseClock(s, false)
	if !ok {
		c, ok = parseSpan(s)
		ok = ok && r.reading.As == Duration
	}
	if !ok || r.reading.As == Time && !c.ofDay() || r.reading.As == Duration && c.half {
		return "", r.noTime()
	}
	if strings.Trim(c.fraction, "0") == "" && len(s) == len("15:04:05") && s[2] == ':' && s[5] == ':' {
		return s, nil
	}
	return r.arena.keep(c.append(r.buf[:0])), nil
}
