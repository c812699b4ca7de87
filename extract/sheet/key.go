package sheet

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// keyer gives rows their hashes and their keys.
type keyer struct {
	order  []int    // columns that are hashed, by name: a moved column changes nothing
	names  [][]byte // their names, with a separator behind
	fields []int    // columns of the key; none: stamp or hash
	seen   occurrences
	buf    []byte
	full   bool // there are too many rows to tell them apart by their cells
}

// mostHashes bounds the rows of a sheet that are told apart by their cells: their
// hashes take 64 MiB.
const mostHashes = 6_000_000

func newKeyer(r *Recipe) keyer {
	k := keyer{seen: occurrences{}}
	for i := range r.Columns {
		if !r.Columns[i].Ours {
			k.order = append(k.order, i)
		}
	}
	slices.SortFunc(k.order, func(a, b int) int { return strings.Compare(r.Columns[a].Name, r.Columns[b].Name) })
	for _, i := range k.order {
		k.names = append(k.names, append([]byte(r.Columns[i].Name), 0))
	}
	for _, name := range r.Key {
		for i := range r.Columns {
			if r.Columns[i].Name == name {
				k.fields = append(k.fields, i)
			}
		}
	}
	return k
}

// hash is that of the cells that hold something, each with its column's name: how a
// column is read, blanks, and the order of columns, make no difference.
func (k *keyer) hash(values []Value) uint64 {
	k.buf = k.buf[:0]
	for n, i := range k.order {
		if values[i].Cell == nil {
			continue
		}
		text := values[i].Cell.Text
		if !tight(text) {
			text = strings.TrimSpace(text)
		}
		if text == "" {
			continue
		}
		k.buf = append(k.buf, k.names[n]...)
		k.buf = append(k.buf, text...)
		k.buf = append(k.buf, 1)
	}
	return xxhash.Sum64(k.buf)
}

// tight tells at a glance that there is no white space at either end of a text, as of
// nearly all.
func tight(text string) bool { return text != "" && begins(text) && begins(text[len(text)-1:]) }

// key gives a row its key: that of its stamp, else the columns that people named,
// else its hash with the number of its occurrence. why says that it has none.
func (k *keyer) key(row *Row) (key, why string) {
	if row.Stamp != nil {
		return row.Stamp.Key, ""
	}
	if len(k.fields) == 0 {
		k.full = k.full || k.seen.used >= mostHashes
		n := k.seen.add(row.Hash)
		k.buf = append(appendHex16(k.buf[:0], row.Hash), '.')
		return string(strconv.AppendUint(k.buf, uint64(n), 10)), ""
	}
	for _, i := range k.fields {
		if row.Values[i].Text == "" {
			return "", "the column that identifies a row is blank"
		}
	}
	if len(k.fields) == 1 {
		return row.Values[k.fields[0]].Text, ""
	}
	k.buf = k.buf[:0]
	for n, i := range k.fields {
		if n > 0 {
			k.buf = append(k.buf, '/')
		}
		k.buf = appendKeyPart(k.buf, row.Values[i].Text)
	}
	return string(k.buf), ""
}

// appendKeyPart puts a "\" before "/" and "\" within a part, so that different
// parts never make the same key.
func appendKeyPart(dst []byte, part string) []byte {
	for i := 0; i < len(part); i++ {
		if part[i] == '/' || part[i] == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, part[i])
	}
	return dst
}

// occurrences counts equal rows in little memory: an open table of hashes, and a
// map of the few that came more than once. A million rows take 16 MiB.
type occurrences struct {
	table []uint64
	used  int
	zero  bool // the hash 0 was seen
	more  map[uint64]uint32
}

// add counts a hash, and gives how often it has come, from 1.
func (o *occurrences) add(hash uint64) uint32 {
	if !o.has(hash) {
		return 1
	}
	if o.more == nil {
		o.more = map[uint64]uint32{}
	}
	o.more[hash]++
	return o.more[hash] + 1
}

// has tells whether a hash was there before, and puts it in.
func (o *occurrences) has(hash uint64) bool {
	if hash == 0 {
		was := o.zero
		o.zero = true
		return was
	}
	if 4*(o.used+1) > 3*len(o.table) {
		o.grow()
	}
	i := hash & uint64(len(o.table)-1)
	for ; o.table[i] != 0; i = (i + 1) & uint64(len(o.table)-1) {
		if o.table[i] == hash {
			return true
		}
	}
	o.table[i] = hash
	o.used++
	return false
}

func (o *occurrences) grow() {
	old := o.table
	o.table = make([]uint64, max(1024, 2*len(old)))
	mask := uint64(len(o.table) - 1)
	for _, hash := range old {
		if hash == 0 {
			continue
		}
		i := hash & mask
		for o.table[i] != 0 {
			i = (i + 1) & mask
		}
		o.table[i] = hash
	}
}
