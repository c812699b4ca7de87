package load

import (
	"fmt"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// codePending marks a reference to a record that the plan is going to create. It
// stands in no note.
const codePending = "to be created"

// standIn is the key that stands for a record that is not created yet where only
// the presence of a key matters.
const standIn = "1"

// planResolver resolves markers while a plan is made: refs by what was decided of
// the parents, finds by the target's records. It belongs to one goroutine.
type planResolver struct {
	p        *planner
	e        *plannedEntry
	stand    bool                  // pending refs get the key standIn
	matching bool                  // records of the entry are being matched
	pending  []Reason              // refs to what is to be created, since begin
	found    map[string]record.Key // by field, since begin
	cache    map[string]finding    // by stream and values
	parser   fastjson.Parser
	buf      []byte
}

type finding struct {
	key  record.Key
	why  *Reason
	rows []uint32 // where there are several
}

// begin forgets what the last record had.
func (r *planResolver) begin(stand bool) {
	r.stand = stand
	r.pending, r.found = r.pending[:0], nil
}

// Values gives the decisions on values of the entry.
func (r *planResolver) Values() Values { return r.e.values }

// Ref gives the key of a parent that the target has.
func (r *planResolver) Ref(field, to string, key record.Key) (record.Key, *Reason) {
	parent := r.p.byName[to]
	if parent == nil {
		return "", missingParent(field, to, key)
	}
	row, ok := parent.keys.find([]byte(key))
	if !ok {
		return "", missingParent(field, to, key)
	}
	if r.e.late[general(field)] {
		return r.lateRef(field, parent, row)
	}
	act := parent.act[row]
	if parent.how[row] == howLinked || act == stage.ActUpdate || act == stage.ActUnchanged {
		return r.p.targetKey(parent, row), nil
	}
	if act != stage.ActCreate && act != 0 {
		return "", r.heldParent(field, parent, row)
	}
	if act == 0 {
		return "", parentReason(field, to, key, "is not planned yet")
	}
	why := r.wait(field, to, key)
	if r.stand {
		return standIn, nil
	}
	return "", why
}

// wait notes a reference to what is to be created.
func (r *planResolver) wait(field, to string, key record.Key) *Reason {
	why := Reason{Code: codePending, Field: field, Parent: &stage.Ref{Field: field, To: to, Key: key}}
	r.pending = append(r.pending, why)
	return &why
}

// lateRef resolves a reference that closes a circle. Its record is decided at the
// same time or later, so that only what it matched is known, and that not while
// others are matched.
func (r *planResolver) lateRef(field string, parent *plannedEntry, row uint32) (record.Key, *Reason) {
	if !r.matching && parent.how[row].named() {
		return r.p.targetKey(parent, row), nil
	}
	return "", r.wait(field, parent.rules.Name, parent.keys.key(row))
}

// parentOf gives the target record that a mapped record is, or why it is none:
// codePending where the plan creates it.
func (p *planner) parentOf(to string, key record.Key) (record.Key, *Reason) {
	parent := p.byName[to]
	if parent == nil {
		return "", missingParent("", to, key)
	}
	return (&planResolver{p: p, e: parent}).Ref("", to, key)
}

// heldParent says which parent keeps a record back, by its name.
func (r *planResolver) heldParent(field string, parent *plannedEntry, row uint32) *Reason {
	key := parent.keys.key(row)
	state := "held"
	if parent.act[row] == stage.ActRejected {
		state = "rejected"
	}
	r.p.mu.Lock()
	why := parent.kept[row]
	r.p.mu.Unlock()
	reason := parentReason(field, parent.rules.Name, key, "is "+state)
	if why.name != "" {
		reason.Text = fmt.Sprintf("its parent %s (%s %s) is %s", quoted(why.name), parent.rules.Name, key, state)
	}
	if why.code != "" {
		reason.Text += ": " + why.code
	}
	return reason
}

func missingParent(field, to string, key record.Key) *Reason {
	return &Reason{Code: CodeNotFound, Text: fmt.Sprintf("its parent %s %s is not mapped", to, key), Field: field,
		Parent: &stage.Ref{Field: field, To: to, Key: key}, Do: "look why the mapping leaves it out: ferry explain shows it"}
}

// Find looks among the target's records.
func (r *planResolver) Find(field string, f Finding) (record.Key, *Reason) {
	id := f.Stream + "\x00" + string(f.By)
	found, known := r.cache[id]
	if !known {
		found = r.look(field, f)
		if r.cache == nil || len(r.cache) > maxFindings {
			r.cache = map[string]finding{}
		}
		r.cache[id] = found
	}
	if found.why != nil {
		why := *found.why
		why.Field = general(field)
		return "", &why
	}
	if r.found == nil {
		r.found = map[string]record.Key{}
	}
	r.found[field] = found.key
	return found.key, nil
}

// maxFindings bounds what is remembered of find().
const maxFindings = 10_000

func (r *planResolver) look(field string, f Finding) finding {
	none := finding{why: notFound(field, f)}
	t := r.p.streams[f.Stream]
	by, err := r.parser.ParseBytes(f.By)
	if t == nil || err != nil {
		return none
	}
	g := t.group(fieldsOf(by))
	var sum uint64
	sum, r.buf = g.sum(by, r.buf)
	var live, old []uint32
	for _, e := range g.index.find(sum) {
		switch flags := t.flags[e.row]; {
		case sum == 0 || flags&flagGone != 0:
		case flags&flagArchived != 0:
			old = append(old, e.row)
		default:
			live = append(live, e.row)
		}
	}
	if len(live) == 0 {
		live = old
	}
	t.oldestFirst(live)
	switch len(live) {
	case 0:
		return none
	case 1:
		return finding{key: t.keys.key(live[0])}
	}
	why := &Reason{Code: CodeAmbiguous, Text: fmt.Sprintf("%d records of %s are %s", len(live), f.Stream, f.By), Value: f.Value(),
		Do: "choose one of them in the sheet Values"}
	for _, row := range live[:min(len(live), maxCandidates)] {
		key := t.keys.key(row)
		why.Choose = append(why.Choose, Candidate{Key: key, Label: f.Value(), Link: r.p.link(f.Stream, key)})
	}
	return finding{why: why}
}

// maxCandidates is how many target records a person is given to choose from.
const maxCandidates = 10
