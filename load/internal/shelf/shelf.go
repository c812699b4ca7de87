// Package shelf keeps short texts by key outside memory while a file is made:
// what is read in one order and written in another. A shelf lives in a file of
// its own that only its owner can read, and ends with it. It must never be used
// to keep something.
package shelf

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
)

// Shelf holds values by key: about 50 bytes of memory each, whatever their size.
type Shelf struct {
	file  *os.File
	out   *bufio.Writer
	seed  maphash.Seed
	place map[uint64]int64 // hash of the key -> where its newest value begins
	end   int64
	head  [headBytes]byte
	gone  bool // the file has no name any more
}

// headBytes stand before each value: where the value before it with the same
// hash begins, and the lengths of key and value.
const headBytes = 8 + 4 + 4

// New makes an empty shelf in the system's folder for passing files. The error
// is the system's.
func New() (*Shelf, error) {
	f, err := os.CreateTemp("", "ferry-shelf-")
	if err != nil {
		return nil, err
	}
	// Where the system lets an open file lose its name, nothing stays behind even
	// if the process is killed.
	gone := os.Remove(f.Name()) == nil
	return &Shelf{gone: gone, file: f, out: bufio.NewWriterSize(f, 256<<10), seed: maphash.MakeSeed(), place: map[uint64]int64{}}, nil
}

// Put keeps a value in place of the one that the key had.
func (s *Shelf) Put(key string, value []byte) error {
	hash := maphash.String(s.seed, key)
	before, ok := s.place[hash]
	if !ok {
		before = -1
	}
	binary.LittleEndian.PutUint64(s.head[0:], uint64(before))
	binary.LittleEndian.PutUint32(s.head[8:], uint32(len(key)))
	binary.LittleEndian.PutUint32(s.head[12:], uint32(len(value)))
	_, err := s.out.Write(s.head[:])
	if err == nil {
		_, err = s.out.WriteString(key)
	}
	if err == nil {
		_, err = s.out.Write(value)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.file.Name(), err)
	}
	s.place[hash] = s.end
	s.end += headBytes + int64(len(key)+len(value))
	return nil
}

// Get gives the value of a key; ok is false where it has none. The bytes are the
// caller's.
func (s *Shelf) Get(key string) (value []byte, ok bool, err error) {
	at, ok := s.place[maphash.String(s.seed, key)]
	if !ok {
		return nil, false, nil
	}
	if err := s.out.Flush(); err != nil {
		return nil, false, fmt.Errorf("%s: %w", s.file.Name(), err)
	}
	for at >= 0 {
		if _, err := s.file.ReadAt(s.head[:], at); err != nil {
			return nil, false, fmt.Errorf("%s: %w", s.file.Name(), err)
		}
		names := int(binary.LittleEndian.Uint32(s.head[8:]))
		body := make([]byte, names+int(binary.LittleEndian.Uint32(s.head[12:])))
		if _, err := s.file.ReadAt(body, at+headBytes); err != nil {
			return nil, false, fmt.Errorf("%s: %w", s.file.Name(), err)
		}
		if string(body[:names]) == key {
			return body[names:], true, nil
		}
		at = int64(binary.LittleEndian.Uint64(s.head[0:]))
	}
	return nil, false, nil
}

// Close removes the file.
func (s *Shelf) Close() error {
	if s.gone {
		return s.file.Close()
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}
