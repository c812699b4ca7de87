package vendorsim

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// readSyncro reads what a write carries: a JSON object, a form, or nothing. It takes no lock.
func readSyncro(c *call) *reply {
	c.sent = &payload{fields: map[string]any{}}
	if c.r.Body == nil {
		return nil
	}
	raw, err := io.ReadAll(io.LimitReader(c.r.Body, maxBody))
	if err != nil {
		bad := syncroPage(http.StatusBadRequest, "Bad Request (400)")
		return &bad
	}
	if strings.HasPrefix(strings.ToLower(c.r.Header.Get("Content-Type")), "application/x-www-form-urlencoded") {
		c.sent.fields = formFields(raw)
		return nil
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&c.sent.fields); err != nil || c.sent.fields == nil || dec.More() {
		bad := syncroJSON(http.StatusBadRequest, object{{"status", 400}, {"error", "Bad Request"}})
		return &bad
	}
	return nil
}

// formFields reads a form; properties[Zone]=x becomes an object.
func formFields(raw []byte) map[string]any {
	out := map[string]any{}
	all, _ := url.ParseQuery(string(raw)) // what is broken is left out, the rest stands
	for name, values := range all {
		outer, inner, nested := strings.Cut(strings.TrimSuffix(name, "]"), "[")
		if !nested {
			out[name] = values[len(values)-1]
			continue
		}
		o, is := out[outer].(map[string]any)
		if !is {
			o = map[string]any{}
			out[outer] = o
		}
		o[inner] = values[len(values)-1]
	}
	return out
}

// fieldType is how the vendor takes a field. Like its framework it converts what it can and nulls what it cannot.
type fieldType int

const (
	asText fieldType = iota
	asPhone
	asBool
	asInt
	asNumber
	asTime
	asDay
	asObject
	asTexts
	asInts
)

// take converts a sent value.
func (f fieldType) take(v any) any {
	switch f {
	case asBool:
		return truth(v)
	case asInt:
		if n, err := strconv.ParseInt(plainText(v), 10, 64); err == nil {
			return n
		}
		return nil
	case asNumber:
		text := plainText(v)
		if _, err := strconv.ParseFloat(text, 64); err != nil || !json.Valid([]byte(text)) {
			return nil
		}
		return decimal(text)
	case asTime, asDay:
		at, fine := syncroTime(plainText(v))
		if !fine {
			return nil
		}
		return time.UnixMilli(at).UTC().Format(formMillis)
	case asObject:
		if o, is := jsonValue(v).(object); is {
			return o
		}
		return object{}
	case asTexts:
		out := []string{}
		list, _ := v.([]any)
		for _, one := range list {
			out = append(out, plainText(one))
		}
		return out
	case asInts:
		out := []any{}
		list, _ := v.([]any)
		for _, one := range list {
			if n, err := strconv.ParseInt(plainText(one), 10, 64); err == nil {
				out = append(out, n)
			}
		}
		return out
	}
	if v == nil {
		return nil
	}
	if f == asPhone {
		return digits(plainText(v))
	}
	return plainText(v)
}

// plainText is a scalar as text, "" for anything else.
func plainText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// truth is a sent boolean: true, "true", 1 and "1" are.
func truth(v any) bool {
	text := plainText(v)
	return text == "true" || text == "1" || text == "t"
}

// jsonValue turns decoded JSON into what the encoder knows; the keys of objects are sorted.
func jsonValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(object, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, member{key, jsonValue(v[key])})
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = jsonValue(v[i])
		}
		return out
	}
	return value(v)
}
