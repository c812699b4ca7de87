package check

import (
	"strconv"
	"strings"
)

// Bounds on how many values a sentence names.
const (
	allNamed   = 12  // as many are all named
	fewNamed   = 5   // of more, so many
	namedBytes = 200 // in all
)

// allowedText says what may be written where a field takes certain values; "" where
// they are not known.
func allowedText(options []string) string {
	named, bytes := 0, 0
	for named < len(options) && named < allNamed && bytes+len(options[named]) <= namedBytes {
		bytes += len(options[named])
		named++
	}
	switch {
	case named == 0:
		return ""
	case named == 1 && len(options) == 1:
		return "write " + options[0]
	case named == len(options):
		return "write " + strings.Join(options[:named-1], ", ") + " or " + options[named-1]
	}
	named = min(named, fewNamed)
	return "write one of its " + strconv.Itoa(len(options)) + " values, such as " + strings.Join(options[:named], ", ")
}

// toWrite is what to do about a value that a field does not take.
func (f *fieldPlan) toWrite() string {
	if f.allowed == "" {
		return "write a value that it takes, or say which one is meant"
	}
	return f.allowed + ", or say which one is meant"
}

func (f *fieldPlan) listWords() words {
	return words{kind: kindEnum, why: "the account does not know this value", do: f.toWrite()}
}
