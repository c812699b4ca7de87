package vendorsim

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// Streams of a simulated Customerly account, as Existed, Live and Drift.Streams name them. Their ids are the internal ones
// (crmhero_user_id); a lead that becomes a user keeps its id and changes the stream.
const (
	CustomerlyUsers = "users"
	CustomerlyLeads = "leads"
)

// Customerly is a simulated account at Customerly, API v1: an http.Handler with the endpoints of the public blueprint.
type Customerly struct {
	*Gate
	*account
	o CustomerlyOptions
	m maker

	users, leads *people // guarded by the account's lock, as all below
	tags         []customerlyTag
	companies    map[string]object
	messages     []CustomerlyMessage
	knowledge    map[string]*shelf
	lastArticle  int64
	calls        int // accepted, for ConvertEvery
}

// NewCustomerly makes an account. It costs nothing until it is asked.
func NewCustomerly(o CustomerlyOptions) *Customerly {
	o = o.filled()
	g := newGate(o.Options)
	s := &Customerly{
		Gate: g, o: o, account: newAccount(g, CustomerlyUsers, CustomerlyLeads),
		m:         maker{seed: o.Seed, data: o.Data, epoch: o.Epoch},
		companies: map[string]object{}, knowledge: customerlyKnowledge(),
	}
	s.users = s.peopleTable(CustomerlyUsers, "user", o.Counts.Users, kindCustomer, 61_000_001)
	s.leads = s.peopleTable(CustomerlyLeads, "lead", o.Counts.Leads, kindSite, 5_061_000_001)
	s.add(s.users.table, s.leads.table)
	for _, word := range tagWords {
		s.tags = append(s.tags, customerlyTag{name: word, exists: true})
	}
	s.account.amend, s.account.target, s.account.invalid, s.account.byRow = s.amend, s.target, s.invalid, true
	s.account.show = func(stream string, r *record) object { return s.person(stream == CustomerlyUsers, r, true) }
	s.account.rename = func(_ *table, r *record, name string) { r.name = name + " " + r.key }
	g.serve, g.path, g.authorised, g.refuse, g.silent = s.answerCall, customerlyPath, s.knows, s.refuse, true
	return s
}

// customerlyEndpoints are the endpoints by verb and path, ids written as :id.
var customerlyEndpoints = map[string]func(*Customerly, *call) reply{
	"GET users/list":                   (*Customerly).userList,
	"GET users":                        (*Customerly).userDetails,
	"POST users":                       (*Customerly).userUpsert,
	"DELETE users":                     (*Customerly).userDelete,
	"POST users/unsubscribe/:id":       (*Customerly).userUnsubscribe,
	"POST users/add-attributes/:id":    (*Customerly).userAttributes,
	"POST users/add-to-company":        (*Customerly).userCompany,
	"GET leads/list":                   (*Customerly).leadList,
	"GET leads":                        (*Customerly).leadDetails,
	"POST leads":                       (*Customerly).leadUpsert,
	"DELETE leads":                     (*Customerly).leadDelete,
	"GET tags":                         (*Customerly).tagList,
	"POST tags":                        (*Customerly).tagChange,
	"DELETE tags":                      (*Customerly).tagDelete,
	"GET accounts":                     (*Customerly).accountList,
	"POST company/add-attributes/:id":  (*Customerly).companyAttributes,
	"POST messages":                    (*Customerly).messageSend,
	"GET knowledge/collections":        (*Customerly).knowledgeList,
	"GET knowledge/articles":           (*Customerly).knowledgeList,
	"GET knowledge/writers":            (*Customerly).knowledgeList,
	"GET knowledge/collections/:id":    (*Customerly).knowledgeDetails,
	"GET knowledge/articles/:id":       (*Customerly).knowledgeDetails,
	"GET knowledge/writers/:id":        (*Customerly).knowledgeDetails,
	"POST knowledge/collections":       (*Customerly).knowledgeCreate,
	"POST knowledge/articles":          (*Customerly).knowledgeCreate,
	"POST knowledge/collections/:id":   (*Customerly).knowledgeEdit,
	"POST knowledge/articles/:id":      (*Customerly).knowledgeEdit,
	"DELETE knowledge/collections/:id": (*Customerly).knowledgeDelete,
	"DELETE knowledge/articles/:id":    (*Customerly).knowledgeDelete,
}

