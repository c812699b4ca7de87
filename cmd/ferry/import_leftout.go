package main

import (
	"slices"
	"strings"

	"ferry/extract/sheet"
)

// mostLeftOut is how many columns are named that go nowhere.
const mostLeftOut = 12

// leftOut is a column that goes nowhere, with the rows in which it holds something.
type leftOut struct {
	column string
	rows   int
}

// leftOut gives the columns that hold something and go nowhere, in the order of the
// file. Those that a person has left out are known to that person, and those by which
// rows are recognised serve for something.
func (im *importer) leftOut() (all []leftOut) {
	if im.in.Proposal == nil {
		return nil
	}
	for _, p := range im.in.Proposal.Pairs {
		if p.Field != "" || p.Empty || p.Confidence == 1 || slices.Contains(im.in.Layouts[0].Recipe.Key, p.Column) {
			continue
		}
		if rows := filled(im.in.Layouts, p.Column); rows > 0 {
			all = append(all, leftOut{p.Column, rows})
		}
	}
	return all
}

// filled counts the rows of all files in which a column holds something.
func filled(layouts []*sheet.Layout, column string) (rows int) {
	for _, l := range layouts {
		for i := range l.Recipe.Columns {
			if l.Recipe.Columns[i].Name == column && i < len(l.Profiles) {
				rows += l.Profiles[i].Cells
			}
		}
	}
	return rows
}

// printLeftOut says once more, where everything else is right, what does not go along.
func (im *importer) printLeftOut() {
	all := im.leftOut()
	if len(all) == 0 {
		return
	}
	var parts []string
	for n, c := range all {
		if n < mostLeftOut {
			parts = append(parts, c.column+" ("+plural(c.rows, "row")+")")
		}
		im.app.screen.emit(map[string]any{"event": "left-out", "column": c.column, "rows": c.rows})
	}
	text := strings.Join(parts, ", ")
	if more := len(all) - mostLeftOut; more > 0 {
		text += " and " + plural(more, "more column")
	}
	im.app.screen.say("\nLeft out, though they hold something: %s\n  -> --answer %s brings a column along\n", text, shellQuoted("match."+all[0].column+"=FIELD"))
}
