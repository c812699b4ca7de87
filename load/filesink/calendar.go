package filesink

// wallClock gives microseconds since 1970 for a date and time that exist in
// the calendar.
func wallClock(year, month, dom, h, m, s int) (int64, bool) {
	if month < 1 || month > 12 || dom < 1 || dom > daysIn(year, month) || h > 23 || m > 59 || s > 59 {
		return 0, false
	}
	return int64(daysSince1970(year, month, dom))*day + int64(h*3600+m*60+s)*second, true
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysSince1970 counts days in years that start in March, so that the leap day
// is the last of its year.
func daysSince1970(year, month, dom int) int {
	if month <= 2 {
		year--
		month += 12
	}
	era := floorDiv(int64(year), 400)
	ofEra := year - int(era)*400
	ofYear := (153*(month-3)+2)/5 + dom - 1
	return int(era)*146097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719468
}

// civil is the inverse of daysSince1970.
func civil(days int64) (year, month, dom int) {
	z := days + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	dom = int(doy - (153*mp+2)/5 + 1)
	month = int(mp + 3)
	year = int(yoe + era*400)
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, dom
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }
