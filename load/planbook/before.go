package planbook

import (
	"context"
	"fmt"
	"slices"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// mostBefore is how many plans back candidates are looked for.
const mostBefore = 20

// listedBefore finds the candidates of a record in the plans before p between the
// same accounts, the newest of those that list any.
func listedBefore(ctx context.Context, s *stage.Stage, p stage.Plan) (func(context.Context, int, record.Key) ([]load.Candidate, error), error) {
	plans, err := s.Plans(ctx, mostBefore)
	if err != nil {
		return nil, fmt.Errorf("plan workbook: %w", err)
	}
	plans = slices.DeleteFunc(plans, func(old stage.Plan) bool {
		return old.ID >= p.ID || old.Kind != stage.PlanLoad || old.Source != p.Source || old.Target != p.Target
	})
	return func(ctx context.Context, entry int, key record.Key) ([]load.Candidate, error) {
		name := p.Entries[entry].Name
		for _, old := range plans {
			at := slices.IndexFunc(old.Entries, func(e stage.PlanEntry) bool { return e.Name == name })
			if at < 0 {
				continue
			}
			it, ok, err := s.Item(ctx, old.ID, at, key)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			note, err := noteOf(name, &it)
			if err != nil {
				return nil, err
			}
			if asked(note) {
				return candidatesOf(&it, note), nil
			}
		}
		return nil, nil
	}, nil
}

// asked tells whether a plan listed target records to choose from, and nobody had
// decided yet.
func asked(note *load.Note) bool {
	decided := note.Match != nil && note.Match.How == stage.LinkDecided
	return !decided && (len(note.Alike) > 0 || note.Held != nil && len(note.Held.Choose) > 0)
}

// eachTarget calls fn for every live record of a stream.
func eachTarget(ctx context.Context, s *stage.Stage, account, stream string, fn func(record.Key, []byte) error) error {
	dec := stage.NewDecoder()
	return s.Chunks(ctx, account, stream, func(c *stage.Chunk) error {
		all, err := c.Decode(dec)
		if err != nil {
			return err
		}
		for i := range all {
			if all[i].Deleted {
				continue
			}
			if err := fn(all[i].Key, all[i].Raw); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
}

// withOthers adds the candidates that a plan before the decision listed, so that
// it can be taken back or changed.
func withOthers(rows, before []load.Candidate) []load.Candidate {
	for _, c := range before {
		if !slices.ContainsFunc(rows, func(have load.Candidate) bool { return have.Key == c.Key }) {
			rows = append(rows, c)
		}
	}
	return rows
}
