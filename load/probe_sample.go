package load

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// sample is the mapped record with the most fields among the first few.
func (p *probe) sample(ctx context.Context, e *entry) (best json.RawMessage, err error) {
	seen := 0
	q := stage.MappedQuery{Bins: []stage.Bin{stage.BinMapped}}
	err = p.r.cfg.Stage.Mapped(ctx, p.r.gen, e.mapped, q, func(row *stage.MappedRow) error {
		if n := len(membersOf(row.JSON)); n > len(membersOf(best)) {
			best = slices.Clone(row.JSON)
		}
		if seen++; seen >= samplesRead {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	if err == nil && best == nil {
		p.find(e, ProbeSkipped, "", "nothing is mapped for it")
	}
	return best, err
}

// samplesRead is among how many records the fullest is chosen.
const samplesRead = 200

// marked replaces the texts that people wrote by texts of the probe's own, with
// the mark in them: what no two records may share, what a record is known by, and
// all prose. ok is false where no text that people see carries the mark.
func (p *probe) marked(e *entry, fields json.RawMessage) (out json.RawMessage, ok bool) {
	w := e.stream.Writes
	if w == nil {
		return fields, false
	}
	stamp := strconv.FormatInt(p.r.cfg.Now().Unix(), 36)
	mark := func(path string) {
		steps := e.stepsOf(path)
		if v := fieldAt(fields, steps); path != w.Reference && p.markable(e, path, v) {
			text, seen := markText(plainText(v), stamp)
			fields, ok = putField(fields, steps, quotedText(text)), ok || seen
		}
	}
	for i := range e.rules.Fields {
		f := &e.rules.Fields[i]
		if len(f.Path) > 0 && isProse(f.Path[len(f.Path)-1], plainText(fieldAt(fields, f.Path))) {
			mark(f.Dotted())
		}
	}
	for name, v := range membersOf(fields) {
		if isList(v) {
			fields = putField(fields, []string{name}, withoutProse(v, ProbeMark+" "+stamp))
		}
	}
	for _, group := range slices.Concat(w.Unique, w.Required, e.rules.Match) {
		for _, path := range group {
			mark(path)
		}
	}
	if w.Reference != "" {
		fields = putField(fields, strings.Split(w.Reference, "."), quotedText("probe-"+stamp))
	}
	return fields, ok
}

// proseNames are parts of the names of fields in which people write sentences, or
// by which they know a record.
var proseNames = []string{"name", "title", "subject", "description", "note", "comment", "message", "body", "text", "about", "detail", "remark"}

// longestWord is the longest value that may be no prose: a code, a number, a place.
const longestWord = 40

// isProse tells whether a field holds what people wrote in their own words.
func isProse(name, value string) bool {
	name = strings.ToLower(name)
	return len(value) > longestWord || strings.Contains(value, "\n") ||
		slices.ContainsFunc(proseNames, func(part string) bool { return strings.Contains(name, part) })
}

// withoutProse puts a text in the place of all prose in the objects of a list.
func withoutProse(list json.RawMessage, text string) json.RawMessage {
	var elements []json.RawMessage
	if json.Unmarshal(list, &elements) != nil {
		return list
	}
	for i, one := range elements {
		members := membersOf(one)
		for name, v := range members {
			var s string
			switch {
			case isList(v):
				members[name] = withoutProse(v, text)
			case json.Unmarshal(v, &s) == nil && s != "" && isProse(name, s):
				members[name] = quotedText(text)
			}
		}
		if len(members) > 0 {
			elements[i] = mustObject(members)
		}
	}
	out, err := json.Marshal(elements)
	if err != nil {
		return list
	}
	return out
}

// markable tells whether a field's value is free text.
func (p *probe) markable(e *entry, path string, v json.RawMessage) bool {
	sh, label := shapeAt(shapesOf(e.stream), path)
	if f := e.rule(path); f != nil && (f.Refs != "" || f.Finds != "" || f.Actions) || sh == nil || label != "" {
		return false
	}
	return sh.kind == record.String && len(sh.enum) == 0 && sh.known == nil && len(v) > 2 && v[0] == '"'
}

// markText is a text of the probe's own in the place of one: an address, one line
// or several. seen says whether people read the mark in it.
func markText(text, stamp string) (marked string, seen bool) {
	_, host, address := strings.Cut(text, "@")
	switch {
	case address && host != "" && !strings.ContainsAny(text, " \n"):
		return "ferry-probe-" + stamp + "@example.invalid", false
	case strings.Contains(text, "\n"):
		return ProbeMark + " " + stamp + "\nSecond line", true
	}
	return ProbeMark + " " + stamp, true
}

func quotedText(text string) json.RawMessage { return appendQuoted(nil, text) }

// Ref gives the probe's own parent.
func (p *probe) Ref(field, to string, key record.Key) (record.Key, *Reason) {
	if target, ok := p.keys[to]; ok {
		return target, nil
	}
	return "", parentReason(field, to, key, "was not probed")
}

// Find asks the target.
func (p *probe) Find(field string, f Finding) (record.Key, *Reason) {
	found, asked, err := p.r.cfg.Reader.Find(p.r.sends, f.Stream, f.By)
	if err != nil || !asked || len(found) != 1 {
		return "", notFound(field, f)
	}
	return found[0].Key, nil
}

// Values are people's decisions; a probe has none.
func (p *probe) Values() Values { return nil }
