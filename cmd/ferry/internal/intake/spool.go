package intake

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// Spool keeps values by their keys in a file, so that the memory does not grow
// with them: 24 bytes a value are held. First all are added, then they are looked
// up.
type Spool[T any] struct {
	file   *os.File
	out    *bufio.Writer
	size   int64
	places []spoolPlace
}

// spoolPlace is where a value lies.
type spoolPlace struct {
	hash   uint64 // of its key
	offset int64
	length uint32 // of key and value
	key    uint32 // length of the key
}

// NewSpool makes an empty spool in a folder, "" that of the system for files that
// are needed for a short time.
func NewSpool[T any](dir string) (*Spool[T], error) {
	f, err := os.CreateTemp(dir, "ferry-spool-*") // made with 0600
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	return &Spool[T]{file: f, out: bufio.NewWriterSize(f, 1<<16)}, nil
}

// Add keeps a value. Several may have one key.
func (s *Spool[T]) Add(key string, value *T) error {
	data, err := json.Marshal(value)
	if err == nil {
		_, err = s.out.WriteString(key)
	}
	if err == nil {
		_, err = s.out.Write(data)
	}
	if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	length := len(key) + len(data)
	s.places = append(s.places, spoolPlace{hash: xxhash.Sum64String(key), offset: s.size, length: uint32(length), key: uint32(len(key))})
	s.size += int64(length)
	return nil
}

// Seal makes the values ready to be looked up.
func (s *Spool[T]) Seal() error {
	slices.SortStableFunc(s.places, func(a, b spoolPlace) int { return cmp.Compare(a.hash, b.hash) })
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	return nil
}

// Get gives the values of a key in the order in which they were added.
func (s *Spool[T]) Get(key string) ([]T, error) {
	if s == nil {
		return nil, nil
	}
	hash := xxhash.Sum64String(key)
	at, found := slices.BinarySearchFunc(s.places, hash, func(p spoolPlace, h uint64) int { return cmp.Compare(p.hash, h) })
	var out []T
	for ; found && at < len(s.places) && s.places[at].hash == hash; at++ {
		p := s.places[at]
		data := make([]byte, p.length)
		if _, err := s.file.ReadAt(data, p.offset); err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("spool: %w", err)
		}
		if string(data[:p.key]) != key {
			continue // another key of the same hash
		}
		var value T
		if err := json.Unmarshal(data[p.key:], &value); err != nil {
			return nil, fmt.Errorf("spool: %w", err)
		}
		out = append(out, value)
	}
	return out, nil
}

// Close removes the file.
func (s *Spool[T]) Close() error {
	if s == nil || s.file == nil {
		return nil
	}
	f := s.file
	s.file = nil
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// rowKey names a row of a file.
func rowKey(sheet string, number int) string {
	return string(binary.AppendUvarint(nil, uint64(number))) + sheet
}
