package vendorsim

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCustomerSend(t *testing.T) {
	s := newSim(t, unlimited())
	since := s.Mark()
	made := decode[row](t, post(t, s, "/api/v3/customer/send", `{"myId":"x-1","name":"New \"One\"",
		"address":"6605 Fisher Avenue, Falls Church, VA 22046, United States","contactPhone":"(719) 388-3333",
		"customFieldValues":[{"id":4658,"value":"B4"}],"position":{"latitude":40.7128,"longitude":"74.0060"}}`))
	assert.Equal(t, "Falls Church", made["addressCity"])
	assert.Equal(t, "22046", made["addressZIP"])
	assert.Equal(t, row{"latitude": "40.7128", "longitude": "74.0060"}, made["position"])
	id := text(made["id"])
	assert.Equal(t, []string{id}, s.Changed(StreamCustomers, since))
	assert.Equal(t, 261, list(t, s, "/v3/customer/list").RecordsTotal)

	s.Advance(time.Minute)
	changed := decode[row](t, post(t, s, "/api/v3/customer/send", `{"myId":"x-1","contactEmail":"a@b.c"}`))
	assert.Equal(t, id, text(changed["id"]), "a known myId updates")
	assert.Equal(t, "(719) 388-3333", changed["contactPhone"], "what is not sent stays")
	assert.Greater(t, text(changed["dateModified"]), text(made["dateModified"]))
	assert.Equal(t, made["dateCreated"], changed["dateCreated"])
	assert.Equal(t, changed, decode[row](t, get(s, "/v3/customer/details?email=a@b.c")))
	recent := list(t, s, "/v3/customer/list", "changedSince", text(made["dateModified"]))
	assert.Equal(t, []string{id}, idsOf(recent.Data))
	assert.Equal(t, 2, s.Counters().Writes)

	again := decode[row](t, post(t, s, "/api/v3/customer/send", `{"name":"No key"}`))
	assert.NotEqual(t, id, text(again["id"]), "without a key it always creates")
	again2 := decode[row](t, post(t, s, "/api/v3/customer/send", `{"id":999999999,"name":"Unknown id"}`))
	assert.NotEqual(t, "999999999", text(again2["id"]), "an unknown id creates; ids are the vendor's")
}

func TestSendRefuses(t *testing.T) {
	s := newSim(t, unlimited())
	first := s.Live(StreamCustomers)[0]
	for _, tc := range []struct{ path, body, message string }{
		{"customer/send", `{"myId":"only"}`, "name is required"},
		{"customer/send", `{"name":["x"]}`, "name must be a string"},
		{"customer/send", `{"name":"x","customFieldValues":[{"id":1,"value":"B4"}]}`, "no such custom field"},
		{"customer/send", `[1]`, "no JSON object"},
		{"customer/send", ``, "no JSON object"},
		{"site/send", `{"name":"x"}`, "customer is required"},
		{"site/send", `{"name":"x","customer":{"id":1}}`, "customer does not exist"},
		{"equipment/send", `{"name":"x"}`, "customer or site is required"},
		{"job/send", `{"description":"x"}`, "customer or site is required"},
		{"job/send", `{"customer":{"myId":"nobody"}}`, "customer does not exist"},
		{"job/send", `{"customer":{"id":FIRST},"priority":"urgent"}`, "priority must be one of"},
		{"job/send", `{"num":1001,"status":"done"}`, "status must be one of"},
		{"job/send", `{"num":1001,"scheduledStart":"tomorrow"}`, "no valid date"},
		{"activity/send", `{"activityType":{"id":596},"dateStart":"2018-01-01 14:22"}`, "dateEnd is required"},
		{"activity/send", `{"activityType":{"id":1},"dateStart":"2018-01-01 14:22","dateEnd":"2018-01-01 15:22"}`, "activity type does not exist"},
		{"activity/send", `{"activityType":{"id":596},"dateStart":"2018-01-01 14:22","dateEnd":"2018-01-01 15:22","team":{"id":476}}`, "unavailability"},
		{"activity/send", `{"activityType":{"id":596},"dateStart":"2018-01-01 14:22","dateEnd":"2018-01-01 15:22","user":{"id":3}}`, "user does not exist"},
		{"job/complete", `{"num":1001}`, "actualStart and actualEnd are required"},
		{"job/schedule", `{"num":1001,"scheduledStart":"2024-01-01 10:00:00"}`, "are required"},
		{"job/cancel", `{}`, "missing"},
	} {
		a := post(t, s, "/api/v3/"+tc.path, strings.ReplaceAll(tc.body, "FIRST", first))
		assert.Equal(t, http.StatusBadRequest, a.status, tc.body)
		assert.Contains(t, string(a.body), `{"error":"Bad Request","message":"`, tc.body)
		assert.Contains(t, string(a.body), tc.message, tc.body)
	}
	assert.Zero(t, s.Mark(), "a refused write changes nothing")
	assert.Zero(t, s.Counters().Writes)
}

