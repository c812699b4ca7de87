package answer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
)

// rowOf is a row of a sheet as it stands in the file.
type rowOf struct {
	number int
	start  []byte // its start tag
	body   []byte // between the tags
	end    []byte // its end tag; nil of an empty one
}

// scanner goes through the rows of a sheet in the order of the file. What it does
// not understand it refuses, so that nothing is written in the wrong place.
type scanner struct {
	in      *window
	prefix  string // of the elements, with its colon
	row     int    // number of the last
	rowOpen []byte
	rowEnd  []byte
	dataEnd []byte
}

func newScanner(in *window, prefix string) *scanner {
	return &scanner{
		in: in, prefix: prefix,
		rowOpen: []byte("<" + prefix + "row"), rowEnd: []byte("</" + prefix + "row"), dataEnd: []byte("</" + prefix + "sheetData"),
	}
}

// errForeign is what stands among the rows and is no row.
var errForeign = errors.New("something stands among its rows that is no row")

// rows calls between with what stands between rows and fn with each row, up to the
// end of the sheet's data.
func (s *scanner) rows(ctx context.Context, between func([]byte), fn func(*rowOf) error) error {
	var row rowOf
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		start, err := s.in.find([]byte{'<'}, 0)
		if err != nil {
			return err
		}
		if start < 0 {
			return errCut
		}
		between(s.in.take(start))
		length, err := s.special()
		if err != nil {
			return err
		}
		if length > 0 {
			between(s.in.take(length))
			continue
		}
		if length, err = s.in.tag(); err != nil {
			return err
		}
		start2 := s.in.held()[:length]
		if bytes.HasPrefix(start2, s.dataEnd) {
			s.in.take(length)
			return nil
		}
		if !bytes.HasPrefix(start2, s.rowOpen) || nameEnd(start2[1:]) != len(s.rowOpen)-1 {
			return errForeign
		}
		if err := s.whole(&row, length); err != nil {
			return err
		}
		if err := fn(&row); err != nil {
			return err
		}
	}
}

// special gives the length of a comment or the like at the start of the window; 0
// where a tag stands there.
func (s *scanner) special() (int, error) {
	for {
		past, special, err := passSpecial(s.in.held())
		switch {
		case err == nil && special:
			return past, nil
		case err == nil:
			return 0, nil
		case errors.Is(err, errDoctype) && len(s.in.held()) >= len("<![CDATA["):
			return 0, err
		}
		ok, more := s.in.more()
		if more != nil {
			return 0, more
		}
		if !ok {
			return 0, err
		}
	}
}

// whole takes the row whose start tag of so many bytes begins the window.
func (s *scanner) whole(row *rowOf, start int) error {
	*row = rowOf{}
	tag := s.in.held()[:start]
	number, err := s.number(tag)
	if err != nil {
		return err
	}
	row.number, s.row = number, number
	if tag[start-2] == '/' {
		row.start = s.in.take(start)
		return nil
	}
	end, err := s.rowsEnd(start)
	if err != nil {
		return err
	}
	close, err := s.in.find([]byte{'>'}, end)
	if err != nil {
		return err
	}
	if close < 0 {
		return errCut
	}
	all := s.in.take(close + 1)
	row.start, row.body, row.end = all[:start], all[start:end], all[end:]
	return nil
}

// rowsEnd finds the end tag of the row whose cells begin at a place of the window.
func (s *scanner) rowsEnd(from int) (int, error) {
	for at := from; ; {
		end, err := s.in.find(s.rowEnd, at)
		if err != nil {
			return 0, err
		}
		if end < 0 {
			return 0, errCut
		}
		body := s.in.held()[from:end]
		if bytes.IndexByte(body, '!') < 0 || !bytes.Contains(body, []byte("<!")) {
			return end, nil
		}
		// What looks like the end may be text of a CDATA section.
		if _, err := elements(body, 0, len(body)); err == nil {
			return end, nil
		}
		at = end + 1
	}
}

// number reads a row's number; without one it follows the row before.
func (s *scanner) number(tag []byte) (int, error) {
	from, to, ok := attribute(tag, "r")
	if !ok {
		return s.row + 1, nil
	}
	number, err := strconv.Atoi(string(tag[from:to]))
	if err != nil || number <= s.row {
		return 0, fmt.Errorf("its rows are not in order below row %d", s.row)
	}
	return number, nil
}

// columnOf reads the column of a cell name such as AB12; 0 where it is none.
func columnOf(name []byte) int {
	column := 0
	for i, c := range name {
		if c >= '0' && c <= '9' {
			if i == 0 {
				return 0
			}
			return column
		}
		if c |= 0x20; c < 'a' || c > 'z' || i > 2 {
			return 0
		}
		column = column*26 + int(c-'a') + 1
	}
	return 0
}
