package load

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
)

func TestPlanMatches(t *testing.T) {
	w := newWorld(t, customerRules())
	w.put(planSource, "customer", rows{
		"1":  `{"name":"By mail","email":"A@X.com ","zip":"1"}`,
		"2":  `{"name":"BY  NAME","zip":"0123"}`,
		"3":  `{"name":"Nobody","email":"n@x.com"}`,
		"4":  `{"name":"Two","email":"two@x.com"}`,
		"5":  `{"name":"Same","email":"same@x.com"}`,
		"6":  `{"name":"Same as well","email":"same@x.com"}`,
		"7":  `{"name":"No key"}`,
		"8":  `{"name":"Old","email":"old@x.com"}`,
		"9":  `{"name":"Taken","email":"taken@x.com"}`,
		"10": `{"name":"Linked","email":"linked@x.com"}`,
		"11": `{"name":"Alike","email":"alike@x.com"}`,
		"12": `{"name":"Alike too","email":"ALIKE@x.com"}`,
		"13": `{"name":"Second key","email":"nobody@x.com","zip":"77"}`,
	})
	w.put(planTarget, "customers", rows{
		"101": customer(101, `"name":"By mail","email":"a@x.com","zip":"1"`),
		"102": customer(102, `"name":"By name","zip":"0123"`),
		"104": customer(104, `"name":"Two","email":"two@x.com"`),
		"105": customer(105, `"name":"Two B","email":"TWO@x.com"`),
		"106": customer(106, `"name":"Same","email":"same@x.com"`),
		"108": customer(108, `"name":"Old","email":"old@x.com","disabled":true`),
		"109": customer(109, `"name":"Taken","email":"taken@x.com"`),
		"110": customer(110, `"name":"Linked","email":"other@x.com"`),
		"113": customer(113, `"name":"second key","zip":"77"`),
	})
	w.link(0, map[string]string{"10": "110", "999": "109"})
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{
		"customers 1":  "unchanged 101",
		"customers 2":  "unchanged 102",
		"customers 3":  "create",
		"customers 4":  "held several targets",
		"customers 5":  "held several sources",
		"customers 6":  "held several sources",
		"customers 7":  "create",
		"customers 8":  "held gone from the target",
		"customers 9":  "held several sources",
		"customers 10": "update 110",
		"customers 11": "held source records alike",
		"customers 12": "held source records alike",
		"customers 13": "update 113",
	})
	assert.Equal(t, &Evidence{How: stage.LinkMatched, By: []string{"email"}, Values: []string{"A@X.com "}}, p.notes["customers 1"].Match)
	assert.Equal(t, &Evidence{How: stage.LinkMatched, By: []string{"name", "zip"}, Values: []string{"BY  NAME", "0123"}}, p.notes["customers 2"].Match)
	assert.Nil(t, p.notes["customers 10"].Match, "the crosswalk has it")
	assert.Equal(t, []Change{{Field: "email", Old: json.RawMessage(`"other@x.com"`), New: json.RawMessage(`"linked@x.com"`)}}, p.notes["customers 10"].Changes)
	choices := p.notes["customers 4"].Held.Choose
	require.Len(t, choices, 2)
	assert.Equal(t, Candidate{Key: "104", Label: "Two"}, choices[0])
	assert.Equal(t, "customers 6", p.notes["customers 5"].Held.Value)
	assert.Equal(t, "12", p.notes["customers 11"].Held.Value)
	assert.Equal(t, 2, p.sum.Of(stage.ActCreate))
	assert.Equal(t, map[string]int{"several targets": 1, "several sources": 3, "gone from the target": 1, "source records alike": 2}, p.sum.Entries[0].Reasons)
	assert.Equal(t, 4, p.sum.Price.Write)
	assert.Equal(t, 2, p.sum.Price.Read)
	assert.InDelta(t, float64(p.sum.Price.Requests())/1000, p.sum.Price.Days, 1e-9)
}

