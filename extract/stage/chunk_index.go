package stage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"ferry/extract/record"
)

// indexVersion begins every chunk index.
const indexVersion = 1

// origin is where records of a chunk came from: a page of a sweep, or a detail
// call (sweep 0).
type origin struct {
	fetched time.Time
	run     int64
	page    PageRef
	parent  string // of a sub-stream's record: key of the record it belongs to
}

// indexed is one record of a chunk index.
type indexed struct {
	key    string // points into the index
	offset int    // in the body
	length int
	hash   uint64
	origin int
}

// indexWriter builds a chunk index: the version, the origins, then a record after
// the other. Offsets are kept as the distance from the end of the record before,
// so they are small for a page.
//
//	index  = version, count, origin..., record...
//	origin = fetched (µs), run, sweep, variant length, variant, number, stripe, step, parent length, parent
//	record = key length, key, distance, length, hash (8 bytes), origin if count > 1
//
// All numbers are varints; distance, fetched and number may be negative.
type indexWriter struct {
	origins []origin
	records []indexed
}

// from gives the number of the origin o, adding it if it is not the newest.
func (w *indexWriter) from(o origin) int {
	if n := len(w.origins); n > 0 && w.origins[n-1] == o {
		return n - 1
	}
	w.origins = append(w.origins, o)
	return len(w.origins) - 1
}

// bytes is the index written so far.
func (w *indexWriter) bytes() []byte {
	b := make([]byte, 0, 32*len(w.origins)+28*len(w.records)+8)
	b = append(b, indexVersion)
	b = binary.AppendUvarint(b, uint64(len(w.origins)))
	for _, o := range w.origins {
		b = binary.AppendVarint(b, micros(o.fetched))
		b = binary.AppendUvarint(b, uint64(o.run))
		b = binary.AppendUvarint(b, uint64(o.page.Sweep))
		b = binary.AppendUvarint(b, uint64(len(o.page.Variant)))
		b = append(b, o.page.Variant...)
		b = binary.AppendVarint(b, int64(o.page.Number))
		b = binary.AppendVarint(b, int64(o.page.Stripe))
		b = binary.AppendVarint(b, int64(o.page.Step))
		b = binary.AppendUvarint(b, uint64(len(o.parent)))
		b = append(b, o.parent...)
	}
	end := 0
	for i := range w.records {
		r := &w.records[i]
		b = binary.AppendUvarint(b, uint64(len(r.key)))
		b = append(b, r.key...)
		b = binary.AppendVarint(b, int64(r.offset-end))
		b = binary.AppendUvarint(b, uint64(r.length))
		b = binary.LittleEndian.AppendUint64(b, r.hash)
		if len(w.origins) > 1 {
			b = binary.AppendUvarint(b, uint64(r.origin))
		}
		end = r.offset + r.length
	}
	return b
}

func (w *indexWriter) reset() {
	clear(w.origins)
	clear(w.records)
	w.origins, w.records = w.origins[:0], w.records[:0]
}

var (
	errIndexShort   = errors.New("its index ends too early")
	errIndexVersion = errors.New("its index has an unknown version")
	errIndexRange   = errors.New("its index points outside its body")
)

// indexReader reads a chunk index record by record. It never panics, whatever
// the bytes are.
type indexReader struct {
	rest    string
	size    int // of the body
	origins []origin
	end     int
	err     error
}

// open begins reading index, made for a body of size bytes. The origins' slice of
// an earlier use is used again.
func (r *indexReader) open(index []byte, size int) error {
	r.rest, r.size, r.end, r.err, r.origins = string(index), size, 0, nil, r.origins[:0]
	if len(r.rest) == 0 {
		return errIndexShort
	}
	if r.rest[0] != indexVersion {
		return errIndexVersion
	}
	r.rest = r.rest[1:]
	n := r.uvarint()
	if n > uint64(len(r.rest)) { // an origin takes more than one byte
		return errIndexShort
	}
	for range n {
		o := origin{fetched: fromMicros(r.varint())}
		o.run = int64(r.uvarint())
		o.page.Sweep = int64(r.uvarint())
		o.page.Variant = r.text()
		o.page.Number = int(r.varint())
		o.page.Stripe = int(r.varint())
		o.page.Step = int(r.varint())
		o.parent = r.text()
		if r.err != nil {
			return r.err
		}
		r.origins = append(r.origins, o)
	}
	return r.err
}

// more says whether records are left.
func (r *indexReader) more() bool { return r.err == nil && len(r.rest) > 0 }

// next reads one record. Its key shares the memory of the whole index.
func (r *indexReader) next() (indexed, error) {
	rec := indexed{key: r.text()}
	distance := r.varint()
	length := r.uvarint()
	if r.err == nil && len(r.rest) < 8 {
		r.err = errIndexShort
	}
	if r.err != nil {
		return indexed{}, r.err
	}
	rec.hash = le64(r.rest)
	r.rest = r.rest[8:]
	if len(r.origins) > 1 {
		n := r.uvarint()
		if r.err == nil && n >= uint64(len(r.origins)) {
			r.err = fmt.Errorf("its index names origin %d of %d", n, len(r.origins))
		}
		rec.origin = int(n)
	}
	offset := int64(r.end) + distance
	if r.err == nil && (distance < -int64(r.size) || distance > int64(r.size) || offset < 0 ||
		length > uint64(r.size) || offset+int64(length) > int64(r.size) || len(r.origins) == 0) {
		r.err = errIndexRange
	}
	if r.err != nil {
		return indexed{}, r.err
	}
	rec.offset, rec.length = int(offset), int(length)
	r.end = rec.offset + rec.length
	return rec, nil
}

// le64 is the little-endian number at the front of s, which is long enough.
func le64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func (r *indexReader) uvarint() uint64 {
	var n uint64
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		c := r.rest[i]
		if c < 0x80 {
			if i == binary.MaxVarintLen64-1 && c > 1 {
				break
			}
			r.rest = r.rest[i+1:]
			return n | uint64(c)<<(7*i)
		}
		n |= uint64(c&0x7f) << (7 * i)
	}
	r.fail()
	return 0
}

func (r *indexReader) varint() int64 {
	u := r.uvarint()
	n := int64(u >> 1)
	if u&1 != 0 {
		n = ^n
	}
	return n
}

func (r *indexReader) text() string {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.fail()
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

func (r *indexReader) fail() {
	if r.err == nil {
		r.err = errIndexShort
	}
	r.rest = ""
}

// appendKeys writes the keys of a page: each its length and its text.
func appendKeys(b []byte, keys []record.Key) []byte {
	for _, k := range keys {
		b = binary.AppendUvarint(b, uint64(len(k)))
		b = append(b, k...)
	}
	return b
}

// readKeys reads what appendKeys wrote; rows is how many there should be.
func readKeys(b []byte, rows int) ([]record.Key, error) {
	if rows < 0 || rows > len(b) {
		return nil, errIndexShort
	}
	r := indexReader{rest: string(b)}
	keys := make([]record.Key, 0, rows)
	for len(r.rest) > 0 && r.err == nil {
		keys = append(keys, record.Key(r.text()))
	}
	if r.err == nil && len(keys) != rows {
		r.err = fmt.Errorf("it lists %d keys instead of %d", len(keys), rows)
	}
	if r.err != nil {
		return nil, r.err
	}
	return keys, nil
}
