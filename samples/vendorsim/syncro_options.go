package vendorsim

import (
	"maps"
	"net/http"
	"time"
)

// SyncroOptions says what a simulated Syncro account looks like. The zero value is a small account with the limit of the
// vendor's file: 180 calls a minute for each IP address, no quota, no limit headers.
type SyncroOptions struct {
	// Options are those of every vendor. APIKey is the token, Domain the subdomain (defaults: DefaultSyncroToken,
	// DefaultSyncroDomain). Of Data only Plain counts.
	Options
	// Counts says how many records there are at the start.
	Counts SyncroCounts

	// PageSizes overrides the rows a page by list, such as {"tickets": 50}; the file's text says 25 for most lists,
	// a tester saw 50 for contacts, tickets and assets.
	PageSizes map[string]int
	// PerPage honours per_page, up to 100, on every list: the file knows it for comments alone.
	PerPage bool
	// AssetMeta adds meta to the list of assets: the file's sample has none, a tester saw it.
	AssetMeta bool
	// Extras adds to a customer's details what a tester saw and the file lacks: ticket_links, invoice_links, phones,
	// contracts and addresses.
	Extras bool

	// UniqueEmail refuses a customer whose e-mail another live customer has. No document says so.
	UniqueEmail bool
	// GoneEmails lets deleted customers go on owning their e-mail, under UniqueEmail.
	GoneEmails bool
	// PutReplaces lets an update clear every field that it does not send. A tester saw that of products alone.
	PutReplaces bool
	// BodyLines takes the line items in the body of a new invoice, as the schema has them; a tester saw them ignored.
	BodyLines bool
	// BodyProperties takes the properties in the body of a new asset, as the schema has them; a tester saw them ignored.
	BodyProperties bool
	// TicketMail is an account whose own rule mails the customer about every new ticket, whatever its comments say.
	TicketMail bool
	// StuckInvoices lets the deletion of a paid invoice fail, under the usual 200.
	StuckInvoices bool

	// Fetch is how the vendor gets a file that it was told to attach; nil is a vendor that reaches no address, so that no
	// attachment ever appears. It is called once for each address, while the call is served, without a lock held,
	// and by several calls at once.
	Fetch func(url string) ([]byte, error)
	// AttachDelay is the moment until a fetched file appears in its ticket; 0 is 2 s, negative none.
	AttachDelay time.Duration
	// MaxFile is the size in bytes above which an attachment never appears, 0 is no limit; RefusedTypes are endings of names
	// that never do, such as ".exe". SetFileRules changes both.
	MaxFile      int64
	RefusedTypes []string

	// Denied are resources (first part of a path, such as contacts) that the token has no permission for.
	// DeniedStatus is what they answer: 401 as in the file (default), or 403 as one client expects.
	Denied       []string
	DeniedStatus int
	// Disabled are resources of a module that is switched off: they answer 200 and the word Disabled.
	Disabled []string
	// RateJSON answers a 429 as JSON; the body is unknown, the default is a line of text.
	RateJSON bool
}

// SyncroCounts are numbers of records. All zero means the small default account; otherwise each is taken as written.
type SyncroCounts struct {
	Customers, Contacts, Tickets, Leads, Invoices, Payments, Assets, Alerts int
}

// Default credentials of a simulated Syncro account.
const (
	DefaultSyncroDomain = "acme"
	DefaultSyncroToken  = "T8d2c6f1e-syncro-token-for-tests"
)

// syncroSizes are the rows a page that the vendor's file names.
var syncroSizes = map[string]int{
	"customers": 25, "contacts": 25, "tickets": 25, "leads": 25, "invoices": 25, "payments": 25, "customer_assets": 25,
	"rmm_alerts": 25, "line_items": 100, "comments": 10,
}

func (o SyncroOptions) filled() SyncroOptions {
	if o.Domain == "" {
		o.Domain = DefaultSyncroDomain
	}
	if o.APIKey == "" {
		o.APIKey = DefaultSyncroToken
	}
	if o.DeniedStatus == 0 {
		o.DeniedStatus = http.StatusUnauthorized
	}
	if o.Counts == (SyncroCounts{}) {
		o.Counts = SyncroCounts{
			Customers: 130, Contacts: 210, Tickets: 160, Leads: 60, Invoices: 110, Payments: 90, Assets: 140, Alerts: 70,
		}
	}
	sizes := maps.Clone(syncroSizes)
	maps.Copy(sizes, o.PageSizes)
	o.PageSizes = sizes
	o.AttachDelay = orDefault(o.AttachDelay, attachDelay)
	o.Options = o.shared(180, -1)
	return o
}
