package vendorsim

import (
	"net/http"
	"strings"
	"time"
)

// What can go wrong with a write beyond what can go wrong with any call. Those that need a body happen on calls that carry
// one; those with a Field happen on writes that send it (a path with dots leads into an object: properties.Zone).
const (
	// FaultEmpty answers 200 with an empty body, Fault204 answers 204: counted and done.
	FaultEmpty FaultKind = "empty"
	Fault204   FaultKind = "204"
	// Fault502 and Fault504 answer a gateway's web page: not done, unless Done is set.
	Fault502 FaultKind = "502"
	Fault504 FaultKind = "504"
	// FaultError200 answers 200 with the vendor's error body: not done, unless Done is set.
	FaultError200 FaultKind = "error_200"
	// FaultExists does the write, and then answers 409 with the record's id in a sentence, as a gateway does that sent a
	// call twice: counted and done.
	FaultExists FaultKind = "409_exists"

	// FaultInvalid refuses a write as the vendor words a failed validation: 422 at Syncro, 400 at Synchroteam and Sonar, a
	// refused row of a batch at Customerly (each row that When fits). Text is what is wrong (default "is invalid"), Field what
	// it is about: counted, not done.
	FaultInvalid FaultKind = "422"
	// FaultRateSeconds and FaultRateDate answer 429 with Retry-After (RetryAfter, default 30 s) in seconds or as an HTTP date
	// by the clock of the Date header; FaultRateZero says Retry-After: 0 each time; FaultRate has none. Counted, not done.
	FaultRateSeconds FaultKind = "429_seconds"
	FaultRateDate    FaultKind = "429_date"
	FaultRateZero    FaultKind = "429_zero"
	// FaultForbiddenQuota answers 403 (or Status, such as 400) with a text that means a spent quota: counted, not done.
	FaultForbiddenQuota FaultKind = "403_quota"
	// FaultLocked answers 409 since somebody has the record open; with For it stays so for a while: counted, not done.
	FaultLocked FaultKind = "409_locked"
	// FaultVersion answers 412, a conflict of versions: counted, not done.
	FaultVersion FaultKind = "412"
	// FaultUnauthorized answers 401 as for an expired token, FaultForbidden 403 as for a missing permission (limit it by
	// Path): counted, not done.
	FaultUnauthorized FaultKind = "401"
	FaultForbidden    FaultKind = "403"
	// FaultWAF answers 403 with the web page of a firewall to a body that holds <script or ' or 1=1: not counted, not done.
	FaultWAF FaultKind = "waf"
	// FaultSunset answers rightly, with the headers Deprecation and Sunset of an endpoint that will go.
	FaultSunset FaultKind = "sunset"
	// FaultSlower answers rightly, but takes Factor times the usual latency (default 10); with For for a span.
	FaultSlower FaultKind = "slower"

	// FaultIgnored takes a write and drops Field. FaultNulls drops every null instead of clearing.
	FaultIgnored FaultKind = "ignored"
	FaultNulls   FaultKind = "nulls"
	// FaultShortened takes a write and cuts the text of Field (of all fields where it is empty) to Letters letters (default 20).
	FaultShortened FaultKind = "shortened"
	// FaultShifted takes a write and moves the date in Field (all dates where it is empty) by Shift (default -5 h).
	FaultShifted FaultKind = "shifted"
	// FaultReplaced takes a write and puts Text in place of what Field holds, as for an unknown choice.
	FaultReplaced FaultKind = "replaced"
	// FaultAutomation does the write; right after it a rule of the account sets Field of the record to Text.
	FaultAutomation FaultKind = "automation"

	// FaultTakenBack does the write and answers well; what it created is deleted by the vendor Delay later (default 1 min), as
	// by a check that runs on its own.
	FaultTakenBack FaultKind = "taken_back"

	// These happen to batches (Customerly). FaultFewer keeps all rows but the last and says so by its count alone; FaultHalf
	// keeps the first half of the rows and answers 500; FaultBatch refuses the whole batch for the row that When fits.
	FaultFewer FaultKind = "fewer"
	FaultHalf  FaultKind = "half"
	FaultBatch FaultKind = "batch"
	// FaultShuffled lists a batch's refused rows in another order than they came.
	FaultShuffled FaultKind = "shuffled"
)

