package fn

import (
	"strconv"
	"strings"
	"time"
)

// readISO reads 2006-01-02, alone or with a time after "T" or a space, with
// or without seconds, fraction (to the nanosecond) and offset.
func readISO(s string) (c clock, ok bool) {
	year, a := digits(s, 4)
	if !a || len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return c, false
	}
	month, a := digits(s[5:], 2)
	day, b := digits(s[8:], 2)
	c = clock{year: year, month: month, day: day}
	if !a || !b {
		return c, false
	}
	if len(s) == 10 {
		return c, c.exists()
	}
	if s[10] != 'T' && s[10] != 't' && s[10] != ' ' {
		return c, false
	}
	rest, ok := c.readTime(s[11:])
	if !ok || !c.readOffset(rest) {
		return c, false
	}
	c.timed = true
	return c, c.exists()
}

// readTime reads 15:04, 15:04:05 or 15:04:05.123456789 and gives what follows.
func (c *clock) readTime(s string) (rest string, ok bool) {
	var a, b bool
	c.hour, a = digits(s, 2)
	if !a || len(s) < 5 || s[2] != ':' {
		return s, false
	}
	c.minute, b = digits(s[3:], 2)
	s = s[5:]
	if !b || s == "" || s[0] != ':' {
		return s, b
	}
	c.second, a = digits(s[1:], 2)
	if !a {
		return s, false
	}
	s = s[3:]
	if s == "" || s[0] != '.' && s[0] != ',' {
		return s, true
	}
	i, scale := 1, 100_000_000
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		if i > 9 {
			return s, s[i] == '0'
		}
		c.nano += int(s[i]-'0') * scale
		scale /= 10
	}
	return s[i:], i > 1
}

// readOffset reads Z, +02, +0200 or +02:00, or nothing.
func (c *clock) readOffset(s string) bool {
	s = strings.TrimPrefix(s, " ")
	if s == "" {
		return true
	}
	c.zoned = true
	if s == "Z" || s == "z" || s == "UTC" {
		return true
	}
	if s[0] != '+' && s[0] != '-' {
		return false
	}
	hour, ok := digits(s[1:], 2)
	if !ok || hour > 18 {
		return false
	}
	minute, tail := 0, ""
	if len(s) > 3 {
		tail = strings.TrimPrefix(s[3:], ":")
		if minute, ok = digits(tail, 2); !ok || len(tail) != 2 || minute > 59 {
			return false
		}
	}
	c.offset = hour*3600 + minute*60
	if s[0] == '-' {
		c.offset = -c.offset
	}
	return true
}

// The last second of the year 9999, and the first of the year 1.
const maxUnix, minUnix = 253402300799, -62135596800

// readNumber reads seconds or milliseconds since 1970, or the day number of a
// spreadsheet of the 1900 calendar.
func (l *layout) readNumber(s string) (c clock, ok bool) {
	if l.kind == excelLayout {
		return readSerial(s)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return c, false
	}
	t := time.Unix(n, 0)
	if l.kind == unixMilliLayout {
		t = time.UnixMilli(n)
	}
	if u := t.Unix(); u > maxUnix || u < minUnix {
		return c, false
	}
	c = clockOf(t.UTC())
	c.zoned = true
	return c, true
}

// readSerial reads the days since 1899-12-31. Day 60 is 29 February 1900, which
// never was: it is refused, and days after it count one less.
func readSerial(s string) (c clock, ok bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != f || f < 1 || f >= 2958466 || f >= 60 && f < 61 {
		return c, false
	}
	if f > 60 {
		f--
	}
	day := int(f)
	ms := int64((f-float64(day))*86_400_000 + 0.5)
	t := time.Date(1899, 12, 31+day, 0, 0, 0, 0, time.UTC).Add(time.Duration(ms) * time.Millisecond)
	if t.Year() > 9999 {
		return c, false
	}
	return clockOf(t), true
}
