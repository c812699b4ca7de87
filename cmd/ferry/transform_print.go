package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/transform"
)

func (m *mapper) printBins(sum transform.Summary) {
	s := m.app.screen
	var rows [][]string
	total := stage.Bins{}
	for i := range sum.Streams {
		x := &sum.Streams[i]
		b := x.Bins
		rows = append(rows, []string{x.Name, x.Source, count(b.Source), count(b.Mapped), count(b.Skipped), count(b.Dead),
			count(b.Tombstones), count(b.Held), count(x.Mapped)})
		total.Source, total.Mapped, total.Skipped = total.Source+b.Source, total.Mapped+b.Mapped, total.Skipped+b.Skipped
		total.Dead, total.Tombstones, total.Held = total.Dead+b.Dead, total.Tombstones+b.Tombstones, total.Held+b.Held
		s.emit(map[string]any{"event": "bins", "stream": x.Name, "from": x.Source, "to": x.Target, "source": b.Source, "mapped": b.Mapped,
			"skipped": b.Skipped, "dead": b.Dead, "tombstones": b.Tombstones, "held": b.Held, "orphans": b.Orphans, "reasons": b.Reasons})
	}
	rows = append(rows, []string{"all", "", count(total.Source), count(total.Mapped), count(total.Skipped), count(total.Dead),
		count(total.Tombstones), count(total.Held), ""})
	s.say("\n")
	s.table([]string{"stream", "from", ">source", ">mapped", ">skipped", ">dead", ">gone", ">held", ">worked on"}, rows)
	for i := range sum.Streams {
		x := &sum.Streams[i]
		for _, reason := range byCount(x.Bins.Reasons) {
			s.say("%s: %s skipped: %s\n", x.Name, count(x.Bins.Reasons[reason]), reason)
		}
	}
	if !sum.Changed {
		s.say("Nothing differs from the generation before.\n")
	}
	m.app.ending.Bins = map[string]int{"source": total.Source, "mapped": total.Mapped, "skipped": total.Skipped,
		"dead": total.Dead, "tombstones": total.Tombstones, "held": total.Held}
}

// byCount sorts keys by their number, the largest first.
func byCount(n map[string]int) []string {
	return slices.SortedFunc(maps.Keys(n), func(a, b string) int { return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b)) })
}

// deadKind is a reason that dead letters of a stream share.
type deadKind struct{ field, origin, reason, do string }

