package vendorsim

import (
	"encoding/json"
	"net/url"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var nothing = row{"data": []any{}}

func TestCustomerlyDelete(t *testing.T) {
	s, a := newCustomerlySim(CustomerlyOptions{})
	mark := s.Mark()
	users := a.page(t, CustomerlyUsers, 0, 2, "")
	lead := a.page(t, CustomerlyLeads, 0, 1, "")[0]
	assert.Equal(t, nothing, a.object(t, 200, "DELETE", byEmail("users", users[0]["email"].(string)), ""))
	var other row
	for _, r := range a.pages(t, CustomerlyUsers, "") {
		if r["user_id"] != nil {
			other = r
		}
	}
	path := "/users?user_id=" + url.QueryEscape(other["user_id"].(string))
	assert.Equal(t, nothing, a.object(t, 200, "DELETE", path, ""))
	assert.Contains(t, a.object(t, 200, "DELETE", path, ""), "error", "a second deletion finds nobody")
	assert.Equal(t, nothing, a.object(t, 200, "DELETE", byEmail("leads", lead["email"].(string)), ""))
	assert.ElementsMatch(t, customerlyIDs([]row{users[0], other}), s.Gone(CustomerlyUsers, mark))
	assert.Len(t, a.pages(t, CustomerlyUsers, ""), 258)
	a.object(t, 200, "POST", "/users", `{"users":[{"email":"`+users[0]["email"].(string)+`"}]}`)
	again := a.object(t, 200, "GET", byEmail("users", users[0]["email"].(string)), "")["data"].(row)
	assert.NotEqual(t, users[0]["crmhero_user_id"], again["crmhero_user_id"], "a deletion is for good")
	assert.Empty(t, again["attributes"])
}

func TestCustomerlyTags(t *testing.T) {
	s, a := newCustomerlySim(CustomerlyOptions{})
	all := func() []any { return a.object(t, 200, "GET", "/tags", "")["data"].([]any) }
	tagsOf := func(stream, id string) []any {
		var o row
		require.NoError(t, json.Unmarshal(s.Record(stream, id), &o))
		return o["tags"].([]any)
	}
	assert.Contains(t, all(), "vip")
	user, lead := s.Live(CustomerlyUsers)[0], s.Live(CustomerlyLeads)[0]
	mail := a.page(t, CustomerlyLeads, 0, 1, "")[0]["email"].(string)
	who := `"users":[{"internal_user_id":` + user + `}],"leads":[{"email":"` + mail + `"}]}`
	assert.Equal(t, nothing, a.object(t, 200, "POST", "/tags", `{"tag":"né 1",`+who))
	assert.Contains(t, all(), "né 1", "an unknown tag is made")
	assert.Contains(t, tagsOf(CustomerlyUsers, user), "né 1")
	assert.Contains(t, tagsOf(CustomerlyLeads, lead), "né 1")
	a.object(t, 200, "POST", "/tags", `{"tag":"né 1","untag":true,`+who)
	assert.NotContains(t, tagsOf(CustomerlyUsers, user), "né 1")
	assert.Contains(t, all(), "né 1", "untagging keeps the tag")

	carried := ""
	for _, id := range s.Live(CustomerlyUsers) {
		for _, tag := range tagsOf(CustomerlyUsers, id) {
			if tag == "vip" {
				carried = id
			}
		}
	}
	require.NotEmpty(t, carried)
	assert.Equal(t, nothing, a.object(t, 200, "DELETE", "/tags", `{"tag":"vip"}`))
	assert.NotContains(t, all(), "vip")
	assert.NotContains(t, tagsOf(CustomerlyUsers, carried), "vip", "it is gone from everybody")
	a.object(t, 200, "POST", "/tags", `{"tag":"vip",`+who)
	assert.NotContains(t, tagsOf(CustomerlyUsers, carried), "vip", "a tag made again starts with nobody")
	assert.Contains(t, tagsOf(CustomerlyUsers, user), "vip")
}

func TestCustomerlyAttributesAndFlags(t *testing.T) {
	s, a := newCustomerlySim(CustomerlyOptions{})
	a.object(t, 200, "POST", "/users", `{"users":[{"email":"n@example.com","user_id":"key 1","attributes":{"a":1}}]}`)
	assert.Equal(t, nothing, a.object(t, 200, "POST", "/users/add-attributes/key%201", `{"attributes":{"b":null,"a":"2"}}`))
	assert.Equal(t, nothing, a.object(t, 200, "POST", "/users/unsubscribe/key%201", ""))
	read := a.object(t, 200, "GET", byEmail("users", "n@example.com"), "")["data"].(row)
	assert.Equal(t, []any{row{"a": "2", "b": nil}, 1.0}, []any{read["attributes"], read["unsubscribe"]})
	a.object(t, 200, "POST", "/users/add-to-company", `{"company_id":"c1","company_name":"Acme","company_attributes":{"size":3},"user_id":"key 1"}`)
	a.object(t, 200, "POST", "/company/add-attributes/c1", `{"attributes":{"zone":"EU"}}`)
	id := customerlyIDs([]row{read})[0]
	assert.JSONEq(t, `{"company_id":"c1","company_name":"Acme","attributes":{"size":3,"zone":"EU"},"users":["`+id+`"]}`, string(s.Company("c1")))
	assert.Nil(t, s.Company("c2"))
}

func TestCustomerlyMessages(t *testing.T) {
	s, a := newCustomerlySim(CustomerlyOptions{})
	mail := a.page(t, CustomerlyUsers, 0, 1, "")[0]["email"].(string)
	got := a.object(t, 200, "POST", "/messages", `{"from":{"type":"admin","id":3301},"to":{"type":"user","email":"`+mail+`"},"content":"Hi","attachments":["https://x.invalid/a"]}`)
	assert.Contains(t, got["data"], "timestamp")
	silent := "" // a user without an address is reached in the chat
	for _, r := range a.pages(t, CustomerlyUsers, "") {
		if r["email"] == nil {
			silent = customerlyIDs([]row{r})[0]
		}
	}
	a.object(t, 200, "POST", "/messages", `{"from":{"type":"admin","email":"owner@example.com"},"to":{"type":"user","id":`+silent+`},"content":"Hi"}`)
	assert.Equal(t, map[string]int{CustomerlyEffectMessage: 2}, s.Counters().Effects)
	require.Len(t, s.Messages(), 2)
	assert.Equal(t, silent, s.Messages()[1].To)
	m := s.Messages()[0]
	assert.Equal(t, []any{"owner@example.com", true, mail, "Hi"}, []any{m.From, m.FromAdmin, m.To, m.Content})
	assert.Len(t, a.object(t, 200, "GET", "/accounts/", "")["data"], 2)
}

func TestCustomerlyKnowledge(t *testing.T) {
	_, a := newCustomerlySim(CustomerlyOptions{})
	made := a.object(t, 200, "POST", "/knowledge/articles", `{"title":"T","collection_id":12,"more":{"x":1}}`)["data"].(row)
	path := "/knowledge/articles/" + strconv.Itoa(int(made["id"].(float64)))
	assert.Equal(t, made, a.object(t, 200, "GET", path, "")["data"])
	assert.Equal(t, "U", a.object(t, 200, "POST", path, `{"title":"U","id":5}`)["data"].(row)["title"])
	assert.Equal(t, made["id"], a.object(t, 200, "GET", path, "")["data"].(row)["id"])
	assert.Len(t, a.object(t, 200, "GET", "/knowledge/articles?collection_id=12", "")["data"], 2)
	assert.Equal(t, nothing, a.object(t, 200, "DELETE", path, ""))
	assert.Contains(t, a.object(t, 200, "GET", path, ""), "error")
	assert.Equal(t, 404, a.do(t, "POST", "/knowledge/writers", `{"title":"T"}`).status, "writers are read-only")
}

func TestCustomerlyDriftKeepsTheTruth(t *testing.T) {
	s, a := newCustomerlySim(CustomerlyOptions{ConvertEvery: 3, Options: Options{Drift: Drift{Every: 2, Inserts: true, Renames: true, Deletes: true}}})
	mark := s.Mark()
	start := map[string]int{CustomerlyUsers: len(s.Live(CustomerlyUsers)), CustomerlyLeads: len(s.Live(CustomerlyLeads))}
	for range 40 {
		a.do(t, "GET", "/tags", "")
	}
	for _, stream := range []string{CustomerlyUsers, CustomerlyLeads} {
		assert.NotEmpty(t, s.Gone(stream, mark), stream)
	}
	s.SetDrift(Drift{})
	assert.Equal(t, 20, s.Counters().DriftSteps)
	s.o.ConvertEvery = 0 // the pages below are one reading of data that stand still
	for _, stream := range []string{CustomerlyUsers, CustomerlyLeads} {
		got := customerlyIDs(a.pages(t, stream, ""))
		assert.Equal(t, s.Live(stream), got)
		assert.Subset(t, got, s.Existed(stream, mark))
		assert.Less(t, len(s.Existed(stream, mark)), start[stream], stream)
		for _, sort := range []string{"name", "last_update"} {
			assert.ElementsMatch(t, s.Live(stream), customerlyIDs(a.pages(t, stream, "&sort="+sort)))
		}
	}
	both := len(s.Live(CustomerlyUsers)) + len(s.Live(CustomerlyLeads))
	seen := map[string]bool{}
	for _, id := range append(s.Live(CustomerlyUsers), s.Live(CustomerlyLeads)...) {
		seen[id] = true
	}
	assert.Len(t, seen, both, "nobody is a user and a lead at once")
}

func TestCustomerlyLimitsAndFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, a := newCustomerlySim(CustomerlyOptions{Options: Options{Rate: Rate{Limit: 1}}})
		assert.Equal(t, 200, a.do(t, "GET", "/tags", "").status)
		refused := a.do(t, "GET", "/tags", "")
		assert.Equal(t, 429, refused.status)
		assert.JSONEq(t, `{"error":{"message":"Too Many Requests","code":0}}`, string(refused.body))
		assert.Empty(t, refused.header.Get("X-RateLimit-Limit"))
		assert.Equal(t, 1, s.Counters().RefusedRate)

		s, a = newCustomerlySim(CustomerlyOptions{})
		s.SetFaults(Fault{Kind: FaultLateWrite, Method: "POST", Nth: []int{1}, Delay: time.Second})
		assert.ErrorIs(t, a.do(t, "POST", "/users", `{"users":[{"email":"late@example.com"}]}`).err, syscall.ECONNRESET)
		assert.Contains(t, a.object(t, 200, "GET", byEmail("users", "late@example.com"), ""), "error")
		time.Sleep(time.Second)
		assert.Contains(t, a.object(t, 200, "GET", byEmail("users", "late@example.com"), ""), "data")

		clean := customerlyIDs(a.pages(t, CustomerlyUsers, ""))
		for kind, check := range map[FaultKind]func(rows []row){
			FaultDuplicate:  func(rows []row) { assert.Equal(t, clean[9:20], customerlyIDs(rows)) },
			FaultShift:      func(rows []row) { assert.Equal(t, clean[9], customerlyIDs(rows)[0]); assert.Len(t, rows, 10) },
			FaultNoID:       func(rows []row) { assert.NotContains(t, rows[0], "crmhero_user_id") },
			FaultType:       func(rows []row) { assert.Equal(t, 12345.0, rows[0]["name"]) },
			FaultExtraField: func(rows []row) { assert.Contains(t, rows[9], "loyaltyTier") },
		} {
			s.SetFaults(Fault{Kind: kind, Nth: []int{1}})
			check(a.page(t, CustomerlyUsers, 1, 10, ""))
		}
		s.SetFaults(Fault{Kind: Fault500, Nth: []int{1}, Done: true})
		got := a.do(t, "POST", "/users", `{"users":[{"email":"lost@example.com"}]}`)
		assert.JSONEq(t, `{"error":{"message":"Internal Server Error","code":0}}`, string(got.body))
		assert.Contains(t, a.object(t, 200, "GET", byEmail("users", "lost@example.com"), ""), "data")
	})
}

