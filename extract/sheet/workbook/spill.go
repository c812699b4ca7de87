package workbook

import (
	"encoding/binary"
	"fmt"
	"os"
)

// spill writes a block to the file, and before the first one all that are in
// memory. The file holds text of the workbook: only its owner may read it, and
// where the system allows it has no name.
func (t *shared) spill(b block) error {
	if t.file == nil {
		file, err := os.CreateTemp("", "ferry-texts-*")
		if err != nil {
			return fmt.Errorf("there is no room for the texts of a large workbook: %w", err)
		}
		_ = os.Remove(file.Name()) // Windows keeps the name until close
		t.file, t.cache = file, map[int]block{}
		for _, held := range t.held {
			if err := t.write(held); err != nil {
				return err
			}
		}
		t.held = nil
	}
	return t.write(b)
}

// write appends a block: number of strings, their ends, their bytes.
func (t *shared) write(b block) error {
	out := make([]byte, 0, 4+4*len(b.ends)+len(b.data))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(b.ends)))
	for _, end := range b.ends {
		out = binary.LittleEndian.AppendUint32(out, end)
	}
	out = append(out, b.data...)
	if _, err := t.file.WriteAt(out, t.end); err != nil {
		return fmt.Errorf("the texts of a large workbook cannot be put aside: %w", err)
	}
	t.places = append(t.places, t.end)
	t.end += int64(len(out))
	return nil
}

// spilled gives a string of a block in the file.
func (t *shared) spilled(n, i int) (string, error) {
	if b, ok := t.cache[n]; ok {
		return b.at(i), nil
	}
	end := t.end
	if n+1 < len(t.places) {
		end = t.places[n+1]
	}
	from := t.places[n]
	if end-from > cachedBlock {
		return t.alone(from, i)
	}
	raw := make([]byte, end-from)
	if err := t.read(raw, from); err != nil {
		return "", err
	}
	b := block{ends: make([]uint32, binary.LittleEndian.Uint32(raw))}
	for k := range b.ends {
		b.ends[k] = binary.LittleEndian.Uint32(raw[4+4*k:])
	}
	b.data = string(raw[4+4*len(b.ends):])
	t.keep(n, b)
	return b.at(i), nil
}

// keep puts a block into the cache in place of the one that came first.
func (t *shared) keep(n int, b block) {
	if len(t.order) >= cacheSlots {
		delete(t.cache, t.order[0])
		t.order = append(t.order[:0], t.order[1:]...)
	}
	t.cache[n] = b
	t.order = append(t.order, n)
}

// alone reads one string of a large block.
func (t *shared) alone(from int64, i int) (string, error) {
	var head [12]byte
	if err := t.read(head[:], from+4*int64(max(i-1, 0))); err != nil {
		return "", err
	}
	first, last := uint32(0), binary.LittleEndian.Uint32(head[4:])
	if i > 0 {
		first, last = last, binary.LittleEndian.Uint32(head[8:])
	}
	var count [4]byte
	if err := t.read(count[:], from); err != nil {
		return "", err
	}
	raw := make([]byte, last-first)
	err := t.read(raw, from+4+4*int64(binary.LittleEndian.Uint32(count[:]))+int64(first))
	return string(raw), err
}

func (t *shared) read(raw []byte, at int64) error {
	if _, err := t.file.ReadAt(raw, at); err != nil {
		return fmt.Errorf("the texts of a large workbook, put aside in a file, cannot be read: %w", err)
	}
	return nil
}
