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

// alikes finds names that are spelled in several ways. Their spelling is taken from
// them on a goroutine of its own, as the one that reads the rows has enough to do.
type alikes struct {
	column int // of the recipe; -1 no column holds a name
	place  int // in the file
	name   string
	turned bool // a record is a column of the sheet
	sheets []string
	met    []metName      // not sent yet
	work   chan []metName // nil before the first full batch
	free   chan []metName
	ended  sync.WaitGroup
	rows   []alikeRow
	looser record.Looser
}

// metName is a name as it stands in a row.
type metName struct {
	text          string
	sheet, number int32
}

// Names that go to the other goroutine together, and batches of them.
const (
	metNames = 1024
	metAhead = 4
)

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
	at := slices.Index(a.sheets, r.Sheet)
	if at < 0 {
		at = len(a.sheets)
		a.sheets = append(a.sheets, strings.Clone(r.Sheet))
	}
	a.met = append(a.met, metName{r.Values[a.column].Text, int32(at), int32(r.Number)})
	if len(a.met) == metNames {
		a.send()
	}
}

// send gives the names that were met to the other goroutine.
func (a *alikes) send() {
	if a.work == nil {
		a.work, a.free = make(chan []metName, metAhead), make(chan []metName, metAhead)
		for range metAhead {
			a.free <- make([]metName, 0, metNames)
		}
		a.ended.Go(func() {
			for met := range a.work {
				a.loosen(met)
				a.free <- met[:0]
			}
		})
	}
	full := a.met
	a.met = <-a.free
	a.work <- full
}

// loosen takes their spelling from names.
func (a *alikes) loosen(met []metName) {
	for _, m := range met {
		if loose := a.looser.Name(m.text); len(loose) > 0 {
			a.rows = append(a.rows, alikeRow{loose: xxhash.Sum64(loose), exact: xxhash.Sum64String(m.text), sheet: m.sheet, number: m.number})
		}
	}
}

// end waits until all names that were met are among the rows; nothing runs any more
// then.
func (a *alikes) end() {
	if a.work != nil {
		close(a.work)
		a.ended.Wait()
		a.work = nil
	}
	a.loosen(a.met)
	a.met = nil
}

// groups gives the names that are spelled in several ways, in the order of the file,
// and says it in the rows. Equal names are left to the keys.
func (a *alikes) groups(found *Spool[[]stage.ListedCell]) (out []Alike, count int, err error) {
	a.end()
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
