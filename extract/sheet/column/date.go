package column

import "strings"

// orders is a set of orders.
type orders uint8

const (
	dmy orders = 1 << iota
	mdy
	ymd
)

var orderSets = map[Order]orders{DayFirst: dmy, MonthFirst: mdy, YearFirst: ymd}

// sense is what a text says as a date.
type sense uint8

const (
	noDate    sense = iota
	noSuchDay       // written as a date, but no calendar has it
	oneWay          // the day is clear, but maybe for the century
	byOrder         // the day depends on the order
)

// written is a date as a text writes it, before its order is known.
type written struct {
	sense  sense
	parts  [3]int // as they stand; of oneWay year, month, day
	orders orders // that a calendar allows; of byOrder
	short  bool   // the year has two digits
	digits bool   // eight digits and nothing else
	speech speech // languages of the name of its month; 0 it has none
	clock  clock
}

const (
	shortestDate = 6 // 1/2/03
	longestDate  = 48
)

// mayBeDate tells cheaply that a text of digits and other signs is no date: it
// begins with a word that dates do not have, or its first number is its only one or
// has as many digits as no part of a date.
func mayBeDate(s string) bool {
	if !isDigit(s[0]) && !dateSieve.lets(s[:wordEnd(s, 0)]) {
		return false
	}
	from := nextDigit(s, 0)
	end := from
	for end < len(s) && isDigit(s[end]) {
		end++
	}
	digits := end - from
	return digits <= 4 && digits != 3 && nextDigit(s, end) < len(s)
}

// nextDigit gives the place of the first digit from i on, the length of the text
// where there is none.
func nextDigit(s string, i int) int {
	for i < len(s) && !isDigit(s[i]) {
		i++
	}
	return i
}

// parseDate reads a date as it stands in a tidy text, with a time of day behind
// it or without.
func parseDate(s string) (w written) {
	if len(s) < shortestDate || len(s) > longestDate {
		return w
	}
	first, n1 := digitsAt(s, 0)
	if n1 == 0 {
		return parseNamed(s)
	}
	if n1 == len(s) {
		return compactDate(first, n1)
	}
	if n1 != 1 && n1 != 2 && n1 != 4 || n1 == len(s) {
		return w
	}
	mark := s[n1]
	if mark != '/' && mark != '-' && mark != '.' && mark != ' ' {
		return parseNamed(s)
	}
	i := skipSpaces(s, n1+1)
	second, n2 := digitsAt(s, i)
	if n2 == 0 {
		return parseNamed(s)
	}
	i += n2
	if n2 > 2 || i >= len(s) || s[i] != mark {
		return w
	}
	i = skipSpaces(s, i+1)
	third, n3 := digitsAt(s, i)
	if n3 == 0 || i+n3 < len(s) && !w.behind(s[i+n3:]) {
		return written{}
	}
	w.parts = [3]int{first, second, third}
	w.judge(n1, n3)
	return w
}

func skipSpaces(s string, i int) int {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}

// judge says what the three numbers may be, by how many digits the first and the
// last have.
func (w *written) judge(first, last int) {
	a, b, c := w.parts[0], w.parts[1], w.parts[2]
	switch {
	case first == 4 && last <= 2:
		w.oneWay(isDay(a, b, c))
		return
	case first > 2 || last != 2 && last != 4:
		w.sense = noDate
		return
	}
	if isDay(c, b, a) {
		w.orders |= dmy
	}
	if isDay(c, a, b) {
		w.orders |= mdy
	}
	if w.short = last == 2; w.short && isDay(a, b, c) && first == 2 {
		w.orders |= ymd
	}
	switch {
	case w.orders == 0:
		w.sense = noSuchDay
	case a == b && !w.short:
		w.parts = [3]int{c, b, a}
		w.sense = oneWay
	default:
		w.sense = byOrder
	}
}

func (w *written) oneWay(real bool) {
	w.sense = noSuchDay
	if real {
		w.sense = oneWay
	}
}

// compactDate reads 20240131. Other eight digits are no date at all.
func compactDate(value, n int) (w written) {
	year, month, day := value/10000, value/100%100, value%100
	if n == 8 && firstLikelyYear <= year && year <= lastLikelyYear && isDay(year, month, day) {
		w.sense, w.parts, w.digits = oneWay, [3]int{year, month, day}, true
	}
	return w
}

const (
	firstLikelyYear = 1900
	lastLikelyYear  = 2100
)

// behind reads the time of day that follows a date.
func (w *written) behind(s string) (ok bool) {
	switch {
	case s[0] == 'T' || s[0] == 't':
		s = s[1:]
	case s[0] == ' ' || s[0] == ',':
		s = strings.TrimLeft(s, ", ")
		for _, word := range []string{"à ", "at ", "um ", "a las ", "alle ", "- "} {
			s = strings.TrimPrefix(s, word)
		}
	default:
		return false
	}
	w.clock, ok = parseClock(s, true)
	return ok && w.clock.ofDay()
}

// day gives the day by the order, and "" or the kind of the problem.
func (w *written) day(order Order, pivot int) (year, month, day int, problem *Problem) {
	switch w.sense {
	case noDate:
		return 0, 0, 0, noDateProblem
	case noSuchDay:
		return 0, 0, 0, noSuchDayProblem
	case oneWay:
		year, month, day = w.parts[0], w.parts[1], w.parts[2]
	case byOrder:
		set := w.ordered(order)
		switch set {
		case dmy:
			year, month, day = w.parts[2], w.parts[1], w.parts[0]
		case mdy:
			year, month, day = w.parts[2], w.parts[0], w.parts[1]
		case ymd:
			year, month, day = w.parts[0], w.parts[1], w.parts[2]
		case 0:
			return 0, 0, 0, otherOrderProblem
		default:
			return 0, 0, 0, orderProblem
		}
	}
	if w.short {
		if pivot < 0 {
			return 0, 0, 0, centuryProblem
		}
		year = fullYear(year, pivot)
	}
	switch {
	case !isDay(year, month, day):
		return 0, 0, 0, noSuchDayProblem
	case year < earliestYear:
		return 0, 0, 0, earlyProblem
	}
	return year, month, day, nil
}

// earliestYear is the first that is taken: before it a digit was mistyped (0203).
const earliestYear = 1800

// ordered gives the one order that a date is read in, several where that is open,
// 0 where the column's order does not fit.
func (w *written) ordered(order Order) orders {
	set := orderSets[order]
	if set == 0 || set == ymd && !w.short {
		return w.orders
	}
	return w.orders & set
}
