package sheet

import (
	"strconv"
	"strings"
)

// The headers of the columns that Ferry adds to an answered sheet.
const (
	ColumnResult = "Result"
	ColumnToDo   = "What to do"
	ColumnOpen   = "Open in " // followed by the vendor's title
	ColumnStamp  = "Ferry row"
)

// ResultSheet is the sheet that Ferry puts before the others in an answered
// workbook; MarkSheet holds, where only a program sees it, what a template or an
// answered workbook was made for.
const (
	ResultSheet = "Result"
	MarkSheet   = "_ferry"
)

// Stamp is what an answered sheet says of a row in the column ColumnStamp.
type Stamp struct {
	Import string // id of the import that answered; no space
	Key    string // of the row in that import
	Hash   uint64 // Row.Hash when it was answered
	Done   bool   // it is in the target: not loaded again
	Held   bool   // it had too few or too many cells, so that it had no key
}

// The words of a stamp: its first says that it is one, the last two what became of
// the row.
const (
	stampWord = "ferry1"
	stampDone = "done"
	stampOpen = "open"
	stampHeld = "held"
)

// String gives the stamp as a cell holds it:
// ferry1 <import> <hash in hex> done|open|held <key>; the key of a held row is "-".
// It begins with a letter, so that
// no program takes it for a number, a date or a formula.
func (s Stamp) String() string {
	state, key := stampOpen, s.Key
	switch {
	case s.Held:
		state, key = stampHeld, "-"
	case s.Done:
		state = stampDone
	}
	return strings.Join([]string{stampWord, s.Import, hex16(s.Hash), state, key}, " ")
}

// ParseStamp reads what String writes. ok is false where the text is none.
func ParseStamp(text string) (s Stamp, ok bool) {
	word, rest, ok := strings.Cut(strings.TrimSpace(text), " ")
	if !ok || word != stampWord {
		return Stamp{}, false
	}
	parts := strings.SplitN(rest, " ", 4)
	if len(parts) != 4 || parts[0] == "" || len(parts[1]) != 16 || parts[3] == "" {
		return Stamp{}, false
	}
	hash, err := strconv.ParseUint(parts[1], 16, 64)
	if err != nil {
		return Stamp{}, false
	}
	switch parts[2] {
	case stampHeld:
		return Stamp{Import: parts[0], Hash: hash, Held: true}, parts[3] == "-"
	case stampDone, stampOpen:
	default:
		return Stamp{}, false
	}
	return Stamp{Import: parts[0], Hash: hash, Done: parts[2] == stampDone, Key: parts[3]}, true
}

// hex16 gives 16 hexadecimal digits.
func hex16(hash uint64) string { return string(appendHex16(nil, hash)) }

func appendHex16(dst []byte, hash uint64) []byte {
	const digits = "0123456789abcdef"
	for shift := 60; shift >= 0; shift -= 4 {
		dst = append(dst, digits[hash>>shift&15])
	}
	return dst
}
