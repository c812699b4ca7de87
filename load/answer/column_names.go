package answer

import (
	"strings"

	"ferry/extract/sheet"
)

// columnNames are the headers of the columns by their places, which may differ from
// sheet to sheet.
type columnNames struct {
	recipe *sheet.Recipe
	places map[string][]int
	known  map[string]map[int]string // by sheet; "" all that stand as the recipe says
}

func newColumnNames(c *Config) *columnNames {
	return &columnNames{recipe: c.Recipe, places: c.Places, known: map[string]map[int]string{}}
}

// of gives the header of the column at a place of a sheet; "" there is none.
func (n *columnNames) of(name string, place int) string {
	places, own := n.places[name]
	if !own {
		name = ""
	}
	names := n.known[name]
	if names == nil {
		names = map[int]string{}
		for i := range n.recipe.Columns {
			col := &n.recipe.Columns[i]
			at := col.Place
			if own {
				at = places[i]
			}
			if at > 0 && names[at] == "" {
				names[at] = strings.Join(strings.Fields(col.Header), " ")
			}
		}
		n.known[name] = names
	}
	return names[place]
}