// WriteFaultKinds lists the kinds that may stand in Options.Faults beside FaultKinds.
func WriteFaultKinds() []FaultKind {
	return []FaultKind{
		FaultEmpty, Fault204, Fault502, Fault504, FaultError200, FaultExists, FaultInvalid, FaultRateSeconds, FaultRateDate,
		FaultRateZero, FaultForbiddenQuota, FaultLocked, FaultVersion, FaultUnauthorized, FaultForbidden, FaultWAF, FaultSunset,
		FaultSlower, FaultIgnored, FaultNulls, FaultShortened, FaultShifted, FaultReplaced, FaultAutomation, FaultFewer, FaultHalf,
		FaultBatch, FaultShuffled, FaultTakenBack,
	}
}

// The messages of the refusals above. No vendor's document has one of them.
const (
	msgLocked    = "The record is locked by another user. Try again later."
	msgVersion   = "The record was changed by somebody else"
	msgForbidden = "You are not allowed to do this"
	msgQuota403  = "You have used up the API calls of today"
	msgFailed    = "Something went wrong, nothing was saved"
)

const (
	gatewayPage = "<html>\n<head><title>Bad Gateway</title></head>\n<body><center><h1>Bad Gateway</h1></center><hr>" +
		"<center>nginx</center></body>\n</html>\n"
	blockedPage = "<!DOCTYPE html>\n<html><head><title>Request blocked</title></head><body><h1>Sorry, you have been blocked</h1>" +
		"<p>This website is using a security service to protect itself from online attacks.</p></body></html>\n"
)

// wafMarks are what the firewall looks for, in any case.
var wafMarks = []string{"<script", "' or 1=1"}

func suspicious(body []byte) bool {
	text := strings.ToLower(string(body))
	for _, mark := range wafMarks {
		if strings.Contains(text, mark) {
			return true
		}
	}
	return false
}

// complaint is what a refused write is told.
func (f *Fault) complaint() string {
	text := f.Text
	if text == "" {
		text = "is invalid"
	}
	if f.Field == "" {
		return text
	}
	return f.Field + " " + text
}

// refusalOf answers the faults that are a status and a text; ok is false for all others.
func (g *Gate) refusalOf(f *Fault) (out reply, ok bool) {
	switch f.Kind {
	case FaultForbiddenQuota:
		return g.refuse(orDefault(f.Status, http.StatusForbidden), msgQuota403), true
	case FaultLocked:
		return g.refuse(http.StatusConflict, msgLocked), true
	case FaultVersion:
		return g.refuse(http.StatusPreconditionFailed, msgVersion), true
	case FaultUnauthorized:
		return g.refuse(http.StatusUnauthorized, msg401), true
	case FaultForbidden:
		return g.refuse(http.StatusForbidden, msgForbidden), true
	case FaultRateSeconds, FaultRateDate, FaultRateZero:
		out = g.refuse(http.StatusTooManyRequests, msgRate)
		if out.header == nil {
			out.header = http.Header{}
		}
		out.header["Retry-After"] = []string{g.retryAfter(f)}
		return out, true
	}
	return reply{}, false
}

// retryAfter is the header as the kind writes it.
func (g *Gate) retryAfter(f *Fault) string {
	wait := orDefault(f.RetryAfter, 30*time.Second)
	switch f.Kind {
	case FaultRateZero:
		return "0"
	case FaultRateDate:
		return g.Now().Add(g.opts.DateSkew + wait).UTC().Format(http.TimeFormat)
	}
	return itoa(int64((wait + time.Second - 1) / time.Second))
}

// exists answers that the record of a write is there already; where nothing was written, what the vendor answered stands.
func (g *Gate) exists(c *call, out reply) reply {
	if len(c.wrote) == 0 {
		return out
	}
	return g.refuse(http.StatusConflict, "This record already exists, its id is "+c.wrote[0].ID+".")
}

// sunset adds the headers of an endpoint that will go in thirty days.
func (g *Gate) sunset(out reply) reply {
	if out.header == nil {
		out.header = http.Header{}
	}
	out.header["Deprecation"] = []string{"true"}
	out.header["Sunset"] = []string{g.Now().Add(30 * 24 * time.Hour).UTC().Format(http.TimeFormat)}
	return out
}
