package main

import (
	"context"
	"strings"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// adopted is a record that was found in the target after its answer was lost.
type adopted struct {
	side stage.Side
	key  record.Key
}

// adoptedOf lists the records of a plan that were found so.
func (l *loader) adoptedOf(ctx context.Context, p stage.Plan) (map[adopted]bool, error) {
	all := map[adopted]bool{}
	for _, e := range p.Entries {
		err := l.stage.Links(ctx, e.Side, func(k *stage.Link) error {
			if k.How == stage.LinkAdopted {
				all[adopted{e.Side, k.Key}] = true
			}
			return ctx.Err()
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// printLost tells what became of the answers that were lost: records that were
// found in the target since before was listed, and those that were not and were
// sent again in this run.
func (l *loader) printLost(ctx context.Context, p stage.Plan, before map[adopted]bool) error {
	const show = 5
	var found []string
	came, gone := 0, 0
	for _, e := range p.Entries {
		err := l.stage.Links(ctx, e.Side, func(k *stage.Link) error {
			if k.How != stage.LinkAdopted || before[adopted{e.Side, k.Key}] {
				return nil
			}
			if came++; len(found) < show {
				text := e.Name + " " + string(k.Key) + " = " + string(k.Target)
				if page := l.link(e.Side.Stream, k.Target); page != "" {
					text += "  " + page
				}
				found = append(found, text)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	q := stage.AttemptQuery{Run: l.run.ID, States: []stage.AttemptState{stage.AttemptLost}}
	err := l.stage.Attempts(ctx, q, func(*stage.Attempt) error {
		gone++
		return nil
	})
	if err != nil || came+gone == 0 {
		return err
	}
	s, text := l.app.screen, ""
	if came > 0 {
		text += "; " + wereText(came) + " there and taken over"
	}
	if gone > 0 {
		text += "; " + wereText(gone) + " not there and sent again"
	}
	s.say("\nAnswers were lost, so the target was asked%s.\n", strings.Replace(text, ";", ":", 1))
	for _, text := range found {
		s.say("  %s\n", text)
	}
	s.emit(map[string]any{"event": load.EventUnsure, "adopted": came, "lost": gone, "records": came + gone})
	return nil
}

// wereText is "1 record was" or "2 records were".
func wereText(n int) string {
	if n == 1 {
		return "1 record was"
	}
	return plural(n, "record") + " were"
}
