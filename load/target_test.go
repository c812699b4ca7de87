package load_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// target is a vendor that does as its script says: a store of records behind an
// HTTP API without sockets, so that it works in a synctest bubble. What it holds
// at the end is the judge of what the ledger claims.
//
// Its API, for every stream S of targetSpec:
//
//	GET    S?page=&per_page=&FIELD=   a page of live records by id, or those equal in FIELD
//	GET    S/ID                       one record, 404 where it is not there
//	POST   S                          creates; answers the record
//	POST   S/batch                    {"S": [record...]}; answers {"results": [{"ref", "record" or "error"}]}
//	PUT    S/ID                       changes the fields named
//	DELETE S/ID
//	POST   S/ID/ACTION                jobs: schedule, complete
//	GET    queue/N                    what became of work that a 202 began
//
// Faults come from script, by the number of the request that writes, and from
// the switches below, which change what the vendor does all along.
type target struct {
	mu     sync.Mutex
	store  map[string]map[int]*row
	next   int // last id given
	writes int // requests that write, counted from 1
	reads  int
	script []*fault
	queue  map[string]*queued

	// lag is how long lists and finds do not show a new record; a GET by id does.
	lag time.Duration
	// stale is how long a GET by id shows a changed record as it was before.
	stale time.Duration
	// mangle changes a record as it is stored: the fields that a vendor ignores,
	// cuts, shifts or appends to. was is nil of a creation.
	mangle map[string]func(in, was fields) fields
	// unique are fields that no two records share: 409, or 422 with taken422.
	unique   map[string]string
	taken422 bool
	// merge is the field by which a creation becomes one with a record that is there.
	merge map[string]string
	// implicit makes a record of another stream with each creation.
	implicit map[string]func(id int) (stream string, f fields)
	// required fields, by stream: 422 without them.
	required map[string][]string
	// quota is how many requests are left; negative: no end.
	quota int
	// off are streams that the key may not write: 403.
	off map[string]bool
	// final are streams of which nothing is deleted: 405.
	final map[string]bool
	// mails counts the effects: records created with "welcome": true.
	mails int
	// log is a line for each request that writes: method, path.
	log []string
}

// fields is a record's content.
type fields = map[string]any

// row is one record of the store.
type row struct {
	now, before   fields
	born, changed time.Time
	gone          bool
	sent          []fields // as requests that create sent it; nil: people put it there
}

// queued is work that a 202 began.
type queued struct {
	until time.Time
	do    func() answer
	done  *answer
}

// answer is what is sent back.
type answer struct {
	status int
	header http.Header
	body   []byte
	typ    string
}

// fault is one line of the script: on which requests, and what happens. Every
// line counts the requests that fit it; the first that is due is taken.
type fault struct {
	nth    []int  // numbers of requests that fit, from 1; empty: every one
	method string // "" any that writes; GET: reading ones
	path   string // that the path holds; "" any
	times  int    // at most so often; 0: without end
	do     fate

	seen, hit int
}

// fate is what happens to a request. commit does what it asks for and gives the
// usual answer; it may be called later, from another goroutine, or not at all.
type fate func(v *target, r *fakeRequest, commit func() answer) (answer, error)

// fakeRequest is a request with its body read.
type fakeRequest struct {
	*http.Request
	body []byte
}

func (r *fakeRequest) holds(text string) bool { return bytes.Contains(r.body, []byte(text)) }

// errReset is a connection that breaks.
type errReset struct{}

func (errReset) Error() string { return "connection reset by peer" }

// The fates of the matrix.
var (
	lostAfter fate = func(_ *target, _ *fakeRequest, commit func() answer) (answer, error) {
		commit()
		return answer{}, errReset{}
	}
	lostBefore fate = func(*target, *fakeRequest, func() answer) (answer, error) { return answer{}, errReset{} }
	cutAfter   fate = func(_ *target, _ *fakeRequest, commit func() answer) (answer, error) {
		a := commit()
		a.body = a.body[:len(a.body)/2]
		return a, nil
	}
	empty204 fate = func(_ *target, _ *fakeRequest, commit func() answer) (answer, error) {
		commit()
		return answer{status: http.StatusNoContent}, nil
	}
	htmlPage fate = func(*target, *fakeRequest, func() answer) (answer, error) {
		return answer{status: 200, typ: "text/html", body: []byte("<html><title>Sign in</title></html>")}, nil
	}
)

