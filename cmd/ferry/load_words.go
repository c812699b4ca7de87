package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"ferry/load"
)

// noteLines says what a plan notes of a record, a line each.
func noteLines(n *load.Note) []string {
	var out []string
	if n.Match != nil {
		out = append(out, "match: "+evidenceText(n.Match))
	}
	if n.Instead != "" {
		out = append(out, "in place of "+string(n.Instead)+", which the target no longer has")
	}
	for _, c := range n.Changes {
		out = append(out, changeText(c))
	}
	for _, c := range n.Kept {
		out = append(out, "kept as people changed it: "+changeText(c))
	}
	for _, c := range n.Alike {
		out = append(out, "looks like "+candidateText(c))
	}
	for _, list := range []struct {
		word  string
		items []string
	}{
		{"nothing is known of", n.Unseen}, {"will happen: ", n.Effects}, {"muted: ", n.Muted},
		{"not carried over: ", n.Dropped}, {"cannot be undone: ", n.Final},
	} {
		if len(list.items) > 0 {
			out = append(out, strings.TrimSpace(list.word)+" "+strings.Join(list.items, "; "))
		}
	}
	return out
}

// evidenceText says on what a match rests.
func evidenceText(e *load.Evidence) string {
	if len(e.By) == 0 {
		return howText(e)
	}
	return howText(e) + " by " + strings.Join(e.By, " + ")
}

func howText(e *load.Evidence) string { return cmp.Or(string(e.How), "matched") }

// changeText is one field as it was and as it becomes.
func changeText(c load.Change) string {
	return fmt.Sprintf("%s: %s -> %s", c.Field, clipped(valueOr(c.Old)), clipped(valueOr(c.New)))
}

// valueOr is a JSON value for people: letters stand as they are.
func valueOr(raw json.RawMessage) string {
	if len(raw) == 0 || string(raw) == "null" {
		return "(none)"
	}
	return unescaped(raw)
}

// unescaped writes JSON in one line, with < > & as letters.
func unescaped(raw []byte) string {
	v := jsontext.Value(slices.Clone(raw))
	if v.Format() != nil {
		return string(raw)
	}
	return string(v)
}

// clipped cuts a value to what a line holds; the workbook has it whole.
func clipped(text string) string {
	const most = 60
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-3]) + "..."
	}
	return text
}

func candidateText(c load.Candidate) string {
	text := string(c.Key)
	if c.Label != "" {
		text += " " + c.Label
	}
	if c.Why != "" {
		text += " (" + c.Why + ")"
	}
	if c.Link != "" {
		text += " " + c.Link
	}
	return text
}

// reasonText says why a record is held, rejected or unsure.
func reasonText(r *load.Reason) string {
	text := r.Code
	if r.Field != "" {
		text += ": " + r.Field
	}
	if r.Text != "" {
		text += ": " + r.Text
	}
	if r.Said != "" {
		text += fmt.Sprintf(" (the target said: %s)", r.Said)
	}
	return strings.TrimPrefix(text, ": ")
}

// reasonKinds counts records by why they are held or rejected, with the keys of
// the first.
type reasonKinds struct {
	count  map[reasonKind]int
	text   map[reasonKind]string // of the first
	differ map[reasonKind]bool   // the others say something else
	keys   map[reasonKind][]string
	choose map[reasonKind][]string // what the first records may be
}

// reasonKind is a reason that several records share.
type reasonKind struct{ Code, Field, Do string }

func (k *reasonKinds) add(r *load.Reason, key string, show int) {
	if k.count == nil {
		k.count, k.text, k.differ = map[reasonKind]int{}, map[reasonKind]string{}, map[reasonKind]bool{}
		k.keys, k.choose = map[reasonKind][]string{}, map[reasonKind][]string{}
	}
	kind := reasonKind{Code: r.Code, Field: r.Field, Do: r.Do}
	said := r.Text
	if r.Said != "" {
		said += fmt.Sprintf(" (the target said: %s)", r.Said)
	}
	if k.count[kind]++; k.count[kind] == 1 {
		k.text[kind] = said
	}
	k.differ[kind] = k.differ[kind] || said != k.text[kind]
	if len(k.keys[kind]) < show {
		k.keys[kind] = append(k.keys[kind], key)
		if r.AboutValue() && r.Code != load.CodeAmbiguous {
			return // they are values, and the text names them
		}
		for _, c := range r.Choose[:min(len(r.Choose), show)] {
			k.choose[kind] = append(k.choose[kind], key+" may be "+candidateText(c))
		}
	}
}

// sorted lists the kinds, the most frequent first.
func (k *reasonKinds) sorted() []reasonKind {
	var out []reasonKind
	for kind := range k.count {
		out = append(out, kind)
	}
	slices.SortFunc(out, func(a, b reasonKind) int {
		return cmp.Or(cmp.Compare(k.count[b], k.count[a]), cmp.Compare(a.Code+a.Field+a.Do, b.Code+b.Field+b.Do))
	})
	return out
}

// print prints the kinds, the most frequent first, with the first records and
// what to do; before stands before each.
func (k *reasonKinds) print(out func(format string, args ...any), before, word string) {
	indent := before[:len(before)-len(strings.TrimLeft(before, " "))]
	for _, kind := range k.sorted() {
		text, keys := kind.text(), slices.Clone(k.keys[kind])
		switch first := k.text[kind]; {
		case k.differ[kind] && len(keys) > 0:
			keys[0] += " (" + first + ")"
		case first != "":
			text += ": " + first
		}
		out("%s%s %s: %s; such as %s\n", before, count(k.count[kind]), word, text, strings.Join(keys, ", "))
		for _, text := range k.choose[kind] {
			out("%s    %s\n", indent, text)
		}
		if kind.Do != "" {
			out("%s  -> %s\n", indent, kind.Do)
		}
	}
}

func (k reasonKind) text() string {
	if k.Field == "" {
		return k.Code
	}
	return k.Code + ", " + k.Field
}

// byCode counts reasons by their code.
func (k *reasonKinds) byCode() map[string]int {
	out := map[string]int{}
	for kind, n := range k.count {
		out[kind.Code] += n
	}
	return out
}
