package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"ferry/extract/sheet"
)

// What people do with an answered file beside mending it.
const (
	actPart   = "mends a part only"
	actSort   = "sorts the rows"
	actDelete = "deletes done rows"
	actBlank  = "inserts blank lines"
	actAdd    = "adds new rows"
	actEdit   = "edits done rows"
	actSame   = "sends it as it is"
)

// How rows are mended.
const (
	mendCell  = "cell by cell"
	mendKey   = "its key"
	mendRow   = "its cells in number"
	mendShift = "with our cells along"
)

// mend is what a person does with an answered file: it gives the path of what is
// sent next.
func (p *trip) mend(answered string) string {
	p.sent++
	if p.sent <= p.lazy && p.chance(0.1) {
		p.all.kinds[ofActs][actSame]++
		return answered
	}
	of := p.openPaper(answered)
	p.mendMarked(of)
	p.edit(of)
	p.deleteDone(of)
	p.addRows(of)
	if p.chance(0.4) {
		p.sortRows(of)
	}
	if p.chance(0.3) {
		p.all.kinds[ofActs][actBlank]++
		for range 1 + p.random.IntN(3) {
			of.blank(1 + p.random.IntN(len(of.table())-1))
		}
	}
	path := answered
	if p.chance(0.5) { // under a name of its own
		path = filepath.Join(p.dir, fmt.Sprintf("mended-%d%s", p.sent, filepath.Ext(answered)))
	}
	of.save(path)
	return path
}

func (p *trip) chance(share float64) bool { return p.random.Float64() < share }

// mendMarked mends the rows that were not loaded as their answers say, all of them
// or a part.
func (p *trip) mendMarked(of paper) {
	var open []*answeredRow
	for _, l := range p.lines(of) {
		if len(l.person.bad) > 0 {
			open = append(open, l)
		}
	}
	if p.sent <= p.lazy && len(open) > 1 && p.chance(0.5) {
		p.all.kinds[ofActs][actPart]++
		p.random.Shuffle(len(open), func(i, j int) { open[i], open[j] = open[j], open[i] })
		open = open[:1+p.random.IntN(len(open)-1)]
	}
	for _, l := range open {
		p.mendRow(of, l)
	}
}

// mendRow mends one row by what its answer says, and by nothing else.
func (p *trip) mendRow(of paper, l *answeredRow) {
	named := columnsNamed(l.todo, p.columns)
	for _, name := range p.columns {
		if _, marked := l.notes[name]; marked && !slices.Contains(named, name) {
			named = append(named, name)
		}
	}
	switch {
	case strings.Contains(l.todo, "fill in one of them"):
		named = append(named, colFirm, colFirst, colLast, colMail)
	case strings.Contains(l.todo, "has the same key"), strings.Contains(l.todo, "identifies a row is blank"):
		named = append(named, colNumber)
		p.all.kinds[ofMends][mendKey]++
	}
	who := l.person
	for _, name := range named {
		of.put(l.at, slices.Index(of.table()[0], name), who.truth[name])
		p.all.kinds[ofMends][mendCell]++
	}
	switch {
	case strings.Contains(l.todo, "take out the surplus separator"):
		p.all.kinds[ofMends][mendRow]++
		p.takeOut(of.(*textPaper), l.at)
	case strings.Contains(l.todo, "add what is missing"), strings.Contains(l.todo, "put each value under its header"):
		p.all.kinds[ofMends][mendRow]++
		for i, name := range of.table()[0] {
			if c, ok := who.truth[name]; ok {
				of.put(l.at, i, c)
			}
			if name == sheet.ColumnStamp && strings.Contains(l.todo, "empty the cell in the column") {
				of.put(l.at, i, cell{})
			}
		}
	default:
		require.NotEmptyf(p.t, named, "nothing says what to mend in row %d: %s; %v", who.n, l.todo, who.bad)
	}
	if who.twin != nil && who.has(mistakeDouble) {
		who.twin.twin, who.twin = nil, nil
	}
	who.bad = nil
}

// takeOut takes the cell behind the city out of a row of a text file; our cells go
// along, or stay where they are.
func (p *trip) takeOut(of *textPaper, at int) {
	row := of.rows[at]
	city := slices.Index(of.rows[0], colCity)
	last := len(p.columns)
	row = slices.Delete(row, city+1, city+2)
	if p.chance(0.5) {
		p.all.kinds[ofMends][mendShift]++
	} else {
		row = slices.Insert(row, last, "")
	}
	of.rows[at] = row
}

// edit changes cells of rows that are done.
func (p *trip) edit(of paper) {
	if !p.chance(0.5) {
		return
	}
	for _, l := range p.lines(of) {
		if !l.person.loaded || l.person.twin != nil || !p.chance(0.05) {
			continue
		}
		name := pick(p.random, []string{colFirm, colCity, colMail, colPhone, colTax})
		fresh := p.newPerson()
		p.people = p.people[:len(p.people)-1] // its cells alone are wanted
		p.all.kinds[ofActs][actEdit]++
		if l.person.truth[name] != fresh.truth[name] {
			l.person.edited = true
		}
		l.person.truth[name] = fresh.truth[name]
		of.put(l.at, slices.Index(of.table()[0], name), fresh.truth[name])
	}
}

// deleteDone takes rows out that are done.
func (p *trip) deleteDone(of paper) {
	if !p.chance(0.4) {
		return
	}
	lines := p.lines(of)
	for _, l := range slices.Backward(lines) { // from below: those above stay where they are
		if l.person.loaded && !l.person.edited && p.chance(0.2) {
			p.all.kinds[ofActs][actDelete]++
			l.person.gone = true
			of.remove(l.at)
		}
	}
}

// addRows writes new rows below, now and then with a mistake.
func (p *trip) addRows(of paper) {
	if p.sent > p.lazy || !p.chance(0.4) || p.added > 12 {
		return
	}
	var people []*person
	for range 1 + p.random.IntN(3) {
		people = append(people, p.newPerson())
	}
	p.added += len(people)
	p.all.rows += len(people)
	for _, d := range p.drafts(people, 0.3) {
		p.all.kinds[ofActs][actAdd]++
		of.add(d.line(p.columns))
	}
}

// sortRows sorts the rows by one of the columns, with all that stands in them.
func (p *trip) sortRows(of paper) {
	p.all.kinds[ofActs][actSort]++
	table := of.table()
	by := p.random.IntN(len(p.columns))
	at := make([]int, 0, len(table))
	for i := 1; i < len(table); i++ {
		at = append(at, i)
	}
	text := func(row int) string {
		if by < len(table[row]) {
			return table[row][by]
		}
		return ""
	}
	slices.SortStableFunc(at, func(a, b int) int { return strings.Compare(text(a), text(b)) })
	of.order(at)
}
