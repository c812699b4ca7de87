package load

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// decider decides single records of one entry; it belongs to one goroutine.
type decider struct {
	p          *planner
	e          *plannedEntry
	resolver   *planResolver
	deeds      *deedCache
	dec        *stage.Decoder
	parser     fastjson.Parser
	nowParser  fastjson.Parser
	sum        EntrySummary
	buf        []byte
	noteByText map[string][]byte    // short notes that many records share
	unknowns   map[[2]string]Reason // by field and value
}

func (p *planner) newDecider(e *plannedEntry) *decider {
	return &decider{p: p, e: e, resolver: &planResolver{p: p, e: e}, deeds: newDeedCache(p.cfg.Sink, e), dec: stage.NewDecoder(), sum: newEntrySummary(), noteByText: map[string][]byte{}}
}

// decide decides one record. now is its counterpart in the target, nil where
// there is none or where it was not read; partial says that it may lack fields
// which only the answer to a single record has.
func (d *decider) decide(ctx context.Context, t *task, now *fastjson.Value, partial bool) error {
	e := d.e
	t.item = stage.Item{Entry: e.number, Key: e.keys.key(t.row)}
	var note *Note
	var err error
	switch h := e.how[t.row]; h {
	case howNone, howCreated:
		note, err = d.create(t, h)
	case howLinked, howDecided, howMatched:
		note, err = d.named(ctx, t, now, partial, updateAll)
	case howMerged:
		note, err = d.named(ctx, t, now, partial, updateBlank)
	case howStands:
		t.item.Target, t.item.Action = d.p.targetKey(e, t.row), stage.ActUnchanged
		note = &Note{Match: &Evidence{How: stage.LinkDecided, By: []string{standsFor + string(FirstDuplicate)}, Values: []string{string(e.keys.key(e.twin[t.row]))}}}
	default:
		note = d.hold(t, d.ambiguous(t, h))
	}
	if err != nil {
		return fmt.Errorf("plan %s %s: %w", e.rules.Name, t.item.Key, err)
	}
	return d.settle(t, note)
}

// named decides a record whose counterpart is known.
func (d *decider) named(ctx context.Context, t *task, now *fastjson.Value, partial bool, what updateWhat) (*Note, error) {
	t.item.Target = d.p.targetKey(d.e, t.row)
	if now == nil {
		read, gone, err := d.awayNow(ctx, t)
		if err != nil {
			return nil, err
		}
		if gone {
			return d.hold(t, d.ambiguous(t, howLost)), nil
		}
		now = read
	}
	return d.update(ctx, t, now, partial, what)
}

// hold makes the record held for a reason.
func (d *decider) hold(t *task, why *Reason) *Note {
	t.item.Action = stage.ActHeld
	return &Note{Held: why}
}

// reject makes the record rejected for a reason.
func (d *decider) reject(t *task, why *Reason) *Note {
	t.item.Action = stage.ActRejected
	return &Note{Held: why}
}

// settle gives the item its bin and its note, and counts it.
func (d *decider) settle(t *task, note *Note) error {
	it, e := &t.item, d.e
	e.act[t.row] = it.Action
	switch it.Action {
	case stage.ActUnchanged:
		it.Bin = stage.LoadUnchanged
	case stage.ActHeld:
		it.Bin = stage.LoadHeld
	case stage.ActRejected:
		it.Bin = stage.LoadRejected
	}
	d.sum.count(it, e.how[t.row], note)
	if note == nil {
		return nil
	}
	if note.Held != nil {
		d.p.keepReason(e, t.row, note.Held, d.name(t.json))
		why, err := json.Marshal(note.Held)
		if err != nil {
			return err
		}
		it.Why = why
	}
	text, err := json.Marshal(note)
	if err != nil {
		return err
	}
	if string(text) == "{}" {
		return nil
	}
	if len(text) > maxShared {
		it.Note = text
		return nil
	}
	shared, known := d.noteByText[string(text)]
	if !known && len(d.noteByText) < maxNotes {
		d.noteByText[string(text)], shared = text, text
	}
	if it.Note = shared; shared == nil {
		it.Note = text
	}
	return nil
}

// Notes that many records have alike, such as that nothing takes them back, are
// kept once.
const (
	maxShared = 512
	maxNotes  = 256
)

// keptBack is why a record is held or rejected, for its children.
type keptBack struct{ name, code string }

func (p *planner) keepReason(e *plannedEntry, row uint32, why *Reason, name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.kept[row] = keptBack{name, why.Code}
}

// name is what people call a mapped record.
func (d *decider) name(mapped []byte) string {
	v, err := d.parser.ParseBytes(mapped)
	if err != nil {
		return ""
	}
	return labelOf(v)
}

// labelOf is the name in a record, as on the vendor's screens; "" where it has none.
func labelOf(v *fastjson.Value) string {
	for _, name := range alikeNames {
		if s := v.GetStringBytes(name); len(s) > 0 {
			return string(s)
		}
	}
	for _, p := range alikePersons {
		a, b := v.GetStringBytes(p[0]), v.GetStringBytes(p[1])
		if len(a)+len(b) > 0 {
			return string(append(append(append([]byte(nil), a...), ' '), b...))
		}
	}
	for _, name := range []string{"subject", "title", "label", "number", "num", "myId", "reference", "email"} {
		if found := v.Get(name); !blank(found) {
			return string(appendText(nil, found))
		}
	}
	return ""
}

// choice is what people decided of a record.
func (e *plannedEntry) choice(row uint32) (d MatchDecision, ok bool) {
	if len(e.chosen) == 0 {
		return d, false
	}
	d, ok = e.chosen[record.Key(e.keys.bytes(row))]
	return d, ok
}
