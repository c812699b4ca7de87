package match

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/record"
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// dated is a column of days with the columns of times that belong to them.
type dated struct {
	day   int
	times []int
	own   map[int]int // times to the columns of the days that are theirs alone
}

// days finds the days of columns that hold times of day alone: Date, Start, End.
// What a person has said of the column of days goes before.
func (p *proposer) days() {
	var times, days []int
	p.givenDays()
	for i, s := range p.cols {
		switch typed := s.profile.Typed.As; {
		case p.match[i].out:
		case typed == column.Time && p.timed(i):
			times = append(times, i)
		case typed == column.Date && !p.match[i].given && slices.ContainsFunc(s.senses, func(c sense) bool {
			return slices.Contains([]string{"date", "start", "actual_start"}, c.idea)
		}):
			days = append(days, i)
		}
	}
	if named := slices.DeleteFunc(slices.Clone(days), func(i int) bool { return !p.cols[i].means("", "date") }); len(named) > 0 {
		days = named
	}
	if len(days) == 1 && len(times) > 0 {
		p.dated = &dated{days[0], times, map[int]int{}}
		p.judge.days = true
		p.ownDays()
	}
}

// givenDays takes days that a person has given to a field of date and time as the
// day of the times beside them, which then fill that field.
func (p *proposer) givenDays() {
	for i, s := range p.cols {
		m := p.match[i]
		if s.profile.Typed.As != column.Date || m.target == nil || !moments(m.target) {
			continue
		}
		at := slices.IndexFunc(p.match, func(o matched) bool { return o.target == m.target && o.into == i+1 })
		if m.into > 0 {
			at = m.into - 1
		}
		p.match[i] = matched{}
		if at < 0 {
			at = p.timesFor(m.target)
		}
		if at < 0 || p.cols[at].profile.Typed.As != column.Time {
			p.match[i] = m
			continue
		}
		p.match[at] = matched{target: m.target, given: true, rating: m.rating}
	}
}

// timesFor finds a column of times for a field, which nobody has decided; -1 none.
func (p *proposer) timesFor(t *target) int {
	for i, s := range p.cols {
		if m := p.match[i]; s.profile.Typed.As == column.Time && m.target == nil && !m.out && p.rateTimes(s, t) >= taken {
			return i
		}
	}
	return -1
}

// rateTimes is how well times go into a field where a column has their days.
func (p *proposer) rateTimes(s *source, t *target) float64 {
	had := p.judge.days
	p.judge.days = true
	defer func() { p.judge.days = had }()
	return p.judge.rate(s, t).score
}

// timed tells whether a column goes, or may go, into a field of date and time.
func (p *proposer) timed(i int) bool {
	if t := p.match[i].target; t != nil {
		return moments(t)
	}
	return slices.ContainsFunc(p.free(), func(t *target) bool { return moments(t) && p.rateTimes(p.cols[i], t) >= taken })
}

// moments tells whether a field holds a date with a time.
func moments(t *target) bool {
	return t.field.Kind == record.DateTime && t.custom == nil && t.by == "" && (len(t.field.Layouts) == 0 || strings.Contains(t.field.Layouts[0], "15"))
}

// dayOf joins the columns of days to those of the times that got a field.
func (p *proposer) dayOf() {
	if p.dated == nil {
		return
	}
	of := map[int][]int{}
	for _, i := range p.dated.times {
		if m := &p.match[i]; m.target != nil && !m.asked && moments(m.target) {
			of[p.dated.dayFor(i)] = append(of[p.dated.dayFor(i)], i)
		}
	}
	p.joinDay(p.dated.day, of[p.dated.day])
	for _, i := range p.dated.times {
		if day, ok := p.dated.own[i]; ok {
			p.joinDay(day, of[day])
		}
	}
}

// dayAndTime makes the moment of a time and its day. A day whose time is blank is
// a start without a time, and no end.
func (p *proposer) dayAndTime(i int) rule {
	m, t := &p.match[i], p.match[i].target
	day, time := ref(p.cols[m.day-1].Name), ref(p.cols[i].Name)
	r := rule{path: t.path, idea: ideas(t), keys: []string{"as: datetime", "layout: iso"}}
	alone := day
	if t.field.UTC {
		if zone, ok := p.zone(p.cols[i]); ok {
			r.keys = append(r.keys, "zone: "+scalar(zone))
		}
		alone = fmt.Sprintf(`(%s == "" ? "" : %s + "T12:00:00")`, day, day)
	}
	begin := p.begin(i)
	if _, own := p.dated.own[i]; own && t.idea("end", "actual_end") {
		alone = `""`
	}
	if begin != "" {
		next := `""` // no day: the row is held
		if p.overnight(i) {
			next = fmt.Sprintf("string(add_days(%s, 1))", day)
		}
		alone, day = `""`, fmt.Sprintf(`(%s < %s ? %s : %s)`, time, begin, next, day)
	}
	r.source = expr(fmt.Sprintf(`%s == "" ? %s : %s + "T" + %s`, time, alone, day, time))
	r.note = "the day from " + line(p.cols[m.day-1].Name)
	return r
}

// begin is the start, as an expression, that the time of an end belongs to; "" the
// time is no end, has a day of its own, or no start beside it.
func (p *proposer) begin(i int) string {
	if _, own := p.dated.own[i]; own {
		return ""
	}
	of := map[string]string{"end": "start", "actual_end": "actual_start"}
	for end, start := range of {
		if !p.match[i].target.idea(end) {
			continue
		}
		for _, k := range p.dated.times {
			if t := p.match[k].target; k != i && p.match[k].day > 0 && t.idea(start) {
				return ref(p.cols[k].Name)
			}
		}
	}
	return ""
}

// overnight tells whether a time of end before its start is of the next day; else
// such rows are held. It is asked where such a row was seen.
func (p *proposer) overnight(i int) bool {
	s := p.cols[i]
	id := "overnight." + s.Name
	given, _ := p.answer(id)
	if given == "next" || given == Hold {
		return given == "next"
	}
	rows := p.backward(i)
	if len(rows) == 0 {
		return false
	}
	p.ask(grid.Question{ID: id, Column: s.Name, Count: len(rows), Cells: p.cells(s, rows[:min(len(rows), 10)]), Default: Hold,
		Text:    fmt.Sprintf("In some rows %s is before the start. Is it on the next day?", s.Name),
		Why:     fmt.Sprintf("%s gives one day for both", p.cols[p.dated.day].Name),
		Choices: []grid.Choice{{Value: Hold, Label: "no: hold the rows"}, {Value: "next", Label: "yes, on the next day"}}})
	return false
}

// backward lists the rows that are known to end before they start.
func (p *proposer) backward(i int) []int {
	starts := map[int]string{}
	for _, k := range p.dated.times {
		if ref(p.cols[k].Name) == p.begin(i) {
			p.clock(k, func(row int, text string) { starts[row] = text })
		}
	}
	var rows []int
	p.clock(i, func(row int, text string) {
		if start, ok := starts[row]; ok && text < start {
			rows = append(rows, row)
		}
	})
	slices.Sort(rows)
	return rows
}

// clock gives the times of a column, as they are read, where their rows are known.
func (p *proposer) clock(i int, fn func(row int, text string)) {
	profile := p.cols[i].profile
	read := profile.Typed.Compile()
	for _, v := range profile.Values {
		text, problem := read.Read(&grid.Cell{Kind: grid.Text, Text: v.Text})
		if problem != nil {
			continue
		}
		for _, row := range v.Rows {
			fn(row, text)
		}
	}
}
