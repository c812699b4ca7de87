package vendorsim

import (
	"net/http"
	"strconv"
	"strings"
)

// SonarCustomers is the one stream of a simulated Sonar account. Its ids are phone numbers with country code: +12010000000.
const SonarCustomers = "customer"

// Sonar is a simulated account at Sonar (sendsonar.com), API v1: an http.Handler. There is no list of customers: whoever
// wants one must know its phone number. Paths that no source shows (unassign, append a tag, list and delete webhooks)
// are the ones that its sources' words suggest.
type Sonar struct {
	*Gate
	*account
	o SonarOptions
	m maker

	customers *table // guarded by the account's lock, as all below
	texts     []SonarText
	hooks     shelf
	lastHook  int64
	events    []SonarEvent
}

// NewSonar makes an account. It costs nothing until it is asked.
func NewSonar(o SonarOptions) *Sonar {
	o = o.filled()
	g := newGate(o.Options)
	s := &Sonar{Gate: g, o: o, account: newAccount(g, SonarCustomers), m: maker{seed: o.Seed, data: o.Data, epoch: o.Epoch}}
	s.customers = s.customerTable()
	s.add(s.customers)
	s.firstHooks()
	s.account.amend, s.account.target, s.account.invalid = s.amend, s.target, s.invalid
	s.account.show = func(_ string, r *record) object { return s.details(r) }
	s.account.rename = func(_ *table, r *record, name string) {
		r.name, r.body = name, r.body.clone()
		r.body.set("first_name", name)
	}
	g.serve, g.path, g.authorised, g.refuse, g.silent = s.answerCall, sonarPath, s.knows, s.refuse, true
	return s
}

// sonarEndpoints are the endpoints by verb and path, ids written as :id.
var sonarEndpoints = map[string]func(*Sonar, *call) reply{
	"POST customers":              (*Sonar).customerUpsert,
	"GET customers":               (*Sonar).customerDetails,
	"POST customers/close":        (*Sonar).customerClose,
	"POST customers/unassign":     (*Sonar).customerUnassign,
	"DELETE customers/properties": (*Sonar).propertyDelete,
	"POST messages":               (*Sonar).messageSend,
	"POST messages/tags":          (*Sonar).messageTag,
	"POST campaigns":              (*Sonar).campaignSend,
	"GET webhooks":                (*Sonar).webhookList,
	"POST webhooks":               (*Sonar).webhookCreate,
	"DELETE webhooks/:id":         (*Sonar).webhookDelete,
	"GET phone_numbers/available": (*Sonar).numberAvailable,
}

// sonarPath names the endpoint of a path. It is "?" outside the API.
func sonarPath(path string) string {
	rest, found := strings.CutPrefix(strings.TrimSuffix(path, "/"), "/api/v1/")
	if !found {
		return "?"
	}
	if kind, _, deeper := strings.Cut(rest, "/"); deeper && kind == "webhooks" {
		return "webhooks/:id"
	}
	return rest
}

// knows checks the private token, in one of the three places that clients were seen to put it, or the publishable key
// where that one is asked for. The sandbox and the live service do not know each other's tokens.
func (s *Sonar) knows(r *http.Request) bool {
	if host := hostOf(r); strings.HasSuffix(host, "sendsonar.com") && strings.HasPrefix(host, "sandbox.") != s.o.Sandbox {
		return false
	}
	if sonarPath(r.URL.Path) == "phone_numbers/available" {
		return same(r.Header.Get("X-Publishable-Key"), s.o.PublishableKey)
	}
	for _, given := range []string{r.Header.Get("X-Token"), r.Header.Get("Token"), r.URL.Query().Get("token")} {
		if given != "" {
			return same(given, s.o.APIKey)
		}
	}
	return false
}

// answerCall answers an admitted call.
func (s *Sonar) answerCall(c *call) reply {
	run := sonarEndpoints[c.r.Method+" "+c.path]
	switch {
	case s.o.Denied != "":
		return s.fail(http.StatusForbidden, s.o.Denied)
	case run == nil:
		return s.fail(http.StatusNotFound, "Not Found")
	}
	write := c.r.Method != http.MethodGet
	if write {
		if bad := readSonar(c); bad != "" {
			return s.fail(http.StatusBadRequest, bad)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(c.now)
	return s.perform(c, write, func(c *call) reply { return run(s, c) })
}

// json is an answer with the headers of the recordings.
func (s *Sonar) json(status int, v any) reply {
	n := s.number.Load()
	id := strconv.FormatUint(mix(s.o.Seed^uint64(n))|1<<63, 16)
	return reply{
		status: status,
		header: http.Header{
			"Content-Type": {"application/json"}, "X-Request-Id": {id + id}, "X-Runtime": {"0.0" + strconv.FormatInt(10000+n%90000, 10)},
		},
		body: appendJSON(make([]byte, 0, 512), v),
	}
}

// fail is the one error shape of all recordings.
func (s *Sonar) fail(status int, text string) reply {
	return s.json(status, object{{"error", text}})
}

// missing answers for something that does not exist.
func (s *Sonar) missing(what string) reply { return s.fail(s.o.MissingStatus, what+" Not Found") }

// done notes a write and answers.
func (s *Sonar) done(c *call, stream, id, verb string, status int, v any) reply {
	s.note(stream, id, verb, c.sent)
	return s.json(status, v)
}

// refuse words what the gate itself answers. Only the texts of a 401 are recorded.
func (s *Sonar) refuse(status int, message string) reply {
	text := http.StatusText(status)
	switch {
	case status < 500 && status != http.StatusUnauthorized && status != http.StatusTooManyRequests:
		text = message
	case status == http.StatusUnauthorized && s.o.BadToken:
		text = "Bad Token"
	case status == http.StatusUnauthorized:
		text = "Token or publishable_key not found"
	case status == http.StatusServiceUnavailable:
		text = "Request Timed Out"
	}
	return s.fail(status, text)
}

// numberAvailable names a number that the account could rent.
func (s *Sonar) numberAvailable(*call) reply {
	p := pickFor(s.o.Seed, 0x5a0, 0)
	return s.json(http.StatusOK, object{{"available_number", s.phone("+1415555" + strconv.Itoa(1000+p.n(9000)))}})
}
