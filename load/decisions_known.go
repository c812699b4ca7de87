package load

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"ferry/extract/stage"
	"ferry/extract/strictyaml"
)

// known finds decisions that no plan would ever use: about a stream that the
// mapping does not have, or a field that it does not write. Every mistake is a
// *DecisionError with its line and the nearest name, all of them joined.
func (d *Decisions) known(cfg *Config, files []stage.PlanEntry) error {
	if d == nil || len(d.Matches)+len(d.Values) == 0 {
		return nil
	}
	file := cmp.Or(d.file, "decisions")
	fields := map[string][]string{}
	var streams []string
	for i := range cfg.Rules {
		r := &cfg.Rules[i]
		streams, fields[r.Name] = append(streams, r.Name), []string{}
		for j := range r.Fields {
			fields[r.Name] = append(fields[r.Name], r.Fields[j].Dotted())
		}
	}
	for _, e := range files {
		streams = append(streams, e.Name)
		if fields[e.Name] == nil {
			fields[e.Name] = nil
		}
	}
	var problems []error
	has := func(line int, stream string) bool {
		if _, there := fields[stream]; there {
			return true
		}
		problems = append(problems, &DecisionError{File: file, Line: line, Column: "stream",
			Text: fmt.Sprintf("the mapping has no stream %q; %s", stream, nearestOf(stream, streams))})
		return false
	}
	for i := range d.Matches {
		has(d.lines[d.Matches[i].subject()], d.Matches[i].Entry)
	}
	for i := range d.Values {
		v := &d.Values[i]
		if !has(d.lines[v.subject()], v.Entry) || writesField(fields[v.Entry], v.Field) {
			continue
		}
		problems = append(problems, &DecisionError{File: file, Line: d.lines[v.subject()], Column: "field",
			Text: fmt.Sprintf("the mapping of %s writes no field %q; %s", v.Entry, v.Field, nearestOf(v.Field, fields[v.Entry]))})
	}
	return errors.Join(problems...)
}

// writesField says whether a mapping writes a field, or something that is in it or
// around it: decisions name values within objects and lists by their own paths.
func writesField(fields []string, name string) bool {
	name = general(name)
	for _, f := range fields {
		if f == name || strings.HasPrefix(name, f+".") || strings.HasPrefix(name, f+"[") || strings.HasPrefix(f, name+".") {
			return true
		}
	}
	return false
}

// nearestOf names the known word that was likely meant.
func nearestOf(word string, known []string) string {
	if near := strictyaml.Nearest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	return "it has " + strings.Join(known, ", ")
}
