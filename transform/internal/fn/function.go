package fn

import (
	"slices"
	"strings"

	"ferry/extract/record"
)

// Function is what an expression may call, beside what the language itself has.
type Function struct {
	Name     string
	About    string
	Example  string
	Params   []record.Kind // 0: any kind
	Gives    record.Kind   // 0: any kind
	Variadic bool          // the last parameter may be repeated or left out
	// Call is safe for many goroutines. Absent text is "", absent others are nil
	// and make the outcome nil. An error is a *Misfit.
	Call func(args ...any) (any, error)
}

// anyKind is a parameter of any kind.
const anyKind record.Kind = 0

// Functions lists every function by name.
func Functions() []Function {
	all := slices.Concat(textFunctions(), pickFunctions(), numberFunctions(), dateFunctions(), transformFunctions())
	for i := range all {
		all[i].Call = guarded(all[i])
	}
	slices.SortFunc(all, func(a, b Function) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// guarded holds the number of arguments, which the checker of a mapping has
// seen to be right, so that a Call by others cannot read past the end.
func guarded(f Function) func(args ...any) (any, error) {
	call, least, most := f.Call, len(f.Params), len(f.Params)
	if f.Variadic {
		least, most = least-1, maxItems
	}
	return func(args ...any) (any, error) {
		if len(args) < least || len(args) > most {
			return nil, misfit(nil, f.Name+" was called with the wrong number of values", "write it as "+f.Example)
		}
		return call(args...)
	}
}

// Bounds of what a function makes of one record.
const (
	maxItems = 100_000
	maxMade  = 16 << 20 // bytes
)

// texts makes a function of texts; an argument that is no text is written as one.
func texts(f func(s []string) (any, error)) func(args ...any) (any, error) {
	return func(args ...any) (any, error) {
		var few [4]string
		s := few[:0]
		for _, a := range args {
			t, err := textOf(a)
			if err != nil {
				return nil, err
			}
			s = append(s, t)
		}
		return f(s)
	}
}

// wholeOf reads a whole number; ok is false where it is absent.
func wholeOf(v any) (n int, ok bool, err error) {
	switch x := v.(type) {
	case nil:
		return 0, false, nil
	case int:
		return x, true, nil
	case int64:
		return int(x), true, nil
	case float64:
		if x == float64(int(x)) {
			return int(x), true, nil
		}
	case string:
		if trim(x) == "" {
			return 0, false, nil
		}
	}
	return 0, false, misfit(v, "it is not a whole number", "write integer(x) around it")
}

// floatOf reads a finite number; ok is false where it is absent.
func floatOf(v any) (f float64, ok bool, err error) {
	x, err := plainNumber(v)
	if x == nil || err != nil {
		return 0, false, err
	}
	return x.(float64), true, nil
}

var plainNumber = mustCompile("number", nil)

// mustCompile is for options that stand in this package.
func mustCompile(name string, opts map[string]string) convert {
	f, err := Compile(name, opts)
	if err != nil {
		panic(err)
	}
	return f
}

// isBlank tells whether there is nothing: null, an empty list, or text of space.
func isBlank(v any) bool {
	switch x := v.(type) {
	case nil:
		return true
	case string:
		return trim(x) == ""
	case []any:
		return len(x) == 0
	}
	return false
}
