package fn

import "bytes"

// DigitsFault is what is lost of a phone number where its digits alone are kept.
type DigitsFault uint8

// The faults.
const (
	DigitsFit       DigitsFault = iota
	DigitsExtension             // an extension would become part of the number
	DigitsSeveral               // two numbers would become one
	DigitsTrunk                 // the 0 of +44 (0)20 would become part of the number
	DigitsFew                   // fewer than any network's numbers have
	DigitsNone                  // there is none
)

// The lengths of phone numbers: E.164 § 6 has 15 digits at most, and local numbers
// without an area code have 7.
const (
	fewestDigits = 7
	mostDigits   = 15
)

// extensionWords are what people write before an extension.
var extensionWords = [][]byte{[]byte("x"), []byte("xt"), []byte("ext"), []byte("extn"), []byte("exten"), []byte("extension"), []byte("poste"),
	[]byte("dw"), []byte("durchwahl"), []byte("app"), []byte("int"), []byte("interno"), []byte("anexo")}

// DigitsAlone tells what is lost of a phone number, as people write it, where its
// digits alone are kept.
func DigitsAlone(text []byte) DigitsFault {
	if plainPhone(text) {
		return DigitsFit
	}
	return scanDigits(text)
}

// surelyOne is how many digits are too few for two numbers with a space between.
const surelyOne = 2*fewestDigits - 1

// plainPhone tells a number with none but the usual signs in it, as nearly all are:
// nothing of it can be lost.
func plainPhone(text []byte) bool {
	count := 0
	for i, c := range text {
		switch {
		case c >= '0' && c <= '9':
			count++
		case c == ' ', c == '-', c == '.', c == ')':
		case c == '+' && count == 0:
		case c == '(' && !bytes.HasPrefix(text[i:], []byte("(0)")):
		default:
			return false
		}
	}
	return count >= fewestDigits && count <= surelyOne
}

func scanDigits(text []byte) DigitsFault {
	d := digitsScan{text: text}
	for i, c := range text {
		if fault := d.step(i, c); fault != DigitsFit {
			return fault
		}
	}
	switch {
	case d.count == 0:
		return DigitsNone
	case d.count < fewestDigits:
		return DigitsFew
	}
	return DigitsFit
}

// digitsScan is the state between two letters of a number.
type digitsScan struct {
	text   []byte
	count  int  // digits so far
	abroad bool // it begins with + or 00
	word   [2]int
	last   [2]int // the last word since a digit
	apart  bool   // a sign since the last digit parts numbers
	tone   bool   // # or * since the last digit
	chunk  int    // digits since white space
	long   bool   // a number's length of digits stood between white space
	slash  int    // digits since a slash
}

func (d *digitsScan) step(i int, c byte) DigitsFault {
	switch {
	case c >= '0' && c <= '9':
		return d.digit(c)
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		if d.word[1] != i {
			d.word[0] = i
		}
		d.word[1] = i + 1
		d.last = d.word
	case c == ' ' || c == '\t':
		d.long, d.chunk = d.long || d.chunk >= fewestDigits, 0
	case c == '+':
		d.apart, d.abroad = d.apart || d.count > 0, true
	case c == ';' || c == ',' || c == '|' || c == '&' || c == '\n' || c == '\r':
		d.apart = d.apart || d.count > 0
	case c == '#' || c == '*':
		d.tone = d.count > 0
	case c == '/':
		// A slash also stands behind area codes: 030/123456, +49 37296/12345.
		d.apart = d.apart || d.slash >= fewestDigits && (!d.abroad || d.slash != d.count || d.slash >= fewestDigits+3)
		d.slash = 0
	case c == '(' && d.abroad && d.count > 0 && bytes.HasPrefix(d.text[i:], []byte("(0)")):
		return DigitsTrunk
	}
	return DigitsFit
}

func (d *digitsScan) digit(c byte) DigitsFault {
	if d.count > 0 {
		switch {
		case d.tone, d.isExtension():
			return DigitsExtension
		case d.apart, d.last[1] > 0:
			return DigitsSeveral
		}
	}
	d.apart, d.tone, d.last = false, false, [2]int{}
	d.count, d.chunk, d.slash = d.count+1, d.chunk+1, d.slash+1
	most := mostDigits
	if d.abroad && !bytes.HasPrefix(d.text, []byte("+")) {
		most += 2
	}
	if d.count == 2 && c == '0' && d.zero() {
		d.abroad = true
	}
	if d.count > most || d.long && d.chunk >= fewestDigits {
		return DigitsSeveral
	}
	return DigitsFit
}

// zero tells whether the first digit is 0.
func (d *digitsScan) zero() bool {
	at := bytes.IndexAny(d.text, "0123456789")
	return d.text[at] == '0'
}

func (d *digitsScan) isExtension() bool {
	if d.last[1] == 0 { // no word, as before nearly every digit
		return false
	}
	word := d.text[d.last[0]:d.last[1]]
	for _, w := range extensionWords {
		if bytes.EqualFold(word, w) {
			return true
		}
	}
	return false
}