func TestSiteAndEquipmentInherit(t *testing.T) {
	s := newSim(t, unlimited())
	customers := all(t, s, "/v3/customer/list")
	var parent row
	for _, c := range customers {
		if len(c["tags"].([]any)) > 1 {
			parent = c
		}
	}
	site := decode[row](t, post(t, s, "/v3/site/send", `{"name":"S","contactFirstName":"Ann","contactLastName":"Lee","customer":{"id":`+text(parent["id"])+`}}`))
	assert.Equal(t, parent["tags"], site["tags"])
	assert.Equal(t, "Ann Lee", site["contactName"])
	piece := decode[row](t, post(t, s, "/v3/equipment/send", `{"name":"E","site":{"id":`+text(site["id"])+`}}`))
	assert.Equal(t, parent["tags"], piece["tags"])
	assert.Equal(t, parent["id"], piece["customer"].(row)["id"])
	moved := decode[row](t, post(t, s, "/v3/equipment/send", `{"id":`+text(piece["id"])+`,"name":"E2"}`))
	assert.Equal(t, piece["site"], moved["site"])
	assert.Equal(t, "E2", moved["name"])
}

func TestDeleteAndUndelete(t *testing.T) {
	s := newSim(t, unlimited())
	for _, tc := range []struct{ entity, key, flag string }{
		{"customer", "customersDeleted", "isDeleted"},
		{"site", "SitesUnDeleted", "isUnDeleted"},
		{"equipment", "EquipmentsUnDeleted", "isUnDeleted"},
	} {
		same := list(t, s, "/v3/"+tc.entity+"/list", "name", "Smith & Sons").Data
		require.Greater(t, len(same), 1, "several share the name")
		q := "?" + values([]string{"name", "Smith & Sons"}).Encode()
		gone := decode[[]row](t, send(t.Context(), s, http.MethodDelete, "/api/v3/"+tc.entity+"/delete"+q, ""))
		assert.Equal(t, idsOf(same), idsOf(gone), "by a name all matches go")
		assert.Equal(t, true, gone[0]["deleted"])
		assert.Equal(t, http.StatusNotFound, get(s, "/v3/"+tc.entity+"/details"+q).status)
		assert.Equal(t, http.StatusNotFound, send(t.Context(), s, http.MethodDelete, "/v3/"+tc.entity+"/delete"+q, "").status)
		back := decode[map[string][]row](t, post(t, s, "/v3/"+tc.entity+"/undelete"+q, ""))
		require.Equal(t, idsOf(same), idsOf(back[tc.key]))
		assert.Equal(t, true, back[tc.key][0][tc.flag])
		assert.Equal(t, http.StatusNotFound, post(t, s, "/v3/"+tc.entity+"/undelete"+q, "").status)
		assert.Equal(t, len(same), list(t, s, "/v3/"+tc.entity+"/list", "name", "Smith & Sons").RecordsTotal)
	}
	activity := list(t, s, "/v3/activity/list").Data[0]
	gone := decode[[]row](t, send(t.Context(), s, http.MethodDelete, "/v3/activity/delete?id="+text(activity["id"]), ""))
	assert.Equal(t, []row{{"id": activity["id"], "deleted": true}}, gone)
	rec := list(t, s, "/v3/recurrence/list").Data
	closed := decode[row](t, send(t.Context(), s, http.MethodPut, "/v3/recurrence/close?id="+text(rec[0]["id"]), ""))
	assert.Equal(t, row{"id": rec[0]["id"], "isClosed": true}, closed)
	del := decode[row](t, send(t.Context(), s, http.MethodDelete, "/v3/recurrence/delete?id="+text(rec[1]["id"]), ""))
	assert.Equal(t, row{"id": rec[1]["id"], "isDeleted": true}, del)
	assert.Equal(t, http.StatusNotFound, get(s, "/v3/recurrence/details?id="+text(rec[1]["id"])).status)
}

