package check

import (
	"strconv"
	"unicode/utf8"
)

// cuts are the lengths at which other tools cut texts, in characters: a column of
// a database, and a cell of Excel.
var cuts = [...]int{255, 32_767}

// lengths notes texts as long as a cut, or a character from it: whether there are
// too many of one length is known at the end.
func (j *judge) lengths(b *batch, texts []string) {
	for i := range j.columns {
		text := texts[j.columns[i].field]
		if len(text) < cuts[0]-1 {
			continue
		}
		n := utf8.RuneCountInString(text)
		for _, cut := range cuts {
			if n >= cut-1 && n <= cut+1 {
				j.add(b, i, -1, words{kind: kindCut, length: n}, "")
			}
		}
	}
}

// pile tells whether so many texts of the length of a cut, and so few around it,
// are there because something cut them. One as long as a cell of Excel can be is
// enough.
func pile(length, before, at, after int) bool {
	return at > 2*(before+after) && (at > 1 || length == cuts[1])
}

func cutWords(length int) words {
	return words{kind: kindCut, why: "many texts have exactly " + strconv.Itoa(length) + " characters: an earlier program has probably cut them",
		do: "look at the ends of the texts; read them again from where they were cut", warn: true}
}
