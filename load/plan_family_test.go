package load

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
)

func TestPlanFamilies(t *testing.T) {
	w := newWorld(t, ticketRules(), customerRules())
	w.put(planSource, "customer", rows{
		"1": `{"name":"There","email":"a@x.com"}`, "2": `{"name":"New"}`, "3": `{"name":"Doubtful","email":"two@x.com"}`, "4": `{"note":"nameless"}`,
	})
	ref := func(key string) string { return `"customer_id":{"$ref":{"stream":"customers","key":"` + key + `"}}` }
	w.put(planSource, "job", rows{
		"11": `{` + ref("1") + `,"subject":"Pump"}`, "12": `{` + ref("2") + `,"subject":"Pump"}`, "13": `{` + ref("3") + `,"subject":"Pump"}`,
		"14": `{` + ref("4") + `,"subject":"Pump"}`, "15": `{` + ref("1") + `,"subject":"Fan"}`, "16": `{` + ref("404") + `,"subject":"Fan"}`,
		"17": `{"subject":"Fan"}`, "18": `{` + ref("2") + `,"subject":"Linked"}`,
	})
	w.put(planTarget, "customers", rows{"101": customer(101, `"name":"There","email":"a@x.com"`), "102": customer(102, `"email":"two@x.com"`), "103": customer(103, `"email":"two@x.com"`)})
	w.put(planTarget, "tickets", rows{"201": `{"id":201,"customer_id":101,"subject":"Pump"}`, "202": `{"id":202,"customer_id":999,"subject":"Fan"}`, "203": `{"id":203,"customer_id":7,"subject":"Linked"}`})
	w.link(0, map[string]string{"18": "203"})
	w.mapped()
	p := w.plan()
	require.Equal(t, "customers", p.Entries[0].Name, "parents first")
	p.shows(map[string]string{
		"customers 1": "unchanged 101", "customers 2": "create", "customers 3": "held several targets", "customers 4": "rejected required field missing",
		"tickets 11": "unchanged 201", "tickets 12": "create", "tickets 13": "held parent not loaded", "tickets 14": "held parent not loaded",
		"tickets 15": "create", "tickets 16": "held not found in the target", "tickets 17": "rejected required field missing", "tickets 18": "update 203",
	})
	assert.Contains(t, p.notes["tickets 13"].Held.Text, `"Doubtful"`)
	assert.Contains(t, p.notes["tickets 13"].Held.Text, "several targets")
	assert.Contains(t, p.notes["tickets 14"].Held.Text, "rejected")
	assert.Equal(t, &stage.Ref{Field: "customer_id", To: "customers", Key: "3"}, p.notes["tickets 13"].Held.Parent)
	assert.JSONEq(t, `{"$ref":{"stream":"customers","key":"2"}}`, string(p.notes["tickets 18"].Changes[0].New), "the key is filled in when it is there")
}

func TestPlanFinds(t *testing.T) {
	w := newWorld(t, customerRules(), ticketRules())
	find := func(name, more string) string {
		return `"user_id":{"$find":{"stream":"users","by":{"name":"` + name + `"}` + more + `}}`
	}
	ref := `"customer_id":{"$ref":{"stream":"customers","key":"1"}}`
	w.put(planSource, "customer", rows{"1": `{"name":"A"}`})
	w.put(planSource, "job", rows{
		"1": `{` + ref + `,"subject":"1",` + find("ann", "") + `}`, "2": `{` + ref + `,"subject":"2",` + find("Bob", "") + `}`, "3": `{` + ref + `,"subject":"3",` + find("Twin", "") + `}`,
		"4": `{` + ref + `,"subject":"4",` + find("Gone", `,"placeholder":"Former"`) + `}`, "5": `{` + ref + `,"subject":"5","user_id":{"$placeholder":"Nobody"}}`,
	})
	w.put(planTarget, "users", rows{"7": `{"id":7,"name":"Ann"}`, "8": `{"id":8,"name":"Twin"}`, "9": `{"id":9,"name":"twin"}`})
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"tickets 1": "create", "tickets 2": "held not found in the target", "tickets 3": "held found several", "tickets 4": "held to be decided", "tickets 5": "held to be decided"})
	assert.Equal(t, map[string]record.Key{"user_id": "7"}, p.notes["tickets 1"].Found)
	assert.Equal(t, []Undecided{
		{"tickets", "user_id", "Bob", CodeNotFound, 1}, {"tickets", "user_id", "Former", CodeUndecided, 1}, {"tickets", "user_id", "Nobody", CodeUndecided, 1}, {"tickets", "user_id", "Twin", CodeAmbiguous, 1},
	}, p.sum.Undecided())

	w.cfg.Decisions = &Decisions{Values: []ValueDecision{{Entry: "tickets", Field: "user_id", Value: "Bob", To: "7"}, {Entry: "tickets", Field: "user_id", Value: "Twin", To: "9"}, {Entry: "tickets", Field: "user_id", Value: "Former", To: "8"}}}
	p = w.plan()
	p.shows(map[string]string{"tickets 2": "create", "tickets 3": "create", "tickets 4": "create", "tickets 5": "held to be decided"})
}

