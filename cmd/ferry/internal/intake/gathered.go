package intake

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/extract/stage"
	"ferry/transform/mapping"
)

// KindGathered is the kind of what is said of a cell that is not loaded, because
// another column of its row has filled the field of both.
const KindGathered = "gathered"

// gatheredDo is what to do about such a cell.
const gatheredDo = "clear the one that is not wanted, or move its value to a column for another field"

// gathered is a field that takes the first filled of several columns, such as E-mail
// and E-mail (2).
type gathered struct {
	path, label string
	columns     []int // of the recipe, as the rule tries them
	folding     record.Folding
}

// unloaded is a cell of a row that is not loaded.
type unloaded struct {
	group      int
	cell, kept int // columns of the recipe
}

// gathers finds, in the rows of one file, what is not loaded of columns that repeat.
type gathers struct {
	recipe *sheet.Recipe
	groups []gathered
	used   []bool // of each column of the recipe: another rule loads it too
	kept   []int  // columns that a field of the row takes
	buf    []unloaded
}

// gathersOf looks for the rules that take the first filled of several columns.
func (i *Import) gathersOf(r *sheet.Recipe) *gathers {
	g := &gathers{recipe: r, used: make([]bool, len(r.Columns))}
	for _, s := range i.Program.Streams() {
		if s.Source().Name != sheet.Stream {
			continue
		}
		for n, f := range s.Fields() {
			if names := coalesced(s.Rule(n).Expr); len(names) > 1 {
				g.add(names, f.Path, s.Type(n))
				continue
			}
			for _, name := range s.Reads(n) {
				if at := g.column(name); at >= 0 {
					g.used[at] = true
				}
			}
		}
	}
	return g
}

func (g *gathers) column(name string) int {
	return slices.IndexFunc(g.recipe.Columns, func(c sheet.Column) bool { return c.Name == name })
}

func (g *gathers) add(names []string, path mapping.Path, typ *record.Field) {
	group := gathered{path: path.String(), label: path[len(path)-1]}
	if typ != nil {
		group.folding = record.FoldingOf(typ.Folds)
		group.label = cmp.Or(typ.Label, group.label)
	}
	for _, name := range names {
		if at := g.column(name); at >= 0 {
			group.columns = append(group.columns, at)
		}
	}
	g.groups = append(g.groups, group)
}

// coalesced gives the columns of an expression that takes the first filled of them
// as it is; none of any other.
func coalesced(expr string) []string {
	rest, is := strings.CutPrefix(strings.TrimSpace(expr), "coalesce(")
	rest, ends := strings.CutSuffix(rest, ")")
	if !is || !ends {
		return nil
	}
	var names []string
	for {
		name, after := columnRef(strings.TrimSpace(rest))
		if name == "" {
			return nil
		}
		names = append(names, name)
		if rest = strings.TrimSpace(after); rest == "" {
			return names
		}
		if rest, is = strings.CutPrefix(rest, ","); !is {
			return nil
		}
	}
}

// columnRef takes a column from the start of an expression: Phone or $env["Phone 2"].
func columnRef(text string) (name, rest string) {
	if inner, is := strings.CutPrefix(text, "$env["); is {
		quoted, err := strconv.QuotedPrefix(inner)
		if err != nil {
			return "", ""
		}
		rest, closed := strings.CutPrefix(inner[len(quoted):], "]")
		if name, err = strconv.Unquote(quoted); err != nil || !closed {
			return "", ""
		}
		return name, rest
	}
	end := strings.IndexAny(text, ", ")
	if end < 0 {
		end = len(text)
	}
	if strings.ContainsAny(text[:end], `()[]{}"'.?+-*/`) {
		return "", ""
	}
	return text[:end], text[end:]
}

// of gives the cells of a record that are not loaded, each once. They are good until
// the next call.
func (g *gathers) of(r *sheet.Row) []unloaded {
	g.buf, g.kept = g.buf[:0], g.kept[:0]
	if r.Bin != sheet.Record || r.Values == nil {
		return nil
	}
	for n := range g.groups {
		kept := -1
		for _, at := range g.groups[n].columns {
			text := strings.TrimSpace(r.Values[at].Text)
			switch {
			case text == "":
			case kept < 0:
				kept = at
			case !g.used[at] && !g.groups[n].same(text, strings.TrimSpace(r.Values[kept].Text)):
				g.buf = append(g.buf, unloaded{n, at, kept})
			}
		}
		if kept >= 0 {
			g.kept = append(g.kept, kept)
		}
	}
	out := g.buf[:0]
	for _, u := range g.buf {
		if !slices.Contains(g.kept, u.cell) && !slices.ContainsFunc(out, func(o unloaded) bool { return o.cell == u.cell }) {
			out = append(out, u)
		}
	}
	return out
}

// same tells whether two texts are one value of the field.
func (f *gathered) same(a, b string) bool {
	if a == b || f.folding == 0 {
		return a == b
	}
	one := f.folding.Text(a)
	return one != "" && one == f.folding.Text(b)
}

// place is where a column of the recipe stands on the sheet of a row.
func (g *gathers) place(r *sheet.Row, column int) int {
	if r.Places != nil {
		return r.Places[column]
	}
	return g.recipe.Columns[column].Place
}

func (g *gathers) ref(r *sheet.Row, column int) grid.Ref {
	ref := grid.Ref{Sheet: r.Sheet, Row: r.Number, Column: g.place(r, column)}
	if g.recipe.Turned {
		ref.Row, ref.Column = ref.Column, ref.Row
	}
	return ref
}

// cells says of a row's cells that they are not loaded, in the words of a listing.
func (g *gathers) cells(r *sheet.Row) []stage.ListedCell {
	var out []stage.ListedCell
	for _, u := range g.of(r) {
		note := g.ref(r, u.cell).String() + " is not loaded: " + g.groups[u.group].label + " is filled from " + g.ref(r, u.kept).String() + " already; " + gatheredDo
		out = append(out, stage.ListedCell{Column: g.place(r, u.cell), Kind: KindGathered, Note: note, Warn: true})
	}
	return out
}
