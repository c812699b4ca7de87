package vendorsim

import "net/http"

// SonarOptions says what a simulated Sonar account looks like. The zero value is a small live account without limits (no
// source names any) and without limit headers.
type SonarOptions struct {
	// Options are those of every vendor. APIKey is the private token (default DefaultSonarToken), Domain is not used.
	// Of Data only Plain and ExtraField count.
	Options
	// PublishableKey is the second key, which the search for a free number takes (default DefaultSonarPublishable).
	PublishableKey string
	// Customers is the number of customers at the start: 0 is 200, negative none.
	Customers int
	// Webhooks is the number of webhooks at the start: 0 is 3, negative none.
	Webhooks int

	// Sandbox is an account of the sandbox: another host, a token of its own, and no text reaches a person.
	Sandbox bool
	// Denied answers every call with 403 and this text: SonarAPIDisabled or SonarNoSubscription.
	Denied string
	// BadToken words a 401 as the recordings of 2014 do, not as those of 2017.
	BadToken bool

	// Always201 answers an update with 201 as recorded, not with 200 as documented.
	Always201 bool
	// WithID adds the id that older recordings show to the answer of an upsert.
	WithID bool
	// PlainPhones leaves the + out of every number in an answer, as the recordings of 2014 do.
	PlainPhones bool
	// MissingStatus is the status of whatever does not exist: 404 (default) or 400. No source names it.
	MissingStatus int
	// StopIsFinal lets an upsert not subscribe anybody again who sent a stop word. No source says which it is.
	StopIsFinal bool
	// WrapWebhooks answers the list of webhooks as {"webhooks": [...]}, not as a bare list. No source shows it.
	WrapWebhooks bool

	// Tags are the tags that exist; nil is a small set.
	Tags []string
	// Campaigns are texts by campaign id; nil is a small set.
	Campaigns map[string]string
}

// Default credentials of a simulated Sonar account.
const (
	DefaultSonarToken       = "T3pQ-sonar-private-token-for-tests"
	DefaultSonarPublishable = "K9xv-sonar-publishable-key-for-tests"
)

// The texts of a 403 that the vendor's own client knows.
const (
	SonarAPIDisabled    = "Api Disabled For Company"
	SonarNoSubscription = "No Active Subscription"
)

func (o SonarOptions) filled() SonarOptions {
	if o.APIKey == "" {
		o.APIKey = DefaultSonarToken
	}
	if o.PublishableKey == "" {
		o.PublishableKey = DefaultSonarPublishable
	}
	if o.MissingStatus == 0 {
		o.MissingStatus = http.StatusNotFound
	}
	if o.Tags == nil {
		o.Tags = []string{"billing", "VIP", "no answer", "Überfällig"}
	}
	if o.Campaigns == nil {
		o.Campaigns = map[string]string{"test-campaign": "Spring check: reply YES to book.", "17": "We moved! 🏠"}
	}
	o.Customers, o.Webhooks = orDefault(o.Customers, 200), orDefault(o.Webhooks, 3)
	o.Options = o.shared(-1, -1)
	return o
}
