package load

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"ferry/extract/stage"
)

// What an undo will leave is known before anything is created: the sink is asked
// for the deletion of the record as it is going to be.

// undoDeeds says what it would take to delete a record that is not created yet.
// The error is a *RefusedError where the target, or what the job allows, rules it out.
func undoDeeds(sink Sink, w *Write, made Deeds) (Deeds, error) {
	now := w.Fields
	if len(made.List) > 0 { // with what mutes effects
		for name, v := range membersOf(made.List[0].Fields) {
			now = putField(now, []string{name}, v)
		}
	}
	return sink.Deeds(Write{Stream: w.Stream, Kind: stage.AttemptDelete, Key: unknownKey, Source: w.Source, From: w.From, Now: now})
}

// unknownKey stands for the key of a record that is not created yet.
const unknownKey = "0"

// undoLeaves are sentences on what an undo would leave of a creation, beside those
// that its deeds say: the record, and the parents it hangs on.
func undoLeaves(sink Sink, rules *Rules, w *Write, made Deeds) []string {
	_, err := undoDeeds(sink, w, made)
	var no *RefusedError
	if !errors.As(err, &no) {
		return nil
	}
	var texts []string
	if !slices.ContainsFunc(made.Final, func(text string) bool { return strings.Contains(no.Reason, text) }) {
		texts = append(texts, "undo leaves it: "+no.Reason)
	}
	if parents := parentsNamed(rules, w.Fields); len(parents) > 0 {
		texts = append(texts, "undo leaves what it hangs on as well, in "+strings.Join(parents, ", "))
	}
	return texts
}

// parentsNamed are the entries that a record refers to.
func parentsNamed(rules *Rules, fields json.RawMessage) (names []string) {
	for i := range rules.Fields {
		f := &rules.Fields[i]
		if f.Refs != "" && !contains(names, f.Refs) && !isNull(fieldAt(fields, f.Path)) {
			names = append(names, f.Refs)
		}
	}
	return names
}
