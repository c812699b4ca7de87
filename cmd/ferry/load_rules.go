package main

import (
	"strconv"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/load"
	"ferry/transform"
	"ferry/transform/mapping"
)

// loadRules is a compiled mapping as the load sees it, in the order of the file.
func loadRules(m *rules) ([]load.Rules, error) {
	compiled, err := transform.Compiled(m.Program, m.Source)
	if err != nil {
		return nil, err
	}
	parts := map[string]int{}
	var out []load.Rules
	for i, s := range m.Program.Streams() {
		def, source, target := s.Def(), s.Source().Name, s.Target()
		r := load.Rules{
			Name: s.Name(), Source: source, Part: partOf(parts, source, target.Name), Target: target.Name,
			Match: def.Match, Duplicates: load.HoldDuplicates, Hash: compiled[i].Hash, Tells: def.Reference,
		}
		if def.Duplicates != "" {
			r.Duplicates = load.Duplicates(def.Duplicates)
		}
		for _, f := range s.Fields() {
			r.Fields = append(r.Fields, loadField(target, f))
		}
		for _, l := range def.Leave {
			r.Left = append(r.Left, l.Name+": "+l.Reason)
		}
		out = append(out, r)
	}
	return load.Needs(m.Target, out), nil
}

// partOf tells the entries apart that are made of one source stream, as the
// mapped records in the stage do: by the target and not by the name, so that a
// rename never doubles records.
func partOf(seen map[string]int, source, target string) string {
	at := source + " " + target
	if seen[at]++; seen[at] > 1 {
		return target + "#" + strconv.Itoa(seen[at])
	}
	return target
}

func loadField(target *connector.Stream, f mapping.Field) load.Field {
	out := load.Field{Path: f.Path, Set: load.SetAlways, Clear: f.Blank == "clear", Actions: f.ByActions,
		Custom: f.Custom, Refs: f.Refs, Finds: f.Finds, Kind: kindAt(target, f)}
	if f.Set != "" {
		out.Set = load.SetWhen(f.Set)
	}
	return out
}

// kindAt is the type of a target field; a custom field is text.
func kindAt(target *connector.Stream, f mapping.Field) record.Kind {
	if f.Custom || target.Writes == nil {
		return record.String
	}
	fields := target.Writes.Fields
	kind := record.String
	for _, step := range f.Path {
		found := fieldNamed(fields, step)
		if found == nil {
			return record.String
		}
		kind, fields = found.Kind, found.Fields
	}
	return kind
}

func fieldNamed(fields []record.Field, name string) *record.Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}
