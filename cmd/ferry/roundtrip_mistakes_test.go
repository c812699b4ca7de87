package main

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// draft is a row as it is written: with its mistakes.
type draft struct {
	who   *person
	cells map[string]cell
	extra string // stands in a cell too many, behind the city
	short int    // cells that are cut off at its end
}

// mistake is a kind of mistake that people make.
type mistake struct {
	name string
	fits func(p *trip) bool // nil: in every file
	make func(p *trip, d *draft) []string
}

// mistakeDouble is the kind that holds two rows.
const mistakeDouble = "doubled key"

var mistakes = []mistake{
	{"e-mail", nil, wrongText(colMail, "nobody", "ann at firm", "a@b@firm.com", "x@", "www.firm.com")},
	{"phone", nil, wrongText(colPhone, "12", "ask Bob", "000-000-0000", "1-2-3")},
	{"short form", nil, func(p *trip, d *draft) []string {
		name := pick(p.random, []string{colTax, colPhone})
		return wrongText(name, "1.23E+05", "4.57E+11", "7.19E+09")(p, d)
	}},
	{"no number", nil, wrongText(colTax, "a dozen", "twelve", "12a")},
	{"boolean", nil, wrongText(colSMS, "perhaps", "ask", "2")},
	{"error cell", nil, func(p *trip, d *draft) []string {
		name := pick(p.random, []string{colCity, colMail, colPhone, colFirst})
		d.cells[name] = cell{pick(p.random, []string{"#REF!", "#VALUE!", "#DIV/0!"}), cellError}
		return []string{name}
	}},
	{"date", (*trip).hasDates, wrongText(colSince, "2024-02-31", "2023-13-05", "soon")},
	{"enum", (*trip).hasDates, wrongText(colSource, "telepathy", "Wbe", "radio")},
	{"required", nil, func(_ *trip, d *draft) []string {
		for _, name := range []string{colFirm, colFirst, colLast, colMail} {
			d.cells[name] = cell{}
		}
		return []string{colFirm}
	}},
	{"blank key", (*trip).hasKey, func(_ *trip, d *draft) []string {
		d.cells[colNumber] = cell{}
		return nil
	}},
	{mistakeDouble, (*trip).hasKey, func(p *trip, d *draft) []string {
		twin := p.twinFor(d.who)
		if twin == nil {
			return nil
		}
		d.who.twin, twin.twin = twin, d.who
		d.cells[colNumber] = twin.truth[colNumber]
		return nil
	}},
	{"too long", (*trip).isText, func(_ *trip, d *draft) []string {
		d.extra = "MA"
		return nil
	}},
	{"too short", (*trip).isText, func(p *trip, d *draft) []string {
		d.short = 1 + p.random.IntN(3)
		for d.cells[p.columns[len(p.columns)-d.short]].text == "" { // a blank cell at the end is no loss
			d.short++
		}
		return nil
	}},
}

func mistakeNames() []string {
	var out []string
	for i := range mistakes {
		out = append(out, mistakes[i].name)
	}
	return out
}

func (p *trip) hasDates() bool { return p.job }
func (p *trip) hasKey() bool   { return p.keyed }
func (p *trip) isText() bool   { return !p.book }

// wrongText puts one of some texts into a column.
func wrongText(name string, texts ...string) func(*trip, *draft) []string {
	return func(p *trip, d *draft) []string {
		d.cells[name] = cell{text: pick(p.random, texts)}
		return []string{name}
	}
}

// twinFor gives a row whose key another gets by mistake: one without mistakes that
// is no twin yet.
func (p *trip) twinFor(w *person) *person {
	var free []*person
	for _, o := range p.people {
		if o != w && o.twin == nil && len(o.bad) == 0 && !o.gone {
			free = append(free, o)
		}
	}
	if len(free) == 0 {
		return nil
	}
	return pick(p.random, free)
}

// spoil puts a mistake into a row that is to be written.
func (p *trip) spoil(d *draft) {
	var fit []*mistake
	for i := range mistakes {
		m := &mistakes[i]
		if (m.fits == nil || m.fits(p)) && (m.name != mistakeDouble || d.who.twin == nil) {
			fit = append(fit, m)
		}
	}
	m := pick(p.random, fit)
	columns := m.make(p, d)
	if m.name == mistakeDouble && d.who.twin == nil {
		return // there was no row left for it
	}
	d.who.bad = append(d.who.bad, made{m.name, columns})
	p.all.kinds[ofMistakes][m.name]++
}

// drafts writes down some rows, a share of them with mistakes.
func (p *trip) drafts(people []*person, share float64) []*draft {
	out := make([]*draft, len(people))
	for i, who := range people {
		out[i] = &draft{who: who, cells: map[string]cell{}}
		for name, c := range who.truth {
			out[i].cells[name] = c
		}
	}
	for _, d := range out {
		if p.random.Float64() < share && d.who.twin == nil {
			p.spoil(d)
		}
	}
	return out
}

// line gives the cells of a row in the order of the columns.
func (d *draft) line(columns []string) []cell {
	var out []cell
	for _, name := range columns {
		out = append(out, d.cells[name])
		if name == colCity && d.extra != "" {
			out = append(out, cell{text: d.extra})
		}
	}
	return out[:len(out)-d.short]
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// columnsNamed gives the columns of which a text says what is wrong.
func columnsNamed(text string, columns []string) []string {
	return slices.DeleteFunc(slices.Clone(columns), func(name string) bool {
		return !strings.HasPrefix(text, name+": ") && !strings.Contains(text, "; "+name+": ")
	})
}
