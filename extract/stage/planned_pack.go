package stage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sort"

	"ferry/extract/record"
)

// Items are packed by the hundred: see plan_pack in the schema. A pack is full
// with so many items, or with so many bytes of targets and notes.
const (
	packItems = 256
	packBytes = 256 << 10
)

// packVersion begins the index of every pack.
const packVersion = 1

// packed is one item on its way into a pack: order is made of its key, body is
// its target's length, its target, and its note. A nil note is marked by an odd
// number: the length is doubled, and one more where there is a note.
type packed struct {
	order, body []byte
	why         []byte
	action      Action
	bin         LoadBin
}

// appendBody appends the part of an item that is compressed.
func appendBody(b []byte, target record.Key, note []byte) []byte {
	n := uint64(len(target)) << 1
	if note != nil {
		n |= 1
	}
	b = binary.AppendUvarint(b, n)
	b = append(b, target...)
	return append(b, note...)
}

func cutBody(b []byte) (target, note []byte, err error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n>>1 > uint64(len(b)-size) {
		return nil, nil, errIndexShort
	}
	end := size + int(n>>1)
	if n&1 != 0 {
		note = b[end:len(b):len(b)]
		if note == nil {
			note = []byte{}
		}
	}
	return b[size:end], note, nil
}

// packIndex is the index of a pack, read: for each item the length of its order,
// its order, its action, and the length of its body.
type packIndex struct {
	orders  [][]byte
	actions []Action
	ends    []int // of the bodies
}

func appendIndex(b []byte, it *packed) []byte {
	b = binary.AppendUvarint(b, uint64(len(it.order)))
	b = append(b, it.order...)
	b = append(b, byte(it.action))
	return binary.AppendUvarint(b, uint64(len(it.body)))
}

// open reads index, of a pack of rows items whose body has size bytes.
func (p *packIndex) open(index []byte, rows, size int) error {
	p.orders, p.actions, p.ends = p.orders[:0], p.actions[:0], p.ends[:0]
	if len(index) == 0 {
		return errIndexShort
	}
	if index[0] != packVersion {
		return errIndexVersion
	}
	index = index[1:]
	end := uint64(0)
	for len(index) > 0 {
		n, w := binary.Uvarint(index)
		if w <= 0 || n >= uint64(len(index)-w) {
			return errIndexShort
		}
		order := index[w : w+int(n)]
		action := index[w+int(n)]
		index = index[w+int(n)+1:]
		length, w := binary.Uvarint(index)
		if w <= 0 || length > uint64(size) {
			return errIndexShort
		}
		index = index[w:]
		if end += length; end > uint64(size) {
			return errIndexRange
		}
		if last := len(p.orders); last > 0 && bytes.Compare(p.orders[last-1], order) >= 0 {
			return errors.New("its keys are out of order")
		}
		p.orders, p.actions, p.ends = append(p.orders, order), append(p.actions, Action(action)), append(p.ends, int(end))
	}
	if len(p.orders) != rows || end != uint64(size) {
		return fmt.Errorf("its index lists %d items instead of %d", len(p.orders), rows)
	}
	return nil
}

// find gives the place of the first item that is not before order, and whether it
// is that one.
func (p *packIndex) find(order []byte) (pos int, ok bool) {
	pos = sort.Search(len(p.orders), func(i int) bool { return bytes.Compare(p.orders[i], order) >= 0 })
	return pos, pos < len(p.orders) && bytes.Equal(p.orders[pos], order)
}

// span is where the body of the item at pos stands.
func (p *packIndex) span(pos int) (from, to int) {
	if pos > 0 {
		from = p.ends[pos-1]
	}
	return from, p.ends[pos]
}

// corruptPack says that a pack cannot be read.
func corruptPack(path string, pack int64, err error) error {
	if known := new(CorruptError); errors.As(err, &known) {
		return err
	}
	return &CorruptError{Path: path, What: fmt.Sprintf("part %d of a plan: %v", pack, err)}
}
