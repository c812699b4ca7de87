package stage

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/record"
)

// KeySet is the keys of one mapped stream, as 64-bit hashes: two keys that share
// one would let a missing parent pass with a chance of 1 in 10^12 a record; apply
// asks the crosswalk again.
type KeySet struct {
	mapped []uint64
	others []unmapped
	sum    int64
}

// unmapped is a key that is staged and not mapped.
type unmapped struct {
	hash uint64
	bin  Bin
}

// Find gives the bin of the record with that key, BinNone where none is staged.
func (k *KeySet) Find(key record.Key) Bin {
	hash := keyHash(string(key))
	if _, ok := slices.BinarySearch(k.mapped, hash); ok {
		return BinMapped
	}
	i, ok := slices.BinarySearchFunc(k.others, hash, func(o unmapped, h uint64) int { return cmp.Compare(o.hash, h) })
	if ok {
		return k.others[i].bin
	}
	return BinNone
}

// KeySet gives the keys of an entry in their bins, orphans so far as dead. It
// holds 8 bytes a mapped record and 16 a record that is not.
func (d *Draft) KeySet(ctx context.Context, entry int) (*KeySet, error) {
	e := d.entries[entry]
	set := &KeySet{}
	byID := map[int64]*head{}
	for _, h := range e.sortedHeads() {
		byID[h.id] = h
	}
	all, err := d.s.segments(ctx, e.stream)
	if err != nil {
		return nil, err
	}
	for _, segment := range all {
		err := d.s.eachPlace(ctx, e.stream, segment, func(p place) {
			h := byID[p.chunk]
			if h == nil || int(p.pos) >= len(h.codes) {
				return
			}
			switch bin := binOf(h.codes[p.pos], stateOf(h.state, int(p.pos))); bin {
			case BinNone:
			case BinMapped:
				set.mapped = append(set.mapped, p.hash)
			default:
				set.others = append(set.others, unmapped{p.hash, bin})
			}
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(set.mapped)
	set.mapped = slices.Compact(set.mapped)
	slices.SortFunc(set.others, func(a, b unmapped) int { return cmp.Compare(a.hash, b.hash) })
	for _, hash := range set.mapped {
		set.sum += keyMark(hash, BinMapped)
	}
	for _, o := range set.others {
		set.sum += keyMark(o.hash, o.bin)
	}
	return set, nil
}

// keyMark is what a key in a bin adds to the mark of a set, in whatever order. It
// is mixed, so that two keys that change their bins with each other show.
func keyMark(hash uint64, bin Bin) int64 {
	var b [9]byte
	binary.LittleEndian.PutUint64(b[:], hash)
	b[8] = byte(bin)
	return int64(xxhash.Sum64(b[:]))
}

// SameKeys says whether an entry's keys are in the bins they were in in the
// generation before, and keeps that for the next.
func (d *Draft) SameKeys(entry int, set *KeySet) bool {
	e := d.entries[entry]
	e.keys = &set.sum
	return e.before != nil && e.before.keys != nil && *e.before.keys == set.sum && e.before.Name == e.Name
}

// Refers lists the mapped streams that records of the entry refer to.
func (d *Draft) Refers(entry int) []string {
	var names []string
	last := ""
	for _, h := range d.entries[entry].sortedHeads() {
		if h.refs == last {
			continue
		}
		last = h.refs
		for name := range strings.SplitSeq(h.refs, "\n") {
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// ForgetOrphans makes every record of the entry that lacked a parent mapped
// again, until CheckRefs says otherwise.
func (d *Draft) ForgetOrphans(entry int) {
	for _, h := range d.entries[entry].sortedHeads() {
		h.markOrphans(nil)
		h.notes, h.orphans = nil, 0
	}
}

// RestoreOrphans keeps, of the chunks that are as before, the records that lacked
// a parent.
func (d *Draft) RestoreOrphans(entry int) error {
	dec := NewDecoder()
	for _, h := range d.entries[entry].sortedHeads() {
		notes, err := dec.lacking(h.noted)
		if err != nil {
			return corruptMapped(d.s.path, h.id, err)
		}
		if err := d.setOrphans(h, notes); err != nil {
			return err
		}
	}
	return nil
}

// CheckRefs asks for every mapped record of the entry that refers to others which
// of them are missing, and makes those that lack one orphans. Where only is true
// it asks for the chunks put by this draft, or by an earlier one that was never
// published, and for those with a record that came back. It tells how many orphans there are more.
func (d *Draft) CheckRefs(ctx context.Context, entry int, only bool, missing func(refs []Ref) []Missing) (more int, err error) {
	e := d.entries[entry]
	dec := NewDecoder()
	var buf []byte
	for _, h := range e.sortedHeads() {
		if h.refs == "" || only && h.born != d.id && !h.revived() {
			continue
		}
		packed, err := d.s.refsOf(ctx, h.id)
		if err != nil {
			return more, err
		}
		if dec.err != nil {
			return more, dec.err
		}
		if buf, err = dec.zstd.DecodeAll(packed, buf[:0]); err != nil {
			return more, corruptMapped(d.s.path, h.id, err)
		}
		notes, err := dec.lacking(h.notes)
		if err != nil {
			return more, corruptMapped(d.s.path, h.id, err)
		}
		err = eachRefs(buf, func(pos int, refs []Ref) error {
			if pos >= len(h.codes) {
				return errMappedIndex
			}
			if binOf(h.codes[pos], stateOf(h.state, pos)) != BinMapped {
				return nil
			}
			if lacks := missing(refs); len(lacks) > 0 {
				notes = append(notes, lacking{pos, slices.Clone(lacks)})
			}
			return nil
		})
		if err != nil {
			return more, corruptMapped(d.s.path, h.id, err)
		}
		if n := len(notes) - h.orphans; n > 0 {
			more += n
			slices.SortFunc(notes, func(a, b lacking) int { return cmp.Compare(a.Pos, b.Pos) })
			if err := d.setOrphans(h, notes); err != nil {
				return more, err
			}
		}
	}
	return more, nil
}

// revived says whether a record counts that did not in the newest generation.
func (h *head) revived() bool {
	for pos, was := range h.had {
		is := stateOf(h.state, pos)
		if (was == stateSuperseded || was == stateTombstone) && (is == stateLive || is == stateOrphan) {
			return true
		}
	}
	return false
}

func (s *Stage) refsOf(ctx context.Context, chunk int64) (packed []byte, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT refs FROM mapped_body WHERE chunk = ?", chunk).Scan(&packed)
	return packed, s.failed("read references", err)
}

// setOrphans replaces the head's orphans. Those whose record is not live any more
// are left out. They are held compressed, since there may be as many as records.
func (d *Draft) setOrphans(h *head, notes []lacking) error {
	notes = h.markOrphans(notes)
	h.notes, h.orphans = nil, len(notes)
	if len(notes) == 0 {
		return nil
	}
	text, err := json.Marshal(notes)
	if err != nil {
		return fmt.Errorf("stage: encode what is missing: %w", err)
	}
	h.notes, err = d.s.writer.packer.pack(text)
	return err
}

// markOrphans sets the states of the orphans and clears those of all others. It
// gives back the notes that hold.
func (h *head) markOrphans(notes []lacking) (held []lacking) {
	for pos, state := range h.state {
		if state == stateOrphan {
			h.state[pos] = stateLive
		}
	}
	for _, o := range notes {
		if o.Pos >= len(h.codes) || binOf(h.codes[o.Pos], stateOf(h.state, o.Pos)) != BinMapped {
			continue
		}
		h.set(o.Pos, stateOrphan)
		held = append(held, o)
	}
	if !slices.ContainsFunc(h.state, func(b byte) bool { return b != stateLive }) {
		h.state = nil
	}
	return held
}

// lacking reads the notes that setOrphans made.
func (dec *Decoder) lacking(notes []byte) (list []lacking, err error) {
	if len(notes) == 0 {
		return nil, nil
	}
	if dec.err != nil {
		return nil, dec.err
	}
	text, err := dec.zstd.DecodeAll(notes, nil)
	if err != nil {
		return nil, err
	}
	return list, json.Unmarshal(text, &list)
}

// corruptMapped is corrupt for a mapped chunk: it can be made again.
func corruptMapped(path string, chunk int64, err error) error {
	if known := new(CorruptError); errors.As(err, &known) {
		return err
	}
	return &CorruptError{Path: path, What: fmt.Sprintf("mapped chunk %d: %v", chunk, err)}
}
