package apisink

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// form writes a JSON object as a form: what is inside another value gets its
// name in brackets.
func form(body jsontext.Value) []byte {
	var pairs []string
	formValue(&pairs, "", body)
	return []byte(strings.Join(pairs, "&"))
}

func formValue(pairs *[]string, name string, v jsontext.Value) {
	switch v.Kind() {
	case '{':
		o, err := parseObject(v)
		if err != nil {
			return
		}
		for _, m := range o {
			inner := m.name
			if name != "" {
				inner = name + "[" + m.name + "]"
			}
			formValue(pairs, inner, m.value)
		}
	case '[':
		items, _ := parseList(v)
		for i, item := range items {
			inner := name + "[]"
			if item.Kind() == '{' {
				inner = name + "[" + strconv.Itoa(i) + "]"
			}
			formValue(pairs, inner, item)
		}
	default:
		text, _ := textOf(v)
		*pairs = append(*pairs, url.QueryEscape(name)+"="+url.QueryEscape(text))
	}
}
