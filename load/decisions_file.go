package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"ferry/extract/record"
)

// The decisions of a job stand beside its file as <job>.decisions.csv, a row a
// decision, UTF-8, so that people can read and change them:
//
//	kind,stream,source_key,field,value,decision,target,by,note
//	match,customers,123,,,link,987,Ann,same firm
//	value,tickets,,status,ripe,set,Ready,Ann,
var decisionColumns = []string{"kind", "stream", "source_key", "field", "value", "decision", "target", "by", "note"}

const (
	columnKind = iota
	columnStream
	columnKey
	columnField
	columnValue
	columnDecision
	columnTarget
	columnBy
	columnNote
)

// The kinds of rows, and the word of a value decision.
const (
	kindMatch = "match"
	kindValue = "value"
	decideSet = "set"
)

// maxDecisions bounds a decisions file, in bytes.
const maxDecisions = 256 << 20

// DecisionError is one mistake in a decisions file.
type DecisionError struct {
	File   string
	Line   int    // counted from 1; 0: the whole file
	Column string // heading; "" the whole row
	Text   string // what is wrong and what to do
}

func (e *DecisionError) Error() string {
	place := e.File
	if e.Line > 0 {
		place += fmt.Sprintf(":%d", e.Line)
	}
	if e.Column != "" {
		place += ", column " + e.Column
	}
	return place + ": " + e.Text
}

// ReadDecisions reads a decisions file; one that is not there holds none. Every
// mistake is a *DecisionError, all of them joined; then there are no decisions.
func ReadDecisions(path string) (*Decisions, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return &Decisions{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ParseDecisions(filepath.Base(path), f)
}

// ParseDecisions reads decisions as ReadDecisions does; name is how errors call
// the file. Comma, semicolon and tab are taken as what parts the columns,
// whichever the first line shows: spreadsheets differ.
func ParseDecisions(name string, r io.Reader) (*Decisions, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxDecisions+1))
	if err != nil {
		return nil, err
	}
	whole := func(text string) error { return &DecisionError{File: name, Text: text} }
	switch {
	case len(text) > maxDecisions:
		return nil, whole("the file is over 256 MiB; it is no list of decisions")
	case bytes.HasPrefix(text, []byte("PK")):
		return nil, whole("this is a workbook and no text; save it as CSV UTF-8")
	case !utf8.Valid(text):
		return nil, whole("the text is not UTF-8; save it as CSV UTF-8")
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	rows, err := parseRows(text)
	if err != nil {
		err.(*DecisionError).File = name
		return nil, err
	}
	if len(rows) == 0 {
		return &Decisions{}, nil
	}
	p := &decisionParser{file: name, lines: map[decisionSubject]int{}}
	p.header(rows[0])
	if len(p.problems) > 0 {
		return nil, errors.Join(p.problems...)
	}
	for _, row := range rows[1:] {
		p.row(row)
	}
	if len(p.problems) > 0 {
		return nil, errors.Join(p.problems...)
	}
	p.d.Sort()
	if len(p.lines) > 0 {
		p.d.file, p.d.lines = name, p.lines
	}
	return &p.d, nil
}

// decisionParser makes decisions of rows.
type decisionParser struct {
	file     string
	place    [9]int // of the columns: people move them about
	d        Decisions
	lines    map[decisionSubject]int // where it was decided
	problems []error
}

func (p *decisionParser) wrong(line int, column, format string, args ...any) {
	p.problems = append(p.problems, &DecisionError{File: p.file, Line: line, Column: column, Text: fmt.Sprintf(format, args...)})
}

// header finds the columns; by and note may be missing.
func (p *decisionParser) header(r csvRow) {
	for i, name := range decisionColumns {
		p.place[i] = slices.IndexFunc(r.cells, func(text string) bool { return strings.EqualFold(strings.TrimSpace(text), name) })
		if p.place[i] < 0 && i < columnBy {
			p.wrong(r.line, name, "there is no such column; the first line is %s", strings.Join(decisionColumns, ","))
		}
	}
	for _, text := range r.cells {
		if name := strings.ToLower(strings.TrimSpace(text)); name != "" && !slices.Contains(decisionColumns, name) {
			p.wrong(r.line, text, "nobody knows this column; the columns are %s", strings.Join(decisionColumns, ", "))
		}
	}
}

func (p *decisionParser) row(r csvRow) {
	at := func(column int) string {
		if i := p.place[column]; i >= 0 && i < len(r.cells) {
			return unguard(r.cells[i])
		}
		return ""
	}
	if !slices.ContainsFunc(r.cells, func(text string) bool { return text != "" }) {
		return
	}
	switch kind := strings.TrimSpace(at(columnKind)); kind {
	case kindMatch:
		p.match(r.line, MatchDecision{
			Entry: at(columnStream), Key: record.Key(at(columnKey)), Choice: Choice(strings.TrimSpace(at(columnDecision))),
			Target: record.Key(at(columnTarget)), By: at(columnBy), Note: at(columnNote)})
	case kindValue:
		if word := strings.TrimSpace(at(columnDecision)); word != decideSet {
			p.wrong(r.line, "decision", "%q is no decision about a value; write %s, and under target what it becomes", word, decideSet)
			return
		}
		p.value(r.line, ValueDecision{
			Entry: at(columnStream), Field: at(columnField), Value: at(columnValue),
			To: at(columnTarget), By: at(columnBy), Note: at(columnNote)})
	default:
		p.wrong(r.line, "kind", "%q is no kind of decision; write match or value", kind)
	}
}

func (p *decisionParser) match(line int, m MatchDecision) {
	if column, text := m.mistake(); text != "" {
		p.wrong(line, column, "%s", text)
		return
	}
	for _, c := range []struct{ column, text string }{{"source_key", string(m.Key)}, {"target", string(m.Target)}} {
		if rounded(c.text) {
			p.wrong(line, c.column, "a spreadsheet rounded this number to %s; write it out, in a cell formatted as text", c.text)
			return
		}
	}
	before, have := p.lines[m.subject()]
	if !have {
		p.lines[m.subject()] = line
		p.d.Matches = append(p.d.Matches, m)
		return
	}
	for _, old := range p.d.Matches {
		if old.subject() == m.subject() && !old.same(m) {
			p.wrong(line, "decision", "it contradicts line %d, which decides the same record; keep one of them", before)
		}
	}
}

func (p *decisionParser) value(line int, v ValueDecision) {
	if column, text := v.mistake(); text != "" {
		p.wrong(line, column, "%s", text)
		return
	}
	before, have := p.lines[v.subject()]
	if !have {
		p.lines[v.subject()] = line
		p.d.Values = append(p.d.Values, v)
		return
	}
	for _, old := range p.d.Values {
		if old.subject() == v.subject() && old.To != v.To {
			p.wrong(line, "target", "it contradicts line %d, which decides the same value; keep one of them", before)
		}
	}
}
