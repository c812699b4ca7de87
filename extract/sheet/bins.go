package sheet

import (
	"strconv"

	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// sorter puts the rows of one sheet into their bins by a recipe. The same sorter
// serves Understand and Rows, so that what was shown is what is done.
type sorter struct {
	recipe  *Recipe
	sheet   string
	header  map[int]bool
	listed  map[int]string // row to the rule that leaves it out
	bounds  bounds
	columns []sorted // one a column of the recipe
	fields  int      // that a whole record of a text file has; 0 does not apply
	places  []int    // Row.Places
	names   []string // headers by place, to know a header that is printed again
	stamp   int      // index of the column with stamps; -1 none
	result  int      // index of the column Result; -1 none
	gap     gap
	keys    keyer
	extras  extras
	row     Row
	moved   *moved // stamps that rows have left; nil they stand beside their rows
	done    bool   // the rule loaded holds
	looks   bool   // cells alone are asked for: no text, hash or key is made of them
}

// sorted is how one column of the recipe is read.
type sorted struct {
	place int
	take  string
	part  int
	read  *column.Reader
	fill  bool
	spans []Span
	same  string    // the text that came last, if it is read as it stands: many columns have it in long runs
	above grid.Cell // of fill: what stands above
	cell  grid.Cell // made for this row
}

// Why a row is a header and none of the records.
const (
	theHeader      = "the header"
	theHeaderAgain = "the header, printed again"
)

// bounds is the part of a sheet that a table stands in; 0 is open.
type bounds struct{ first, last, left, right int }

func newSorter(r *Recipe, place bounds, sheet string, x extras) *sorter {
	s := &sorter{recipe: r, sheet: sheet, header: map[int]bool{}, listed: map[int]string{}, bounds: place, stamp: -1, result: -1, extras: x}
	for _, number := range r.Header {
		s.header[number] = true
	}
	for _, skip := range r.Skip {
		for _, number := range skip.Rows {
			if skip.Sheet != sheet {
				break
			}
			s.listed[number] = skip.Rule
		}
		s.done = s.done || skip.Rule == RuleLoaded
	}
	for i := range r.Columns {
		s.addColumn(i)
	}
	s.setGap()
	s.row.Values = make([]Value, len(r.Columns))
	s.keys = newKeyer(r)
	return s
}

func (s *sorter) addColumn(i int) {
	c := &s.recipe.Columns[i]
	s.columns = append(s.columns, sorted{
		place: c.Place, take: c.Take, part: partOf(c), read: c.Reading.Compile(), fill: c.Fill, spans: c.Spans,
	})
	if c.Ours && c.Header == ColumnStamp {
		s.stamp = i
	}
	if c.Ours && c.Header == ColumnResult {
		s.result = i
	}
	if c.Place == 0 || c.Place == missingPlace {
		s.places = append(s.places, 0)
		return
	}
	s.places = append(s.places, c.Place)
	for len(s.names) < c.Place {
		s.names = append(s.names, "")
	}
	if c.Take == "" && !c.Ours { // a header that is printed again has no answer
		s.names[c.Place-1] = c.Header
	}
	if s.recipe.Text != nil {
		s.fields = max(s.fields, c.Place)
	}
}

// partOf gives which part of a split cell a column takes; 0 the whole.
func partOf(c *Column) int {
	if len(c.Take) > len(takePart) && c.Take[:len(takePart)] == takePart {
		n, _ := strconv.Atoi(c.Take[len(takePart):])
		return n
	}
	if c.Reading.Split != "" {
		return 1
	}
	return 0
}

// sort puts a row into its bin. The row that it gives is reused.
func (s *sorter) sort(in *grid.Row) *Row {
	out := &s.row
	*out = Row{Sheet: s.sheet, Number: in.Number, Cells: in.Cells, Places: s.places, Values: out.Values[:0]}
	if out.Bin, out.Why = s.byPlace(in); out.Bin != "" {
		return out
	}
	s.values(in, out)
	out.Bin = Record
	if out.Why, out.Do, out.Ragged = s.notWhole(in, out); out.Why != "" {
		out.Bin = Held
		return out
	}
	if s.moved != nil && s.moved.give(out) && len(s.keys.fields) == 0 {
		out.Bin, out.Why, out.Do = Held, whyMoved, doMoved
		return out
	}
	if out.Stamp != nil && s.done && out.Stamp.Done && out.Stamp.Hash == out.Hash {
		out.Bin, out.Why = SkippedRow, RuleLoaded
		return out
	}
	if s.looks {
		return out
	}
	if out.Key, out.Why = s.keys.key(out); out.Why != "" {
		out.Bin, out.Do = Held, "fill in the key, or choose other columns that identify a row"
	}
	return out
}

// byPlace sorts out what is no data by where it stands; "" it may be data.
func (s *sorter) byPlace(in *grid.Row) (Bin, string) {
	if in.Fault != "" {
		return s.faulty(in)
	}
	r := s.recipe
	if rule := s.listed[in.Number]; rule != "" {
		return SkippedRow, rule
	}
	switch {
	case blankRow(in):
		return BlankRow, ""
	case s.header[in.Number]:
		return Header, theHeader
	case r.First > 0 && in.Number < r.First && in.Number < s.headerFirst():
		return Header, "above the table"
	case r.First > 0 && in.Number < r.First:
		return Header, "between the header and the first row"
	case r.Last > 0 && in.Number > r.Last:
		return Outside, "below the table"
	case r.Hidden && in.Hidden:
		return SkippedRow, RuleHidden
	}
	if !s.inBounds(in) {
		return Outside, "beside the table"
	}
	if s.again(in) {
		return Header, theHeaderAgain
	}
	return "", ""
}

// faulty sorts out a row with a fault that is known to be no data: a header that a
// person named, and what lies outside of what was chosen. All others are held, as
// nobody knows what such a row holds.
func (s *sorter) faulty(in *grid.Row) (Bin, string) {
	switch r := s.recipe; {
	case s.header[in.Number]:
		return Header, theHeader
	case r.Last > 0 && in.Number > r.Last:
		return Outside, "below the table"
	case r.Hidden && in.Hidden:
		return SkippedRow, RuleHidden
	}
	return "", ""
}

func (s *sorter) headerFirst() int {
	if len(s.recipe.Header) == 0 {
		return s.recipe.First
	}
	return s.recipe.Header[0]
}

// inBounds tells whether a row holds something in the columns of the table.
func (s *sorter) inBounds(in *grid.Row) bool {
	if s.bounds.right == 0 {
		return true
	}
	for c := max(1, s.bounds.left); c <= min(len(in.Cells), s.bounds.right); c++ {
		if !blank(&in.Cells[c-1]) {
			return true
		}
	}
	return false
}

// again tells whether a row is the header once more, as on each page of a report.
func (s *sorter) again(in *grid.Row) bool {
	if len(s.recipe.Header) != 1 {
		return false
	}
	n := 0
	for i, name := range s.names {
		text := ""
		if i < len(in.Cells) {
			text = in.Cells[i].Text
		}
		if name == "" && text == "" {
			continue
		}
		if len(text) < len(name) || text != name && (name != "" && begins(text) && text[0] != name[0] || oneLine(text) != name) {
			return false
		}
		n++
	}
	return n > 0
}

// begins tells whether the first byte of a text is one that oneLine keeps.
func begins(text string) bool { return text != "" && text[0] > ' ' && text[0] < 0x7f }

// notWhole says why a row cannot be trusted, and what to do; "" it can. ragged
// tells that an answer would hide it, by making all records equally long.
func (s *sorter) notWhole(in *grid.Row, out *Row) (why, do string, ragged bool) {
	if in.Fault != "" {
		return in.Fault, "mend the row in the file", false
	}
	if s.fields == 0 || in.Fields == 0 {
		return "", "", false
	}
	if in.Fields < s.fields && !s.recipe.Short && s.lacks(in.Fields) {
		return "has " + cells(in.Fields) + " where the header has " + strconv.Itoa(s.fields),
			doShort, true
	}
	if out.asHeld && !s.recipe.Short {
		return whyAsHeld, doAsHeld, true
	}
	if s.foreign(in, out) {
		return whyResult, doResult, true
	}
	if s.beyond(in) {
		return "has more cells than the " + s.width() + " of the header", doSurplus, false
	}
	surplus := s.recipe.Width > 0 && in.Fields > s.recipe.Width
	for c := s.fields; c < len(in.Cells) && !surplus; c++ {
		surplus = !blank(&in.Cells[c])
	}
	if surplus {
		return "has " + cells(in.Fields) + " where the header has " + strconv.Itoa(s.fields),
			doSurplus, len(in.Cells) <= s.fields
	}
	return "", "", false
}

// lacks tells whether a record that ends after so many fields has lost one that
// has a name. A separator at the end of the header alone names nothing.
func (s *sorter) lacks(fields int) bool {
	for i := range s.recipe.Columns {
		if c := &s.recipe.Columns[i]; c.Place > fields && !c.Ours && (c.Header != "" || len(s.recipe.Header) == 0) {
			return true
		}
	}
	return false
}

func cells(n int) string {
	if n == 1 {
		return "1 cell"
	}
	return strconv.Itoa(n) + " cells"
}
