package vendorsim

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// creation is a write of each vendor with a text, a date, a null and a nested field; stream is where it lands.
var creations = map[string]struct{ verb, path, body, stream, text, date, nested string }{
	"synchroteam": {"POST", "activity/send", `{"activityType":{"id":596},"note":"a long long note","dateStart":"2018-01-01 14:22","dateEnd":"2018-01-02 14:50","user":null}`,
		StreamActivities, "note", "dateStart", ""},
	"syncro": {"POST", "leads", `{"last_name":"a long long note","signature_date":"2018-01-01T14:22:00.000Z","city":null,"properties":{"Zone":"a"}}`,
		SyncroLeads, "last_name", "signature_date", "properties.Zone"},
	"sonar": {"POST", "customers", `{"phone_number":"+15550001111","first_name":"a long long note","picture_url":"2018-01-01 14:22","email":null,"properties":{"Zone":"a"}}`,
		SonarCustomers, "first_name", "picture_url", "properties.Zone"},
	"customerly": {"POST", "users", `{"users":[{"email":"new@example.com","name":"a long long note","user_id":"2018-01-01 14:22","attributes":{"Zone":"a"}}]}`,
		CustomerlyUsers, "name", "user_id", "attributes.Zone"},
}

// stored is what a vendor keeps of the last record of a stream, whether answers show it or not.
func stored(t *testing.T, w world, stream string) row {
	t.Helper()
	live := w.Live(stream)
	id := live[len(live)-1]
	out := row{}
	require.NoError(t, json.Unmarshal([]byte(w.Snapshot(stream)[id]), &out))
	switch s := w.judge.(type) {
	case *Syncro:
		require.NoError(t, json.Unmarshal(s.WriteOnly(stream, id), &out))
	case *Sonar:
		require.NoError(t, json.Unmarshal(s.Stored(id), &out))
	}
	return out
}

// TestAcceptedButWrong: the answer is good and something else is stored than was sent; Written tells what was sent.
func TestAcceptedButWrong(t *testing.T) {
	for vendor, c := range creations {
		run := func(f Fault) row {
			w := worlds[vendor](t, Options{})
			f.Every = 1
			w.SetFaults(f)
			w.must(t, c.verb, c.path, c.body)
			require.Equal(t, 1, w.Counters().Faulted[f.Kind], "%s %s", vendor, f.Kind)
			all := w.Written(c.stream)
			assert.Equal(t, "a long long note", all[len(all)-1].Fields[c.text], "%s %s: as it was sent", vendor, f.Kind)
			return stored(t, w, c.stream)
		}
		assert.NotEqual(t, "a long long note", run(Fault{Kind: FaultIgnored, Field: c.text})[c.text], vendor)
		assert.Equal(t, "a lon", run(Fault{Kind: FaultShortened, Field: c.text, Letters: 5})[c.text], vendor)
		assert.Equal(t, "a long long ", run(Fault{Kind: FaultShortened, Field: c.text, Letters: 12})[c.text], vendor)
		assert.Equal(t, "other", run(Fault{Kind: FaultReplaced, Field: c.text, Text: "other"})[c.text], vendor)
		assert.Contains(t, text(run(Fault{Kind: FaultShifted, Field: c.date})[c.date]), "09:22", vendor)
		assert.Contains(t, text(run(Fault{Kind: FaultShifted, Shift: 12 * time.Hour})[c.date]), "02:22", vendor)
		assert.Equal(t, "ruled", run(Fault{Kind: FaultAutomation, Field: c.text, Text: "ruled"})[c.text], vendor)
		assert.Equal(t, "a long long note", run(Fault{Kind: FaultNulls})[c.text], vendor)
		if outer, inner, deep := strings.Cut(c.nested, "."); deep {
			assert.NotEqual(t, "a", at(run(Fault{Kind: FaultIgnored, Field: c.nested}), outer, inner), vendor)
		}
	}
}

