package vendorsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// openAPI is the vendor's file, as far as the tests read it.
type openAPI struct{ doc row }

// readOpenAPI finds the file beside the checkout. It skips only where the whole folder is missing.
func readOpenAPI(t *testing.T) openAPI {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		require.NotEqual(t, dir, filepath.Dir(dir), "no go.mod above the test")
		dir = filepath.Dir(dir)
	}
	seeds := filepath.Join(dir, "..", "shared", "seeds")
	if _, err := os.Stat(seeds); os.IsNotExist(err) {
		t.Skip("the folder ../shared/seeds with the vendor's OpenAPI file is not beside this checkout")
	}
	raw, err := os.ReadFile(filepath.Join(seeds, "syncro-openapi.json"))
	require.NoError(t, err)
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var a openAPI
	require.NoError(t, dec.Decode(&a.doc))
	return a
}

// at walks down the document.
func at(v any, keys ...string) any {
	for _, key := range keys {
		o, _ := v.(row)
		v = o[key]
	}
	return v
}

// follow resolves references.
func (a openAPI) follow(v any) row {
	o, _ := v.(row)
	for o["$ref"] != nil {
		o, _ = at(a.doc, strings.Split(strings.TrimPrefix(text(o["$ref"]), "#/"), "/")...).(row)
	}
	return o
}

// response returns the schema of an answer: the written one where there is a sound one, else what the sample shows. kind
// says which: schema, sample, broken (a schema that is none) or none.
func (a openAPI) response(verb, path, status string) (schema row, kind string) {
	res := a.follow(at(a.doc, "paths", path, strings.ToLower(verb), "responses", status))
	if res == nil {
		return nil, "undocumented"
	}
	content, _ := res["content"].(row)
	for _, name := range slices.Sorted(maps.Keys(content)) {
		media, _ := content[name].(row)
		if s, is := media["schema"].(row); is {
			if !sound(s) {
				return nil, "broken"
			}
			return s, "schema"
		}
		sample := media["example"]
		if all, is := media["examples"].(row); is {
			sample = at(all[slices.Sorted(maps.Keys(all))[0]], "value")
		}
		if sample != nil {
			return shapeOf(sample), "sample"
		}
	}
	return nil, "none"
}

// sound tells whether every property of a schema is a schema.
func sound(s row) bool {
	props, _ := s["properties"].(row)
	for _, p := range props {
		if one, is := p.(row); !is || !sound(one) {
			return false
		}
	}
	return true
}

// shapeOf turns a sample into a schema: its keys are required, its types hold, null and empty say nothing.
func shapeOf(v any) row {
	switch v := v.(type) {
	case row:
		props, required := row{}, []any{}
		for key, one := range v {
			if props[key] = shapeOf(one); key == "properties" { // custom fields: an account's own labels
				props[key] = row{"type": "object"}
			}
			required = append(required, key)
		}
		if len(v) == 0 {
			return row{"type": "object", "nullable": true}
		}
		return row{"type": "object", "properties": props, "required": required, "nullable": true}
	case []any:
		if len(v) == 0 {
			return row{"type": "array", "nullable": true}
		}
		items := shapeOf(v[0])
		for _, one := range v {
			if shapeOf(one)["type"] != items["type"] {
				items = row{} // a pair of different things
			}
		}
		return row{"type": "array", "items": items, "nullable": true}
	case json.Number:
		if strings.ContainsAny(v.String(), ".e") {
			return row{"type": "number", "nullable": true}
		}
		return row{"type": "integer", "nullable": true}
	case string:
		if _, err := time.Parse(time.RFC3339, v); err == nil {
			return row{"type": "string", "format": "date-time", "nullable": true}
		}
		return row{"type": "string", "nullable": true}
	case bool:
		return row{"type": "boolean", "nullable": true}
	}
	return row{}
}

