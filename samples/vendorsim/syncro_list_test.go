package vendorsim

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSyncroListsAreWhole(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	for _, tc := range []struct {
		path, key, stream string
		size              int
		meta              []string
	}{
		{"customers?include_disabled=true", "customers", SyncroCustomers, 25, []string{"page", "per_page", "total_entries", "total_pages"}},
		{"contacts", "contacts", SyncroContacts, 25, []string{"page", "per_page", "total_entries", "total_pages"}},
		{"tickets", "tickets", SyncroTickets, 25, []string{"page", "total_pages"}},
		{"leads", "leads", SyncroLeads, 25, []string{"page", "per_page", "total_entries", "total_pages"}},
		{"invoices", "invoices", SyncroInvoices, 25, []string{"page", "total_pages"}},
		{"payments", "payments", SyncroPayments, 25, []string{"page", "total_pages"}},
		{"customer_assets", "assets", SyncroAssets, 25, nil},
		{"rmm_alerts?status=all", "rmm_alerts", SyncroAlerts, 25, []string{"page", "total_pages"}},
	} {
		rows, pages := syPages(t, s, tc.path, tc.key)
		want := s.Live(tc.stream)
		assert.ElementsMatch(t, want, idsOf(rows), tc.path)
		assert.Equal(t, (len(want)+tc.size-1)/tc.size, pages, tc.path)
		one := syGet(t, s, tc.path)
		meta, _ := one["meta"].(row)
		var keys []string
		for _, key := range []string{"page", "per_page", "total_entries", "total_pages"} {
			if _, there := meta[key]; there {
				keys = append(keys, key)
			}
		}
		assert.Equal(t, tc.meta, keys, tc.path)
		if meta != nil {
			assert.Equal(t, itoa(int64(pages)), text(meta["total_pages"]), tc.path)
		}
	}
}

func TestSyncroHidesWhatListsHideByDefault(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	shown, _ := syPages(t, s, "customers", "customers")
	every, _ := syPages(t, s, "customers?include_disabled=true", "customers")
	assert.Less(t, len(shown), len(every))
	for _, r := range shown {
		assert.Equal(t, false, r["disabled"])
	}
	active, _ := syPages(t, s, "rmm_alerts", "rmm_alerts")
	resolved, _ := syPages(t, s, "rmm_alerts?status=resolved", "rmm_alerts")
	both, _ := syPages(t, s, "rmm_alerts?status=all", "rmm_alerts")
	assert.Len(t, both, len(active)+len(resolved))
	assert.NotEmpty(t, resolved)
}

func TestSyncroLineItemsAreThoseOfTheInvoices(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	var want []string
	for _, id := range s.Live(SyncroInvoices) {
		want = append(want, s.LineItemIDs(id)...)
	}
	rows, pages := syPages(t, s, "line_items", "line_items")
	assert.Equal(t, want, idsOf(rows))
	assert.Equal(t, (len(want)+99)/100, pages)
	one := text(rows[0]["invoice_id"])
	some, _ := syPages(t, s, "line_items?invoice_id="+one, "line_items")
	assert.Equal(t, s.LineItemIDs(one), idsOf(some))
	small := newSyncro(t, SyncroOptions{PageSizes: map[string]int{"line_items": 7}})
	rows, _ = syPages(t, small, "line_items", "line_items")
	assert.Equal(t, want, idsOf(rows), "pages that cut invoices apart")
}