func TestCustomerlySizesAndSeeds(t *testing.T) {
	run := func(seed uint64) string {
		zone := time.FixedZone("", 3600)
		_, a := newCustomerlySim(CustomerlyOptions{Counts: CustomerlyCounts{Users: 1_000_000}, TextDates: true, Zone: zone,
			Options: Options{Seed: seed, Now: func() time.Time { return noon }, Data: Data{BigIDs: true}}})
		rows := a.page(t, CustomerlyUsers, 9999, 100, "")
		require.Len(t, rows, 100)
		assert.Empty(t, a.page(t, CustomerlyUsers, 10_000, 100, ""))
		assert.Empty(t, a.page(t, CustomerlyUsers, 9_000_000_000_000_000_000, 100, ""))
		assert.Empty(t, a.page(t, CustomerlyLeads, 0, 100, ""))
		_, err := time.Parse(formSecond, rows[0]["first_seen_at"].(string))
		assert.NoError(t, err)
		return string(a.do(t, "GET", "/users/list?page=7000", "").body) + string(a.do(t, "GET", "/users?user_id="+strconv.Itoa(1000+17), "").body)
	}
	assert.Equal(t, run(7), run(7))
	assert.NotEqual(t, run(7), run(8))
}

func TestCustomerlyServesManyAtOnce(t *testing.T) {
	s, a := newCustomerlySim(CustomerlyOptions{ConvertEvery: 5, Options: Options{Drift: Drift{Every: 3}}})
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			mail := "many" + strconv.Itoa(n) + "@example.com"
			for range 5 {
				assert.Equal(t, 200, a.do(t, "GET", "/users/list?sort=name", "").status)
				assert.Equal(t, 200, a.do(t, "POST", "/users", `{"users":[{"email":"`+mail+`"}]}`).status)
			}
		})
	}
	wg.Wait()
	assert.Equal(t, 80, s.Counters().Accepted)
	assert.Equal(t, 40, s.Counters().Writes)
}

func FuzzCustomerlyBody(f *testing.F) {
	for _, seed := range []string{
		`{"users":[{"email":"a@b.c","tags":["x"],"attributes":{"a":[1,{"b":null}],"n":1e400}}]}`, `{"users":[1]}`, `{"users":{}}`,
		`{"tag":"x","users":[{"user_id":1001}],"untag":true}`, `{"tag":1,"leads":"x"}`, `{"title":"t","x":{"y":[true]}}`, `[]`, `null`,
		`{"from":{"type":"admin","id":3301},"to":{"type":"admin","email":"owner@example.com"},"content":"x","attachments":[1]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		_, a := newCustomerlySim(CustomerlyOptions{Counts: CustomerlyCounts{Users: 5, Leads: 5}})
		for _, path := range []string{"/users", "/leads", "/tags", "/messages", "/knowledge/articles", "/users/add-to-company", "/company/add-attributes/c"} {
			got := a.do(t, "POST", path, body)
			assert.True(t, json.Valid(got.body), string(got.body))
		}
	})
}
