package vendorsim

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPaging(t *testing.T) {
	s := newSim(t, unlimited())
	for _, tc := range []struct {
		query                 string
		page, size, rows, sum int
	}{
		{"", 1, 25, 25, 260},
		{"?page=3", 3, 25, 25, 260},
		{"?page=11", 11, 25, 10, 260},
		{"?page=12", 12, 25, 0, 260},
		{"?page=9223372036854775807", 1<<63 - 1, 25, 0, 260},
		{"?pageSize=100&page=3", 3, 100, 60, 260},
		{"?pageSize=5000", 1, 100, 100, 260},
		{"?unheardOf=1&search=x", 1, 25, 25, 260},
	} {
		e := decode[envelope](t, get(s, "/api/v3/customer/list"+tc.query))
		assert.Equal(t, []int{tc.page, tc.size, tc.rows, tc.sum}, []int{e.Page, e.PageSize, e.Records, e.RecordsTotal}, tc.query)
		assert.Len(t, e.Data, tc.rows, tc.query)
	}
	for _, bad := range []string{"page=0", "page=x", "pageSize=-1", "sort=nope", "sortOrder=up", "changedSince=yesterday"} {
		assert.Equal(t, http.StatusBadRequest, get(s, "/api/v3/customer/list?"+bad).status, bad)
	}
}

// sorted requires that rows ascend (or descend) by what key makes of them.
func sorted(t *testing.T, rows []row, desc bool, key func(row) string) {
	t.Helper()
	got := make([]string, len(rows))
	for i, r := range rows {
		got[i] = key(r)
	}
	if desc {
		slices.Reverse(got)
	}
	assert.True(t, slices.IsSorted(got))
}

// field makes a key of a member; dates like dd/mm/yyyy are turned round.
func field(name string) func(row) string {
	return func(r row) string {
		v := text(r[name])
		if at, err := time.Parse(formJob, v); err == nil {
			return at.Format(formSecond)
		}
		return strings.ToLower(v)
	}
}

func TestSorts(t *testing.T) {
	s := newSim(t, unlimited())
	for _, tc := range []struct {
		path  string
		sorts map[string]string // sort -> member
	}{
		{"customer", map[string]string{"": "name", "name": "name", "dateModified": "dateModified", "DATEMODIFIED": "dateModified", "dateCreated": "dateCreated", "myId": ""}},
		{"site", map[string]string{"name": "name", "dateModified": "dateModified", "datecreated": "dateCreated"}},
		{"equipment", map[string]string{"name": "name", "dateModified": "dateModified", "dateCreated": "dateCreated"}},
		{"job", map[string]string{"": "num", "num": "num", "scheduledstart": "scheduledStart", "scheduledEnd": "scheduledEnd", "actualstart": "actualStart", "actualend": "actualEnd", "dateModified": "dateModified"}},
		{"activity", map[string]string{"": "dateStart", "startDate": "dateStart", "endDate": "dateEnd"}},
	} {
		for sort, member := range tc.sorts {
			for _, order := range []string{"ascending", "descending"} {
				rows := all(t, s, "/v3/"+tc.path+"/list", "sort", sort, "sortOrder", order)
				require.NotEmpty(t, rows)
				if member != "" {
					sorted(t, rows, order == "descending", field(member))
				}
				ids := idsOf(rows)
				slices.Sort(ids)
				assert.Len(t, slices.Compact(ids), len(rows), "every record once")
			}
		}
	}
}

func TestCreationAndIDsAscendTogether(t *testing.T) {
	s := newSim(t, unlimited())
	sorted(t, all(t, s, "/v3/customer/list", "sort", "dateCreated"), false, func(r row) string { return text(r["id"]) })
	fresh := s.Insert(StreamCustomers)
	rows := all(t, s, "/v3/customer/list", "sort", "dateCreated")
	assert.Equal(t, fresh, text(rows[len(rows)-1]["id"]))
}

