package column

import "strings"

// truthWords are the usual words of a Boolean, in small letters: 1 yes, 0 no.
var truthWords = func() map[string]int {
	t := map[string]int{}
	for word := range wordSet("yes y true t 1 x on ✓ ✔ ☑ ☒ ✅ oui o vrai v ja j wahr sí si s verdadero sì vero") {
		t[word] = 1
	}
	for word := range wordSet("no n false f 0 off ✗ ✘ ☐ ❌ non faux nein falsch falso") {
		t[word] = 0
	}
	return t
}()

// truthFirst marks the bytes that such words begin with, and longestTruth is the
// most bytes that one has.
var truthFirst, longestTruth = firstBytes(truthWords)

var truthSieve = sieveOf(truthWords)

// longestWord bounds in bytes what is looked up as a word.
const longestWord = 32

// truth looks a word up: 1 yes, 0 no, -1 neither.
func truth(word string) int {
	if len(word) > longestTruth || word == "" || !truthFirst[word[0]] || !truthSieve.lets(word) {
		return -1
	}
	var buf [longestWord]byte
	if is, ok := truthWords[string(fold(buf[:0], word))]; ok {
		return is
	}
	return -1
}

// firstBytes marks the bytes that words begin with, in small letters and in
// capitals, and gives the most bytes that one has: most cells need no look.
func firstBytes[V any](words map[string]V) (first [256]bool, longest int) {
	for word := range words {
		for _, w := range []string{word, strings.ToUpper(word)} {
			first[w[0]] = true
			longest = max(longest, len(w))
		}
	}
	return first, longest
}

// nothing are words that people write where there is no value. Those that can be
// a name, a code or a word of their own are doubtful.
var nothing = func() map[string]bool {
	doubtful := map[string]bool{}
	for word := range strings.SplitSeq("n/a|n.a.|n. a.|#n/a|#na|#null!|-|--|---|–|—|−|_|__|?|??|???|.|..|...|…|/|//|*|\\n|(null)|<null>|[null]|(none)|<none>|(blank)|(empty)|(leer)|(vide)|"+
		"0000-00-00|00/00/0000|00.00.0000|0000-00-00 00:00:00|k.a.|k. a.|n.c.|s.o.|s/o|s/d|n.d.|n/d", "|") {
		doubtful[word] = false
	}
	for word := range strings.SplitSeq("na|none|null|nil|nan|undefined|unknown|blank|empty|not applicable|not available|aucun|aucune|néant|neant|inconnu|inconnue|nc|sans objet|"+
		"kein|keine|keiner|leer|unbekannt|entfällt|keine angabe|ninguno|ninguna|desconocido|sin datos|vacío|nessuno|nessuna|sconosciuto|nd|vuoto", "|") {
		doubtful[word] = true
	}
	return doubtful
}()

var nothingFirst, longestNothing = firstBytes(nothing)

var nothingSieve = sieveOf(nothing)

// isNothing tells whether a text is a word for nothing.
func isNothing(s string) bool {
	if len(s) > longestNothing || s == "" || !nothingFirst[s[0]] || !nothingSieve.lets(s) {
		return false
	}
	var buf [longestWord]byte
	_, word := nothing[string(fold(buf[:0], s))]
	return word
}
