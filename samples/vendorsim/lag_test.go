package vendorsim

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lister reads a vendor's records as its lists show them, and writes them through its API.
type lister struct {
	stream, name          string
	list                  func(page int) string // path of a page
	rows                  func(t *testing.T, a answered) (rows []any, total int)
	id                    string // member of a row
	create, rename, erase func(id string, n int) writeCall
	read                  func(id string) string // path of a single read, "" for none by id
}

var listers = map[string]lister{
	"synchroteam": {
		stream: StreamCustomers, name: "name", id: "id",
		list: func(page int) string { return fmt.Sprintf("customer/list?sort=name&pageSize=4&page=%d", page) },
		rows: func(t *testing.T, a answered) ([]any, int) {
			o := decode[row](t, a)
			var total int
			require.NoError(t, json.Unmarshal([]byte(text(o["recordsTotal"])), &total))
			return o["data"].([]any), total
		},
		create: func(_ string, n int) writeCall {
			return writeCall{"POST", "customer/send", fmt.Sprintf(`{"name":"N%d","myId":"n%d"}`, n, n)}
		},
		rename: func(id string, n int) writeCall {
			return writeCall{"POST", "customer/send", fmt.Sprintf(`{"id":%s,"name":"R%d"}`, id, n)}
		},
		erase: func(id string, _ int) writeCall { return writeCall{"DELETE", "customer/delete?id=" + id, ""} },
		read:  func(id string) string { return "customer/details?id=" + id },
	},
	"syncro": {
		stream: SyncroCustomers, name: "business_name", id: "id",
		list: func(page int) string { return fmt.Sprintf("customers?sort=business_name+ASC&page=%d", page) },
		rows: func(t *testing.T, a answered) ([]any, int) {
			o := decode[row](t, a)
			var total int
			require.NoError(t, json.Unmarshal([]byte(text(at(o, "meta", "total_entries"))), &total))
			return o["customers"].([]any), total
		},
		create: func(_ string, n int) writeCall {
			return writeCall{"POST", "customers", fmt.Sprintf(`{"business_name":"N%d"}`, n)}
		},
		rename: func(id string, n int) writeCall {
			return writeCall{"PUT", "customers/" + id, fmt.Sprintf(`{"business_name":"R%d"}`, n)}
		},
		erase: func(id string, _ int) writeCall { return writeCall{"DELETE", "customers/" + id, ""} },
		read:  func(id string) string { return "customers/" + id },
	},
	"customerly": {
		stream: CustomerlyUsers, name: "name", id: "crmhero_user_id",
		list: func(page int) string { return fmt.Sprintf("users/list?sort=name&per_page=4&page=%d", page-1) },
		rows: func(t *testing.T, a answered) ([]any, int) {
			return decode[row](t, a)["data"].(row)["users"].([]any), -1
		},
		create: func(_ string, n int) writeCall {
			return writeCall{"POST", "users", fmt.Sprintf(`{"users":[{"email":"n%d@example.net","name":"N%d"}]}`, n, n)}
		},
	},
}

// all reads the list to its end: the name of each record by id.
func (l lister) all(t *testing.T, w world) map[string]string {
	t.Helper()
	out := map[string]string{}
	for page := 1; ; page++ {
		rows, total := l.rows(t, w.do(t, "GET", l.list(page), ""))
		for _, r := range rows {
			o := r.(row)
			id := text(o[l.id])
			require.NotContains(t, out, id, "a record stands twice")
			out[id] = text(o[l.name])
		}
		if len(rows) == 0 {
			if total >= 0 {
				require.Equal(t, total, len(out), "the total is not what the pages show")
			}
			return out
		}
	}
}

// truth is the same out of the store.
func (l lister) truth(t *testing.T, w world) map[string]string {
	t.Helper()
	out := map[string]string{}
	for id, shown := range w.Snapshot(l.stream) {
		o := row{}
		require.NoError(t, json.Unmarshal([]byte(shown), &o))
		out[id] = text(o[l.name])
	}
	return out
}

// TestListsLagBehindWrites makes random writes, one a second: what a list shows is always the store as it was one lag ago, and a
// single read the store as it was one replica's lag ago.
func TestListsLagBehindWrites(t *testing.T) {
	for vendor, l := range listers {
		for _, lag := range []int{0, 1, 5} {
			w := worlds[vendor](t, Options{IndexLag: time.Duration(lag) * time.Second, StaleReads: 2 * time.Second})
			rnd := rand.New(rand.NewPCG(3, uint64(lag)))
			history := []map[string]string{l.truth(t, w)}
			for n := range 60 {
				live := w.Live(l.stream)
				id := live[rnd.IntN(len(live))]
				call := l.create(id, n)
				switch k := rnd.IntN(4); {
				case l.erase == nil:
				case k == 1 && len(live) > 3:
					call = l.erase(id, n)
				case k > 1:
					call = l.rename(id, n)
				}
				w.must(t, call.verb, call.path, call.body)
				history = append(history, l.truth(t, w))
				if n%3 == 0 {
					require.Equal(t, history[max(len(history)-1-lag, 0)], l.all(t, w), "%s: lag %d s, step %d", vendor, lag, n)
				}
				if stale := history[max(len(history)-1-2, 0)]; l.read != nil {
					a := w.do(t, "GET", l.read(id), "")
					name, there := stale[id]
					require.Equal(t, there, a.status == 200, "%s: step %d", vendor, n)
					if there {
						require.Contains(t, string(a.body), `"`+l.name+`":"`+name+`"`)
					}
				}
				w.Advance(time.Second)
			}
			w.Advance(time.Minute)
			require.Equal(t, l.truth(t, w), l.all(t, w))
		}
	}
}

