package main

import (
	"context"
	"strings"

	"ferry/extract/stage"
	"ferry/load"
)

// printLost tells what became of the answers that were lost in this run: records
// that were found in the target, and those that were not and were sent again.
func (l *loader) printLost(ctx context.Context, p stage.Plan) error {
	const show = 5
	var found []string
	adopted, gone := 0, 0
	for _, e := range p.Entries {
		err := l.stage.Links(ctx, e.Side, func(k *stage.Link) error {
			if k.How != stage.LinkAdopted || k.Run != l.run.ID {
				return nil
			}
			if adopted++; len(found) < show {
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
	if err != nil || adopted+gone == 0 {
		return err
	}
	s, text := l.app.screen, ""
	if adopted > 0 {
		text += "; " + wereText(adopted) + " there and taken over"
	}
	if gone > 0 {
		text += "; " + wereText(gone) + " not there and sent again"
	}
	s.say("\nAnswers were lost, so the target was asked%s.\n", strings.Replace(text, ";", ":", 1))
	for _, text := range found {
		s.say("  %s\n", text)
	}
	s.emit(map[string]any{"event": load.EventUnsure, "adopted": adopted, "lost": gone, "records": adopted + gone})
	return nil
}

// wereText is "1 record was" or "2 records were".
func wereText(n int) string {
	if n == 1 {
		return "1 record was"
	}
	return plural(n, "record") + " were"
}
