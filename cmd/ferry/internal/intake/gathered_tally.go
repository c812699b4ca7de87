package intake

import (
	"cmp"
	"slices"
	"strings"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/transform/check"
)

// Unloaded is a cell that is not loaded, because another has filled its field.
type Unloaded struct {
	Column, Field string
	Cell, Kept    grid.Ref
}

// mostUnloaded is how many such cells of a file are named one by one, mostCells how
// many a finding names (check.Finding).
const (
	mostUnloaded = 1000
	mostCells    = 20
)

// tally groups what is not loaded of a file.
type tally struct {
	*gathers
	findings []check.Finding
	at       map[unloaded]int // of findings
	cells    []Unloaded       // the first
}

func newTally(g *gathers) *tally { return &tally{gathers: g, at: map[unloaded]int{}} }

func (t *tally) add(r *sheet.Row) {
	for _, u := range t.of(r) {
		at, met := t.at[u]
		if !met {
			group := &t.groups[u.group]
			at = len(t.findings)
			t.at[u] = at
			t.findings = append(t.findings, check.Finding{Kind: KindGathered, Column: t.recipe.Columns[u.cell].Name, Field: group.path, Warn: true,
				Why: "not loaded, because " + group.label + " is filled from the column " + t.recipe.Columns[u.kept].Name + " already", Do: gatheredDo})
		}
		f := &t.findings[at]
		f.Rows++
		if len(f.Cells) < mostCells {
			f.Cells = append(f.Cells, t.cloned(r, u.cell))
		}
		if len(t.cells) < mostUnloaded {
			t.cells = append(t.cells, Unloaded{Column: f.Column, Field: f.Field, Cell: t.cloned(r, u.cell), Kept: t.cloned(r, u.kept)})
		}
	}
}

// cloned is a place that stays good when the row is gone.
func (t *tally) cloned(r *sheet.Row, column int) grid.Ref {
	ref := t.ref(r, column)
	ref.Sheet = strings.Clone(ref.Sheet)
	return ref
}

// into adds the findings to those of the check: errors first, then by the rows.
func (t *tally) into(r *check.Report) {
	r.Findings = append(r.Findings, t.findings...)
	slices.SortStableFunc(r.Findings, func(a, b check.Finding) int {
		if a.Warn != b.Warn {
			if b.Warn {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Rows, a.Rows)
	})
}
