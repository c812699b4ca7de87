package vendorsim

import (
	"net/http"
	"slices"
	"strings"
)

// Streams of a simulated Syncro account, as Existed, Live and Drift.Streams name them.
const (
	SyncroCustomers = "customers"
	SyncroContacts  = "contacts"
	SyncroTickets   = "tickets"
	SyncroLeads     = "leads"
	SyncroInvoices  = "invoices"
	SyncroPayments  = "payments"
	SyncroAssets    = "customer_assets"
	SyncroAlerts    = "rmm_alerts"
)

// Syncro is a simulated account at Syncro, API v1: an http.Handler with the endpoints that a migration needs. It is
// written from the vendor's OpenAPI file; where a tester saw more on a real account, an option switches it on.
type Syncro struct {
	*Gate
	*account
	o SyncroOptions
	m maker

	customers, contacts, tickets, leads, invoices, payments, assets, alerts *table

	// Guarded by the account's lock:
	numbers int64 // ids of parts (comments, lines, phones) made through the API
	lines   lineIndex
	kins    map[string]*kin  // children by stream
	serials map[string][]int // assets by a serial that was ever written
	listing bool             // a list is rendered: nested records are those that lists show

	files    map[string][]SyncroFile // by ticket
	maxFile  int64
	badTypes []string
}

// NewSyncro makes an account. It costs nothing until it is asked.
func NewSyncro(o SyncroOptions) *Syncro {
	o = o.filled()
	g := newGate(o.Options)
	s := &Syncro{
		Gate: g, o: o,
		account: newAccount(g, SyncroCustomers, SyncroContacts, SyncroTickets, SyncroInvoices, SyncroAssets),
		m:       maker{seed: o.Seed, data: o.Data, epoch: o.Epoch},
		kins:    map[string]*kin{}, serials: map[string][]int{}, files: map[string][]SyncroFile{},
	}
	s.customers, s.contacts = s.customerTable(), s.contactTable()
	s.assets, s.tickets = s.assetTable(), s.ticketTable()
	s.leads, s.alerts = s.leadTable(), s.alertTable()
	s.invoices, s.payments = s.invoiceTable(), s.paymentTable()
	s.add(s.customers, s.contacts, s.tickets, s.leads, s.invoices, s.payments, s.assets, s.alerts)
	s.maxFile, s.badTypes = o.MaxFile, o.RefusedTypes
	s.account.show, s.account.rename = s.show, s.relabelled
	s.account.amend, s.account.target, s.account.invalid = s.amend, s.target, s.invalid
	g.serve, g.path, g.authorised, g.refuse = s.answerCall, syncroPath, s.knows, s.refuse
	g.limitKey, g.countFirst, g.silent = addressKey, true, true
	return s
}

// knows checks the token: with the word Bearer, bare, or in the old query parameter.
func (s *Syncro) knows(r *http.Request) bool {
	if old := r.URL.Query().Get("api_key"); old != "" {
		return same(old, s.opts.APIKey)
	}
	given := r.Header.Get("Authorization")
	if word, rest, two := strings.Cut(given, " "); two && strings.EqualFold(word, "bearer") {
		given = rest
	}
	return same(given, s.opts.APIKey)
}

// answerCall answers an admitted call.
func (s *Syncro) answerCall(c *call) reply {
	run := syncroEndpoints[c.r.Method+" "+c.path]
	if run == nil { // also a verb that a resource does not have, such as the deletion of a lead
		return syncroPage(http.StatusNotFound, "The page you were looking for doesn't exist (404)")
	}
	resource, _, _ := strings.Cut(c.path, "/")
	switch {
	case slices.Contains(s.o.Denied, resource):
		return syncroJSON(s.o.DeniedStatus, object{{"error", "Not authorized. Please ask account admin to update your group permissions."}})
	case slices.Contains(s.o.Disabled, resource):
		return reply{status: http.StatusOK, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, body: []byte("Disabled")}
	}
	write := c.r.Method != http.MethodGet
	if write {
		if bad := readSyncro(c); bad != nil {
			return *bad
		}
	}
	if c.path == "tickets/:id/attach_file_url" {
		c.files = s.fetch(c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(c.now)
	return s.perform(c, write, func(c *call) reply { return run(s, c) })
}

// effect counts something that a person outside notices.
func (s *Syncro) effect(name string) {
	s.account.effect(name, 1)
}

// number gives out the id of a part that the seed does not know.
func (s *Syncro) number() int64 {
	s.numbers++
	return firstPart + s.numbers
}

// firstPart is beyond every id that the seed gives to a comment, line or phone.
const firstPart = 900_000_000_000
