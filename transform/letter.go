package transform

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"ferry/extract/record"
	"ferry/extract/stage"
)

var pendingLetter = stage.Letter{
	Reason: "its details are not read yet",
	Do:     "run `ferry extract` until all details are there, then `ferry transform` again",
}

// severalLetter is for a record to which several of a joined stream belong.
func severalLetter(stream string, m *match) stage.Letter {
	keys := []string{string(m.source.Key)}
	for _, k := range m.also {
		keys = append(keys, string(k))
	}
	return stage.Letter{
		Reason: fmt.Sprintf("several records of %s belong to it: %s", stream, strings.Join(keys, ", ")),
		Do:     fmt.Sprintf("map %s in an entry of its own, or join it in the mapping by a field that only one of them has", stream),
	}
}

// DeadLetter is a record set aside, with all that is needed to put it right.
type DeadLetter struct {
	Stage  string          `json:"stage"`  // "transform"
	Stream string          `json:"stream"` // mapped stream
	Source string          `json:"source"` // staged stream
	Key    record.Key      `json:"key"`
	Bin    string          `json:"bin"` // dead or held
	Reason string          `json:"reason"`
	Field  string          `json:"field,omitempty"`  // target field
	Value  string          `json:"value,omitempty"`  // what the rule met
	Origin string          `json:"origin,omitempty"` // where the value comes from
	Do     string          `json:"do"`
	Record json.RawMessage `json:"record,omitempty"` // the source record as it was
	Mapped json.RawMessage `json:"mapped,omitempty"` // of a record that lacks a parent: what it was mapped to
}

// DeadLetters calls fn for every dead letter and held record of a generation,
// entry by entry. The letter is valid until fn returns. An error of fn ends the
// walk and comes back as it is.
func DeadLetters(ctx context.Context, s *stage.Stage, g *stage.Generation, fn func(*DeadLetter) error) error {
	for _, e := range g.Entries {
		if e.Bins.Dead == 0 && e.Bins.Held == 0 {
			continue
		}
		q := stage.MappedQuery{Bins: []stage.Bin{stage.BinDead, stage.BinHeld}, Source: true}
		var own error
		err := s.Mapped(ctx, g, e, q, func(row *stage.MappedRow) error {
			letter, err := deadLetter(e, row)
			if err == nil {
				err = fn(letter)
			}
			own = err
			return own
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func deadLetter(e stage.MappedEntry, row *stage.MappedRow) (*DeadLetter, error) {
	d := &DeadLetter{Stage: "transform", Stream: e.Name, Source: e.Source, Key: row.Key, Bin: row.Bin.String()}
	if len(row.Orphan) > 0 {
		d.Mapped, d.Record = row.JSON, row.Source
		lacks := row.Orphan[0]
		d.Reason, d.Do = missing(e, row.Key, lacks)
		d.Field, d.Value, d.Origin = lacks.Field, string(lacks.Key), fmt.Sprintf("ref(%q, ...)", lacks.To)
		return d, nil
	}
	var letter stage.Letter
	if err := json.Unmarshal(row.JSON, &letter); err != nil {
		return nil, fmt.Errorf("read the dead letter of %s %s: %w", e.Source, row.Key, err)
	}
	d.Reason, d.Field, d.Value, d.Origin, d.Do, d.Record = letter.Reason, letter.Field, letter.Value, letter.Origin, letter.Do, letter.Record
	return d, nil
}

// missing says in words what a record lacks and what to do.
func missing(e stage.MappedEntry, key record.Key, m stage.Missing) (reason, do string) {
	who := fmt.Sprintf("%s %s: %s %s ", e.Source, key, m.To, m.Key)
	switch m.Why {
	case stage.BinDead:
		return who + "is a dead letter itself", fmt.Sprintf("put %s %s right first, then run `ferry transform` again", m.To, m.Key)
	case stage.BinHeld:
		return who + "is held until its details are read", "run `ferry extract` until all details are there, then `ferry transform` again"
	case stage.BinSkipped:
		return who + "is skipped by a rule of its mapping", fmt.Sprintf("let the mapping take %s %s in, or skip the record by `where:`", m.To, m.Key)
	case stage.BinTombstone:
		return who + "was deleted at the source", "skip the record by `where:`, or give the reference a placeholder: `ref(...) ?? placeholder(...)`"
	}
	return who + "is not staged", fmt.Sprintf("extract the stream that %s is mapped from, without a filter or limit that leaves it out, or give the reference a placeholder: `ref(...) ?? placeholder(...)`", m.To)
}
