package load

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/valyala/fastjson"
)

// comparison compares one record with its counterpart.
type comparison struct {
	d       *decider
	t       *task
	what    updateWhat
	partial bool
	note    *Note
	edited  []Change
	foreign []Change // differ in a record linked again by Recover, of which nobody knows who wrote them
	differ  []difference
	elders  []*fastjson.Value // of updateBlank: what the records before it are mapped to
}

// difference is a field that the target has otherwise, or that it does not show.
type difference struct {
	sh        *shape
	label     string
	path      string
	want, now *fastjson.Value
	unseen    bool
}

// compare finds the differences, then what is to become of each.
func (c *comparison) compare(ctx context.Context, want, now *fastjson.Value) error {
	unread := now == nil // the target cannot be read in bulk, so nothing is known
	c.d.e.same.walk(want, now, func(l *leaf) bool {
		unseen := !l.shown() || unread || l.absent && c.partial
		if unseen || !l.same() {
			c.differ = append(c.differ, difference{l.sh, l.label, l.path(), l.want, l.now, unseen})
		}
		return true
	})
	if len(c.differ) == 0 {
		return nil
	}
	last, known, err := c.last(ctx)
	if err != nil {
		return err
	}
	for i := range c.differ {
		c.decide(&c.differ[i], last, known)
	}
	return nil
}

// lastWritten is what Ferry last wrote of a record: as it was sent, and as the
// target gave it back.
type lastWritten struct{ sent, back *fastjson.Value }

// last reads it; known is false where Ferry never wrote the record.
func (c *comparison) last(ctx context.Context) (w lastWritten, known bool, err error) {
	e := c.d.e
	if !e.written {
		return w, false, nil
	}
	found, known, err := c.d.p.cfg.Stage.Written(ctx, e.side, c.t.item.Key)
	if err != nil || !known {
		return w, false, err
	}
	w.sent, err = parseOrNil(found.Sent)
	if err != nil {
		return w, false, fmt.Errorf("what was last sent is no JSON: %w", err)
	}
	w.back, err = parseOrNil(found.Back)
	if err != nil {
		return w, false, fmt.Errorf("what last came back is no JSON: %w", err)
	}
	return w, true, nil
}

func parseOrNil(b []byte) (*fastjson.Value, error) {
	if len(b) == 0 {
		return nil, nil
	}
	return fastjson.ParseBytes(b)
}

// decide says what becomes of one difference.
func (c *comparison) decide(f *difference, last lastWritten, known bool) {
	rule := c.d.e.same.rules[f.path]
	set := SetAlways
	if rule != nil {
		set = rule.Set
	}
	change := Change{Field: f.path, Old: rawOf(f.now), New: rawOf(f.want)}
	sent, wasSent := c.at(last.sent, f)
	resent := known && wasSent && sameValue(f.shape(), f.want, sent)
	switch {
	case set == SetCreate:
	case blank(f.want) && (rule == nil || !rule.Clear):
	case set == SetEmpty && !f.unseen && !blank(f.now):
	case c.what == updateBlank && (c.elderGives(f, rule) || !f.unseen && !blank(f.now) && !wasSent):
		c.note.Left = append(c.note.Left, change)
	case f.unseen:
		c.unseen(f, change, sent, known, resent)
	case !wasSent && c.d.e.rescuedOnly(c.t.row):
		c.foreign = append(c.foreign, change)
	case !known || !wasSent && !c.shownBack(last.back, f):
		c.note.Changes = append(c.note.Changes, change)
	default:
		c.threeWay(f, change, last, resent)
	}
}

// unseen decides a field that the target does not show: it is written only into
// records that Ferry has written before, and where something else is wanted now.
func (c *comparison) unseen(f *difference, change Change, sent *fastjson.Value, known, resent bool) {
	switch {
	case resent:
	case known:
		if sent != nil {
			change.Last = rawOf(sent)
		}
		c.note.Changes = append(c.note.Changes, change)
	default:
		c.note.Unseen = append(c.note.Unseen, f.path)
	}
}

// threeWay decides a field that Ferry has written before.
func (c *comparison) threeWay(f *difference, change Change, last lastWritten, resent bool) {
	was, gaveBack := c.at(last.back, f)
	sent, _ := c.at(last.sent, f)
	if !gaveBack {
		was = sent
	}
	if sameValue(f.shape(), orNull(was), f.now) {
		if resent {
			c.note.Left = append(c.note.Left, change)
		} else {
			c.note.Changes = append(c.note.Changes, change)
		}
		return
	}
	change.Last = rawOf(was)
	if resent {
		c.note.Kept = append(c.note.Kept, change)
		return
	}
	c.edited = append(c.edited, change)
}

var null = fastjson.MustParse("null")

func orNull(v *fastjson.Value) *fastjson.Value {
	if v == nil {
		return null
	}
	return v
}

func (f *difference) shape() *shape {
	if f.label != "" {
		return customShape
	}
	return f.sh
}

// at finds the field in what was written.
func (c *comparison) at(v *fastjson.Value, f *difference) (found *fastjson.Value, there bool) {
	if v == nil || f.sh == nil {
		return nil, false
	}
	for _, name := range strings.Split(f.sh.path, ".") {
		if v == nil {
			return nil, false
		}
		next := v.Get(name)
		if next == nil && name == f.sh.name {
			next, _ = f.sh.in(v)
		}
		v = next
	}
	if f.label != "" && v != nil {
		v = f.sh.labelled(v, f.label)
	}
	return v, v != nil
}

// shownBack says whether the answer to Ferry's last write had the field.
func (c *comparison) shownBack(back *fastjson.Value, f *difference) bool {
	_, there := c.at(back, f)
	return there
}

// pending notes a reference to a record that is to be created: its key is filled
// in when it is there. Until then the marker stands for it.
func (c *comparison) pending(why *Reason, now *fastjson.Value) {
	rule := c.d.e.same.rules[general(why.Field)]
	if rule != nil && rule.Set == SetCreate || c.what == updateBlank {
		return
	}
	var old *fastjson.Value
	if sh, _ := shapeAt(c.d.e.target.shapes, why.Field); sh != nil && now != nil {
		old = now.Get(strings.Split(why.Field, ".")...)
	}
	if rule != nil && rule.Set == SetEmpty && !blank(old) {
		return
	}
	marker := fmt.Appendf(nil, `{"$ref":{"stream":%s,"key":%s}}`, appendQuoted(nil, why.Parent.To), appendQuoted(nil, string(why.Parent.Key)))
	c.note.Changes = append(c.note.Changes, Change{Field: why.Field, Old: rawOf(old), New: json.RawMessage(marker)})
}
