package api

import (
	"bytes"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"ferry/extract/connector"
)

// splitter walks one answer. It is reused, so that a page costs no memory but
// its rows.
type splitter struct {
	buf  bytes.Buffer
	dec  *jsontext.Decoder
	body []byte
	page *Page

	wants     []want
	itself    bool // the answer itself may be the records
	single    bool // the records may be one object
	shape     connector.RowShape
	rank      int      // of the list that was read; unread
	names     []string // of the members beside the list, for messages
	rewritten []byte   // rows as objects; nil where no row is rewritten
}

// want is a dotted path the walk looks for.
type want struct {
	path  string // whole, for messages
	rest  string // from the level on
	level int    // depth of the object whose members rest starts with; -1: not below here
	field *int   // where the number goes; nil: these are the records
	rank  int    // among the paths of the records: the lowest that is there wins
}

// unread is the rank while no list was found.
const unread = math.MaxInt

var splitters = sync.Pool{New: func() any { return &splitter{dec: jsontext.NewDecoder(&bytes.Buffer{})} }}

// borrowSplitter sets a splitter on body. A name that stands twice in one object
// is let through: one odd record must not cost the page, and the sinks keep both
// values.
func borrowSplitter(body []byte) *splitter {
	s := splitters.Get().(*splitter)
	// The decoder reads straight from the buffer's memory and never writes there.
	s.buf = *bytes.NewBuffer(body)
	s.dec.Reset(&s.buf, jsontext.AllowDuplicateNames(true))
	s.body = body
	s.page = &Page{Body: body, Total: -1, TotalPages: -1, Number: -1, Size: -1, Announced: -1}
	return s
}

// giveBack forgets the answer and keeps the memory.
func (s *splitter) giveBack() {
	clear(s.wants)
	clear(s.names)
	dec, wants, names := s.dec, s.wants[:0], s.names[:0]
	*s = splitter{dec: dec, wants: wants, names: names}
	s.dec.Reset(&s.buf)
	splitters.Put(s)
}

// records notes where the rows may stand.
func (s *splitter) records(paths []string, shape connector.RowShape) {
	s.shape, s.rank, s.itself = shape, unread, len(paths) == 0
	for i, path := range paths {
		if path == "" {
			s.itself = true
			continue
		}
		s.wants = append(s.wants, want{path: path, rest: path, rank: i})
	}
}

// count notes the paths of the page's own numbers.
func (s *splitter) count(p connector.Paging, page *Page) {
	for _, w := range [...]want{
		{path: p.Total, field: &page.Total}, {path: p.TotalPages, field: &page.TotalPages},
		{path: p.Page, field: &page.Number}, {path: p.PageSize, field: &page.Size},
		{path: p.Rows, field: &page.Announced},
	} {
		if w.path != "" {
			w.rest = w.path
			s.wants = append(s.wants, w)
		}
	}
}

// answer reads the whole answer.
func (s *splitter) answer() error {
	k := s.dec.PeekKind()
	switch {
	case k == 0:
		return s.broken()
	case s.itself && (k == '[' || s.single && len(s.wants) == 0):
		return s.rows("", 0)
	case k != '{' || !s.paths():
		return &ShapeError{Want: s.wanted(), Found: kindText(k), Offset: s.dec.InputOffset()}
	}
	if err := s.object(0); err != nil {
		return err
	}
	switch {
	case s.rank != unread:
		return nil
	case s.itself && s.single && plain(s.shape):
		s.whole()
		return nil
	}
	return &ShapeError{Want: s.wanted(), Found: s.missing(), Offset: s.dec.InputOffset()}
}

// plain tells that rows stand in the list as they are.
func plain(shape connector.RowShape) bool {
	return shape.Unwrap == "" && shape.Scalar == "" && len(shape.Pair) == 0
}

// whole takes the object just read, which is the answer, as the one record.
func (s *splitter) whole() {
	start, end := skipSpace(s.body, 0), int(s.dec.InputOffset())
	s.page.Rows = append(s.page.Rows[:0], Row{Offset: start, Length: end - start})
}