func TestPartyFilters(t *testing.T) {
	s := newSim(t, unlimited())
	customers, sites := all(t, s, "/v3/customer/list"), all(t, s, "/v3/site/list")
	equipment := all(t, s, "/v3/equipment/list")
	at := func(r row, path ...string) string {
		for _, p := range path[:len(path)-1] {
			r, _ = r[p].(row)
		}
		return text(r[path[len(path)-1]])
	}
	site := equipment[slices.IndexFunc(equipment, func(r row) bool { return r["site"] != nil && at(r, "site", "myId") != "" })]
	for _, tc := range []struct {
		entity, name, value string
		rows                []row
		match               func(row) bool
	}{
		{"customer", "name", "INC.", customers, func(r row) bool { return strings.Contains(strings.ToLower(at(r, "name")), "inc.") }},
		{"customer", "name", "smi*sons", customers, func(r row) bool { return wildcard("smi*sons", at(r, "name")) }},
		{"customer", "email", "office@example.com", customers, func(r row) bool { return at(r, "contactEmail") == "office@example.com" }},
		{"customer", "changedSince", "2022-01-01 00:00:00", customers, func(r row) bool { return at(r, "dateModified") > "2022-01-01 00:00:00" }},
		{"site", "customer_id", at(sites[3], "customer", "id"), sites, func(r row) bool { return at(r, "customer", "id") == at(sites[3], "customer", "id") }},
		{"site", "customer_myId", "sCustomershared", sites, func(r row) bool { return at(r, "customer", "myId") == "sCustomershared" }},
		{"equipment", "site_id", at(site, "site", "id"), equipment, func(r row) bool { return at(r, "site", "id") == at(site, "site", "id") }},
		{"equipment", "site_myId", at(site, "site", "myId"), equipment, func(r row) bool { return at(r, "site", "myId") == at(site, "site", "myId") }},
		{"equipment", "customer_id", "1", equipment, func(row) bool { return false }},
	} {
		var want []string
		for _, r := range tc.rows {
			if tc.match(r) {
				want = append(want, text(r["id"]))
			}
		}
		got := idsOf(all(t, s, "/v3/"+tc.entity+"/list", tc.name, tc.value))
		assert.ElementsMatch(t, want, got, tc.entity+" "+tc.name)
		if tc.value != "1" {
			assert.NotEmpty(t, got, tc.entity+" "+tc.name)
		}
	}
	assert.Equal(t, http.StatusBadRequest, get(s, "/v3/site/list?customer_id=abc").status)
	both := list(t, s, "/v3/site/list", "customer_id", at(sites[3], "customer", "id"), "name", at(sites[3], "name"))
	assert.NotZero(t, both.RecordsTotal, "filters are cumulative")
}

func TestJobFilters(t *testing.T) {
	s := newSim(t, unlimited())
	jobs := all(t, s, "/v3/job/list")
	sub := func(r row, key string) row { o, _ := r[key].(row); return o }
	when := func(r row, a, b string) string { // real dates before planned ones
		if r["actualStart"] != nil {
			return max(field(a)(r), field("actualStart")(r))
		}
		return field(b)(r)
	}
	member := func(key, part, want string) func(row) bool {
		return func(r row) bool { return text(sub(r, key)[part]) == want }
	}
	withMyID := jobs[slices.IndexFunc(jobs, func(r row) bool { return text(r["myId"]) != "" })]
	withSite := jobs[slices.IndexFunc(jobs, func(r row) bool { return r["equipment"] != nil && r["site"] != nil })]
	for _, tc := range []struct {
		name, value string
		match       func(row) bool
	}{
		{"myId", text(withMyID["myId"]), func(r row) bool { return r["myId"] == withMyID["myId"] }},
		{"status", "validated", func(r row) bool { return r["status"] == "validated" }},
		{"dateFrom", "2021-06-01 00:00:00", func(r row) bool { return when(r, "actualEnd", "scheduledEnd") >= "2021-06-01 00:00:00" }},
		{"dateTo", "2021-06-01 00:00:00", func(r row) bool {
			start := when(r, "actualStart", "scheduledStart")
			return start != "" && start <= "2021-06-01 00:00:00"
		}},
		{"changedSince", "2022-01-01 00:00:00", func(r row) bool { return field("dateModified")(r) >= "2022-01-01 00:00:00" }},
		{"validatedSince", "2022-01-01 00:00:00", func(r row) bool { return text(sub(r, "validateBy")["date"]) >= "2022-01-01 00:00" }},
		{"user_login", "johndoe", member("technician", "login", "johndoe")},
		{"user_id", "1551", member("technician", "id", "1551")},
		{"team_id", "2455", func(r row) bool {
			id := text(sub(r, "technician")["id"])
			return id == "1553" || id == "54022"
		}},
		{"customer_id", text(sub(jobs[0], "customer")["id"]), member("customer", "id", text(sub(jobs[0], "customer")["id"]))},
		{"site_id", text(sub(withSite, "site")["id"]), member("site", "id", text(sub(withSite, "site")["id"]))},
		{"equipment_id", text(sub(withSite, "equipment")["id"]), member("equipment", "id", text(sub(withSite, "equipment")["id"]))},
		{"type_id", "7464", member("type", "id", "7464")},
		{"type_name", "Repair", member("type", "id", "7464")},
		{"reportTemplate_id", "781", member("reportTemplate", "id", "781")},
		{"reportTemplate_name", "modèle par défaut", member("reportTemplate", "id", "4488")},
	} {
		var want []string
		for _, r := range jobs {
			if tc.match(r) {
				want = append(want, text(r["id"]))
			}
		}
		require.NotEmpty(t, want, tc.name)
		assert.Equal(t, want, idsOf(all(t, s, "/v3/job/list", tc.name, tc.value)), tc.name)
	}
	for _, name := range []string{"reportChangedSince", "team_id_pref", "hasPhotos", "customer_myId", "site_myId", "equipment_myId"} {
		value := map[string]string{"reportChangedSince": "2022-01-01", "team_id_pref": "476", "hasPhotos": "true",
			"customer_myId": "sCustomershared", "site_myId": "ref-shared", "equipment_myId": "eq-shared"}[name]
		n := list(t, s, "/v3/job/list", name, value).RecordsTotal
		assert.True(t, n > 0 && n < len(jobs), "%s: %d", name, n)
	}
}

