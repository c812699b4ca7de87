package fn

import (
	"strings"

	"ferry/extract/record"
)

func pickFunctions() []Function {
	return []Function{
		{Name: "coalesce", About: "the first value that is not blank", Example: `coalesce(mobile, phone)`, Params: []record.Kind{anyKind}, Variadic: true, Call: coalesce},
		{Name: "isblank", About: "whether a value is absent, null, an empty list or only space", Example: `isblank(email)`, Params: []record.Kind{anyKind}, Gives: yes,
			Call: func(args ...any) (any, error) { return isBlank(args[0]), nil }},
		{Name: "oneof", About: "whether a value is one of the others, whatever the case", Example: `oneof(status, "open", "new")`,
			Params: []record.Kind{anyKind, anyKind}, Gives: yes, Variadic: true, Call: oneof},
		{Name: "joined", About: "texts with a separator between, blanks left out; a list counts as its elements", Example: `joined(", ", street, city)`,
			Params: []record.Kind{str, anyKind}, Gives: str, Variadic: true, Call: joinFilled},
		{Name: "parts", About: "a text split at a separator, trimmed, blanks left out", Example: `parts(tags, ",")`, Params: []record.Kind{str, str}, Gives: record.List, Call: texts(parts)},
	}
}

func coalesce(args ...any) (any, error) {
	for _, a := range args {
		if !isBlank(a) {
			return a, nil
		}
	}
	for _, a := range args { // blank text stays text
		if _, ok := a.(string); ok {
			return "", nil
		}
	}
	return nil, nil
}

func oneof(args ...any) (any, error) {
	want, err := textOf(args[0])
	if err != nil {
		return nil, err
	}
	for _, a := range args[1:] {
		list, ok := a.([]any)
		if !ok {
			list = []any{a}
		}
		for _, item := range list {
			s, err := textOf(item)
			if err != nil {
				return nil, err
			}
			if strings.EqualFold(trim(s), trim(want)) {
				return true, nil
			}
		}
	}
	return false, nil
}

func joinFilled(args ...any) (any, error) {
	sep, err := textOf(args[0])
	if err != nil {
		return nil, err
	}
	var filled []string
	size := 0
	add := func(v any) error {
		s, err := textOf(v)
		if s = trim(s); err == nil && s != "" {
			filled = append(filled, s)
			if size += len(s) + len(sep); size > maxMade {
				return misfit(nil, "the joined text is longer than 16 MiB", "join fewer values")
			}
		}
		return err
	}
	for _, a := range args[1:] {
		list, ok := a.([]any)
		if !ok {
			list = []any{a}
		}
		for _, item := range list {
			if err := add(item); err != nil {
				return nil, err
			}
		}
	}
	return strings.Join(filled, sep), nil
}

func parts(s []string) (any, error) {
	if trim(s[0]) == "" {
		return nil, nil
	}
	if s[1] == "" {
		return []any{trim(s[0])}, nil
	}
	out := []any{}
	for p := range strings.SplitSeq(s[0], s[1]) {
		if p = trim(p); p == "" {
			continue
		}
		if len(out) == maxItems {
			return nil, misfit(nil, "the text has more than 100000 parts", "look whether the field and the separator are the right ones")
		}
		out = append(out, p)
	}
	return out, nil
}
