package answer

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// mostLine is the most bytes of one record of a text file.
const mostLine = 64 << 20

// lineReader gives the lines of a file as the bytes they are. A line ends with a
// line feed, a carriage return, or both, in units of one, two or four bytes.
type lineReader struct {
	r     *bufio.Reader
	width int
	big   bool // the high byte comes first
	line  int  // read so far
	buf   []byte
	ended bool
}

func newLineReader(r io.Reader, width int, big bool) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 256<<10), width: width, big: big}
}

// next appends the next line to buf, its line end included.
func (l *lineReader) next() error {
	if l.ended {
		return io.EOF
	}
	start := len(l.buf)
	var err error
	if l.width == 1 {
		err = l.narrow()
	} else {
		err = l.wide()
	}
	if errors.Is(err, io.EOF) {
		l.ended = true
		if len(l.buf) == start {
			return io.EOF
		}
		err = nil
	}
	l.line++
	return err
}

// narrow reads a line of an encoding in which line ends are single bytes.
func (l *lineReader) narrow() error {
	for {
		part, err := l.r.Peek(max(l.r.Buffered(), 1))
		if len(part) == 0 {
			return err
		}
		i := bytes.IndexAny(part, "\r\n")
		if i < 0 {
			if err := l.keep(len(part)); err != nil {
				return err
			}
			continue
		}
		feed := part[i] == '\n'
		if err := l.keep(i + 1); err != nil || feed {
			return err
		}
		if next, _ := l.r.Peek(1); len(next) == 1 && next[0] == '\n' {
			return l.keep(1)
		}
		return nil
	}
}

// wide reads a line of units of two or four bytes.
func (l *lineReader) wide() error {
	for {
		unit, err := l.r.Peek(l.width)
		if len(unit) < l.width {
			if kept := l.keep(len(unit)); kept != nil {
				return kept
			}
			return err
		}
		c := l.small(unit)
		if err := l.keep(l.width); err != nil || c == '\n' {
			return err
		}
		if c == '\r' {
			if next, _ := l.r.Peek(l.width); len(next) == l.width && l.small(next) == '\n' {
				return l.keep(l.width)
			}
			return nil
		}
	}
}

// small gives a unit that is one small character; 0 for others.
func (l *lineReader) small(unit []byte) byte {
	at := 0
	if l.big {
		at = l.width - 1
	}
	for i, b := range unit {
		if i != at && b != 0 {
			return 0
		}
	}
	return unit[at]
}

func (l *lineReader) keep(n int) error {
	part, err := l.r.Peek(n)
	l.buf = append(l.buf, part...)
	if len(l.buf) > mostLine {
		return fmt.Errorf("line %d is longer than %d MiB", l.line+1, mostLine>>20)
	}
	if err != nil {
		return err
	}
	_, err = l.r.Discard(n)
	return err
}

// copyTo copies the lines up to one, or to the end.
func (l *lineReader) copyTo(w io.Writer, last int) error {
	for last < 0 || l.line < last {
		l.buf = l.buf[:0]
		err := l.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := w.Write(l.buf); err != nil {
			return err
		}
	}
	return nil
}

// take gives the lines up to one, and the line end of the last by itself.
func (l *lineReader) take(last int) (record, end []byte, err error) {
	l.buf = l.buf[:0]
	for l.line < last {
		if err := l.next(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, nil, err
		}
	}
	at := len(l.buf)
	for _, c := range []byte("\n\r") {
		if at >= l.width && l.small(l.buf[at-l.width:at]) == c {
			at -= l.width
		}
	}
	return l.buf[:at], l.buf[at:], nil
}
