package strictyaml

import (
	"fmt"
	"slices"
	"strings"
)

// Nearest gives the known name that word was most likely meant to be, or ""
// where none is near. Case, "_" and "-" count for little.
func Nearest(word string, known []string) string {
	best, bestCost := "", 1<<30
	plain := simplify(word)
	letters := len([]rune(plain))
	for _, name := range known {
		cost := distance(plain, simplify(name))
		if cost < bestCost && (cost == 0 || cost < letters) {
			best, bestCost = name, cost
		}
	}
	if bestCost <= max(1, letters/3) {
		return best
	}
	for _, name := range known {
		s := simplify(name)
		if len(plain) > 2 && len(s) > 2 && (strings.HasPrefix(s, plain) || strings.HasPrefix(plain, s)) {
			return name
		}
	}
	return ""
}

// Suggest is the hint for an unknown name: the nearest known one, else all
// that are known (the first twelve where there are more).
func Suggest(word string, known []string) string {
	if near := Nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	const most = 12
	switch {
	case len(known) == 0:
		return ""
	case len(known) > most:
		return fmt.Sprintf("known: %s and %d more", strings.Join(known[:most], ", "), len(known)-most)
	}
	return "known: " + strings.Join(known, ", ")
}

func simplify(s string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(s))
}

// distance is the number of letters to change, add, drop or swap with the next.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 64 || len(y) > 64 { // no name is that long; do not spend time on it
		return max(len(x), len(y))
	}
	before, prev, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			change := prev[j-1]
			if x[i-1] != y[j-1] {
				change++
			}
			row[j] = min(change, prev[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev, row = prev, row, slices.Clone(before)
	}
	return prev[len(y)]
}
