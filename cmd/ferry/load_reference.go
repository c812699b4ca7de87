package main

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// referenceSample is how many mapped records show which field carries the key.
const referenceSample = 20

// errEnough ends a walk that has found what it looked for.
var errEnough = errors.New("enough")

// findReferences names the field of each entry in which the mapping writes the
// source key, as the mapped records show it: "Synchroteam 123" in the first line.
// From it the crosswalk can be made again.
func findReferences(ctx context.Context, st *stage.Stage, account string, target *connector.Spec, all []load.Rules) error {
	g, _, err := st.Generations(ctx, account)
	if err != nil || g == nil {
		return err
	}
	for i := range all {
		e, ok := g.Entry(all[i].Name)
		if !ok || e.Hash != all[i].Hash {
			continue
		}
		stream, err := target.Stream(e.Target)
		if err != nil {
			return err
		}
		if all[i].Reference, err = referenceOf(ctx, st, g, e, stream, &all[i]); err != nil {
			return err
		}
	}
	return nil
}

// referenceOf looks for the field that carries the key in every record of a
// sample; "" where none does, and where the vendor's own field for it is left to
// the load.
func referenceOf(ctx context.Context, st *stage.Stage, g *stage.Generation, e stage.MappedEntry, s *connector.Stream, r *load.Rules) (string, error) {
	paths := referencePaths(s, r)
	seen := 0
	err := st.Mapped(ctx, g, e, stage.MappedQuery{Bins: []stage.Bin{stage.BinMapped}}, func(row *stage.MappedRow) error {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(row.JSON, &fields); err != nil {
			return err
		}
		paths = slices.DeleteFunc(paths, func(path string) bool { return !carries(fields[path], row.Key) })
		if seen++; seen == referenceSample || len(paths) == 0 {
			return errEnough
		}
		return ctx.Err()
	})
	if err != nil && !errors.Is(err, errEnough) {
		return "", err
	}
	if seen == 0 || len(paths) == 0 {
		return "", nil
	}
	return paths[0], nil
}

// referencePaths are the text fields that a mapping writes and the target shows,
// the vendor's own field for references first.
func referencePaths(s *connector.Stream, r *load.Rules) []string {
	var paths []string
	for i := range r.Fields {
		f := &r.Fields[i]
		if len(f.Path) == 1 && f.Kind == record.String && f.Refs == "" && !f.Custom && fieldNamed(s.Fields, f.Path[0]) != nil {
			paths = append(paths, f.Path[0])
		}
	}
	if w := s.Writes; w != nil && slices.Contains(paths, w.Reference) {
		paths = slices.DeleteFunc(paths, func(path string) bool { return path == w.Reference })
		paths = slices.Insert(paths, 0, w.Reference)
	}
	return paths
}

// carries tells whether the first line of a text is a key, or ends in one behind a
// space ("Synchroteam 123") or, with nothing but words before it, behind a hyphen
// ("syncro-contact-123").
func carries(raw json.RawMessage, key record.Key) bool {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return false
	}
	line, _, _ := strings.Cut(text, "\n")
	words, found := strings.CutSuffix(line, string(key))
	if !found {
		return false
	}
	word := func(c rune) bool { return c == '-' || unicode.IsLetter(c) }
	return words == "" || strings.HasSuffix(words, " ") || strings.HasSuffix(words, "-") && strings.TrimFunc(words, word) == ""
}
