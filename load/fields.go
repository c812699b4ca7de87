package load

import (
	"bytes"
	"encoding/json"
	"strings"
)

// membersOf takes a JSON object apart; nil where it is none.
func membersOf(object []byte) map[string]json.RawMessage {
	var m map[string]json.RawMessage
	if len(object) == 0 || json.Unmarshal(object, &m) != nil {
		return nil
	}
	return m
}

// mustObject puts members together, in the order of their names.
func mustObject(members map[string]json.RawMessage) json.RawMessage {
	if len(members) == 0 {
		return json.RawMessage("{}")
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(members); err != nil {
		return json.RawMessage("{}") // members were JSON when they were taken apart
	}
	return bytes.TrimSpace(b.Bytes())
}

// fieldAt gives the value at a path of names; nil: there is none.
func fieldAt(object []byte, path []string) json.RawMessage {
	for i, name := range path {
		v, has := membersOf(object)[name]
		if !has || i == len(path)-1 {
			return v
		}
		object = v
	}
	return nil
}

// putField sets the value at a path of names, making the objects on the way; nil
// takes the field out.
func putField(object []byte, path []string, value json.RawMessage) json.RawMessage {
	if len(path) == 0 {
		return object
	}
	members := membersOf(object)
	if members == nil {
		members = map[string]json.RawMessage{}
	}
	switch {
	case len(path) > 1:
		members[path[0]] = putField(members[path[0]], path[1:], value)
		if value == nil && len(membersOf(members[path[0]])) == 0 {
			delete(members, path[0])
		}
	case value == nil:
		delete(members, path[0])
	default:
		members[path[0]] = value
	}
	return mustObject(members)
}

// stepsOf are the names that a dotted path leads through; the label of a custom
// field may hold dots.
func (e *entry) stepsOf(dotted string) []string {
	if f := e.rule(dotted); f != nil {
		return f.Path
	}
	return strings.Split(dotted, ".")
}

// rule finds the rule of a field; nil: none.
func (e *entry) rule(dotted string) *Field {
	for i := range e.rules.Fields {
		if e.rules.Fields[i].Dotted() == dotted {
			return &e.rules.Fields[i]
		}
	}
	return nil
}

// isNull tells whether a value wants a field empty.
func isNull(v json.RawMessage) bool { return len(v) == 0 || string(bytes.TrimSpace(v)) == "null" }

// textAt is a field's value as plain text; "" where it is none.
func textAt(object []byte, dotted string) string {
	v := fieldAt(object, strings.Split(dotted, "."))
	if isNull(v) {
		return ""
	}
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s
	}
	return string(v)
}
