package sheet

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// recallSheets takes the further sheets that an answered workbook was read with.
func (u *understanding) recallSheets() {
	m := u.layout.Mark
	for _, id := range []string{askSheet, askSheets} {
		u.given(id)
	}
	if m.Layout == nil {
		return
	}
	r := &u.layout.Recipe
	for _, name := range m.Layout.Also {
		if i := u.lookNamed(name); i >= 0 && len(u.looks[i].rows) > 0 {
			r.Also = append(r.Also, name)
		}
	}
	r.SheetColumn = m.Layout.SheetColumn
}

// recall has a file that Ferry has answered read as it was read then: by its mark,
// and without one by the row that our headers stand in.
func (u *understanding) recall(context.Context) error {
	if u.chosen < 0 {
		return nil
	}
	l := &u.looks[u.chosen]
	if m := u.layout.Mark; m != nil && m.Kind == MarkAnswer && m.Layout != nil {
		if moved, ok := fits(m.Layout, l); ok {
			u.replay(m.Layout, l, moved)
			return nil
		}
	}
	u.recallHeader(l)
	return nil
}

// replay decides what was decided when the file was answered. How the table stands in
// the sheet is then no question any more: what is answered to it otherwise is told.
func (u *understanding) replay(was *Recipe, l *look, moved int) {
	shape := map[string]string{askTurned: no, askTable: tableThen(was, l, moved), askHeader: numbersText(was.Header, moved)}
	if was.Table != "" && was.Decided[askHeader] == "" {
		delete(shape, askHeader) // that of the table
	}
	if first := firstThen(was, l); first > 0 {
		shape[askFirst] = strconv.Itoa(first + moved)
	}
	if n, err := strconv.Atoi(was.Decided[askLast]); err == nil {
		shape[askLast] = strconv.Itoa(n + moved)
	}
	merged := Answers{}
	maps.Copy(merged, was.Decided)
	if len(was.Key) > 0 {
		merged[askKey] = strings.Join(was.Key, ",")
	}
	maps.Copy(merged, u.answers)
	for _, id := range slices.Sorted(maps.Keys(shape)) {
		if given, ok := u.answers[id]; ok && given != shape[id] && was.Decided[id] != given {
			u.fact(grid.Fact{Code: "read-as-answered", Warn: true,
				Text: fmt.Sprintf("The answer %s=%s is not used: this file is read as it was when it was answered. To read it otherwise, import the file that you had before.", id, given)})
		}
		merged[id] = shape[id]
	}
	u.answers = merged
}

// tableThen gives the answer that chooses the table that was read.
func tableThen(was *Recipe, l *look, moved int) string {
	if slices.ContainsFunc(l.info.Tables, func(t grid.Table) bool { return t.Name == was.Table }) {
		return was.Table
	}
	if g, ok := grid.ParseRange(was.Table); ok {
		g.FirstRow, g.LastRow = g.FirstRow+moved, g.LastRow+moved
		return g.String()
	}
	if answer := was.Decided[askTable]; was.Table == "" && answer != "" {
		return answer
	}
	return all
}

// firstThen gives the first row of data where it is not the one that follows from the
// header; 0 it is.
func firstThen(was *Recipe, l *look) int {
	if _, decided := was.Decided[askFirst]; decided {
		return was.First
	}
	if len(was.Header) == 0 && len(l.rows) > 0 && was.First > l.rows[0].Number {
		return was.First
	}
	return 0
}

func numbersText(numbers []int, moved int) string {
	if len(numbers) == 0 {
		return none
	}
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n + moved)
	}
	return strings.Join(texts, ",")
}

// fits tells whether a sheet still has the header that it was read with, and how many
// rows below its old place. It has where half of the names are there.
func fits(was *Recipe, l *look) (moved int, ok bool) {
	if len(was.Header) == 0 {
		return 0, true
	}
	best := heads(was, l.rows, 0)
	if unmoved(was, l.rows) {
		return 0, best > 0
	}
	for i := range l.rows {
		by := l.rows[i].Number - was.Header[0]
		if n := heads(was, l.rows, by); n > best {
			best, moved = n, by
		}
	}
	return moved, best > 0
}

// unmoved tells whether at least half of the columns have the header that they had.
func unmoved(was *Recipe, rows []grid.Row) bool {
	var header []grid.Row
	for _, number := range was.Header {
		at := rowAt(rows, number)
		if at < 0 {
			return false
		}
		header = append(header, rows[at])
	}
	names := map[string]bool{}
	for _, name := range headers(header, widest(header), nil) {
		names[name] = true
	}
	same, wanted := 0, headed(was)
	for _, c := range wanted {
		if names[c.Header] {
			same++
		}
	}
	return 2*same >= len(wanted)
}

// heads counts the names of a header that rows hold, those of the last row twice; 0
// where it is less than half of them.
func heads(was *Recipe, rows []grid.Row, moved int) int {
	texts, lowest := map[string]bool{}, map[string]bool{}
	for _, number := range was.Header {
		at := rowAt(rows, number+moved)
		if at < 0 {
			return 0
		}
		clear(lowest)
		for c := range rows[at].Cells {
			text := oneLine(textAt(&rows[at], c+1))
			texts[text], lowest[text] = true, true
		}
	}
	wanted, found := headed(was), 0
	twice := 0
	for _, c := range wanted {
		parts := strings.Split(c.Header, " / ")
		if texts[c.Header] || slices.ContainsFunc(parts, func(part string) bool { return texts[part] }) {
			found++
		}
		if lowest[c.Header] || lowest[parts[len(parts)-1]] {
			twice++
		}
	}
	if 2*found < len(wanted) {
		return 0
	}
	return found + twice
}

// recallHeader takes the header that our own headers stand behind: it is the last row
// of theirs. Where rows have stamps and ours have no headers, there is none.
func (u *understanding) recallHeader(l *look) {
	if l.added.stamps == 0 {
		return
	}
	if l.added.heading == 0 {
		u.decide(askHeader, none)
		return
	}
	if endsIn(u.answers[askHeader], l.added.heading) {
		return
	}
	h := l.heading
	at := rowAt(l.rows, l.added.heading)
	if at < 0 {
		return
	}
	if n := len(h.rows); n == 0 || h.rows[n-1] != at {
		h = heading{rows: []int{at}}
		h.addAbove(l.rows, at)
	}
	var numbers []int
	for _, i := range h.rows {
		numbers = append(numbers, l.rows[i].Number)
	}
	u.decide(askHeader, numbersText(numbers, 0))
}

// decide takes an answer that the file itself gives.
func (u *understanding) decide(id, answer string) {
	merged := Answers{id: answer}
	for other, text := range u.answers {
		if other != id {
			merged[other] = text
		}
	}
	u.answers = merged
}

// endsIn tells whether an answer names rows of a header whose last one has a number.
func endsIn(answer string, number int) bool {
	last := answer[strings.LastIndex(answer, ",")+1:]
	n, err := strconv.Atoi(strings.TrimSpace(last))
	return err == nil && n == number
}

// noteDecided keeps with the recipe what was answered of what was asked; the recipe
// itself says of the key, which is decided later where nobody was asked.
func (u *understanding) noteDecided() {
	r := &u.layout.Recipe
	r.Decided = nil
	for _, id := range u.layout.Heard {
		if id == askKey {
			continue
		}
		if r.Decided == nil {
			r.Decided = Answers{}
		}
		r.Decided[id] = u.answers[id]
	}
}
