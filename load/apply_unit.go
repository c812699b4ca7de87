package load

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// unit is one planned record on its way to the target.
type unit struct {
	e      *entry
	item   stage.Item
	note   Note
	want   json.RawMessage // the mapped record, references resolved; of an undo what the record is to be
	parent string          // key of the parent whose children keep their order; ""
	key    record.Key      // of the target record; "" not there yet
	write  Write
	deeds  []Deed
	step   int             // deeds done
	done   bool            // some deed of the plan was done, in this run or before
	run    int64           // that did the last of them; 0: none was
	back   json.RawMessage // the record as the last answer gave it; nil: it did not
	left   []string        // paths that no deed carries
	agreed json.RawMessage // of an update: what is wanted and needs no request
	ready  bool            // deeds are known
	stuck  bool            // its last request did not come to an end
	late   bool            // it was created before, and only links are filled
}

// batch is how many records the next request takes.
func (u *unit) batch() int {
	if !u.ready || u.step >= len(u.deeds) {
		return 1
	}
	return max(1, u.deeds[u.step].Batch)
}

// goesWith tells whether two records' next deeds may share a request.
func (u *unit) goesWith(o *unit) bool {
	if u.batch() <= 1 || o.batch() <= 1 {
		return false
	}
	a, b := &u.deeds[u.step], &o.deeds[o.step]
	return u.e == o.e && a.Kind == b.Kind && a.Stream == b.Stream && a.Action == b.Action
}

// way is the kind of request that comes next.
func (u *unit) way() way { return way{entry: u.e.index, kind: u.deeds[u.step].Kind} }

// creates tells whether the next deed makes a record that was not there.
func (u *unit) creates() bool {
	d := &u.deeds[u.step]
	return u.key == "" && (d.Kind == stage.AttemptCreate || d.Kind == stage.AttemptUpsert)
}

// plan takes over what a write takes.
func (u *unit) plan(sink Sink) error {
	deeds, err := sink.Deeds(u.write)
	if err != nil {
		return err
	}
	u.deeds, u.ready = deeds.List, true
	for _, text := range deeds.Dropped {
		path, _, _ := strings.Cut(text, ": ")
		u.left = append(u.left, path)
	}
	return nil
}

// flight is the hash of what a creation sends.
func (u *unit) flight() uint64 { return flightOf(u.e.side.Stream, u.deeds[u.step].Fields) }

func flightOf(stream string, fields []byte) uint64 {
	h := xxhash.New()
	_, _ = h.WriteString(stream) // a hash takes everything
	_, _ = h.Write(fields)
	return h.Sum64()
}

// bin is where the record is once all its deeds are done.
func (u *unit) bin() stage.LoadBin {
	if u.late {
		return stage.LoadCreated
	}
	switch u.item.Action {
	case stage.ActCreate:
		return stage.LoadCreated
	case stage.ActDelete:
		return stage.LoadDeleted
	case stage.ActRestore:
		return stage.LoadRestored
	}
	if !u.done {
		return stage.LoadUnchanged
	}
	return stage.LoadUpdated
}

// in is the item in a bin, with a reason where there is one.
func (u *unit) in(bin stage.LoadBin, why *Reason) *stage.Item {
	it := u.item
	it.Bin, it.Why = bin, encodeReason(why)
	return &it
}

func encodeReason(why *Reason) []byte {
	if why == nil {
		return nil
	}
	text, err := json.Marshal(why)
	if err != nil {
		return []byte(fmt.Sprintf(`{"code":%q,"text":"the reason cannot be shown"}`, why.Code))
	}
	return text
}

func decodeReason(why []byte) Reason {
	var r Reason
	if len(why) > 0 && json.Unmarshal(why, &r) != nil {
		r.Text = string(why)
	}
	return r
}

// referencePath is the field whose first line carries the source key; "" none.
func referencePath(e *entry) string {
	if e.rules.Reference != "" {
		return e.rules.Reference
	}
	if e.stream.Writes != nil {
		return e.stream.Writes.Reference
	}
	return ""
}
