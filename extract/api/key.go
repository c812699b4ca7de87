package api

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"ferry/extract/record"
)

// KeyError is a record without a usable key.
type KeyError struct {
	Field string // of the key, as in the spec
	Found string // what stands there
}

// Error names the field and what stands there.
func (e *KeyError) Error() string {
	return fmt.Sprintf("the record's key field %q is %s", e.Field, e.Found)
}

// KeyOf reads the key of a record: the text of the fields, numbers as written
// and texts as they are; several as JoinKey joins them. A field may be a dotted
// path. raw must be a JSON object as SplitPage gives it. A field that is
// missing, null, empty, a boolean, an object or a list is a *KeyError.
func KeyOf(raw []byte, fields []string) (record.Key, error) {
	if len(fields) == 1 {
		part, err := keyPart(raw, fields[0])
		return record.Key(part), err
	}
	parts := make([]string, 0, 4)
	for _, f := range fields {
		part, err := keyPart(raw, f)
		if err != nil {
			return "", err
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return "", &KeyError{Found: "not named in the spec"}
	}
	return JoinKey(parts...), nil
}

// JoinKey makes one key of several parts, joined by "/". A "/" or "\" within a
// part gets a "\" before it, so that different parts never make the same key;
// a single part stays as it is.
func JoinKey(parts ...string) record.Key {
	if len(parts) == 1 {
		return record.Key(parts[0])
	}
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteByte('/')
		}
		if strings.ContainsAny(p, `/\`) {
			p = keyEscapes.Replace(p)
		}
		b.WriteString(p)
	}
	return record.Key(b.String())
}

var keyEscapes = strings.NewReplacer(`/`, `\/`, `\`, `\\`)

// SplitKey takes a key apart into the parts that JoinKey made it of; n is how many
// fields such keys have, since a single part may hold anything.
func SplitKey(key record.Key, n int) []string {
	if n == 1 {
		return []string{string(key)}
	}
	var parts []string
	var b strings.Builder
	for i := 0; i < len(key); i++ {
		switch {
		case key[i] == '\\' && i+1 < len(key):
			i++
			b.WriteByte(key[i])
		case key[i] == '/':
			parts = append(parts, b.String())
			b.Reset()
		default:
			b.WriteByte(key[i])
		}
	}
	return append(parts, b.String())
}

// keyPart reads the text of one field. It stops at the field: ids stand first
// in most records.
func keyPart(raw []byte, field string) (string, error) {
	rest, at := field, 0
	for {
		name, below, deeper := strings.Cut(rest, ".")
		start, end, ok := findMember(raw, at, name)
		if !ok {
			return "", &KeyError{Field: field, Found: "missing"}
		}
		if !deeper {
			return keyText(raw[start:end], field)
		}
		if raw[start] != '{' {
			return "", &KeyError{Field: field, Found: "missing: " + name + " is " + kindText(jsontext.Kind(raw[start]))}
		}
		rest, at = below, start
	}
}

// keyText gives a value's text.
func keyText(v []byte, field string) (string, error) {
	switch c := v[0]; {
	case c == '-', '0' <= c && c <= '9':
		return string(v), nil
	case c != '"':
		return "", &KeyError{Field: field, Found: kindText(jsontext.Kind(c))}
	}
	if len(v) <= 2 {
		return "", &KeyError{Field: field, Found: "an empty text"}
	}
	inner := v[1 : len(v)-1]
	if !hasEscape(inner) {
		return string(inner), nil
	}
	text, err := jsontext.AppendUnquote(nil, v)
	if err != nil {
		return "", &KeyError{Field: field, Found: "a damaged text"}
	}
	return string(text), nil
}
