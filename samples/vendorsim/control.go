package vendorsim

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// controlPath returns what follows /_sim/ in a path, "" for any other path.
func controlPath(path string) string {
	name, found := strings.CutPrefix(path, "/_sim/")
	if !found {
		return ""
	}
	return name
}

// operate answers the control plane, for a process that cannot call methods. It asks for no key, counts nothing and
// takes no time:
//
//	GET  /_sim/counters, /_sim/log
//	POST /_sim/advance?by=24h, /_sim/spend?n=100, /_sim/drift?n=5, /_sim/outage?on=true
//	POST /_sim/edit?stream=customer&id=17&field=name&value=New
//	GET  /_sim/mark, /_sim/live?stream=customer, /_sim/existed?stream=customer&since=0
//	GET  /_sim/written?stream=customer, /_sim/snapshot?stream=customer
func (a *account) operate(r *http.Request) reply {
	q, name := r.URL.Query(), controlPath(r.URL.Path)
	n, _ := strconv.Atoi(q.Get("n"))
	if verb, known := controls[name]; !known {
		return labelled(fail(http.StatusNotFound, "No such control"))
	} else if verb != r.Method {
		return labelled(fail(http.StatusMethodNotAllowed, "This control takes "+verb))
	}
	var out any = map[string]bool{"ok": true}
	switch name {
	case "counters":
		out = a.gate.Counters()
	case "log":
		out = a.gate.Log()
	case "mark":
		out = map[string]Mark{"mark": a.Mark()}
	case "live":
		out = a.Live(q.Get("stream"))
	case "existed":
		since, _ := strconv.ParseUint(q.Get("since"), 10, 64)
		out = a.Existed(q.Get("stream"), Mark(since))
	case "written":
		out = a.Written(q.Get("stream"))
	case "snapshot":
		out = map[string]json.RawMessage{}
		for id, shown := range a.Snapshot(q.Get("stream")) {
			out.(map[string]json.RawMessage)[id] = json.RawMessage(shown)
		}
	case "edit":
		out = map[string]bool{"ok": a.Edit(q.Get("stream"), q.Get("id"), q.Get("field"), q.Get("value"))}
	case "advance":
		by, err := time.ParseDuration(q.Get("by"))
		if err != nil {
			return labelled(fail(http.StatusBadRequest, "by must be a duration such as 24h"))
		}
		a.gate.Advance(by)
	case "spend":
		a.gate.limits.of(a.gate.limitKey(r)).spend(a.gate.Now(), n)
	case "drift":
		a.DriftNow(n)
	case "outage":
		a.gate.Outage(q.Get("on") == "true")
	}
	body, err := json.Marshal(out)
	if err != nil {
		return labelled(fail(http.StatusInternalServerError, err.Error()))
	}
	return labelled(reply{status: http.StatusOK, body: body})
}

// controls are the control paths and their verbs.
var controls = map[string]string{
	"counters": http.MethodGet, "log": http.MethodGet, "mark": http.MethodGet, "live": http.MethodGet, "existed": http.MethodGet,
	"written": http.MethodGet, "snapshot": http.MethodGet, "edit": http.MethodPost,
	"advance": http.MethodPost, "spend": http.MethodPost, "drift": http.MethodPost, "outage": http.MethodPost,
}

// labelled puts on the one header that control answers have.
func labelled(out reply) reply {
	out.header = http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	return out
}
