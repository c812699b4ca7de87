package intake

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/extract/stage"
)

// Alike are rows of one file whose names are one name in several spellings, such as
// SARL Dupont and Dupont S.A.R.L.: each of them makes a record of its own.
type Alike struct {
	Column string
	Rows   []grid.Ref // cells of the column, at most 20
}

// mostAlike is how many groups, and how many rows of one, are named.
const (
	mostAlike     = 1000
	mostAlikeRows = 20
)

// nameFields are fields that hold the name of a company or person.
var nameFields = []string{"business_name", "company", "company_name", "organization", "name", "full_name", "fullname"}

// alikeRow is a name that was met, by what is left of it without its spelling.
type alikeRow struct {
	loose, exact uint64
	sheet        int32
	number       int32
}

// alikes finds names that are spelled in several ways.
type alikes struct {
	column int // of the recipe; -1 no column holds a name
	place  int // in the file
	name   string
	turned bool // a record is a column of the sheet
	sheets []string
	rows   []alikeRow
	looser record.Looser
}

// alikesOf looks for the column that goes into a name.
func (i *Import) alikesOf(r *sheet.Recipe) *alikes {
	a := &alikes{column: -1, turned: r.Turned}
	fields := FieldsOf(i.Program)
	for _, field := range nameFields {
		for n := range r.Columns {
			if c := &r.Columns[n]; a.column < 0 && !c.Ours && fields[c.Name] == field {
				a.column, a.place, a.name = n, c.Place, c.Name
			}
		}
	}
	return a
}

// add takes the name of a row.
func (a *alikes) add(r *sheet.Row) {
	if a.column < 0 || r.Bin != sheet.Record || a.column >= len(r.Values) {
		return
	}
	text := r.Values[a.column].Text
	loose := a.looser.Name(text)
	if len(loose) == 0 {
		return
	}
	at := slices.Index(a.sheets, r.Sheet)
	if at < 0 {
		at = len(a.sheets)
		a.sheets = append(a.sheets, strings.Clone(r.Sheet))
	}
	a.rows = append(a.rows, alikeRow{loose: xxhash.Sum64(loose), exact: xxhash.Sum64String(text), sheet: int32(at), number: int32(r.Number)})
}

// groups gives the names that are spelled in several ways, in the order of the file,
// and says it in the rows. Equal names are left to the keys.
func (a *alikes) groups(found *Spool[[]stage.ListedCell]) (out []Alike, count int, err error) {
	sortAlike(a.rows)
	for from := 0; from < len(a.rows); {
		to := from + 1
		several := false
		for ; to < len(a.rows) && a.rows[to].loose == a.rows[from].loose; to++ {
			several = several || a.rows[to].exact != a.rows[from].exact
		}
		if several {
			count++
			if len(out) < mostAlike {
				g := Alike{Column: a.name}
				for _, r := range a.rows[from:min(to, from+mostAlikeRows)] {
					ref := grid.Ref{Sheet: a.sheets[r.sheet], Row: int(r.number), Column: a.place}
					if a.turned {
						ref.Row, ref.Column = ref.Column, ref.Row
					}
					g.Rows = append(g.Rows, ref)
				}
				if err := g.note(a, found); err != nil {
					return nil, 0, err
				}
				out = append(out, g)
			}
		}
		from = to
	}
	slices.SortStableFunc(out, func(x, y Alike) int { return cmp.Compare(x.Rows[0].Row, y.Rows[0].Row) })
	return out, count, nil
}

// sortAlike puts rows of one name together, each group in the order of the file.
// Two halves are sorted at the same time.
func sortAlike(rows []alikeRow) {
	low := 0
	for i := range rows {
		if rows[i].loose>>63 == 0 {
			rows[low], rows[i] = rows[i], rows[low]
			low++
		}
	}
	var both sync.WaitGroup
	for _, half := range [][]alikeRow{rows[:low], rows[low:]} {
		both.Go(func() {
			slices.SortFunc(half, func(x, y alikeRow) int {
				if x.loose != y.loose {
					return cmp.Compare(x.loose, y.loose)
				}
				return cmp.Or(cmp.Compare(x.sheet, y.sheet), cmp.Compare(x.number, y.number))
			})
		})
	}
	both.Wait()
}

// note says in each row of a group which others look like it.
func (g *Alike) note(a *alikes, found *Spool[[]stage.ListedCell]) error {
	for _, here := range g.Rows {
		other := g.Rows[0]
		if other == here {
			other = g.Rows[1]
		}
		number := here.Row
		if a.turned {
			number = here.Column
		}
		cells := []stage.ListedCell{{Column: a.place, Kind: "alike", Warn: true,
			Note: "looks like " + other.String() + " in another spelling; if both are one, keep one of the rows"}}
		if err := found.Add(rowKey(here.Sheet, number), &cells); err != nil {
			return err
		}
	}
	return nil
}