// shuffled answers a batch in another order.
func shuffled(_ *target, _ *fakeRequest, commit func() answer) (answer, error) {
	a := commit()
	return editResults(a, func(list []any) []any {
		slices.Reverse(list)
		return list
	}), nil
}

// short answers a batch with half of its records.
func short(_ *target, _ *fakeRequest, commit func() answer) (answer, error) {
	a := commit()
	return editResults(a, func(list []any) []any { return list[:len(list)/2] }), nil
}

func editResults(a answer, edit func([]any) []any) answer {
	var body map[string][]any
	if json.Unmarshal(a.body, &body) != nil {
		return a
	}
	body["results"] = edit(body["results"])
	return say(a.status, body)
}

// lateWrite breaks the connection and commits after d.
func lateWrite(d time.Duration) fate {
	return func(_ *target, _ *fakeRequest, commit func() answer) (answer, error) {
		time.AfterFunc(d, func() { commit() })
		return answer{}, errReset{}
	}
}

// refuse answers with a status and a body, and does nothing.
func refuse(status int, body string, header ...string) fate {
	return func(*target, *fakeRequest, func() answer) (answer, error) {
		h := http.Header{}
		for i := 0; i+1 < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return answer{status: status, header: h, body: []byte(body)}, nil
	}
}

// doneBut does what is asked for and answers with a status and a body of its own.
func doneBut(status int, body string) fate {
	return func(_ *target, _ *fakeRequest, commit func() answer) (answer, error) {
		commit()
		return answer{status: status, body: []byte(body)}, nil
	}
}

// accepted answers 202 with a job that is done after d; never where d is negative.
func accepted(d time.Duration) fate {
	return func(v *target, _ *fakeRequest, commit func() answer) (answer, error) {
		id := strconv.Itoa(len(v.queue) + 1)
		q := &queued{until: time.Now().Add(d), do: commit}
		if d < 0 {
			q.until = time.Now().Add(1000 * time.Hour)
		}
		v.mu.Lock()
		v.queue[id] = q
		v.mu.Unlock()
		return answer{status: http.StatusAccepted, body: []byte(`{"job":"` + id + `"}`)}, nil
	}
}

// slow answers rightly after d.
func slow(d time.Duration) fate {
	return func(_ *target, r *fakeRequest, commit func() answer) (answer, error) {
		a := commit()
		select {
		case <-time.After(d):
			return a, nil
		case <-r.Context().Done():
			return answer{}, r.Context().Err()
		}
	}
}

func newTarget() *target {
	return &target{
		store: map[string]map[int]*row{}, next: 1000, queue: map[string]*queued{}, quota: -1,
		mangle: map[string]func(in, was fields) fields{}, unique: map[string]string{}, merge: map[string]string{},
		implicit: map[string]func(int) (string, fields){}, required: map[string][]string{}, off: map[string]bool{}, final: map[string]bool{},
	}
}

// on adds lines to the script.
func (v *target) on(lines ...*fault) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.script = append(v.script, lines...)
}

// add puts a record into the store, as people in the target do.
func (v *target) add(stream string, f fields) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.insert(stream, f)
}

// edit changes a record, as people in the target do.
func (v *target) edit(stream string, id int, f fields) {
	v.mu.Lock()
	defer v.mu.Unlock()
	r := v.store[stream][id]
	r.before, r.now, r.changed = r.now, laid(r.now, f), time.Now()
}

// drop deletes a record, as people in the target do.
func (v *target) drop(stream string, id int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.store[stream][id].gone = true
}

// live gives the records of a stream by id.
func (v *target) live(stream string) map[int]fields {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := map[int]fields{}
	for id, r := range v.store[stream] {
		if !r.gone {
			out[id] = maps.Clone(r.now)
		}
	}
	return out
}

func (v *target) insert(stream string, f fields) int {
	v.next++
	if v.store[stream] == nil {
		v.store[stream] = map[int]*row{}
	}
	now := laid(f, fields{"id": v.next})
	v.store[stream][v.next] = &row{now: now, born: time.Now(), changed: time.Now()}
	return v.next
}

