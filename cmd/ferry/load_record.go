package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

// recordLine is the beginning of a mapped record on one line: name and value of
// each field, references by the record they name.
func recordLine(raw []byte) string {
	const most = 110
	text := fieldTexts(raw, most)
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-3]) + "..."
	}
	return text
}

// fieldTexts lists the fields of an object until they are longer than most.
func fieldTexts(raw []byte, most int) string {
	dec := json.NewDecoder(bytes.NewReader(raw))
	var parts []string
	length := 0
	if _, err := dec.Token(); err != nil { // the opening brace
		return ""
	}
	for dec.More() && length < most {
		name, err := dec.Token()
		var value json.RawMessage
		if err != nil || dec.Decode(&value) != nil {
			break
		}
		part := fmt.Sprintf("%s %s", name, fieldText(value))
		parts, length = append(parts, part), length+len(part)+2
	}
	return strings.Join(parts, ", ")
}

// fieldText is a mapped value for people; what stands for a target record is
// named by what it is.
func fieldText(value json.RawMessage) string {
	var marker struct {
		Ref *struct {
			Stream string `json:"stream"`
			Key    string `json:"key"`
		} `json:"$ref"`
		Find *struct {
			Stream string          `json:"stream"`
			By     json.RawMessage `json:"by"`
		} `json:"$find"`
		Placeholder string `json:"$placeholder"`
	}
	if json.Unmarshal(value, &marker) == nil {
		switch {
		case marker.Ref != nil:
			return "of " + marker.Ref.Stream + " " + marker.Ref.Key
		case marker.Find != nil:
			return "found in " + marker.Find.Stream + " by " + unescaped(marker.Find.By)
		case marker.Placeholder != "":
			return "to be decided: " + marker.Placeholder
		}
	}
	if bytes.HasPrefix(value, []byte("{")) {
		return "{" + fieldTexts(value, math.MaxInt) + "}"
	}
	return unescaped(value)
}
