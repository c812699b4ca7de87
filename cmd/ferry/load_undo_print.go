package main

import (
	"context"

	"ferry/extract/stage"
	"ferry/load"
)

// undoActions are what a plan of an undo does, in the order shown.
var undoActions = []stage.Action{stage.ActDelete, stage.ActRestore, stage.ActLeft, stage.ActUnchanged}

// undoLook is what one entry of a plan of an undo holds.
type undoLook struct {
	actions map[stage.Action]int
	first   map[stage.Action][]*stage.Item // examples
	left    reasonKinds
	words   *rowWords
}

// examineUndo reads the items of an entry once.
func (pp *planPrinter) examineUndo(ctx context.Context, n int) (*undoLook, error) {
	words, err := pp.rowWords(ctx, pp.plan.Entries[n])
	if err != nil {
		return nil, err
	}
	look := &undoLook{words: words, actions: map[stage.Action]int{}, first: map[stage.Action][]*stage.Item{}}
	err = pp.stage.Items(ctx, pp.plan.ID, n, stage.ItemQuery{}, func(item *stage.Item) error {
		look.actions[item.Action]++
		if len(look.first[item.Action]) < pp.show {
			look.first[item.Action] = append(look.first[item.Action], item)
		}
		if why := reasonOfItem(item); why != nil && item.Action == stage.ActLeft {
			look.left.add(words.reason(why), words.call(item.Key), pp.show)
			pp.app.screen.emit(map[string]any{"event": "plan_record", "stream": pp.plan.Entries[n].Name, "key": item.Key,
				"action": item.Action.String(), "target": item.Target, "why": why})
		}
		return ctx.Err()
	})
	return look, err
}

// printUndo prints a plan of an undo: what is deleted, restored, and left alone
// with the reasons.
func (l *loader) printUndo(ctx context.Context, p stage.Plan, show int) (map[stage.Action]int, error) {
	s, total := l.app.screen, map[stage.Action]int{}
	pp := &planPrinter{loader: l, plan: p, show: show}
	s.value("\nUndo %s of what run %d wrote to %s\n\n", shortHash(p.Hash), p.Undoes, p.Target)
	var rows, files [][]string
	records := map[stage.Action]int{}
	var looks []*undoLook
	for n, e := range p.Entries {
		look, err := pp.examineUndo(ctx, n)
		if err != nil {
			return nil, err
		}
		looks = append(looks, look)
		isFiles := load.IsFiles(e)
		if row := actionRow(e.Name, undoActions, look.actions); isFiles {
			files = append(files, row)
		} else {
			rows = append(rows, row)
		}
		event := map[string]any{"event": "plan_stream", "stream": e.Name, "plan": p.Hash, "left_by": look.left.byCode()}
		for _, action := range undoActions {
			total[action] += look.actions[action]
			if !isFiles {
				records[action] += look.actions[action]
			}
			event[action.String()] = look.actions[action]
		}
		s.emit(event)
	}
	rows = append(rows, actionRow("all", undoActions, records))
	head := []string{"stream", ">records", ">delete", ">restore", ">left alone", ">gone already"}
	s.asked(head, rows)
	if len(files) > 0 {
		s.value("\n")
		s.asked(filesHead(head), files)
	}
	for n, look := range looks {
		pp.printUndone(n, look)
	}
	s.emit(map[string]any{"event": "plan", "kind": p.Kind, "plan": p.Hash, "run": p.Undoes, "state": p.State, "target": p.Target,
		"delete": total[stage.ActDelete], "restore": total[stage.ActRestore], "left": total[stage.ActLeft], "gone": total[stage.ActUnchanged]})
	l.app.ending.Bins = map[string]int{}
	for _, action := range undoActions {
		l.app.ending.Bins[action.String()] = total[action]
	}
	return total, nil
}

// printUndone shows examples of an entry, and why records are left alone.
func (pp *planPrinter) printUndone(n int, look *undoLook) {
	s, name := pp.app.screen, pp.plan.Entries[n].Name
	for _, action := range []stage.Action{stage.ActDelete, stage.ActRestore} {
		for _, item := range look.first[action] {
			s.value("  %s %s: %s %s\n", name, look.words.call(item.Key), action, pp.place(n, item))
			if action == stage.ActRestore {
				pp.changes(item)
			}
		}
	}
	look.left.print(s.value, "  "+name+": ", "left alone")
}
