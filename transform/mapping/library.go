package mapping

import (
	"reflect"
	"slices"
	"sync"

	"github.com/expr-lang/expr"

	"ferry/extract/record"
	"ferry/transform/internal/fn"
)

// own are the names that only mapping itself can answer.
var own = []string{"ref", "find", "placeholder", "custom", "isnull"}

// native are the functions of expr-lang that Ferry knows, with its rules for
// blank values. All others of expr-lang are off: they read a clock, build what
// no field takes, or hide mistakes.
var native = []string{
	"len", "trim", "trimPrefix", "trimSuffix", "upper", "lower", "split", "replace", "repeat", "join", "indexOf",
	"lastIndexOf", "hasPrefix", "hasSuffix", "string", "int", "float", "abs", "ceil", "floor", "round", "min", "max",
	"mean", "first", "last", "take", "reverse", "uniq", "sort", "concat", "flatten",
}

// predicates are the functions of expr-lang that look at each element of a list.
var predicates = []string{"all", "none", "any", "one", "filter", "map", "count", "sum", "findIndex", "sortBy", "reduce"}

// library is what expressions may call and rules may name, by name.
type library struct {
	functions  map[string]fn.Function
	transforms map[string]fn.Transform
	names      []string // of everything an expression may call
	asNames    []string // of every transform
}

// known is the library; it is the same for every mapping.
var known = sync.OnceValue(func() *library {
	l := &library{functions: map[string]fn.Function{}, transforms: map[string]fn.Transform{}}
	l.names = slices.Concat(own, native, predicates)
	for _, f := range fn.Functions() {
		if slices.Contains(l.names, f.Name) { // expr-lang's meaning stays
			continue
		}
		l.functions[f.Name] = f
		l.names = append(l.names, f.Name)
	}
	for _, t := range fn.Transforms() {
		l.transforms[t.Name] = t
		l.asNames = append(l.asNames, t.Name)
	}
	slices.Sort(l.names)
	slices.Sort(l.asNames)
	return l
})

// reflected is the Go type by which expr-lang's checker knows a parameter; only
// the checker sees it, nothing is called by reflection.
func reflected(k record.Kind) reflect.Type {
	switch classOf(k) {
	case text:
		return reflect.TypeFor[string]()
	case whole:
		return reflect.TypeFor[int]()
	case decimal:
		return reflect.TypeFor[float64]()
	case truth:
		return reflect.TypeFor[bool]()
	}
	return reflect.TypeFor[any]()
}

// signature declares a function to the checker.
func signature(f fn.Function) expr.Option {
	in := make([]reflect.Type, 0, len(f.Params))
	for _, p := range f.Params {
		in = append(in, reflected(p))
	}
	if f.Variadic && len(in) > 0 {
		in[len(in)-1] = reflect.SliceOf(in[len(in)-1])
	}
	t := reflect.FuncOf(in, []reflect.Type{reflected(f.Gives)}, f.Variadic && len(in) > 0)
	return expr.Function(f.Name, f.Call, reflect.New(t).Interface())
}

// resultType is the type of what a function or transform gives.
func resultType(k record.Kind) *valueType {
	switch classOf(k) {
	case text:
		return &valueType{class: text, kind: k}
	case whole:
		return wholeType
	case decimal:
		return decimalType
	case truth:
		return truthType
	case list:
		return &valueType{class: list, elem: anyType}
	}
	return anyType
}
