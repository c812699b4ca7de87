package match

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"ferry/extract/strictyaml"
)

//go:embed ideas.yaml
var ideasFile []byte

// sense is what a header or a field may mean: an idea, such as a phone number, and
// whose it is.
type sense struct {
	owner    string // noun of ideas.yaml; "" nobody is named
	idea     string // "" only the owner is named
	language string // of the word
	weak     bool   // words that say little were left away
}

// vocabulary is what ideas.yaml holds, folded.
type vocabulary struct {
	nouns  map[string]sense   // phrase to owner
	ideas  map[string][]sense // phrase to ideas
	looks  map[string][]string
	noise  map[string]bool
	joints []string // longest first
	all    []string // phrases of ideas, sorted
}

var words = sync.OnceValue(func() *vocabulary {
	v, err := readWords("ideas.yaml", ideasFile)
	if err != nil { // the file is part of the program and read by its tests
		panic(err)
	}
	return v
})

func readWords(file string, data []byte) (*vocabulary, error) {
	root, err := strictyaml.Parse(file, data)
	if err != nil {
		return nil, err
	}
	v := &vocabulary{nouns: map[string]sense{}, ideas: map[string][]sense{}, looks: map[string][]string{}, noise: map[string]bool{}}
	m := root.Map("nouns", "ideas", "noise", "joints")
	for _, noun := range m.Need("nouns").Entries() {
		for _, e := range noun.Value.Entries() {
			for _, text := range e.Value.Texts() {
				if _, taken := v.nouns[fold(text)]; !taken {
					v.nouns[fold(text)] = sense{owner: noun.Key, language: e.Key}
				}
			}
		}
	}
	for _, idea := range m.Need("ideas").Entries() {
		for _, e := range idea.Value.Entries() {
			if e.Key == "looks" {
				v.looks[idea.Key] = e.Value.Texts()
				continue
			}
			for _, text := range e.Value.Texts() {
				v.add(fold(text), sense{idea: idea.Key, language: e.Key})
			}
		}
	}
	for _, text := range m.Need("noise").Texts() {
		v.noise[fold(text)] = true
	}
	for _, text := range m.Need("joints").Texts() {
		v.joints = append(v.joints, fold(text))
	}
	slices.SortFunc(v.joints, func(a, b string) int { return len(b) - len(a) })
	for phrase := range v.ideas {
		v.all = append(v.all, phrase)
	}
	slices.Sort(v.all)
	return v, root.Err()
}

func (v *vocabulary) add(phrase string, s sense) {
	if !slices.ContainsFunc(v.ideas[phrase], func(o sense) bool { return o.idea == s.idea }) {
		v.ideas[phrase] = append(v.ideas[phrase], s)
	}
}

// senses lists what a folded phrase may mean; none where it says nothing.
func (v *vocabulary) senses(phrase string) []sense {
	if found := v.plain(phrase); len(found) > 0 {
		return found
	}
	var kept []string
	for word := range strings.FieldsSeq(phrase) {
		if !v.noise[word] {
			kept = append(kept, word)
		}
	}
	less, _ := stem(strings.Join(kept, " "))
	if less == phrase || less == "" {
		return nil
	}
	found := slices.Clone(v.plain(less))
	for i := range found {
		found[i].weak = true
	}
	return found
}

// plain looks a phrase up as it is, then as an idea with its owner.
func (v *vocabulary) plain(phrase string) []sense {
	found := slices.Clone(v.ideas[phrase])
	if noun, ok := v.nouns[phrase]; ok {
		found = append(found, noun)
	}
	tokens := strings.Fields(phrase)
	if len(tokens) == 1 && len(found) == 0 {
		return v.compound(phrase)
	}
	return append(found, v.parted(tokens)...)
}

// parted finds an owner before an idea, else behind it: customer name, nom du client.
func (v *vocabulary) parted(tokens []string) []sense {
	for cut := len(tokens) - 1; cut > 0; cut-- {
		head, tail := strings.Join(tokens[:cut], " "), strings.Join(tokens[cut:], " ")
		if noun, ok := v.nouns[head]; ok {
			if found := v.owned(noun, v.withoutJoint(tail)); len(found) > 0 {
				return found
			}
		}
	}
	for cut := 1; cut < len(tokens); cut++ {
		head, tail := strings.Join(tokens[:cut], " "), strings.Join(tokens[cut:], " ")
		if noun, ok := v.nouns[v.withoutJoint(tail)]; ok {
			if found := v.owned(noun, head); len(found) > 0 {
				return found
			}
		}
	}
	return nil
}

func (v *vocabulary) owned(noun sense, idea string) []sense {
	found := slices.Clone(v.ideas[idea])
	for i := range found {
		found[i].owner = noun.owner
	}
	return found
}

func (v *vocabulary) withoutJoint(phrase string) string {
	for _, joint := range v.joints {
		if rest, ok := strings.CutPrefix(phrase, joint+" "); ok {
			return rest
		}
	}
	return phrase
}

// compound takes a German word apart: Kundennummer, Standortname, Auftragsnr.
func (v *vocabulary) compound(word string) []sense {
	for cut := len(word) - 2; cut >= 4; cut-- {
		noun, ok := v.nouns[word[:cut]]
		if !ok || noun.language != "de" {
			continue
		}
		for _, link := range []string{"", "s", "n", "en"} {
			if rest, ok := strings.CutPrefix(word[cut:], link); ok {
				if found := v.owned(noun, rest); len(found) > 0 {
					return found
				}
			}
		}
	}
	return nil
}

// close gives the senses of the phrases nearly spelt like this one.
func (v *vocabulary) close(phrase string) []sense {
	most := slack(phrase)
	if most == 0 {
		return nil
	}
	var found []sense
	best := most + 1
	for _, known := range v.all {
		if d := len(known) - len(phrase); d > most || d < -most {
			continue
		}
		switch d := distance(phrase, known, best+1); {
		case d < best:
			best, found = d, slices.Clone(v.ideas[known])
		case d == best && d <= most:
			found = append(found, v.ideas[known]...)
		}
	}
	return found
}
