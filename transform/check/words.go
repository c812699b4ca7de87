package check

import (
	"strings"

	"ferry/transform/mapping"
)

// The kinds of findings beside those of columns and transforms.
const (
	kindHeld     = "held"
	kindSkipped  = "skipped"
	kindRequired = "required"
	kindEnum     = "enum"
	kindKey      = "key"
	kindKeyBlank = "key-blank"
	kindClock    = "clock"
	kindClear    = "clear"
	kindCut      = "cut"
	kindLength   = "length"
	kindPhone    = "phone"
	kindNotFound = "not-found"
	kindSeveral  = "ambiguous"
)

// KindKey is the kind of what is said of rows whose key others have.
const KindKey = kindKey

var (
	clearWords = words{kind: kindClear, why: "the field is emptied in the target", do: "leave the cell blank to keep what the target has", warn: true}
	blankWords = words{kind: kindKeyBlank, why: "what identifies the row is blank", do: "fill in the cell: without it nobody can tell whether the record is there already"}
	gapWords   = words{kind: kindClock, why: "the clocks were put forward at that time, so it never was", do: "correct the time in the cell"}
	twiceWords = words{kind: kindClock, why: "the clocks were put back at that time, so it was twice",
		do: "write the time with its offset, such as +02:00", warn: true}
)

// wordsOf says what the mapping does not take in words for somebody who has the
// sheet before him; f is nil where it is the whole row.
func wordsOf(m *mapping.Mistake, f *fieldPlan) words {
	w := words{kind: m.Kind, why: strings.TrimPrefix(m.Reason, m.Kind+": "), do: m.Do}
	switch m.Kind {
	case mapping.KindValues, mapping.KindEnum:
		w = words{kind: kindEnum, why: f.label + " does not take this value", do: f.toWrite()}
	case "text", "code":
		if strings.Contains(w.why, "longer than") {
			return words{kind: kindLength, why: "the text is longer than the field takes", do: "shorten the text in the cell"}
		}
		w.do = todo[m.Kind]
	default:
		if do, ok := todo[m.Kind]; ok {
			w.do = do
		}
	}
	return w
}

// todo is what to do about a value that a transform refuses.
var todo = map[string]string{
	"email":    "correct the address in the cell; one address, such as ann@example.com",
	"phone":    "correct the number in the cell; one of another country begins with + and its prefix",
	"date":     "correct the day in the cell",
	"datetime": "correct the date and time in the cell",
	"duration": "correct the duration in the cell, such as 1:30",
	"integer":  "write a whole number in the cell",
	"number":   "write a number in the cell",
	"decimal":  "write a number in the cell",
	"money":    "write an amount in the cell",
	"boolean":  "write yes or no in the cell",
	"country":  "write a country or its two letters in the cell",
	"state":    "write a state or its two letters in the cell",
	"zip":      "correct the postal code in the cell",
	"code":     "correct the code in the cell",
	"text":     "shorten or correct the text in the cell",
	"name":     "correct the name in the cell",
	"address":  "correct the address in the cell",
}

func doubleWords(rule Doubles, alike bool) words {
	w := words{kind: kindKey, why: "another row has the same key", do: "keep one of the rows, or say which is taken"}
	if alike {
		w.why = "another row has the same key but for capitals or spaces"
	}
	switch rule {
	case First:
		w.why, w.do, w.warn = w.why+" and comes before: this one is left out", "look whether the first is the right one", true
	case Last:
		w.why, w.do, w.warn = w.why+" and comes after: this one is left out", "look whether the last is the right one", true
	case Merge:
		w.why, w.do, w.warn = w.why+": they are made into one record", "look whether they are one", true
	}
	return w
}
