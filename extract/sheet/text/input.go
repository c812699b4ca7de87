package text

import (
	"context"
	"io"

	"ferry/extract/sheet/grid"
)

// block is how many bytes of a file are read at a time.
const block = 256 << 10

// input gives the decoded text of a file from a place on.
type input struct {
	r    io.ReaderAt
	at   int64 // of the next byte that is read
	size int64
	decoder
	raw []byte // read, not yet decoded
}

// more appends decoded text to buf. eof tells that nothing follows. The error is a
// *grid.Refusal.
func (in *input) more(buf []byte) (out []byte, eof bool, err error) {
	n := int(min(block, in.size-in.at))
	if in.decoder == nil {
		from := len(buf)
		buf = grow(buf, n)
		err = in.read(buf[from:])
		return buf, in.at >= in.size, err
	}
	from := len(in.raw)
	in.raw = grow(in.raw, n)
	if err := in.read(in.raw[from:]); err != nil {
		return buf, false, err
	}
	eof = in.at >= in.size
	buf, n = in.decode(buf, in.raw, eof)
	in.raw = in.raw[:copy(in.raw, in.raw[n:])]
	return buf, eof, nil
}

func (in *input) read(b []byte) error {
	n, err := in.r.ReadAt(b, in.at)
	in.at += int64(n)
	if n < len(b) {
		return grid.Unread(err)
	}
	return nil
}

// grow makes a slice longer by n bytes that are yet to be filled.
func grow(b []byte, n int) []byte {
	if cap(b)-len(b) >= n {
		return b[:len(b)+n]
	}
	out := make([]byte, len(b)+n, max(2*cap(b), len(b)+n))
	copy(out, b)
	return out
}

// source is a file with how it is written.
type source struct {
	r       io.ReaderAt
	size    int64
	limits  grid.Limits
	dialect Dialect
	width   int // cells that most records have; 0 not known
}

// boms are the bytes before a text that say how it is encoded, the longer ones
// first.
var boms = []struct{ bytes, encoding string }{
	{"\xff\xfe\x00\x00", utf32LE},
	{"\x00\x00\xfe\xff", utf32BE},
	{"\xef\xbb\xbf", utf8Name},
	{"\xff\xfe", utf16LE},
	{"\xfe\xff", utf16BE},
}

// start gives where the text begins: behind the BOM.
func (s *source) start() int64 {
	if s.dialect.BOM {
		for _, bom := range boms {
			if bom.encoding == s.dialect.Encoding {
				return int64(len(bom.bytes))
			}
		}
	}
	return 0
}

// scanner makes the one for the dialect.
func (s *source) scanner() *scanner {
	return &scanner{
		delimiter: first(s.dialect.Delimiter), quote: first(s.dialect.Quote), escape: first(s.dialect.Escape),
		comment: comment(s.dialect.Comment), width: s.width, bound: s.limits.Cell,
	}
}

func first(text string) byte {
	if text == "" {
		return 0
	}
	return text[0]
}

func comment(text string) []byte {
	if text == "" {
		return nil
	}
	return []byte(text)
}

// batch is what is scanned at a time: records that stand in one buffer.
type batch struct {
	buf     []byte
	spans   []span
	records []record
	offset  int64 // of the buffer in the file, where its text is UTF-8
}

// record is one of a batch; its cells are those of spans from first on, up to the
// first of the one that follows.
type record struct {
	first      int
	line, last int
	from, to   int // bytes of the buffer, the line end among them
	fault      string
	stray      bool
	nul        int // where in the buffer a NUL stands; -1 nowhere. Of batches that are suspect
}

// maxBatch bounds what a batch holds beside its bytes.
const maxBatch = 4096

// scan gives all records of the file in batches that are reused. It stops at
// stop bytes of decoded text, if that is not 0: the record there may be cut.
func (s *source) scan(ctx context.Context, stop int, fn func(*scanner, *batch) error) error {
	in := &input{r: s.r, at: s.start(), size: s.size, decoder: newDecoder(s.dialect.Encoding)}
	sc := s.scanner()
	b := &batch{offset: in.at}
	buf := make([]byte, 0, 2*block)
	eof, line, total := in.at >= in.size, 1, 0
	if s.dialect.Sep {
		line = 0 // the line sep= comes first and is none
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !eof {
			var err error
			had := len(buf)
			if buf, eof, err = in.more(buf); err != nil {
				return err
			}
			total += len(buf) - had
		}
		from := 0
		for from < len(buf) {
			b.buf, b.spans, b.records = buf, b.spans[:0], b.records[:0]
			next, err := s.fill(sc, b, from, &line, eof)
			if err != nil {
				return err
			}
			if len(b.records) > 0 {
				sc.markTorn(b)
				if err := fn(sc, b); err != nil {
					return err
				}
			}
			if next == from {
				break
			}
			from = next
		}
		buf = buf[:copy(buf, buf[from:])]
		b.offset += int64(from)
		if eof || stop > 0 && total >= stop {
			return nil
		}
	}
}

// fill scans records from from on until the buffer or the batch is full.
func (s *source) fill(sc *scanner, b *batch, from int, line *int, eof bool) (next int, err error) {
	for from < len(b.buf) && len(b.spans) < maxBatch {
		at := *line
		if s.dialect.Sep && at == 0 {
			at = 1
		}
		first := len(b.spans)
		sc.spans = b.spans
		to, v := sc.next(b.buf, from, at, eof)
		b.spans = sc.spans
		if v == partial {
			if len(b.buf)-from > s.limits.Line {
				return from, s.tooLong(at)
			}
			return from, nil
		}
		if n := len(b.spans) - first; n > s.limits.Columns {
			return from, s.tooWide(at)
		}
		if to-from > s.limits.Line {
			return from, s.tooLong(at)
		}
		b.records = append(b.records, record{
			first: first, line: at, last: at + sc.breaks, from: from, to: to, fault: sc.fault, stray: sc.stray,
		})
		if *line == 0 {
			b.records, b.spans = b.records[:0], b.spans[:first]
		}
		*line = at + sc.breaks + 1
		from = to
	}
	return from, nil
}
