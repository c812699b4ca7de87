package apisink_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

func TestSynchroteamLives(t *testing.T) {
	b, sim := newSynchroteam(t, quiet(), nil)
	customer := b.create("customer", "1", `{"name":"Acme"}`)
	site := b.create("site", "1", fmt.Sprintf(`{"name":"Plant","customer":{"id":"%s"}}`, customer))
	for _, l := range []life{
		{stream: "customer", create: `{"name":"Beta","contactEmail":"a@b.example","position":{"latitude":1.5,"longitude":"2"}}`,
			changes: `{"vatNumber":"FR1","contactEmail":null,"position":{"longitude":3}}`,
			shows: map[string]string{"vatNumber": `"FR1"`, "name": `"Beta"`, "myId": `"acme 7"`, "contactEmail": `""`,
				"position": `{"latitude":"1.5","longitude":"3"}`}},
		{stream: "site", create: fmt.Sprintf(`{"name":"S","customer":{"id":%s},"myId":"mine"}`, customer), changes: `{"contactPhone":"1"}`,
			shows: map[string]string{"contactPhone": `"1"`, "myId": `"mine"`}},
		{stream: "equipment", create: fmt.Sprintf(`{"name":"E","site":{"id":%s}}`, site), changes: `{"name":"F"}`, shows: map[string]string{"name": `"F"`}},
		{stream: "job", create: fmt.Sprintf(`{"customer":{"id":%s},"description":"D","scheduledStart":"2024-01-02T03:04:05Z","scheduledEnd":"2024-01-02T04:04:05Z"}`, customer),
			changes: `{"description":"E","priority":"high"}`, shows: map[string]string{"description": `"E"`, "priority": `"high"`, "scheduledStart": `"02/01/2024 03:04:05"`}},
		{stream: "activity", create: `{"activityType":{"id":592},"dateStart":"2024-01-02 08:00","dateEnd":"2024-01-02T09:00:00"}`, changes: `{"note":"n"}`,
			shows: map[string]string{"note": `"n"`, "dateEnd": `"2024-01-02 09:00"`}},
	} {
		t.Run(l.stream, func(t *testing.T) {
			inner := *b
			inner.t = t
			inner.live(l)
		})
	}
	assert.Empty(t, sim.Counters().Effects)
}

// A job lives its life again: made, scheduled, completed, validated.
func TestSynchroteamJobsReachTheirStatus(t *testing.T) {
	b, sim := newSynchroteam(t, quiet(), nil)
	customer := b.create("customer", "1", `{"name":"Acme"}`)
	fields := fmt.Sprintf(`{"customer":{"id":%s},"actualStart":"2024-01-02 08:00:00","actualEnd":"2024-01-02 09:30:00",
		"parts":[{"reference":"P1","quantity":2}]}`, customer)
	key, deeds := b.do(load.Write{Stream: "job", Kind: stage.AttemptCreate, Source: "9", Fields: json.RawMessage(fields), Reach: map[string]string{"status": "validated"}})
	var names []string
	for i, d := range deeds.List {
		assert.Equal(t, i, d.Step)
		names = append(names, string(d.Kind)+" "+d.Action)
	}
	assert.Equal(t, []string{"create ", "action complete", "action validate", "action parts"}, names)
	assert.Len(t, deeds.Final, 3, "%v", deeds.Final)
	assert.Empty(t, deeds.Dropped)
	now := b.now("job", key)
	assert.Equal(t, `"validated"`, field(t, now, "status"))
	assert.Contains(t, field(t, now, "actualEnd"), "09:30:00")
	assert.Contains(t, field(t, now, "parts"), "P1")
	assert.Empty(t, sim.Counters().Effects)

	again := b.deeds(load.Write{Stream: "job", Kind: stage.AttemptUpdate, Key: key, Now: now, Fields: json.RawMessage(`{"description":"x"}`), Reach: map[string]string{"status": "Validated"}})
	assert.Len(t, again.List, 1, "it has the status already")
	refused := b.refused(load.Write{Stream: "job", Kind: stage.AttemptUpdate, Key: key, Now: now, Reach: map[string]string{"status": "created"}})
	assert.Equal(t, "status", refused.Field)
	assert.Contains(t, refused.Reason, load.CodeUnreachable)
	refused = b.refused(load.Write{Stream: "job", Kind: stage.AttemptCreate, Source: "10", Fields: json.RawMessage(fmt.Sprintf(`{"customer":{"id":%s}}`, customer)),
		Reach: map[string]string{"status": "completed"}})
	assert.Contains(t, refused.Reason, load.CodeUnreachable, "no times to complete it with")
}

