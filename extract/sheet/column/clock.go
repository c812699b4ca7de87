package column

import "strings"

// clock is a time of day or an elapsed time as a text writes it.
type clock struct {
	has                  bool
	sign                 bool // minus, of an elapsed time
	hour, minute, second int
	fraction             string // digits of a part of a second
	offset               string // Z, +02:00; "" none is written
	half                 bool   // am or pm stands behind it
}

// midnight tells whether it says nothing beyond the day.
func (c *clock) midnight() bool {
	return !c.has || c.hour|c.minute|c.second == 0 && strings.Trim(c.fraction, "0") == "" && c.offset == ""
}

// ofDay tells whether it is a time of day.
func (c *clock) ofDay() bool { return c.has && c.hour < 24 && !c.sign }

// parseClock reads 14:30, 14:30:05.5, 2:30 PM, 14h30, 14.30 Uhr, with an offset
// where zone allows one. Hours may pass 24.
func parseClock(s string, zone bool) (c clock, ok bool) {
	s, c.sign = strings.CutPrefix(s, "-")
	i, n := 0, 0
	if c.hour, n = digitsAt(s, 0); n == 0 || n > 5 {
		return c, false
	}
	if i = n; i == len(s) {
		return c, false
	}
	switch s[i] {
	case ':':
		if i, ok = c.minutes(s, i+1); !ok {
			return c, false
		}
	case 'h', 'H':
		if i, ok = c.french(s, i+1); !ok {
			return c, false
		}
	case ' ', 'a', 'p', 'A', 'P': // 2 pm
	default:
		return c, false
	}
	return c, c.tail(s[i:], zone)
}

// minutes reads 30, 30:05 and 30:05.123 from i on.
func (c *clock) minutes(s string, i int) (end int, ok bool) {
	n := 0
	if c.minute, n = digitsAt(s, i); n != 2 || c.minute > 59 {
		return i, false
	}
	i += n
	c.has = true
	if i == len(s) || s[i] != ':' {
		return i, true
	}
	if c.second, n = digitsAt(s, i+1); n != 2 || c.second > 59 {
		return i, false
	}
	i += 1 + n
	if i+1 < len(s) && (s[i] == '.' || s[i] == ',') && isDigit(s[i+1]) {
		end := i + 1
		for end < len(s) && isDigit(s[end]) {
			end++
		}
		c.fraction, i = s[i+1:end], end
	}
	return i, len(c.fraction) <= 9
}

// french reads what stands behind the h of 14h30.
func (c *clock) french(s string, i int) (end int, ok bool) {
	c.has = true
	for i < len(s) && s[i] == ' ' {
		i++
	}
	minute, n := digitsAt(s, i)
	if n == 0 {
		return i, i == len(s)
	}
	if c.minute = minute; n != 2 || minute > 59 {
		return i, false
	}
	i += n
	for _, unit := range []string{" min", "min", "mn", "m"} {
		if rest, cut := strings.CutPrefix(s[i:], unit); cut {
			return len(s) - len(rest), true
		}
	}
	return i, true
}

// tail reads am and pm, the German Uhr, and an offset.
func (c *clock) tail(s string, zone bool) bool {
	s = strings.TrimLeft(s, " ")
	if s == "" {
		return c.has
	}
	var buf [16]byte
	if len(s) > len(buf) {
		return false
	}
	switch string(fold(buf[:0], s)) {
	case "am", "a.m.", "a":
		return c.halfDay(0)
	case "pm", "p.m.", "p":
		return c.halfDay(12)
	case "uhr", "h":
		return c.has
	case "z", "utc", "gmt":
		c.offset = "Z"
		return zone && c.has
	}
	return zone && c.has && c.zone(s)
}

func (c *clock) halfDay(noon int) bool {
	if c.hour < 1 || c.hour > 12 || c.sign {
		return false
	}
	c.hour, c.has, c.half = c.hour%12+noon, true, true
	return true
}

// zone reads +02:00, +0200 and +02.
func (c *clock) zone(s string) bool {
	if s[0] != '+' && s[0] != '-' {
		return false
	}
	hours, n := digitsAt(s, 1)
	switch {
	case n == 4 && len(s) == 5 && hours/100 <= 14 && hours%100 < 60:
		c.offset = s[:3] + ":" + s[3:]
	case n == 2 && len(s) == 3 && hours <= 14:
		c.offset = s + ":00"
	case n == 2 && len(s) == 6 && s[3] == ':' && hours <= 14:
		minutes, m := digitsAt(s, 4)
		c.offset = s
		return m == 2 && minutes < 60
	default:
		return false
	}
	return true
}

// append writes 15:04:05, with .000 where there is a part of a second.
func (c *clock) append(dst []byte) []byte {
	if c.sign {
		dst = append(dst, '-')
	}
	if c.hour >= 100 {
		dst = appendInt(dst, c.hour/100)
	}
	dst = appendTwo(dst, c.hour)
	dst = appendTwo(append(dst, ':'), c.minute)
	dst = appendTwo(append(dst, ':'), c.second)
	if f := strings.TrimRight(c.fraction, "0"); f != "" {
		dst = append(append(dst, '.'), f...)
		for n := len(f); n%3 != 0; n++ {
			dst = append(dst, '0')
		}
	}
	return append(dst, c.offset...)
}

func appendInt(dst []byte, n int) []byte {
	if n >= 10 {
		dst = appendInt(dst, n/10)
	}
	return append(dst, byte('0'+n%10))
}

// digitsAt reads the digits from i on; more than nine are none.
func digitsAt(s string, i int) (value, n int) {
	for i+n < len(s) && isDigit(s[i+n]) {
		if n == 9 {
			return 0, 0
		}
		value = value*10 + int(s[i+n]-'0')
		n++
	}
	return value, n
}
