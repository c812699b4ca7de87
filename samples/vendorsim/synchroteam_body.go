package vendorsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// maxBody bounds what a write may send.
const maxBody = 16 << 20

// payload is the JSON object that a write sent. The first thing wrong with it is kept and answered with 400.
type payload struct {
	fields map[string]any
	given  map[string]any // the fields as they came, where a fault altered them
	bad    string
}

// readBody reads the object of a POST into the call before any lock is taken; nil when it is fine.
func (c *call) readBody() *reply {
	if kind := strings.ToLower(c.r.Header.Get("Content-Type")); kind != "" && !acceptsJSON([]string{kind}) {
		bad := fail(http.StatusNotAcceptable, "You requested a format that isn't JSON")
		return &bad
	}
	var raw []byte
	if c.r.Body != nil {
		var err error
		if raw, err = io.ReadAll(io.LimitReader(c.r.Body, maxBody)); err != nil {
			bad := fail(http.StatusBadRequest, "The request body broke off")
			return &bad
		}
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	c.sent = &payload{}
	if err := dec.Decode(&c.sent.fields); err != nil || c.sent.fields == nil || dec.More() {
		bad := fail(http.StatusBadRequest, "The request body is no JSON object")
		return &bad
	}
	return nil
}

func (p *payload) wrong(format string, args ...any) {
	if p.bad == "" {
		p.bad = fmt.Sprintf(format, args...)
	}
}

// has tells whether the key was sent at all, be it null.
func (p *payload) has(key string) bool {
	_, sent := p.fields[key]
	return sent
}

// text returns a string; numbers are taken as written, null and missing are "".
func (p *payload) text(key string) string {
	switch v := p.fields[key].(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	default:
		p.wrong("%s must be a string", key)
		return ""
	}
}

// key returns an id, myId or num that a record is looked up by; null, "" and 0 say nothing.
func (p *payload) key(name string) string {
	if v := p.text(name); v != "0" {
		return v
	}
	return ""
}

// time returns a date, 0 for null and missing.
func (p *payload) time(key string) int64 {
	v := p.text(key)
	if v == "" {
		return 0
	}
	at, fine := parseTime(v)
	if !fine {
		p.wrong("%s is no valid date: %s", key, v)
	}
	return at
}

// choice returns one of the words, "" when the key is missing.
func (p *payload) choice(key string, words ...string) string {
	v := strings.ToLower(p.text(key))
	if v == "" {
		return ""
	}
	for _, w := range words {
		if v == w {
			return v
		}
	}
	p.wrong("%s must be one of %s", key, strings.Join(words, ", "))
	return ""
}

// object returns a nested payload, nil for null and missing.
func (p *payload) object(key string) *payload {
	switch v := p.fields[key].(type) {
	case nil:
		return nil
	case map[string]any:
		return &payload{fields: v}
	default:
		p.wrong("%s must be an object", key)
		return nil
	}
}

// objects returns a list of nested payloads, nil for null and missing.
func (p *payload) objects(key string) []*payload {
	list, is := p.fields[key].([]any)
	if !is {
		if p.fields[key] != nil {
			p.wrong("%s must be a list", key)
		}
		return nil
	}
	out := make([]*payload, 0, len(list))
	for _, v := range list {
		fields, is := v.(map[string]any)
		if !is {
			p.wrong("%s must be a list of objects", key)
			return nil
		}
		out = append(out, &payload{fields: fields})
	}
	return out
}

// strings returns a list of strings.
func (p *payload) strings(key string) []string {
	list, is := p.fields[key].([]any)
	if !is && p.fields[key] != nil {
		p.wrong("%s must be a list", key)
	}
	out := make([]string, 0, len(list))
	for _, v := range list {
		text, is := v.(string)
		if !is {
			p.wrong("%s must be a list of strings", key)
		}
		out = append(out, text)
	}
	return out
}

// value turns a decoded JSON value into one that the encoder knows; numbers stay as written.
func value(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return n
		}
		return decimal(v.String())
	case string, bool:
		return v
	default:
		return nil
	}
}
