package fn

import (
	"strings"

	"ferry/extract/record"
)

func nameTransform() Transform {
	return Transform{
		Name:    "name",
		About:   "one part of a person's name; first and last together hold every word but titles; a lone word is the last name",
		Example: "first_name: {from: fullname, as: name, part: first}", Takes: []string{"string"}, Gives: record.String, text: buildName,
		Options: []Option{
			required(choice("part", "which part", "first", "last", "prefix", "suffix", "middle")),
			choice("middle", "whether middle names belong to the first name or stand apart", "first", "apart"),
			choice("doubtful", "what becomes of a name that can be split in several ways: split as best we can, or refused", "take", "reject"),
		},
	}
}

// personName is a name taken apart. Its words joined are the words of the name.
type personName struct {
	prefix, first, middle, last, suffix string
	doubtful                            bool // one word, three and more, or two people
}

func buildName(o *options) textual {
	part, apart, reject := o.text("part"), o.text("middle") == "apart", o.text("doubtful") == "reject"
	if part == "middle" && !apart {
		apart = true
	}
	return ofLine(1000, func(s string) (string, error) {
		n := splitName(s)
		if n.doubtful && reject {
			return "", misfit(s, "the name can be split in several ways", "split it in the source, or write doubtful: take")
		}
		switch part {
		case "prefix":
			return n.prefix, nil
		case "middle":
			return n.middle, nil
		case "last":
			return n.last, nil
		case "suffix":
			return n.suffix, nil
		}
		if apart {
			return n.first, nil
		}
		return strings.TrimSpace(n.first + " " + n.middle), nil
	})
}

var (
	namePrefixes  = wordSet("mr mrs ms miss mx dr prof professor sir dame rev hon herr frau fräulein hr fr m mme mlle monsieur madame mademoiselle me sr sra srta don doña sig dott dhr mevr ing dipl-ing mag")
	nameSuffixes  = wordSet("jr sr ii iii iv esq phd md dds dvm cpa rn mba msc bsc ma ba obe mbe")
	nameParticles = wordSet("van von der den de del della di da das dos du la le el bin ibn al zu zur zum af av ter ten st")
)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		set[w] = true
	}
	return set
}

// nameWord is a word as the sets hold it: small, without dots.
func nameWord(w string) string {
	return strings.ReplaceAll(strings.Trim(strings.ToLower(w), ",."), ".", "")
}

// splitName reads "First Middle Last" and "Last, First Middle".
func splitName(s string) personName {
	var n personName
	s, n.suffix = cutSuffixes(s)
	if last, rest, ok := strings.Cut(s, ","); ok && strings.TrimSpace(last) != "" && strings.TrimSpace(rest) != "" {
		n.last = strings.Join(strings.Fields(last), " ")
		words := strings.Fields(rest)
		words, n.prefix = cutPrefixes(words)
		if len(words) > 0 {
			n.first, n.middle = words[0], strings.Join(words[1:], " ")
		}
		n.doubtful = strings.Contains(rest, ",") || len(words) == 0
		return n
	}
	words := strings.Fields(s)
	words, n.prefix = cutPrefixes(words)
	switch len(words) {
	case 0:
		return n
	case 1:
		n.last, n.doubtful = words[0], true
		return n
	}
	at := len(words) - 1
	for at > 1 && nameParticles[nameWord(words[at-1])] {
		at--
	}
	n.first, n.middle, n.last = words[0], strings.Join(words[1:at], " "), strings.Join(words[at:], " ")
	n.doubtful = at > 1
	return n
}

// cutPrefixes takes titles off the front; one word always stays.
func cutPrefixes(words []string) (rest []string, prefix string) {
	i := 0
	for i < len(words)-1 && namePrefixes[nameWord(words[i])] {
		i++
	}
	return words[i:], strings.Join(words[:i], " ")
}

// cutSuffixes takes Jr., III, PhD and the like off the end, after a comma or a
// space; two words always stay, or the part before the comma.
func cutSuffixes(s string) (rest, suffix string) {
	s = strings.TrimSpace(s)
	var taken []string
	for {
		cut := strings.LastIndexAny(s, ", \t\u00a0")
		if cut <= 0 || !nameSuffixes[nameWord(s[cut+runeLen(s, cut):])] {
			break
		}
		head := strings.TrimRight(s[:cut], ", \t")
		if len(strings.Fields(head)) < 2 {
			break
		}
		taken = append([]string{s[cut+runeLen(s, cut):]}, taken...)
		s = head
	}
	return s, strings.Join(taken, " ")
}

func runeLen(s string, at int) int {
	for _, r := range s[at:] {
		return len(string(r))
	}
	return 0
}
