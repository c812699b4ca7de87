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

// marked puts the mark into the record's texts that people see, and into those
// that no two records may share.
func (p *probe) marked(e *entry, fields json.RawMessage) json.RawMessage {
	stamp := strconv.FormatInt(p.r.cfg.Now().Unix(), 36)
	w := e.stream.Writes
	if w == nil {
		return fields
	}
	if w.Reference != "" {
		fields = putField(fields, strings.Split(w.Reference, "."), quotedText("probe-"+stamp))
	}
	done := false
	for _, group := range append(slices.Clone(w.Unique), append(slices.Clone(w.Required), e.rules.Match...)...) {
		for _, path := range group {
			steps := e.stepsOf(path)
			if path == w.Reference || !p.markable(e, path, fieldAt(fields, steps)) {
				continue
			}
			text := plainText(fieldAt(fields, steps))
			fields, done = putField(fields, steps, quotedText(markText(text, stamp))), true
		}
	}
	if !done {
		p.find(e, ProbeSkipped, "", "no text field of it can carry the mark")
	}
	return fields
}

// markable tells whether a field's value is free text.
func (p *probe) markable(e *entry, path string, v json.RawMessage) bool {
	sh, label := shapeAt(shapesOf(e.stream), path)
	if f := e.rule(path); f != nil && f.Refs != "" || sh == nil || label != "" {
		return false
	}
	return sh.kind == record.String && len(sh.enum) == 0 && len(v) > 1 && v[0] == '"'
}

func markText(text, stamp string) string {
	if before, after, ok := strings.Cut(text, "@"); ok && after != "" {
		return "ferry-probe-" + stamp + "-" + strings.ToLower(strings.TrimSpace(before[:min(len(before), 8)])) + "@example.invalid"
	}
	return text + " (" + ProbeMark + " " + stamp + ")"
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
