package text

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"unicode/utf8"

	"ferry/extract/sheet/grid"
)

const (
	maxSample = 64 << 10 // bytes around high bytes that are kept
	maxRefs   = 10
)

// survey is what the bytes of a whole file say of its encoding.
type survey struct {
	size   int64
	head   []byte     // the first four bytes
	zeros  [4]int64   // NUL bytes, by place modulo 4
	high   [256]int64 // how often each byte above 0x7F stands there
	valid  int64      // characters of UTF-8 of several bytes
	broken int64      // bytes that are no UTF-8
	sample []byte     // lines with bytes above 0x7F, joined by line feeds
	lines  []int      // numbers of the first lines with such bytes, or with broken ones
}

// survey reads the file once.
func (s *source) survey(ctx context.Context) (*survey, error) {
	v := &survey{size: s.size}
	buf := make([]byte, block)
	rest := 0 // bytes of a character that the last block cuts
	line := 1
	for at := int64(0); at < s.size; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := s.r.ReadAt(buf[rest:rest+int(min(int64(block-rest), s.size-at))], at)
		if n == 0 || err != nil && err != io.EOF {
			return nil, grid.Unread(err)
		}
		part := buf[:rest+n]
		if at == 0 {
			v.head = bytes.Clone(part[:min(4, len(part))])
		}
		v.countZeros(part[rest:], at)
		at += int64(n)
		used := v.countHigh(part, line, at == s.size)
		line += newlines(part[:used])
		rest = copy(buf, part[used:])
	}
	return v, nil
}

func newlines(b []byte) int {
	if n := bytes.Count(b, []byte{'\n'}); n > 0 {
		return n
	}
	return bytes.Count(b, []byte{'\r'})
}

// countZeros counts NULs by place; at is where b stands in the file.
func (v *survey) countZeros(b []byte, at int64) {
	for i := bytes.IndexByte(b, 0); i >= 0 && i < len(b); {
		for ; i < len(b) && (b[i] == 0 || i+1 < len(b) && b[i+1] == 0); i++ {
			if b[i] == 0 {
				v.zeros[(at+int64(i))&3]++
			}
		}
		j := bytes.IndexByte(b[min(i, len(b)):], 0)
		if j < 0 {
			return
		}
		i += j
	}
}

// countHigh judges bytes above 0x7F and gives how many bytes it took: all but a
// character at the end that is cut.
func (v *survey) countHigh(b []byte, line int, last bool) (used int) {
	sampled, counted := 0, 0
	for i := 0; i < len(b); {
		for i+8 <= len(b) && binary.LittleEndian.Uint64(b[i:])&0x8080808080808080 == 0 {
			i += 8
		}
		for i < len(b) && b[i] < utf8.RuneSelf {
			i++
		}
		if i == len(b) {
			break
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 && !last && !utf8.FullRune(b[i:]) {
			return i
		}
		good := r != utf8.RuneError || size > 1
		if good {
			v.valid++
		} else {
			v.broken++
		}
		for _, c := range b[i : i+size] {
			v.high[c]++
		}
		if len(v.lines) < maxRefs && !good {
			line += newlines(b[counted:i])
			counted = i
			if len(v.lines) == 0 || v.lines[len(v.lines)-1] != line {
				v.lines = append(v.lines, line)
			}
		}
		if i >= sampled {
			sampled = v.take(b, i)
		}
		i += size
	}
	return len(b)
}

// take adds the line around i to the sample and gives where it ends.
func (v *survey) take(b []byte, i int) int {
	if len(v.sample) >= maxSample {
		return len(b)
	}
	from := max(0, i-200)
	if lf := bytes.LastIndexByte(b[from:i], '\n'); lf >= 0 {
		from += lf + 1
	}
	to := min(len(b), i+400)
	if lf := bytes.IndexByte(b[i:to], '\n'); lf >= 0 {
		to = i + lf
	}
	v.sample = append(append(v.sample, b[from:to]...), '\n')
	if len(v.sample) > maxSample/2 && to < len(b) {
		return max(to, min(len(b), i+len(b)/16))
	}
	return to
}

// distinct gives the bytes above 0x7F that stand in the file.
func (v *survey) distinct() []byte {
	var out []byte
	for c := utf8.RuneSelf; c < 256; c++ {
		if v.high[c] > 0 {
			out = append(out, byte(c))
		}
	}
	return out
}
