package fn

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"ferry/extract/record"
)

const (
	str  = record.String
	whol = record.Integer
	numb = record.Number
	yes  = record.Boolean
)

func textFunctions() []Function {
	plain := func(name, about, example string, f func(string) string) Function {
		return Function{Name: name, About: about, Example: example, Params: []record.Kind{str}, Gives: str,
			Call: texts(func(s []string) (any, error) { return f(s[0]), nil })}
	}
	two := func(name, about, example string, gives record.Kind, f func(a, b string) any) Function {
		return Function{Name: name, About: about, Example: example, Params: []record.Kind{str, str}, Gives: gives,
			Call: texts(func(s []string) (any, error) { return f(s[0], s[1]), nil })}
	}
	return []Function{
		plain("title", "a capital at the start of each word", `title(name)`, title),
		plain("clean", "text without control characters, invisible marks and doubled space", `clean(notes)`, func(s string) string { return clean(s, true) }),
		plain("fold", "small letters without accents and signs, to compare names", `fold(a) == fold(b)`, fold),
		plain("digits", "only the digits", `digits(vatNumber)`, onlyDigits),
		plain("slug", "small letters, digits and hyphens", `slug(name)`, func(s string) string { return slug(s, '-', 100) }),
		plain("html_text", "HTML as plain text", `html_text(body)`, func(s string) string { return htmlText(s, true) }),
		two("before", "the text before the first such part; all of it where there is none", `before(email, "@")`, str, func(a, b string) any { return before(a, b) }),
		two("after", "the text after the first such part; empty where there is none", `after(email, "@")`, str, func(a, b string) any { return after(a, b) }),
		two("has", "whether a text holds a part, whatever the case", `has(name, "ltd")`, yes, func(a, b string) any { return strings.Contains(strings.ToLower(a), strings.ToLower(b)) }),
		two("same", "whether two texts are the same name: case, accents and signs do not count", `same(city, "Zürich")`, yes, func(a, b string) any { return fold(a) == fold(b) }),
		{Name: "length", About: "characters of a text or elements of a list", Example: `length(name) > 100`, Params: []record.Kind{anyKind}, Gives: whol, Call: length},
		{Name: "left", About: "the first characters", Example: `left(zip, 5)`, Params: []record.Kind{str, whol}, Gives: str, Call: cutting(left)},
		{Name: "right", About: "the last characters", Example: `right(phone, 4)`, Params: []record.Kind{str, whol}, Gives: str, Call: cutting(right)},
		{Name: "padleft", About: "a text filled up in front to a length", Example: `padleft(zip, 5, "0")`, Params: []record.Kind{str, whol, str}, Gives: str, Call: padding(true)},
		{Name: "padright", About: "a text filled up behind to a length", Example: `padright(code, 8, " ")`, Params: []record.Kind{str, whol, str}, Gives: str, Call: padding(false)},
		{Name: "part", About: "the n-th part of a text, from 1; from the end where negative", Example: `part(name, " ", 1)`, Params: []record.Kind{str, str, whol}, Gives: str, Call: part},
		{Name: "hash", About: "SHA-256 in hex of a salt and the text", Example: `hash(email, "salt")`, Params: []record.Kind{str, str}, Gives: str, Variadic: true,
			Call: texts(func(s []string) (any, error) {
				if trim(s[0]) == "" {
					return "", nil
				}
				return hash(strings.Join(s[1:], ""), trim(s[0])), nil
			})},
		{Name: "matching", About: "whether a text has a part of that pattern (RE2)", Example: `matching(name, "(?i)gmbh|ag$")`, Params: []record.Kind{str, str}, Gives: yes,
			Call: pattern(func(re *regexp.Regexp, s []string) any { return re.MatchString(s[0]) })},
		{Name: "extract", About: "the first part of that pattern (RE2), or its first group; empty where there is none", Example: `extract(notes, "PO ([0-9]+)")`,
			Params: []record.Kind{str, str}, Gives: str, Call: pattern(firstMatch)},
	}
}

