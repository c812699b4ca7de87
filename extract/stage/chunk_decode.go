package stage

import (
	"fmt"

	"github.com/klauspost/compress/zstd"

	"ferry/extract/record"
)

// Decoder holds what decoding chunks needs, to be used again for the next one.
// It belongs to one goroutine.
type Decoder struct {
	zstd    *zstd.Decoder
	err     error // of making it; told at the first use
	body    []byte
	out     []record.Staged
	reader  indexReader
	answers map[int64]*answerChunk
}

// answerChunk is a chunk of detail answers, decompressed.
type answerChunk struct {
	body   []byte
	places []span
}

type span struct{ offset, length int }

// NewDecoder makes a decoder.
func NewDecoder() *Decoder {
	dec, err := newUnpacker()
	return &Decoder{zstd: dec, err: err, answers: map[int64]*answerChunk{}}
}

// Decode gives the records of the chunk that are live or tombstones, in their
// order, Rows of them. The slice and the bytes it points to are the decoder's,
// valid until its next use; the keys stay valid. The error is *CorruptError.
func (c *Chunk) Decode(dec *Decoder) ([]record.Staged, error) {
	if err := dec.unpack(&c.row, &dec.body); err != nil {
		return nil, corrupt(c.path, c.row.id, err)
	}
	clear(dec.answers) // those of the last chunk would only hold memory
	clear(dec.out)
	dec.out = dec.out[:0]
	if err := dec.reader.open(c.row.index, c.row.size); err != nil {
		return nil, corrupt(c.path, c.row.id, err)
	}
	pos := 0
	for ; dec.reader.more(); pos++ {
		rec, err := dec.reader.next()
		if err != nil {
			return nil, corrupt(c.path, c.row.id, err)
		}
		state := stateOf(c.row.state, pos)
		if state == stateSuperseded {
			continue
		}
		st := record.Staged{SyncedAt: dec.reader.origins[rec.origin].fetched, Deleted: state == stateTombstone}
		st.Key, st.Hash = record.Key(rec.key), rec.hash
		st.Raw = dec.body[rec.offset : rec.offset+rec.length : rec.offset+rec.length]
		if answer, ok := c.details[pos]; ok {
			if st.Detail, err = dec.detail(answer); err != nil {
				return nil, corrupt(c.path, answer.row.id, err)
			}
		}
		dec.out = append(dec.out, st)
	}
	if pos != c.row.rows || len(dec.out) != c.Rows {
		return nil, corrupt(c.path, c.row.id, fmt.Errorf("its index lists %d records instead of %d", pos, c.row.rows))
	}
	return dec.out, nil
}

// unpack decompresses a chunk's body into *to, using its memory again.
func (dec *Decoder) unpack(row *chunkRow, to *[]byte) error {
	if dec.err != nil {
		return dec.err
	}
	if row.size < 0 || row.size > maxChunk {
		return fmt.Errorf("its size is said to be %d", row.size)
	}
	if cap(*to) < row.size {
		*to = make([]byte, 0, row.size+row.size/4)
	}
	body, err := dec.zstd.DecodeAll(row.stored, (*to)[:0])
	if err != nil {
		return fmt.Errorf("its body cannot be decompressed: %w", err)
	}
	*to = body
	if len(body) != row.size {
		return fmt.Errorf("its body has %d bytes instead of %d", len(body), row.size)
	}
	return nil
}

// detail gives the bytes of a detail answer.
func (dec *Decoder) detail(c completion) ([]byte, error) {
	a := dec.answers[c.row.id]
	if a == nil {
		a = &answerChunk{}
		if err := dec.unpack(c.row, &a.body); err != nil {
			return nil, err
		}
		var r indexReader
		if err := r.open(c.row.index, c.row.size); err != nil {
			return nil, err
		}
		for r.more() {
			rec, err := r.next()
			if err != nil {
				return nil, err
			}
			a.places = append(a.places, span{rec.offset, rec.length})
		}
		dec.answers[c.row.id] = a
	}
	if c.pos < 0 || c.pos >= len(a.places) {
		return nil, fmt.Errorf("a record points at place %d of %d", c.pos, len(a.places))
	}
	p := a.places[c.pos]
	return a.body[p.offset : p.offset+p.length : p.offset+p.length], nil
}
