package planbook

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// survey is what is counted over all records of a plan.
type survey struct {
	actions  []map[stage.Action]int // by entry
	bytes    []int64                // of files, by entry
	requests int
	effects  map[named]*effectCount
	final    map[named]*example
	dropped  map[named]*example
	values   map[undecided]*valueCount
}

// named is something said of records of an entry.
type named struct {
	entry int
	text  string
}

type effectCount struct{ happen, muted int }

// example counts records and keeps one of them.
type example struct {
	n   int
	key record.Key
}

// undecided is a value that somebody has to decide about.
type undecided struct {
	entry        int
	field, value string
}

type valueCount struct {
	n       int
	reason  string
	code    string
	keys    []record.Key // the first few
	choices map[record.Key]load.Candidate
}

// shownKeys is how many records are named as examples of a value.
const shownKeys = 3

func noteOf(entry string, it *stage.Item) (*load.Note, error) {
	note := &load.Note{}
	if len(it.Note) > 0 {
		if err := json.Unmarshal(it.Note, note); err != nil {
			return nil, fmt.Errorf("the plan's note on %s %s is damaged: %w; make the plan again", entry, it.Key, err)
		}
	}
	return note, nil
}

// shelfKey is where the mapped record of an entry stands.
func shelfKey(entry int, key record.Key) string { return strconv.Itoa(entry) + " " + string(key) }

// survey reads the whole plan once and counts.
func (w *writer) survey() error {
	f := &w.found
	f.effects, f.final, f.dropped = map[named]*effectCount{}, map[named]*example{}, map[named]*example{}
	f.values = map[undecided]*valueCount{}
	for i, e := range w.in.Entries {
		f.actions, f.bytes = append(f.actions, map[stage.Action]int{}), append(f.bytes, 0)
		err := w.in.Items(w.ctx, i, nil, func(it *stage.Item) error {
			f.actions[i][it.Action]++
			if len(it.Note) == 0 {
				return nil
			}
			note, err := noteOf(e.Name, it)
			if err == nil {
				f.add(i, it, note)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *survey) add(entry int, it *stage.Item, note *load.Note) {
	f.requests += note.Deeds
	if note.File != nil {
		f.bytes[entry] += note.File.Bytes
	}
	for _, name := range note.Effects {
		f.effect(entry, name).happen++
	}
	for _, name := range note.Muted {
		f.effect(entry, name).muted++
	}
	for _, text := range note.Final {
		count(f.final, named{entry, text}, it.Key)
	}
	for _, text := range note.Dropped {
		count(f.dropped, named{entry, text}, it.Key)
	}
	if note.Held == nil {
		return
	}
	f.value(entry, it.Key, note.Held)
	for i := range note.Held.Also {
		f.value(entry, it.Key, &note.Held.Also[i])
	}
}

func (f *survey) effect(entry int, name string) *effectCount {
	c := f.effects[named{entry, name}]
	if c == nil {
		c = &effectCount{}
		f.effects[named{entry, name}] = c
	}
	return c
}

func count(in map[named]*example, what named, key record.Key) {
	if in[what] == nil {
		in[what] = &example{key: key}
	}
	in[what].n++
}

// value counts a value that keeps a record back.
func (f *survey) value(entry int, key record.Key, held *load.Reason) {
	if !held.AboutValue() {
		return
	}
	what := undecided{entry, held.Field, held.Value}
	v := f.values[what]
	if v == nil {
		v = &valueCount{reason: held.Text, code: held.Code, choices: map[record.Key]load.Candidate{}}
		f.values[what] = v
	}
	v.n++
	if len(v.keys) < shownKeys {
		v.keys = append(v.keys, key)
	}
	for _, c := range held.Choose {
		v.choices[c.Key] = c
	}
}

// ordered lists what was said, by entry and text.
func ordered[T any](of map[named]T) []named {
	return slices.SortedFunc(maps.Keys(of), func(a, b named) int {
		return cmp.Or(cmp.Compare(a.entry, b.entry), cmp.Compare(a.text, b.text))
	})
}
