package sheet

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
)

// settleGrown asks whether the list is meant in which an Excel table stands, where
// it goes on below the table or beside it. It tells whether the recipe is another
// now. What a person named stays.
func (u *understanding) settleGrown(ctx context.Context) (changed bool, err error) {
	r, l := &u.layout.Recipe, &u.looks[u.chosen]
	b := u.survey.beyond
	if b == nil || len(l.info.Tables) != 1 || b.table.Name != r.Table || u.decided(askTable) == r.Table {
		return false, nil
	}
	g, names := b.block()
	if g == b.table.Range || !b.table.Header {
		return false, nil
	}
	answer := u.ask(u.grownQuestion(g, names))
	if answer == r.Table || answer == "" {
		return false, nil
	}
	u.layout.Questions = slices.DeleteFunc(u.layout.Questions, func(q grid.Question) bool {
		return q.ID == askHeader || strings.HasPrefix(q.ID, askSkip)
	})
	return true, u.shapeBy(ctx, l, answer)
}

func (u *understanding) grownQuestion(g grid.Range, names []string) grid.Question {
	b := u.survey.beyond
	whole := all
	if !b.alone(g) {
		head := g
		head.LastRow = head.FirstRow
		whole = head.String()
	}
	ends := "where the Excel table %s ends"
	if b.below == 0 && len(names) == 0 {
		ends = "after a blank row below the Excel table %s"
	}
	var why []string
	if b.below > 0 {
		why = append(why, plural(b.below, "row right below it has", "rows right below it have")+" the same columns.")
	}
	if b.again > 0 {
		why = append(why, plural(b.again, "row below it, after a blank one, looks like a record", "rows below it, after a blank one, look like records")+" of the same list.")
	}
	if n := len(names); n > 0 {
		why = append(why, plural(n, "column right beside it has", "columns right beside it have")+" a header and values: "+someOf(names)+".")
	}
	q := grid.Question{ID: askTable, Default: whole, Why: strings.Join(why, " "),
		Text: fmt.Sprintf("The list goes on "+ends+". Is the whole list meant?", b.table.Name),
		Choices: []grid.Choice{{Value: whole, Label: fmt.Sprintf("yes: the whole list (%s)", g)},
			{Value: b.table.Name, Label: fmt.Sprintf("no: the Excel table %s alone (%s)", b.table.Name, b.table.Range)}}}
	if more := b.below + b.again; more > 0 {
		q.Cells = b.cells[:min(len(b.cells), more)]
	}
	if !b.likely() {
		q.Default, q.Text = "", strings.Replace(q.Text, "The list goes on", "The list may go on", 1)
	}
	return q
}

// sayBeside tells of cells beside a table that are not taken.
func (u *understanding) sayBeside() {
	if len(u.survey.stray) == 0 {
		return
	}
	u.fact(grid.Fact{Code: "stray-cells", Count: len(u.survey.strayAt), Cells: u.survey.strayAt, Warn: true,
		Text: "Some cells stand beside the table that was chosen. They are not taken."})
}

// sayOutside tells of rows beside and below the table; of some like its own as a
// warning.
func (u *understanding) sayOutside() {
	n := u.layout.Tally.Bins[Outside]
	if n == 0 {
		return
	}
	f := grid.Fact{Code: "outside", Count: n, Text: plural(n, "row is", "rows are") + " beside or below the table that was chosen."}
	if b := u.survey.beyond; b != nil && b.more() > 0 {
		f.Warn, f.Cells = true, b.cells
		f.Text = plural(n, "row is", "rows are") + " beside or below the table that was chosen and not taken; "
		if like := b.more(); like < n {
			f.Text += plural(like, "of them looks like a record.", "of them look like records.")
		} else {
			f.Text += map[bool]string{true: "it looks like a record.", false: "they look like records."}[n == 1]
		}
	}
	u.fact(f)
}