func before(s, sep string) string { head, _, _ := strings.Cut(s, sep); return head }
func after(s, sep string) string  { _, tail, _ := strings.Cut(s, sep); return tail }

func length(args ...any) (any, error) {
	if list, ok := args[0].([]any); ok {
		return int64(len(list)), nil
	}
	s, err := textOf(args[0])
	return int64(utf8.RuneCountInString(s)), err
}

func left(s string, n int) string { return cutRunes(s, n) }

func right(s string, n int) string {
	i := len(s)
	for ; n > 0 && i > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	return s[i:]
}

func cutting(f func(string, int) string) func(args ...any) (any, error) {
	return func(args ...any) (any, error) {
		s, err := textOf(args[0])
		if err != nil {
			return nil, err
		}
		n, ok, err := wholeOf(args[1])
		if err != nil || !ok || n <= 0 {
			return blankText(err)
		}
		return f(s, n), nil
	}
}

func padding(front bool) func(args ...any) (any, error) {
	return func(args ...any) (any, error) {
		s, err := textOf(args[0])
		if err != nil || s == "" {
			return blankText(err)
		}
		fill, err := textOf(args[2])
		if err != nil {
			return nil, err
		}
		n, _, err := wholeOf(args[1])
		n -= utf8.RuneCountInString(s)
		switch {
		case err != nil:
			return nil, err
		case n <= 0:
			return s, nil
		case utf8.RuneCountInString(fill) != 1 || n > 10_000:
			return nil, misfit(args[1], "only one character, at most 10000 times, can fill up a text", `write padleft(x, 5, "0")`)
		case front:
			return strings.Repeat(fill, n) + s, nil
		}
		return s + strings.Repeat(fill, n), nil
	}
}

func part(args ...any) (any, error) {
	s, err := textOf(args[0])
	if err != nil {
		return nil, err
	}
	sep, err := textOf(args[1])
	if err != nil || sep == "" {
		return s, err
	}
	n, ok, err := wholeOf(args[2])
	if err != nil || !ok {
		return blankText(err)
	}
	parts := strings.SplitN(s, sep, maxItems)
	if n < 0 {
		n += len(parts) + 1
	}
	if n < 1 || n > len(parts) {
		return "", nil
	}
	return trim(parts[n-1]), nil
}

// patterns are the regular expressions in use; a mapping has few, and one built
// of record values must not fill the memory.
var patterns struct {
	sync.RWMutex
	by map[string]*regexp.Regexp
}

const (
	maxPatterns = 256
	maxPattern  = 1000 // bytes
)

func pattern(f func(re *regexp.Regexp, s []string) any) func(args ...any) (any, error) {
	return texts(func(s []string) (any, error) {
		patterns.RLock()
		re := patterns.by[s[1]]
		patterns.RUnlock()
		if re == nil {
			var err error
			if re, err = compilePattern(s[1]); err != nil {
				return nil, err
			}
		}
		return f(re, s), nil
	})
}

func compilePattern(s string) (*regexp.Regexp, error) {
	if len(s) > maxPattern {
		return nil, misfit(nil, "the pattern is longer than 1000 bytes", "write a shorter one")
	}
	re, err := regexp.Compile(s)
	if err != nil {
		return nil, misfit(nil, "the pattern is no regular expression of RE2", "double each backslash within quotes, and use no look-ahead")
	}
	patterns.Lock()
	defer patterns.Unlock()
	if patterns.by == nil || len(patterns.by) >= maxPatterns {
		patterns.by = map[string]*regexp.Regexp{}
	}
	patterns.by[strings.Clone(s)] = re
	return re, nil
}

func firstMatch(re *regexp.Regexp, s []string) any {
	m := re.FindStringSubmatch(s[0])
	switch len(m) {
	case 0:
		return ""
	case 1:
		return m[0]
	}
	return m[1]
}
