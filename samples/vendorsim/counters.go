package vendorsim

import (
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Counters are what a test may assert on. A copy: it does not change any more.
type Counters struct {
	// Requests is everything that arrived, whatever became of it.
	Requests int `json:"requests"`
	// Accepted passed authorisation and limits and was counted against them.
	Accepted int `json:"accepted"`
	// RefusedRate and RefusedQuota were answered with 429 because a limit was really reached.
	RefusedRate  int `json:"refusedRate"`
	RefusedQuota int `json:"refusedQuota"`
	// Unauthorized were answered with 401.
	Unauthorized int `json:"unauthorized"`
	// Cancelled are requests whose caller gave up while the answer was on its way.
	Cancelled int `json:"cancelled"`
	// Writes changed a record, through the API.
	Writes int `json:"writes"`
	// DriftSteps are the changes made by the vendor's own users.
	DriftSteps int `json:"driftSteps"`
	// InFlight are being answered now; MaxInFlight was the most at one time.
	InFlight    int `json:"inFlight"`
	MaxInFlight int `json:"maxInFlight"`
	// Faulted counts injected faults by kind.
	Faulted map[FaultKind]int `json:"faulted"`
	// ByPath counts requests by verb and endpoint, such as "GET customer/list".
	ByPath map[string]int `json:"byPath"`
	// ByStatus counts answers by status; 0 is a connection that broke before any answer.
	ByStatus map[int]int `json:"byStatus"`
	// ByHost counts requests by the host they were sent to: a followed redirect shows here.
	ByHost map[string]int `json:"byHost"`
	// Effects counts what people outside would have noticed, such as "technician notified".
	Effects map[string]int `json:"effects"`
}

// LogEntry is one answered request.
type LogEntry struct {
	// N is the number of the request, the first is 1.
	N int64 `json:"n"`
	// At is the vendor's clock when the request arrived.
	At time.Time `json:"at"`
	// Method, Path, Query and Host are those of the request; Path has the vendor's prefix cut off.
	Method string `json:"method"`
	Path   string `json:"path"`
	Query  string `json:"query"`
	Host   string `json:"host"`
	// Status is 0 where the connection broke before an answer.
	Status int `json:"status"`
	// Fault is the injected fault, empty for none.
	Fault FaultKind `json:"fault,omitempty"`
	// Done tells that a write of this request took effect, whatever the answer was, or whether there was one. Of a late
	// write it turns true when that takes effect.
	Done bool `json:"done,omitempty"`
}

// tally keeps counters and log. It is safe for concurrent use.
type tally struct {
	mu   sync.Mutex
	c    Counters
	log  []LogEntry // ring of the last size entries
	next int
	size int
}

func newTally(size int) *tally {
	return &tally{size: size, c: Counters{
		Faulted: map[FaultKind]int{}, ByPath: map[string]int{}, ByStatus: map[int]int{}, ByHost: map[string]int{},
		Effects: map[string]int{},
	}}
}

// count changes the counters under the lock.
func (t *tally) count(change func(*Counters)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.c)
}

// enter notes the arrival of a request.
func (t *tally) enter(r *http.Request, path string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.c.Requests++
	t.c.InFlight++
	t.c.MaxInFlight = max(t.c.MaxInFlight, t.c.InFlight)
	t.c.ByPath[r.Method+" "+path]++
	t.c.ByHost[hostOf(r)]++
}

// leave notes the answer.
func (t *tally) leave(e LogEntry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.c.InFlight--
	t.c.ByStatus[e.Status]++
	if e.Fault != "" {
		t.c.Faulted[e.Fault]++
	}
	if t.size == 0 {
		return
	}
	if len(t.log) < t.size {
		t.log = append(t.log, e)
		return
	}
	t.log[t.next] = e
	t.next = (t.next + 1) % t.size
}

// done notes that the write of an answered request took effect after all.
func (t *tally) done(n int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.log {
		if t.log[i].N == n {
			t.log[i].Done = true
		}
	}
}

func (t *tally) counters() Counters {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.c
	c.Faulted, c.ByPath, c.ByStatus = maps.Clone(c.Faulted), maps.Clone(c.ByPath), maps.Clone(c.ByStatus)
	c.ByHost, c.Effects = maps.Clone(c.ByHost), maps.Clone(c.Effects)
	return c
}

func (t *tally) entries() []LogEntry {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append(slices.Clone(t.log[t.next:]), t.log[:t.next]...)
}

func hostOf(r *http.Request) string {
	if r.URL.Host != "" {
		return r.URL.Host
	}
	return r.Host
}
