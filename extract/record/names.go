package record

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// legalForms say what kind of company one is, and not which.
var (
	legalForms  = map[string]bool{}
	longestForm int // bytes of one
)

func init() {
	for _, form := range strings.Fields("ab ag as bv bvba co company corp corporation cv eirl eurl gbr gmbh inc incorporated kg kft lda limited llc llp lp ltd ltda nv oy oyj pc plc pllc pty pvt sa sac sarl sas sasu sci scp se sl slu snc spa sprl srl ste ug und vof") {
		legalForms[form] = true
		longestForm = max(longestForm, len(form))
	}
}

// Looser takes their spelling from names of companies and persons, so that SARL
// Dupont and Dupont S.A.R.L. come out the same. Its memory is used again: it is for
// one goroutine.
type Looser struct {
	text, folded, loose []byte
	words               [][]byte // of folded
}

// Name gives a name without its spelling: words in the order of the alphabet (of a
// name with digits in its own), small, without accents, marks and legal forms. It is
// empty where nothing telling is left, and good until the next call.
func (l *Looser) Name(text string) []byte {
	l.text = append(l.text[:0], text...)
	return l.Bytes(l.text)
}

// Bytes is Name of a text as bytes, which it leaves alone.
func (l *Looser) Bytes(text []byte) []byte {
	l.folded, l.loose, l.words = l.folded[:0], l.loose[:0], l.words[:0]
	if !l.ascii(text) {
		l.folded, l.words = l.folded[:0], l.words[:0]
		l.letters(text)
	}
	if !bytes.ContainsAny(l.folded, "0123456789") { // Site 1 of 2 is not Site 2 of 1
		slices.SortFunc(l.words, bytes.Compare)
	}
	for i, word := range l.words {
		if i > 0 {
			l.loose = append(l.loose, ' ')
		}
		l.loose = append(l.loose, word...)
	}
	if len(l.loose) < 3 {
		return nil
	}
	return l.loose
}

// letters takes the words of any text.
func (l *Looser) letters(text []byte) {
	const fold = FoldingCase | FoldingAccents | FoldingMarks
	for word := range bytes.FieldsFuncSeq(text, partsWords) {
		from := len(l.folded)
		l.folded = fold.Append(l.folded, word)
		l.word(from)
	}
}

// ascii takes the words of a text of ASCII alone, as most are; false: it is none.
func (l *Looser) ascii(text []byte) bool {
	from := 0
	for _, c := range text {
		switch folded := asciiLoose[c]; folded {
		case notASCII:
			return false
		case 0:
		case ' ':
			l.word(from)
			from = len(l.folded)
		default:
			l.folded = append(l.folded, folded)
		}
	}
	l.word(from)
	return true
}

// word takes what was folded from there on for a word, if it says anything.
func (l *Looser) word(from int) {
	word := l.folded[from:]
	if len(word) > 0 && (len(word) > longestForm || !legalForms[string(word)]) {
		l.words = append(l.words, word)
	}
}

// asciiLoose is what is left of a byte: a small letter or digit, a space where words
// part, 0 of marks.
var asciiLoose = func() (t [256]byte) {
	for i := range t {
		switch c := byte(i); {
		case c >= utf8.RuneSelf:
			t[i] = notASCII
		case partsWords(rune(c)):
			t[i] = ' '
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z':
			t[i] = c
		case 'A' <= c && c <= 'Z':
			t[i] = c + 'a' - 'A'
		}
	}
	return t
}()

const notASCII = 0xff

func partsWords(c rune) bool { return c == ' ' || c == '-' || c == '/' || c == ',' || c == '\u00a0' }
