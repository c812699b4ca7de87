package filesink

// appendCSVText appends text as a CSV field. Text that a spreadsheet would take
// for a formula gets a leading apostrophe, which reading back takes off again.
func appendCSVText(dst, s []byte) []byte {
	if len(s) == 0 {
		return append(dst, '"', '"')
	}
	guard := guarded(s)
	if !quoted(s) {
		if guard {
			dst = append(dst, '\'')
		}
		return append(dst, s...)
	}
	dst = append(dst, '"')
	if guard {
		dst = append(dst, '\'')
	}
	for _, c := range s {
		if c == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}

func quoted(s []byte) bool {
	for _, c := range s {
		if c == ',' || c == '"' || c == '\n' || c == '\r' {
			return true
		}
	}
	return false
}

// guarded tells whether text needs the apostrophe: it begins with = + - @ tab
// CR or an apostrophe, and is neither a plain number nor a phone number.
func guarded(s []byte) bool {
	switch s[0] {
	case '=', '@', '\t', '\r', '\'':
		return true
	case '-':
		return !plainNumber(s[1:])
	case '+':
		return !plainNumber(s[1:]) && !phone(s[1:])
	default:
		return false
	}
}

// plainNumber takes digits with points or commas among them, and an exponent.
func plainNumber(s []byte) bool {
	i, digits := 0, 0
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' || c == ',':
		case (c == 'e' || c == 'E') && digits > 0:
			return exponent(s[i+1:])
		default:
			return false
		}
	}
	return digits > 0
}

func exponent(s []byte) bool {
	if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	return len(s) > 0 && digitsEnd(s, 0) == len(s)
}

// phone takes at least three digits with the signs people put between them.
func phone(s []byte) bool {
	digits := 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/':
		default:
			return false
		}
	}
	return digits >= 3
}

func appendDate(dst []byte, days int64) []byte {
	y, m, d := civil(days)
	dst = appendPadded(dst, y, 4)
	dst = append(dst, '-')
	dst = appendPadded(dst, m, 2)
	dst = append(dst, '-')
	return appendPadded(dst, d, 2)
}

// appendClock appends a time of day, with as many digits of its fraction as it has.
func appendClock(dst []byte, micros int64) []byte {
	s := int(micros / second)
	dst = appendPadded(dst, s/3600, 2)
	dst = append(dst, ':')
	dst = appendPadded(dst, s/60%60, 2)
	dst = append(dst, ':')
	dst = appendPadded(dst, s%60, 2)
	if rest := int(micros % second); rest != 0 {
		dst = append(dst, '.')
		dst = appendPadded(dst, rest, 6)
		for dst[len(dst)-1] == '0' {
			dst = dst[:len(dst)-1]
		}
	}
	return dst
}

// appendLocal appends a moment without zone, appendInstant one in UTC.
func appendLocal(dst []byte, micros int64) []byte {
	dst = appendDate(dst, floorDiv(micros, day))
	dst = append(dst, ' ')
	return appendClock(dst, floorMod(micros, day))
}

func appendInstant(dst []byte, micros int64) []byte {
	dst = appendDate(dst, floorDiv(micros, day))
	dst = append(dst, 'T')
	dst = appendClock(dst, floorMod(micros, day))
	return append(dst, 'Z')
}

// appendPadded appends v with leading zeros; width is 2, 4 or 6.
func appendPadded(dst []byte, v, width int) []byte {
	if width > 4 {
		dst = append(dst, byte('0'+v/100000), byte('0'+v/10000%10))
	}
	if width > 2 {
		dst = append(dst, byte('0'+v/1000%10), byte('0'+v/100%10))
	}
	return append(dst, byte('0'+v/10%10), byte('0'+v%10))
}
