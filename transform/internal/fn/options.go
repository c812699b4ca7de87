package fn

import (
	"slices"
	"strconv"
	"strings"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// options are the options given to one transform. The first mistake stays in err.
type options struct {
	of    *Transform
	given map[string]string
	err   error
}

func (o *options) fail(option, why, do string) {
	if o.err == nil {
		o.err = &OptionError{Transform: o.of.Name, Option: option, Why: why, Do: do}
	}
}

// check holds the keys and values against what the transform declares, keys in
// order, so that the same file always gives the same complaint.
func (o *options) check() {
	known := make([]string, len(o.of.Options))
	for i, d := range o.of.Options {
		known[i] = d.Name
	}
	keys := make([]string, 0, len(o.given))
	for k := range o.given {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		i := slices.Index(known, k)
		if i < 0 {
			do := strictyaml.Suggest(k, known)
			if do == "" {
				do = "this transform has no options, take it out"
			}
			o.fail(k, "is unknown", do)
			continue
		}
		o.checkValue(o.of.Options[i], o.given[k])
	}
	for _, d := range o.of.Options {
		if d.Required && o.given[d.Name] == "" {
			o.fail(d.Name, "is missing", "write "+d.Name+": "+example(d))
		}
	}
}

func (o *options) checkValue(d Option, v string) {
	switch {
	case len(d.Enum) > 0 && !slices.Contains(d.Enum, v):
		o.fail(d.Name, "is none of its values", "write one of "+strings.Join(d.Enum, ", "))
	case d.Kind == record.Integer:
		if n, err := strconv.Atoi(v); err != nil || n < 0 {
			o.fail(d.Name, "is not a whole number", "write "+d.Name+": "+example(d))
		}
	case d.Kind == record.Boolean && v != "true" && v != "false":
		o.fail(d.Name, "is neither true nor false", "write true or false")
	}
}

func example(d Option) string {
	switch {
	case len(d.Enum) > 0:
		return strings.Join(d.Enum, " or ")
	case d.Default != "":
		return d.Default
	case d.Kind == record.Integer:
		return "100"
	}
	return d.About
}

// text is the option as written, else its default.
func (o *options) text(name string) string {
	if v, ok := o.given[name]; ok {
		return v
	}
	for _, d := range o.of.Options {
		if d.Name == name {
			return d.Default
		}
	}
	return ""
}

// has tells whether the option was written.
func (o *options) has(name string) bool { _, ok := o.given[name]; return ok }

// whole is a number option; 0 where there is none.
func (o *options) whole(name string) int {
	n, _ := strconv.Atoi(o.text(name)) // check has refused what is no number
	return n
}

func (o *options) yes(name string) bool { return o.text(name) == "true" }

func choice(name, about string, values ...string) Option {
	return Option{Name: name, About: about, Kind: record.String, Enum: values, Default: values[0]}
}

func free(name, about, fallback string) Option {
	return Option{Name: name, About: about, Kind: record.String, Default: fallback}
}

func count(name, about, fallback string) Option {
	return Option{Name: name, About: about, Kind: record.Integer, Default: fallback}
}

func flag(name, about string) Option {
	return Option{Name: name, About: about, Kind: record.Boolean, Default: "false"}
}

func required(d Option) Option { d.Required, d.Default = true, ""; return d }