// paths tells whether the records may stand elsewhere than in the answer itself.
func (s *splitter) paths() bool {
	return slices.ContainsFunc(s.wants, func(w want) bool { return w.field == nil })
}

// wanted says where records should be, for messages.
func (s *splitter) wanted() string {
	var paths []string
	for _, w := range s.wants {
		if w.field == nil {
			paths = append(paths, strconv.Quote(w.path))
		}
	}
	switch {
	case len(paths) == 0:
		return "a list"
	case s.itself:
		return "a list, or an object with " + strings.Join(paths, " or ")
	}
	return "an object with " + strings.Join(paths, " or ")
}

// missing says what an answer without its list holds instead.
func (s *splitter) missing() string {
	if len(s.names) == 0 {
		return "an empty object"
	}
	return "one with " + strings.Join(s.names, ", ")
}

// object walks the members of an object at a depth.
func (s *splitter) object(depth int) error {
	if _, err := s.dec.ReadToken(); err != nil {
		return damaged(err, s.dec.InputOffset())
	}
	for s.dec.PeekKind() != '}' {
		name, err := s.dec.ReadToken()
		if err != nil {
			return damaged(err, s.dec.InputOffset())
		}
		if err := s.member(name.String(), depth); err != nil {
			return err
		}
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return damaged(err, s.dec.InputOffset())
	}
	return nil
}

// member reads the value of one member: what is wanted, the way to it, or
// something to step over.
func (s *splitter) member(name string, depth int) error {
	below := false
	for i := range s.wants {
		w := &s.wants[i]
		if w.level != depth || !strings.HasPrefix(w.rest, name) {
			continue
		}
		if len(w.rest) == len(name) {
			if w.field == nil {
				return s.rows(w.path, w.rank)
			}
			return s.number(w)
		}
		below = below || w.rest[len(name)] == '.'
	}
	if len(s.names) < 12 {
		s.names = append(s.names, name)
	}
	if !below || s.dec.PeekKind() != '{' {
		if err := s.dec.SkipValue(); err != nil {
			return damaged(err, s.dec.InputOffset())
		}
		return nil
	}
	s.descend(name, depth)
	if err := s.object(depth + 1); err != nil {
		return err
	}
	for i := range s.wants {
		if s.wants[i].level == depth+1 {
			s.wants[i].level = -1 // names are unique: this object does not come back
		}
	}
	return nil
}

// descend moves the wants that go through name one level down.
func (s *splitter) descend(name string, depth int) {
	for i := range s.wants {
		w := &s.wants[i]
		if rest, ok := strings.CutPrefix(w.rest, name); ok && w.level == depth && strings.HasPrefix(rest, ".") {
			w.rest, w.level = rest[1:], depth+1
		}
	}
}

// number reads a count: a JSON integer or one in quotes; null says nothing.
func (s *splitter) number(w *want) error {
	k := s.dec.PeekKind()
	v, err := s.dec.ReadValue()
	if err != nil {
		return damaged(err, s.dec.InputOffset())
	}
	if k == 'n' {
		return nil
	}
	text := v
	if k == '"' {
		text = bytes.Trim(v, `"`)
	}
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 0 || (k != '0' && k != '"') {
		return &ShapeError{Path: w.path, Want: "a whole number", Found: kindText(k), Offset: s.dec.InputOffset()}
	}
	*w.field = n
	return nil
}

// end makes sure that nothing follows the answer.
func (s *splitter) end() error {
	_, err := s.dec.ReadToken()
	switch {
	case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil
	case err == nil:
		err = errTrailing
	}
	return damaged(err, s.dec.InputOffset())
}

// broken asks the decoder what is wrong where no value could be found.
func (s *splitter) broken() error {
	_, err := s.dec.ReadToken()
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return damaged(err, s.dec.InputOffset())
}
