package sheet

import (
	"fmt"
	"strings"

	"ferry/extract/sheet/grid"
)

// sayNames tells of headers that are blank or come twice.
func (u *understanding) sayNames() {
	r := &u.layout.Recipe
	if len(r.Header) == 0 {
		return
	}
	var blanks, doubles []grid.Ref
	var again []int // indexes of the columns of doubles
	first := map[string]bool{}
	row := r.Header[len(r.Header)-1]
	for i := range r.Columns {
		c := &r.Columns[i]
		if c.Place == 0 || c.Take != "" {
			continue
		}
		name := strings.ToLower(cleanName(c.Header))
		ref := grid.Ref{Sheet: r.Sheet, Row: row, Column: c.Place}
		switch _, seen := first[name]; {
		case name == "":
			blanks = append(blanks, ref)
		case seen:
			doubles, again = append(doubles, ref), append(again, i)
		default:
			first[name] = true
		}
	}
	if n := len(blanks); n > 0 {
		u.fact(grid.Fact{Code: "blank-headers", Count: n, Cells: blanks[:min(n, mostCells)],
			Text: plural(n, "column has no header and is called by its letter.", "columns have no header and are called by their letters.")})
	}
	if n := len(doubles); n > 0 {
		filled, names := u.namesOf(again)
		u.fact(grid.Fact{Code: "doubled-headers", Count: n, Cells: doubles[:min(n, mostCells)], Warn: filled > 0,
			Text: plural(n, "header comes more than once: a number is put behind it: ", "headers come more than once: a number is put behind them: ") + names + "."})
	}
}

// namesOf names columns with their letters and how many of their cells are filled.
func (u *understanding) namesOf(columns []int) (filled int, names string) {
	var list []string
	for _, i := range columns {
		c := &u.layout.Recipe.Columns[i]
		n := u.layout.Profiles[i].Cells
		filled += n
		list = append(list, fmt.Sprintf("%s (column %s, %s)", c.Name, grid.Letters(c.Place), plural(n, "filled cell", "filled cells")))
	}
	return filled, someOf(list)
}
