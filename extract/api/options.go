package api

import (
	"errors"
	"net/http"
	"time"

	"ferry/extract/budget"
	"ferry/extract/connector"
)

// Defaults of Options.
const (
	DefaultConnections = 16
	DefaultMaxBody     = 64 << 20
	DefaultTimeout     = 60 * time.Second
	DefaultAttempts    = 6
)

// Options says whom a Client talks to and how patient it is.
type Options struct {
	Spec    *connector.Spec
	Values  connector.Values // what {setting} stands for in the spec
	BaseURL string           // overrides the spec's; plain http only on loopback
	Version string           // of Ferry, for the User-Agent; "" is "dev"
	Budget  *budget.Budget

	// Transport carries single attempts; nil is one of our own, with
	// Connections idle connections kept, HTTP/2 where the vendor speaks it, and
	// gzip except on loopback, where it costs more than it saves.
	Transport   http.RoundTripper
	Connections int           // most requests in flight; 0 is DefaultConnections
	MaxBody     int64         // bytes of one answer, unpacked; 0 is DefaultMaxBody
	Timeout     time.Duration // of one attempt, body included; 0 is DefaultTimeout
	// Attempts is how often one request may fail in the same way while the
	// vendor answers others; 0 is DefaultAttempts. It is meant for a vendor that
	// fails at one attempt in twenty and grows with one that is worse. Refusals
	// by a limit and probes during an outage do not count; failures of mixed
	// kinds may be four times as many.
	Attempts int
	// OnRetry is told before each wait for another attempt, from the goroutine
	// of the request, several at a time. nil: nobody is told.
	OnRetry func(Retry)
	// OnSunset is told what answers announce of the end of the API, each once,
	// from the goroutine of the request. nil: nobody is told.
	OnSunset func(Sunset)
}

// Retry is a failed attempt that will be made again.
type Retry struct {
	Label   string // of the Request
	Method  string
	Path    string // with parameter names, without values
	Class   connector.Class
	Reason  string        // what failed, in plain words
	Attempt int           // the attempt that failed, from 1
	Wait    time.Duration // before the next one; waits of the budget come on top
	Outage  time.Time     // since when everything fails; zero: it does not
}

// filled puts the defaults in and refuses what is missing.
func (o Options) filled() (Options, error) {
	if o.Spec == nil || o.Budget == nil {
		return o, errors.New("api: a client needs a spec and a budget")
	}
	if o.Connections <= 0 {
		o.Connections = DefaultConnections
	}
	if o.MaxBody <= 0 {
		o.MaxBody = DefaultMaxBody
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Attempts <= 0 {
		o.Attempts = DefaultAttempts
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	return o, nil
}
