package apisink

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"ferry/extract/record"
)

// fitter writes values as a vendor's fields take them.
type fitter struct{ zone *time.Location } // of local times; nil: not known

// zoneError: a moment is to become a local time of an account whose zone nobody gave.
type zoneError struct{ field string }

func (e *zoneError) Error() string { return e.field + ": the account's time zone is not known" }

// fit gives a value in the form in which a field is written: text for text,
// numbers for numbers, times in the field's first layout, null as empty text
// where the field is text, an object of nothing but nulls as null. What does
// not fit stays as it is: the vendor says what is wrong with it.
func (t fitter) fit(f *record.Field, v jsontext.Value) (jsontext.Value, error) {
	kind := v.Kind()
	switch {
	case isMarker(v):
		return v, nil
	case kind == 'n':
		return cleared(f), nil
	}
	switch f.Kind {
	case record.String:
		if kind == '0' || kind == 't' || kind == 'f' {
			return quoted(string(v)), nil
		}
	case record.Integer, record.Number:
		if text, ok := textOf(v); kind == '"' && ok {
			return number(text, v), nil
		}
	case record.Boolean:
		return truth(v), nil
	case record.Date, record.Time, record.DateTime:
		return t.moment(f, v)
	case record.Object:
		return t.object(f, v)
	case record.List:
		return t.list(f, v)
	}
	return v, nil
}

// cleared is what empties a field.
func cleared(f *record.Field) jsontext.Value {
	if f.Kind == record.String && len(f.Enum) == 0 {
		return emptyText
	}
	return null
}

func number(text string, v jsontext.Value) jsontext.Value {
	text = strings.TrimSpace(text)
	if text == "" {
		return null
	}
	if n := jsontext.Value(text); n.Kind() == '0' && n.IsValid() {
		return n
	}
	return v
}

func truth(v jsontext.Value) jsontext.Value {
	switch text, _ := textOf(v); text {
	case "1", "true":
		return jsontext.Value("true")
	case "0", "false":
		return jsontext.Value("false")
	}
	return v
}

func (t fitter) object(f *record.Field, v jsontext.Value) (jsontext.Value, error) {
	o, err := parseObject(v)
	if err != nil {
		return v, nil //nolint:nilerr // what is no object is the vendor's to refuse
	}
	some := false
	for i := range o {
		some = some || o[i].value.Kind() != 'n'
		at := slices.IndexFunc(f.Fields, func(x record.Field) bool { return x.Name == o[i].name })
		if at < 0 {
			continue
		}
		if o[i].value, err = t.fit(&f.Fields[at], o[i].value); err != nil {
			return nil, err
		}
	}
	if !some {
		return null, nil
	}
	return o.encode(), nil
}

func (t fitter) list(f *record.Field, v jsontext.Value) (jsontext.Value, error) {
	items, ok := parseList(v)
	if !ok || f.Of == nil {
		return v, nil
	}
	for i := range items {
		var err error
		if items[i], err = t.fit(f.Of, items[i]); err != nil {
			return nil, err
		}
	}
	return encodeList(items), nil
}

// isoLayouts are tried after a field's own.
var isoLayouts = map[record.Kind][]string{
	record.Date:     {time.DateOnly, time.RFC3339, "2006-01-02T15:04:05", time.DateTime},
	record.Time:     {time.TimeOnly, "15:04"},
	record.DateTime: {time.RFC3339, "2006-01-02T15:04:05", time.DateTime, "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly},
}

// moment writes a date or time in the field's first layout.
func (t fitter) moment(f *record.Field, v jsontext.Value) (jsontext.Value, error) {
	text, ok := textOf(v)
	if !ok || v.Kind() != '"' || len(f.Layouts) == 0 {
		return v, nil
	}
	if text == "" {
		return null, nil
	}
	first := f.Layouts[0]
	if _, err := time.Parse(first, text); err == nil {
		return v, nil
	}
	for _, layout := range append(slices.Clone(f.Layouts[1:]), isoLayouts[f.Kind]...) {
		at, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		zoned := strings.Contains(layout, "Z07") || strings.Contains(layout, "-07")
		switch {
		case f.Kind != record.DateTime || !zoned && !f.UTC:
		case f.UTC:
			at = at.UTC()
		case t.zone != nil:
			at = at.In(t.zone)
		default:
			return nil, &zoneError{f.Name}
		}
		return quoted(at.Format(first)), nil
	}
	return v, nil
}

// texts gives every text and number inside a value, with the path under at.
func texts(at string, v jsontext.Value, fn func(path, text string)) {
	switch v.Kind() {
	case '{':
		o, err := parseObject(v)
		if err != nil {
			return
		}
		for _, m := range o {
			texts(strings.TrimPrefix(at+"."+m.name, "."), m.value, fn)
		}
	case '[':
		items, _ := parseList(v)
		for i := range items {
			texts(at+"["+strconv.Itoa(i)+"]", items[i], fn)
		}
	default:
		if text, ok := textOf(v); ok {
			fn(at, text)
		}
	}
}

// fitAll fits the members of a record to the fields of the same name.
func (t fitter) fitAll(fields map[string]*record.Field, o object) (object, error) {
	for i := range o {
		f := fields[o[i].name]
		if f == nil {
			continue
		}
		v, err := t.fit(f, o[i].value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o[i].name, err)
		}
		o[i].value = v
	}
	return o, nil
}
