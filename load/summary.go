package load

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/stage"
)

// Summary is what a plan says as a whole, kept as JSON in stage.Plan.Summary.
type Summary struct {
	Entries []EntrySummary `json:"entries"` // as Plan.Entries
	Price   Price          `json:"price"`
	Rests   Rests          `json:"rests"`
	// Unsettable are fields that the target sets by itself, a sentence a stream.
	Unsettable []string `json:"unsettable,omitempty"`
	TooMany    string   `json:"too_many,omitempty"`  // why nothing of it may be applied: more records cannot be sent than max_failures lets
	Announced  []string `json:"announced,omitempty"` // by the target's answers, such as the end of its API, a sentence each
	// LeftFiles are files of mapped records that the plan leaves out, a sentence each.
	LeftFiles []string `json:"left_files,omitempty"`
	// Doubts are what nobody can tell of the records to be created, a sentence each.
	Doubts []string `json:"doubts,omitempty"`
}

// EntrySummary counts what a plan does with the records of one entry.
type EntrySummary struct {
	Name    string         `json:"name"`
	Stream  string         `json:"stream"` // of the target
	Records int            `json:"records"`
	Actions map[string]int `json:"actions"`           // by stage.Action
	Reasons map[string]int `json:"reasons,omitempty"` // of held and rejected records, by code
	Links   map[string]int `json:"links,omitempty"`   // of those in the target: linked, or by stage.LinkHow what they rest on now
	Alike   int            `json:"alike,omitempty"`   // creations that look like a target record
	Changes map[string]int `json:"changes,omitempty"` // updates by field
	Kept    map[string]int `json:"kept,omitempty"`    // fields that people changed and Ferry leaves
	Unseen  map[string]int `json:"unseen,omitempty"`  // fields of which the target shows nothing
	Effects map[string]int `json:"effects,omitempty"` // that will happen
	Muted   map[string]int `json:"muted,omitempty"`
	Dropped map[string]int `json:"dropped,omitempty"` // "path: why"
	Final   map[string]int `json:"final,omitempty"`   // what cannot be undone, by sentence
	Values  map[string]int `json:"values,omitempty"`  // to be decided, by "field\tcode\tvalue"; see Undecided
	Untold  int            `json:"untold,omitempty"`  // creations after Recover, of which nobody can tell whether they are there
	Writes  int            `json:"writes"`            // requests that write
	Reads   int            `json:"reads,omitempty"`   // requests that read what came of a write whose answer proves nothing
	Left    []string       `json:"left,omitempty"`    // source fields left out, "path: reason"
	Files   *FilesSummary  `json:"files,omitempty"`   // of an entry of files
}

func newEntrySummary() EntrySummary {
	return EntrySummary{Actions: map[string]int{}, Reasons: map[string]int{}, Links: map[string]int{}, Changes: map[string]int{}, Kept: map[string]int{},
		Unseen: map[string]int{}, Effects: map[string]int{}, Muted: map[string]int{}, Dropped: map[string]int{}, Final: map[string]int{}, Values: map[string]int{}}
}

// Undecided is a value that somebody has to decide about.
type Undecided struct {
	Entry, Field, Value, Code string
	Records                   int
}

// Undecided lists the values that keep records back, the most frequent first.
func (s *Summary) Undecided() []Undecided {
	var all []Undecided
	for _, e := range s.Entries {
		for name, n := range e.Values {
			parts := strings.SplitN(name, "\t", 3)
			if len(parts) == 3 {
				all = append(all, Undecided{Entry: e.Name, Field: parts[0], Code: parts[1], Value: parts[2], Records: n})
			}
		}
	}
	slices.SortFunc(all, func(a, b Undecided) int {
		if a.Records != b.Records {
			return b.Records - a.Records
		}
		return strings.Compare(a.Entry+a.Field+a.Value, b.Entry+b.Field+b.Value)
	})
	return all
}

// Of is how many records of all entries a plan does something with.
func (s *Summary) Of(action stage.Action) int {
	n := 0
	for _, e := range s.Entries {
		n += e.Actions[action.String()]
	}
	return n
}

