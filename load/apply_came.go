package load

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// Between a plan and its apply people go on working in the target. Where the
// target's reading is old, a stream is looked at again before anything is created
// in it: a creation that has a counterpart by now is held, and never doubled.

// oldReading is how old a reading may be before creations rest on a new one.
const oldReading = time.Minute

// newcomers looks for the counterparts of all that waits to be created, stream
// by stream, in the way that takes fewer requests.
func (r *runner) newcomers(ctx context.Context) error {
	if r.undo {
		return nil
	}
	read, err := r.readings(ctx)
	if err != nil {
		return err
	}
	byStream := map[string][]*arrivals{}
	var streams []string
	for _, e := range r.entries {
		a, err := r.waitingToBeMade(ctx, e)
		if err != nil {
			return err
		}
		if len(a.keys) == 0 {
			continue
		}
		if byStream[e.side.Stream] == nil {
			streams = append(streams, e.side.Stream)
		}
		byStream[e.side.Stream] = append(byStream[e.side.Stream], a)
	}
	for _, name := range streams {
		if err := r.lookAgain(ctx, name, byStream[name], read[name]); err != nil {
			return err
		}
	}
	return nil
}

// readings are when the target's streams were last read in bulk.
func (r *runner) readings(ctx context.Context) (map[string]time.Time, error) {
	all, err := r.cfg.Stage.Certificates(ctx, r.cfg.Target.ID)
	read := make(map[string]time.Time, len(all))
	for i := range all {
		read[all[i].Stream] = all[i].AsOf
	}
	return read, err
}

// arrivals are the waiting creations of one entry and what came for them.
type arrivals struct {
	r      *runner
	e      *entry
	groups []*matchGroup
	keys   []record.Key
	fields [][]json.RawMessage // what one asks by, of the first few
	made   []bool              // people decided that it is created
	sums   []map[uint64][]int32
	parser fastjson.Parser
	buf    []byte
	looks  bool // what the target makes by itself is seen to elsewhere
}

// waitingToBeMade reads the creations of an entry that wait, with the values
// they are matched by.
func (r *runner) waitingToBeMade(ctx context.Context, e *entry) (*arrivals, error) {
	a := &arrivals{r: r, e: e}
	if len(e.rules.Match) == 0 {
		return a, nil
	}
	t := newTargetStream(e.stream)
	for _, fields := range e.rules.Match {
		a.groups = append(a.groups, t.group(fields))
		a.sums = append(a.sums, map[uint64][]int32{})
	}
	decided := map[record.Key]bool{}
	if r.cfg.Decisions != nil {
		for _, d := range r.cfg.Decisions.Matches {
			decided[d.Key] = decided[d.Key] || d.Entry == e.name && d.Choice == ChooseCreate
		}
	}
	_, none, err := r.cfg.Stage.Note(ctx, r.noneNote(e))
	if err != nil {
		return nil, err
	}
	a.looks = e.parent != "" && !none
	q := stage.ItemQuery{Bins: []stage.LoadBin{stage.LoadWaiting}, Limit: itemsAtOnce}
	for {
		items, err := r.items(ctx, e, q)
		if err != nil || len(items) == 0 {
			return a, err
		}
		q.After = items[len(items)-1].Key
		if err := a.take(ctx, items, decided); err != nil {
			return nil, err
		}
	}
}

// take notes the creations among items that have no record in the target yet.
func (a *arrivals) take(ctx context.Context, items []stage.Item, decided map[record.Key]bool) error {
	var keys []record.Key
	notes := map[record.Key][]byte{}
	for i := range items {
		if items[i].Action == stage.ActCreate {
			keys = append(keys, items[i].Key)
			notes[items[i].Key] = items[i].Note
		}
	}
	if len(keys) == 0 {
		return nil
	}
	rows, err := a.r.cfg.Stage.MappedRecords(ctx, a.r.gen, a.e.mapped, keys...)
	if err != nil {
		return err
	}
	links := &linkReader{r: a.r, ctx: ctx}
	values := a.r.cfg.Decisions.OfEntry(a.e.name)
	for _, key := range keys {
		_, linked, err := a.r.cfg.Stage.Link(ctx, a.e.side, key)
		if err != nil {
			return err
		}
		row, ok := rows[key]
		if linked || !ok {
			continue
		}
		var note Note
		if len(notes[key]) > 0 {
			if err := json.Unmarshal(notes[key], &note); err != nil {
				return err
			}
		}
		want, _ := Resolve(row.JSON, a.e.rules, Settled{Link: links.ref, Found: note.Found, Decided: values})
		if links.err != nil {
			return links.err
		}
		if err := a.add(key, want, decided[key]); err != nil {
			return err
		}
	}
	return nil
}

