package record

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold is one way in which a vendor does not keep a text as it was sent, or
// does not tell two texts apart.
type Fold = string

// The folds a connector spec may name, in any order.
const (
	FoldTrim    Fold = "trim"    // white space around the text is dropped
	FoldSpaces  Fold = "spaces"  // white space inside, line ends too, counts as one space
	FoldCase    Fold = "case"    // capital and small letters are the same
	FoldAccents Fold = "accents" // letters with and without accents are the same
	FoldDigits  Fold = "digits"  // digits alone are kept, as of phone numbers
)

// FoldNames lists every fold in the order of the constants.
func FoldNames() []string {
	return []string{FoldTrim, FoldSpaces, FoldCase, FoldAccents, FoldDigits}
}

// Folding is a set of folds, as it is applied to texts. Two texts that fold to the
// same are one text to the vendor.
type Folding uint8

// The members of a Folding.
const (
	FoldingCase Folding = 1 << iota // as FoldCase, and so on
	FoldingTrim
	FoldingDigits
	FoldingSpaces
	FoldingAccents
	FoldingMarks // only letters and digits are kept; no spec names it
)

// foldings are the folds by their names.
var foldings = map[Fold]Folding{
	FoldTrim: FoldingTrim, FoldSpaces: FoldingSpaces, FoldCase: FoldingCase, FoldAccents: FoldingAccents, FoldDigits: FoldingDigits,
}

// FoldingOf reads Field.Folds. Names that are none are left out: the parser of
// specs has refused them.
func FoldingOf(names []Fold) Folding {
	var f Folding
	for _, name := range names {
		f |= foldings[name]
	}
	return f
}

// Text gives the form of a text in which it is to be compared.
func (f Folding) Text(text string) string { return string(f.Append(nil, []byte(text))) }

// Append appends to dst the form of a text in which it is to be compared.
func (f Folding) Append(dst, text []byte) []byte {
	if f == 0 {
		return append(dst, text...)
	}
	w := folding{out: dst, begin: len(dst), f: f}
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r < utf8.RuneSelf || f&FoldingAccents == 0 {
			if r >= utf8.RuneSelf {
				r, size = utf8.DecodeRune(text[i:])
			}
			w.add(r)
			i += size
			continue
		}
		p := norm.NFD.Properties(text[i:])
		if p.Size() == 0 { // no UTF-8
			w.add(utf8.RuneError)
			i++
			continue
		}
		letters := p.Decomposition()
		if letters == nil {
			letters = text[i : i+p.Size()]
		}
		for len(letters) > 0 {
			r, size := utf8.DecodeRune(letters)
			w.add(r)
			letters = letters[size:]
		}
		i += p.Size()
	}
	if f&FoldingTrim != 0 && f&FoldingSpaces == 0 {
		return trimmed(w.out, w.begin)
	}
	return w.out
}

// folding writes one text, letter by letter.
type folding struct {
	out   []byte
	begin int
	f     Folding
	blank bool // white space is due before the next letter
}

func (w *folding) add(r rune) {
	f := w.f
	switch {
	case f&FoldingDigits != 0 && (r < '0' || r > '9'):
		return
	case f&FoldingAccents != 0 && r >= utf8.RuneSelf && unicode.Is(unicode.Mn, r):
		return
	case f&FoldingMarks != 0 && !unicode.IsLetter(r) && !unicode.IsDigit(r):
		return
	case f&FoldingSpaces != 0 && unicode.IsSpace(r):
		w.blank = true
		return
	}
	if w.blank && len(w.out) > w.begin {
		w.out = append(w.out, ' ')
	}
	w.blank = false
	if f&FoldingCase != 0 {
		r = lower(r)
	}
	w.out = utf8.AppendRune(w.out, r)
}

// lower is the letter that stands for all its cases: that of a Greek final
// sigma is the plain one, so that a word in capitals is the same word.
func lower(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// trimmed drops the white space around what stands in b from begin on.
func trimmed(b []byte, begin int) []byte {
	from, to := begin, len(b)
	for from < to {
		r, size := utf8.DecodeRune(b[from:to])
		if !unicode.IsSpace(r) {
			break
		}
		from += size
	}
	for from < to {
		r, size := utf8.DecodeLastRune(b[from:to])
		if !unicode.IsSpace(r) {
			break
		}
		to -= size
	}
	return append(b[:begin], b[from:to]...)
}