func TestNullsAreIgnored(t *testing.T) {
	w := worlds["syncro"](t, Options{})
	id := w.Live(SyncroCustomers)[0]
	require.True(t, w.Edit(SyncroCustomers, id, "notes", "old"))
	w.SetFaults(Fault{Kind: FaultNulls, Every: 1})
	w.must(t, "PUT", "customers/"+id, `{"notes":null,"city":"Bonn"}`)
	assert.Contains(t, w.Snapshot(SyncroCustomers)[id], `"notes":"old"`)
	assert.Contains(t, w.Snapshot(SyncroCustomers)[id], `"city":"Bonn"`)
	w.SetFaults()
	w.must(t, "PUT", "customers/"+id, `{"notes":null}`)
	assert.Contains(t, w.Snapshot(SyncroCustomers)[id], `"notes":null`)
}

// TestRefusedByPredicate: only records that fit are refused, in the vendor's own shape.
func TestRefusedByPredicate(t *testing.T) {
	for vendor, c := range creations {
		w := worlds[vendor](t, Options{})
		before := len(w.Written(""))
		w.SetFaults(Fault{Kind: FaultInvalid, Every: 1, Field: "Zone", Text: "is nonsense", When: func(sent map[string]any) bool {
			return sent[c.text] == "a long long note"
		}})
		a := w.do(t, c.verb, c.path, c.body)
		assert.Contains(t, string(a.body), "Zone is nonsense", vendor)
		assert.Equal(t, map[string]int{"synchroteam": 400, "syncro": 422, "sonar": 400, "customerly": 200}[vendor], a.status)
		assert.Len(t, w.Written(""), before, vendor)
		w.must(t, c.verb, c.path, strings.Replace(c.body, "long long", "short", 1))
		assert.Len(t, w.Written(""), before+1, vendor)
	}
	w := worlds["syncro"](t, Options{})
	w.SetFaults(Fault{Kind: FaultInvalid, Every: 1})
	for path, shape := range map[string]string{
		"tickets": `{"error":"is invalid"}`, "tickets/" + w.Live(SyncroTickets)[0]: `{"success":false,"message":["is invalid"]}`,
		"leads": `{"success":false,"message":["is invalid"],"params":{"x":1}}`,
	} {
		verb := map[bool]string{true: "PUT", false: "POST"}[strings.Contains(path, "/")]
		a := w.do(t, verb, path, `{"x":1}`)
		assert.Equal(t, http.StatusUnprocessableEntity, a.status)
		assert.Equal(t, shape, string(a.body), path)
	}
}

// TestBatchesGoWrong: Customerly is the one vendor that takes several records at once.
func TestBatchesGoWrong(t *testing.T) {
	rows := func(names ...string) string {
		var out []string
		for _, name := range names {
			out = append(out, `{"email":"`+name+`@example.net"}`)
		}
		return `{"users":[` + strings.Join(out, ",") + `]}`
	}
	bad := func(sent map[string]any) bool { return sent["email"] == "c@example.net" }
	for _, tc := range []struct {
		fault  Fault
		status int
		kept   int
		says   string
	}{
		{Fault{Kind: FaultInvalid, When: bad}, 200, 3, `"inserted":3,"errors":[{"email":"c@example.net","message":"is invalid"}]`},
		{Fault{Kind: FaultFewer}, 200, 3, `"inserted":3,"errors":[]`},
		{Fault{Kind: FaultHalf}, 500, 2, "error"},
		{Fault{Kind: FaultBatch, When: bad}, 400, 0, "is invalid"},
	} {
		w := worlds["customerly"](t, Options{})
		tc.fault.Every = 1
		w.SetFaults(tc.fault)
		a := w.do(t, "POST", "users", rows("a", "b", "c", "d"))
		assert.Equal(t, tc.status, a.status, tc.fault.Kind)
		assert.Contains(t, string(a.body), tc.says, tc.fault.Kind)
		assert.Len(t, w.Written(CustomerlyUsers), tc.kept, tc.fault.Kind)
		if tc.fault.When != nil {
			w.must(t, "POST", "users", rows("a", "b"))
		}
	}
}

