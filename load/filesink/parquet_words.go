package filesink

import (
	"errors"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
)

// maxIndices is how many values of one column may stand in words; a row group
// has more only where it holds long lists.
const maxIndices = 4 * groupRows

// wordList is the dictionary of a text column in one row group: each value once,
// and for each value its place. A value met before is neither copied nor encoded
// again, which is why this is not left to the column writer.
type wordList struct {
	place map[string]uint16
	words []string
	bytes int      // as the dictionary is stored
	index []uint16 // dictBytes has room for fewer words than this can count
}

func newWordList() *wordList { return &wordList{place: map[string]uint16{}} }

// add notes one value more, and tells whether there was room for it.
func (d *wordList) add(text []byte) bool {
	n := len(d.index)
	if n >= maxIndices {
		return false
	}
	if n > 0 && d.words[d.index[n-1]] == string(text) {
		d.index = append(d.index, d.index[n-1])
		return true
	}
	at, known := d.place[string(text)]
	if !known {
		size := len(text) + arrow.Uint32SizeBytes
		if d.bytes+size >= dictBytes {
			return false
		}
		at = uint16(len(d.words))
		word := string(text)
		d.place[word] = at
		d.words = append(d.words, word)
		d.bytes += size
	}
	d.index = append(d.index, at)
	return true
}

func (d *wordList) reset() {
	clear(d.place)
	clear(d.words)
	d.words, d.index, d.bytes = d.words[:0], d.index[:0], 0
}

// bounds gives the words that sort first and last, byte by byte.
func (d *wordList) bounds() (least, most parquet.ByteArray) {
	first, last := d.words[0], d.words[0]
	for _, word := range d.words[1:] {
		first, last = min(first, word), max(last, word)
	}
	return parquet.ByteArray(first), parquet.ByteArray(last)
}

// gatherWords makes the leaf keep its text as words from now on.
func (l *leaf) gatherWords() {
	text := l.text
	l.words, l.text = newWordList(), nil
	for _, v := range text {
		if l.spilled || !l.words.add(v) {
			l.spill()
			l.text = append(l.text, v)
		}
	}
}

// spill turns the words back into text, for the rest of the row group: the
// column writer decides then how to store it.
func (l *leaf) spill() {
	if l.spilled {
		return
	}
	words := make([]parquet.ByteArray, len(l.words.words))
	for i, word := range l.words.words {
		words[i] = parquet.ByteArray(word)
	}
	for _, at := range l.words.index {
		l.text = append(l.text, words[at])
	}
	l.words.reset()
	l.spilled = true
}

// writeWords hands the words of a whole row group to the column's encoder.
func (l *leaf) writeWords(w file.ColumnChunkWriter) error {
	column, ok := w.(*file.ByteArrayColumnChunkWriter)
	if !ok || len(l.words.words) == 0 {
		return l.write(w)
	}
	encoder, ok := column.CurrentEncoder().(interface{ PutDictionary(arrow.Array) error })
	if !ok {
		return errors.New("a column with a dictionary has an encoder without")
	}
	words := array.NewStringBuilder(memory.DefaultAllocator)
	words.AppendStringValues(l.words.words, nil)
	if err := encoder.PutDictionary(words.NewArray()); err != nil {
		return err
	}
	def, rep := l.levels()
	if stats, ok := column.PageStatistics().(*metadata.ByteArrayStatistics); ok {
		stats.SetMinMax(l.words.bounds())
		stats.IncNumValues(int64(len(l.words.index)))
		stats.IncNulls(int64(max(len(def)-len(l.words.index), 0)))
	}
	return column.WriteDictIndices(l.indices(column.LevelInfo().RepeatedAncestorDefLevel), def, rep)
}

// indices gives the places as an array that has a slot, null or not, wherever the
// definition level is at least from: where the row, or the list element, is there.
func (l *leaf) indices(from int16) arrow.Array {
	slots, nulls, valid := l.words.index, 0, (*memory.Buffer)(nil)
	if len(l.def) > len(slots) {
		index, bitmap := slots, make([]byte, (len(l.def)+7)/8)
		slots = make([]uint16, 0, len(l.def))
		for _, def := range l.def {
			switch {
			case def == l.maxDef:
				bitmap[len(slots)/8] |= 1 << (len(slots) % 8)
				slots, index = append(slots, index[0]), index[1:]
			case def >= from:
				slots = append(slots, 0)
				nulls++
			}
		}
		valid = memory.NewBufferBytes(bitmap)
	}
	places := memory.NewBufferBytes(arrow.Uint16Traits.CastToBytes(slots))
	return array.NewUint16Data(array.NewData(arrow.PrimitiveTypes.Uint16, len(slots), []*memory.Buffer{valid, places}, nil, nulls, 0))
}
