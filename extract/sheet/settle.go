package sheet

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
)

// settle takes into the recipe what only all rows tell. changed says that rows or
// columns are now read in another way than they were surveyed.
func (u *understanding) settle(ctx context.Context) (changed bool, err error) {
	r := &u.layout.Recipe
	before := *r
	before.Columns, before.Skip = slices.Clone(r.Columns), slices.Clone(r.Skip)
	u.settleTables()
	u.settleEnd()
	if len(u.heading.rows) > 1 && len(u.tail.Merges) > 0 {
		u.columns(u.tail.Merges)
	}
	u.settleStrays()
	u.settleSurplus()
	if err := u.settleFooter(ctx); err != nil {
		return false, err
	}
	u.settleHidden()
	u.settleFill()
	u.settleTakes()
	return !reflect.DeepEqual(before, *r), nil
}

// settleTables asks which table is meant where there are several.
func (u *understanding) settleTables() {
	r := &u.layout.Recipe
	if r.Turned || len(r.Also) > 0 || u.markedSheet() == r.Sheet && r.Sheet != "" {
		return
	}
	if slices.ContainsFunc(u.layout.Questions, func(q grid.Question) bool { return q.ID == askTable }) {
		return // asked by settleGrown
	}
	choices, need := u.tableChoices()
	if len(choices) < 2 && (len(choices) == 0 || r.Table != "") {
		return
	}
	if u.decided(askTable) != "" && (r.Table != "" || u.decided(askTable) == all) {
		return
	}
	q := grid.Question{ID: askTable, Text: "There are several tables. Which one is meant?", Choices: choices,
		Why: "Each has a header of its own."}
	if !need {
		q.Default = all
		q.Why = "A blank column divides them, but they begin and end together."
	}
	if len(choices) == 1 {
		q.Text = "There is an Excel table on this sheet, and other rows with a header. What is meant?"
		q.Why = "The header that was found does not belong to the Excel table."
	}
	q.Choices = append(q.Choices, grid.Choice{Value: all, Label: "it is one table: take all of it"})
	if u.ask(q) == "" { // the table that is named brings its header with it
		u.layout.Questions = slices.DeleteFunc(u.layout.Questions, func(q grid.Question) bool { return q.ID == askHeader })
	}
}

// settleEnd ends a table that was chosen by its range where the next one begins in
// the same columns.
func (u *understanding) settleEnd() {
	r := &u.layout.Recipe
	own, ok := grid.ParseRange(r.Table)
	if !ok || r.Last > 0 {
		return
	}
	for _, t := range u.survey.blocks.tables() {
		g := t.header
		if g.FirstRow > own.FirstRow && g.FirstColumn <= own.LastColumn && own.FirstColumn <= g.LastColumn {
			r.Last = t.block.first - 1
			return
		}
	}
}

// tableChoices gives the tables of the sheet; need says that they cannot be one.
func (u *understanding) tableChoices() (choices []grid.Choice, need bool) {
	l := &u.looks[u.chosen]
	if tables := l.info.Tables; len(tables) > 0 {
		for _, t := range tables {
			choices = append(choices, grid.Choice{Value: t.Name, Label: fmt.Sprintf("the Excel table %s (%s)", t.Name, t.Range)})
		}
		return choices, true
	}
	if u.layout.Recipe.Table != "" {
		return nil, false
	}
	for _, t := range u.otherTables() {
		choices = append(choices, grid.Choice{Value: t.header.String(),
			Label: fmt.Sprintf("the table in %s %d to %d", rowWord(&u.layout.Recipe, 2), t.header.FirstRow, t.block.last)})
	}
	if len(choices) > 1 {
		return choices, true
	}
	if len(u.heading.rows) == 0 {
		return nil, false
	}
	groups := sides(u.rows, u.heading.rows[0])
	for _, g := range groups {
		choices = append(choices[:len(choices):len(choices)], grid.Choice{Value: g.String(),
			Label: fmt.Sprintf("the table in columns %s to %s", grid.Letters(g.FirstColumn), grid.Letters(g.LastColumn))})
	}
	if len(groups) > 0 && len(choices) > len(groups) {
		choices = choices[len(choices)-len(groups):]
	}
	return choices, u.sidesDiffer(groups)
}

// otherTables gives the blocks with a header, where one of them is not the header
// that was found, with other columns.
func (u *understanding) otherTables() []table {
	tables := u.survey.blocks.tables()
	if len(u.layout.Recipe.Header) == 0 {
		if len(tables) < 2 {
			return nil
		}
		return tables
	}
	header := u.layout.Recipe.Header
	main := slices.IndexFunc(tables, func(t table) bool { return slices.Contains(header, t.header.FirstRow) })
	if main < 0 {
		at := u.heading.rows[len(u.heading.rows)-1]
		left, right := span(&u.rows[at])
		number := u.rows[at].Number
		for i := range u.survey.blocks.list {
			if b := &u.survey.blocks.list[i]; b.first <= number && number <= b.last {
				tables = append([]table{{block: b, heading: u.heading,
					header: grid.Range{FirstRow: number, FirstColumn: left, LastRow: number, LastColumn: right}}}, tables...)
			}
		}
	}
	if len(tables) < 2 {
		return nil
	}
	return tables
}

