package column

// daysIn gives the days of a month in the Gregorian calendar.
func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// isDay tells whether the calendar has a day. Of two-digit years the century is
// open: 00 may be 2000, which has a 29 February.
func isDay(year, month, day int) bool {
	return 1 <= month && month <= 12 && 1 <= day && day <= daysIn(year, month)
}

// fullYear gives the year of two digits by the pivot.
func fullYear(short, pivot int) int {
	if short <= pivot {
		return 2000 + short
	}
	return 1900 + short
}

func appendDay(dst []byte, year, month, day int) []byte {
	dst = append(dst, byte('0'+year/1000%10), byte('0'+year/100%10))
	dst = appendTwo(dst, year%100)
	dst = appendTwo(append(dst, '-'), month)
	return appendTwo(append(dst, '-'), day)
}

func appendTwo(dst []byte, n int) []byte { return append(dst, byte('0'+n/10%10), byte('0'+n%10)) }
