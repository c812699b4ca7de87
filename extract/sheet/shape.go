package sheet

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// shape makes the first recipe of the beginning of the sheet.
func (u *understanding) shape(ctx context.Context) error {
	if u.chosen < 0 {
		return nil
	}
	if err := u.shapeTurned(ctx); err != nil {
		return err
	}
	l := &u.looks[u.chosen]
	return u.shapeBy(ctx, l, u.tableName(l))
}

// turnedQuestion asks whether fields stand one below the other.
func turnedQuestion(sure bool) grid.Question {
	q := grid.Question{ID: askTurned, Default: yes,
		Text:    "The fields stand one below the other, and the records side by side. Is the table to be turned?",
		Why:     "The first column holds names as headers have them, and the first row does not.",
		Choices: yesNo("turn it: each column is a record", "leave it: each row is a record")}
	if !sure {
		q.Default, q.Text = no, "Do the fields stand one below the other, and the records side by side?"
		q.Why = "Some cells of the first column read like headers. They may be values as well."
	}
	return q
}

// shapeBy makes the recipe of a table: its name or range, or all of the sheet.
func (u *understanding) shapeBy(ctx context.Context, l *look, name string) error {
	r := &u.layout.Recipe
	if err := u.shapeTable(ctx, l, name); err != nil {
		return err
	}
	if u.heading.rows == nil && r.Table == "" {
		if r.Turned {
			u.heading = findHeader(u.rows)
		} else {
			u.heading, u.rows = l.heading, l.rows
		}
	}
	u.shapeHeader()
	u.shapeRows()
	u.columns(nil)
	return nil
}

// shapeTurned asks where the fields seem to stand one below the other.
func (u *understanding) shapeTurned(ctx context.Context) error {
	l := &u.looks[u.chosen]
	turned := u.decided(askTurned)
	if turned == "" && l.table() && len(l.info.Tables) == 0 || turned == "" && len(l.rows) > 2 {
		looks, sure := looksTurned(l.rows)
		if !looks {
			return nil
		}
		turned = u.ask(turnedQuestion(sure))
	}
	if turned != yes {
		return nil
	}
	u.layout.Recipe.Turned = true
	u.rows = nil
	_, err := u.book.read(ctx, l.index, true, want{Second: true}, func(row *grid.Row) error {
		if !blankRow(row) {
			u.rows = append(u.rows, keep(row))
		}
		return nil
	})
	return err
}

// tableName gives the table that a person named, or the one Excel table of the
// sheet; "" and all are the whole sheet.
func (u *understanding) tableName(l *look) string {
	name := u.decided(askTable)
	if name == "" && len(l.info.Tables) == 1 && !u.layout.Recipe.Turned && u.tableIsAll(l) {
		name = l.info.Tables[0].Name
	}
	return name
}

// shapeTable takes a table, and the header that it begins with. The header of an
// Excel table is also that of the list in which it stands.
func (u *understanding) shapeTable(ctx context.Context, l *look, name string) error {
	r := &u.layout.Recipe
	r.Table, r.Last, u.heading = "", 0, heading{}
	if name == "" || r.Turned {
		return nil
	}
	g, ok := u.book.tableRange(name, l.index)
	if name == all {
		if g, ok = u.listHead(l); ok {
			g.FirstColumn, g.LastColumn = 1, grid.MaxColumns
		}
	}
	if !ok {
		return nil
	}
	if err := u.reach(ctx, l, g.FirstRow); err != nil {
		return err
	}
	at := rowAt(u.rows, g.FirstRow)
	if at < 0 {
		return nil
	}
	if name != all {
		r.Table = name
	}
	u.heading = findHeader(crop(u.rows[at:], g))
	for i := range u.heading.rows {
		u.heading.rows[i] += at
	}
	for i := range u.heading.extras {
		u.heading.extras[i].row += at
	}
	for _, t := range l.info.Tables {
		switch {
		case t.Name == name:
			u.excelTable(t, at)
		case t.Header && t.Range.FirstRow == g.FirstRow && overlaps(t.Range, g):
			u.heading.rows, u.heading.sure = []int{at}, true
		}
	}
	return nil
}

// listHead gives the range of the one Excel table of a sheet where its header is
// that of the whole list.
func (u *understanding) listHead(l *look) (g grid.Range, ok bool) {
	if len(l.info.Tables) != 1 || !l.info.Tables[0].Header || !u.tableIsAll(l) {
		return g, false
	}
	return l.info.Tables[0].Range, true
}

// tableIsAll tells whether the one Excel table of a sheet is where the header was
// found, or the sheet has no other.
func (u *understanding) tableIsAll(l *look) bool {
	g := l.info.Tables[0].Range
	if len(l.heading.rows) == 0 {
		return true
	}
	number := l.rows[l.heading.rows[len(l.heading.rows)-1]].Number
	return g.FirstRow == number || g.FirstRow <= number && number <= g.LastRow
}