func TestRetryAfterIsWrittenInFourWays(t *testing.T) {
	for vendor, fresh := range worlds {
		w := fresh(t, Options{DateSkew: time.Hour})
		call := w.calls[0]
		header := func(f Fault) string {
			f.Every = 1
			w.SetFaults(f)
			return w.do(t, call.verb, call.path, call.body).header.Get("Retry-After")
		}
		assert.Equal(t, "30", header(Fault{Kind: FaultRateSeconds}), vendor)
		assert.Equal(t, "2", header(Fault{Kind: FaultRateSeconds, RetryAfter: 1500 * time.Millisecond}), vendor)
		assert.Equal(t, noon.Add(time.Hour+time.Minute).Format(http.TimeFormat), header(Fault{Kind: FaultRateDate, RetryAfter: time.Minute}), vendor)
		assert.Equal(t, "0", header(Fault{Kind: FaultRateZero}), vendor)
		assert.Equal(t, "0", header(Fault{Kind: FaultRateZero}), vendor)
		assert.Empty(t, header(Fault{Kind: FaultRate}), vendor)
	}
}

func TestFirewallLooksIntoBodies(t *testing.T) {
	for vendor, c := range creations {
		w := worlds[vendor](t, Options{Rate: Rate{Limit: 100}})
		w.SetFaults(Fault{Kind: FaultWAF, Every: 1})
		before, accepted := len(w.Written("")), w.Counters().Accepted
		for _, mark := range []string{"<SCRIPT src=x>", "' OR 1=1"} {
			a := w.do(t, c.verb, c.path, strings.Replace(c.body, "a long", mark, 1))
			assert.Equal(t, http.StatusForbidden, a.status, vendor)
			assert.Contains(t, a.header.Get("Content-Type"), "text/html", vendor)
		}
		assert.Len(t, w.Written(""), before, vendor)
		assert.Equal(t, accepted, w.Counters().Accepted, "the vendor itself never saw it")
		w.must(t, c.verb, c.path, c.body)
		assert.Equal(t, 2, w.Counters().Faulted[FaultWAF])
	}
}

func TestSpansAndSlowAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewSyncro(SyncroOptions{Options: Options{Latency: 20 * time.Millisecond, Faults: []Fault{
			{Kind: FaultSlower, Nth: []int{2}, For: 3 * time.Second},
			{Kind: FaultLocked, Nth: []int{1}, For: time.Minute, Method: "PUT"},
		}}})
		took := func() time.Duration {
			start := time.Now()
			syGet(t, s, "me")
			return time.Since(start)
		}
		assert.Equal(t, 20*time.Millisecond, took())
		for range 3 {
			assert.Equal(t, 200*time.Millisecond, took())
		}
		time.Sleep(3 * time.Second)
		assert.Equal(t, 20*time.Millisecond, took())

		path := "customers/" + s.Live(SyncroCustomers)[0]
		put := func() int { return sy(t, s, http.MethodPut, path, `{"notes":"x"}`).status }
		assert.Equal(t, []int{409, 409}, []int{put(), put()})
		time.Sleep(time.Minute)
		assert.Equal(t, 200, put())
	})
}

func TestExistsNamesTheRecord(t *testing.T) {
	for vendor, c := range creations {
		w := worlds[vendor](t, Options{})
		w.SetFaults(Fault{Kind: FaultExists, Nth: []int{1}})
		a := w.do(t, c.verb, c.path, c.body)
		assert.Equal(t, http.StatusConflict, a.status, vendor)
		live := w.Live(c.stream)
		assert.Contains(t, string(a.body), live[len(live)-1], vendor)
	}
}

