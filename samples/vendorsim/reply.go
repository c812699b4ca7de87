package vendorsim

import (
	"net"
	"net/http"
	"syscall"
)

// reply is an answer before it is written to a connection or handed to a round trip.
type reply struct {
	status int
	header http.Header
	body   []byte
	// cut sends only the first half of the body and then breaks the connection.
	cut bool
	// broken breaks the connection instead of answering.
	broken bool
	// gone is the caller's own context error: nobody waits for the answer any more.
	gone error
}

// errReset is what a client sees of a broken connection.
var errReset = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}

// ok is a 200 with a JSON body.
func ok(v any) reply {
	return reply{status: http.StatusOK, body: appendJSON(make([]byte, 0, 1024), v)}
}

// fail is an error in the vendor's standard shape (reference: Errors, Response Body Properties).
func fail(status int, message string) reply {
	title := http.StatusText(status)
	if status == http.StatusOK {
		title = "Error"
	}
	return reply{status: status, body: appendJSON(nil, object{{"error", title}, {"message", message}})}
}