func TestPlanLooksForAlike(t *testing.T) {
	w := newWorld(t, customerRules())
	w.put(planSource, "customer", rows{"1": `{"name":"Müller & Söhne GmbH","phone":"+1 719 388 1967"}`, "2": `{"name":"Other"}`})
	w.put(planTarget, "customers", rows{
		"5": customer(5, `"name":"MULLER SOHNE gmbh"`), "6": customer(6, `"name":"X","phone":"(719) 388-1967"`), "7": customer(7, `"name":"Other","disabled":true`),
	})
	w.cfg.Link = func(stream string, key record.Key) string { return "https://crm/" + stream + "/" + string(key) }
	w.mapped()
	p := w.plan()
	p.shows(map[string]string{"customers 1": "create", "customers 2": "create"})
	assert.Equal(t, []Candidate{
		{Key: "5", Label: "MULLER SOHNE gmbh", Link: "https://crm/customers/5", Why: "the same name"},
		{Key: "6", Label: "X", Link: "https://crm/customers/6", Why: "the same phone"},
	}, p.notes["customers 1"].Alike)
	assert.Empty(t, p.notes["customers 2"].Alike, "what is out of use is no look-alike")
	assert.Equal(t, 1, p.sum.Entries[0].Alike)
}

func TestPlanDuplicates(t *testing.T) {
	records := rows{"9": `{"name":"B","email":"a@x.com","note":"from 9"}`, "10": `{"name":"A","email":"A@x.com","zip":"1"}`, "11": `{"name":"C","email":"c@x.com"}`, "12": `{"name":"D","email":"c@x.com"}`}
	target := rows{"100": customer(100, `"name":"B","email":"a@x.com"`)}
	tests := []struct {
		way  Duplicates
		want map[string]string
	}{
		{HoldDuplicates, map[string]string{"customers 9": "held several sources", "customers 10": "held several sources",
			"customers 11": "held source records alike", "customers 12": "held source records alike"}},
		{FirstDuplicate, map[string]string{"customers 9": "update 100", "customers 10": "unchanged 100", "customers 11": "create", "customers 12": "held source records alike"}},
		{MergeDuplicates, map[string]string{"customers 9": "update 100", "customers 10": "update 100", "customers 11": "create", "customers 12": "held source records alike"}},
	}
	for _, tt := range tests {
		t.Run(string(tt.way), func(t *testing.T) {
			rules := customerRules()
			rules.Duplicates = tt.way
			w := newWorld(t, rules)
			w.put(planSource, "customer", records)
			w.put(planTarget, "customers", target)
			w.mapped()
			p := w.plan()
			p.shows(tt.want)
			if tt.way == MergeDuplicates {
				assert.Equal(t, []Change{{Field: "zip", Old: json.RawMessage("null"), New: json.RawMessage(`"1"`)}}, p.notes["customers 10"].Changes, "only what was blank")
			}
			if tt.way != HoldDuplicates {
				assert.Equal(t, stage.LinkDecided, p.notes["customers 10"].Match.How)
			}
		})
	}
}

