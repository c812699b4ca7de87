package stage

import "ferry/extract/record"

// builderBytes is the size at which a chunk being built is written.
const builderBytes = 128 << 10

// builder gathers records into a chunk: answers that are small, or what is new in
// pages that are mostly known. Its bytes are compressed by the writer.
type builder struct {
	stream  int64
	chunk   int64
	body    []byte
	index   indexWriter
	fetched int64
}

// builder gives the chunk being built for stream, with room for need bytes.
func (t *tx) builder(stream int64, need int) (*builder, error) {
	if t.builders == nil {
		t.builders = map[int64]*builder{}
	}
	b := t.builders[stream]
	if b == nil {
		b = &builder{stream: stream}
		t.builders[stream] = b
	}
	if len(b.body) > 0 && len(b.body)+need > builderBytes {
		if err := b.flush(t); err != nil {
			return nil, err
		}
	}
	if b.chunk == 0 {
		b.chunk = t.newChunk()
	}
	return b, nil
}

// add appends one record and tells its place.
func (b *builder) add(key record.Key, raw []byte, hash uint64, from origin) (pos int) {
	offset := len(b.body)
	b.body = append(b.body, raw...)
	b.index.records = append(b.index.records, indexed{
		key: string(key), offset: offset, length: len(raw), hash: hash, origin: b.index.from(from),
	})
	b.fetched = max(b.fetched, micros(from.fetched))
	return len(b.index.records) - 1
}

// flush writes the chunk, if anything is in it.
func (b *builder) flush(t *tx) error {
	if len(b.index.records) == 0 {
		return nil
	}
	packed, err := t.w.packer.pack(b.body)
	if err != nil {
		return err
	}
	err = t.insertChunk(b.chunk, b.stream, b.fetched, len(b.body), len(b.index.records), b.index.bytes(), packed)
	*b = builder{stream: b.stream, body: b.body[:0]}
	return err
}
