package column

import (
	"math/bits"
	"strconv"

	"ferry/extract/sheet/grid"
)

// horizon is how many years ahead a two-digit year may lie where nobody is born
// in it: a contract, a guarantee.
const horizon = 20

// decideCentury says which two-digit years are 20xx. Births lie behind us; other
// dates may lie ahead.
func (b *builder) decideCentury() {
	d := &b.dates
	if d.short.count == 0 {
		return
	}
	first, last := yearSpan(b.shortYears())
	now := b.year % 100
	q := grid.Question{
		ID: askCentury, Text: "Which century do the years of two digits belong to?",
		Why:   several(d.short.count, "date has", "dates have") + " a year of two digits" + d.short.list() + ".",
		Cells: d.short.refs, Free: true, Form: "the last of the two digits that mean 20.., such as 49",
	}
	pivot := min(now+horizon, 99)
	switch {
	case b.header&hintBirth != 0:
		pivot = now
		q.Why += " Nobody is born in the future, but a year up to this one may be of either century."
		if first > now {
			q.Default = strconv.Itoa(now)
		}
	case !yearIn(b.shortYears(), now+horizon/2, now+horizon*7/4):
		q.Default = strconv.Itoa(pivot)
	default:
		q.Why += " Some of the years may lie ahead or far behind."
	}
	q.Choices = []grid.Choice{
		{Value: strconv.Itoa(pivot), Label: "up to " + twoDigits(pivot) + " they are 20xx, above 19xx"},
		{Value: "99", Label: "all are 20xx"},
		{Value: "0", Label: "all are 19xx, but for 00"},
	}
	value, _ := b.ask(q)
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > 99 {
		return
	}
	b.out.Typed.Pivot = n
	text := "years of two digits up to " + twoDigits(n) + " are read as 20xx, above as 19xx"
	switch {
	case first > n:
		text = "years of two digits are read as 19xx"
	case last <= n:
		text = "years of two digits are read as 20xx"
	}
	b.fact("century", several(d.short.count, "date", "dates")+d.short.list()+": "+text+".", d.short, false)
}

// shortYears gives the two-digit years of the column, by the order that was
// decided; both ends of the dates where none was.
func (b *builder) shortYears() (set [2]uint64) {
	d := &b.dates
	for i := range set {
		set[i] = d.years[i]
		if b.out.Typed.Order != YearFirst {
			set[i] |= d.lasts[i]
		} else {
			set[i] |= d.firsts[i]
		}
	}
	return set
}

func yearSpan(set [2]uint64) (first, last int) {
	if first = bits.TrailingZeros64(set[0]); set[0] == 0 {
		first = 64 + bits.TrailingZeros64(set[1])
	}
	if last = 127 - bits.LeadingZeros64(set[1]); set[1] == 0 {
		last = 63 - bits.LeadingZeros64(set[0])
	}
	return first, last
}

// yearIn tells whether a year lies above from and up to to.
func yearIn(set [2]uint64, from, to int) bool {
	for year := from + 1; year <= min(to, 99); year++ {
		if set[year>>6]&(1<<(year&63)) != 0 {
			return true
		}
	}
	return false
}

func twoDigits(n int) string { return string(appendTwo(nil, n)) }
