package apisink

import (
	"github.com/go-json-experiment/json/jsontext"

	"ferry/extract/api"
	"ferry/extract/record"
)

// partOf gives one field of a key; ok is false where the key is not known or
// has no such field.
func (s *stream) partOf(key record.Key, name string) (text string, ok bool) {
	if key == "" {
		return "", false
	}
	parts := api.SplitKey(key, len(s.keys))
	for i, part := range s.keys {
		if part.name == name && i < len(parts) {
			return parts[i], true
		}
	}
	return "", false
}

// ownKey is a record's key without its parent's, as {key} and key_as mean it.
func (s *stream) ownKey(key record.Key) (text string, number, ok bool) {
	if key == "" {
		return "", false, false
	}
	if len(s.keys) <= 1 {
		return string(key), len(s.keys) == 1 && s.keys[0].number, true
	}
	parts := api.SplitKey(key, len(s.keys))
	var own []string
	for i, part := range s.keys {
		if !part.parent && i < len(parts) {
			own, number = append(own, parts[i]), part.number
		}
	}
	return string(api.JoinKey(own...)), number, len(own) > 0
}

// keyValue is a key as a field carries it.
func keyValue(text string, number bool) jsontext.Value {
	if n := jsontext.Value(text); number && n.Kind() == '0' && n.IsValid() {
		return n
	}
	return quoted(text)
}

// keyIn reads a record's key out of an answer; what belongs to its parent is
// looked up where the answer lacks it. path, where given, is the only field.
func (s *stream) keyIn(raw []byte, path string, lookup func(string) (string, bool)) record.Key {
	if path != "" {
		key, err := api.KeyOf(raw, []string{path})
		if err != nil {
			return ""
		}
		return key
	}
	var parts []string
	for _, part := range s.keys {
		text, known := "", false
		if part.parent {
			text, known = lookup(part.name)
		}
		if !known {
			key, err := api.KeyOf(raw, []string{part.name})
			if err != nil {
				return ""
			}
			text = string(key)
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return ""
	}
	return api.JoinKey(parts...)
}

// keyGiven is the key of a record whose key fields we write ourselves; "" where
// the vendor makes one of them up.
func (s *stream) keyGiven(lookup func(string) (string, bool)) record.Key {
	var parts []string
	for _, part := range s.keys {
		text, ok := lookup(part.name)
		if !ok || text == "" || s.writes[part.name] == nil {
			return ""
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return ""
	}
	return api.JoinKey(parts...)
}
