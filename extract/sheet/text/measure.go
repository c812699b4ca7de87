package text

import (
	"bytes"
	"context"
)

// measure is how a file looks when it is read in one dialect.
type measure struct {
	dialect Dialect
	rows    int         // that are not blank
	widths  map[int]int // rows by their number of cells
	first   int         // cells of the first row
	faults  int         // rows whose quotes do not tell where cells end
	strays  int         // rows with quotes in the middle of a cell, kept as text
	quoted  int         // cells in quotes
	cells   int         // that were judged
	clean   float64     // of them, that look like one value
	spaced  int         // of them, behind another and with a space before them
	follow  int         // of them, behind another
	numbers int         // of them, that begin with a digit, a sign or a currency
	groups  int         // of them, behind another and like the thousands of a number
}

// maxJudged is how many cells of a file are judged by what they look like.
const maxJudged = 20_000

// measure reads the file in a dialect up to stop bytes of its text; 0 all of it.
func (s source) measure(ctx context.Context, d Dialect, stop int) (*measure, error) {
	s.dialect = d
	m := &measure{dialect: d, widths: map[int]int{}}
	err := s.scan(ctx, stop, func(sc *scanner, b *batch) error {
		for i := range b.records {
			m.add(b.records[i], b.cells(i), b.buf, sc.delimiter)
		}
		return nil
	})
	return m, err
}

// cells gives the cells of a record.
func (b *batch) cells(i int) []span {
	if i+1 < len(b.records) {
		return b.spans[b.records[i].first:b.records[i+1].first]
	}
	return b.spans[b.records[i].first:]
}

// blank tells whether a record is a blank line.
func blank(cells []span) bool {
	return len(cells) == 1 && cells[0].start == cells[0].end && cells[0].flags == 0
}

func (m *measure) add(r record, cells []span, buf []byte, delimiter byte) {
	if blank(cells) {
		return
	}
	if m.rows++; m.rows == 1 {
		m.first = len(cells)
	}
	m.widths[len(cells)]++
	if r.fault != "" {
		m.faults++
	}
	if r.stray {
		m.strays++
	}
	for i, c := range cells {
		if c.flags&quoted != 0 {
			m.quoted++
		}
		if m.cells >= maxJudged {
			continue
		}
		m.cells++
		text := buf[c.start:c.end]
		if len(text) > 0 && bytes.IndexByte([]byte("0123456789-+$"), text[0]) >= 0 {
			m.numbers++
		}
		if i > 0 {
			m.follow++
			if group(text) {
				m.groups++
			}
			if len(text) > 0 && text[0] == ' ' {
				m.spaced++
			}
		}
		if c.flags&quoted != 0 {
			m.clean++
		} else {
			m.clean += cleanness(text, delimiter)
		}
	}
}

// cleanness tells how much a cell looks like one value: one that holds what often
// divides values looks like several.
func cleanness(cell []byte, delimiter byte) float64 {
	if bytes.ContainsAny(cell, ";\t|^\x01\x1f") {
		return 0.2
	}
	for i, c := range cell {
		if c != ',' || delimiter == ',' {
			continue
		}
		switch {
		case i+1 < len(cell) && cell[i+1] == ' ':
		case i > 0 && i+1 < len(cell) && digit(cell[i-1]) && digit(cell[i+1]):
		default:
			return 0.3
		}
	}
	return 1
}

// group tells whether a text is three digits, decimals behind them allowed.
func group(b []byte) bool {
	return len(b) >= 3 && digit(b[0]) && digit(b[1]) && digit(b[2]) && (len(b) == 3 || b[3] == '.')
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// mode gives the number of cells that most rows have, of those with more than one
// cell if there are enough of them.
func (m *measure) mode() (width, rows int) {
	for w, n := range m.widths {
		if w > 1 && (n > rows || n == rows && w > width) {
			width, rows = w, n
		}
	}
	if rows == 0 {
		return 1, m.rows
	}
	return width, rows
}

// consistency gives the share of rows that agree, 0 to 1: faults count against it.
func (m *measure) consistency() float64 {
	if m.rows == 0 {
		return 0
	}
	_, same := m.mode()
	split := m.rows - m.widths[1]
	n := float64(m.rows)
	return max(0, (float64(same)+0.25*float64(split-same)-0.5*float64(m.faults)-0.1*float64(m.strays))/n)
}

// usual says how likely a delimiter is before the file is seen.
var usual = map[string]float64{
	",": 1, ";": 1, "\t": 1, "|": 1, "^": 0.9, "\x01": 1, "\x1f": 1, "~": 0.8,
	" ": 0.5, ":": 0.4, "!": 0.4, "#": 0.4, "*": 0.4, "$": 0.4, "%": 0.4, "&": 0.4, "=": 0.35,
}

// The score that a delimiter must reach, else the file has one column: one that
// divides words and times as well must reach more.
const (
	minScore = 0.22
	sure     = 0.6 // of usual, from which a delimiter is none of those
	weakMin  = 0.3
)

// score gives how likely the dialect is right, 0 to 1.
func (m *measure) score() float64 {
	width, _ := m.mode()
	if width < 2 || m.cells == 0 || m.list(width) {
		return 0
	}
	prior, c := usual[m.dialect.Delimiter], m.consistency()
	score := c * (1 - 1/float64(width)) * m.clean / float64(m.cells) * prior
	if score < minScore {
		return 0
	}
	if prior < sure && (c < 0.9 || m.rows < 5 || m.first != width || score < weakMin || m.numbers*5 < m.cells) {
		return 0
	}
	return score
}

// list tells whether the file is more likely a list of one column whose texts hold
// the delimiter: names and addresses, with spaces behind their commas, below a
// header that has none, or numbers with commas between their thousands.
func (m *measure) list(width int) bool {
	if m.dialect.Delimiter != "," {
		return false
	}
	return m.first == 1 && width <= 4 && m.spaced*20 >= m.follow*19 ||
		m.groups == m.follow && (m.first == 1 || len(m.widths) > 1)
}