func TestSunsetIsInTheHeaders(t *testing.T) {
	w := worlds["synchroteam"](t, Options{})
	w.SetFaults(Fault{Kind: FaultSunset, Every: 1})
	a := w.must(t, "GET", "customer/list", "")
	assert.Equal(t, []string{"true", noon.Add(30 * 24 * time.Hour).Format(http.TimeFormat)}, []string{a.header.Get("Deprecation"), a.header.Get("Sunset")})
}

// TestEveryWriteFaultKindHappens: no kind is a name alone.
func TestEveryWriteFaultKindHappens(t *testing.T) {
	for _, kind := range WriteFaultKinds() {
		w := worlds["customerly"](t, Options{})
		w.SetFaults(Fault{Kind: kind, Every: 1, Field: map[bool]string{true: "name"}[kind == FaultIgnored || kind == FaultReplaced]})
		w.do(t, "POST", "users", `{"users":[{"email":"a@example.com","name":"<script"}]}`)
		assert.Equal(t, 1, w.Counters().Faulted[kind], kind)
	}
}

func TestTakenBackLater(t *testing.T) {
	for vendor, c := range creations {
		w := worlds[vendor](t, Options{})
		before := w.Live(c.stream)
		w.SetFaults(Fault{Kind: FaultTakenBack, Every: 1})
		w.must(t, c.verb, c.path, c.body)
		assert.Len(t, w.Live(c.stream), len(before)+1, vendor)
		w.Advance(time.Minute)
		assert.Equal(t, before, w.Live(c.stream), vendor)
	}
}

func TestShuffledBatchAnswer(t *testing.T) {
	w := worlds["customerly"](t, Options{})
	body := `{"users":[{"email":"x"},{"email":"a@example.net"},{"email":"y"}]}`
	plain := string(w.must(t, "POST", "users", body).body)
	w.SetFaults(Fault{Kind: FaultShuffled, Every: 1})
	shuffled := string(w.must(t, "POST", "users", body).body)
	assert.NotEqual(t, plain, shuffled)
	assert.Less(t, strings.Index(shuffled, `"y"`), strings.Index(shuffled, `"x"`))
}

// TestHabitsOfAccounts are switches of what no document says.
func TestHabitsOfAccounts(t *testing.T) {
	o := unlimited()
	o.DefaultSite = true
	s := newSim(t, o)
	sites := len(s.Live(StreamSites))
	made := decode[row](t, post(t, s, "/v3/customer/send", `{"name":"Own site","address":"1 Road, Town, MA 02108, United States"}`))
	all := list(t, s, "/v3/site/list", "customer_id", text(made["id"])).Data
	require.Len(t, all, 1)
	assert.Equal(t, []any{"Own site", "Town"}, []any{all[0]["name"], all[0]["addressCity"]})
	assert.Empty(t, s.Written(StreamSites), "the vendor made it, no client")
	post(t, s, "/v3/customer/send", `{"id":`+text(made["id"])+`,"name":"Still one"}`)
	assert.Len(t, s.Live(StreamSites), sites+1)

	y := newSyncro(t, SyncroOptions{UniqueEmail: true, GoneEmails: true, PutReplaces: true})
	create := func() answered {
		return sy(t, y, http.MethodPost, "customers", `{"business_name":"A","email":"one@example.com","notes":"n","properties":{"Zone":"a"}}`)
	}
	id := text(at(decode[row](t, create()), "customer", "id"))
	changed := decode[row](t, sy(t, y, http.MethodPut, "customers/"+id, `{"business_name":"B","email":"one@example.com"}`))["customer"].(row)
	assert.Equal(t, []any{"B", nil, row{}}, []any{changed["business_name"], changed["notes"], changed["properties"]})
	sy(t, y, http.MethodDelete, "customers/"+id, "")
	assert.Equal(t, http.StatusUnprocessableEntity, create().status, "the deleted one still owns it")
}
