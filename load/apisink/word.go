package apisink

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// sameWord compares a value with a word of the spec: true is 1, capitals do not
// count.
func sameWord(v jsontext.Value, word string) bool {
	text, _ := textOf(v)
	return wordOf(text) == wordOf(word)
}

// wordOf is how a word is compared.
func wordOf(text string) string {
	switch text = strings.ToLower(text); text {
	case "1":
		return "true"
	case "0":
		return "false"
	}
	return text
}
