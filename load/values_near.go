package load

import (
	"cmp"
	"slices"

	"ferry/extract/record"
)

// nearFold is what does not count when texts are compared for being near.
const nearFold = record.FoldingCase | record.FoldingAccents | record.FoldingTrim | record.FoldingSpaces

// gramSet counts the pairs of neighbouring letters of a text, capitals and
// accents aside: texts are near to each other that share many, in any order of
// their words.
type gramSet struct {
	pairs map[[2]rune]int
	n     int
}

func gramsOf(text string) gramSet {
	g := gramSet{pairs: map[[2]rune]int{}}
	before := ' '
	for _, r := range nearFold.Text(text) + " " {
		g.pairs[[2]rune{before, r}]++
		g.n++
		before = r
	}
	return g
}

// near is the share of pairs that two texts have in common: 0 none, 1 all.
func (g gramSet) near(o gramSet) float64 {
	if g.n+o.n == 0 {
		return 0
	}
	shared := 0
	for pair, n := range g.pairs {
		shared += min(n, o.pairs[pair])
	}
	return 2 * float64(shared) / float64(g.n+o.n)
}

// Nearest lists the values that are most like a text, by label or value, at most n
// of them; those that are alike stand in the order of the list.
func (l *ValueList) Nearest(text string, n int) []Candidate {
	l.once.Do(func() {
		for _, c := range l.Items {
			l.grams = append(l.grams, gramsOf(c.Label), gramsOf(string(c.Key)))
		}
	})
	type scored struct {
		at    int
		score float64
	}
	want := gramsOf(text)
	scores := make([]scored, len(l.Items))
	for i := range l.Items {
		scores[i] = scored{i, max(want.near(l.grams[2*i]), want.near(l.grams[2*i+1]))}
	}
	slices.SortStableFunc(scores, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var out []Candidate
	for _, s := range scores[:min(n, len(scores))] {
		out = append(out, l.Items[s.at])
	}
	return out
}