// What a technician would notice is sent as a draft, and never hidden again.
func TestSynchroteamTechniciansHearNothing(t *testing.T) {
	b, sim := newSynchroteam(t, quiet(), nil)
	customer := b.create("customer", "1", `{"name":"Acme"}`)
	w := load.Write{Stream: "job", Kind: stage.AttemptCreate, Source: "9", Fields: json.RawMessage(fmt.Sprintf(
		`{"customer":{"id":%s},"technician":{"login":"billw"},"scheduledStart":"2024-01-02 08:00:00","scheduledEnd":"2024-01-02 09:00:00"}`, customer))}
	key, deeds := b.do(w)
	assert.Equal(t, []string{"technician_notice"}, deeds.Muted)
	assert.Empty(t, deeds.Effects)
	now := b.now("job", key)
	assert.Equal(t, `true`, field(t, now, "preferences", "isDraft"))
	hidden := load.Write{Stream: "job", Kind: stage.AttemptUpdate, Key: key, Now: now, Fields: json.RawMessage(`{"preferences":{"isDraft":false},"scheduledEnd":"2024-01-02 10:00:00"}`)}
	shown := b.deeds(hidden)
	assert.JSONEq(t, `{"scheduledEnd":"2024-01-02 10:00:00"}`, string(shown.List[0].Fields), "a draft may move; it is not shown to anybody")
	assert.Equal(t, []string{"technician_notice"}, shown.Muted)
	b.do(hidden)
	w.Reach = map[string]string{"status": "scheduled"}
	w.Source = "10"
	_, deeds = b.do(w)
	assert.Equal(t, "schedule", deeds.List[1].Action, "of a draft, which nobody sees")
	assert.Empty(t, sim.Counters().Effects)

	open, opensim := newSynchroteam(t, quiet(), effects("technician_notice"))
	customer = open.create("customer", "1", `{"name":"Acme"}`)
	w.Reach, w.Fields = nil, json.RawMessage(fmt.Sprintf(
		`{"customer":{"id":%s},"technician":{"login":"billw"},"scheduledStart":"2024-01-02 08:00:00","scheduledEnd":"2024-01-02 09:00:00"}`, customer))
	key, deeds = open.do(w)
	assert.Equal(t, []string{"technician_notice"}, deeds.Effects)
	assert.Equal(t, []string{"technician_notice"}, deeds.List[0].Effects)
	assert.Equal(t, map[string]int{"technician notified": 1}, opensim.Counters().Effects)

	live := open.now("job", key)
	change := load.Write{Stream: "job", Kind: stage.AttemptUpdate, Key: key, Now: live, Fields: json.RawMessage(`{"description":"x","scheduledStart":"2024-01-02 08:30:00"}`)}
	shut := *b
	moved := shut.deeds(change)
	require.Len(t, moved.List, 1)
	assert.JSONEq(t, `{"description":"x"}`, string(moved.List[0].Fields), "it is on a device: neither moved nor hidden")
	assert.Len(t, moved.Dropped, 1)
	refused := shut.refused(load.Write{Stream: "job", Kind: stage.AttemptDelete, Key: key, Now: live})
	assert.Contains(t, refused.Do, "technician_notice")
	b.refused(load.Write{Stream: "job", Kind: stage.AttemptDelete, Key: key}) // of which nothing is known
}

// Custom fields are named by label and sent by id; labels that the account does
// not have, or has twice, are refused.
func TestSynchroteamCustomFieldsByLabel(t *testing.T) {
	account := defs(
		map[string]string{"object": "customer", "id": "4658", "label": "Zone"}, map[string]string{"object": "customer", "id": "94057", "label": "Status"},
		map[string]string{"object": "customer", "id": "94058", "label": "Status"}, map[string]string{"object": "job", "id": "182", "label": "sector"})
	b, _ := newSynchroteam(t, quiet(), account)
	key := b.create("customer", "1", `{"name":"A","customFieldValues":{"Zone":"North"}}`)
	assert.JSONEq(t, `[{"id":4658,"label":"Zone","value":"North"}]`, field(t, b.now("customer", key), "customFieldValues"))
	b.update("customer", key, `{"customFieldValues":{"Zone":null}}`)
	assert.JSONEq(t, `[{"id":4658,"label":"Zone","value":""}]`, field(t, b.now("customer", key), "customFieldValues"))
	for label, why := range map[string]string{"Status": "several", "sector": "no custom field", "Zones": "no custom field"} {
		w := load.Write{Stream: "customer", Kind: stage.AttemptCreate, Source: "2", Fields: json.RawMessage(`{"name":"A","customFieldValues":{"` + label + `":"x"}}`)}
		assert.Contains(t, b.refused(w).Reason, why)
		fresh, _ := newSynchroteam(t, quiet(), account)
		r := fresh.send(fresh.deeds(w).List[0])
		assert.Equal(t, stage.AttemptRejected, r.State, "before the labels were read")
		assert.Equal(t, "customFieldValues."+label, r.Field)
		require.NoError(t, fresh.target.Prepare(t.Context(), []string{"customer", "site"}))
		fresh.refused(w)
	}
	none, _ := newSynchroteam(t, quiet(), defs())
	none.create("customer", "1", `{"name":"A","customFieldValues":{"Zone":"North"}}`)
}

// What was deleted can be brought back.
func TestSynchroteamUndeletes(t *testing.T) {
	b, _ := newSynchroteam(t, quiet(), nil)
	key := b.create("customer", "1", `{"name":"Acme"}`)
	b.remove("customer", key)
	b.do(load.Write{Stream: "customer", Kind: stage.AttemptUndelete, Key: key})
	assert.Equal(t, `"Acme"`, field(t, b.now("customer", key), "name"))
	refused := b.refused(load.Write{Stream: "job", Kind: stage.AttemptUndelete, Key: "x"})
	assert.Contains(t, refused.Reason, "cannot be restored")
}
