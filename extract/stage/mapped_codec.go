package stage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/record"
)

// mappedVersion begins the index of a mapped chunk.
const mappedVersion = 1

// A mapped chunk has a code for every record of its source chunk, in their order.
// For each code but BinNone its index has an item; the bytes of the items follow
// one another in the body.
//
//	index = version, item...
//	item  = key length, key, hash (8 bytes), length
//	refs  = item..., each: place, count, (field, stream, key) each length and text

// MappedChunk is what became of the records of one source chunk, ready to be put.
type MappedChunk struct {
	unit  Unit
	codes []byte
	index []byte
	refs  []byte // compressed
	names string // of the streams in refs, a line each
	size  int
	body  []byte // compressed
}

// Bytes is about how much memory the chunk holds.
func (m *MappedChunk) Bytes() int { return len(m.codes) + len(m.index) + len(m.refs) + len(m.body) }

// MappedWriter makes mapped chunks. It belongs to one goroutine.
type MappedWriter struct {
	packer *packer
	codes  []byte
	index  []byte
	refs   []byte
	body   []byte
	names  []string // of the streams in refs
}

// NewMappedWriter makes a writer of mapped chunks for Draft.Put.
func (s *Stage) NewMappedWriter() (*MappedWriter, error) {
	if s.writer == nil {
		return nil, ErrReadOnly
	}
	return &MappedWriter{packer: &s.writer.packer}, nil
}

// Begin drops what was gathered and begins a chunk.
func (w *MappedWriter) Begin() {
	w.codes, w.refs, w.body = w.codes[:0], w.refs[:0], w.body[:0]
	w.index, w.names = append(w.index[:0], mappedVersion), w.names[:0]
}

// skipTo leaves out the superseded records before pos.
func (w *MappedWriter) skipTo(pos int) {
	for len(w.codes) < pos {
		w.codes = append(w.codes, byte(BinNone))
	}
}

// Tombstone says that the record at pos is deleted at the source.
func (w *MappedWriter) Tombstone(pos int, key record.Key) {
	w.add(pos, byte(BinTombstone), key, 0, nil)
}

// Mapped appends the mapped record of the source record at pos. refs name the
// records it needs.
func (w *MappedWriter) Mapped(pos int, key record.Key, hash uint64, json []byte, refs []Ref) {
	w.add(pos, byte(BinMapped), key, hash, json)
	if len(refs) == 0 {
		return
	}
	w.refs = binary.AppendUvarint(w.refs, uint64(pos))
	w.refs = binary.AppendUvarint(w.refs, uint64(len(refs)))
	for _, r := range refs {
		w.refs = appendText(appendText(appendText(w.refs, r.Field), r.To), string(r.Key))
		if !slices.Contains(w.names, r.To) {
			w.names = append(w.names, r.To)
		}
	}
}

// Letter appends a dead letter or a held record, as JSON.
func (w *MappedWriter) Letter(pos int, bin Bin, key record.Key, hash uint64, letter []byte) {
	w.add(pos, byte(bin), key, hash, letter)
}

// Skipped says that a rule leaves out the record at pos, with a code of
// Draft.ReasonCode.
func (w *MappedWriter) Skipped(pos int, reason uint8, key record.Key, hash uint64) {
	w.add(pos, max(reason, firstReason), key, hash, nil)
}

func (w *MappedWriter) add(pos int, code byte, key record.Key, hash uint64, bytes []byte) {
	w.skipTo(pos)
	w.codes = append(w.codes, code)
	w.index = binary.AppendUvarint(w.index, uint64(len(key)))
	w.index = append(w.index, key...)
	w.index = binary.LittleEndian.AppendUint64(w.index, hash)
	w.index = binary.AppendUvarint(w.index, uint64(len(bytes)))
	w.body = append(w.body, bytes...)
}

// End gives the chunk for c, compressed. The writer's memory is not kept in it.
func (w *MappedWriter) End(c *SourceChunk) (*MappedChunk, error) {
	w.skipTo(c.chunk.row.rows)
	m := &MappedChunk{unit: c.Unit, size: len(w.body)}
	m.codes = append(m.codes, w.codes...)
	m.index = append(m.index, w.index...)
	var err error
	if m.body, err = w.packer.pack(w.body); err != nil {
		return nil, err
	}
	m.refs = []byte{}
	if len(w.refs) > 0 {
		slices.Sort(w.names)
		m.names = strings.Join(w.names, "\n")
		m.refs, err = w.packer.pack(w.refs)
	}
	return m, err
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// mappedItem is one item of a mapped chunk's index.
type mappedItem struct {
	key    string // shares the memory of the whole index
	hash   uint64
	offset int
	length int
	pos    int
}

var errMappedIndex = errors.New("the index of its mapped records does not fit them")

// eachItem reads the index of a mapped chunk whose body has size bytes.
func eachItem(codes, index []byte, size int, fn func(it *mappedItem) error) error {
	if len(index) == 0 || index[0] != mappedVersion {
		return fmt.Errorf("%w: unknown version", errMappedIndex)
	}
	r := indexReader{rest: string(index[1:])}
	end := 0
	for pos, code := range codes {
		if code == byte(BinNone) {
			continue
		}
		it := mappedItem{key: r.text(), pos: pos, offset: end}
		if r.err != nil || len(r.rest) < 8 {
			return errMappedIndex
		}
		it.hash = le64(r.rest)
		r.rest = r.rest[8:]
		length := r.uvarint()
		if r.err != nil || length > uint64(size-end) {
			return errMappedIndex
		}
		it.length = int(length)
		end += it.length
		if err := fn(&it); err != nil {
			return err
		}
	}
	if len(r.rest) > 0 || end != size {
		return errMappedIndex
	}
	return nil
}

// eachRefs reads the references of a mapped chunk, a record at a time.
func eachRefs(refs []byte, fn func(pos int, refs []Ref) error) error {
	r := indexReader{rest: string(refs)}
	var list []Ref
	for len(r.rest) > 0 {
		pos := r.uvarint()
		list = list[:0]
		for n := r.uvarint(); n > 0 && r.err == nil; n-- {
			list = append(list, Ref{Field: r.text(), To: r.text(), Key: record.Key(r.text())})
		}
		if r.err != nil || pos > maxChunk {
			return errMappedIndex
		}
		if err := fn(int(pos), list); err != nil {
			return err
		}
	}
	return nil
}

// keyHash is the hash by which keys are found. It is never negative, so that
// SQLite sorts it as Go does.
func keyHash(key string) uint64 { return xxhash.Sum64String(key) >> 1 }
