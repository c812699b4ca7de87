package sheet

import (
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// printOf gives the fingerprint of the columns: files with the same columns have
// the same, whatever their order and the signs around their headers. Our own
// columns do not count.
func printOf(r *Recipe) string {
	var names []string
	for i := range r.Columns {
		if c := &r.Columns[i]; !c.Ours && c.Take == "" && c.Place > 0 {
			names = append(names, fold(c.Name))
		}
	}
	slices.Sort(names)
	return hex16(xxhash.Sum64String(strings.Join(names, "\x00")))
}
