package transform

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/stage"
)

// worker maps the chunks of one entry; it belongs to one goroutine.
type worker struct {
	r       *runner
	entry   int
	mapper  Mapper
	writer  *stage.MappedWriter
	decoder *stage.Decoder
	joiner  *joiner // nil where nothing is joined
	sources []stage.Source
	joined  []match // of every source, one a joined stream
	in      Input
	out     Outcome
	letter  []byte
	records int // that were put, but for tombstones
}

func (r *runner) newWorker(entry int, joins []*joinIndex) (*worker, error) {
	writer, err := r.cfg.Stage.NewMappedWriter()
	if err != nil {
		return nil, err
	}
	w := &worker{r: r, entry: entry, mapper: r.cfg.Rules[entry].Mapper(), writer: writer, decoder: stage.NewDecoder()}
	if len(joins) > 0 {
		w.joiner = r.newJoiner(entry, joins)
	}
	return w, nil
}

// mapChunk maps the records of one chunk. It gives nil where the chunk is already
// part of the draft as it is.
func (w *worker) mapChunk(ctx context.Context, u stage.Unit) (*stage.MappedChunk, error) {
	c, err := w.r.draft.Read(ctx, u)
	if err != nil {
		return nil, err
	}
	if w.sources, err = c.Decode(w.decoder, w.sources[:0]); err != nil {
		return nil, err
	}
	if w.joiner != nil {
		if w.joined, err = w.joiner.join(ctx, w.sources, w.joined[:0]); err != nil {
			return nil, err
		}
	}
	var prior map[int]stage.Prior
	if u.Known {
		if prior, err = w.r.draft.Prior(ctx, u); err != nil {
			return nil, err
		}
	}
	w.writer.Begin()
	more := false
	for i := range w.sources {
		src := &w.sources[i]
		was, known := prior[src.Pos]
		if known && (src.Deleted || was.Hash == hashOf(src, w.matches(i))) {
			continue
		}
		more = true
		if err := w.mapRecord(src, w.matches(i)); err != nil {
			return nil, err
		}
	}
	if u.Known && !more {
		w.r.draft.Keep(u)
		return nil, nil
	}
	return w.writer.End(c)
}

// matches are the joined records of source number i.
func (w *worker) matches(i int) []match {
	if w.joiner == nil {
		return nil
	}
	n := len(w.joiner.indexes)
	return w.joined[i*n : (i+1)*n]
}

// mapRecord makes of one record what it becomes.
func (w *worker) mapRecord(src *stage.Source, joined []match) error {
	if src.Deleted {
		w.writer.Tombstone(src.Pos, src.Key)
		return nil
	}
	w.records++
	hash := hashOf(src, joined)
	w.in.Base = Part{Key: src.Key, Raw: src.Raw, Detail: src.Detail}
	w.in.Joined = w.in.Joined[:0]
	pending := src.Pending
	for i := range joined {
		m := &joined[i]
		if len(m.also) > 0 {
			return w.dead(src, hash, severalLetter(w.r.cfg.Rules[w.entry].From[i+1], m))
		}
		pending = pending || m.source.Pending
		w.in.Joined = append(w.in.Joined, Part{Key: m.source.Key, Raw: m.source.Raw, Detail: m.source.Detail})
	}
	if pending {
		return w.addLetter(src, stage.BinHeld, hash, pendingLetter, nil)
	}
	w.out = Outcome{Refs: w.out.Refs[:0]}
	w.mapper.Map(&w.in, &w.out)
	switch w.out.Bin {
	case stage.BinMapped:
		w.writer.Mapped(src.Pos, src.Key, hash, w.out.JSON, w.out.Refs)
	case stage.BinSkipped:
		w.writer.Skipped(src.Pos, w.r.draft.ReasonCode(w.entry, w.out.Reason), src.Key, hash)
	case stage.BinDead:
		return w.dead(src, hash, w.out.Letter)
	default:
		return fmt.Errorf("record %s came out as %s", src.Key, w.out.Bin)
	}
	return nil
}

func (w *worker) dead(src *stage.Source, hash uint64, letter stage.Letter) error {
	return w.addLetter(src, stage.BinDead, hash, letter, src)
}

// addLetter writes a letter; the record goes in as it was, byte for byte, which
// encoding it again would not keep.
func (w *worker) addLetter(src *stage.Source, bin stage.Bin, hash uint64, letter stage.Letter, with *stage.Source) error {
	text, err := json.Marshal(letter)
	if err != nil {
		return fmt.Errorf("encode a dead letter: %w", err)
	}
	w.letter = append(w.letter[:0], text[:len(text)-1]...)
	if with != nil {
		w.letter = append(append(w.letter, `,"record":`...), with.Raw...)
		if len(with.Detail) > 0 {
			w.letter = append(append(w.letter, `,"detail":`...), with.Detail...)
		}
	}
	w.letter = append(w.letter, '}')
	w.writer.Letter(src.Pos, bin, src.Key, hash, w.letter)
	return nil
}

// hashOf is the hash of a record, of its detail and of what is joined to it, and
// says whether any of it is still to come: a record with the same hash becomes the
// same.
func hashOf(src *stage.Source, joined []match) uint64 {
	if len(src.Detail) == 0 && len(joined) == 0 && !src.Pending {
		return src.Hash
	}
	b := make([]byte, 0, 64)
	b = appendHash(b, src)
	for i := range joined {
		b = appendHash(b, &joined[i].source)
		b = append(b, joined[i].source.Key...)
		for _, key := range joined[i].also {
			b = append(append(b, 0), key...)
		}
	}
	return xxhash.Sum64(b)
}

func appendHash(b []byte, src *stage.Source) []byte {
	pending := byte(0)
	if src.Pending {
		pending = 1
	}
	b = binary.LittleEndian.AppendUint64(b, src.Hash)
	return append(binary.LittleEndian.AppendUint64(b, xxhash.Sum64(src.Detail)), pending)
}
