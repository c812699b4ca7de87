package load

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// Deviation is in what way something read back is not as it was sent.
type Deviation string

// The deviations.
const (
	NotTaken    Deviation = "did not take" // the target has nothing there
	Cut         Deviation = "cut"
	Rounded     Deviation = "rounded"
	Shifted     Deviation = "shifted" // a moment moved, as a wrong zone moves it
	Appended    Deviation = "added to a list"
	Altered     Deviation = "altered"           // another value than was sent
	ChangedThen Deviation = "changed by target" // it took, and was changed afterwards
	GoneThen    Deviation = "gone"              // the record is not there any more
)

// Verdict is what was read back of all that a run wrote.
type Verdict struct {
	Run     int64           `json:"run"`
	At      time.Time       `json:"at"`
	Entries []EntryVerdict  `json:"entries"`
	Differs []FieldDiffers  `json:"differs,omitempty"` // by entry, key and field
	Gone    []RecordMissing `json:"gone,omitempty"`
	Doubled []EntryDouble   `json:"doubled,omitempty"` // written after all, long after they were sent again
}

// EntryVerdict counts the records of one entry. Checked is the sum of Equal,
// Different and Gone.
type EntryVerdict struct {
	Entry     string       `json:"entry"`
	Checked   int          `json:"checked"`
	Equal     int          `json:"equal"`
	Different int          `json:"different"`
	Gone      int          `json:"gone"`
	Unchecked int          `json:"unchecked,omitempty"` // the target could not be asked
	Fields    []FieldCount `json:"fields,omitempty"`
}

// FieldCount counts one deviation of one field.
type FieldCount struct {
	Field     string    `json:"field"`
	Deviation Deviation `json:"deviation"`
	Count     int       `json:"count"`
}

// FieldDiffers is a field that is not what was sent.
type FieldDiffers struct {
	Entry     string          `json:"entry"`
	Key       record.Key      `json:"key"`
	Target    record.Key      `json:"target"`
	Field     string          `json:"field"`
	Deviation Deviation       `json:"deviation"`
	Sent      json.RawMessage `json:"sent"`
	Now       json.RawMessage `json:"now"`
}

// RecordMissing is a record that was written and is not there.
type RecordMissing struct {
	Entry  string     `json:"entry"`
	Key    record.Key `json:"key"`
	Target record.Key `json:"target"`
}

// EntryDouble is a source record that the target has twice.
type EntryDouble struct {
	Entry string `json:"entry"`
	RecordDouble
}

// Good tells whether everything is as it was sent.
func (v *Verdict) Good() bool { return len(v.Differs)+len(v.Gone)+len(v.Doubled) == 0 }

// Verify reads back everything that a run wrote, and other runs of its plan, and
// compares it field by field with what was sent. What differs is read a second
// time once every write must be visible. The verdict is kept in the stage, see
// ReadVerdict; records that are gone count as rejected from then on. Streams are
// read in bulk where that takes fewer requests.
func Verify(ctx context.Context, cfg Config, run int64) (Verdict, error) {
	v := &verifier{verdict: Verdict{Run: run, At: cfg.Now()}}
	p, runs, err := planOf(ctx, &cfg, run)
	if err != nil {
		return v.verdict, err
	}
	if v.r, err = newReader(ctx, &cfg, p); err != nil {
		return v.verdict, err
	}
	v.runs = runs
	for _, e := range v.r.entries {
		if err := v.entry(ctx, e); err != nil {
			return v.verdict, err
		}
	}
	if err := v.files(ctx); err != nil {
		return v.verdict, err
	}
	text, err := json.Marshal(v.verdict)
	if err == nil {
		err = cfg.Stage.SetNote(ctx, verdictNote(run), string(text))
	}
	return v.verdict, err
}

// ReadVerdict gives what the last verification of a run found; ok is false where
// there was none.
func ReadVerdict(ctx context.Context, st *stage.Stage, run int64) (v Verdict, ok bool, err error) {
	text, ok, err := st.Note(ctx, verdictNote(run))
	if err != nil || !ok {
		return v, false, err
	}
	return v, true, json.Unmarshal([]byte(text), &v)
}

func verdictNote(run int64) string { return "load.verdict." + strconv.FormatInt(run, 10) }

// verifier reads back one run.
type verifier struct {
	r       *runner
	runs    map[int64]bool
	verdict Verdict
}

