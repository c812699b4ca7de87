package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ferry/extract/record"
)

// misfitsOf names the places of a record whose values do not fit their field,
// with the kinds but never the values, and the top-level keys that no field
// names. It is a first look for the doctor; the export decides for good.
func misfitsOf(fields []record.Field, raw []byte) (misfits, unknown []string) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return []string{"the record is no JSON object"}, nil
	}
	known := map[string]bool{}
	for _, f := range fields {
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			known[name] = true
			if v, ok := members[name]; ok && f.From == record.FromRecord {
				misfits = append(misfits, fieldMisfits(f, v, f.Name)...)
			}
		}
	}
	for name := range members {
		if !known[name] {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return misfits, unknown
}

func fieldMisfits(f record.Field, v json.RawMessage, path string) []string {
	found := jsonKind(v)
	if found == "null" || f.Kind == record.JSON || f.Kind == record.Custom || f.Kind == record.File {
		return nil
	}
	switch f.Kind {
	case record.Object:
		if found != "object" {
			break
		}
		inner, _ := misfitsOf(f.Fields, v)
		for i := range inner {
			inner[i] = path + "." + inner[i]
		}
		return inner
	case record.List:
		var items []json.RawMessage
		if json.Unmarshal(v, &items) != nil {
			break
		}
		for _, item := range items {
			if f.Of != nil {
				if m := fieldMisfits(*f.Of, item, path+"[]"); len(m) > 0 {
					return m
				}
			}
		}
		return nil
	default:
		if scalarFits(f, v, found) {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s should be %s but is %s", path, f.Kind, found)}
}

func jsonKind(v json.RawMessage) string {
	switch strings.TrimSpace(string(v))[0] {
	case '{':
		return "object"
	case '[':
		return "list"
	case '"':
		return "text"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}

func scalarFits(f record.Field, v json.RawMessage, found string) bool {
	text := string(v)
	if found == "text" {
		if json.Unmarshal(v, &text) != nil {
			return false
		}
	}
	if found == "object" || found == "list" {
		return false
	}
	switch f.Kind {
	case record.String:
		return found != "boolean"
	case record.Integer:
		_, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		return err == nil || found == "text" && text == ""
	case record.Number, record.Decimal:
		_, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		return err == nil || found == "text" && text == ""
	case record.Boolean:
		return text == "true" || text == "false" || text == "0" || text == "1"
	}
	return text == "" || found == "text" && momentFits(f, text)
}

// momentFits tries the field's layouts, then ISO 8601.
func momentFits(f record.Field, text string) bool {
	layouts := append(slices.Clone(f.Layouts), time.DateOnly, time.TimeOnly, "15:04", time.DateTime, time.RFC3339, "2006-01-02T15:04:05")
	return slices.ContainsFunc(layouts, func(layout string) bool {
		_, err := time.Parse(layout, text)
		return err == nil
	})
}
