package sheet

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"ferry/extract/sheet/grid"
)

// lookRows is how many rows of a sheet are looked at before all are read.
const lookRows = 200

// look is the beginning of a sheet.
type look struct {
	index   int
	info    grid.Info
	rows    []grid.Row // those that hold something
	heading heading
	added   added // our columns, which rows do not have any more
}

// hidden tells whether people see the sheet.
func (l *look) hidden() bool { return l.info.State != grid.Visible }

// table tells whether the sheet begins with a table: a header and a row of two
// cells at least.
func (l *look) table() bool {
	if len(l.info.Tables) > 0 {
		return true
	}
	return len(l.rows) > 1 && l.heading.width > 1 && (len(l.heading.rows) > 0 && l.heading.rows[0] < len(l.rows)-1 || l.heading.sure)
}

// lookAt reads the beginning of a sheet.
func (b *Book) lookAt(ctx context.Context, index int) (look, error) {
	l := look{index: index, info: b.about.Sheets[index]}
	cells := 0
	_, err := b.src.Rows(ctx, index, want{Head: lookRows}, func(row *grid.Row) error {
		if cells < keptCells && !blankRow(row) {
			l.rows = append(l.rows, glance(row))
			cells += len(row.Cells)
		}
		return nil
	})
	l.added = addedTo(l.rows)
	l.rows = l.added.without(l.rows)
	l.heading = findHeader(l.rows)
	return l, b.place(err, index)
}

// lookAround reads the beginning of each sheet that may hold rows of people.
func (u *understanding) lookAround(ctx context.Context) error {
	for i, info := range u.book.about.Sheets {
		if info.Kind != grid.Worksheet || info.Name == MarkSheet || info.Name == ResultSheet && u.layout.Mark != nil {
			continue
		}
		l, err := u.book.lookAt(ctx, i)
		if err != nil {
			return err
		}
		u.looks = append(u.looks, l)
	}
	return nil
}

// choose finds the sheet with the rows. One that nobody sees is taken only where a
// person names it, or our own mark does.
func (u *understanding) choose(context.Context) error {
	if len(u.looks) == 1 && (!u.looks[0].hidden() || len(u.book.about.Sheets) == 1) {
		if len(u.looks[0].rows) > 0 {
			u.take(0)
		}
		return nil
	}
	var tables, filled []int
	for i := range u.looks {
		if u.looks[i].hidden() {
			u.sayHidden(&u.looks[i])
			continue
		}
		if len(u.looks[i].rows) > 0 {
			filled = append(filled, i)
		}
		if u.looks[i].table() {
			tables = append(tables, i)
		}
	}
	if len(tables) == 0 {
		tables = filled
	}
	u.chooseAmong(tables)
	return nil
}

func (u *understanding) sayHidden(l *look) {
	u.layout.Facts = slices.DeleteFunc(u.layout.Facts, func(f grid.Fact) bool { return f.Code == "hidden-sheet" && f.Sheet == l.info.Name })
	u.layout.Facts = append(u.layout.Facts, grid.Fact{Code: "hidden-sheet", Sheet: l.info.Name,
		Text: fmt.Sprintf("The sheet %q is hidden and left out.", l.info.Name)})
}

func (u *understanding) chooseAmong(tables []int) {
	if name := u.markedSheet(); name != "" {
		if i := u.lookNamed(name); i >= 0 {
			u.take(i)
			u.recallSheets()
			return
		}
	}
	if i := u.lookNamed(u.decided(askSheet)); i >= 0 {
		u.take(i)
		u.offerAlike(tables, "one")
		return
	}
	switch {
	case len(tables) == 0:
		return
	case len(tables) == 1 || u.allAlike(tables):
		u.take(tables[0])
		if len(tables) > 1 {
			u.offerAlike(tables, "")
			return
		}
		u.sayChosen()
		return
	}
	u.ask(grid.Question{ID: askSheet, Text: "Which sheet holds the rows?", Why: "Several sheets hold a table.", Choices: u.sheetChoices()})
}

// sayChosen tells why one sheet was taken, and which others hold something.
func (u *understanding) sayChosen() {
	var others []string
	for i := range u.looks {
		if l := &u.looks[i]; i != u.chosen && !l.hidden() && len(l.rows) > 0 {
			others = append(others, l.info.Name)
		}
	}
	text := "the others are blank."
	if len(others) > 0 {
		text = plural(len(others), "other sheet holds", "other sheets hold") + " something, but no table, and " + map[bool]string{true: "is", false: "are"}[len(others) == 1] + " not read: " + someOf(others) + "."
	}
	u.fact(grid.Fact{Code: "sheet-chosen", Count: len(others), Text: fmt.Sprintf("The rows stand on the sheet %q; %s", u.layout.Recipe.Sheet, text)})
}

func (u *understanding) sheetChoices() []grid.Choice {
	var choices []grid.Choice
	for i := range u.looks {
		l := &u.looks[i]
		label := l.info.Name
		if l.hidden() {
			label += " (hidden)"
		}
		if len(l.rows) > 0 {
			choices = append(choices, grid.Choice{Value: l.info.Name, Label: label})
		}
	}
	return choices
}

func (u *understanding) lookNamed(name string) int {
	if name == "" {
		return -1
	}
	return slices.IndexFunc(u.looks, func(l look) bool { return l.info.Name == name })
}

func (u *understanding) take(i int) {
	u.chosen = i
	u.layout.Recipe.Sheet = u.looks[i].info.Name
	u.rows = u.looks[i].rows
}

func (u *understanding) allAlike(tables []int) bool {
	for _, i := range tables[1:] {
		if !alike(&u.looks[tables[0]], &u.looks[i]) {
			return false
		}
	}
	return true
}

// alike tells whether two sheets have the same columns, four of five at least.
func alike(a, b *look) bool {
	names, others := headerNames(a), headerNames(b)
	if len(names) < 2 || len(others) < 2 {
		return false
	}
	same := 0
	for name := range names {
		if others[name] {
			same++
		}
	}
	return 5*same >= 4*max(len(names), len(others))
}

func headerNames(l *look) map[string]bool {
	names := map[string]bool{}
	if len(l.heading.rows) == 0 {
		return names
	}
	row := &l.rows[l.heading.rows[len(l.heading.rows)-1]]
	for c := range row.Cells {
		if text := fold(textAt(row, c+1)); text != "" {
			names[text] = true
		}
	}
	return names
}

// offerAlike asks whether the sheets with the same columns are taken together. Of
// one that was named nothing else is taken unless somebody says so.
func (u *understanding) offerAlike(tables []int, otherwise string) {
	var also []string
	for _, i := range tables {
		if i != u.chosen && alike(&u.looks[u.chosen], &u.looks[i]) {
			also = append(also, u.looks[i].info.Name)
		}
	}
	if len(also) == 0 {
		return
	}
	sheet := u.layout.Recipe.Sheet
	if u.markedSheet() != "" {
		return
	}
	answer := u.ask(grid.Question{ID: askSheets, Default: otherwise,
		Text: fmt.Sprintf("%d sheets have the same columns. Are the rows of all of them to be taken?", len(also)+1),
		Why:  "The name of the sheet would become a column of its own.",
		Choices: []grid.Choice{{Value: all, Label: "all " + strconv.Itoa(len(also)+1) + " sheets, with the name of the sheet as a column"},
			{Value: "one", Label: "only " + sheet}}})
	if answer == all {
		u.layout.Recipe.Also = also
		u.layout.Recipe.SheetColumn = "Sheet"
	}
}