// check lists what of a value the schema does not allow. Keys beyond the schema are listed too.
func (a openAPI) check(schema row, v any, path string) (wrong []string) {
	schema = a.follow(schema)
	say := func(format string, args ...any) { wrong = append(wrong, path+": "+fmt.Sprintf(format, args...)) }
	if len(schema) == 0 {
		return nil
	}
	types := typesIn(schema)
	if v == nil {
		if len(types) > 0 && !slices.Contains(types, "null") {
			say("null, but %s", strings.Join(types, " or "))
		}
		return wrong
	}
	if len(types) > 0 && !slices.ContainsFunc(types, func(one string) bool { return isType(one, v) }) {
		say("%T %v, but %s", v, v, strings.Join(types, " or "))
		return wrong
	}
	if all, is := schema["enum"].([]any); is && !slices.Contains(all, v) {
		say("%v is none of %v", v, all)
	}
	if schema["format"] == "date-time" {
		if _, err := time.Parse(time.RFC3339Nano, text(v)); err != nil {
			say("%v is no date-time", v)
		}
	}
	switch v := v.(type) {
	case row:
		required, _ := schema["required"].([]any)
		for _, key := range required {
			if _, there := v[text(key)]; !there {
				say("lacks %s", text(key))
			}
		}
		props, _ := schema["properties"].(row)
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if one, known := props[key].(row); known {
				wrong = append(wrong, a.check(one, v[key], path+"."+key)...)
			} else if len(props) > 0 {
				say("has %s beyond the file", key)
			}
		}
	case []any:
		items, _ := schema["items"].(row)
		for i, one := range v {
			wrong = append(wrong, a.check(items, one, fmt.Sprintf("%s[%d]", path, i))...)
		}
	}
	return wrong
}

// typesIn are the types that a schema names; null is one where it is nullable.
func typesIn(schema row) (out []string) {
	switch one := schema["type"].(type) {
	case string:
		out = []string{one}
	case []any:
		for _, t := range one {
			out = append(out, text(t))
		}
	}
	if schema["nullable"] == true && len(out) > 0 {
		out = append(out, "null")
	}
	return out
}

func isType(name string, v any) bool {
	switch v := v.(type) {
	case row:
		return name == "object"
	case []any:
		return name == "array"
	case string:
		return name == "string"
	case bool:
		return name == "boolean"
	case json.Number:
		return name == "number" || name == "integer" && !strings.ContainsAny(v.String(), ".e")
	}
	return false
}

func TestTheCheckerFindsMistakes(t *testing.T) {
	a := openAPI{doc: row{"components": row{"schemas": row{"Name": row{"type": "string", "enum": []any{"a", "b"}}}}}}
	schema := row{"type": "object", "required": []any{"name", "n"}, "properties": row{
		"name": row{"$ref": "#/components/schemas/Name"}, "n": row{"type": "integer", "nullable": true}, "at": row{"type": "string", "format": "date-time"},
		"list": row{"type": "array", "items": row{"type": []any{"boolean", "null"}}},
	}}
	for value, want := range map[string][]string{
		`{"name":"a","n":null,"at":"2024-01-02T03:04:05.000Z","list":[true,null]}`: nil,
		`{"name":"c"}`: {"x: lacks n", "x.name: c is none of [a b]"},
		`{"name":null,"n":1.5,"at":"monday","list":[1],"more":0}`: {
			"x.at: monday is no date-time", "x.list[0]: json.Number 1, but boolean or null", "x: has more beyond the file",
			"x.n: json.Number 1.5, but integer or null", "x.name: null, but string",
		},
		`[]`: {"x: []interface {} [], but object"},
	} {
		dec := json.NewDecoder(strings.NewReader(value))
		dec.UseNumber()
		var v any
		require.NoError(t, dec.Decode(&v))
		got := a.check(schema, v, "x")
		slices.Sort(got)
		slices.Sort(want)
		require.Equal(t, want, got, value)
	}
	require.Empty(t, a.check(shapeOf(row{"id": json.Number("1"), "at": "2024-01-02T03:04:05Z", "x": nil}), row{"id": json.Number("2"), "at": nil, "x": []any{}}, "x"))
}
