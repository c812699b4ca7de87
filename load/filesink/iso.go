package filesink

// readISO reads ISO 8601: a date, a time, or both with "T" or a space between;
// seconds, a fraction and an offset may follow.
func readISO(s []byte) (t clock, ok bool) {
	year, month, dom := 1970, 1, 1
	if len(s) >= 10 && s[4] == '-' && s[7] == '-' {
		y, ok1 := number(s[:4])
		m, ok2 := number(s[5:7])
		d, ok3 := number(s[8:10])
		if !ok1 || !ok2 || !ok3 {
			return t, false
		}
		year, month, dom, t.hasDate = y, m, d, true
		if s = s[10:]; len(s) == 0 {
			t.wall, ok = wallClock(year, month, dom, 0, 0, 0)
			return t, ok
		}
		if s[0] != 'T' && s[0] != 't' && s[0] != ' ' {
			return t, false
		}
		s = s[1:]
	}
	return readISOTime(t, s, year, month, dom)
}

func readISOTime(t clock, s []byte, year, month, dom int) (clock, bool) {
	if len(s) < 5 || s[2] != ':' {
		return t, false
	}
	h, ok1 := number(s[:2])
	m, ok2 := number(s[3:5])
	if !ok1 || !ok2 {
		return t, false
	}
	sec, micros := 0, int64(0)
	if s = s[5:]; len(s) >= 3 && s[0] == ':' {
		v, ok := number(s[1:3])
		if !ok {
			return t, false
		}
		sec, s = v, s[3:]
		if len(s) > 1 && (s[0] == '.' || s[0] == ',') {
			end := digitsEnd(s, 1)
			if end == 1 {
				return t, false
			}
			micros, s = fraction(s[1:end]), s[end:]
		}
	}
	wall, ok := wallClock(year, month, dom, h, m, sec)
	if !ok {
		return t, false
	}
	t.wall, t.hasTime = wall+micros, true
	return readISOOffset(t, s)
}

// fraction gives the microseconds of a decimal fraction; finer digits do not fit.
func fraction(digits []byte) int64 {
	v, unit := int64(0), int64(100_000)
	for _, d := range digits {
		v += int64(d-'0') * unit
		unit /= 10
	}
	return v
}

func readISOOffset(t clock, s []byte) (clock, bool) {
	if len(s) == 0 {
		return t, true
	}
	t.hasOffset = true
	if len(s) == 1 && (s[0] == 'Z' || s[0] == 'z') {
		return t, true
	}
	sign := int64(1)
	switch s[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return t, false
	}
	s = s[1:]
	if len(s) == 5 && s[2] == ':' {
		s = []byte{s[0], s[1], s[3], s[4]}
	}
	if len(s) == 2 {
		s = []byte{s[0], s[1], '0', '0'}
	}
	hm, ok := number(s)
	if !ok || len(s) != 4 || hm/100 > 23 || hm%100 > 59 {
		return t, false
	}
	t.offset = sign * int64(hm/100*3600+hm%100*60) * second
	return t, true
}

// number reads digits only.
func number(digits []byte) (v int, ok bool) {
	for _, d := range digits {
		if d < '0' || d > '9' {
			return 0, false
		}
		v = v*10 + int(d-'0')
	}
	return v, len(digits) > 0
}
