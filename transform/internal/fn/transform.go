package fn

import (
	"slices"
	"strings"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// Transform is a named transform, as help and checks need it.
type Transform struct {
	Name    string
	About   string
	Example string   // one field of a mapping
	Takes   []string // kinds of value by their name in a connector spec
	Gives   record.Kind
	Options []Option

	build func(o *options) convert // nil: text
	text  func(o *options) textual // of one that makes text of text alone, whatever kind the value is of
}

// Option is one key beside `as:`.
type Option struct {
	Name     string // yaml key
	About    string
	Kind     record.Kind // String, Integer or Boolean
	Required bool
	Enum     []string // the values allowed; empty: any
	Default  string   // what holds where the key is absent; "" is nothing
}

// convert turns one value into another; it is for one goroutine.
type convert = func(v any) (any, error)

// Transforms lists every named transform by name.
func Transforms() []Transform {
	var all []Transform
	for _, group := range [][]Transform{
		textTransforms(), codeTransforms(), numberTransforms(), dateTransforms(), durationTransforms(),
		placeTransforms(), contactTransforms(),
	} {
		all = append(all, group...)
	}
	slices.SortFunc(all, func(a, b Transform) int { return strings.Compare(a.Name, b.Name) })
	return all
}

var transforms = Transforms()

// Compile makes the transform of that name with its options, by yaml key. The
// func is for one goroutine; its errors are of type *Misfit. The error of
// Compile is an *OptionError.
func Compile(name string, opts map[string]string) (func(v any) (any, error), error) {
	f, _, err := CompileTextual(name, opts)
	return f, err
}

// CompileTextual makes the transform as Compile does, and beside it one that gives of
// a text what f gives, but without a place in memory for either. It is nil where the
// transform makes something else of texts. Both are for the same goroutine; a text
// that comes out may be part of the one that went in.
func CompileTextual(name string, opts map[string]string) (f func(v any) (any, error), text func(s string) (string, error), err error) {
	i, ok := slices.BinarySearchFunc(transforms, name, func(t Transform, name string) int { return strings.Compare(t.Name, name) })
	if !ok {
		return nil, nil, &OptionError{Transform: name, Why: "there is no such transform", Do: strictyaml.Suggest(name, names(transforms))}
	}
	o := &options{of: &transforms[i], given: opts}
	o.check()
	if o.err != nil {
		return nil, nil, o.err
	}
	if o.of.text != nil {
		text = o.of.text(o)
		f = general(text)
	} else {
		f = o.of.build(o)
	}
	if o.err != nil {
		return nil, nil, o.err
	}
	return f, text, nil
}

func names(all []Transform) []string {
	out := make([]string, len(all))
	for i := range all {
		out[i] = all[i].Name
	}
	return out
}
