package vendorsim

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func newCustomerlySim(o CustomerlyOptions) (*Customerly, asking) {
	if o.Latency == 0 {
		o.Latency = -1
	}
	s := NewCustomerly(o)
	return s, asking{s.Transport(), "https://api.customerly.io/v1", map[string]string{"Authorization": "Bearer " + DefaultCustomerlyToken}}
}

// page reads one page of users or leads.
func (a asking) page(t *testing.T, stream string, page, size int, more string) []row {
	t.Helper()
	path := "/" + stream + "/list?page=" + strconv.Itoa(page) + "&per_page=" + strconv.Itoa(size) + more
	out := []row{}
	for _, one := range a.object(t, 200, "GET", path, "")["data"].(row)[stream].([]any) {
		out = append(out, one.(row))
	}
	return out
}

// pages reads from page 0 until one is short.
func (a asking) pages(t *testing.T, stream, more string) []row {
	t.Helper()
	var out []row
	for n := 0; ; n++ {
		rows := a.page(t, stream, n, 100, more)
		out = append(out, rows...)
		if len(rows) < 100 {
			return out
		}
	}
}

func customerlyIDs(rows []row) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = strconv.FormatFloat(r["crmhero_user_id"].(float64), 'f', 0, 64)
	}
	return out
}

func byEmail(stream, email string) string { return "/" + stream + "?email=" + url.QueryEscape(email) }

const customerlyShape = `crmhero_user_id app_id user_id name is_user was_lead first_seen_at last_activity last_page_viewed_at last_update
	attributes unsubscribe bounce spam country city utm_source utm_campaign nps_vote rating`

func TestCustomerlyLists(t *testing.T) {
	s, a := newCustomerlySim(CustomerlyOptions{})
	for stream, want := range map[string]int{CustomerlyUsers: 260, CustomerlyLeads: 130} {
		rows := a.pages(t, stream, "")
		assert.Equal(t, s.Live(stream), customerlyIDs(rows), "page 0 is the first, the order is the one of creation")
		require.Len(t, rows, want)
		mails := map[string]int{}
		for _, r := range rows {
			have := keys(r)
			have = slices.DeleteFunc(have, func(key string) bool { return key == "email" })
			assert.Equal(t, shape(customerlyShape), have)
			assert.Equal(t, map[string]float64{CustomerlyUsers: 1, CustomerlyLeads: 0}[stream], r["is_user"])
			mail, written := r["email"]
			switch {
			case !written:
				mails["absent"]++
			case mail == nil:
				mails["null"]++
			case mail == "":
				mails["empty"]++
			default:
				one := a.object(t, 200, "GET", byEmail(stream, mail.(string)), "")["data"].(row)
				assert.Equal(t, r["crmhero_user_id"], one["crmhero_user_id"], mail)
				assert.IsType(t, []any{}, one["tags"], "single reads show tags")
			}
		}
		assert.Len(t, mails, 3, "an address is absent, null and empty")
		assert.Len(t, a.page(t, stream, 0, 1000, ""), 100, "more than 100 are never given")
		assert.Empty(t, a.page(t, stream, 99, 100, ""))
	}
	assert.Len(t, a.object(t, 200, "GET", "/users/list", "")["data"].(row)["users"], 50)
	assert.Equal(t, []string{"data"}, keys(a.object(t, 200, "GET", "/users/list", "")), "no totals")
	names := map[any]int{}
	for _, r := range a.pages(t, CustomerlyUsers, "&sort=name") {
		names[r["name"]]++
	}
	assert.Greater(t, names["Smith & Sons"], 2, "equal names")
}

func TestCustomerlyOrder(t *testing.T) {
	_, a := newCustomerlySim(CustomerlyOptions{})
	for _, field := range []string{"last_update", "name", "first_seen_at", "crmhero_user_id"} {
		up := a.pages(t, CustomerlyUsers, "&sort="+field)
		down := a.pages(t, CustomerlyUsers, "&sort="+field+"&sort_direction=desc")
		slices.Reverse(down)
		assert.Equal(t, customerlyIDs(up), customerlyIDs(down), field)
		assert.True(t, slices.IsSortedFunc(up, func(x, y row) int {
			if n, is := x[field].(float64); is {
				return int(n - y[field].(float64))
			}
			left, _ := x[field].(string)
			right, _ := y[field].(string)
			return strings.Compare(fold(left), fold(right))
		}), field)
	}
}

func TestCustomerlyErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		o                CustomerlyOptions
		verb, path, sent string
		status           int
		text             string
	}{
		"unknown user":    {CustomerlyOptions{}, "GET", "/users?email=no@example.com", "", 200, "User doesn't exist"},
		"unknown as 404":  {CustomerlyOptions{MissingStatus: 404}, "GET", "/users?user_id=x", "", 404, "User doesn't exist"},
		"unknown lead":    {CustomerlyOptions{}, "DELETE", "/leads?email=no@example.com", "", 200, "Lead doesn't exist"},
		"nothing asked":   {CustomerlyOptions{}, "GET", "/users", "", 400, "email or user_id is required"},
		"lead by id":      {CustomerlyOptions{}, "GET", "/leads?user_id=1000", "", 400, "email is required"},
		"page":            {CustomerlyOptions{}, "GET", "/users/list?page=-1", "", 400, "Invalid page"},
		"page size":       {CustomerlyOptions{RefusedStatus: 422}, "GET", "/users/list?per_page=0", "", 422, "Invalid per_page"},
		"sort":            {CustomerlyOptions{}, "GET", "/leads/list?sort=moon", "", 400, "Invalid sort"},
		"direction":       {CustomerlyOptions{}, "GET", "/leads/list?sort_direction=up", "", 400, "Invalid sort_direction"},
		"no rows":         {CustomerlyOptions{}, "POST", "/users", `{"users":[]}`, 400, "users is required"},
		"wrong key":       {CustomerlyOptions{}, "POST", "/leads", `{"users":[{"email":"a@b.c"}]}`, 400, "leads is required"},
		"too many":        {CustomerlyOptions{MaxBatch: 1}, "POST", "/users", `{"users":[{"email":"a@b.c"},{"email":"d@b.c"}]}`, 400, "Too many users, the maximum is 1"},
		"no JSON":         {CustomerlyOptions{}, "POST", "/users", `nope`, 400, "The request body is no JSON object"},
		"unsubscribe":     {CustomerlyOptions{}, "POST", "/users/unsubscribe/none", "", 200, "User doesn't exist"},
		"attributes":      {CustomerlyOptions{}, "POST", "/users/add-attributes/1001", `{}`, 400, "attributes is required"},
		"no tag":          {CustomerlyOptions{}, "POST", "/tags", `{"users":[{"user_id":"1001"}]}`, 400, "tag is required"},
		"nobody to tag":   {CustomerlyOptions{}, "POST", "/tags", `{"tag":"x"}`, 400, "users or leads is required"},
		"stranger to tag": {CustomerlyOptions{}, "POST", "/tags", `{"tag":"x","leads":[{"email":"no@example.com"}]}`, 200, "Lead doesn't exist"},
		"unknown tag":     {CustomerlyOptions{}, "DELETE", "/tags", `{"tag":"moon"}`, 200, "Tag doesn't exist"},
		"no content":      {CustomerlyOptions{}, "POST", "/messages", `{"from":{"type":"admin","id":3301},"to":{"type":"admin","id":3302}}`, 400, "content is required"},
		"no addressee":    {CustomerlyOptions{}, "POST", "/messages", `{"from":{"type":"admin","id":3301},"content":"x"}`, 400, "to is required"},
		"bad type":        {CustomerlyOptions{}, "POST", "/messages", `{"from":{"type":"bot"},"content":"x"}`, 400, "from.type must be user or admin"},
		"stranger":        {CustomerlyOptions{}, "POST", "/messages", `{"from":{"type":"admin","id":1},"content":"x"}`, 200, "User doesn't exist"},
		"no company":      {CustomerlyOptions{}, "POST", "/users/add-to-company", `{"user_id":"1001"}`, 400, "company_id is required"},
		"no path":         {CustomerlyOptions{}, "GET", "/attributes", "", 404, "Not found"},
	} {
		t.Run(name, func(t *testing.T) {
			s, a := newCustomerlySim(tc.o)
			want := row{"error": row{"message": tc.text, "code": 0.0}}
			assert.Equal(t, want, a.object(t, tc.status, tc.verb, tc.path, tc.sent))
			assert.Zero(t, s.Mark(), "a refused call changes nothing")
			assert.Zero(t, s.Counters().Writes)
		})
	}
}

func TestCustomerlyToken(t *testing.T) {
	s, a := newCustomerlySim(CustomerlyOptions{})
	bad := `{"error":{"message":"Access token not found.","code":0}}`
	for _, header := range []map[string]string{
		{}, {"Authorization": "Bearer wrong"}, {"Authorization": DefaultCustomerlyToken}, {"Authentication": "AccessToken: " + DefaultCustomerlyToken},
	} {
		a.header = header
		got := a.do(t, "GET", "/tags", "")
		assert.Equal(t, http.StatusInternalServerError, got.status, "a wrong token is a 500")
		assert.JSONEq(t, bad, string(got.body))
	}
	assert.Equal(t, 4, s.Counters().Unauthorized)
	_, a = newCustomerlySim(CustomerlyOptions{OldAuth: true, TokenStatus: 401})
	assert.Equal(t, 401, a.do(t, "GET", "/tags", "").status)
	for _, header := range []string{"AccessToken: " + DefaultCustomerlyToken, DefaultCustomerlyToken} {
		a.header = map[string]string{"Authentication": header}
		assert.Equal(t, 200, a.do(t, "GET", "/tags", "").status)
	}
}

func TestCustomerlyBatch(t *testing.T) {
	reject := func(email string) string {
		if strings.HasPrefix(email, "bad") {
			return "refused for a test"
		}
		return ""
	}
	send := `{"users":[{"email":"New@example.com","user_id":77001,"name":"Zoë","tags":["vip","fresh"],"attributes":{"a.b":1.50,"since":1600000000,"deep":{"x":[1,null]}}},
		{"name":"nobody"},{"email":"no address"},{"email":"bad@example.com"},{"email":"x@example.com","attributes":[]},{"email":"new@EXAMPLE.com","attributes":{"more":true}}]}`
	s, a := newCustomerlySim(CustomerlyOptions{Reject: reject})
	mark := s.Mark()
	got := a.object(t, 200, "POST", "/users", send)["data"].(row)
	assert.Equal(t, 2.0, got["inserted"])
	assert.Equal(t, []any{
		row{"email": nil, "message": "email is required"}, row{"email": "no address", "message": "email is not valid"},
		row{"email": "bad@example.com", "message": "refused for a test"}, row{"email": "x@example.com", "message": "attributes must be an object"},
	}, got["errors"])
	read := a.object(t, 200, "GET", "/users?user_id=77001", "")["data"].(row)
	assert.Equal(t, []any{"New@example.com", "Zoë", 1.0, 0.0}, []any{read["email"], read["name"], read["is_user"], read["was_lead"]})
	assert.Equal(t, row{"a.b": 1.5, "since": 1600000000.0, "deep": row{"x": []any{1.0, nil}}, "more": true}, read["attributes"], "attributes merge")
	assert.Equal(t, []any{"vip", "fresh"}, read["tags"])
	assert.Len(t, s.Changed(CustomerlyUsers, mark), 1)
	assert.Equal(t, 2, s.Counters().Writes)
	assert.Empty(t, s.Counters().Effects)
	rows := a.page(t, CustomerlyUsers, 0, 1, "&sort=last_update&sort_direction=desc")
	assert.Equal(t, "New@example.com", rows[0]["email"], "the newest change comes first")
	assert.NotContains(t, rows[0], "tags", "lists never show tags")

	old := a.page(t, CustomerlyUsers, 0, 1, "")[0]
	a.object(t, 200, "POST", "/users", `{"users":[{"email":"`+old["email"].(string)+`","name":"Changed"}]}`)
	now := a.object(t, 200, "GET", byEmail("users", old["email"].(string)), "")["data"].(row)
	assert.Equal(t, []any{"Changed", old["user_id"], old["attributes"]}, []any{now["name"], now["user_id"], now["attributes"]})

	_, a = newCustomerlySim(CustomerlyOptions{NotAdded: true, ReplaceAttributes: true, ExactEmail: true, HideTags: true, EmptyList: true})
	a.object(t, 200, "POST", "/leads", `{"leads":[{"email":"l@example.com","attributes":{"a":1}}]}`)
	got = a.object(t, 200, "POST", "/leads", `{"leads":[{"email":"l@example.com","attributes":{}},{"email":"L@example.com"},{"email":"?"}]}`)["data"].(row)
	assert.Equal(t, row{"inserted": 2.0, "not_added": []any{"?"}}, got)
	read = a.object(t, 200, "GET", byEmail("leads", "l@example.com"), "")["data"].(row)
	assert.Equal(t, []any{}, read["attributes"])
	assert.NotContains(t, read, "tags")
}

func TestCustomerlyLeadBecomesUser(t *testing.T) {
	s, a := newCustomerlySim(CustomerlyOptions{})
	lead := a.page(t, CustomerlyLeads, 0, 1, "")[0]
	mail := lead["email"].(string)
	a.object(t, 200, "POST", "/leads", `{"leads":[{"email":"`+mail+`","name":"Still a lead"}]}`)
	a.object(t, 200, "POST", "/users", `{"users":[{"email":"`+mail+`"}]}`)
	user := a.object(t, 200, "GET", byEmail("users", mail), "")["data"].(row)
	assert.Equal(t, []any{lead["crmhero_user_id"], "Still a lead", 1.0, 1.0, lead["first_seen_at"]},
		[]any{user["crmhero_user_id"], user["name"], user["is_user"], user["was_lead"], user["first_seen_at"]})
	assert.Contains(t, a.object(t, 200, "GET", byEmail("leads", mail), ""), "error")
	assert.Len(t, s.Live(CustomerlyLeads), 129)
	assert.Len(t, s.Live(CustomerlyUsers), 261)
	a.object(t, 200, "POST", "/leads", `{"leads":[{"email":"`+mail+`","name":"Stays a user"}]}`)
	assert.Len(t, s.Live(CustomerlyLeads), 129, "a known address is changed where it stands")
	id := s.Live(CustomerlyLeads)[3]
	require.True(t, s.Convert(id))
	require.False(t, s.Convert(id))
	assert.Contains(t, s.Live(CustomerlyUsers), id)
	var kept row
	require.NoError(t, json.Unmarshal(s.Record(CustomerlyUsers, id), &kept))
	assert.Equal(t, 1.0, kept["was_lead"])
}
