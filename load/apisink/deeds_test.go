package apisink_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/apisink"
	"ferry/samples/vendorsim"
)

// create is a creation from a source record 7.
func create(stream, fields string) load.Write {
	return load.Write{Stream: stream, Kind: stage.AttemptCreate, Source: "7", Fields: json.RawMessage(fields)}
}

// What a write becomes, without a request.
func TestDeeds(t *testing.T) {
	syncro, _ := newSyncro(t, vendorsim.SyncroOptions{Options: quiet()}, nil)
	synchroteam, _ := newSynchroteam(t, quiet(), nil)
	for name, c := range map[string]struct {
		b              *bench
		w              load.Write
		fields         []string // of the deeds
		muted, dropped []string
	}{
		"comments are hidden and not mailed, and their text messages stay out": {b: syncro,
			w:      create("tickets", `{"customer_id":1,"subject":"S","comments_attributes":[{"body":"b","sms_body":"x","hidden":false},{"body":"c","do_not_email":false}]}`),
			fields: []string{`{"customer_id":1,"subject":"S","comments_attributes":[{"body":"b","hidden":true,"do_not_email":true},{"body":"c","hidden":true,"do_not_email":true}]}`},
			muted:  []string{"comment_mail", "comment_sms"}, dropped: []string{"comments_attributes[].sms_body"}},
		"no comments, nothing to mute": {b: syncro, w: create("tickets", `{"customer_id":"1","subject":"S"}`), fields: []string{`{"customer_id":1,"subject":"S"}`}},
		"an alert is hidden and sets nothing off": {b: syncro, w: create("rmm_alerts", `{"description":"D","properties":{"body":"b","hidden":false}}`),
			fields: []string{`{"description":"D","properties":{"body":"b","hidden":true,"do_not_email":true,"skip_automation":true}}`}, muted: []string{"alert_notice"}},
		"what the creation does not take follows": {b: syncro, w: create("assets", `{"customer_id":1,"name":"P","asset_type_id":2,"properties":{"Room":"7"}}`),
			fields: []string{`{"customer_id":1,"name":"P","asset_type_id":2}`, `{"properties":{"Room":"7"}}`}},
		"read-only and unknown fields are said": {b: syncro, w: create("customers", `{"business_name":"A","pdf_url":"x","shoe_size":4}`),
			fields: []string{`{"business_name":"A"}`}, dropped: []string{"pdf_url", "shoe_size"}},
		"parents that are not there yet": {b: synchroteam, w: create("job", `{"customer":{"id":{"$ref":{"stream":"customers","key":"1"}}},"description":"D"}`),
			fields: []string{`{"customer":{"id":{"$ref":{"stream":"customers","key":"1"}}},"description":"D","myId":"acme 7"}`}},
		"a parent in the path": {b: syncro, w: create("tickets.comments", `{"ticket_id":{"$ref":{"stream":"tickets","key":"1"}},"subject":"s","body":"b"}`),
			fields: []string{`{"ticket_id":{"$ref":{"stream":"tickets","key":"1"}},"subject":"s","body":"b","hidden":true,"do_not_email":true}`}, muted: []string{"comment_mail"}},
		"an update clears and leaves the rest": {b: synchroteam, w: load.Write{Stream: "site", Kind: stage.AttemptUpdate, Key: "5", Now: json.RawMessage(`{"id":5,"name":"N"}`),
			Fields: json.RawMessage(`{"contactEmail":null,"position":{"latitude":null,"longitude":null},"report":1,"contactName":"x"}`)},
			fields: []string{`{"contactEmail":"","position":null}`}, dropped: []string{"report", "contactName"}},
		"a status it has already": {b: synchroteam, w: load.Write{Stream: "job", Kind: stage.AttemptUpdate, Key: "5", Now: json.RawMessage(`{"id":"5","status":"completed"}`),
			Reach: map[string]string{"status": "completed"}}},
		"a status that a write takes": {b: syncro, w: load.Write{Stream: "tickets", Kind: stage.AttemptUpdate, Key: "5", Now: json.RawMessage(`{"id":5,"status":"New"}`),
			Reach: map[string]string{"status": "Resolved"}}, fields: []string{`{"status":"Resolved"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			b := *c.b
			b.t = t
			deeds := b.deeds(c.w)
			require.Len(t, deeds.List, len(c.fields))
			for i, d := range deeds.List {
				assert.JSONEq(t, c.fields[i], string(d.Fields))
				assert.Equal(t, c.w.Source, d.Source)
				assert.Equal(t, c.w.Stream, d.Stream)
			}
			assert.Equal(t, c.muted, deeds.Muted)
			require.Len(t, deeds.Dropped, len(c.dropped), "%v", deeds.Dropped)
			for i, d := range deeds.Dropped {
				assert.True(t, strings.HasPrefix(d, c.dropped[i]+": "), d)
			}
			assert.Empty(t, deeds.Effects)
		})
	}
}

// What cannot be sent is refused before it is, and says what to do.
func TestDeedsThatAreRefused(t *testing.T) {
	syncro, _ := newSyncro(t, vendorsim.SyncroOptions{Options: quiet()}, nil)
	synchroteam, _ := newSynchroteam(t, quiet(), nil)
	for name, c := range map[string]struct {
		b      *bench
		w      load.Write
		field  string
		reason string
	}{
		"a required field":        {syncro, create("tickets", `{"subject":"S"}`), "customer_id", "required field missing: customer_id"},
		"one of several":          {synchroteam, create("equipment", `{"name":"E","customer":{"id":null}}`), "customer.id", "customer.id or customer.myId or site.id"},
		"empty text":              {synchroteam, create("customer", `{"name":""}`), "name", "required"},
		"no creation":             {syncro, create("users", `{"name":"x"}`), "", "cannot be created"},
		"no change":               {syncro, load.Write{Stream: "payments", Kind: stage.AttemptUpdate, Key: "1", Now: json.RawMessage(`{}`), Fields: json.RawMessage(`{"ref_num":"x"}`)}, "", "cannot be changed"},
		"no deletion":             {syncro, load.Write{Stream: "leads", Kind: stage.AttemptDelete, Key: "1"}, "", "no call that deletes a lead"},
		"switched off":            {synchroteam, create("recurrence", `{"customer":{"id":1}}`), "", "the reference is cut off"},
		"a place without a value": {syncro, create("tickets.line_items", `{"name":"n","description":"d"}`), "ticket_id", "ticket_id"},
	} {
		t.Run(name, func(t *testing.T) {
			b := *c.b
			b.t = t
			refused := b.refused(c.w)
			assert.Equal(t, c.field, refused.Field)
			assert.Contains(t, refused.Reason, c.reason)
		})
	}
	_, err := syncro.target.Deeds(create("nothing", `{}`))
	require.ErrorContains(t, err, `no stream "nothing"`)
	_, err = syncro.target.Deeds(create("customers", `[1]`))
	require.ErrorContains(t, err, "not a JSON object")
	_, err = apisink.New(apisink.Options{Spec: syncro.spec, Client: syncro.client, Effects: []string{"mails"}})
	require.ErrorContains(t, err, `no such effect`)
}

// An action is called by name where somebody wants it for itself.
func TestAct(t *testing.T) {
	b, sim := newSyncro(t, vendorsim.SyncroOptions{Options: quiet()}, nil)
	customer := b.create("customers", "1", `{"business_name":"Acme"}`)
	ticket := b.create("tickets", "1", fmt.Sprintf(`{"customer_id":%s,"subject":"S"}`, customer))
	w := load.Write{Stream: "tickets", Kind: stage.AttemptUpdate, Key: ticket, Source: "1", Fields: json.RawMessage(`{"files":[{"url":"https://x.example/a.jpg","filename":"a.jpg"}]}`)}
	deeds, err := b.target.Act(w, "attach_file")
	require.NoError(t, err)
	require.Len(t, deeds.List, 1)
	r := b.send(deeds.List[0])
	assert.Equal(t, stage.AttemptDone, r.State)
	assert.Nil(t, r.Back, "an action answers with no record")
	assert.Equal(t, 1, sim.Counters().ByPath["POST tickets/:id/attach_file_url"])
	assert.Equal(t, 1, b.deeds(load.Write{Stream: "invoices", Kind: stage.AttemptDelete, Key: "5"}).List[0].Reads, "its answer proves nothing")
	w.Fields = nil
	_, err = b.target.Act(w, "attach_file")
	refused := (*load.RefusedError)(nil)
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "files", refused.Field)
	_, err = b.target.Act(w, "print")
	require.ErrorAs(t, err, &refused)
	assert.Contains(t, refused.Do, "print_job")
	assert.Zero(t, sim.Counters().Effects[vendorsim.SyncroPrint])
}

func TestReferences(t *testing.T) {
	assert.Equal(t, "synchroteam 12", apisink.Reference("synchroteam", "", "12"))
	assert.Equal(t, "synchroteam sites 12/3", apisink.Reference("synchroteam", "sites", "12/3"))
	assert.Equal(t, "12", apisink.Reference("", "", "12"))
	for text, want := range map[string]record.Key{"synchroteam 12": "12", "synchroteam 12\r\nmore": "12", "12": "", "synchroteam ": "", "Synchroteam 12": ""} {
		key, ok := apisink.SourceKey("synchroteam", "", text)
		assert.Equal(t, want, key, text)
		assert.Equal(t, want != "", ok, text)
	}
}

// Every stream that can be written has deeds for a record of which every field
// is given, and none of them has an effect.
func TestEveryWritableStreamHasDeeds(t *testing.T) {
	benches := map[string]*bench{}
	benches["syncro"], _ = newSyncro(t, vendorsim.SyncroOptions{Options: quiet()}, nil)
	benches["synchroteam"], _ = newSynchroteam(t, quiet(), nil)
	benches["customerly"], _ = newCustomerly(t, vendorsim.CustomerlyOptions{Options: quiet()}, nil)
	benches["sonar"], _ = newSonar(t, vendorsim.SonarOptions{Options: quiet()}, nil)
	for vendor, b := range benches {
		for _, name := range b.spec.Writable() {
			st, err := b.spec.Stream(name)
			require.NoError(t, err)
			if st.Writes.Off != "" || st.Writes.Create == nil && st.Writes.Upsert == nil {
				continue
			}
			deeds, err := b.target.Deeds(create(name, sample(st.Writes.Fields)))
			if refused := (*load.RefusedError)(nil); err != nil {
				require.ErrorAs(t, err, &refused, "%s %s", vendor, name)
				assert.Contains(t, refused.Reason, "effect", "%s %s", vendor, name)
				continue
			}
			assert.NotEmpty(t, deeds.List, "%s %s", vendor, name)
			assert.Empty(t, deeds.Effects, "%s %s", vendor, name)
		}
	}
}

// sample is a record in which every field says something.
func sample(fields []record.Field) string {
	out := map[string]any{}
	for _, f := range fields {
		out[f.Name] = sampleOf(f)
	}
	text, err := json.Marshal(out)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func sampleOf(f record.Field) any {
	switch f.Kind {
	case record.Integer:
		return 7
	case record.Number, record.Decimal:
		return "1.5"
	case record.Boolean:
		return true
	case record.Object:
		return json.RawMessage(sample(f.Fields))
	case record.List:
		return []any{sampleOf(*f.Of)}
	case record.Custom:
		return map[string]string{"Zone": "North"}
	case record.Date, record.DateTime:
		return "2024-01-02T03:04:05Z"
	case record.JSON:
		return map[string]int{"a": 1}
	}
	if len(f.Enum) > 0 {
		return f.Enum[0]
	}
	return "text"
}

// Deeds never breaks, whatever a record holds, and says JSON.
func FuzzDeeds(f *testing.F) {
	for _, seed := range []string{`{"name":"A"}`, `{"name":1,"customer":{"id":"5"},"position":{"latitude":[]}}`, `{"name":{"$ref":1},"customFieldValues":{"Zone":null}}`,
		`{"name":"\ud800","scheduledStart":"2024-13-01"}`, `{"comments_attributes":[{"sms_body":"x"},5,null],"customer_id":"1","subject":"s"}`, `{"a":`, `[]`, `null`, `{"":{"":""}}`} {
		f.Add(seed, seed)
	}
	syncro, _ := newSyncro(f, vendorsim.SyncroOptions{Options: quiet()}, nil)
	synchroteam, _ := newSynchroteam(f, quiet(), nil)
	f.Fuzz(func(t *testing.T, fields, now string) {
		for _, b := range []*bench{syncro, synchroteam} {
			for _, name := range b.spec.Writable() {
				for _, kind := range []stage.AttemptKind{stage.AttemptCreate, stage.AttemptUpdate, stage.AttemptDelete} {
					w := load.Write{Stream: name, Kind: kind, Source: "1", Fields: json.RawMessage(fields), Now: json.RawMessage(now), Reach: map[string]string{"status": "validated"}}
					if kind != stage.AttemptCreate {
						w.Key = "1/2"
					}
					deeds, err := b.target.Deeds(w)
					for _, d := range deeds.List {
						require.NoError(t, err)
						require.True(t, len(d.Fields) == 0 || json.Valid(d.Fields), "%s", d.Fields)
					}
				}
			}
		}
	})
}

func BenchmarkDeeds(b *testing.B) {
	syncro, _ := newSyncro(b, vendorsim.SyncroOptions{Options: quiet()}, nil)
	w := create("customers", `{"business_name":"Acme GmbH","firstname":"Ann","lastname":"B","email":"a@b.example","phone":"17193881967","mobile":"17193881968",
		"address":"1 Main St","city":"Boston","state":"MA","zip":"02108","notes":"n","referred_by":"Synchroteam 5","get_sms":false,"opt_out":true}`)
	for b.Loop() {
		if _, err := syncro.target.Deeds(w); err != nil {
			b.Fatal(err)
		}
	}
}
