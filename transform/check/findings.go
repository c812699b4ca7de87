package check

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/sheet/grid"
	"ferry/extract/strictyaml"
)

// Bounds on what a report holds, so that a file of mistakes alone is no burden.
const (
	maxDoubles    = 1000
	maxDoubleRows = 20
	maxCells      = 20
	maxValues     = 100
	maxValueCells = 5
	maxText       = 1000    // bytes of a value that is listed
	maxDistinct   = 5000    // values that are told apart with their counts
	maxFurther    = 1 << 17 // further values that are told apart at all
)

// findings are the notes of a file, grouped.
type findings struct {
	*plan
	all  map[findingKey]*group
	last *group // of the note before: most come in runs
	key  findingKey
}

// findingKey tells findings apart.
type findingKey struct {
	words
	column, field int
}

// group is a finding while it grows.
type group struct {
	findingKey
	rows    int
	sheet   string // and number of the row before: a row counts once, whatever stands in it
	number  int
	cells   []grid.Ref
	values  map[string]*Value
	further map[uint64]bool
	beyond  int // values that are not told apart any more
}

// add counts a note about the cell or row at a place.
func (f *findings) add(n *note, at grid.Ref) {
	key := findingKey{n.words, n.column, n.field}
	g := f.last
	if g == nil || f.key != key {
		if g = f.all[key]; g == nil {
			g = &group{findingKey: key}
			g.why, g.do, g.kind = strings.Clone(g.why), strings.Clone(g.do), strings.Clone(g.kind)
			f.all[g.findingKey] = g
		}
		f.last, f.key = g, g.findingKey
	}
	if number := f.number(at); number != g.number || at.Sheet != g.sheet {
		g.rows++
		g.sheet, g.number = at.Sheet, number
	}
	if len(g.cells) < maxCells {
		g.cells = append(g.cells, at)
	}
	if n.text != "" && f.shown(n) {
		g.value(n.text, at)
	}
}

// number is that of the row in which a place is.
func (f *findings) number(at grid.Ref) int {
	if f.cfg.Recipe != nil && f.cfg.Recipe.Turned {
		return at.Column
	}
	return at.Row
}

// shown tells whether the values of a finding may be listed.
func (f *findings) shown(n *note) bool {
	return n.field < 0 || f.fields[n.field].typ == nil || !f.fields[n.field].typ.Secret
}

func (g *group) value(text string, at grid.Ref) {
	if v := g.values[text]; v != nil {
		v.Count++
		if len(v.Cells) < maxValueCells {
			v.Cells = append(v.Cells, at)
		}
		return
	}
	if len(g.values) >= maxDistinct || len(text) > maxText {
		g.more(xxhash.Sum64String(text))
		return
	}
	if g.values == nil {
		g.values = map[string]*Value{}
	}
	text = strings.Clone(text)
	g.values[text] = &Value{Text: text, Count: 1, Cells: []grid.Ref{at}}
}

func (g *group) more(hash uint64) {
	switch {
	case g.further[hash]:
	case len(g.further) >= maxFurther:
		g.beyond++
	default:
		if g.further == nil {
			g.further = map[uint64]bool{}
		}
		g.further[hash] = true
	}
}

// list gives the findings: errors first, those of most rows before others.
func (f *findings) list() []Finding {
	f.pileUps()
	out := make([]Finding, 0, len(f.all))
	for _, g := range f.all {
		if g.kind == kindCut && g.length > 0 {
			continue
		}
		out = append(out, f.finding(g))
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(compareBool(a.Warn, b.Warn), cmp.Compare(b.Rows, a.Rows), cmp.Compare(f.place(a.Column), f.place(b.Column)),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Why, b.Why), cmp.Compare(a.Do, b.Do))
	})
	return out
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func (f *findings) place(column string) int {
	if at := f.plan.column(column); at >= 0 {
		return f.columns[at].Place
	}
	return 0
}

func (f *findings) finding(g *group) Finding {
	out := Finding{Kind: g.kind, Why: g.why, Do: g.do, Warn: g.warn, Rows: g.rows, Cells: g.cells}
	var options []string
	if g.column >= 0 {
		out.Column = f.columns[g.column].Name
	}
	if g.findingKey.field >= 0 {
		out.Field, options = f.fields[g.findingKey.field].path, f.fields[g.findingKey.field].options
	}
	for _, v := range g.values {
		out.Values = append(out.Values, *v)
	}
	slices.SortFunc(out.Values, func(a, b Value) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text))
	})
	out.More = len(g.further) + g.beyond
	if extra := len(out.Values) - maxValues; extra > 0 {
		out.Values, out.More = slices.Clip(out.Values[:maxValues]), out.More+extra
	}
	if g.kind == kindEnum && len(options) > 0 {
		for i := range out.Values {
			out.Values[i].Suggest = f.suggest(out.Values[i].Text, options)
		}
	}
	for i := range out.Values {
		if g.names != nil {
			out.Values[i].Suggest = g.names.suggest(out.Values[i].Text)
		}
	}
	return out
}

func (f *findings) suggest(text string, options []string) string {
	if f.cfg.Suggest != nil {
		return f.cfg.Suggest(text, options)
	}
	return strictyaml.Nearest(text, options)
}

// pileUps turns the counts of lengths into findings, where there are too many
// texts of one.
func (f *findings) pileUps() {
	for i := range f.columns {
		lengths := func(n int) *group { return f.all[findingKey{words{kind: kindCut, length: n}, i, -1}] }
		for _, cut := range cuts {
			g := lengths(cut)
			if g == nil || !pile(cut, rowsOf(lengths(cut-1)), g.rows, rowsOf(lengths(cut+1))) {
				continue
			}
			found := *g
			found.words = cutWords(cut)
			f.all[found.findingKey] = &found
		}
	}
}

func rowsOf(g *group) int {
	if g == nil {
		return 0
	}
	return g.rows
}