func TestSyncroFilters(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	tickets, _ := syPages(t, s, "tickets", "tickets")
	customers, _ := syPages(t, s, "customers?include_disabled=true", "customers")
	contacts, _ := syPages(t, s, "contacts", "contacts")
	assets, _ := syPages(t, s, "customer_assets", "assets")
	serial := firstOf(t, assets, func(r row) bool { return r["asset_serial"] != nil })
	since := text(tickets[40]["updated_at"])
	at, _ := syncroTime(since)
	ms := func(v any) int64 { n, _ := syncroTime(text(v)); return n }
	person := firstOf(t, customers, func(r row) bool { return r["email"] != nil && r["email"] != "" && r["disabled"] == false })
	for _, tc := range []struct {
		path, key string
		all       []row
		fits      func(row) bool
	}{
		{"tickets?status=" + esc("In Progress"), "tickets", tickets, func(r row) bool { return r["status"] == "In Progress" }},
		{"tickets?status=" + esc("Not Closed"), "tickets", tickets, func(r row) bool { return r["status"] != "Resolved" && r["status"] != "Invoiced" }},
		{"tickets?since_updated_at=" + esc(since), "tickets", tickets, func(r row) bool { return ms(r["updated_at"]) > at }},
		{"tickets?created_after=" + esc(since), "tickets", tickets, func(r row) bool { return ms(r["created_at"]) > at }},
		{"tickets?customer_id=" + text(tickets[3]["customer_id"]), "tickets", tickets, func(r row) bool { return r["customer_id"] == tickets[3]["customer_id"] }},
		{"tickets?number=1005", "tickets", tickets, func(r row) bool { return text(r["number"]) == "1005" }},
		{"tickets?no_such_filter=1", "tickets", tickets, func(row) bool { return true }},
		{"contacts?customer_id=" + text(contacts[3]["customer_id"]), "contacts", contacts, func(r row) bool { return r["customer_id"] == contacts[3]["customer_id"] }},
		{"contacts?since_updated_at=2099-01-01", "contacts", contacts, func(row) bool { return true }},
		{"customer_assets?query=" + text(serial["asset_serial"]), "assets", assets, func(r row) bool { return r["id"] == serial["id"] }},
		{"customers?email=" + esc(strings.ToUpper(text(person["email"]))), "customers", customers, func(r row) bool {
			return strings.EqualFold(text(r["email"]), text(person["email"])) && r["disabled"] == false
		}},
		{"customers?id[]=" + text(customers[0]["id"]) + "&id[]=" + text(customers[1]["id"]), "customers", customers, func(r row) bool {
			return r["id"] == customers[0]["id"] || r["id"] == customers[1]["id"]
		}},
	} {
		var want []string
		for _, r := range tc.all {
			if tc.fits(r) {
				want = append(want, text(r["id"]))
			}
		}
		got, _ := syPages(t, s, tc.path, tc.key)
		assert.ElementsMatch(t, want, idsOf(got), tc.path)
		assert.NotEmpty(t, got, tc.path)
	}
}

func TestSyncroSortsAndSearches(t *testing.T) {
	s := newSyncro(t, SyncroOptions{Options: Options{Data: Data{Plain: true}}})
	up, _ := syPages(t, s, "customers?sort="+esc("updated_at ASC"), "customers")
	down, _ := syPages(t, s, "customers?sort="+esc("updated_at DESC"), "customers")
	require.Len(t, down, len(up))
	for i := range up {
		assert.Equal(t, up[i]["id"], down[len(down)-1-i]["id"])
		if i > 0 {
			assert.LessOrEqual(t, text(up[i-1]["updated_at"]), text(up[i]["updated_at"]))
		}
	}
	found := syGet(t, s, "search?query=customer7@example.com")["results"].([]any)
	require.Len(t, found, 1)
	table := found[0].(row)["table"].(row)
	assert.Equal(t, "customer", table["_type"])
	assert.Equal(t, "customer7@example.com", at(table, "_source", "table", "email"))
	assert.Empty(t, syGet(t, s, "search?query=no-such-thing")["results"])
}

