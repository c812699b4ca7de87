package answer

import (
	"strings"

	"ferry/extract/sheet"
)

// earlierColumns gives where the columns of an earlier answer stand in a sheet, as it
// was read; 0 there is none.
func earlierColumns(c *Config, name string) (at [ourColumns]int) {
	places, own := c.Places[name]
	for i := range c.Recipe.Columns {
		col := &c.Recipe.Columns[i]
		kind := ourKind(col.Header)
		if !col.Ours || kind < 0 {
			continue
		}
		if at[kind] = col.Place; own {
			at[kind] = places[i]
		}
	}
	return at
}

// ourKind tells which of our columns a header is of; -1 none.
func ourKind(header string) int {
	switch {
	case header == sheet.ColumnResult:
		return ourResult
	case header == sheet.ColumnToDo:
		return ourToDo
	case strings.HasPrefix(header, sheet.ColumnOpen):
		return ourOpen
	case header == sheet.ColumnStamp:
		return ourStamp
	}
	return -1
}
