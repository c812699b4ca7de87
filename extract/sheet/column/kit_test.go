package column

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

func day(text string) grid.Cell    { return grid.Cell{Kind: grid.Date, Raw: "45000", Text: text} }
func number(text string) grid.Cell { return grid.Cell{Kind: grid.Number, Raw: text, Text: text} }

// cellOf makes a cell of a text, or takes a cell as it is.
func cellOf(v any) grid.Cell {
	if c, ok := v.(grid.Cell); ok {
		return c
	}
	s := v.(string)
	if s == "" {
		return grid.Cell{}
	}
	return grid.Cell{Kind: grid.Text, Raw: s, Text: s}
}

// seen is a profiler that has looked at cells from B2 down, in the year 2026.
func seen(header string, values ...any) *Profiler {
	p := New(header).Place("Sheet1", 2)
	p.year = 2026
	for i, v := range values {
		c := cellOf(v)
		p.Add(i+2, &c)
	}
	return p
}

func look(header string, values ...any) Profile { return seen(header, values...).Profile(nil) }

func answered(answers map[string]string) func(string) (string, bool) {
	return func(id string) (string, bool) {
		value, ok := answers[id]
		return value, ok
	}
}

func repeat(n int, values ...any) (all []any) {
	for range n {
		all = append(all, values...)
	}
	return all
}

func question(t *testing.T, p Profile, id string) grid.Question {
	t.Helper()
	for _, q := range p.Questions {
		if q.ID == id {
			return q
		}
	}
	require.Failf(t, "no question", "%q is not among %+v", id, p.Questions)
	return grid.Question{}
}

func fact(t *testing.T, p Profile, code string) grid.Fact {
	t.Helper()
	for _, f := range p.Facts {
		if f.Code == code {
			return f
		}
	}
	require.Failf(t, "no fact", "%q is not among %+v", code, p.Facts)
	return grid.Fact{}
}

func ids(p Profile) (list []string) {
	for _, q := range p.Questions {
		list = append(list, q.ID)
	}
	return list
}

func refs(list []grid.Ref) string {
	var names []string
	for _, r := range list {
		names = append(names, r.String())
	}
	return strings.Join(names, " ")
}

// reads checks what a reading makes of cells: "text", "! kind" of a problem, or
// "text ? kind" of a warning.
func reads(t *testing.T, r Reading, wants ...any) {
	t.Helper()
	reader := r.Compile()
	for i := 0; i < len(wants); i += 2 {
		c := cellOf(wants[i])
		text, p := reader.Read(&c)
		got := text
		switch {
		case p != nil && p.Warn:
			got += " ? " + p.Kind
		case p != nil:
			got += "! " + p.Kind
			assert.Empty(t, text, "a problem that is no warning gives no text")
		}
		assert.Equal(t, wants[i+1], got, fmt.Sprintf("%+v", c))
	}
}

// as gives the reading of a column for a field of a type.
func (p Profile) as(as As) Reading {
	r := p.Typed
	r.As = as
	return r
}
