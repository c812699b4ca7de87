package apisink

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"ferry/extract/connector"
	"ferry/load"
)

// clean takes out of a vendor's words what we have sent ourselves: they may hold
// data of persons. What was sent is named by its field instead.
func clean(message string, deeds ...load.Deed) string {
	type sent struct{ text, path string }
	var all []sent
	for i := range deeds {
		texts("", jsontext.Value(deeds[i].Fields), func(path, text string) {
			if len(text) >= 3 && strings.Contains(message, text) {
				all = append(all, sent{text, path})
			}
		})
	}
	slices.SortStableFunc(all, func(a, b sent) int { return cmp.Compare(len(b.text), len(a.text)) })
	for _, s := range all {
		message = replaceWord(message, s.text, "("+s.path+")")
	}
	return message
}

// replaceWord replaces a text where it stands for itself, not inside a word.
func replaceWord(message, text, by string) string {
	var b strings.Builder
	for {
		i := strings.Index(message, text)
		if i < 0 {
			return b.String() + message
		}
		before, after := message[:i], message[i+len(text):]
		b.WriteString(before)
		if inWord(before, after, text) {
			b.WriteString(text)
		} else {
			b.WriteString(by)
		}
		message = after
	}
}

func inWord(before, after, text string) bool {
	last, _ := lastRune(before)
	first, _ := firstRune(after)
	head, _ := firstRune(text)
	tail, _ := lastRune(text)
	return letter(last) && letter(head) || letter(first) && letter(tail)
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

func firstRune(s string) (rune, bool) {
	for _, r := range s {
		return r, true
	}
	return 0, false
}

func lastRune(s string) (rune, bool) {
	r := []rune(s[max(0, len(s)-4):])
	if len(r) == 0 {
		return 0, false
	}
	return r[len(r)-1], true
}

// fieldIn finds the field that a refusal complains of: the one whose name or
// label begins the message or a part of it; "" where none does. The longest wins.
func (s *stream) fieldIn(message string) string {
	best, size := "", 0
	for _, part := range strings.FieldsFunc(message, func(r rune) bool { return r == ';' || r == ',' || r == '\n' }) {
		part = strings.ToLower(strings.TrimLeft(part, " \"'`["))
		for _, f := range connector.Flatten(s.w.Fields) {
			name := f.Field.Name
			for _, word := range []string{f.Path, name, strings.ReplaceAll(name, "_", " "), f.Field.Label} {
				word = strings.ToLower(word)
				if len(word) > size && leads(part, word) {
					best, size = f.Path, len(word)
				}
			}
		}
		if best != "" {
			return best
		}
	}
	return ""
}

// leads tells whether a text begins with a whole word.
func leads(text, word string) bool {
	rest, ok := strings.CutPrefix(text, word)
	first, some := firstRune(rest)
	return ok && word != "" && (!some || !letter(first))
}