func TestSearchesLagAndReadsByIDDoNot(t *testing.T) {
	o := unlimited()
	o.IndexLag, o.Now = 5*time.Second, func() time.Time { return noon }
	s := newSim(t, o)
	mark := s.Mark()
	total := list(t, s, "/v3/customer/list").RecordsTotal
	made := decode[row](t, post(t, s, "/v3/customer/send", `{"name":"Lagging Ltd","myId":"lag-1","contactEmail":"lag@example.com"}`))
	id := text(made["id"])
	site := text(decode[row](t, post(t, s, "/v3/site/send", `{"name":"S","customer":{"id":`+id+`}}`))["id"])
	assert.Contains(t, s.Changed(StreamCustomers, mark), id, "the truth knows it")
	searches := []string{"details?myId=lag-1", "details?email=lag@example.com", "details?name=Lagging+Ltd"}
	seen := func(want bool) {
		t.Helper()
		assert.Equal(t, 200, get(s, "/v3/customer/details?id="+id).status, "by id at once")
		for _, path := range searches {
			assert.Equal(t, want, get(s, "/v3/customer/"+path).status == 200, path)
		}
		for _, filter := range []string{"name=Lagging", "email=lag@example.com", "changedSince=2025-06-01+00:00:00"} {
			assert.Equal(t, want, len(list(t, s, "/v3/customer/list?"+filter+"&x=").Data) == 1, filter)
		}
		assert.Equal(t, want, len(list(t, s, "/v3/site/list", "customer_id", id).Data) == 1)
		assert.Equal(t, want, len(list(t, s, "/v3/site/list", "customer_myId", "lag-1").Data) == 1)
		assert.Equal(t, want, list(t, s, "/v3/customer/list").RecordsTotal == total+1)
	}
	seen(false)
	again := decode[row](t, post(t, s, "/v3/customer/send", `{"myId":"lag-1","vatNumber":"1"}`))
	assert.Equal(t, id, text(again["id"]), "the store itself knows its keys")
	s.Advance(4 * time.Second)
	seen(false)
	s.Advance(time.Second)
	seen(true)

	post(t, s, "/v3/customer/send", `{"id":`+id+`,"name":"Other"}`)
	assert.Len(t, list(t, s, "/v3/customer/list", "name", "Lagging").Data, 1, "the old content is still found")
	assert.Empty(t, list(t, s, "/v3/customer/list", "name", "Other").Data)
	require.Equal(t, 200, send(t.Context(), s, "DELETE", "/v3/site/delete?id="+site, "").status)
	assert.Len(t, list(t, s, "/v3/site/list", "customer_id", id).Data, 1, "a deleted record goes on showing")
	assert.Equal(t, 404, get(s, "/v3/site/details?id="+site).status)
	require.True(t, s.Edit(StreamCustomers, id, "name", "By hand"))
	assert.Len(t, list(t, s, "/v3/customer/list", "name", "By hand").Data, 1, "what people change is seen at once")

	o.KeysAtOnce = true
	s = newSim(t, o)
	post(t, s, "/v3/customer/send", `{"name":"K","myId":"k-1"}`)
	assert.Equal(t, 200, get(s, "/v3/customer/details?myId=k-1").status)
	assert.Equal(t, 404, get(s, "/v3/customer/details?name=K").status)
}

func TestSyncroSearchesLag(t *testing.T) {
	w := worlds["syncro"](t, Options{IndexLag: 5 * time.Second})
	c, ticket := w.Live(SyncroCustomers)[0], w.Live(SyncroTickets)[0]
	count := func(path string) int {
		return strings.Count(string(w.must(t, "GET", path, "").body), "Lagging")
	}
	comments := string(w.must(t, "GET", "tickets/"+ticket+"/comments", "").body)
	bill := text(at(decode[row](t, w.must(t, "POST", "invoices", `{"customer_id":`+c+`,"number":"LAG-1","date":"2024-02-03"}`)), "invoice", "id"))
	w.must(t, "POST", "invoices/"+bill+"/line_items", `{"name":"Lagging","price":1}`)
	w.must(t, "POST", "contacts", `{"customer_id":`+c+`,"name":"Lagging"}`)
	w.must(t, "POST", "tickets/"+ticket+"/comment", `{"subject":"s","body":"Lagging","hidden":true}`)
	w.must(t, "POST", "customers", `{"business_name":"Lagging"}`)
	lists := []string{
		"customers", "customers?query=lagging", "customers/autocomplete?query=lagging", "customers/latest", "search?query=Lagging", "contacts?customer_id=" + c,
		"line_items?invoice_id=" + bill, "tickets/" + ticket + "/comments",
	}
	for _, path := range lists {
		assert.Zero(t, count(path), path)
	}
	assert.Equal(t, comments, string(w.must(t, "GET", "tickets/"+ticket+"/comments", "").body))
	assert.Equal(t, 404, w.do(t, "GET", "invoices/LAG-1", "").status, "by number is a search")
	assert.NotZero(t, count("invoices/"+bill))
	assert.NotZero(t, count("tickets/"+ticket))
	assert.NotZero(t, count("customers/"+c), "a single read has what hangs below")
	w.Advance(5 * time.Second)
	for _, path := range lists {
		assert.NotZero(t, count(path), path)
	}
	assert.Equal(t, 200, w.do(t, "GET", "invoices/LAG-1", "").status)
}