func TestPlanThreeWay(t *testing.T) {
	tests := []struct {
		name             string
		sent, back       string // "" never written
		now, want        string
		set              SetWhen
		action           string
		changes, kept, u []string
	}{
		{name: "never written", now: `"note":"a"`, want: `"note":"b"`, action: "update", changes: []string{"note"}},
		{name: "as it was written", sent: `{"note":"a"}`, back: `{"note":"a"}`, now: `"note":"a"`, want: `"note":"b"`, action: "update", changes: []string{"note"}},
		{name: "people changed what is not wanted otherwise", sent: `{"note":"a"}`, back: `{"note":"a"}`, now: `"note":"x"`, want: `"note":"a"`, action: "unchanged", kept: []string{"note"}},
		{name: "people changed what is wanted otherwise", sent: `{"note":"a"}`, back: `{"note":"a"}`, now: `"note":"x"`, want: `"note":"b"`, action: "held edited in the target"},
		{name: "people wrote what is wanted", sent: `{"note":"a"}`, back: `{"note":"a"}`, now: `"note":"b"`, want: `"note":"b"`, action: "unchanged"},
		{name: "people emptied it", sent: `{"note":"a"}`, back: `{"note":"a"}`, now: `"note":null`, want: `"note":"b"`, action: "held edited in the target"},
		{name: "the target keeps it in its own form", sent: `{"note":"<b>a</b>"}`, back: `{"note":"a"}`, now: `"note":"a"`, want: `"note":"<b>a</b>"`, action: "unchanged"},
		{name: "its own form of what is wanted no more", sent: `{"note":"<b>a</b>"}`, back: `{"note":"a"}`, now: `"note":"a"`, want: `"note":"b"`, action: "update", changes: []string{"note"}},
		{name: "a field that the mapping has since", sent: `{"name":"A"}`, back: `{"name":"A","note":"old"}`, now: `"note":"old"`, want: `"note":"b"`, action: "update", changes: []string{"note"}},
		{name: "such a field that people changed", sent: `{"name":"A"}`, back: `{"name":"A","note":"old"}`, now: `"note":"x"`, want: `"note":"b"`, action: "held edited in the target"},
		{name: "another field was edited", sent: `{"note":"a","zip":"1"}`, back: `{"note":"a","zip":"1"}`, now: `"note":"a","zip":"9"`, want: `"note":"b","zip":"1"`, action: "update", changes: []string{"note"}, kept: []string{"zip"}},
		{name: "never shown, never written", now: `"note":"a"`, want: `"secret_note":"s"`, action: "unchanged", u: []string{"secret_note"}},
		{name: "never shown, in a record of ours", sent: `{"note":"a"}`, back: `{}`, now: `"note":"a"`, want: `"secret_note":"s"`, action: "update", changes: []string{"secret_note"}},
		{name: "never shown, as written", sent: `{"secret_note":"s"}`, back: `{}`, now: `"note":"a"`, want: `"secret_note":"s"`, action: "unchanged"},
		{name: "never shown, wanted otherwise", sent: `{"secret_note":"s"}`, back: `{}`, now: `"note":"a"`, want: `"secret_note":"t"`, action: "update", changes: []string{"secret_note"}},
		{name: "set create", now: `"note":"a"`, want: `"note":"b"`, set: SetCreate, action: "unchanged"},
		{name: "set empty where there is something", now: `"note":"a"`, want: `"note":"b"`, set: SetEmpty, action: "unchanged"},
		{name: "set empty where there is nothing", now: `"note":""`, want: `"note":"b"`, set: SetEmpty, action: "update", changes: []string{"note"}},
		{name: "blank clears", now: `"note":"a"`, want: `"note":null`, action: "update", changes: []string{"note"}},
		{name: "a custom field", now: `"props":{"Zone":"S"}`, want: `"props":{"Zone":"N"}`, action: "update", changes: []string{"props.Zone"}},
		{name: "a custom field that people changed", sent: `{"props":{"Zone":"N"}}`, back: `{"props":{"Zone":"N"}}`, now: `"props":{"Zone":"S"}`, want: `"props":{"Zone":"E"}`, action: "held edited in the target"},
		{name: "by value", sent: `{"price":"1.50"}`, back: `{"price":1.5}`, now: `"price":"1.5"`, want: `"price":"1.500"`, action: "unchanged"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rules := customerRules()
			for i := range rules.Fields {
				if f := &rules.Fields[i]; f.Dotted() == "note" {
					f.Clear = true
					if tt.set != "" {
						f.Set = tt.set
					}
				}
			}
			w := newWorld(t, rules)
			w.put(planSource, "customer", rows{"1": `{` + tt.want + `}`})
			w.put(planTarget, "customers", rows{"101": customer(101, tt.now)})
			w.link(0, map[string]string{"1": "101"})
			if tt.sent != "" {
				w.wrote(0, "1", tt.sent, tt.back)
			}
			w.mapped()
			p := w.plan()
			it, note := p.items["customers 1"], p.notes["customers 1"]
			got := it.Action.String()
			if note.Held != nil {
				got += " " + note.Held.Code
				require.NotEmpty(t, note.Held.Change)
				assert.NotEmpty(t, note.Held.Change[0].Last)
			}
			assert.Equal(t, tt.action, got)
			names := func(changes []Change) (all []string) {
				for _, c := range changes {
					all = append(all, c.Field)
				}
				return all
			}
			assert.Equal(t, tt.changes, names(note.Changes))
			assert.Equal(t, tt.kept, names(note.Kept))
			assert.Equal(t, tt.u, note.Unseen)
		})
	}
}
