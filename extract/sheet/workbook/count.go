package workbook

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"io"
)

// counted is the result of the second way of counting.
type counted struct {
	rows int
	err  error
}

// second counts the rows of the sheet another way, at the same time: the part is
// unpacked once more by another implementation, and its bytes are searched for the
// beginnings of rows without taking the XML apart. A fault in one way is none in
// the other.
func (w *walk) second(ctx context.Context) <-chan counted {
	done := make(chan counted, 1)
	if !w.look.Second {
		done <- counted{rows: -1}
		return done
	}
	file := w.reader.parts.files[partName(w.tab.part)]
	go func() {
		defer func() {
			if broken := recover(); broken != nil {
				done <- counted{-1, fmt.Errorf("counting failed: %v", broken)}
			}
		}()
		n, err := countRows(ctx, file)
		done <- counted{n, err}
	}()
	return done
}

// compare puts the second count into the tail. Counts that differ refuse the sheet.
func (w *walk) compare(second counted) error {
	switch {
	case !w.look.Second:
		w.tail.SecondWhy = "it was not asked for"
	case second.err != nil:
		if err := w.ctx.Err(); err != nil {
			return err
		}
		w.tail.SecondWhy = second.err.Error()
	default:
		w.tail.Second = second.rows
		if second.rows != w.tail.Rows {
			return broken(fmt.Sprintf("its rows were counted twice and the counts differ (%d and %d): rows could be lost", w.tail.Rows, second.rows))
		}
	}
	return nil
}

func countRows(ctx context.Context, file *zip.File) (int, error) {
	packed, err := file.OpenRaw()
	if err != nil {
		return -1, err
	}
	in := packed
	if file.Method == zip.Deflate {
		in = flate.NewReader(packed)
	}
	c := counter{ctx: ctx, in: decode(io.LimitReader(in, int64(file.UncompressedSize64))), buf: make([]byte, 32<<10)}
	if err := c.run(); err != nil {
		return -1, err
	}
	return c.rows, nil
}

// counter counts <row between <sheetData> and </sheetData>, outside of comments.
// In XML no < stands in a text or an attribute, so the bytes alone say enough.
type counter struct {
	ctx    context.Context
	in     io.Reader
	buf    []byte
	end    int
	eof    bool
	inside bool
	until  []byte // within a comment, CDATA or an instruction: what ends it
	rows   int
}

func (c *counter) run() error {
	const longest = 1 << 10 // of a tag's name, with its prefix
	for !c.eof {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		n, err := c.in.Read(c.buf[c.end:])
		if c.end += n; err == io.EOF {
			c.eof = true
		} else if err != nil {
			return err
		}
		keep := min(c.end, longest)
		if c.eof {
			keep = 0
		}
		used := c.scan(c.buf[:c.end], c.end-keep)
		c.end = copy(c.buf, c.buf[used:c.end])
	}
	return nil
}

// scan looks at every < before limit and gives how far it came.
func (c *counter) scan(b []byte, limit int) int {
	i := 0
	for i < limit {
		if c.until != nil {
			n := bytes.Index(b[i:], c.until)
			if n < 0 {
				return max(i, min(limit, len(b)-len(c.until)+1))
			}
			i, c.until = i+n+len(c.until), nil
			continue
		}
		n := bytes.IndexByte(b[i:limit], '<')
		if n < 0 {
			return limit
		}
		i += n + 1
		c.tag(b[i:])
	}
	return i
}

// tag takes what follows a <.
func (c *counter) tag(b []byte) {
	switch {
	case bytes.HasPrefix(b, []byte("!--")):
		c.until = []byte("-->")
		return
	case bytes.HasPrefix(b, []byte("![CDATA[")):
		c.until = []byte("]]>")
		return
	case bytes.HasPrefix(b, []byte("?")):
		c.until = []byte("?>")
		return
	}
	end := 0
	for end < len(b) && end < 1<<10 && b[end] > ' ' && b[end] != '>' && b[end] != '<' && (b[end] != '/' || end == 0) {
		end++
	}
	name := b[:end]
	closing := bytes.HasPrefix(name, []byte("/"))
	if closing {
		name = name[1:]
	}
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	switch string(name) {
	case "sheetData":
		c.inside = !closing && !closesItself(b[end:])
	case "row":
		if c.inside && !closing {
			c.rows++
		}
	}
}

// closesItself tells whether what follows the name of a tag is the rest of an element
// without content: a slash at its end, behind spaces and attributes.
func closesItself(b []byte) bool {
	quote, last := byte(0), byte(0)
	for _, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '>':
			return last == '/'
		case c == '"', c == '\'':
			quote = c
		}
		last = c
	}
	return false
}
