package load

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// keyed makes the customers of a world records that one call creates and updates
// by their mail address, and that nothing lists.
func keyed(w *world) *connector.Stream {
	st := w.cfg.Vendor.Streams[1]
	st.List, st.Get, st.Key = nil, &connector.Get{}, []string{"email"}
	st.Writes.Create, st.Writes.Update, st.Writes.Upsert = nil, nil, &connector.Upsert{By: []string{"email"}}
	return st
}

// keyReader is a target that has records by key alone.
type keyReader struct {
	records map[string]string
	mu      sync.Mutex
	asked   map[string]int
}

func (r *keyReader) ask(key string) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asked == nil {
		r.asked = map[string]int{}
	}
	r.asked[key]++
	raw, ok := r.records[key]
	return raw, ok
}

func (r *keyReader) Read(_ context.Context, _ string, key record.Key) (json.RawMessage, bool, error) {
	raw, ok := r.ask(string(key))
	return json.RawMessage(raw), ok, nil
}

func (r *keyReader) Find(_ context.Context, _ string, fields json.RawMessage) ([]Found, bool, error) {
	var by struct{ Email string }
	if err := json.Unmarshal(fields, &by); err != nil || by.Email == "" {
		return nil, false, err
	}
	if by.Email == "bad" {
		return nil, true, &api.Error{Class: connector.Permanent, Status: http.StatusBadRequest}
	}
	if raw, ok := r.ask(by.Email); ok {
		return []Found{{Key: record.Key(by.Email), Record: json.RawMessage(raw)}}, true, nil
	}
	return nil, true, nil
}

// What a target keeps under a natural key and does not list is never overwritten
// by what the plan calls a creation.
func TestPlanLooksUpNaturalKeys(t *testing.T) {
	rules := customerRules()
	rules.Match = nil // the mapping names nothing: the upsert finds it all the same
	w := newWorld(t, rules)
	keyed(w)
	reader := &keyReader{records: map[string]string{"a@x.com": `{"email":"a@x.com","name":"People's own"}`, "b@x.com": `{"email":"b@x.com","name":"B"}`,
		"l@x.com": `{"email":"l@x.com","name":"Edited"}`, "m@x.com": `{"email":"m@x.com","name":"Mine"}`, "d@x.com": `{"email":"d@x.com","name":"D"}`, "t@x.com": `{"email":"t@x.com","name":"T"}`}}
	w.cfg.Reader = reader
	var events []Event
	w.cfg.Report = func(e Event) { events = append(events, e) }
	w.put(planSource, "customer", rows{"1": `{"name":"A","email":"a@x.com"}`, "2": `{"name":"B","email":"b@x.com"}`, "3": `{"name":"C","email":"c@x.com"}`,
		"4": `{"name":"New","email":"l@x.com"}`, "5": `{"name":"New","email":"m@x.com"}`, "6": `{"name":"D","email":"d@x.com"}`, "7": `{"name":"D too","email":"d@x.com"}`,
		"8": `{"name":"Bad","email":"bad"}`, "9": `{"name":"Anew","email":"t@x.com"}`})
	w.link(0, map[string]string{"4": "l@x.com", "5": "m@x.com"})
	w.wrote(0, "4", `{"name":"Old"}`, `{"email":"l@x.com","name":"Old"}`)
	w.wrote(0, "5", `{"name":"Mine"}`, `{"email":"m@x.com","name":"Mine"}`)
	w.cfg.Decisions = &Decisions{Matches: []MatchDecision{{Entry: "customers", Key: "9", Choice: ChooseCreate}}}
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"customers 1": "update a@x.com", "customers 2": "unchanged b@x.com", "customers 3": "create",
		"customers 4": "held l@x.com edited in the target", "customers 5": "update m@x.com", "customers 6": "held several sources", "customers 7": "held several sources",
		"customers 8": "held target not proven complete", "customers 9": "held several sources"})
	assert.Equal(t, []Change{{Field: "name", Old: json.RawMessage(`"People's own"`), New: json.RawMessage(`"A"`)}}, p.notes["customers 1"].Changes)
	assert.Equal(t, &Evidence{How: stage.LinkMatched, By: []string{"email"}, Values: []string{"a@x.com"}}, p.notes["customers 1"].Match)
	assert.Contains(t, p.notes["customers 9"].Held.Text, "would overwrite")
	assert.Equal(t, 1, reader.asked["a@x.com"], "what was found is not asked for again")
	priced := ""
	for _, e := range events {
		if e.Event == EventReading && e.Total == 9 {
			priced = e.Reason
		}
	}
	assert.Contains(t, priced, "9 requests", "said before it begins")
}