// add notes one creation; one without any value to match by is none.
func (a *arrivals) add(key record.Key, want json.RawMessage, decided bool) error {
	v, err := a.parser.ParseBytes(want)
	if err != nil {
		return err
	}
	n, known := int32(len(a.keys)), false
	var by []json.RawMessage
	for i, g := range a.groups {
		sum := uint64(0)
		if sum, a.buf = g.sum(v, a.buf); sum == 0 {
			continue
		}
		a.sums[i][sum] = append(a.sums[i][sum], n)
		known = true
		if one, whole := g.pick(v); whole && n < fewLinked {
			by = append(by, one)
		}
	}
	if known {
		a.keys, a.made = append(a.keys, key), append(a.made, decided)
		if n < fewLinked {
			a.fields = append(a.fields, by)
		}
	}
	return nil
}

// lookAgain looks at one stream. A reading that is young enough, of an earlier
// run perhaps, is only compared.
func (r *runner) lookAgain(ctx context.Context, stream string, list []*arrivals, read time.Time) error {
	if r.cfg.Now().Sub(cmp.Or(read, r.plan.Made)) >= oldReading {
		asked, err := r.askForEach(ctx, stream, list)
		if asked || err != nil {
			return err
		}
		if r.cfg.Refresh == nil || list[0].e.stream.List == nil {
			return nil
		}
		price := r.rereadPrice(ctx, list[0].e)
		r.tell.event(Event{Event: EventReading, Stream: list[0].e.name, Total: price,
			Reason: fmt.Sprintf("%s of the target are read again before anything is created, since they were read at %s (requests: about %d)", stream,
				cmp.Or(read, r.plan.Made).UTC().Format("15:04 MST"), price)})
		if _, err := r.cfg.Refresh(ctx, []string{stream}); err != nil {
			return err
		}
	} else if !read.After(r.plan.Made) {
		return nil
	}
	found := make([]map[int32][]Found, len(list))
	err := eachStaged(ctx, r.cfg.Stage, r.cfg.Target.ID, stream, func(rec record.Staged) error {
		if rec.Deleted {
			return nil
		}
		for i, a := range list {
			if found[i] == nil {
				found[i] = map[int32][]Found{}
			}
			if err := a.compare(ctx, &rec, found[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, a := range list {
		if err := a.hold(ctx, found[i]); err != nil {
			return err
		}
	}
	return nil
}

// compare holds a record of the target against the creations.
func (a *arrivals) compare(ctx context.Context, rec *record.Staged, found map[int32][]Found) error {
	v, err := parseStaged(&a.parser, rec)
	if err != nil {
		return fmt.Errorf("record %s of %s is no JSON object: %w", rec.Key, a.e.side.Stream, err)
	}
	var hits []int32
	for i, g := range a.groups {
		sum := uint64(0)
		if sum, a.buf = g.sum(v, a.buf); sum != 0 {
			hits = append(hits, a.sums[i][sum]...)
		}
	}
	slices.Sort(hits)
	for _, n := range slices.Compact(hits) {
		if err := a.came(ctx, n, Found{Key: rec.Key, Record: wholeRecord(*rec)}, rec.SyncedAt, found); err != nil {
			return err
		}
	}
	return nil
}

// came notes a counterpart, unless it is another source record's, was there when
// people decided, or was made by the target itself with a parent of this plan.
func (a *arrivals) came(ctx context.Context, n int32, f Found, at time.Time, found map[int32][]Found) error {
	if a.made[n] && !at.After(a.r.plan.Made) {
		return nil
	}
	l := &lostOne{Attempt: &stage.Attempt{Side: a.e.side, Key: a.keys[n]}}
	if other, err := a.r.linkedElsewhere(ctx, l, f.Key); other || err != nil {
		return err
	}
	if a.looks {
		parent := a.r.entryNamed(a.e.parent)
		for i := range a.e.rules.Fields {
			field := &a.e.rules.Fields[i]
			if parent == nil || field.Refs != a.e.parent {
				continue
			}
			made, err := a.r.madeHere(ctx, parent, record.Key(plainText(fieldAt(f.Record, field.Path))))
			if made != "" || err != nil {
				return err
			}
		}
	}
	found[n] = append(found[n], f)
	return nil
}

// hold holds the creations that have a counterpart.
func (a *arrivals) hold(ctx context.Context, found map[int32][]Found) error {
	for n, there := range found {
		if err := a.r.hold(ctx, a.e, a.keys[n], a.r.cameReason(a.e, there)); err != nil {
			return err
		}
	}
	return nil
}

func (r *runner) cameReason(e *entry, there []Found) *Reason {
	return &Reason{Code: CodeStale, Text: "it came into the target since the plan", Choose: r.candidates(e, there),
		Do: "plan again: it is matched then, or choose in the sheet Matches"}
}