// customerlyPrefixes are the paths that end in an id.
var customerlyPrefixes = []string{
	"users/unsubscribe/", "users/add-attributes/", "company/add-attributes/", "knowledge/collections/", "knowledge/articles/", "knowledge/writers/",
}

// customerlyPath names the endpoint of a path. It is "?" outside the API.
func customerlyPath(path string) string {
	rest, found := strings.CutPrefix(strings.TrimSuffix(path, "/"), "/v1/")
	if !found {
		return "?"
	}
	for _, prefix := range customerlyPrefixes {
		if id, named := strings.CutPrefix(rest, prefix); named && id != "" {
			return prefix + ":id"
		}
	}
	return rest
}

// last returns the last part of a call's path, unescaped: the id where the endpoint has one.
func (c *call) last() string {
	path := strings.TrimSuffix(c.r.URL.Path, "/")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// knows checks the token.
func (s *Customerly) knows(r *http.Request) bool {
	if s.o.OldAuth {
		given := r.Header.Get("Authentication")
		if rest, found := strings.CutPrefix(given, "AccessToken:"); found {
			given = strings.TrimSpace(rest)
		}
		return same(given, s.opts.APIKey)
	}
	given, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return found && same(given, s.opts.APIKey)
}

// answerCall answers an admitted call.
func (s *Customerly) answerCall(c *call) reply {
	run := customerlyEndpoints[c.r.Method+" "+c.path]
	if run == nil {
		return s.fail(http.StatusNotFound, "Not found")
	}
	write := c.r.Method != http.MethodGet
	if write {
		if bad := s.read(c); bad != nil {
			return *bad
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(c.now)
	if s.calls++; s.o.ConvertEvery > 0 && s.calls%s.o.ConvertEvery == 0 {
		s.convertAny(c)
	}
	return s.perform(c, write, func(c *call) reply { return run(s, c) })
}

// read reads the body of a write into the call: an object, or nothing where the endpoint needs none.
func (s *Customerly) read(c *call) *reply {
	var raw []byte
	if c.r.Body != nil {
		var err error
		if raw, err = io.ReadAll(io.LimitReader(c.r.Body, maxBody)); err != nil {
			bad := s.wrong("The request body broke off")
			return &bad
		}
	}
	c.sent = &payload{fields: map[string]any{}}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&c.sent.fields); err != nil || c.sent.fields == nil || dec.More() {
		bad := s.wrong("The request body is no JSON object")
		return &bad
	}
	return nil
}

// fail is the one error shape: it may come under 200, so that a reader must look for the key error before data.
func (s *Customerly) fail(status int, message string) reply {
	return reply{status: status, body: appendJSON(nil, object{{"error", object{{"message", message}, {"code", 0}}}})}
}

// wrong answers a call that is wrong in itself.
func (s *Customerly) wrong(message string) reply { return s.fail(s.o.RefusedStatus, message) }

// unknown answers for a user or lead that does not exist.
func (s *Customerly) unknown(lead bool) reply {
	if lead {
		return s.fail(s.o.MissingStatus, "Lead doesn't exist")
	}
	return s.fail(s.o.MissingStatus, "User doesn't exist")
}

// refuse words what the gate itself answers; only the text about the token is known.
func (s *Customerly) refuse(status int, message string) reply {
	if status == http.StatusUnauthorized {
		return s.fail(s.o.TokenStatus, "Access token not found.")
	}
	if status < 500 && status != http.StatusTooManyRequests {
		return s.fail(status, message)
	}
	return s.fail(status, http.StatusText(status))
}

// customerlyData wraps an answer.
func customerlyData(v any) reply { return ok(object{{"data", v}}) }

// done notes a write and answers with what fixtures show: an empty list.
func (s *Customerly) done(c *call, stream, id, verb string) reply {
	s.note(stream, id, verb, c.sent)
	return customerlyData([]object{})
}

// accountList lists the team-mates, all at once.
func (s *Customerly) accountList(*call) reply { return customerlyData(customerlyAdmins) }

// customerlyAdmins are the team-mates of the account.
var customerlyAdmins = []object{
	{{"account_id", 3301}, {"email", "owner@example.com"}}, {{"account_id", 3302}, {"email", "søren@example.com"}},
}
