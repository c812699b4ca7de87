package vendorsim

import (
	"net/http"
	"time"
)

// Options says what a simulated account looks like and how it behaves. The zero value is a small, well-behaved
// account with the limits of the reference: 120 calls a minute, 10,000 a day, 20 ms an answer. Other vendors embed it in
// options of their own, with their own credentials, counts and limits; of Data they know Plain alone.
type Options struct {
	// Seed decides all data, fault draws and drift. Same options, same clock, same calls: same bytes.
	Seed uint64
	// Domain and APIKey are the credentials that are accepted (reference: Authentication). Defaults: the examples
	// of the reference, see DefaultDomain and DefaultAPIKey.
	Domain, APIKey string

	// Counts says how many records there are at the start.
	Counts Counts
	// Data says how they look.
	Data Data

	// Rate is the limit a minute (reference: Rate Limits).
	Rate Rate
	// Quota is the limit a day (reference: Daily Request Quota).
	Quota Quota
	// RefusedCount lets calls answered with 429 count against rate and quota too.
	RefusedCount bool
	// NoLimitHeaders sends no X-RateLimit and X-Quota headers at all.
	NoLimitHeaders bool

	// Latency is spent after a call was counted and done; 0 is 20 ms, negative none.
	Latency time.Duration
	// LatencyJitter adds up to as much again, drawn for each request number.
	LatencyJitter time.Duration

	// IndexLag is for how long after a write through the API lists, filters and searches show neither a new record nor the
	// new content of a changed one; deleted records go on showing. Totals fit what is shown. A single read by the vendor's
	// own id (at Sonar: by phone number) sees the write at once. What people change by hand is seen at once.
	IndexLag time.Duration
	// KeysAtOnce lets single reads by a unique key of the client's own (Synchroteam's myId, Customerly's email and user_id)
	// see writes at once too. Without it they are searches.
	KeysAtOnce bool
	// StaleReads is for how long after a write single reads show the record as it was: a replica that lags behind.
	StaleReads time.Duration
	// HookStreams are streams about whose writes the account tells a web address, as its owner set up in the vendor's own
	// pages; each write counts EffectWebhook. Sonar has webhooks in its API instead.
	HookStreams []string

	// DefaultSite lets a Synchroteam account make a site of its own, with the customer's name and address, for each new
	// customer. No document says so.
	DefaultSite bool

	// Drift changes the data between requests.
	Drift Drift
	// Faults are the bad moods at the start; SetFaults changes them later.
	Faults []Fault

	// Now is the clock, nil is time.Now (which is the fake clock inside a synctest bubble).
	Now func() time.Time
	// ClockSkew moves the vendor's whole clock: Date, X-RateLimit-Reset, the quota's midnight, record dates.
	ClockSkew time.Duration
	// DateSkew moves the Date header alone.
	DateSkew time.Duration
	// Epoch is when the last record of the initial data was made and changed. Zero: 2024-01-01 UTC, or the last UTC
	// midnight where the clock stands before that (a synctest bubble starts in the year 2000).
	Epoch time.Time

	// OnRequest is called once for every request, on the goroutine that serves it, before anything is counted and
	// without a lock held: it may look, count, block or call methods of the simulator. It must not read the body.
	OnRequest func(*http.Request)

	// Prebuilt keeps up to so many encoded list pages, each valid until the data change: for benchmarks.
	Prebuilt int
	// LogSize bounds the request log; 0 is 10,000, negative none.
	LogSize int
}

// Counts are numbers of records. All zero means the small default account; otherwise each is taken as written.
type Counts struct {
	Customers, Sites, Equipment, Jobs, Activities, Recurrences int
}

// Data switches what the reference leaves open, and how nasty the values are.
type Data struct {
	// Plain leaves out nasty values: every name is ordinary, every myId is there and unique.
	Plain bool
	// NoDates hides dateCreated and dateModified of customers, sites and equipment: the reference sorts by them but
	// does not show them.
	NoDates bool
	// CapitalPosition spells the key Position in every third record.
	CapitalPosition bool
	// ISODates writes the dates of jobs, customers, sites and equipment as 2006-01-02T15:04:05Z.
	ISODates bool
	// ExtraField adds a key that no reference knows to every seventh record.
	ExtraField bool
	// BigIDs starts the numeric ids of customers, sites and equipment beyond 2^53.
	BigIDs bool
}

// Drift lets the vendor's own users work while somebody reads. Nothing happens while Every is 0.
type Drift struct {
	// Every so many accepted requests one change is made, before that request is answered.
	Every int
	// Inserts, Renames, Deletes and Undeletes say which changes; each step takes one of them by lot.
	Inserts, Renames, Deletes, Undeletes bool
	// Streams are drawn from; empty is customers, sites, equipment and jobs.
	Streams []string
	// Seed of the draws; 0 takes the one of the options.
	Seed uint64
}

// Default credentials: the examples in the reference's table of parameters (reference: Authentication).
const (
	DefaultDomain = "mycompany"
	DefaultAPIKey = "ff8e5b63-0e74-4102-ba93-c829acfb58f3"
)

// filled returns the options of a Synchroteam account with defaults in place of zeros.
func (o Options) filled() Options {
	if o.Domain == "" {
		o.Domain = DefaultDomain
	}
	if o.APIKey == "" {
		o.APIKey = DefaultAPIKey
	}
	if o.Counts == (Counts{}) {
		o.Counts = Counts{Customers: 260, Sites: 180, Equipment: 220, Jobs: 340, Activities: 130, Recurrences: 40}
	}
	return o.shared(120, 10_000)
}

// shared fills what every vendor has, with the vendor's own limits a minute and a day; -1 is no limit.
func (o Options) shared(rate, quota int) Options {
	if o.Rate.Limit == 0 {
		o.Rate.Limit = rate
	}
	if o.Quota.Limit == 0 {
		o.Quota.Limit = quota
	}
	o.Rate = o.Rate.filled()
	o.Quota = o.Quota.filled()
	o.Latency = orDefault(o.Latency, 20*time.Millisecond)
	o.LogSize = orDefault(o.LogSize, 10_000)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Epoch.IsZero() {
		o.Epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		if midnight := o.Now().Add(o.ClockSkew).UTC().Truncate(24 * time.Hour); midnight.Before(o.Epoch) {
			o.Epoch = midnight
		}
	}
	if o.Drift.Seed == 0 {
		o.Drift.Seed = o.Seed
	}
	return o
}

// orDefault returns def for zero and zero for anything negative.
func orDefault[T int | time.Duration](v, def T) T {
	if v == 0 {
		return def
	}
	return max(v, 0)
}