func TestSyncroComments(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	id := s.Live(SyncroTickets)[7]
	require.Len(t, s.CommentIDs(id), 23)
	rows, pages := syPages(t, s, "tickets/"+id+"/comments", "comments")
	assert.Equal(t, s.CommentIDs(id), idsOf(rows))
	assert.Equal(t, 3, pages, "ten a page")
	rows, pages = syPages(t, s, "tickets/"+id+"/comments?per_page=20&sort_direction=DESC", "comments")
	assert.Equal(t, 2, pages)
	assert.Equal(t, s.CommentIDs(id)[0], text(rows[22]["id"]))
	inList := func(q string) []any {
		all, _ := syPages(t, s, "tickets"+q, "tickets")
		return firstOf(t, all, func(r row) bool { return text(r["id"]) == id })["comments"].([]any)
	}
	assert.Len(t, inList(""), 1, "lists cut comments to the first")
	assert.Len(t, inList("?all_comments=true"), 23)
	assert.Len(t, at(syGet(t, s, "tickets/"+id), "ticket", "comments"), 23)
	assert.Equal(t, "Dear customer,\nwe are on our way & will call.", formatted(commentBodies[1], ""))
	assert.Equal(t, commentBodies[1], formatted(commentBodies[1], "original"))
}

func TestSyncroFixedLists(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	users := syGet(t, s, "users")["users"].([]any)
	assert.Len(t, users, len(syncroUsers))
	assert.Equal(t, "Joe Doe", users[0].([]any)[1])
	assert.Contains(t, syGet(t, s, "tickets/settings")["ticket_status_list"], "Waiting for Parts")
	assert.Len(t, at(syGet(t, s, "settings"), "assets", "asset_types"), len(assetTypes))
	assert.Len(t, syGet(t, s, "payment_methods")["payment_methods"], 6)
	assert.Equal(t, http.StatusNotFound, sy(t, s, http.MethodGet, "tax_rates", "").status, "the file has no list of tax rates")
}

func TestSyncroDataAreNastyAndRepeatable(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	customers, _ := syPages(t, s, "customers?include_disabled=true", "customers")
	names, seen := map[any]int{}, map[string]bool{}
	for _, r := range customers {
		names[r["business_then_name"]]++
		seen["null e-mail"] = seen["null e-mail"] || r["email"] == nil
		seen["empty e-mail"] = seen["empty e-mail"] || r["email"] == ""
		seen["zero ZIP"] = seen["zero ZIP"] || strings.HasPrefix(text(r["zip"]), "0")
		seen["lost zero"] = seen["lost zero"] || text(r["zip"]) == "2108" || text(r["zip"]) == "1067" || text(r["zip"]) == "501" || text(r["zip"]) == "7102"
		seen["no number"] = seen["no number"] || r["phone"] == "call reception"
		seen["other offset"] = seen["other offset"] || strings.HasSuffix(text(r["updated_at"]), "-07:00")
		seen["micros"] = seen["micros"] || len(text(r["updated_at"])) == len("2019-10-21T08:33:21.053000Z")
		if p, _ := r["properties"].(row); p != nil {
			_, odd := p["Zone 1.2"]
			seen["odd key"] = seen["odd key"] || odd
		}
	}
	assert.Equal(t, map[string]bool{
		"null e-mail": true, "empty e-mail": true, "zero ZIP": true, "lost zero": true, "no number": true, "other offset": true, "micros": true, "odd key": true,
	}, seen)
	assert.Greater(t, names["Smith & Sons"], 1)
	assert.Equal(t, sy(t, s, http.MethodGet, "customers?page=2", "").body, sy(t, newSyncro(t, SyncroOptions{}), http.MethodGet, "customers?page=2", "").body)
	assert.NotEqual(t, sy(t, s, http.MethodGet, "customers?page=2", "").body,
		sy(t, newSyncro(t, SyncroOptions{Options: Options{Seed: 2}}), http.MethodGet, "customers?page=2", "").body)
}

func TestAMillionSyncroCustomersCostNothing(t *testing.T) {
	s := newSyncro(t, SyncroOptions{Counts: SyncroCounts{Customers: 1_000_000, Contacts: 2_000_000}})
	meta := syGet(t, s, "customers?include_disabled=true&page=40000")["meta"].(row)
	assert.Equal(t, "1000000", text(meta["total_entries"]))
	assert.Equal(t, "40000", text(meta["total_pages"]))
	assert.Len(t, at(syGet(t, s, "contacts?page=80000"), "contacts"), 25)
}