func TestJobLife(t *testing.T) {
	s := newSim(t, unlimited())
	c := list(t, s, "/v3/customer/list", "sort", "dateCreated").Data[0]
	job := decode[row](t, post(t, s, "/v3/job/send", `{"myId":"j-1","description":"D","customer":{"id":`+text(c["id"])+`},
		"report":[{"nmCategory":"Sample Block 1","nmItem":"Item name 1","value":"Yes","iteration":0}],"skills":["Plumber"]}`))
	assert.Equal(t, "created", job["status"])
	assert.Equal(t, "medium", job["priority"])
	assert.Equal(t, shape(jobShape), keys(job))
	assert.Equal(t, "Yes", job["report"].([]any)[0].(row)["items"].([]any)[0].(row)["value"])
	id := text(job["id"])
	key := `"id":"` + id + `"`
	act := func(action, body string) row {
		t.Helper()
		rows := decode[[]row](t, post(t, s, "/v3/job/"+action, "{"+key+body+"}"))
		require.Len(t, rows, 1)
		return rows[0]
	}
	status := func() string { return text(decode[row](t, get(s, "/v3/job/details?id="+id))["status"]) }
	got := act("schedule", `,"scheduledStart":"2018-12-12 15:00:00","scheduledEnd":"2018-12-12 17:00:00","technician":{"id":1551},"otherTechnicians":[{"login":"alainpp"}]`)
	assert.Equal(t, shape("id status scheduledStart scheduledEnd technician otherTechnicians"), keys(got))
	assert.Equal(t, "2018-12-12 15:00:00", got["scheduledStart"])
	assert.Equal(t, 2, s.Counters().Effects["technician notified"])
	assert.Equal(t, "12/12/2018 15:00:00", decode[row](t, get(s, "/v3/job/details?id="+id))["scheduledStart"])
	got = act("unschedule", "")
	assert.Equal(t, row{"id": id, "status": "scheduled", "scheduledStart": nil, "scheduledEnd": nil, "technician": nil}, got)
	assert.Equal(t, "created", status())
	assert.Equal(t, http.StatusBadRequest, post(t, s, "/v3/job/confirm", "{"+key+"}").status, "no draft")
	decode[row](t, post(t, s, "/v3/job/send", "{"+key+`,"scheduledStart":"2018-12-12 15:00:00","technician":{"login":"johndoe"},"preferences":{"isDraft":true,"team":{"id":476}}}`))
	assert.Equal(t, 3, s.Counters().Effects["technician notified"], "a draft tells nobody")
	assert.Equal(t, "confirmed", act("confirm", "")["status"])
	assert.Equal(t, 4, s.Counters().Effects["technician notified"])
	assert.Equal(t, "scheduled", status())
	assert.Equal(t, "completed", act("complete", `,"actualStart":"2019-11-06 13:13","actualEnd":"2019-11-06 14:28"`)["status"])
	done := decode[row](t, get(s, "/v3/job/details?id="+id))
	assert.Equal(t, "75", text(done["duration"]))
	assert.Len(t, done["timeEntries"], 2)
	assert.Equal(t, "validated", act("validate", "")["status"])
	assert.NotNil(t, decode[row](t, get(s, "/v3/job/details?id="+id))["validateBy"])
	assert.Equal(t, "cancelled", act("cancel", "")["status"])
	parts := decode[row](t, post(t, s, "/v3/job/parts/send", `{"id":null,"myId":"j-1","num":0,"parts":[{"id":null,"quantity":2.50,"reference":"1002","serialNumbers":["123","7"]}]}`))
	assert.Equal(t, shape("id parts"), keys(parts))
	assert.Contains(t, string(s.Record(StreamJobs, id)), `"parts":[{"id":null,"quantity":2.50,"reference":"1002","serialNumbers":["123","7"]}]`)
	gone := decode[[]row](t, send(t.Context(), s, http.MethodDelete, "/v3/job/delete?myId=j-1", ""))
	assert.Equal(t, []row{{"id": id, "deleted": true}}, gone)
	assert.Contains(t, idsOf(all(t, s, "/v3/job/list", "show", "deleted")), id)
}

