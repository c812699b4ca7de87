package mappings_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/mappings"
	"ferry/samples/vendorsim"
	"ferry/transform/mapping"
)

func TestSynchroteamToSyncro(t *testing.T) { checkShipped(t, "synchroteam-to-syncro") }

func TestSyncroToSynchroteam(t *testing.T) { checkShipped(t, "syncro-to-synchroteam") }

var example = regexp.MustCompile(`(?m)^( +)#   (\S.*)$`)

// The lines that stand in comments are there to be used: all of them together
// make a mapping with which nothing is wrong but that leave names their fields too.
func TestExamplesInComments(t *testing.T) {
	for _, name := range []string{"synchroteam-to-syncro", "syncro-to-synchroteam"} {
		data, _ := mappings.Read(name)
		assert.GreaterOrEqual(t, len(example.FindAll(data, -1)), 8, name)
		f, err := mapping.Parse(name+".yaml", example.ReplaceAll(data, []byte("$1$2")))
		require.NoError(t, err)
		_, source, target := shipped(t, name)
		err = mapping.Check(f, source, target, nil)
		require.Error(t, err)
		for line := range strings.SplitSeq(err.Error(), "\n") {
			assert.Contains(t, line, "is left out and mapped")
		}
	}
}

// What the remarks say to write for a company in France, and to narrow what is
// carried over.
func TestRemarksHold(t *testing.T) {
	data, _ := mappings.Read("synchroteam-to-syncro")
	usa := `(?:1[-. ]?)?[(]?[2-9][0-9]{2}[)]?[-. ]*[0-9]{3}[-. ]*[0-9]{4}`
	remarks, _ := mappings.Remarks("synchroteam-to-syncro")
	assert.Contains(t, string(remarks), usa)
	assert.Equal(t, 6, strings.Count(string(data), usa))
	text := strings.NewReplacer(usa, `0[1-9](?:[-. ]*[0-9]{2}){4}`, "region: US", "region: FR", "America/New_York", "Europe/Paris",
		`"(?i)^ *(usa?$|united states|états-unis|estados unidos)" ? state(addressProvince, "US")`, `"x" ? clean(addressProvince)`,
		`"(?i)^ *(usa?$|united states|états-unis|estados unidos)" ? zip(addressZIP, "US")`, `"(?i)^ *(fr$|france)" ? zip(addressZIP, "FR")`).Replace(string(data))
	customer := program(t, "synchroteam-to-syncro", text).Find("customers").New()
	var res mapping.Result
	in := mapping.Input{Key: "1", Base: []byte(`{"id":1,"name":"A","contactPhone":"01 42.68-5300","contactMobile":"(719) 388-1967","addressZIP":"F-75002","addressCountry":"France"}`)}
	require.Equal(t, mapping.Mapped, customer.Apply(&in, &res), res.Dead.Reason)
	got := decoded(t, res.JSON)
	assert.Equal(t, "33142685300", got["phone"])
	assert.Equal(t, "75002", got["zip"])
	assert.Equal(t, "Mobile: (719) 388-1967\nCountry: France", got["notes"])

	data, _ = mappings.Read("syncro-to-synchroteam")
	remarks, _ = mappings.Remarks("syncro-to-synchroteam")
	for to, where := range map[string]string{"customer": `not (disabled ?? false)`, "job": `resolved_at == "" and not oneof(status, "Resolved", "Invoiced")`} {
		assert.Contains(t, string(remarks), "`where: "+where+"`")
		text = strings.Replace(string(data), "    to: "+to+"\n", "    to: "+to+"\n    where: "+where+"\n", 1)
		text = strings.Replace(text, "      disabled: Synchroteam has no such mark; filter with where to leave them behind\n", "", 1)
		require.NotEqual(t, string(data), text)
		program(t, "syncro-to-synchroteam", text)
	}
}

