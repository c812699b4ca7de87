package api

import (
	"net/http"
	"time"

	"ferry/extract/connector"
)

// Request is one call, whatever number of attempts it takes.
type Request struct {
	Method string            // "" is GET
	Path   string            // below the base URL, escaped; a query in it is kept
	Query  []connector.Param // in this order; values as they are, escaped here
	Header http.Header       // beside the spec's; wins over it
	Body   []byte            // JSON unless Header says otherwise
	Label  string            // stream and record or page, for messages; never personal data
	// Types are the media types that may come back; nil: the spec's. "*/*" is any.
	Types []string
	// Idempotent says that a request other than GET or HEAD may be sent again
	// when its answer was lost.
	Idempotent bool
	// Sending is called before each attempt leaves, when it has its place in the
	// budget: until then nothing was sent. It must be quick. nil: nobody is told.
	Sending func()
}

// Answer is a good answer.
type Answer struct {
	Status   int
	Header   http.Header
	Body     []byte    // unpacked; owned by the caller; nil in Open
	Sent     time.Time // own clock, the attempt that was answered
	Received time.Time // own clock, when its header had come
	Vendor   time.Time // the vendor's clock: its Date header, else Received
	Requests int       // attempts spent on it, refused and redirected ones included
}
