package main

import (
	"context"
	"encoding/json"
	"fmt"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// planPrinter prints a plan so that a person can decide.
type planPrinter struct {
	*loader
	plan stage.Plan
	sum  load.Summary
	show int // examples a stream and action
}

// planActions are what a plan does with records, in the order shown.
var planActions = []stage.Action{stage.ActCreate, stage.ActUpdate, stage.ActUnchanged, stage.ActHeld, stage.ActRejected}

// table prints what is done with how many records of each stream.
func (pp *planPrinter) table() {
	var rows, files [][]string
	records, total := map[stage.Action]int{}, map[stage.Action]int{}
	for _, e := range pp.sum.Entries {
		n := map[stage.Action]int{}
		for _, action := range planActions {
			n[action] = e.Actions[action.String()]
			total[action] += n[action]
			if e.Files == nil {
				records[action] += n[action]
			}
		}
		if row := actionRow(e.Name, planActions, n); e.Files == nil {
			rows = append(rows, row)
		} else {
			files = append(files, append(row, sizeOf(e.Files)))
		}
		pp.app.screen.emit(map[string]any{"event": "plan_stream", "stream": e.Name, "plan": pp.plan.Hash, "records": e.Records,
			"actions": e.Actions, "reasons": e.Reasons, "links": e.Links, "alike": e.Alike, "changes": e.Changes, "kept": e.Kept,
			"unseen": e.Unseen, "effects": e.Effects, "muted": e.Muted, "dropped": e.Dropped, "final": e.Final, "writes": e.Writes, "files": e.Files})
	}
	rows = append(rows, actionRow("all", planActions, records))
	pp.app.screen.asked([]string{"stream", ">records", ">create", ">update", ">unchanged", ">held", ">rejected"}, rows)
	if len(files) > 0 {
		pp.app.screen.value("\n")
		pp.app.screen.asked([]string{"photos and attachments", ">number", ">create", ">update", ">unchanged", ">held", ">rejected", ">size to write"}, files)
	}
	pp.app.ending.Bins = map[string]int{}
	for _, action := range planActions {
		pp.app.ending.Bins[action.String()] = total[action]
	}
}

func actionRow(name string, actions []stage.Action, n map[stage.Action]int) []string {
	sum, row := 0, []string{name, ""}
	for _, action := range actions {
		sum += n[action]
		row = append(row, count(n[action]))
	}
	row[1] = count(sum)
	return row
}

// entry prints what is behind the numbers of one entry.
func (pp *planPrinter) entry(ctx context.Context, n int) error {
	s, e := pp.app.screen, &pp.sum.Entries[n]
	if e.Actions[stage.ActUnchanged.String()] == e.Records {
		return nil
	}
	s.value("\n%s\n", e.Name)
	if e.Files != nil {
		return pp.files(ctx, n)
	}
	words, err := pp.rowWords(ctx, pp.plan.Entries[n])
	if err != nil {
		return err
	}
	if err := pp.creates(ctx, n, words); err != nil {
		return err
	}
	if k := e.Actions[stage.ActUpdate.String()]; k > 0 {
		s.value("  update %s: %s; such as\n", count(k), fieldCounts(e.Changes))
		items, err := pp.examples(ctx, n, stage.ActUpdate)
		if err != nil {
			return err
		}
		for _, item := range items {
			s.value("    %s = %s\n", words.call(item.Key), pp.place(n, item))
			pp.changes(item)
		}
	}
	if len(e.Links) > 0 {
		s.value("  in the target already: %s\n", fieldCounts(e.Links))
		if err := pp.evidence(ctx, n, words); err != nil {
			return err
		}
	}
	for _, list := range []struct {
		word string
		n    map[string]int
	}{
		{"left as people changed it", e.Kept}, {"nothing is known of", e.Unseen}, {"not carried over", e.Dropped},
	} {
		if len(list.n) > 0 {
			s.value("  %s: %s\n", list.word, fieldCounts(list.n))
		}
	}
	return pp.keptBack(ctx, n, words)
}

// creates shows the first records that would be created, as they would be.
func (pp *planPrinter) creates(ctx context.Context, n int, words *rowWords) error {
	s, e := pp.app.screen, &pp.sum.Entries[n]
	k := e.Actions[stage.ActCreate.String()]
	if k == 0 {
		return nil
	}
	items, err := pp.examples(ctx, n, stage.ActCreate)
	if err != nil {
		return err
	}
	var keys []record.Key
	for _, item := range items {
		keys = append(keys, item.Key)
	}
	rows, err := pp.mapped(ctx, n, keys)
	if err != nil {
		return err
	}
	s.value("  create %s, such as\n", count(k))
	for _, item := range items {
		s.value("    %s  %s\n", words.call(item.Key), recordLine(rows[item.Key].JSON))
	}
	if e.Alike > 0 {
		s.value("  %s of them look like a record that is there; sheet Matches of the workbook lets you link them instead\n", count(e.Alike))
	}
	return nil
}

// evidence shows on what the first matches rest.
func (pp *planPrinter) evidence(ctx context.Context, n int, words *rowWords) error {
	shown := 0
	q := stage.ItemQuery{Actions: []stage.Action{stage.ActUpdate, stage.ActUnchanged}}
	err := pp.stage.Items(ctx, pp.plan.ID, n, q, func(item *stage.Item) error {
		note, err := noteOf(item)
		if err != nil {
			return err
		}
		if note.Match != nil && note.Match.How != "" && len(note.Match.By) > 0 {
			pp.app.screen.value("    %s = %s %s\n", words.call(item.Key), pp.place(n, item), evidenceText(note.Match))
			shown++
		}
		if shown >= pp.show {
			return errEnough
		}
		return ctx.Err()
	})
	if shown >= pp.show {
		return nil
	}
	return err
}

// keptBack groups the held and rejected records of an entry by their reason.
func (pp *planPrinter) keptBack(ctx context.Context, n int, words *rowWords) error {
	kinds := map[stage.Action]*reasonKinds{stage.ActHeld: {}, stage.ActRejected: {}}
	q := stage.ItemQuery{Actions: []stage.Action{stage.ActHeld, stage.ActRejected}}
	err := pp.stage.Items(ctx, pp.plan.ID, n, q, func(item *stage.Item) error {
		why := reasonOfItem(item)
		if why != nil {
			kinds[item.Action].add(words.reason(why), words.call(item.Key), pp.show)
			pp.app.screen.emit(map[string]any{"event": "plan_record", "stream": pp.plan.Entries[n].Name, "key": item.Key,
				"action": item.Action.String(), "why": why})
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	kinds[stage.ActHeld].print(pp.app.screen.value, "  ", "held")
	kinds[stage.ActRejected].print(pp.app.screen.value, "  ", "rejected")
	return nil
}

// examples reads the first records with which a plan does something.
func (pp *planPrinter) examples(ctx context.Context, n int, action stage.Action) (items []*stage.Item, err error) {
	q := stage.ItemQuery{Actions: []stage.Action{action}, Limit: max(pp.show, 1)}
	err = pp.stage.Items(ctx, pp.plan.ID, n, q, func(item *stage.Item) error {
		items = append(items, item)
		return nil
	})
	return items[:min(len(items), pp.show)], err
}

// mapped reads the mapped records behind some items of an entry.
func (pp *planPrinter) mapped(ctx context.Context, n int, keys []record.Key) (map[record.Key]stage.MappedRow, error) {
	g, _, err := pp.stage.Generations(ctx, pp.source.Account.ID)
	if err != nil || g == nil || len(keys) == 0 {
		return nil, err
	}
	e, ok := g.Entry(pp.plan.Entries[n].Name)
	if !ok {
		return nil, nil
	}
	return pp.stage.MappedRecords(ctx, g, e, keys...)
}

// place is a target record with its page.
func (pp *planPrinter) place(n int, item *stage.Item) string {
	text := string(item.Target)
	if page := pp.page(pp.plan.Entries[n], item.Target); page != "" {
		text += "  " + page
	}
	return text
}

func (pp *planPrinter) changes(item *stage.Item) {
	note, err := noteOf(item)
	if err != nil {
		return
	}
	for _, c := range note.Changes {
		pp.app.screen.value("      %s\n", changeText(c))
	}
}

// noteOf reads what a plan notes of a record.
func noteOf(item *stage.Item) (note load.Note, err error) {
	if len(item.Note) == 0 {
		return note, nil
	}
	if err := json.Unmarshal(item.Note, &note); err != nil {
		return note, fmt.Errorf("the plan's note on %s: %w", item.Key, err)
	}
	return note, nil
}
