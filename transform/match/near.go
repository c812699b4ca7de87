package match

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"ferry/extract/strictyaml"
)

//go:embed terms.yaml
var termsFile []byte

// terms gives the group of words for the same thing, by folded word.
var terms = sync.OnceValue(func() map[string]int {
	groups, err := readTerms("terms.yaml", termsFile)
	if err != nil { // the file is part of the program and read by its tests
		panic(err)
	}
	return groups
})

func readTerms(file string, data []byte) (map[string]int, error) {
	root, err := strictyaml.Parse(file, data)
	if err != nil {
		return nil, err
	}
	groups := map[string]int{}
	for i, group := range root.Items() {
		for _, text := range group.Texts() {
			groups[fold(text)] = i + 1
		}
	}
	return groups, root.Err()
}

// Near finds the option that a text means: the same one, the same but for case,
// accents and signs, a word for it in another language (Haute is High), or one
// that is nearly spelt so. sure is false where the spelling only comes near.
// value is "" where none does, or several do.
func Near(text string, options []string) (value string, sure bool) {
	found, how := near(text, options)
	return found, how == same || how == folded || how == translated
}

// likeness says how a text was found among options, the best first.
type likeness uint8

const (
	unlike likeness = iota
	misspelt
	translated
	folded
	same
)

func near(text string, options []string) (string, likeness) {
	for _, o := range options {
		if o == text {
			return o, same
		}
	}
	key := fold(text)
	if key == "" {
		return "", unlike
	}
	if found, n := only(options, func(o string) bool { return fold(o) == key }); n > 0 {
		return one(found, n, folded)
	}
	if group := terms()[bare(key)]; group != 0 {
		if found, n := only(options, func(o string) bool { return terms()[bare(fold(o))] == group }); n > 0 {
			return one(found, n, translated)
		}
	}
	if found := misspelling(key, options); found != "" {
		return found, misspelt
	}
	return "", unlike
}

// one takes what was found where it is the only one.
func one(found string, n int, how likeness) (string, likeness) {
	if n > 1 {
		return "", unlike
	}
	return found, how
}

// bare is a folded text without the number that some lists put before a word:
// 1 High.
func bare(key string) string { return strings.TrimLeft(key, "0123456789 ") }

func only(options []string, is func(string) bool) (found string, n int) {
	for _, o := range options {
		if is(o) {
			found = o
			n++
		}
	}
	return found, n
}

// misspelling finds the one option that is nearest, or that the text begins.
func misspelling(key string, options []string) string {
	best, found, several := slack(key)+1, "", false
	for _, o := range options {
		for _, form := range []string{fold(o), bare(fold(o))} {
			d := distance(key, form, best+1)
			switch {
			case d < best:
				best, found, several = d, o, false
			case d == best && d <= slack(key) && o != found:
				several = true
			}
		}
	}
	if found != "" && !several {
		return found
	}
	if several || len(key) < 2 {
		return ""
	}
	found, n := only(options, func(o string) bool {
		return strings.HasPrefix(fold(o), key) || strings.HasPrefix(bare(fold(o)), key)
	})
	if n == 1 {
		return found
	}
	return ""
}

// slack is how many letters of a word may be wrong for it still to be the word.
func slack(word string) int {
	switch n := utf8.RuneCountInString(word); {
	case n < 4:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// distance counts letters put in, left out, changed or swapped with their neighbour
// between two texts (Damerau and Levenshtein, neighbours swapped once); counting
// stops at limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d >= limit || -d >= limit {
		return limit
	}
	before, row, next := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		next[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
			least = min(least, next[j])
		}
		if least >= limit {
			return limit
		}
		before, row, next = row, next, before
	}
	return min(row[len(y)], limit)
}
