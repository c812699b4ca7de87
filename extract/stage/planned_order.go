package stage

import (
	"encoding/binary"
	"errors"
)

// The items of a plan stand in the natural order of their keys: runs of digits
// compare as numbers, all else byte by byte, so that "9" comes before "10" and
// "A-9-b" before "A-10-a". Equal numbers with fewer leading zeros come first.
//
// What is compared is a text made of the key, from which the key can be made
// again: bytes other than digits stand as they are, a run of digits becomes "0",
// the length of the number, its digits, and how many zeros came before it. No
// other byte of it can stand between those for "/" and ":", so runs of digits
// keep their place among other texts.

// longRun is the byte from which on the length of a run takes eight bytes more.
const longRun = 0xff

// appendOrder appends the text by which key is compared.
func appendOrder(b []byte, key string) []byte {
	for i := 0; i < len(key); {
		if !isDigit(key[i]) {
			b = append(b, key[i])
			i++
			continue
		}
		start := i
		for i < len(key) && key[i] == '0' {
			i++
		}
		zeros, number := i-start, i
		for i < len(key) && isDigit(key[i]) {
			i++
		}
		b = append(b, '0')
		b = appendLength(b, i-number)
		b = append(b, key[number:i]...)
		b = appendLength(b, zeros)
	}
	return b
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// appendLength appends n so that greater numbers are greater texts.
func appendLength(b []byte, n int) []byte {
	if n < longRun {
		return append(b, byte(n))
	}
	return binary.BigEndian.AppendUint64(append(b, longRun), uint64(n))
}

var errOrder = errors.New("a key in it is not one")

// orderedKey is the key that appendOrder made order of.
func orderedKey(order []byte) (string, error) {
	b := make([]byte, 0, len(order))
	for len(order) > 0 {
		c := order[0]
		order = order[1:]
		if !isDigit(c) {
			b = append(b, c)
			continue
		}
		n, rest, ok := cutLength(order)
		if c != '0' || !ok || n > len(rest) {
			return "", errOrder
		}
		digits := rest[:n]
		zeros, rest, ok := cutLength(rest[n:])
		if !ok || zeros > maxChunk {
			return "", errOrder
		}
		for range zeros {
			b = append(b, '0')
		}
		b = append(b, digits...)
		order = rest
	}
	return string(b), nil
}

func cutLength(b []byte) (n int, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, false
	}
	if b[0] != longRun {
		return int(b[0]), b[1:], true
	}
	if len(b) < 9 {
		return 0, nil, false
	}
	long := binary.BigEndian.Uint64(b[1:])
	return int(long), b[9:], long <= maxChunk
}