func laid(under, over fields) fields {
	out := maps.Clone(under)
	if out == nil {
		out = fields{}
	}
	maps.Copy(out, over)
	return out
}

// RoundTrip answers in the caller's goroutine.
func (v *target) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
	}
	path := strings.TrimPrefix(r.URL.Path, "/api/")
	commit := func() answer {
		v.mu.Lock()
		defer v.mu.Unlock()
		return v.serve(r.Method, path, r.URL.Query(), body)
	}
	do, refused := v.arrive(r, path)
	var a answer
	var err error
	switch {
	case refused != nil:
		a = *refused
	case do != nil:
		a, err = do(v, &fakeRequest{r, body}, commit)
	default:
		a = commit()
	}
	if err != nil {
		return nil, err
	}
	return a.response(r), nil
}

// arrive counts a request and finds what the script has for it.
func (v *target) arrive(r *http.Request, path string) (do fate, refused *answer) {
	v.mu.Lock()
	defer v.mu.Unlock()
	writing := r.Method != http.MethodGet
	if v.quota == 0 {
		return nil, &answer{status: http.StatusTooManyRequests, header: http.Header{"X-Quota-Left": {"0"}, "Retry-After": {"3600"}}, body: []byte(`{"error":"quota"}`)}
	}
	if v.quota > 0 {
		v.quota--
	}
	if writing {
		v.writes++
		v.log = append(v.log, r.Method+" "+path)
	} else {
		v.reads++
	}
	for _, f := range v.script {
		if (f.method == "" && !writing) || f.method != "" && f.method != r.Method || f.path != "" && !strings.Contains(path, f.path) {
			continue
		}
		f.seen++
		if do != nil || len(f.nth) > 0 && !slices.Contains(f.nth, f.seen) || f.times > 0 && f.hit >= f.times {
			continue
		}
		f.hit++
		do = f.do
	}
	return do, nil
}

