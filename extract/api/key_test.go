package api_test

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
)

func TestKeyOf(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		fields    []string
		key       string
		says      string
	}{
		{"number", `{"id":42,"x":1}`, []string{"id"}, "42", ""},
		{"number as written", `{"id":12345678901234567890.50}`, []string{"id"}, "12345678901234567890.50", ""},
		{"negative", `{"id": -1 }`, []string{"id"}, "-1", ""},
		{"text", `{"id":"265_160719144323649"}`, []string{"id"}, "265_160719144323649", ""},
		{"escapes", `{"id":"a\"\u00e9\\"}`, []string{"id"}, `a"é\`, ""},
		{"escaped name", `{"i\u0064":7}`, []string{"id"}, "7", ""},
		{"behind nested values", `{"a":{"id":1,"b":["}","]\""]},"c":[{"id":2}],"id":3}`, []string{"id"}, "3", ""},
		{"path", `{"a":{"b":{"id":"x"}}}`, []string{"a.b.id"}, "x", ""},
		{"several", `{"b":"y","a":1}`, []string{"a", "b"}, "1/y", ""},
		{"several with slashes", `{"a":"x/y","b":"\\"}`, []string{"a", "b"}, `x\/y/\\`, ""},
		{"one with a slash", `{"a":"x/y"}`, []string{"a"}, `x/y`, ""},
		{"space", " {\n\t\"a\" : 1 ,\r\n\"b\" : \"z\" }", []string{"b"}, "z", ""},
		{"missing", `{"a":1}`, []string{"id"}, "", `the record's key field "id" is missing`},
		{"missing of two", `{"a":1}`, []string{"a", "id"}, "", `"id" is missing`},
		{"empty object", `{}`, []string{"id"}, "", `is missing`},
		{"null", `{"id":null}`, []string{"id"}, "", `is null`},
		{"object", `{"id":{}}`, []string{"id"}, "", `is an object`},
		{"list", `{"id":[1]}`, []string{"id"}, "", `is a list`},
		{"boolean", `{"id":true}`, []string{"id"}, "", `is a boolean`},
		{"empty text", `{"id":""}`, []string{"id"}, "", `is an empty text`},
		{"path through a number", `{"a":1}`, []string{"a.id"}, "", `missing: a is a number`},
		{"no fields", `{"a":1}`, nil, "", `not named`},
		{"no object", `[1]`, []string{"id"}, "", `missing`},
		{"nothing", ``, []string{"id"}, "", `missing`},
	} {
		t.Run(c.name, func(t *testing.T) {
			key, err := api.KeyOf([]byte(c.raw), c.fields)
			if c.says != "" {
				require.ErrorAs(t, err, new(*api.KeyError))
				assert.Contains(t, err.Error(), c.says)
				assert.Empty(t, key)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.key, string(key))
		})
	}
}

// FuzzKeyOf holds the scanner against a whole decoding.
func FuzzKeyOf(f *testing.F) {
	f.Add([]byte(`{"id":1}`))
	f.Add([]byte(`{"a":{"id":"x"},"id":"y\"\\"}`))
	f.Add([]byte(`{"a":"\\\"","i\u0064":"}"}`))
	f.Add([]byte(`{"id":`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		key, err := api.KeyOf(raw, []string{"id"})
		if jsontext.Value(raw).Kind() != '{' || !jsontext.Value(raw).IsValid() {
			return // it only must end
		}
		var whole map[string]jsontext.Value
		require.NoError(t, json.Unmarshal(raw, &whole))
		v, has := whole["id"]
		switch {
		case has && v.Kind() == '"':
			var text string
			require.NoError(t, json.Unmarshal(v, &text))
			require.Equal(t, text, string(key))
			require.Equal(t, text == "", err != nil)
		case has && v.Kind() == '0':
			require.NoError(t, err)
			require.Equal(t, string(v), string(key))
		default:
			require.Error(t, err)
		}
	})
}
