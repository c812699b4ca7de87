package connector

import (
	"strings"

	"ferry/extract/record"
)

// TypeName writes a field's type as people read it: "string", "list of object".
func TypeName(f record.Field) string {
	if f.Kind == record.List && f.Of != nil {
		return "list of " + TypeName(*f.Of)
	}
	return f.Kind.String()
}

// FlatField is a field with the dotted path under which it stands in a record.
type FlatField struct {
	Path  string // customer.id, parts[].quantity
	Field record.Field
}

// Flatten lists fields and those inside them, parents first.
func Flatten(fields []record.Field) []FlatField {
	var out []FlatField
	for _, f := range fields {
		out = flatten(out, f.Name, f)
	}
	return out
}

func flatten(out []FlatField, path string, f record.Field) []FlatField {
	out = append(out, FlatField{Path: path, Field: f})
	for f.Kind == record.List && f.Of != nil {
		path, f = path+"[]", *f.Of
	}
	for _, inner := range f.Fields {
		out = flatten(out, path+"."+inner.Name, inner)
	}
	return out
}

// Marks lists what is to be known of a field beside its type: "key",
// "required", "read-only", "secret", "UTC", which list of the account holds its
// values, which record it names, and how the vendor compares it.
func (s *Stream) Marks(f FlatField) []string {
	var marks []string
	for _, key := range s.Key {
		if key == f.Path {
			marks = append(marks, "key")
		}
	}
	for _, m := range []struct {
		set  bool
		name string
	}{{f.Field.Required, "required"}, {f.Field.ReadOnly, "read-only"}, {f.Field.Secret, "secret"}, {f.Field.UTC, "UTC"}} {
		if m.set {
			marks = append(marks, m.name)
		}
	}
	if k := f.Field.Known; k != nil {
		marks = append(marks, "one of "+k.Stream+"."+k.Field)
	}
	if to := f.Field.Refers; to != nil {
		marks = append(marks, "a record of "+to.Stream+", known by "+strings.Join(to.By, ", "))
	}
	for _, fold := range f.Field.Folds {
		marks = append(marks, foldMarks[fold])
	}
	return marks
}

// foldMarks say what the vendor makes of a text.
var foldMarks = map[record.Fold]string{
	record.FoldTrim:    "spaces around it do not count",
	record.FoldSpaces:  "spaces and line ends are the same",
	record.FoldCase:    "capitals do not count",
	record.FoldAccents: "accents do not count",
	record.FoldDigits:  "only digits count",
}

// FilterType writes what a filter takes: "integer", "one of a, b",
// "date as 2006-01-02", with what it needs.
func FilterType(f Filter) string {
	text := f.Kind.String()
	switch {
	case len(f.Enum) > 0:
		text = "one of " + strings.Join(f.Enum, ", ")
	case f.UTC:
		text += " in UTC"
	}
	if f.Needs != "" {
		text += ", together with " + f.Needs
	}
	return text
}

// Reading says in whole sentences how a stream is read and what the vendor
// cannot say of it, for `ferry describe`.
func (s *Stream) Reading() []string {
	var out []string
	say := func(cond bool, yes, no string) {
		if text := map[bool]string{true: yes, false: no}[cond]; text != "" {
			out = append(out, text)
		}
	}
	if s.Sub != nil {
		say(true, "Read with one request a record of "+s.Sub.Parent+", when details name "+s.Name+".", "")
		return out
	}
	if s.List == nil && s.Get == nil {
		return []string{"Cannot be read."}
	}
	say(s.List != nil, "", "Cannot be listed: records are read one by one by their key.")
	if s.List != nil {
		say(s.Cursor != nil, "Reads only what changed since the last run.", "Is read whole each time: the vendor cannot say what changed.")
		say(s.Order != nil, "Has an order that never changes while it is read.", "Has no order that stays the same while it is read.")
		say(s.Deleted != nil, "Deleted records can be listed.", "Deleted records are not listed; they are found by comparing and asking for each.")
		say(s.Get != nil, "", "One record cannot be asked for by its key.")
	}
	say(s.Detail != nil, "A list row is not the whole record: name "+s.Name+" in details to complete it, one request a record.", "")
	return out
}