func TestActivitySend(t *testing.T) {
	s := newSim(t, unlimited())
	made := decode[row](t, post(t, s, "/api/v3/activity/send", `{"activityType":{"id":596},"note":"N","dateStart":"2018-01-01 14:22",
		"dateEnd":"2018-01-01 14:50","distance":{"km":10.50,"mi":6.52},"user":{"login":"johndoe"},"team":null}`))
	assert.Equal(t, shape(activityShape), keys(made))
	assert.Contains(t, string(s.Record(StreamActivities, text(made["id"]))), `"distance":{"km":10.50,"mi":6.52}`)
	changed := decode[row](t, post(t, s, "/api/v3/activity/send", `{"id":`+text(made["id"])+`,"note":"M"}`))
	assert.Equal(t, "M", changed["note"])
	assert.Equal(t, made["dateEnd"], changed["dateEnd"])
}

func TestLateWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := unlimited()
		o.Faults = []Fault{{Kind: FaultLateWrite, Method: "POST", Times: 1, Every: 1, Delay: 3 * time.Second}}
		s := newSim(t, o)
		assert.Error(t, post(t, s, "/v3/customer/send", `{"name":"Late","myId":"late"}`).err)
		assert.Equal(t, http.StatusNotFound, get(s, "/v3/customer/details?myId=late").status, "not there yet")
		time.Sleep(3 * time.Second)
		assert.Equal(t, http.StatusOK, get(s, "/v3/customer/details?myId=late").status)
	})
}

func TestVerbsPathsAndAccept(t *testing.T) {
	s := newSim(t, unlimited())
	ask := func(verb, path, accept, user string) answered {
		req, err := http.NewRequestWithContext(t.Context(), verb, "https://ws.synchroteam.com"+path, nil)
		require.NoError(t, err)
		req.Header.Set("Accept", accept)
		if user != "" {
			req.SetBasicAuth(user, DefaultAPIKey)
		}
		return roundTrip(s, req)
	}
	for _, tc := range []struct {
		verb, path, accept, user string
		status                   int
	}{
		{"GET", "/Api/v3/Customer/List", "text/json", DefaultDomain, 200},
		{"GET", "/v3/jobReportTemplate/list", "", DefaultDomain, 200},
		{"GET", "/v3/customer/list", "text/html, application/json;q=0.5", DefaultDomain, 200},
		{"GET", "/v3/customer/list", "application/xml", DefaultDomain, 406},
		{"GET", "/v3/customer/list", "*/*", "", 401},
		{"GET", "/v3/customer/list", "*/*", "other", 401},
		{"POST", "/v3/customer/list", "*/*", DefaultDomain, 405},
		{"GET", "/v3/customer/send", "*/*", DefaultDomain, 405},
		{"PUT", "/v3/recurrence/delete", "*/*", DefaultDomain, 405},
		{"GET", "/v3/nothing/list", "*/*", DefaultDomain, 404},
		{"GET", "/api/v2/customer/list", "*/*", DefaultDomain, 404},
		{"GET", "/", "*/*", DefaultDomain, 404},
	} {
		a := ask(tc.verb, tc.path, tc.accept, tc.user)
		assert.Equal(t, tc.status, a.status, tc.path)
		assert.Equal(t, "application/json; charset=utf-8", a.header.Get("Content-Type"))
		assert.NotEmpty(t, a.header.Get("Date"))
		if tc.status != http.StatusOK {
			assert.True(t, strings.HasPrefix(string(a.body), `{"error":"`+http.StatusText(tc.status)+`","message":"`), string(a.body))
		}
	}
	c := s.Counters()
	assert.Equal(t, 2, c.Unauthorized)
	assert.Equal(t, 10, c.Accepted)
	assert.Equal(t, 12, c.ByHost["ws.synchroteam.com"])
}
