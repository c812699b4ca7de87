package vendorsim

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/url"
	"slices"
	"strings"
)

// readSonar reads what a write sent, as JSON or as a form, and returns what is wrong with it. A query says nothing: even
// a deletion names its customer in the body.
func readSonar(c *call) (bad string) {
	var raw []byte
	if c.r.Body != nil {
		var err error
		if raw, err = io.ReadAll(io.LimitReader(c.r.Body, maxBody)); err != nil {
			return "The request body broke off"
		}
	}
	c.sent = &payload{fields: map[string]any{}}
	if len(bytes.TrimSpace(raw)) == 0 {
		return ""
	}
	if kind, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type")); kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(raw))
		if err != nil {
			return "The request body is no form"
		}
		c.sent.fields = sonarForm(form)
		return ""
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&c.sent.fields); err != nil || c.sent.fields == nil || dec.More() {
		return "The request body is no JSON object"
	}
	return ""
}

// sonarForm unfolds the keys of a form: properties[age]=4 is {"properties": {"age": "4"}}, tag_names[]=x is a list.
func sonarForm(form url.Values) map[string]any {
	out := map[string]any{}
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		at := out
		key, rest, nested := strings.Cut(name, "[")
		for nested && rest != "]" {
			inner, is := at[key].(map[string]any)
			if !is {
				inner = map[string]any{}
				at[key] = inner
			}
			at = inner
			key, rest, _ = strings.Cut(rest, "]")
			rest, nested = strings.CutPrefix(rest, "[")
		}
		if !nested {
			at[key] = form[name][len(form[name])-1]
			continue
		}
		list := make([]any, len(form[name]))
		for i, v := range form[name] {
			list[i] = v
		}
		at[key] = list
	}
	return out
}

// lacks names the parameters that are missing, as the recordings do: "text is missing, to is missing".
func (p *payload) lacks(names ...string) string {
	var out []string
	for _, name := range names {
		if v := p.fields[name]; v == nil || strings.TrimSpace(p.text(name)) == "" && p.bad == "" {
			out = append(out, name+" is missing")
		}
	}
	return strings.Join(out, ", ")
}

// sonarNumber brings a phone number to its form with country code, +12015550123; "" for what is none. A number without +
// must be long enough to hold a country code.
func sonarNumber(given string) string {
	text := strings.TrimSpace(given)
	rest, plus := strings.CutPrefix(text, "+")
	digits := make([]byte, 0, 16)
	for i := range len(rest) {
		switch ch := rest[i]; {
		case ch >= '0' && ch <= '9':
			digits = append(digits, ch)
		case strings.IndexByte(" ()-.", ch) < 0:
			return ""
		}
	}
	shortest := 11
	if plus {
		shortest = 8
	}
	if len(digits) < shortest || len(digits) > 15 || digits[0] == '0' {
		return ""
	}
	return "+" + string(digits)
}

// sonarText is a value as the vendor keeps every property: as text.
func sonarText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	}
	raw, err := json.Marshal(v) // decoded from JSON a moment ago
	if err != nil {
		return ""
	}
	return string(raw)
}

// sonarFlag reads a boolean, which a form can only send as text.
func sonarFlag(v any) (flag, fine bool) {
	switch sonarText(v) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}
