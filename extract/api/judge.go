package api

import (
	"bytes"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ferry/extract/connector"
)

// verdict is what one attempt came to.
type verdict struct {
	class   connector.Class
	kind    string // what failed, to tell like from unlike: "500", "reset", "html"
	status  int    // 0: no answer
	message string // what the vendor said or what happened
	hint    string
	err     error // below it; nil where only the vendor spoke
	// retryAfter is what the vendor asked for; 0: nothing.
	retryAfter time.Duration
	unsent     bool // the request certainly never reached the vendor
	started    time.Time
}

// judge decides what an answer means: the spec's rules first, then defaults.
type judge struct {
	answers connector.Answers
	types   []string
	// longRate is the longest wait that can be a rate's; a refusal for longer is
	// the quota's.
	longRate time.Duration
}

// newJudge reads the spec once.
func newJudge(spec *connector.Spec) judge {
	return judge{
		answers:  spec.Answers,
		types:    acceptable(spec.Answers),
		longRate: max(15*time.Minute, 2*spec.Budget.Rate.Per),
	}
}

// acceptable are the media types that may carry records.
func acceptable(a connector.Answers) []string {
	if len(a.ContentTypes) == 0 {
		return []string{"application/json"}
	}
	return a.ContentTypes
}

// reply is what is judged.
type reply struct {
	status     int
	header     http.Header
	body       []byte
	types      []string // of the request; nil: the spec's
	reading    bool
	empty      bool // the body came whole and holds nothing, though one was asked for
	quotaLeft  int  // as announced; -1: not
	retryAfter time.Duration
}

// decide gives the class of an answer and the words for it.
func (j *judge) decide(r reply) verdict {
	v := verdict{status: r.status, kind: strconv.Itoa(r.status), retryAfter: r.retryAfter}
	if rule := j.rule(r); rule != nil {
		v.class, v.hint = rule.Class, rule.Hint
	} else {
		j.byDefault(r, &v)
	}
	if v.class != connector.OK {
		if v.message == "" {
			v.message = j.message(r)
		}
		if v.hint == "" {
			v.hint = hints[v.class]
		}
	}
	return v
}

// rule finds the spec's rule for an answer; nil: none.
func (j *judge) rule(r reply) *connector.AnswerRule {
	for i := range j.answers.Rules {
		rule := &j.answers.Rules[i]
		if len(rule.Status) > 0 && !slices.Contains(rule.Status, r.status) {
			continue
		}
		if rule.Body != "" && !bytes.Contains(r.body, []byte(rule.Body)) {
			continue
		}
		if rule.Header != "" {
			values := r.header.Values(rule.Header)
			if len(values) == 0 || rule.Equals != "" && !slices.Contains(values, rule.Equals) {
				continue
			}
		}
		return rule
	}
	return nil
}

// byDefault decides where the spec has no rule.
func (j *judge) byDefault(r reply, v *verdict) {
	switch {
	case r.status >= 200 && r.status < 300:
		j.good(r, v)
	case r.status == http.StatusTooManyRequests:
		v.class = connector.RateLimited
		if r.quotaLeft == 0 || r.retryAfter > j.longRate {
			v.class = connector.QuotaSpent
		}
	case r.status == http.StatusUnauthorized:
		v.class = connector.Credentials
	case r.status == http.StatusForbidden:
		v.class = connector.Forbidden
	case r.status == http.StatusNotFound, r.status == http.StatusGone:
		v.class = connector.Missing
	case r.status == http.StatusRequestTimeout, r.status == http.StatusTooEarly:
		v.class = connector.Retryable
	case r.status == http.StatusNotImplemented, r.status == http.StatusHTTPVersionNotSupported:
		v.class = connector.Permanent
	case r.status >= 500:
		v.class = connector.Retryable
	default:
		v.class = connector.Permanent
	}
}

// good looks whether an answer that says it is good can be.
func (j *judge) good(r reply, v *verdict) {
	v.class = connector.OK
	if len(r.body) == 0 && (r.status == http.StatusNoContent || !r.reading) {
		return // nothing is a fine answer to a deed
	}
	if key := j.answers.ErrorKey; key != "" && holdsError(r.body, key) {
		v.class, v.kind = connector.Permanent, "error key"
		return
	}
	types := r.types
	if len(types) == 0 {
		types = j.types
	}
	media := mediaType(r.header)
	switch {
	case slices.Contains(types, "*/*"):
		return
	case r.empty:
		v.class, v.kind, v.message = connector.Lie, "empty", "says it is good but holds nothing"
	case media == "text/html", isJSON(media) && looksLikeHTML(r.body):
		v.class, v.kind = connector.Lie, "html"
		v.message = "says it is good but is a web page: " + pageTitle(r.body)
	case media == "" && !looksLikeHTML(r.body), isOneOf(media, types):
	default:
		v.class, v.kind = connector.Lie, "type"
		v.message = "says it is good but is of type " + strconv.Quote(media) + " instead of " + strings.Join(types, " or ")
		v.hint = "if that type is right, name it under answers in the connector spec"
		if word := bytes.TrimSpace(r.body); media == "text/plain" && len(word) <= mostWord && !bytes.ContainsAny(word, "{[<\n") {
			v.message = "says it is good but is the text " + strconv.Quote(string(word))
			v.hint = "the vendor may have switched this off for the account; leave the stream out if so"
		}
	}
}

// mostWord is the longest text that is taken for a word about the resource, and shown.
const mostWord = 40

// isOneOf tells whether a media type is among those wanted; JSON by another
// name ("application/problem+json", "text/json") is JSON.
func isOneOf(media string, types []string) bool {
	for _, t := range types {
		if strings.EqualFold(media, t) {
			return true
		}
	}
	return isJSON(media) && slices.ContainsFunc(types, isJSON)
}

// mediaType gives the type of a body, lower case, without parameters.
func mediaType(h http.Header) string {
	text := h.Get("Content-Type")
	media, _, err := mime.ParseMediaType(text)
	if err != nil {
		media, _, _ = strings.Cut(text, ";")
		media = strings.ToLower(strings.TrimSpace(media))
	}
	return media
}

func isJSON(media string) bool {
	return media == "application/json" || media == "text/json" || strings.HasSuffix(media, "+json")
}

func looksLikeHTML(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n\ufeff"), []byte("<"))
}

// hints say what to do next where the spec has no better words.
var hints = map[connector.Class]string{
	connector.Retryable:   "the vendor has trouble; nothing is lost, run again later",
	connector.RateLimited: "others may be using the same key; run again later or lower budget.rate",
	connector.QuotaSpent:  "nothing is lost; run again after the quota's reset",
	connector.Credentials: "check the credentials in settings; nothing more was sent",
	connector.Forbidden:   "give the key the permission, or leave this stream out",
	connector.Missing:     "check that it still exists",
	connector.Permanent:   "sending it again will not help: compare the request with the vendor's reference",
	connector.Lie:         "check base_url; if it is right the vendor has trouble: run again later",
}
