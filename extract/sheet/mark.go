package sheet

import (
	"maps"
	"slices"
	"strconv"
)

// Mark is what MarkSheet says: of a template its columns, of an answered workbook
// which import it answers.
type Mark struct {
	Kind    string // template, answer
	Import  string // of an answer
	Vendor  string
	Stream  string
	Made    string            // RFC 3339
	Version int               // of the layout, 1
	Fields  map[string]string // header to field path of the target
	Sheet   string            // the sheet with the rows
	Header  int               // number of its header row
}

// The kinds of marks.
const (
	MarkTemplate = "template"
	MarkAnswer   = "answer"
)

// MarkVersion is the newest layout of marks that is read and written.
const MarkVersion = 1

// markField begins a row that gives a field of the target.
const markField = "field"

// Rows gives the mark as MarkSheet holds it, a row a line: name and value, and
// "field", header and path for each of Fields, by header.
func (m *Mark) Rows() [][]string {
	rows := [][]string{
		{"ferry", strconv.Itoa(m.Version)}, {"kind", m.Kind}, {"import", m.Import}, {"vendor", m.Vendor},
		{"stream", m.Stream}, {"made", m.Made}, {"sheet", m.Sheet}, {"header", strconv.Itoa(m.Header)},
	}
	for _, header := range slices.Sorted(maps.Keys(m.Fields)) {
		rows = append(rows, []string{markField, header, m.Fields[header]})
	}
	return rows
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
	}
	for _, row := range rows[1:] {
		switch {
		case len(row) == 3 && row[0] == markField:
			m.Fields[row[1]] = row[2]
		case len(row) < 2:
		case row[0] == "header":
			if m.Header, err = strconv.Atoi(row[1]); err != nil {
				return nil, false
			}
		case text[row[0]] != nil:
			*text[row[0]] = row[1]
		}
	}
	return m, m.Kind == MarkTemplate || m.Kind == MarkAnswer
}
