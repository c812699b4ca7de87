package stage

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"
)

// The keys of a mapped stream are found through sorted lists, like the levels of
// a log-structured merge tree: every draft adds a segment with the places of what
// it mapped, and segments are merged when they become many. A place may be of a
// chunk that is no part of a generation any more; the reader sees that.

const (
	placeBytes   = 16
	placesInPage = 1000
	mostSegments = 8
	mergePlaces  = 2_000_000 // sorted at once: 48 MB
	keyedAtOnce  = 256       // chunks noted in one transaction
)

// place is where a key is mapped.
type place struct {
	hash  uint64
	chunk int64
	pos   int32
}

func appendPlace(b []byte, p place) []byte {
	b = binary.LittleEndian.AppendUint64(b, p.hash)
	b = binary.LittleEndian.AppendUint32(b, uint32(p.chunk))
	return binary.LittleEndian.AppendUint32(b, uint32(p.pos))
}

func placeAt(b []byte) place {
	return place{
		hash:  binary.LittleEndian.Uint64(b),
		chunk: int64(binary.LittleEndian.Uint32(b[8:])),
		pos:   int32(binary.LittleEndian.Uint32(b[12:])),
	}
}

// IndexKeys makes the keys of what was put findable. It must come after the last
// Put and before KeySet and Publish.
func (d *Draft) IndexKeys(ctx context.Context) error {
	for _, e := range d.entries {
		if err := d.indexEntry(ctx, e); err != nil {
			return err
		}
		if err := d.mergeSegments(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func (d *Draft) indexEntry(ctx context.Context, e *draftEntry) error {
	var places []place
	var from []*head
	for _, h := range e.sortedHeads() {
		if h.keyed {
			continue
		}
		if len(places)+len(h.codes) > mergePlaces && len(places) > 0 {
			if err := d.writeSegment(ctx, e, places, from); err != nil {
				return err
			}
			places, from = places[:0], from[:0]
		}
		err := d.s.eachKey(ctx, h, func(key string, pos int) {
			places = append(places, place{keyHash(key), h.id, int32(pos)})
		})
		if err != nil {
			return err
		}
		from = append(from, h)
	}
	return d.writeSegment(ctx, e, places, from)
}

// sortedHeads are the heads that are part of the generation, by id.
func (e *draftEntry) sortedHeads() []*head {
	heads := make([]*head, 0, len(e.chosen))
	for _, some := range e.chosen {
		heads = append(heads, some...)
	}
	slices.SortFunc(heads, func(a, b *head) int { return cmp.Compare(a.id, b.id) })
	return heads
}

// eachKey calls fn for the keys of a mapped chunk.
func (s *Stage) eachKey(ctx context.Context, h *head, fn func(key string, pos int)) error {
	var size int
	var index []byte
	err := s.read.QueryRowContext(ctx, "SELECT size, idx FROM mapped_body WHERE chunk = ?", h.id).Scan(&size, &index)
	if err != nil {
		return s.failed("read mapped keys", err)
	}
	err = eachItem(h.codes, index, size, func(it *mappedItem) error {
		fn(it.key, it.pos)
		return nil
	})
	if err != nil {
		return corruptMapped(s.path, h.id, err)
	}
	return nil
}

// writeSegment sorts the places and writes them as a segment of its own, then
// notes whose keys it has.
func (d *Draft) writeSegment(ctx context.Context, e *draftEntry, places []place, from []*head) error {
	if len(from) == 0 {
		return nil
	}
	if _, err := d.writePlaces(ctx, e, places); err != nil {
		return err
	}
	for part := range slices.Chunk(from, keyedAtOnce) {
		err := d.s.write(ctx, func(t *tx) error {
			for _, h := range part {
				if err := t.exec("UPDATE mapped_chunk SET keyed = 1 WHERE id = ?", h.id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, h := range part {
			h.keyed = true
		}
	}
	return nil
}

func (d *Draft) writePlaces(ctx context.Context, e *draftEntry, places []place) (segment int64, err error) {
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.chunk, b.chunk), cmp.Compare(a.pos, b.pos))
	})
	err = d.s.write(ctx, func(t *tx) error {
		return t.row("SELECT coalesce(max(segment), 0) + 1 FROM mapped_key WHERE stream = ?", e.stream).Scan(&segment)
	})
	if err != nil {
		return 0, err
	}
	for len(places) > 0 {
		places, err = d.writePages(ctx, e.stream, segment, places)
		if err != nil {
			return 0, err
		}
	}
	return segment, nil
}

// writePages writes some pages of places in one commit and gives the rest back.
// A page never begins with the hash that the one before ends with.
func (d *Draft) writePages(ctx context.Context, stream, segment int64, places []place) (rest []place, err error) {
	err = d.s.write(ctx, func(t *tx) error {
		rest = places
		for page := 0; page < 64 && len(rest) > 0; page++ {
			n := min(placesInPage, len(rest))
			for n < len(rest) && rest[n].hash == rest[n-1].hash {
				n++
			}
			b := make([]byte, 0, n*placeBytes)
			for _, p := range rest[:n] {
				b = appendPlace(b, p)
			}
			if err := t.exec("INSERT OR REPLACE INTO mapped_key (stream, segment, first, places) VALUES (?, ?, ?, ?)",
				stream, segment, int64(rest[0].hash), b); err != nil {
				return err
			}
			rest = rest[n:]
		}
		return nil
	})
	return rest, err
}