func TestPlanDecisions(t *testing.T) {
	w := newWorld(t, customerRules())
	w.put(planSource, "customer", rows{
		"1": `{"name":"A","email":"two@x.com"}`, "2": `{"name":"B","email":"two@x.com"}`, "3": `{"name":"C"}`, "4": `{"name":"D"}`, "5": `{"name":"E"}`, "6": `{"name":"F","status":"Odd"}`, "7": `{"name":"G","status":"Odd"}`,
	})
	w.put(planTarget, "customers", rows{"101": customer(101, `"name":"A","email":"two@x.com"`), "102": customer(102, `"email":"two@x.com"`), "105": customer(105, `"name":"E"`)})
	w.link(0, map[string]string{"5": "105"})
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"customers 6": "held value not known to the target", "customers 7": "held value not known to the target"})
	assert.Equal(t, "Odd", p.notes["customers 6"].Held.Value)
	w.cfg.Decisions = &Decisions{
		Matches: []MatchDecision{{Entry: "customers", Key: "1", Choice: ChooseLink, Target: "101", By: "ann"}, {Entry: "customers", Key: "2", Choice: ChooseCreate},
			{Entry: "customers", Key: "3", Choice: ChooseSkip}, {Entry: "customers", Key: "4", Choice: ChooseLink, Target: "404"}, {Entry: "customers", Key: "5", Choice: ChooseLink, Target: "102"}},
		Values: []ValueDecision{{Entry: "customers", Field: "status", Value: "Odd", To: "Done"}},
	}
	decided := w.plan()
	decided.shows(map[string]string{
		"customers 1": "unchanged 101", "customers 2": "create", "customers 3": "held skipped by decision", "customers 4": "held gone from the target",
		"customers 5": "held several sources", "customers 6": "create", "customers 7": "create",
	})
	assert.Equal(t, &Evidence{How: stage.LinkDecided, By: []string{"ann"}}, decided.notes["customers 1"].Match)
	assert.NotEqual(t, p.Hash, decided.Hash)
}

func TestPlanKnowsWhatIsGone(t *testing.T) {
	w := newWorld(t, customerRules())
	w.put(planSource, "customer", rows{"1": `{"name":"A"}`, "2": `{"name":"B","email":"b@x.com"}`, "3": `{"name":"C","email":"c@x.com"}`})
	w.put(planTarget, "customers", rows{"101": customer(101, `"name":"A"`), "102": customer(102, `"name":"B","email":"b@x.com"`), "103": customer(103, `"name":"C","email":"c@x.com"`)})
	w.link(0, map[string]string{"1": "101"})
	_, err := w.s.Tombstone(context.Background(), planTarget.ID, "customers", []record.Key{"101", "102", "103"}, planTime)
	require.NoError(t, err)
	ids, err := w.s.BeginAttempts(context.Background(), []stage.Attempt{{Side: w.side(0), Key: "3", Kind: stage.AttemptDelete, Target: "103", Sent: planTime}})
	require.NoError(t, err)
	require.NoError(t, w.s.EndAttempts(context.Background(), []stage.Outcome{{Attempt: stage.Attempt{ID: ids[0], State: stage.AttemptDone, Target: "103", Ended: planTime}}}))
	w.mapped()
	w.plan().shows(map[string]string{
		"customers 1": "held gone from the target", // it was linked
		"customers 2": "held gone from the target", // it matches
		"customers 3": "create",                    // Ferry itself deleted it
	})
	w.cfg.Decisions = &Decisions{Matches: []MatchDecision{{Entry: "customers", Key: "1", Choice: ChooseCreate}, {Entry: "customers", Key: "2", Choice: ChooseCreate}}}
	w.plan().shows(map[string]string{"customers 1": "create", "customers 2": "create"})
}

