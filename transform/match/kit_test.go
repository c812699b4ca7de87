package match

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
	"ferry/transform/mapping"
)

// col is one column of a test's file: its header, what it looks like, and its cells.
type col struct {
	header string
	looks  string // words with spaces between
	as     column.As
	cells  []string
}

func cells(header string, texts ...string) col { return col{header: header, cells: texts} }

// layout is how a file with these columns is understood; the first row of data is row 2.
func layout(cols ...col) *sheet.Layout {
	l := &sheet.Layout{Recipe: sheet.Recipe{Sheet: "Data", Header: []int{1}, First: 2}}
	for i, c := range cols {
		p := column.Profile{Looks: strings.Fields(c.looks), Typed: column.Reading{As: c.as}}
		at := map[string]int{}
		for row, text := range c.cells {
			if text == "" {
				p.Blank++
				continue
			}
			p.Cells++
			k, ok := at[text]
			if !ok {
				k = len(p.Values)
				at[text] = k
				p.Values = append(p.Values, column.ValueCount{Text: text})
			}
			p.Values[k].Count++
			if len(p.Values[k].Rows) < 5 {
				p.Values[k].Rows = append(p.Values[k].Rows, row+2)
			}
		}
		p.Distinct = len(p.Values)
		l.Recipe.Columns = append(l.Recipe.Columns, sheet.Column{Place: i + 1, Header: c.header, Name: c.header})
		l.Profiles = append(l.Profiles, p)
	}
	return l
}

var specs sync.Map // by name: they are read once

func vendor(t testing.TB, name string) *connector.Spec {
	t.Helper()
	if s, ok := specs.Load(name); ok {
		return s.(*connector.Spec)
	}
	s, err := connector.Load(name)
	require.NoError(t, err)
	specs.Store(name, s)
	return s
}

// propose matches a file with a stream, given as vendor.stream.
func propose(t testing.TB, into string, in Input) *Proposal {
	t.Helper()
	name, stream, _ := strings.Cut(into, ".")
	in.Target, in.Stream = vendor(t, name), stream
	p, err := Propose(in)
	require.NoError(t, err)
	return p
}

// fieldsOf gives the field of each column, with :by behind those that find a record.
func fieldsOf(p *Proposal) map[string]string {
	out := map[string]string{}
	for _, pair := range p.Pairs {
		out[pair.Column] = pair.Field
		if pair.By != "" {
			out[pair.Column] += ":" + pair.By
		}
	}
	return out
}

func question(p *Proposal, id string) *grid.Question {
	for i := range p.Questions {
		if p.Questions[i].ID == id {
			return &p.Questions[i]
		}
	}
	return nil
}

func fact(p *Proposal, code string) *grid.Fact {
	for i := range p.Facts {
		if p.Facts[i].Code == code {
			return &p.Facts[i]
		}
	}
	return nil
}

// open lists the questions without a default.
func open(p *Proposal) []string {
	var out []string
	for _, q := range p.Questions {
		if q.Default == "" {
			out = append(out, q.ID)
		}
	}
	return out
}

// program compiles a proposed mapping against the file and the target.
func program(t testing.TB, p *Proposal, l *sheet.Layout, target *connector.Spec) *mapping.Program {
	t.Helper()
	f, err := mapping.Parse("proposed.yaml", p.Mapping)
	require.NoError(t, err, string(p.Mapping))
	prog, err := f.Compile(sheet.Spec(&l.Recipe), target)
	require.NoError(t, err, string(p.Mapping))
	return prog
}

// mapped gives what the proposed mapping makes of each row of the file; of one
// that it refuses, the reason.
func mapped(t testing.TB, p *Proposal, target string, cols ...col) []string {
	t.Helper()
	l := layout(cols...)
	w := program(t, p, l, vendor(t, target)).Stream(0).New()
	rows := 0
	for _, c := range cols {
		rows = max(rows, len(c.cells))
	}
	var out []string
	for row := range rows {
		texts := make([]string, len(cols))
		for i, c := range cols {
			if row < len(c.cells) {
				texts[i] = c.cells[row]
			}
		}
		var res mapping.Result
		switch w.Apply(&mapping.Input{Key: "k", Texts: texts}, &res) {
		case mapping.Mapped:
			out = append(out, string(res.JSON))
		case mapping.Skipped:
			out = append(out, "skipped: "+res.Skip)
		default:
			out = append(out, "refused: "+res.Dead.Field+" "+res.Dead.Reason)
		}
	}
	return out
}