// sidesDiffer tells whether groups of columns side by side cannot be one table: a
// header comes twice, or rows of one have nothing in the other.
func (u *understanding) sidesDiffer(groups []grid.Range) bool {
	if len(groups) < 2 {
		return false
	}
	at := u.heading.rows[0]
	seen := map[string]bool{}
	for c := range u.rows[at].Cells {
		text := fold(textAt(&u.rows[at], c+1))
		if text != "" && seen[text] {
			return true
		}
		seen[text] = true
	}
	for i := at + 1; i < len(u.rows); i++ {
		n := 0
		for _, g := range groups {
			for c := g.FirstColumn; c <= g.LastColumn; c++ {
				if textAt(&u.rows[i], c) != "" {
					n++
					break
				}
			}
		}
		if n < len(groups) {
			return true
		}
	}
	return false
}

// settleStrays makes columns of what stands beside the header, where it is enough
// to be meant; a few cells are told.
func (u *understanding) settleStrays() {
	r := &u.layout.Recipe
	if r.Table != "" {
		u.sayBeside()
		return
	}
	names := u.names()
	for _, place := range u.survey.strayColumns() {
		c := Column{Place: place, Name: names.name("", place)}
		at := slices.IndexFunc(r.Columns, func(other Column) bool { return other.Place > place })
		if at < 0 {
			at = len(r.Columns)
		}
		r.Columns = slices.Insert(r.Columns, at, c)
		delete(u.survey.stray, place)
	}
	if len(u.survey.stray) == 0 || r.Text != nil {
		return
	}
	u.fact(grid.Fact{Code: "stray-cells", Count: len(u.survey.strayAt), Cells: u.survey.strayAt, Warn: true,
		Text: "Some cells stand beside the table, in columns without a header. They are not taken."})
}

// settleFooter offers to leave out what stands below the table.
func (u *understanding) settleFooter(ctx context.Context) error {
	if r := &u.layout.Recipe; r.Last > 0 || len(r.Header) == 0 || len(r.Also) > 0 {
		return nil
	}
	rows, sure, err := u.footerRows(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	q := grid.Question{ID: askSkip + RuleFooter, Default: yes, Choices: yesNo("leave them out", "they are records like the others"),
		Text: plural(len(rows), "row below the table does not look like a record. Is it left out?", "rows below the table do not look like records. Are they left out?"),
		Why:  "They say what reports end with, and nothing else."}
	if !sure {
		q.Default = ""
		q.Why = "Few of the cells there are filled, and they stand after a blank row or begin with words that reports end with. They may be records of which little is known."
	}
	var numbers []int
	for i := range rows {
		numbers = append(numbers, rows[i].Number)
		q.Cells = append(q.Cells, grid.Ref{Sheet: u.layout.Recipe.Sheet, Row: rows[i].Number})
	}
	if u.leaves(q, numbers, sure) {
		u.skip(RuleFooter, numbers)
	}
	return nil
}

// settleTakes offers what cells have beside their value.
func (u *understanding) settleTakes() {
	if u.layout.Mark != nil || u.survey.stamps > 0 {
		return // Ferry made it, or has asked before
	}
	r := &u.layout.Recipe
	notes, links := perColumn(u.tail.Notes, r.First), perColumn(u.tail.Links, r.First)
	same := map[int]int{}
	for i := range r.Columns {
		c := &r.Columns[i]
		if c.Take != "" || c.Ours || c.Place == 0 {
			continue
		}
		var choices []grid.Choice
		why := ""
		offer := func(n int, what, singular, many string) {
			if n > 0 {
				choices = append(choices, grid.Choice{Value: what, Label: "take the " + many + " as a column of their own"})
				why += plural(n, singular+". ", many+". ")
			}
		}
		offer(notes[c.Place], takeNote, "note", "notes")
		offer(links[c.Place], takeLink, "link", "links")
		if i < len(u.survey.fills) {
			if n := u.survey.colours(i); n > 0 && same[n] == 0 {
				same[n]++
				offer(n, takeFill, "background colour", "background colours")
			}
		}
		if len(choices) == 0 {
			continue
		}
		choices = append([]grid.Choice{{Value: no, Label: "the values alone"}}, choices...)
		u.ask(grid.Question{ID: askTake + c.Name, Column: c.Name, Default: no, Free: true, Form: "note, link, fill, or several with commas between", Choices: choices,
			Text: fmt.Sprintf("Cells of the column %q have more than a value. Is that taken too?", c.Name), Why: strings.TrimSpace(why)})
	}
}

func perColumn(notes []grid.Note, first int) map[int]int {
	n := map[int]int{}
	for i := range notes {
		// A link to an address of mail holds no more than the cell.
		if notes[i].Ref.Row >= first && !strings.HasPrefix(notes[i].Text, "mailto:") {
			n[notes[i].Ref.Column]++
		}
	}
	return n
}
