package vendorsim

import (
	"net/http"
	"time"
)

// CustomerlyOptions says what a simulated Customerly account looks like. The zero value is a small account without limits
// (none are published) and without limit headers.
type CustomerlyOptions struct {
	// Options are those of every vendor. APIKey is the token (default DefaultCustomerlyToken), Domain is not used. Of
	// Data only Plain, ExtraField and BigIDs count.
	Options
	// Counts says how many records there are at the start.
	Counts CustomerlyCounts

	// OldAuth takes the header of earlier years, "Authentication: AccessToken: <token>" or the bare token in it, instead
	// of today's "Authorization: Bearer <token>".
	OldAuth bool
	// TokenStatus is the status of a missing or wrong token: 500 as a client saw it (default), or 401 or 403.
	TokenStatus int
	// MissingStatus is the status of an unknown user, lead or tag: 200 with an error object in it (default), or a 4xx.
	MissingStatus int
	// RefusedStatus is the status of a call that is wrong in itself; no source names it, the default is 400.
	RefusedStatus int

	// NotAdded answers a batch with an inserted count and not_added, a list of addresses, as the help centre has it;
	// the reference has inserted and errors.
	NotAdded bool
	// MaxBatch is the most rows of one batch; 0 is no limit, as none is published.
	MaxBatch int
	// Reject refuses a row of a batch by its e-mail, with the reason it returns; "" takes the row. Nil takes all.
	Reject func(email string) string
	// ExactEmail tells addresses apart by case. No source says whether the vendor does.
	ExactEmail bool
	// ReplaceAttributes lets an upsert replace all attributes instead of those that were sent.
	ReplaceAttributes bool

	// HideTags leaves tags out of single reads too; lists never show them.
	HideTags bool
	// EmptyList writes an empty attributes object as an empty list.
	EmptyList bool
	// TextDates writes first_seen_at and last_activity as text, as one source has them, not as UNIX seconds.
	TextDates bool
	// Zone is the zone of last_update, which no source names; nil is UTC.
	Zone *time.Location
	// ConvertEvery so many accepted requests one lead becomes a user, before that request is answered; 0 never.
	ConvertEvery int
}

// CustomerlyCounts are numbers of records. All zero means the small default account; otherwise each is taken as written.
type CustomerlyCounts struct {
	Users, Leads int
}

// DefaultCustomerlyToken is the token of a simulated Customerly account.
const DefaultCustomerlyToken = "c7b1-customerly-token-for-tests"

func (o CustomerlyOptions) filled() CustomerlyOptions {
	if o.APIKey == "" {
		o.APIKey = DefaultCustomerlyToken
	}
	for _, d := range []struct {
		have  *int
		usual int
	}{
		{&o.TokenStatus, http.StatusInternalServerError}, {&o.MissingStatus, http.StatusOK}, {&o.RefusedStatus, http.StatusBadRequest},
	} {
		if *d.have == 0 {
			*d.have = d.usual
		}
	}
	if o.Counts == (CustomerlyCounts{}) {
		o.Counts = CustomerlyCounts{Users: 260, Leads: 130}
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	o.Options = o.shared(-1, -1)
	return o
}