// With duplicates: first the oldest counts, and entries that feed one stream do not
// overwrite each other.
func TestPlanOfRivalsUnderOneNaturalKey(t *testing.T) {
	first, second := customerRules(), customerRules()
	first.Duplicates = FirstDuplicate
	second.Name, second.Source = "leads", "lead"
	w := newWorld(t, first, second)
	keyed(w)
	w.cfg.Reader = &keyReader{records: map[string]string{"a@x.com": `{"email":"a@x.com","name":"A"}`}}
	w.put(planSource, "customer", rows{"1": `{"name":"A","email":"a@x.com"}`, "2": `{"name":"A too","email":"a@x.com"}`, "3": `{"name":"N","email":"n@x.com"}`})
	w.put(planSource, "lead", rows{"1": `{"name":"N lead","email":"n@x.com"}`, "2": `{"name":"Z","email":"z@x.com"}`})
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"customers 1": "unchanged a@x.com", "customers 2": "unchanged a@x.com", "customers 3": "create",
		"leads 1": "held source records alike", "leads 2": "create"})
	assert.Equal(t, "customers 3", p.notes["leads 1"].Held.Value)
}

// A list does not help where the mapping matches by other fields than the target.
func TestPlanOfListedNaturalKeys(t *testing.T) {
	rules := customerRules()
	rules.Match = [][]string{{"name", "zip"}}
	w := newWorld(t, rules)
	st := keyed(w)
	st.List, st.Key = &connector.List{Paging: connector.Paging{Size: 50}}, []string{"id"}
	w.put(planSource, "customer", rows{"1": `{"name":"A","email":"A@x.com"}`, "2": `{"name":"B","email":"b@x.com"}`, "3": `{"name":"C","email":"c@x.com"}`, "4": `{"name":"C too","email":"c@x.com"}`})
	w.put(planTarget, "customers", rows{"101": customer(101, `"name":"People's own","email":"a@x.com"`)})
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"customers 1": "update 101", "customers 2": "create", "customers 3": "held source records alike", "customers 4": "held source records alike"})
	require.NotEmpty(t, p.notes["customers 1"].Changes)
}

// Two decisions that make two source records one target record contradict each
// other, unless the mapping says how such are merged: as they are mapped.
func TestPlanOfTwoDecidedToBeOne(t *testing.T) {
	for _, way := range []Duplicates{HoldDuplicates, MergeDuplicates, FirstDuplicate} {
		t.Run(string(way), func(t *testing.T) {
			rules := customerRules()
			rules.Duplicates = way
			w := newWorld(t, rules)
			w.put(planSource, "customer", rows{"1": `{"name":"A","phone":"1"}`, "2": `{"name":"B","phone":"2","note":"from 2"}`, "3": `{"name":"C","note":"from 3","status":"New"}`, "4": `{"name":"Alone"}`})
			w.put(planTarget, "customers", rows{"101": customer(101, `"name":"T"`)})
			w.cfg.Decisions = &Decisions{Matches: []MatchDecision{{Entry: "customers", Key: "1", Choice: ChooseLink, Target: "101"},
				{Entry: "customers", Key: "2", Choice: ChooseLink, Target: "101"}, {Entry: "customers", Key: "3", Choice: ChooseLink, Target: "101"}}}
			w.mapped()
			p := w.plan()
			fields := func(id string) (names []string) {
				for _, c := range p.notes[id].Changes {
					names = append(names, c.Field)
				}
				return names
			}
			switch way {
			case HoldDuplicates:
				p.shows(map[string]string{"customers 1": "held several sources", "customers 2": "held several sources", "customers 3": "held several sources", "customers 4": "create"})
				assert.Equal(t, "customers 2", p.notes["customers 1"].Held.Value)
				assert.Contains(t, p.notes["customers 2"].Held.Text, "customers 1 are both customers 101")
			case MergeDuplicates:
				p.shows(map[string]string{"customers 1": "update 101", "customers 2": "update 101", "customers 3": "update 101"})
				assert.ElementsMatch(t, []string{"name", "phone"}, fields("customers 1"))
				assert.Equal(t, []string{"note"}, fields("customers 2"), "the phone is the first one's, though the target has none yet")
				assert.Equal(t, []string{"status"}, fields("customers 3"), "the note is the second one's")
			case FirstDuplicate:
				p.shows(map[string]string{"customers 1": "update 101", "customers 2": "unchanged 101", "customers 3": "unchanged 101"})
			}
		})
	}
}

// A plan rests on the records that the target has, not on those that are gone.
func TestPlanRestsOnLiveRecords(t *testing.T) {
	w := newWorld(t, customerRules())
	w.put(planSource, "customer", rows{"1": `{"name":"A"}`})
	w.put(planTarget, "customers", rows{"101": customer(101, `"name":"B"`), "102": customer(102, `"name":"C"`)})
	_, err := w.s.Tombstone(context.Background(), planTarget.ID, "customers", []record.Key{"102"}, planTime)
	require.NoError(t, err)
	w.mapped()
	assert.Equal(t, map[string]int{"customers": 1}, w.plan().sum.Rests.Records)
}
