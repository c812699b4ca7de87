package apisink

import (
	"strings"

	"ferry/extract/record"
)

// Reference is the text that carries a source key in a target record: the
// vendor it comes from, what tells entries apart that feed one stream, and the
// key, with spaces between. What is "" stays out.
func Reference(vendor, from string, key record.Key) string {
	text := string(key)
	for _, word := range []string{from, vendor} {
		if word != "" {
			text = word + " " + text
		}
	}
	return text
}

// SourceKey takes the source key out of a reference: the first line of text,
// behind vendor and from. ok is false where the text is no such reference.
func SourceKey(vendor, from, text string) (key record.Key, ok bool) {
	line, _, _ := strings.Cut(text, "\n")
	rest, ok := strings.CutPrefix(strings.TrimSuffix(line, "\r"), Reference(vendor, from, ""))
	if !ok {
		return "", false
	}
	return record.Key(rest), rest != ""
}