// unlimited is a simulated vendor that answers at once and as often as it is asked.
var unlimited = vendorsim.Options{Rate: vendorsim.Rate{Limit: -1}, Quota: vendorsim.Quota{Limit: -1}, Latency: -1}

// A simulated company goes through whole and is taken by the other vendor: no
// record dies, nobody hears of it, and what is no field of the target stands in
// a note.
func TestSynchroteamToSyncroMovesACompany(t *testing.T) {
	sim := vendorsim.NewSynchroteam(vendorsim.Options{Counts: vendorsim.Counts{Customers: 300, Sites: 300, Equipment: 300, Jobs: 300}})
	p := program(t, "synchroteam-to-syncro")
	target := vendorsim.NewSyncro(vendorsim.SyncroOptions{Options: unlimited})
	door := &door{handler: target, found: 10231, keys: map[string]map[string]any{}, header: map[string]string{"Authorization": "Bearer " + vendorsim.DefaultSyncroToken}}
	record := func(stream string) func(string) []byte {
		return func(id string) []byte { return sim.Record(stream, id) }
	}
	site := func(base []byte) map[string][]byte {
		return map[string][]byte{"site": joinedBy(base, record("site"), "site", "id")}
	}
	post := func(path, answer string) func(stream, key string, body map[string]any) {
		return func(stream, key string, body map[string]any) {
			if path == "customer_assets" { // the type that the remarks ask for has another name there
				require.Equal(t, "Equipment", body["asset_type_name"])
				body["asset_type_name"] = "Heat Pump"
			}
			door.post(t, "https://acme.syncromsp.com/api/v1/"+path, body, stream, key, answer)
		}
	}

	in := inputs(sim.Live("customer"), record("customer"), nil)
	out := move(t, p.Find("customers"), in, door, post("customers", "customer"))
	keptInNotes(t, in, out)
	in = inputs(sim.Live("site"), record("site"), nil)
	out = move(t, p.Find("sites"), in, door, post("contacts", ""))
	keptInNotes(t, in, out)
	move(t, p.Find("equipment"), inputs(sim.Live("equipment"), record("equipment"), site), door, post("customer_assets", "asset"))

	reports, subjects := 0, map[any]bool{}
	for _, ticket := range move(t, p.Find("tickets"), inputs(sim.Live("job"), record("job"), site), door, post("tickets", "ticket")) {
		subjects[ticket["subject"]] = true
		for _, c := range ticket["comments_attributes"].([]any) {
			comment := c.(map[string]any)
			assert.Equal(t, true, comment["hidden"], "a comment that is not hidden is mailed")
			assert.Equal(t, true, comment["do_not_email"])
			assert.NotContains(t, comment, "sms_body")
			assert.NotEmpty(t, comment["body"], "Syncro refuses a comment without text")
			if comment["subject"] == "Job report" {
				reports++
			}
		}
	}
	assert.Greater(t, reports, 50, "reports become comments")
	assert.Len(t, subjects, len(sim.Live("job")), "no two subjects are alike")
	assert.Empty(t, target.Counters().Effects)
}