func TestDeletedJobsCanBeListed(t *testing.T) {
	s := newSim(t, unlimited())
	active, gone, both := all(t, s, "/v3/job/list"), all(t, s, "/v3/job/list", "show", "deleted"), all(t, s, "/v3/job/list", "show", "all")
	assert.NotEmpty(t, gone)
	assert.Len(t, both, 340)
	assert.ElementsMatch(t, append(idsOf(active), idsOf(gone)...), idsOf(both))
	assert.Equal(t, http.StatusNotFound, get(s, "/v3/job/details?id="+text(gone[0]["id"])).status)
	assert.Equal(t, http.StatusBadRequest, get(s, "/v3/job/list?show=some").status)
	id := text(list(t, s, "/v3/job/list", "reportTemplate_id", "781").Data[0]["id"])
	was := s.Record(StreamJobs, id)
	require.True(t, s.FillReport(id, "Item name 1", "filled in"))
	assert.Contains(t, string(s.Record(StreamJobs, id)), `"value":"filled in"`)
	assert.NotContains(t, string(was), "filled in")
	assert.Equal(t, []string{id}, idsOf(all(t, s, "/v3/job/list", "reportChangedSince", "2024-02-01")))
	for _, r := range both {
		assert.NotNil(t, s.Record(StreamJobs, text(r["id"])), "every id finds its record")
	}
}

func TestActivityFilters(t *testing.T) {
	s := newSim(t, unlimited())
	for _, tc := range []struct {
		params []string
		match  func(row) bool
	}{
		{[]string{"activityType_name", "Parties"}, func(r row) bool { return r["activityType"].(row)["name"] == "Parties" }},
		{[]string{"activityType_category", "unavailability"}, func(r row) bool { return r["activityType"].(row)["category"] == "unavail" }},
		{[]string{"user_login", "billw"}, func(r row) bool { u, _ := r["user"].(row); return u["login"] == "billw" }},
		{[]string{"user_id", "265"}, func(r row) bool { u, _ := r["user"].(row); return u["login"] == "billw" }},
		{[]string{"team_id", "476"}, func(r row) bool { u, _ := r["team"].(row); return text(u["id"]) == "476" }},
		{[]string{"startDate", "2021-01-01 00:00", "endDate", "2022-01-01 00:00"}, func(r row) bool {
			return text(r["dateEnd"]) >= "2021-01-01 00:00" && text(r["dateStart"]) <= "2022-01-01 00:00"
		}},
	} {
		var want []string
		for _, r := range all(t, s, "/v3/activity/list") {
			if tc.match(r) {
				want = append(want, text(r["id"]))
			}
		}
		require.NotEmpty(t, want)
		assert.Equal(t, want, idsOf(all(t, s, "/v3/activity/list", tc.params...)), tc.params)
	}
	assert.Equal(t, http.StatusBadRequest, get(s, "/v3/activity/list?startDate=2021-01-01").status)
}

func TestRecurrenceFilters(t *testing.T) {
	s := newSim(t, unlimited())
	open, closed := all(t, s, "/v3/recurrence/list"), all(t, s, "/v3/recurrence/list", "show", "closed")
	assert.Len(t, append(open, closed...), 40)
	assert.NotEmpty(t, closed)
	later := all(t, s, "/v3/recurrence/list", "dateFrom", "2022-01-01")
	require.NotEmpty(t, later)
	for _, r := range later {
		assert.GreaterOrEqual(t, text(r["dateStart"]), "2022-01-01 00:00")
	}
	for _, r := range all(t, s, "/v3/recurrence/list", "type_name", "Repair", "dateTo", "2030-01-01") {
		assert.Equal(t, "Repair", r["type"].(row)["name"])
		assert.NotNil(t, r["dateEnd"])
	}
}

func TestDetailsByEveryKey(t *testing.T) {
	s := newSim(t, unlimited())
	for entity, params := range map[string]map[string]string{
		"customer":  {"name": "name", "myId": "myId", "email": "contactEmail"},
		"site":      {"name": "name", "myId": "myId"},
		"equipment": {"name": "name", "myId": "myId"},
		"job":       {"num": "num", "myId": "myId"},
	} {
		rows := all(t, s, "/v3/"+entity+"/list")
		for param, member := range params {
			for _, r := range rows[:40] {
				v := text(r[member])
				if v == "" {
					continue
				}
				got := decode[row](t, get(s, "/v3/"+entity+"/details?"+values([]string{param, v}).Encode()))
				assert.Equal(t, v, text(got[member]), entity)
			}
		}
	}
}