// Skipped is how many records people decided to leave out: they are held, and wait
// for nobody.
func (s *Summary) Skipped() int {
	n := 0
	for _, e := range s.Entries {
		n += e.Reasons[CodeSkipped]
	}
	return n
}

// Effects are those that will happen, and how often.
func (s *Summary) Effects() map[string]int {
	all := map[string]int{}
	for _, e := range s.Entries {
		addCounts(all, e.Effects)
	}
	return all
}

// Final are the sentences on what cannot be undone, and of how many records.
func (s *Summary) Final() map[string]int {
	all := map[string]int{}
	for _, e := range s.Entries {
		addCounts(all, e.Final)
	}
	return all
}

// Line is the counts of an entry in words.
func (e *EntrySummary) Line() string {
	parts := []string{}
	for _, a := range []stage.Action{stage.ActCreate, stage.ActUpdate, stage.ActUnchanged, stage.ActHeld, stage.ActRejected} {
		if n := e.Actions[a.String()]; n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+a.String())
		}
	}
	if len(parts) == 0 {
		return "nothing to do"
	}
	return strings.Join(parts, ", ")
}

// ReadSummary reads the summary of a plan that loads.
func ReadSummary(p stage.Plan) (Summary, error) {
	var s Summary
	if len(p.Summary) == 0 {
		return s, fmt.Errorf("plan %d has no summary; make it again with ferry plan", p.ID)
	}
	if err := json.Unmarshal(p.Summary, &s); err != nil {
		return s, fmt.Errorf("read the summary of plan %d: %w", p.ID, err)
	}
	return s, nil
}

// maxValues bounds how many values to be decided a summary lists of one entry.
const maxValues = 2000

// count adds one decided record.
func (e *EntrySummary) count(it *stage.Item, h how, note *Note) {
	e.Records++
	e.Actions[it.Action.String()]++
	switch {
	case it.Action != stage.ActUpdate && it.Action != stage.ActUnchanged:
	case h == howLinked:
		e.Links["linked"]++
	case h == howMatched:
		e.Links[string(stage.LinkMatched)]++
	default:
		e.Links[string(stage.LinkDecided)]++
	}
	if note == nil {
		return
	}
	if why := note.Held; why != nil {
		e.Reasons[why.Code]++
		e.undecided(why)
		for i := range why.Also {
			e.undecided(&why.Also[i])
		}
	}
	if len(note.Alike) > 0 {
		e.Alike++
	}
	for _, c := range note.Changes {
		e.Changes[c.Field]++
	}
	for _, c := range note.Kept {
		e.Kept[c.Field]++
	}
	for _, list := range []struct {
		names []string
		to    map[string]int
	}{{note.Unseen, e.Unseen}, {note.Effects, e.Effects}, {note.Muted, e.Muted}, {note.Dropped, e.Dropped}, {note.Final, e.Final}} {
		for _, name := range list.names {
			list.to[name]++
		}
	}
	if it.Action == stage.ActCreate || it.Action == stage.ActUpdate {
		e.Writes += max(1, note.Deeds)
	}
}

// undecided counts a value that somebody has to decide about.
func (e *EntrySummary) undecided(why *Reason) {
	if !why.AboutValue() {
		return
	}
	name := why.Field + "\t" + why.Code + "\t" + why.Value
	if _, known := e.Values[name]; known || len(e.Values) < maxValues {
		e.Values[name]++
	}
}

// add adds the counts of another part of the same entry.
func (e *EntrySummary) add(o *EntrySummary) {
	e.Records += o.Records
	e.Alike += o.Alike
	e.Untold += o.Untold
	e.Writes += o.Writes
	e.Reads += o.Reads
	for _, pair := range [][2]map[string]int{{e.Actions, o.Actions}, {e.Reasons, o.Reasons}, {e.Links, o.Links}, {e.Changes, o.Changes}, {e.Kept, o.Kept},
		{e.Unseen, o.Unseen}, {e.Effects, o.Effects}, {e.Muted, o.Muted}, {e.Dropped, o.Dropped}, {e.Final, o.Final}, {e.Values, o.Values}} {
		addCounts(pair[0], pair[1])
	}
}

func addCounts(to, from map[string]int) {
	for _, name := range slices.Sorted(maps.Keys(from)) {
		to[name] += from[name]
	}
}
