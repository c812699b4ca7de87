package match

import (
	"slices"
	"strings"
	"sync"
)

// takenApart is what a header means that is written in one word, such as BillingStreet
// or BILLINGPOSTALCODE, or names one thing twice, such as province/state.
func (s *source) takenApart() []sense {
	header := s.Header
	if s.last != "" {
		header = s.last
	}
	if found := eitherOf(header); len(found) > 0 {
		return found
	}
	for _, phrase := range []string{spoken(header), words().apart(fold(header))} {
		if phrase == "" || phrase == s.phrase {
			continue
		}
		if found := words().senses(phrase); len(found) > 0 {
			return found
		}
	}
	return nil
}

// eitherOf is what both sides of a stroke mean.
func eitherOf(header string) []sense {
	left, right, ok := strings.Cut(header, "/")
	if !ok || strings.Contains(right, "/") {
		return nil
	}
	other := words().senses(fold(right))
	return slices.DeleteFunc(slices.Clone(words().senses(fold(left))), func(c sense) bool {
		return !slices.ContainsFunc(other, func(o sense) bool { return o.idea == c.idea && c.idea != "" && (o.owner == c.owner || o.owner == "") })
	})
}

// shortest is the least that a word has which is found in a run of letters: shorter
// ones stand in others by chance.
const shortest = 3

// pieces are the single words that English ideas, owners and noise are made of.
var pieces = sync.OnceValue(func() map[string]bool {
	v, out := words(), map[string]bool{}
	add := func(phrase string) {
		for word := range strings.FieldsSeq(phrase) {
			out[word] = out[word] || len(word) >= shortest && strings.Trim(word, "0123456789") == word
		}
	}
	for phrase, all := range v.ideas {
		if slices.ContainsFunc(all, func(s sense) bool { return s.language == "en" }) {
			add(phrase)
		}
	}
	for phrase, noun := range v.nouns {
		if noun.language == "en" {
			add(phrase)
		}
	}
	for word := range v.noise {
		add(word)
	}
	return out
})

// apart puts spaces between the known words that a run of letters is made of, as few
// as can be; "" where it is not made of them alone, or is one.
func (v *vocabulary) apart(word string) string {
	const most = 40
	if len(word) > most || strings.ContainsAny(word, " 0123456789") {
		return ""
	}
	best := make([][]string, len(word)+1)
	for end := shortest; end <= len(word); end++ {
		for from := 0; from+shortest <= end; from++ {
			if from > 0 && best[from] == nil || !pieces()[word[from:end]] {
				continue
			}
			if best[end] == nil || len(best[from])+1 < len(best[end]) {
				best[end] = append(slices.Clone(best[from]), word[from:end])
			}
		}
	}
	if len(best[len(word)]) < 2 {
		return ""
	}
	return strings.Join(best[len(word)], " ")
}