func TestPlanRemembersRefusals(t *testing.T) {
	w := newWorld(t, customerRules())
	w.put(planSource, "customer", rows{"1": `{"name":"A","count":5}`, "2": `{"name":"B","count":6}`})
	w.mapped()
	for key, fields := range map[string]string{"1": `{"count":5,"name":"A"}`, "2": `{"name":"B","count":5}`} {
		ids, err := w.s.BeginAttempts(context.Background(), []stage.Attempt{{Side: w.side(0), Key: record.Key(key), Kind: stage.AttemptCreate, Fields: []byte(fields), Sent: planTime}})
		require.NoError(t, err)
		require.NoError(t, w.s.EndAttempts(context.Background(), []stage.Outcome{{Attempt: stage.Attempt{ID: ids[0], State: stage.AttemptRejected, Status: 422, Message: "count is too large", Ended: planTime}}}))
	}
	p := w.plan()
	p.shows(map[string]string{"customers 1": "rejected refused by the target", "customers 2": "create"})
	assert.Equal(t, "count is too large", p.notes["customers 1"].Held.Said)
	_, err := w.s.Requeue(context.Background(), planSource.ID, "customers")
	require.NoError(t, err)
	w.plan().shows(map[string]string{"customers 1": "create"})
}

func TestPlanTrustsOnlyProvenLists(t *testing.T) {
	w := newWorld(t, customerRules())
	w.put(planSource, "customer", rows{"1": `{"name":"A"}`, "2": `{"name":"B","email":"b@x.com"}`})
	w.put(planTarget, "customers", rows{"102": customer(102, `"name":"B","email":"b@x.com"`)})
	w.mapped()
	proven := false
	var asked []string
	w.cfg.Refresh = func(_ context.Context, streams []string) (map[string]bool, error) {
		asked = streams
		return map[string]bool{"customers": proven}, nil
	}
	w.plan().shows(map[string]string{"customers 1": "held target not proven complete", "customers 2": "unchanged 102"})
	assert.Equal(t, []string{"customers"}, asked)
	proven = true
	w.plan().shows(map[string]string{"customers 1": "create"})
}

func TestPlanIsTheSameTwice(t *testing.T) {
	w := newWorld(t, customerRules(), ticketRules())
	source, target := rows{}, rows{}
	for i := range 200 {
		source[fmt.Sprint(i)] = fmt.Sprintf(`{"name":"N %d","email":"m%d@x.com","count":%d}`, i, i%190, i)
		target[fmt.Sprint(1000-i)] = customer(1000-i, fmt.Sprintf(`"name":"N %d","email":"m%d@x.com"`, i, i+100))
	}
	w.put(planSource, "customer", source)
	w.put(planTarget, "customers", target)
	w.put(planSource, "job", rows{"1": `{"customer_id":{"$ref":{"stream":"customers","key":"3"}},"subject":"x"}`})
	w.mapped()
	a, b := w.plan(), w.plan()
	assert.Equal(t, a.Hash, b.Hash)
	assert.Equal(t, a.items, b.items)
	assert.Equal(t, a.sum, b.sum)
}

func TestCurrent(t *testing.T) {
	w := newWorld(t, customerRules())
	w.put(planSource, "customer", rows{"1": `{"name":"A"}`})
	w.mapped()
	p := w.plan()
	changes := func(cfg Config) []string {
		changed, err := Current(context.Background(), cfg, p.Plan)
		require.NoError(t, err)
		return changed
	}
	assert.Empty(t, changes(w.cfg))
	other := w.cfg
	other.Target.ID = "crm/sandbox@crm.example.com"
	assert.Equal(t, []string{"it was made for the target account crm/acme@crm.example.com, and the job names crm/sandbox@crm.example.com"}, changes(other))
	other = w.cfg
	other.Decisions = &Decisions{Matches: []MatchDecision{{Entry: "customers", Key: "1", Choice: ChooseSkip}}}
	assert.Equal(t, []string{"decisions were added, changed or taken back"}, changes(other))
	other = w.cfg
	other.Effects = []string{"mail"}
	assert.Equal(t, []string{"the job allowed the effects [], and now [mail]"}, changes(other))
	other = w.cfg
	other.Vendor = crmSpec()
	other.Vendor.Streams[1].Writes.Required = append(other.Vendor.Streams[1].Writes.Required, []string{"zip"})
	assert.Equal(t, []string{"the connector spec of crm changed"}, changes(other))
	other = w.cfg
	other.Rules = []Rules{customerRules()}
	other.Rules[0].Match = nil
	assert.Equal(t, []string{"the rules of customers changed"}, changes(other))
	w.put(planSource, "customer", rows{"2": `{"name":"B"}`})
	w.mapped()
	assert.Len(t, changes(w.cfg), 1)
	assert.Contains(t, changes(w.cfg)[0], "mapped again")
}
