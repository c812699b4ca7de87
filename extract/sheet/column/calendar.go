package column

import "ferry/extract/record"

// isDay tells whether the calendar has a day. Of two-digit years the century is
// open: 00 may be 2000, which has a 29 February.
func isDay(year, month, day int) bool {
	return 1 <= month && month <= 12 && 1 <= day && day <= record.DaysIn(year, month)
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
