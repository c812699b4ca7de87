package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"ferry/extract/connector"
)

// ErrOutage is in the chain of an Error when everything failed for so long that
// the client gave up on the vendor. Nothing more is sent.
var ErrOutage = errors.New("the vendor is out of order")

// Error is a request that did not come to a good answer. It holds no secret,
// no parameter value and no record content.
type Error struct {
	Class    connector.Class
	Status   int    // of the last answer; 0: there was none, or it is not about one
	Message  string // what the vendor said, or what happened; one line
	Hint     string // what the person should do next
	Method   string
	Path     string // below the base URL, with parameter names, without values
	Label    string // of the Request
	Attempts int    // attempts made for it
	Requests int    // budget spent on it
	// Unsure: the request was not a reading one, and may have taken effect.
	Unsure bool
	Err    error     // nil where only the vendor spoke
	Until  time.Time // when trying again makes sense, by our clock; zero: not known
}

// Error says what failed, where, what the vendor said and what to do next.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Label != "" {
		b.WriteString(e.Label + ": ")
	}
	fmt.Fprintf(&b, "%s %s: %s", e.Method, e.Path, describe(e.Status, e.Message))
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (tried %d times)", e.Attempts)
	}
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String()
}

// Unwrap gives the error below, nil where only the vendor spoke.
func (e *Error) Unwrap() error { return e.Err }

// describe puts a status and a message together.
func describe(status int, message string) string {
	switch {
	case status == 0:
		return message
	case message == "":
		return strings.TrimSpace(fmt.Sprintf("answered %d %s", status, http.StatusText(status)))
	}
	return strings.TrimSpace(fmt.Sprintf("answered %d %s", status, http.StatusText(status))) + ": " + message
}

// ClassOf tells the class of an error of this package: connector.OK for nil,
// "" for an error that no vendor answer is behind (a cancelled context, the
// usage file).
func ClassOf(err error) connector.Class {
	if err == nil {
		return connector.OK
	}
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.Class
	}
	return ""
}
