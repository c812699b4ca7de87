package api

import (
	"bytes"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Where vendors put their error texts, where the spec does not say.
var usualMessages = []string{"message", "error.message", "error_description", "error", "errors", "detail", "title"}

// message finds what an error answer says. Of JSON only the known places are
// shown, as other parts may echo what was sent; of other bodies the beginning.
func (j *judge) message(r reply) string {
	body := bytes.TrimSpace(r.body)
	if len(body) == 0 {
		return ""
	}
	var tree any
	err := json.Unmarshal(body, &tree, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		if looksLikeHTML(body) {
			return pageTitle(body)
		}
		return string(body[:min(len(body), 4*maxMessage)])
	}
	if text, ok := tree.(string); ok {
		return text
	}
	for _, paths := range [][]string{j.answers.Messages, usualMessages} {
		for _, path := range paths {
			if text := spoken(at(tree, path)); text != "" {
				return text
			}
		}
	}
	if object, ok := tree.(map[string]any); ok {
		return "no message, only " + strings.Join(names(object), ", ")
	}
	return "no message"
}

// at follows a dotted path; nil: nothing there.
func at(tree any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		object, ok := tree.(map[string]any)
		if !ok {
			return nil
		}
		tree = object[name]
	}
	return tree
}

// spoken turns the forms vendors give their messages into one text: a text, a
// list of texts, a map from field to texts, an object with a message.
func spoken(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case []any:
		return joined(v, func(e any) string { return spoken(e) })
	case map[string]any:
		if text := spoken(v["message"]); text != "" {
			return text
		}
		fields := make([]any, 0, len(v))
		for _, name := range names(v) {
			fields = append(fields, name)
		}
		return joined(fields, func(name any) string {
			if text := spoken(v[name.(string)]); text != "" {
				return name.(string) + ": " + text
			}
			return ""
		})
	}
	return ""
}

// joined puts the texts of a few parts together.
func joined(parts []any, text func(any) string) string {
	var out []string
	for _, p := range parts[:min(len(parts), 20)] {
		if t := text(p); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, "; ")
}

// names lists the keys of an object, in order, the first dozen.
func names(object map[string]any) []string {
	out := make([]string, 0, len(object))
	for name := range object {
		out = append(out, name)
	}
	sort.Strings(out)
	return out[:min(len(out), 12)]
}

var (
	title = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	tags  = regexp.MustCompile(`(?s)<[^>]*>`)
)

// pageTitle is what a web page says in short.
func pageTitle(body []byte) string {
	body = body[:min(len(body), 64<<10)]
	if m := title.FindSubmatch(body); m != nil && len(bytes.TrimSpace(m[1])) > 0 {
		return strings.TrimSpace(string(m[1]))
	}
	return strings.TrimSpace(string(tags.ReplaceAll(body[:min(len(body), 4<<10)], []byte(" "))))
}

// holdsError tells whether an object has something under its error key.
func holdsError(body []byte, key string) bool {
	if !bytes.Contains(body, []byte(strconv.Quote(key))) {
		return false
	}
	start, end, ok := findMember(body, 0, key)
	if !ok {
		return false
	}
	switch string(body[start:end]) {
	case "null", "false", `""`, "[]", "{}", "0":
		return false
	}
	return true
}