func TestSyncroToSynchroteamMovesACompany(t *testing.T) {
	sim := vendorsim.NewSyncro(vendorsim.SyncroOptions{Extras: true,
		Counts: vendorsim.SyncroCounts{Customers: 300, Contacts: 300, Tickets: 300, Assets: 300}})
	p := program(t, "syncro-to-synchroteam")
	target := vendorsim.NewSynchroteam(unlimited)
	door := &door{handler: target, keys: map[string]map[string]any{}, user: vendorsim.DefaultDomain, password: vendorsim.DefaultAPIKey}
	record := func(stream string) func(string) []byte {
		return func(id string) []byte { return sim.Record(stream, id) }
	}
	customer := func(base []byte) map[string][]byte {
		return map[string][]byte{"customers": joinedBy(base, record(vendorsim.SyncroCustomers), "customer_id")}
	}
	post := func(path string) func(stream, key string, body map[string]any) {
		return func(stream, key string, body map[string]any) {
			assert.True(t, path == "job" || body["name"] != "", "Synchroteam refuses a record without a name")
			completed, start, end := body["status"] == "completed", body["actualStart"], body["actualEnd"]
			for _, name := range []string{"status", "actualStart", "actualEnd"} { // of the call that completes a job
				delete(body, name)
			}
			door.post(t, "https://ws.synchroteam.com/api/v3/"+path+"/send", body, stream, key, "")
			if completed {
				door.call(t, "https://ws.synchroteam.com/api/v3/job/complete",
					map[string]any{"id": door.keys[stream][key], "actualStart": start, "actualEnd": end}, stream+" "+key)
			}
		}
	}
	move(t, p.Find("customers"), inputs(sim.Live(vendorsim.SyncroCustomers), record(vendorsim.SyncroCustomers), nil), door, post("customer"))
	move(t, p.Find("sites"), inputs(sim.Live(vendorsim.SyncroContacts), record(vendorsim.SyncroContacts), customer), door, post("site"))
	move(t, p.Find("equipment"), inputs(sim.Live(vendorsim.SyncroAssets), record(vendorsim.SyncroAssets), nil), door, post("equipment"))

	tickets := inputs(sim.Live(vendorsim.SyncroTickets), record(vendorsim.SyncroTickets), nil)
	hidden := 0
	for i, job := range move(t, p.Find("jobs"), tickets, door, post("job")) {
		assert.NotContains(t, job, "technician", "a technician would be told")
		assert.Equal(t, job["status"] == "completed", job["actualEnd"] != nil, "a job is completed with its times")
		hidden += hiddenStaysOut(t, job["description"].(string), decoded(t, tickets[i].Base)["comments"].([]any))
	}
	assert.Greater(t, hidden, 50, "the account has hidden comments")
	assert.Greater(t, target.Counters().ByPath["POST job/complete"], 50)
	assert.Empty(t, target.Counters().Effects)
}

// hiddenStaysOut holds the heads of the comments in a description against those
// of the comments that the customer could see, and counts the hidden ones.
func hiddenStaysOut(t *testing.T, description string, comments []any) (hidden int) {
	t.Helper()
	heads, shown := map[string]bool{}, map[string]int{}
	for _, c := range comments {
		comment := c.(map[string]any)
		head := comment["created_at"].(string)[:10] + " " + comment["tech"].(string) + ": " + comment["subject"].(string) + "\n"
		heads[head] = true
		if comment["hidden"] == true {
			hidden++
		} else {
			shown[head]++
		}
	}
	for head := range heads {
		assert.Equal(t, shown[head], strings.Count(description+"\n", head))
	}
	return hidden
}

// keptInNotes holds each phone of a record: its digits are those that were sent
// (behind its country's prefix), or the text as it was stands in the notes.
func keptInNotes(t *testing.T, in []mapping.Input, out []map[string]any) {
	t.Helper()
	noted, sent := 0, 0
	for i := range in {
		from := decoded(t, in[i].Base)
		notes, _ := out[i]["notes"].(string)
		for theirs, ours := range map[string]string{"contactPhone": "phone", "contactMobile": "mobile"} {
			was, _ := from[theirs].(string)
			is, _ := out[i][ours].(string)
			switch {
			case strings.TrimSpace(was) == "":
				assert.Empty(t, is)
			case strings.Contains(notes, strings.TrimSpace(was)):
				noted++
			default:
				sent++
				digits := onlyDigits(was)
				if strings.HasPrefix(was, "00") || strings.HasPrefix(was, "+") { // 0049 (0)30 is +49 30
					digits = digits[len(digits)-6:]
				}
				assert.True(t, strings.HasSuffix(is, digits), "%s is neither sent nor noted", theirs)
			}
		}
	}
	t.Logf("phones: %d sent, %d kept in the notes", sent, noted)
	assert.Greater(t, noted, 10)
	assert.Greater(t, sent, 100)
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
