package load

import (
	"encoding/json"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// Note is what a plan says of one record, kept as JSON in stage.Item.Note.
type Note struct {
	Match   *Evidence             `json:"match,omitempty"`
	Changes []Change              `json:"changes,omitempty"` // of an update: what is sent
	Kept    []Change              `json:"kept,omitempty"`    // what people changed in the target and Ferry leaves
	Left    []Change              `json:"left,omitempty"`    // of an update: what differs and is left, in the target's own form of it or as another source record has it
	Unseen  []string              `json:"unseen,omitempty"`  // fields the target does not show, so nothing is known of them
	Held    *Reason               `json:"held,omitempty"`    // of held and rejected records
	Found   map[string]record.Key `json:"found,omitempty"`   // what find() and decisions resolved to, by target field
	Alike   []Candidate           `json:"alike,omitempty"`   // target records that look like this creation
	Effects []string              `json:"effects,omitempty"` // that will happen
	Muted   []string              `json:"muted,omitempty"`
	Dropped []string              `json:"dropped,omitempty"`
	Final   []string              `json:"final,omitempty"`
	Deeds   int                   `json:"deeds,omitempty"`   // requests that write
	Instead record.Key            `json:"instead,omitempty"` // of a creation: the target record that the crosswalk names and that is gone
	File    *FileNote             `json:"file,omitempty"`    // of entries of files
}

// Evidence is what a match rests on.
type Evidence struct {
	How    stage.LinkHow `json:"how"`
	By     []string      `json:"by,omitempty"` // the fields that agree
	Values []string      `json:"values,omitempty"`
}

// Change is one field of an update.
type Change struct {
	Field string          `json:"field"`
	Old   json.RawMessage `json:"old"` // as the target has it
	New   json.RawMessage `json:"new"`
	Last  json.RawMessage `json:"last,omitempty"` // as Ferry last wrote it; only of what is held or kept
}

// Candidate is a target record that a person may choose.
type Candidate struct {
	Key   record.Key `json:"key"`
	Label string     `json:"label"` // its name, as on the vendor's screens
	Link  string     `json:"link,omitempty"`
	Why   string     `json:"why,omitempty"`
}

// Reason is why a record is held, rejected or unsure.
type Reason struct {
	Code   string      `json:"code"`
	Text   string      `json:"text"`
	Field  string      `json:"field,omitempty"`
	Value  string      `json:"value,omitempty"`
	Parent *stage.Ref  `json:"parent,omitempty"`
	Change []Change    `json:"change,omitempty"`
	Choose []Candidate `json:"choose,omitempty"`
	Status int         `json:"status,omitempty"`
	Said   string      `json:"said,omitempty"` // the target's own words
	Do     string      `json:"do,omitempty"`
	Also   []Reason    `json:"also,omitempty"` // what else is to be decided of its values
}

// AboutValue says whether a decision about a value brings the record on.
func (r *Reason) AboutValue() bool {
	switch r.Code {
	case CodeNotFound, CodeAmbiguous, CodeUndecided, CodeUnknown:
		return r.Field != "" && r.Value != ""
	}
	return false
}

// The codes of reasons. Reports group by them.
const (
	CodeSeveral     = "several targets"         // several targets for one source
	CodeShared      = "several sources"         // several sources on one target
	CodeAlike       = "source records alike"    // duplicates: hold
	CodeEdited      = "edited in the target"    // a person changed a field that Ferry would overwrite
	CodeStale       = "changed since the plan"  // found when it was read again before the update
	CodeGone        = "gone from the target"    // deleted or merged there
	CodeParent      = "parent not loaded"       // held, rejected or unsure parent
	CodeNotFound    = "not found in the target" // find() found none
	CodeAmbiguous   = "found several"           // find() found several
	CodeUndecided   = "to be decided"           // placeholder without a decision
	CodeUnknown     = "value not known to the target"
	CodeMissing     = "required field missing"
	CodeCannot      = "the target cannot" // no such write, or an effect that is not allowed
	CodeRefused     = "refused by the target"
	CodeLost        = "answer lost" // unsure
	CodeSkipped     = "skipped by decision"
	CodeFailures    = "too many failures"
	CodeUnreachable = "status not reachable"       // no actions lead there
	CodeUnproven    = "target not proven complete" // it may be there already
	CodeStopped     = "stopped with others"        // like records were refused, so it was not sent
	CodeTwin        = "like an unsure record"
)
