package api

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// rows reads the records at a path: a list, or where it may be so one record.
// Of several paths the one with the lowest rank wins.
func (s *splitter) rows(path string, rank int) error {
	if rank == s.rank { // which of the two lists is the page cannot be known
		return damaged(jsontext.ErrDuplicateName, s.dec.InputOffset())
	}
	if rank > s.rank {
		if err := s.dec.SkipValue(); err != nil {
			return damaged(err, s.dec.InputOffset())
		}
		return nil
	}
	s.rank, s.page.Rows, s.rewritten = rank, s.page.Rows[:0], s.rewritten[:0]
	switch k := s.dec.PeekKind(); {
	case k == '[':
	case k == 0:
		return s.broken()
	case s.single && k == '{':
		return s.row(path)
	default:
		return &ShapeError{Path: path, Want: "a list", Found: kindText(k), Offset: s.dec.InputOffset()}
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return damaged(err, s.dec.InputOffset())
	}
	for s.dec.PeekKind() != ']' {
		if err := s.row(path); err != nil {
			return err
		}
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return damaged(err, s.dec.InputOffset())
	}
	return nil
}

// row reads one record in the form the spec gives.
func (s *splitter) row(path string) error {
	switch {
	case s.shape.Unwrap != "":
		return s.wrapped(path)
	case len(s.shape.Pair) > 0:
		return s.pair(path)
	case s.shape.Scalar != "":
		return s.scalar(path)
	}
	if k := s.dec.PeekKind(); k != '{' && k != 0 {
		return s.oddRow(path, "an object", kindText(k))
	}
	return s.keep()
}

// keep takes the next value as a row, where it stands.
func (s *splitter) keep() error {
	v, err := s.dec.ReadValue()
	if err != nil {
		return damaged(err, s.dec.InputOffset())
	}
	if s.page.Rows == nil {
		s.page.Rows = make([]Row, 0, min(1+len(s.body)/max(len(v), 64), 1024))
	}
	s.page.Rows = append(s.page.Rows, Row{Offset: int(s.dec.InputOffset()) - len(v), Length: len(v)})
	return nil
}

// wrapped reads {"<Unwrap>": {record}}. Anything beside the record would be
// lost, so it is refused.
func (s *splitter) wrapped(path string) error {
	wanted := fmt.Sprintf(`an object with %q alone`, s.shape.Unwrap)
	if k := s.dec.PeekKind(); k != '{' && k != 0 {
		return s.oddRow(path, wanted, kindText(k))
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return damaged(err, s.dec.InputOffset())
	}
	name, err := s.dec.ReadToken()
	switch {
	case err != nil:
		return damaged(err, s.dec.InputOffset())
	case name.Kind() != '"':
		return s.oddRow(path, wanted, "an empty object")
	case name.String() != s.shape.Unwrap:
		return s.oddRow(path, wanted, fmt.Sprintf("an object with %q", name.String()))
	}
	if k := s.dec.PeekKind(); k != '{' && k != 0 {
		return s.oddRow(path, wanted, "one that holds "+kindText(k))
	}
	if err := s.keep(); err != nil {
		return err
	}
	name, err = s.dec.ReadToken()
	if err != nil {
		return damaged(err, s.dec.InputOffset())
	}
	if name.Kind() != '}' {
		return s.oddRow(path, wanted, fmt.Sprintf("an object with %q too", name.String()))
	}
	return nil
}

// pair reads a list and gives its elements the names of the spec.
func (s *splitter) pair(path string) error {
	wanted := fmt.Sprintf("a list of %d", len(s.shape.Pair))
	if k := s.dec.PeekKind(); k != '[' && k != 0 {
		return s.oddRow(path, wanted, kindText(k))
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return damaged(err, s.dec.InputOffset())
	}
	start := len(s.rewritten)
	n := 0
	for ; s.dec.PeekKind() != ']'; n++ {
		v, err := s.dec.ReadValue()
		if err != nil {
			return damaged(err, s.dec.InputOffset())
		}
		if n < len(s.shape.Pair) {
			s.appendMember(n, s.shape.Pair[n], v)
		}
	}
	if n != len(s.shape.Pair) {
		return s.oddRow(path, wanted, fmt.Sprintf("a list of %d", n))
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return damaged(err, s.dec.InputOffset())
	}
	s.closeRow(start)
	return nil
}

// scalar reads a bare value and gives it the name of the spec.
func (s *splitter) scalar(path string) error {
	switch k := s.dec.PeekKind(); k {
	case '{', '[', 'n':
		return s.oddRow(path, "a bare value", kindText(k))
	}
	v, err := s.dec.ReadValue()
	if err != nil {
		return damaged(err, s.dec.InputOffset())
	}
	start := len(s.rewritten)
	s.appendMember(0, s.shape.Scalar, v)
	s.closeRow(start)
	return nil
}

// appendMember writes the n-th member of a rewritten row.
func (s *splitter) appendMember(n int, name string, v jsontext.Value) {
	open := byte(',')
	if n == 0 {
		open = '{'
	}
	s.rewritten = append(s.rewritten, open)
	// Names come from a checked spec: they are sound UTF-8.
	s.rewritten, _ = jsontext.AppendQuote(s.rewritten, name)
	s.rewritten = append(append(s.rewritten, ':'), v...)
}

// closeRow ends the rewritten row that began at start.
func (s *splitter) closeRow(start int) {
	s.rewritten = append(s.rewritten, '}')
	s.page.Rows = append(s.page.Rows, Row{Offset: start, Length: len(s.rewritten) - start})
	s.rewritten = append(s.rewritten, '\n')
}

// oddRow is the error for a row of another form.
func (s *splitter) oddRow(path, wanted, found string) error {
	return &ShapeError{
		Path: fmt.Sprintf("%s[%d]", path, len(s.page.Rows)), Want: wanted, Found: found, Offset: s.dec.InputOffset(),
	}
}