func (a answer) response(r *http.Request) *http.Response {
	h := a.header
	if h == nil {
		h = http.Header{}
	}
	if h.Get("Date") == "" {
		h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}
	if a.typ == "" {
		a.typ = "application/json"
	}
	h.Set("Content-Type", a.typ)
	return &http.Response{StatusCode: a.status, Status: strconv.Itoa(a.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r}
}

// serve does what a request asks for.
func (v *target) serve(method, path string, q url.Values, body []byte) answer {
	parts := strings.Split(path, "/")
	stream := parts[0]
	if stream == "queue" {
		return v.queueNow(parts[1])
	}
	if method != http.MethodGet && v.off[stream] {
		return say(http.StatusForbidden, fields{"error": "this key may not write " + stream})
	}
	switch {
	case method == http.MethodGet && len(parts) == 1:
		return v.list(stream, q)
	case method == http.MethodPost && len(parts) == 1:
		in, a := decode(body)
		if a != nil {
			return *a
		}
		return v.create(stream, in)
	case method == http.MethodPost && parts[1] == "batch":
		return v.batch(stream, body)
	}
	id, err := strconv.Atoi(parts[1])
	r := v.store[stream][id]
	if err != nil || r == nil || r.gone {
		return say(http.StatusNotFound, fields{"error": "no such record"})
	}
	switch method {
	case http.MethodGet:
		if r.before != nil && time.Since(r.changed) < v.stale {
			return say(200, r.before)
		}
		return say(200, r.now)
	case http.MethodDelete:
		if v.final[stream] {
			return say(http.StatusMethodNotAllowed, fields{"error": "it cannot be deleted"})
		}
		r.gone = true
		return answer{status: http.StatusNoContent}
	case http.MethodPut:
		in, a := decode(body)
		if a != nil {
			return *a
		}
		r.before, r.now, r.changed = r.now, laid(r.now, v.mangled(stream, in, r.now)), time.Now()
		return say(200, r.now)
	}
	return v.act(r, parts[2])
}

func (v *target) act(r *row, action string) answer {
	moves := map[string][2]string{"schedule": {"new", "scheduled"}, "complete": {"scheduled", "done"}}
	m, ok := moves[action]
	if !ok || r.now["status"] != m[0] && r.now["status"] != m[1] {
		return say(http.StatusUnprocessableEntity, fields{"errors": fields{"status": "cannot " + action + " from " + fmt.Sprint(r.now["status"])}})
	}
	r.before, r.now, r.changed = r.now, laid(r.now, fields{"status": m[1]}), time.Now()
	return say(200, r.now)
}

func (v *target) mangled(stream string, in, was fields) fields {
	if f := v.mangle[stream]; f != nil {
		return f(in, was)
	}
	return in
}

func (v *target) create(stream string, in fields) answer {
	for _, name := range v.required[stream] {
		if in[name] == nil || in[name] == "" {
			return say(http.StatusUnprocessableEntity, fields{"errors": fields{name: "can't be blank"}})
		}
	}
	for id, r := range v.store[stream] {
		if name := v.unique[stream]; name != "" && in[name] != nil && in[name] == r.now[name] {
			status := http.StatusConflict
			if v.taken422 {
				status = http.StatusUnprocessableEntity
			}
			return say(status, fields{"errors": fields{name: "has already been taken"}})
		}
		if name := v.merge[stream]; name != "" && in[name] != nil && in[name] == r.now[name] && !r.gone {
			r.now, r.sent = laid(r.now, in), append(r.sent, maps.Clone(in))
			return say(201, laid(r.now, fields{"id": id}))
		}
	}
	if in["welcome"] == true {
		v.mails++
	}
	if stream == "jobs" && in["status"] == nil {
		in["status"] = "new"
	}
	sent := maps.Clone(in)
	id := v.insert(stream, v.mangled(stream, in, nil))
	v.store[stream][id].sent = []fields{sent}
	if make := v.implicit[stream]; make != nil {
		v.insert(make(id))
	}
	return say(201, v.store[stream][id].now)
}

func (v *target) batch(stream string, body []byte) answer {
	var in map[string][]fields
	if json.Unmarshal(body, &in) != nil {
		return say(http.StatusBadRequest, fields{"error": "no JSON"})
	}
	var results []fields
	status := 200
	for _, f := range in[stream] {
		a := v.create(stream, f)
		var out fields
		_ = json.Unmarshal(a.body, &out)
		one := fields{"ref": f["ref"], "record": out}
		if a.status >= 400 {
			one, status = fields{"ref": f["ref"], "error": "refused: " + string(a.body)}, http.StatusMultiStatus
		}
		results = append(results, one)
	}
	return say(status, fields{"results": results})
}

func (v *target) queueNow(id string) answer {
	q := v.queue[id]
	if q == nil {
		return say(http.StatusNotFound, fields{"error": "no such job"})
	}
	if time.Now().Before(q.until) {
		return say(200, fields{"state": "queued"})
	}
	if q.done == nil {
		v.mu.Unlock() // the work takes the lock itself
		a := q.do()
		v.mu.Lock()
		q.done = &a
	}
	var rec fields
	_ = json.Unmarshal(q.done.body, &rec)
	if q.done.status >= 400 {
		return say(200, fields{"state": "failed", "error": string(q.done.body)})
	}
	return say(200, fields{"state": "done", "record": rec})
}

// list gives a page, or the records equal in the fields asked for.
func (v *target) list(stream string, q url.Values) answer {
	var ids []int
	for id, r := range v.store[stream] {
		if r.gone || time.Since(r.born) < v.lag {
			continue
		}
		fits := true
		for name, values := range q {
			if name != "page" && name != "per_page" && name != "sort" {
				fits = fits && fmt.Sprint(r.now[name]) == values[0]
			}
		}
		if fits {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	total := len(ids)
	page, _ := strconv.Atoi(q.Get("page"))
	size, _ := strconv.Atoi(q.Get("per_page"))
	if size > 0 {
		from := min(max(page-1, 0)*size, total)
		ids = ids[from:min(from+size, total)]
	}
	data := []fields{}
	for _, id := range ids {
		data = append(data, v.store[stream][id].now)
	}
	return say(200, fields{"data": data, "total": total, "page": page})
}

func decode(body []byte) (fields, *answer) {
	var in fields
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if dec.Decode(&in) != nil {
		a := say(http.StatusBadRequest, fields{"error": "no JSON"})
		return nil, &a
	}
	return in, nil
}

func say(status int, body any) answer {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return answer{status: status, body: data}
}
