package check

import (
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/valyala/fastjson"

	"ferry/extract/sheet"
	"ferry/transform/mapping"
)

// note is one thing to be said of one row.
type note struct {
	words
	column int    // of plan.columns; -1 the whole row
	field  int    // of plan.fields; -1 none
	text   string // what stands there; "" is not shown
}

// words are what a note says. Notes of equal words about one column and field are
// one finding.
type words struct {
	kind, why, do string
	warn          bool
	length        int    // of a pile-up; else 0
	names         *Names // that lack a value; else nil
}

// judge checks batches; it belongs to one goroutine.
type judge struct {
	*plan
	worker *mapping.Worker
	in     mapping.Input
	out    mapping.Result
	keys   keyHasher
	clocks clocks
	parser fastjson.Parser
	place  []byte // of a find, in plan.names
	buf    []byte // its key
	text   []byte
}

func (p *plan) newJudge() *judge {
	return &judge{plan: p, worker: p.cfg.Stream.New(), in: mapping.Input{All: true}, clocks: clocks{zone: p.cfg.Zone}}
}

func (j *judge) batch(b *batch) {
	for i := range b.rows {
		r := &b.rows[i]
		from := len(b.notes)
		switch r.bin {
		case sheet.Record:
			j.record(b, r, b.row(j.plan, i))
		case sheet.Held:
			b.notes = append(b.notes, note{words: words{kind: kindHeld, why: r.why, do: r.do}, column: -1, field: -1})
		}
		r.notes = [2]int{from, len(b.notes)}
	}
}

// record checks one record.
func (j *judge) record(b *batch, r *row, texts []string) {
	for i := r.problems[0]; i < r.problems[1]; i++ {
		p := &b.problems[i]
		j.add(b, p.column, -1, words{kind: p.Kind, why: p.Why, do: p.Do, warn: p.Warn}, p.text)
	}
	j.lengths(b, texts)
	j.in.Key, j.in.Texts = r.key, texts
	switch j.worker.Apply(&j.in, &j.out) {
	case mapping.Skipped:
		r.skip = j.out.Skip
		return
	case mapping.Dead:
		for i := range j.out.All {
			j.mistake(b, r, texts, &j.out.All[i])
		}
	}
	for i := range j.fields {
		if f := &j.fields[i]; f.looked() {
			j.value(b, r, texts, i)
		}
	}
	for i := range j.needs {
		j.need(b, r, texts, &j.needs[i])
	}
	j.key(b, r, texts)
}

func (j *judge) add(b *batch, column, field int, w words, text string) {
	b.notes = append(b.notes, note{words: w, column: column, field: field, text: text})
}

// mistake says what the mapping does not take. Where a cell cannot be read at
// all, that is said already.
func (j *judge) mistake(b *batch, r *row, texts []string, m *mapping.Mistake) {
	if m.Rule < 0 {
		j.add(b, -1, -1, wordsOf(m, nil), "")
		return
	}
	f := &j.fields[m.Rule]
	for _, c := range f.columns {
		if b.unsound(r, c) {
			return
		}
	}
	column := j.blamed(f, texts)
	text := m.Value
	if column >= 0 {
		text = texts[j.columns[column].field]
	}
	j.add(b, column, m.Rule, wordsOf(m, f), text)
}

// blamed is the column of a field that a person has to look at: the first with
// something in it.
func (j *judge) blamed(f *fieldPlan, texts []string) int {
	for _, c := range f.columns {
		if texts[j.columns[c].field] != "" {
			return c
		}
	}
	if len(f.columns) > 0 {
		return f.columns[0]
	}
	return -1
}

// looked tells whether there is something to look for in what a rule makes.
func (f *fieldPlan) looked() bool {
	return f.clear != "" || f.list != nil || f.clock || f.digits || f.finds
}

// value checks what a rule made of the row, beyond what the mapping does.
func (j *judge) value(b *batch, r *row, texts []string, i int) {
	f, made := &j.fields[i], j.out.Value(i)
	if made == nil {
		return
	}
	column := j.blamed(f, texts)
	shown := ""
	if column >= 0 {
		shown = texts[j.columns[column].field]
	}
	if f.clear != "" && string(made) == "null" && strings.TrimSpace(shown) == f.clear {
		j.add(b, column, i, clearWords, "")
		return
	}
	if f.list != nil && !j.listed(f.list, made) {
		j.add(b, column, i, f.listWords(), shown)
	}
	if f.digits {
		j.digits(b, column, i, made, shown)
	}
	if f.finds {
		j.finds(b, column, i, made, shown)
	}
	if f.clock {
		if w := j.clocks.look(made); w.kind != "" {
			j.add(b, column, i, w, shown)
		}
	}
}

// listed tells whether a value, or each of a list of them, is among the options.
// What only the load can know is left to it.
func (j *judge) listed(o *options, made []byte) bool {
	switch made[0] {
	case '{', 'n':
		return true
	case '[':
		var all []any
		if json.Unmarshal(made, &all) != nil {
			return true
		}
		for _, v := range all {
			if text, ok := v.(string); ok && !o.has(text) {
				return false
			}
		}
		return true
	}
	return o.has(textOf(made))
}

// textOf gives the text of a JSON scalar.
func textOf(made []byte) string {
	var text string
	if made[0] == '"' && json.Unmarshal(made, &text) == nil {
		return text
	}
	return string(made)
}

// clocks finds times that the clocks of a zone never showed, or showed twice.
type clocks struct{ zone *time.Location }

func (c *clocks) look(made []byte) words {
	const layout = `"2006-01-02T15:04:05`
	if len(made) < len(layout)+1 || made[0] != '"' {
		return words{}
	}
	rest := string(made[len(layout) : len(made)-1])
	if rest != "" && strings.Trim(rest, ".0123456789") != "" {
		return words{} // it says its zone
	}
	wall, err := time.Parse(layout, string(made[:len(layout)]))
	if err != nil {
		return words{}
	}
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, c.zone)
	if t.Hour() != wall.Hour() || t.Minute() != wall.Minute() {
		return gapWords
	}
	for _, step := range [...]time.Duration{-time.Hour, time.Hour, -30 * time.Minute, 30 * time.Minute} {
		if other := t.Add(step); other.Hour() == wall.Hour() && other.Minute() == wall.Minute() {
			return twiceWords
		}
	}
	return words{}
}
