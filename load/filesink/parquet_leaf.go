package filesink

import (
	"fmt"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
)

// leaf gathers the values of one Parquet column with their levels until they
// are handed to the encoder.
type leaf struct {
	physical       parquet.Type
	maxDef, maxRep int16

	def, rep []int16
	text     []parquet.ByteArray
	long     []int64
	short    []int32
	real     []float64
	truth    []bool

	words   *wordList // of a text column with a dictionary, else nil
	spilled bool      // the words are back in text until the row group ends
}

// none notes that there is no value here: def says down to which level there
// is something.
func (l *leaf) none(def, rep int16) {
	l.def = append(l.def, def)
	if l.maxRep > 0 {
		l.rep = append(l.rep, rep)
	}
}

// there notes the levels of a value that its caller appends.
func (l *leaf) there(rep int16) {
	if l.maxDef > 0 {
		l.def = append(l.def, l.maxDef)
	}
	if l.maxRep > 0 {
		l.rep = append(l.rep, rep)
	}
}

// put adds a value that is text; it is copied.
func (l *leaf) put(text []byte, a *arena) {
	if l.words != nil && !l.spilled {
		if l.words.add(text) {
			return
		}
		l.spill()
	}
	l.text = append(l.text, a.keep(text))
}

func (l *leaf) reset() {
	l.def, l.rep = l.def[:0], l.rep[:0]
	l.text, l.long, l.short, l.real, l.truth = l.text[:0], l.long[:0], l.short[:0], l.real[:0], l.truth[:0]
}

// levels gives the levels as the column writer takes them: nil where the column
// has none.
func (l *leaf) levels() (def, rep []int16) {
	if l.maxDef > 0 {
		def = l.def
	}
	if l.maxRep > 0 {
		rep = l.rep
	}
	return def, rep
}

// write hands everything gathered to the column's encoder.
func (l *leaf) write(w file.ColumnChunkWriter) error {
	def, rep := l.levels()
	var err error
	switch w := w.(type) {
	case *file.ByteArrayColumnChunkWriter:
		_, err = w.WriteBatch(l.text, def, rep)
	case *file.Int64ColumnChunkWriter:
		_, err = w.WriteBatch(l.long, def, rep)
	case *file.Int32ColumnChunkWriter:
		_, err = w.WriteBatch(l.short, def, rep)
	case *file.Float64ColumnChunkWriter:
		_, err = w.WriteBatch(l.real, def, rep)
	case *file.BooleanColumnChunkWriter:
		_, err = w.WriteBatch(l.truth, def, rep)
	default:
		err = fmt.Errorf("no writer for a column of %s", l.physical)
	}
	return err
}

// repeats tells whether the values gathered are few different ones, so that a
// dictionary pays.
func (l *leaf) repeats() bool {
	const most = 0.3
	switch l.physical {
	case parquet.Types.ByteArray:
		seen := make(map[string]struct{}, 64)
		for _, v := range l.text {
			seen[string(v)] = struct{}{}
		}
		return float64(len(seen)) < most*float64(len(l.text))
	case parquet.Types.Int64:
		return fewer(l.long, most)
	case parquet.Types.Int32:
		return fewer(l.short, most)
	case parquet.Types.Double:
		return fewer(l.real, most)
	default:
		return false
	}
}

func fewer[T comparable](values []T, most float64) bool {
	seen := make(map[T]struct{}, 64)
	for _, v := range values {
		seen[v] = struct{}{}
	}
	return float64(len(seen)) < most*float64(len(values))
}

// arena holds copies of text until the next reset, in blocks that are used again.
type arena struct {
	blocks [][]byte
	at     int // block in use
	bytes  int
}

const arenaBlock = 256 << 10

// keep copies the text.
func (a *arena) keep(text []byte) []byte {
	a.bytes += len(text)
	if len(text) > arenaBlock/4 {
		return append([]byte(nil), text...)
	}
	for {
		if a.at == len(a.blocks) {
			a.blocks = append(a.blocks, make([]byte, 0, arenaBlock))
		}
		b := a.blocks[a.at]
		if cap(b)-len(b) >= len(text) {
			from := len(b)
			b = append(b, text...)
			a.blocks[a.at] = b
			return b[from:len(b):len(b)]
		}
		a.at++
	}
}

func (a *arena) reset() {
	for i := range a.blocks {
		a.blocks[i] = a.blocks[i][:0]
	}
	a.at, a.bytes = 0, 0
}
