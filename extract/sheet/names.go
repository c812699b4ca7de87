package sheet

import (
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// headers gives what stands above each column, rows of the header joined by " / ".
// A name that stands above several columns, with nothing beside it, belongs to all
// of them: as far as cells are merged where there are merges, else up to the next.
func headers(rows []grid.Row, columns int, merges []grid.Range) []string {
	names := make([]string, columns)
	for i := range rows {
		last := i == len(rows)-1
		for c := 1; c <= columns; c++ {
			text := oneLine(textAt(&rows[i], c))
			if text == "" && !last {
				text = oneLine(groupAbove(rows, i, c, merges))
			}
			if text == "" || strings.HasSuffix(names[c-1], text) {
				continue
			}
			if names[c-1] != "" {
				names[c-1] += " / "
			}
			names[c-1] += text
		}
	}
	return names
}

// groupAbove gives the name to the left that stands above a column too.
func groupAbove(rows []grid.Row, row, column int, merges []grid.Range) string {
	number := rows[row].Number
	touched := false
	for _, m := range merges {
		if m.FirstRow > number || number > m.LastRow {
			continue
		}
		touched = touched || m.FirstColumn < m.LastColumn
		if m.Has(number, column) {
			return textAt(&rows[row], m.FirstColumn)
		}
	}
	if touched || !namedBelow(rows[row+1:], column) {
		return ""
	}
	for c := column - 1; c > 0; c-- {
		if text := textAt(&rows[row], c); text != "" {
			return text
		}
	}
	return ""
}

// namedBelow tells whether a lower row of the header names a column.
func namedBelow(rows []grid.Row, column int) bool {
	for i := range rows {
		if textAt(&rows[i], column) != "" {
			return true
		}
	}
	return false
}

// oneLine puts a text into one line, with single spaces.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, unseen), " ")
}

// cleanName is the name that records call a column by: without the stars and
// colons of forms. It is "" where the header says nothing.
func cleanName(header string) string {
	return strings.TrimSpace(strings.Trim(header, " *:\u00a0"))
}

// namer gives each column a name that no other has.
type namer struct {
	taken map[string]bool
	last  map[string]int // number that was put behind a name last
}

func (n *namer) name(header string, place int) string {
	name := cleanName(header)
	if name == "" {
		name = "Column " + grid.Letters(place)
	}
	return n.unique(name)
}

// unique adds a number where the name is taken. Case makes no difference, as
// people do not see one.
func (n *namer) unique(name string) string {
	if n.taken == nil {
		n.taken, n.last = map[string]bool{}, map[string]int{}
	}
	free, key := name, strings.ToLower(name)
	for i := max(2, n.last[key]+1); n.taken[strings.ToLower(free)]; i++ {
		free = name + " (" + strconv.Itoa(i) + ")"
		n.last[key] = i
	}
	n.taken[strings.ToLower(free)] = true
	return free
}
