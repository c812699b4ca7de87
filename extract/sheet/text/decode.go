package text

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// decoder makes UTF-8 of bytes. What does not decode becomes bytes that are no
// UTF-8 either: see bad.
type decoder interface {
	// decode appends to dst what src holds and gives how many bytes of src it took.
	// last tells that nothing follows src: then it takes all of it.
	decode(dst, src []byte, last bool) (out []byte, n int)
}

// badMark begins a byte that did not decode: its halves follow. None of the three
// bytes stands in UTF-8 as it stands there.
const badMark = 0xFF

// bad appends bytes that do not decode.
func bad(dst []byte, src ...byte) []byte {
	for _, b := range src {
		dst = append(dst, badMark, 0xF0|b>>4, 0xF0|b&15)
	}
	return dst
}

// newDecoder gives nil for UTF-8, which is taken as it is. name is a canonical one.
func newDecoder(name string) decoder {
	switch name {
	case utf16LE:
		return wide16{binary.LittleEndian}
	case utf16BE:
		return wide16{binary.BigEndian}
	case utf32LE:
		return wide32{binary.LittleEndian}
	case utf32BE:
		return wide32{binary.BigEndian}
	}
	c := findCharset(name)
	switch {
	case c == nil:
		return nil
	case c.table != nil:
		return newSingle(c)
	}
	return &several{decoder: c.wide.NewDecoder()}
}

// single decodes characters of one byte.
type single struct{ table [256][]byte }

func newSingle(c *charset) *single {
	s := &single{}
	for i := range s.table {
		r := c.table.DecodeByte(byte(i))
		if i < 0x80 {
			r = rune(i)
		}
		if r == utf8.RuneError || r >= 0x80 && r < 0xA0 {
			s.table[i] = bad(nil, byte(i))
			continue
		}
		s.table[i] = utf8.AppendRune(nil, r)
	}
	return s
}

func (s *single) decode(dst, src []byte, _ bool) ([]byte, int) {
	at := 0
	for at < len(src) {
		from := at
		for at+8 <= len(src) && binary.LittleEndian.Uint64(src[at:])&0x8080808080808080 == 0 {
			at += 8
		}
		dst = append(dst, src[from:at]...)
		for stop := min(at+8, len(src)); at < stop; at++ {
			if c := src[at]; c < utf8.RuneSelf {
				dst = append(dst, c)
			} else {
				dst = append(dst, s.table[c]...)
			}
		}
	}
	return dst, len(src)
}

// wide16 decodes UTF-16.
type wide16 struct{ order binary.ByteOrder }

func (w wide16) decode(dst, src []byte, last bool) ([]byte, int) {
	at := 0
	for at+2 <= len(src) {
		r := rune(w.order.Uint16(src[at:]))
		switch {
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		case !utf16.IsSurrogate(r):
			dst = utf8.AppendRune(dst, r)
		case at+4 > len(src) && !last:
			return dst, at
		default:
			if at+4 <= len(src) {
				if both := utf16.DecodeRune(r, rune(w.order.Uint16(src[at+2:]))); both != utf8.RuneError {
					dst = utf8.AppendRune(dst, both)
					at += 4
					continue
				}
			}
			dst = bad(dst, src[at:at+2]...)
		}
		at += 2
	}
	if last && at < len(src) {
		dst = bad(dst, src[at:]...)
		at = len(src)
	}
	return dst, at
}

// wide32 decodes UTF-32.
type wide32 struct{ order binary.ByteOrder }

func (w wide32) decode(dst, src []byte, last bool) ([]byte, int) {
	at := 0
	for ; at+4 <= len(src); at += 4 {
		if r := w.order.Uint32(src[at:]); r <= utf8.MaxRune && utf8.ValidRune(rune(r)) {
			dst = utf8.AppendRune(dst, rune(r))
		} else {
			dst = bad(dst, src[at:at+4]...)
		}
	}
	if last && at < len(src) {
		dst = bad(dst, src[at:]...)
		at = len(src)
	}
	return dst, at
}

// several decodes characters of one to four bytes.
type several struct {
	decoder *encoding.Decoder
	buf     [3*severalChunk + utf8.UTFMax]byte
}

const severalChunk = 8 << 10

func (s *several) decode(dst, src []byte, last bool) ([]byte, int) {
	for at := 0; at < len(src); {
		chunk := src[at:min(len(src), at+severalChunk)]
		end := last && at+len(chunk) == len(src)
		s.decoder.Reset()
		wrote, n, _ := s.decoder.Transform(s.buf[:], chunk, end)
		if n > 0 && clean(s.buf[:wrote]) {
			dst = append(dst, s.buf[:wrote]...)
			at += n
			continue
		}
		dst, n = s.characters(dst, chunk, end)
		if n == 0 {
			return dst, at
		}
		at += n
	}
	return dst, len(src)
}

// clean tells whether a decoder's output holds neither its sign for what does not
// decode nor control characters that no text has.
func clean(b []byte) bool {
	if bytes.Contains(b, []byte("\uFFFD")) {
		return false
	}
	for i := bytes.IndexByte(b, 0xC2); i >= 0 && i+1 < len(b); {
		if b[i+1] < 0xA0 {
			return false
		}
		j := bytes.IndexByte(b[i+1:], 0xC2)
		if j < 0 {
			break
		}
		i += 1 + j
	}
	return true
}

// characters decodes one character after the other, so that the bytes of one that
// does not decode are known. It stops before a character that src cuts.
func (s *several) characters(dst, src []byte, last bool) ([]byte, int) {
	for at := 0; at < len(src); {
		size := s.character(src[at:])
		switch {
		case size > 0:
			dst = append(dst, s.buf[:s.wrote(src[at:at+size])]...)
			at += size
		case size == 0 && !last && len(src)-at < utf8.UTFMax:
			return dst, at
		default:
			dst = bad(dst, src[at])
			at++
		}
	}
	return dst, len(src)
}

// character gives how many bytes the character has that src begins with; 0 it is
// cut, -1 there is none.
func (s *several) character(src []byte) int {
	for size := 1; size <= min(utf8.UTFMax, len(src)); size++ {
		s.decoder.Reset()
		wrote, n, err := s.decoder.Transform(s.buf[:], src[:size], false)
		if err == transform.ErrShortSrc || n < size {
			continue
		}
		if clean(s.buf[:wrote]) && utf8.RuneCount(s.buf[:wrote]) <= 2 {
			return size
		}
		return -1
	}
	return 0
}

// wrote decodes one whole character into buf.
func (s *several) wrote(src []byte) int {
	s.decoder.Reset()
	n, _, _ := s.decoder.Transform(s.buf[:], src, true)
	return n
}
