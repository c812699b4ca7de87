package fn

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kinds of value a transform takes, by their names in a connector spec.
var (
	takesText    = []string{"string", "integer", "number", "decimal", "date", "time", "datetime"}
	takesScalars = append([]string{"boolean"}, takesText...)
)

// textOf is a value as text, untrimmed: numbers in plain digits, null as "".
func textOf(v any) (string, error) {
	switch x := v.(type) {
	case nil:
		return "", nil
	case string:
		if !utf8.ValidString(x) {
			return "", notUTF8(v)
		}
		return x, nil
	case int64:
		return strconv.FormatInt(x, 10), nil
	case int:
		return strconv.Itoa(x), nil
	case bool:
		return strconv.FormatBool(x), nil
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return "", misfit(v, "it is not a finite number", "mend it in the source")
		}
		return strconv.FormatFloat(x, 'f', -1, 64), nil
	case []any:
		return "", misfit(v, "it is a list", "join it or pick one element in an expression")
	case map[string]any:
		return "", misfit(v, "it is an object", "name one of its fields in the path")
	}
	return "", misfit(v, "it is of a kind that no rule works on", "name a field of the source")
}

func notUTF8(v any) error {
	return misfit(v, "the text is not UTF-8", "save the source as UTF-8 and read it again")
}

// line is a value as text without space around it, at most limit bytes long.
func line(v any, limit int) (string, error) {
	s, err := textOf(v)
	if err != nil {
		return "", err
	}
	s, ok := within(s, limit)
	if !ok {
		return "", tooLong(v)
	}
	return s, nil
}

func tooLong(v any) error {
	return misfit(v, "the text is longer than any such value can be", "look whether the field is the right one")
}

// within takes off the space around a text; ok is false where more than limit bytes
// are left.
func within(s string, limit int) (out string, ok bool) {
	if len(s) > limit {
		s = strings.TrimSpace(s)
		return s, len(s) <= limit
	}
	return trim(s), true
}

// trim takes off space of every kind and marks that nobody sees.
func trim(s string) string {
	if s == "" || s[0] > ' ' && s[0] < utf8.RuneSelf && s[len(s)-1] > ' ' && s[len(s)-1] < utf8.RuneSelf {
		return s
	}
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) })
}

// invisible marks steer text or join letters but show nothing. The joiner of
// emoji is not among them: without it one picture falls into several.
func invisible(r rune) bool {
	switch {
	case r == 0x200B, r == 0x200C, r == 0x2060, r == 0xFEFF, r == 0x00AD:
		return true
	case r == 0x200E, r == 0x200F, r == 0x061C, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

func blankText(err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return "", nil
}

// digit is the value of a digit of the scripts in which sheets are written.
func digit(r rune) (byte, bool) {
	for _, zero := range [...]rune{'0', 0xFF10, 0x0660, 0x06F0, 0x0966} {
		if r >= zero && r <= zero+9 {
			return byte('0' + r - zero), true
		}
	}
	return 0, false
}
