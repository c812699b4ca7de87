package budget

import "time"

// Refusal says which limit an answer was refused by.
type Refusal int

// The refusals.
const (
	None    Refusal = iota
	ByRate          // the rate's window is full
	ByQuota         // the quota is spent
)

// Announced is what an answer's headers say of one limit. The zero Announced
// says nothing, as does Unsaid.
type Announced struct {
	Limit, Remaining int       // -1: not said
	Reset            time.Time // by the vendor's clock; zero: not said
	Whole            bool      // Reset is cut to whole seconds
}

// Unsaid is the Announced that says nothing.
func Unsaid() Announced { return Announced{Limit: -1, Remaining: -1} }

// said reports whether a remaining count was announced.
func (a Announced) said() bool { return a.Remaining >= 0 && a != Announced{} }

// reset is the announced moment in ms by which the window has ended for sure;
// 0 where none was announced.
func (a Announced) reset() int64 {
	if a.Whole && !a.Reset.IsZero() {
		return a.early() + 1000
	}
	return a.early()
}

// early is the announced moment in ms as it was written.
func (a Announced) early() int64 {
	if a.Reset.IsZero() {
		return 0
	}
	return a.Reset.UnixMilli()
}

// Answer is what came back for one take.
type Answer struct {
	Received    time.Time // by our clock; zero is now
	Vendor      time.Time // the Date header; zero: none
	Rate, Quota Announced
	Refused     Refusal
	RetryAfter  time.Duration // of a refusal; 0: not said
	Lost        bool          // no answer came: the vendor may or may not have counted it
}

// Ticket is the right to send one request, now.
type Ticket struct {
	Seq  int64     // number of the take among all takes of the key
	Sent time.Time // by our clock, when it was given

	block  int64 // the flight it belongs to
	slot   int64 // the row it is counted in
	leased bool  // its block holds more takes
}