// readBack is a record that differs at the first look.
type readBack struct {
	w      stage.Written
	target record.Key
}

// entry reads back the records of one entry.
func (v *verifier) entry(ctx context.Context, e *entry) error {
	var doubtful []readBack
	count := &EntryVerdict{Entry: e.name}
	n := 0
	err := v.each(ctx, e, func(*stage.Written) error {
		n++
		return nil
	})
	if err != nil || n == 0 {
		return err
	}
	v.r.tell.event(Event{Event: EventVerify, Stream: e.name, Total: n, Left: n})
	look, err := v.r.reader(ctx, e, n)
	if err != nil {
		return err
	}
	err = v.each(ctx, e, func(w *stage.Written) error {
		back := readBack{w: *w}
		link, ok, err := v.r.cfg.Stage.Link(ctx, e.side, w.Key)
		if err != nil || !ok {
			return err
		}
		back.target = link.Target
		now, found, err := look(ctx, link.Target, w.Sent)
		if err != nil {
			return err
		}
		if !found || len(e.same.Differ(w.Sent, now)) > 0 {
			doubtful = append(doubtful, back)
			return nil
		}
		count.Checked++
		count.Equal++
		return v.keepBack(ctx, e, w, now)
	})
	if err == nil {
		err = v.again(ctx, e, doubtful, count)
	}
	if err == nil {
		err = v.doubled(ctx, e)
	}
	v.verdict.Entries = append(v.verdict.Entries, *count)
	v.r.tell.event(Event{Event: EventVerify, Stream: e.name, Records: count.Checked, Total: n})
	return err
}

// each gives what was written of an entry by the runs in question.
func (v *verifier) each(ctx context.Context, e *entry, fn func(*stage.Written) error) error {
	return v.r.cfg.Stage.EachWritten(ctx, e.side, func(w *stage.Written) error {
		if !v.runs[w.Run] {
			return nil
		}
		own := *w
		own.Sent, own.Back = slices.Clone(w.Sent), slices.Clone(w.Back)
		return fn(&own)
	})
}

// keepBack keeps the first reading of a record that no answer gave back.
func (v *verifier) keepBack(ctx context.Context, e *entry, w *stage.Written, now json.RawMessage) error {
	if len(w.Back) > 0 {
		return nil
	}
	w.Back = now
	return v.r.cfg.Stage.PutWritten(ctx, e.side, []stage.Written{*w})
}

// again looks a second time at what differed: a copy of the target that lags
// behind shows what was.
func (v *verifier) again(ctx context.Context, e *entry, list []readBack, count *EntryVerdict) error {
	if len(list) == 0 {
		return nil
	}
	if err := v.r.rest(ctx, settleOf(e), "some records are not as they were sent: they are read once more"); err != nil {
		return err
	}
	look, err := v.r.reader(ctx, e, len(list))
	if err != nil {
		return err
	}
	fields := map[FieldCount]int{}
	for _, b := range list {
		now, found, err := look(ctx, b.target, b.w.Sent)
		if err != nil {
			return err
		}
		count.Checked++
		if !found {
			count.Gone++
			v.verdict.Gone = append(v.verdict.Gone, RecordMissing{Entry: e.name, Key: b.w.Key, Target: b.target})
			if err := v.r.rejectGone(ctx, e, b.w.Key); err != nil {
				return err
			}
			continue
		}
		changes := e.same.Differ(b.w.Sent, now)
		if len(changes) == 0 {
			count.Equal++
			if err := v.keepBack(ctx, e, &b.w, now); err != nil {
				return err
			}
			continue
		}
		count.Different++
		for _, c := range changes {
			d := FieldDiffers{Entry: e.name, Key: b.w.Key, Target: b.target, Field: c.Field, Deviation: e.deviationOf(&c, b.w.Back), Sent: c.New, Now: c.Old}
			v.verdict.Differs = append(v.verdict.Differs, d)
			fields[FieldCount{Field: c.Field, Deviation: d.Deviation}]++
		}
		if err := v.keepBack(ctx, e, &b.w, now); err != nil {
			return err
		}
	}
	for f, n := range fields {
		f.Count = n
		count.Fields = append(count.Fields, f)
	}
	slices.SortFunc(count.Fields, func(a, b FieldCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Deviation, b.Deviation))
	})
	return nil
}