func TestCustomerlyAndSonarLag(t *testing.T) {
	w := worlds["customerly"](t, Options{IndexLag: 5 * time.Second})
	w.must(t, "POST", "users", `{"users":[{"email":"lag@example.net","name":"L","user_id":"77777"},{"email":"user3@example.com","name":"Changed"}]}`)
	w.must(t, "DELETE", "users?email=user4@example.com", "")
	w.must(t, "POST", "knowledge/articles", `{"title":"Lagging"}`)
	read := func(path string) string { return string(w.must(t, "GET", path, "").body) }
	assert.Contains(t, read("users?email=lag@example.net"), "error", "a read by e-mail is a search")
	assert.Contains(t, read("users?user_id=77777"), "error")
	assert.NotContains(t, read("users?email=user3@example.com"), "Changed")
	assert.Contains(t, read("users?email=user4@example.com"), "user4@example.com", "a deleted record goes on showing")
	assert.NotContains(t, read("knowledge/articles"), "Lagging")
	w.Advance(5 * time.Second)
	assert.Contains(t, read("users?user_id=77777"), "lag@example.net")
	assert.Contains(t, read("users?email=user3@example.com"), "Changed")
	assert.Contains(t, read("users?email=user4@example.com"), "error")
	assert.Contains(t, read("knowledge/articles"), "Lagging")

	w = worlds["customerly"](t, Options{IndexLag: 5 * time.Second, KeysAtOnce: true})
	w.must(t, "POST", "users", `{"users":[{"email":"lag@example.net"}]}`)
	assert.Contains(t, string(w.must(t, "GET", "users?email=lag@example.net", "").body), "lag@example.net")

	w = worlds["sonar"](t, Options{IndexLag: 5 * time.Second})
	w.must(t, "POST", "customers", `{"phone_number":"+15550001111","first_name":"L"}`)
	w.must(t, "GET", "customers?phone_number=%2B15550001111", "")
	w.must(t, "POST", "webhooks", `{"webhook":{"name":"Lagging","url":"https://h.invalid"}}`)
	assert.NotContains(t, string(w.must(t, "GET", "webhooks", "").body), "Lagging")
	w.Advance(5 * time.Second)
	assert.Contains(t, string(w.must(t, "GET", "webhooks", "").body), "Lagging")

	w = worlds["sonar"](t, Options{StaleReads: 5 * time.Second})
	w.must(t, "POST", "customers", `{"phone_number":"+15550001111","first_name":"L"}`)
	assert.Equal(t, 404, w.do(t, "GET", "customers?phone_number=%2B15550001111", "").status)
	w.Advance(5 * time.Second)
	w.must(t, "GET", "customers?phone_number=%2B15550001111", "")
}

// TestLagKeepsTheTruth: marks, Existed and Changed speak of the store, with drift and late writes under lag.
func TestLagKeepsTheTruth(t *testing.T) {
	for vendor, l := range listers {
		w := worlds[vendor](t, Options{IndexLag: time.Hour, Drift: Drift{Every: 2, Inserts: true, Renames: true, Deletes: true, Streams: []string{l.stream}}})
		mark, start, earlier := w.Mark(), w.Live(l.stream), len(w.Written(l.stream))
		for n := range 20 {
			call := l.create("", n)
			w.must(t, call.verb, call.path, call.body)
		}
		existed := w.Existed(l.stream, mark)
		assert.Subset(t, start, existed, vendor)
		assert.Subset(t, w.Live(l.stream), existed, vendor)
		made := map[string]bool{}
		for _, write := range w.Written(l.stream)[earlier:] {
			made[write.ID] = true
		}
		assert.Len(t, made, 20, vendor)
		shown := l.all(t, w)
		changed := w.Changed(l.stream, mark)
		for id := range made {
			if _, seen := shown[id]; seen {
				assert.NotEqual(t, byHand(w, l.stream, id), "", "%s: only what somebody changed since is seen", vendor)
			}
		}
		assert.GreaterOrEqual(t, len(changed), 15, vendor)
	}
}

// byHand is the name of a record that drift renamed, "" otherwise.
func byHand(w world, stream, id string) string {
	if shown := w.Snapshot(stream)[id]; strings.Contains(shown, "Renamed") {
		return shown
	}
	return ""
}
