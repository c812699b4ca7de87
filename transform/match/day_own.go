package match

import (
	"fmt"
	"strings"

	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// ownDays finds the times that have days of their own beside them: End date and End
// time, where Start date and Start time are the others.
func (p *proposer) ownDays() {
	d := p.dated
	for _, i := range d.times {
		var days []int
		for k, s := range p.cols {
			if s.profile.Typed.As == column.Date && k != d.day && !p.match[k].given && !p.match[k].out && p.sameMoment(i, k) {
				days = append(days, k)
			}
		}
		if len(days) == 1 && !p.sameMoment(i, d.day) && !d.taken(days[0]) {
			d.own[i] = days[0]
		}
	}
}

// sameMoment tells whether two columns are called the same start or the same end.
func (p *proposer) sameMoment(i, k int) bool {
	for _, idea := range []string{"start", "end", "actual_start", "actual_end", "due"} {
		if p.cols[i].means("", idea) && p.cols[k].means("", idea) {
			return true
		}
	}
	return false
}

// taken tells whether a column is the own day of a time.
func (d *dated) taken(k int) bool {
	for _, day := range d.own {
		if day == k {
			return true
		}
	}
	return false
}

// isDay tells whether a column gives the day of times.
func (d *dated) isDay(k int) bool { return d != nil && (d.day == k || d.taken(k)) }

// dayFor is the column with the day of a time.
func (d *dated) dayFor(i int) int {
	if day, ok := d.own[i]; ok {
		return day
	}
	return d.day
}

// joinDay puts a column of days to the times, which got a field; without any of
// those it is asked with them.
func (p *proposer) joinDay(day int, times []int) {
	if len(times) == 0 {
		p.match[day].asked = true // which field the times are is asked
		return
	}
	var names []string
	for _, i := range times {
		p.match[i].day = day + 1
		names = append(names, p.cols[i].Name)
	}
	s, all, first := p.cols[day], strings.Join(names, ", "), &p.match[times[0]]
	p.match[day] = matched{target: first.target, rating: rating{first.score, "the day of " + all}, into: times[0] + 1}
	text := fmt.Sprintf("%s gives the day of %s", s.Name, all)
	if p.dated.taken(day) && p.cols[times[0]].profile.Blank > s.profile.Blank && first.target.idea("end", "actual_end") {
		text += "; where that is blank no end is sent"
	}
	p.tell(grid.Fact{Code: "day-and-time", Column: s.Name, Count: len(names), Text: text})
}