// printDead groups the dead letters by their reason, with the keys of the first.
func (m *mapper) printDead(ctx context.Context, g *stage.Generation) error {
	if g == nil {
		return nil
	}
	for _, e := range g.Entries {
		if e.Bins.Dead == 0 && e.Bins.Held == 0 {
			continue
		}
		names, err := readRowNames(ctx, m.stage, m.Account.ID)
		if err != nil {
			return err
		}
		kinds, keys := map[deadKind]int{}, map[deadKind][]string{}
		err = m.stage.Mapped(ctx, g, e, stage.MappedQuery{Bins: []stage.Bin{stage.BinDead, stage.BinHeld}, Sorted: true}, func(row *stage.MappedRow) error {
			for _, k := range kindsOf(row) {
				kinds[k]++
				if len(keys[k]) < m.show {
					keys[k] = append(keys[k], names.call(row.Key))
				}
				m.app.screen.emit(map[string]any{"event": "dead", "stream": e.Name, "key": row.Key, "field": k.field, "origin": k.origin,
					"reason": k.reason, "do": k.do, "held": row.Bin == stage.BinHeld})
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		of := e.Source + " "
		if names != nil {
			of = ""
		}
		m.printKinds(e.Name, of, kinds, keys)
	}
	return nil
}

func (m *mapper) printKinds(name, of string, kinds map[deadKind]int, keys map[deadKind][]string) {
	order := slices.SortedFunc(maps.Keys(kinds), func(a, b deadKind) int {
		return cmp.Or(cmp.Compare(kinds[b], kinds[a]), cmp.Compare(a.field+a.reason, b.field+b.reason))
	})
	for _, k := range order {
		field := k.field
		if k.origin != "" {
			field += " (from " + k.origin + ")"
		}
		m.app.screen.say("%s: %s: %s", name, count(kinds[k]), strings.TrimPrefix(field+": "+k.reason, ": "))
		if len(keys[k]) > 0 {
			m.app.screen.say("; %s%s", of, strings.Join(keys[k], ", "))
		}
		m.app.screen.say("\n")
		if k.do != "" {
			m.app.screen.say("  -> %s\n", k.do)
		}
	}
}

// kindsOf is why one record is dead or held.
func kindsOf(row *stage.MappedRow) []deadKind {
	var out []deadKind
	for _, o := range row.Orphan {
		why := "is not mapped"
		do := "mend that record, or let the field be empty"
		if o.Why == stage.BinNone {
			why, do = "is not staged", "read that stream too, or let the field be empty"
		}
		out = append(out, deadKind{field: o.Field, reason: "its record of " + o.To + " " + why, do: do})
	}
	if len(out) > 0 {
		return out
	}
	var letter stage.Letter
	if err := json.Unmarshal(row.JSON, &letter); err != nil {
		return []deadKind{{reason: "its dead letter cannot be read: " + err.Error()}}
	}
	return []deadKind{{field: letter.Field, origin: letter.Origin, reason: letter.Reason, do: letter.Do}}
}

// printDiff shows what differs from the generation before.
func (m *mapper) printDiff(ctx context.Context, before, current *stage.Generation) error {
	s := m.app.screen
	if before == nil || current == nil {
		s.value("\nThere is no generation before to compare with.\n")
		return nil
	}
	s.value("\nAgainst the generation of %s:\n", before.Published.Local().Format("2006-01-02 15:04:05"))
	shown := map[string]int{}
	diffs, err := transform.Diff(ctx, m.stage, before, current, func(c *transform.Change) error {
		if shown[c.Stream] < m.show {
			shown[c.Stream]++
			m.printChange(c)
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	var rows [][]string
	for _, d := range diffs {
		rows = append(rows, []string{d.Name, count(d.Added), count(d.Removed), count(d.Changed), count(d.Moved), fieldCounts(d.Fields)})
		s.emit(map[string]any{"event": "diff", "stream": d.Name, "added": d.Added, "removed": d.Removed, "changed": d.Changed,
			"moved": d.Moved, "fields": d.Fields, "renamed": d.Renamed})
	}
	s.value("\n%s", formatTable([]string{"stream", ">added", ">removed", ">changed", ">moved", "fields"}, rows))
	return nil
}

func fieldCounts(fields map[string]int) string {
	var parts []string
	for _, name := range byCount(fields) {
		parts = append(parts, fmt.Sprintf("%s %s", name, count(fields[name])))
	}
	return orDash(strings.Join(parts, ", "))
}

var binWords = map[stage.Bin]string{stage.BinNone: "not there", stage.BinMapped: "mapped", stage.BinDead: "dead",
	stage.BinHeld: "held", stage.BinTombstone: "gone", stage.BinSkipped: "skipped"}

func (m *mapper) printChange(c *transform.Change) {
	s := m.app.screen
	s.value("\n%s %s (%s)", c.Stream, c.Key, c.Source)
	if c.From != c.To {
		s.value(": %s -> %s", binWords[c.From], binWords[c.To])
	}
	s.value("\n")
	for _, f := range c.Fields {
		s.value("  %s: %s -> %s\n", f.Path, jsonText(f.Old), jsonText(f.New))
	}
}

// jsonText is a value for people, nil being absent.
func jsonText(raw []byte) string {
	if raw == nil {
		return "(none)"
	}
	return string(raw)
}

// mappedOf finds what became of one source record in the newest generation.
func mappedOf(ctx context.Context, st *stage.Stage, account, stream string, key record.Key) (map[string]stage.MappedRow, error) {
	current, _, err := st.Generations(ctx, account)
	if err != nil || current == nil {
		return nil, err
	}
	out := map[string]stage.MappedRow{}
	for _, e := range current.Entries {
		if e.Source != stream {
			continue
		}
		rows, err := st.MappedRecords(ctx, current, e, key)
		if err != nil {
			return nil, err
		}
		if row, ok := rows[key]; ok {
			out[e.Name] = row
		}
	}
	return out, nil
}
