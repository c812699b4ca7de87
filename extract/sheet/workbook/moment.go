package workbook

import (
	"math"
	"strconv"

	"ferry/extract/sheet/grid"
)

// Milliseconds.
const (
	second = 1000
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

// Serials of Excel's calendars.
const (
	leapDay = 60      // 29 February 1900, which never was
	lastDay = 2958465 // 31 December 9999
	shift   = 1462    // days from the calendar of 1900 to that of 1904
	unixDay = 25569   // 1 January 1970 in the calendar of 1900
	longest = 1 << 30 // days of a duration: what a double still counts in milliseconds
)

// moment adds the text of a serial and says what it is, by the section that shows
// it. A time part that the section does not show is not dropped. ok is false where
// Excel has no day for it (60, 0, below, after 9999): it stays a number.
func moment(dst []byte, serial float64, s *section, from1904 bool) (out []byte, kind grid.Kind, leap, ok bool) {
	if s.look == lookElapsed {
		if math.Abs(serial) > longest {
			return dst, 0, false, false
		}
		return appendDuration(dst, serial), grid.Duration, false, true
	}
	if serial < 0 || serial >= lastDay+1 {
		return dst, 0, true, false
	}
	days := int(serial)
	part := int(math.Round((serial - float64(days)) * day))
	if part == day {
		days, part = days+1, 0
	}
	if days == 0 && (s.look == lookClock || part > 0 && !from1904) {
		return appendClock(dst, part), grid.Time, s.look == lookDay, true
	}
	if from1904 {
		days += shift
	}
	if days == 0 || days == leapDay && !from1904 || days > lastDay {
		return dst, 0, true, false
	}
	if days < leapDay {
		days++
	}
	dst = appendDay(dst, days-unixDay)
	if part == 0 && s.look == lookDay && !s.time {
		return dst, grid.Date, false, true
	}
	return appendClock(append(dst, 'T'), part), grid.DateTime, false, true
}

// appendDay adds a day as 2006-01-02, counted from 1970 (the way from days to a
// date is that of Howard Hinnant, "chrono-compatible low-level date algorithms").
func appendDay(dst []byte, days int) []byte {
	const era = 146097 // days of 400 years
	days += 719468     // from 1 March of the year 0
	n := days / era
	d := days - n*era
	y := (d - d/1460 + d/36524 - d/146096) / 365
	d -= 365*y + y/4 - y/100
	m := (5*d + 2) / 153
	d -= (153*m+2)/5 - 1
	year := y + n*400
	if m += 3; m > 12 {
		m -= 12
		year++
	}
	dst = append(dst, byte('0'+year/1000), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10), '-')
	dst = append(two(dst, m), '-')
	return two(dst, d)
}

// appendClock adds a time of day as 15:04:05, with .000 where there are parts of a
// second.
func appendClock(dst []byte, ms int) []byte {
	dst = append(two(dst, ms/hour), ':')
	return appendMinutes(dst, ms%hour)
}

func appendMinutes(dst []byte, ms int) []byte {
	dst = append(two(dst, ms/minute), ':')
	dst = two(dst, ms%minute/second)
	if ms %= second; ms > 0 {
		dst = append(dst, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
	}
	return dst
}

// appendDuration adds a span of days as 36:00:00.
func appendDuration(dst []byte, days float64) []byte {
	ms := int(math.Round(math.Abs(days) * day))
	if days < 0 && ms > 0 {
		dst = append(dst, '-')
	}
	hours := ms / hour
	if hours < 100 {
		dst = two(dst, hours)
	} else {
		dst = strconv.AppendInt(dst, int64(hours), 10)
	}
	return appendMinutes(append(dst, ':'), ms%hour)
}

func two(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }
