package sheet

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/sheet/column"
)

// Mark is what MarkSheet says: of a template its columns, of an answered workbook
// which import it answers and how it was read, of answers beside a file which file
// that is.
type Mark struct {
	Kind    string // template, answer, beside
	Import  string // of an answer
	Vendor  string
	Stream  string
	Made    string            // RFC 3339
	Version int               // of the layout, 1
	Fields  map[string]string // header to field path of the target
	Sheet   string            // the sheet with the rows
	Header  int               // number of its header row
	File    string            // of answers beside a file: its base name
	Layout  *Recipe           // of an answer: how it was read; nil not known
}

// The kinds of marks.
const (
	MarkTemplate = "template"
	MarkAnswer   = "answer"
	MarkBeside   = "beside"
)

// MarkVersion is the newest layout of marks that is read and written.
const MarkVersion = 1

// markField begins a row that gives a field of the target, markLayout one that gives
// a part of the layout: a cell holds only so much.
const (
	markField  = "field"
	markLayout = "layout"
	layoutPart = 8_000 // bytes, a quarter of what a cell holds
)

// Rows gives the mark as MarkSheet holds it, a row a line: name and value, "field",
// header and path for each of Fields, by header, and the parts of Layout.
func (m *Mark) Rows() [][]string {
	rows := [][]string{
		{"ferry", strconv.Itoa(m.Version)}, {"kind", m.Kind}, {"import", m.Import}, {"vendor", m.Vendor},
		{"stream", m.Stream}, {"made", m.Made}, {"sheet", m.Sheet}, {"header", strconv.Itoa(m.Header)},
	}
	if m.File != "" {
		rows = append(rows, []string{"file", m.File})
	}
	for _, header := range slices.Sorted(maps.Keys(m.Fields)) {
		rows = append(rows, []string{markField, header, m.Fields[header]})
	}
	if m.Layout != nil {
		for part := range slices.Chunk(layoutText(m.Layout), layoutPart) {
			rows = append(rows, []string{markLayout, string(part)})
		}
	}
	return rows
}

// layoutText gives a layout as text of ASCII, so that it may be parted anywhere. What
// is found in the cells again is left out of it.
func layoutText(r *Recipe) []byte {
	essence := *r
	essence.Skip, essence.Text = nil, nil
	essence.Columns = slices.Clone(r.Columns)
	for i := range essence.Columns {
		essence.Columns[i].Spans, essence.Columns[i].Reading = nil, column.Reading{}
	}
	data, _ := json.Marshal(&essence) // there is nothing in it that JSON does not have
	return []byte(strings.Trim(strconv.QuoteToASCII(string(data)), `"`))
}

// parseLayout reads what layoutText gives; nil where it was changed.
func parseLayout(text string) *Recipe {
	data, err := strconv.Unquote(`"` + text + `"`)
	if err != nil {
		return nil
	}
	r := &Recipe{}
	if json.Unmarshal([]byte(data), r) != nil {
		return nil
	}
	return r
}

// ParseMark reads what Rows gives. ok is false where the rows are no mark, or one
// of a newer version. Names that it does not know are left alone.
func ParseMark(rows [][]string) (m *Mark, ok bool) {
	if len(rows) == 0 || len(rows[0]) < 2 || rows[0][0] != "ferry" {
		return nil, false
	}
	version, err := strconv.Atoi(rows[0][1])
	if err != nil || version < 1 || version > MarkVersion {
		return nil, false
	}
	m = &Mark{Version: version, Fields: map[string]string{}}
	text := map[string]*string{
		"kind": &m.Kind, "import": &m.Import, "vendor": &m.Vendor, "stream": &m.Stream, "made": &m.Made, "sheet": &m.Sheet,
		"file": &m.File,
	}
	layout := ""
	for _, row := range rows[1:] {
		switch {
		case len(row) == 3 && row[0] == markField:
			m.Fields[row[1]] = row[2]
		case len(row) < 2:
		case row[0] == markLayout:
			layout += row[1]
		case row[0] == "header":
			if m.Header, err = strconv.Atoi(row[1]); err != nil {
				return nil, false
			}
		case text[row[0]] != nil:
			*text[row[0]] = row[1]
		}
	}
	if layout != "" {
		m.Layout = parseLayout(layout)
	}
	return m, m.Kind == MarkTemplate || m.Kind == MarkAnswer || m.Kind == MarkBeside
}