// excelTable takes header and end from what the workbook says of a table.
func (u *understanding) excelTable(t grid.Table, at int) {
	r := &u.layout.Recipe
	r.Last = t.Range.LastRow - t.Totals
	u.heading.sure = true
	u.heading.rows = nil
	if t.Header {
		u.heading.rows = []int{at}
		return
	}
	u.heading.why, u.heading.doubt = "The Excel table says that it has none.", false
}

// reach reads on where a table begins below what was looked at.
func (u *understanding) reach(ctx context.Context, l *look, row int) error {
	if len(u.rows) == 0 || u.rows[len(u.rows)-1].Number >= row+blockHead {
		return nil
	}
	rows, cells := u.rows[:0], 0
	_, err := u.book.read(ctx, l.index, false, want{}, func(in *grid.Row) error {
		if in.Number >= row && len(rows) < lookRows && cells < keptCells && !blankRow(in) {
			rows = append(rows, glance(in))
			cells += len(in.Cells)
		}
		return nil
	})
	if rows = l.added.without(rows); len(rows) > 0 {
		u.rows = rows
	}
	return err
}

func rowAt(rows []grid.Row, number int) int {
	for i := range rows {
		if rows[i].Number == number {
			return i
		}
	}
	return -1
}

// crop gives rows with the columns of a range alone, in their places.
func crop(rows []grid.Row, g grid.Range) []grid.Row {
	cropped := make([]grid.Row, 0, len(rows))
	for _, row := range rows {
		n := min(len(row.Cells), g.LastColumn)
		cells := append([]grid.Cell(nil), row.Cells[:n]...)
		clear(cells[:min(n, g.FirstColumn-1)])
		row.Cells = cells
		if !blankRow(&row) {
			cropped = append(cropped, row)
		}
	}
	return cropped
}

// shapeRows says where the data begins and ends.
func (u *understanding) shapeRows() {
	r := &u.layout.Recipe
	r.Header = nil
	for _, at := range u.heading.rows {
		r.Header = append(r.Header, u.rows[at].Number)
	}
	if len(u.rows) == 0 {
		return
	}
	r.First = u.rows[0].Number
	if r.Table != "" {
		if g, ok := u.book.tableRange(r.Table, u.looks[u.chosen].index); ok {
			r.First = g.FirstRow
		}
	}
	if n := len(u.heading.rows); n > 0 {
		r.First = endOf(&u.rows[u.heading.rows[n-1]]) + 1
	}
	if first, err := strconv.Atoi(u.decided(askFirst)); err == nil && first > 0 {
		r.First = first
	}
	if last, err := strconv.Atoi(u.decided(askLast)); err == nil && last >= r.First {
		r.Last = last
	}
	r.Short = u.decided(askShort) == "blank"
	r.Skip = nil
	u.skipExtras(RuleUnits, "%s seems to say in what the columns are measured, or what they take. Is it left out?")
	u.skipExtras(RuleSample, "%s seems to be an example of how to fill in the table. Is it left out?")
}

// skipExtras offers to leave rows of units, or samples, out.
func (u *understanding) skipExtras(rule, text string) {
	var numbers []int
	q := grid.Question{ID: askSkip + rule, Choices: yesNo("leave it out", "it is a record like the others")}
	for _, x := range u.heading.extras {
		if x.rule != rule {
			continue
		}
		if numbers == nil {
			q.Default = x.otherwise
		} else if q.Default != x.otherwise {
			q.Default = ""
		}
		number := u.rows[x.row].Number
		numbers = append(numbers, number)
		q.Cells = append(q.Cells, grid.Ref{Sheet: u.layout.Recipe.Sheet, Row: number})
	}
	if numbers == nil {
		return
	}
	named := capital(rowWord(&u.layout.Recipe, len(numbers))) + " " + strconv.Itoa(numbers[0])
	for _, number := range numbers[1:] {
		named += " and " + strconv.Itoa(number)
	}
	if q.Text = fmt.Sprintf(text, named); len(numbers) > 1 {
		q.Text = strings.NewReplacer(" seems ", " seem ", "Is it left", "Are they left").Replace(q.Text)
	}
	switch {
	case rule == RuleSample:
		q.Why = "It begins with a word for an example. That may be a name as well."
	case q.Default == "":
		q.Why = "It holds words above columns of numbers and dates, as a second header or a row of units does. It may be a record as well."
	}
	if u.leaves(q, numbers, q.Default == yes) {
		u.skip(rule, numbers)
	}
}

func (u *understanding) skip(rule string, rows []int) {
	r := &u.layout.Recipe
	for i := range r.Skip {
		if r.Skip[i].Rule == rule {
			r.Skip[i].Rows = append(r.Skip[i].Rows, rows...)
			return
		}
	}
	r.Skip = append(r.Skip, Skip{Rule: rule, Rows: rows, Sheet: r.Sheet})
}
