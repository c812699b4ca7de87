package check

import (
	"strings"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
)

// collector puts together what the judges found, in the order of the file.
type collector struct {
	*plan
	findings findings
	records  records
	keys     keys
	doubles  map[int]int // record that stands for its key to its place in list
	list     []Double
	doubled  int
	sheet    string           // name of the last sheet, one copy for all rows
	places   map[string][]int // sheet.Row.Places of each sheet
	found    Row
}

func (p *plan) newCollector() *collector {
	return &collector{plan: p, findings: findings{plan: p, all: map[findingKey]*group{}}, doubles: map[int]int{}, places: map[string][]int{}}
}

func (c *collector) batch(b *batch) error {
	for i := range b.rows {
		r := &b.rows[i]
		if r.sheet != c.sheet {
			c.sheet = strings.Clone(r.sheet)
			c.places[c.sheet] = r.places
		}
		if err := c.row(b, i, r); err != nil {
			return err
		}
	}
	return nil
}

func (c *collector) row(b *batch, i int, r *row) error {
	c.found = Row{Sheet: c.sheet, Number: r.number, Key: r.key, Mistakes: c.found.Mistakes[:0]}
	st := good
	for k := r.notes[0]; k < r.notes[1]; k++ {
		n := &b.notes[k]
		if !n.warn && n.kind != kindCut {
			st = bad
		}
		c.note(n, c.sheet, r.number)
	}
	if r.skip != "" {
		st = skipped
		c.found.Skip = r.skip
		c.note(&note{words: words{kind: kindSkipped, why: r.skip, warn: true}, column: -1, field: -1}, c.sheet, r.number)
	}
	if r.bin == sheet.Record {
		at := c.records.add(c.sheet, r.number, st)
		if r.keyed {
			if err := c.key(r, at, b.row(c.plan, i)); err != nil {
				return err
			}
		}
	}
	return c.tell(&c.found)
}

// note counts a note of a row, and keeps it for who asks for rows.
func (c *collector) note(n *note, sheet string, number int) {
	c.findings.add(n, c.ref(sheet, number, n.column))
	if c.cfg.Found != nil && n.kind != kindCut && n.kind != kindSkipped {
		c.found.Mistakes = append(c.found.Mistakes, c.mistake(sheet, n))
	}
}

// ref is where a record's cell stands; the whole row where column is -1. In a turned
// sheet rows are columns, and a whole one is shown by its first cell.
func (c *collector) ref(sheet string, number, column int) grid.Ref {
	at := grid.Ref{Sheet: sheet, Row: number}
	if column >= 0 {
		at.Column = c.placeOn(sheet, column)
	}
	if c.cfg.Recipe.Turned {
		at.Row, at.Column = max(at.Column, 1), number
	}
	return at
}

// placeOn is where a column stands on a sheet: several sheets with the same columns
// may have them in another order. A column that the sheet lacks has the place 0.
func (c *collector) placeOn(sheet string, column int) int {
	if places := c.places[sheet]; places != nil {
		return places[c.columns[column].index]
	}
	return c.columns[column].Place
}

func (c *collector) mistake(sheet string, n *note) Mistake {
	m := Mistake{Kind: n.kind, Why: n.why, Do: n.do, Warn: n.warn}
	if n.column >= 0 {
		m.Column, m.Place = c.columns[n.column].Name, c.placeOn(sheet, n.column)
	}
	if n.field >= 0 {
		m.Field = c.fields[n.field].path
	}
	return m
}

func (c *collector) tell(r *Row) error {
	if c.cfg.Found == nil || len(r.Mistakes) == 0 && r.Skip == "" && !r.Left {
		return nil
	}
	return c.cfg.Found(r)
}

// key looks whether another row has the key of a record, and says so of all.
func (c *collector) key(r *row, at int, texts []string) error {
	e, is, err := c.keys.find(r, at)
	if err != nil || !is {
		return err
	}
	holder, text := e.record(), c.keyText(texts)
	n := c.doubleNote(text, e.same != r.same)
	if e.at&hasDoubles == 0 {
		e.at |= hasDoubles
		c.doubled++
		if len(c.list) < maxDoubles {
			c.doubles[holder] = len(c.list)
			c.list = append(c.list, Double{Key: strings.Clone(text), Rows: []grid.Ref{c.where(holder)}, Count: 1, Equal: true})
		}
		if c.cfg.Doubles == Refuse || c.cfg.Doubles == Merge {
			if err := c.again(holder, &n); err != nil {
				return err
			}
		}
	}
	i, listed := c.doubles[holder]
	if listed {
		d := &c.list[i]
		d.Equal = d.Equal && e.cells == uint32(r.cells)
		if d.Count++; len(d.Rows) < maxDoubleRows {
			d.Rows = append(d.Rows, c.where(at))
		}
	}
	if c.cfg.Doubles == Last { // the row of before is left out, and this one stands for the key
		e.at = uint32(at+1) | hasDoubles
		if listed {
			delete(c.doubles, holder)
			c.doubles[at] = i
		}
		return c.again(holder, &n)
	}
	c.note(&n, c.sheet, r.number)
	c.found.Left = c.cfg.Doubles == First
	c.records.set(at, c.fate())
	return nil
}

// again says something of a record that was read before.
func (c *collector) again(at int, n *note) error {
	sheet, number := c.records.row(at)
	c.findings.add(n, c.ref(sheet, number, n.column))
	c.records.set(at, c.fate())
	return c.tell(&Row{Sheet: sheet, Number: number, Mistakes: []Mistake{c.mistake(sheet, n)}, Left: c.cfg.Doubles == Last})
}

// where is the row of a record.
func (c *collector) where(at int) grid.Ref {
	sheet, number := c.records.row(at)
	return c.ref(sheet, number, -1)
}

func (c *collector) doubleNote(text string, alike bool) note {
	return note{words: doubleWords(c.cfg.Doubles, alike), column: c.plan.key[0], field: -1, text: text}
}

// fate is what becomes of rows that the rule for doubled keys does not load.
func (c *collector) fate() state {
	switch c.cfg.Doubles {
	case First, Last:
		return skipped
	case Merge:
		return good
	}
	return bad
}

// report is what all rows together come to.
func (c *collector) report(tally sheet.Tally) *Report {
	return &Report{
		Tally: tally, Good: c.records.count[good], Bad: c.records.count[bad], Skipped: c.records.count[skipped],
		Findings: c.findings.list(), Doubles: c.list, DoubleCount: c.doubled,
	}
}
