package vendorsim

import (
	"net/http"
	"strconv"
	"time"
)

// The messages of refusals; the quota's is the one of the sample (reference: Errors).
const (
	msg401   = "Your API key is wrong"
	msgRate  = "You have gone above your rate limit"
	msgQuota = "You have gone above your daily quota"
	msg500   = "We had a problem with our server. Try again later."
	msg503   = "We're temporarily offline for maintenance. Please try again later."
)

const webPage = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Please sign in</h1></body></html>\n"

// faulty serves an admitted call, spoiled by its fault.
func (g *Gate) faulty(c *call, st *standing) reply {
	f := c.fault
	if f == nil {
		return g.serve(c)
	}
	if out, instead := g.insteadOf(c, st); instead {
		return out
	}
	out := g.serve(c)
	switch f.Kind {
	case FaultResetCounted, FaultLateWrite:
		return reply{broken: true}
	case FaultCut:
		out.cut = true
	case FaultHTML:
		out = reply{status: http.StatusOK, body: []byte(webPage), header: htmlHeader()}
	case FaultContentType:
		out.header = htmlHeader()
	case FaultTruncated:
		out.body = out.body[:len(out.body)/2]
	case FaultEmpty:
		out = reply{status: http.StatusOK}
	case Fault204:
		out = reply{status: http.StatusNoContent}
	case FaultExists:
		out = g.exists(c, out)
	case FaultHalf:
		out = g.refuse(http.StatusInternalServerError, msg500)
	case FaultSunset:
		out = g.sunset(out)
	}
	return out
}

// insteadOf answers the faults under which nothing is served; a fault marked Done serves and forgets the answer.
func (g *Gate) insteadOf(c *call, st *standing) (out reply, instead bool) {
	f := c.fault
	if out, refused := g.refusalOf(f); refused {
		return out, true
	}
	switch f.Kind {
	case Fault502:
		out = reply{status: http.StatusBadGateway, body: []byte(gatewayPage), header: htmlHeader()}
	case Fault504:
		out = reply{status: http.StatusGatewayTimeout, body: []byte(gatewayPage), header: htmlHeader()}
	case FaultError200:
		out = g.refuse(http.StatusOK, msgFailed)
	case Fault500:
		out = g.refuse(http.StatusInternalServerError, msg500)
	case Fault503:
		wait := orDefault(f.RetryAfter, time.Second)
		out = g.refuse(http.StatusServiceUnavailable, msg503)
		if out.header == nil {
			out.header = http.Header{}
		}
		out.header["Retry-After"] = []string{strconv.Itoa(int((wait + time.Second - 1) / time.Second))}
	case FaultRate:
		return g.refuse(http.StatusTooManyRequests, msgRate), true
	case FaultQuota:
		st.rateLeft, st.quotaLeft = st.rateLimit, 0
		return g.refuse(http.StatusTooManyRequests, msgQuota), true
	case FaultRedirect:
		to := f.Location
		if to == "" {
			to = "https://elsewhere.invalid/"
		}
		return reply{status: http.StatusFound, header: http.Header{"Location": {to}}}, true
	default:
		return reply{}, false
	}
	if f.Done {
		g.serve(c)
	}
	return out, true
}

func htmlHeader() http.Header { return http.Header{"Content-Type": {"text/html; charset=utf-8"}} }

// spoilRows changes the rows of a list as the fault says. before is the row in front of the page, nil for none.
func (f *Fault) spoilRows(rows []object, before object) []object {
	switch {
	case f.is(FaultDuplicate) && before != nil:
		return append([]object{before}, rows...)
	case f.is(FaultShift) && before != nil && len(rows) > 0:
		rows[0] = before
	case f.is(FaultNoID) && len(rows) > 0:
		rows[0] = rows[0].without("id")
	case f.is(FaultType) && len(rows) > 0:
		rows[0] = mistyped(rows[0])
	case f.is(FaultExtraField):
		for i := range rows {
			rows[i] = append(rows[i].clone(), member{"loyaltyTier", object{{"level", 3}, {"since", "2019"}}})
		}
	case f.is(FaultGoneField):
		for i := range rows {
			rows[i] = rows[i].without(rows[i][len(rows[i])/2].key)
		}
	}
	return rows
}

func mistyped(o object) object {
	o = o.clone()
	for i := range o {
		if o[i].key == "name" || o[i].key == "description" || o[i].key == "note" {
			o[i].val = 12345
			return o
		}
	}
	return append(o, member{"name", 12345})
}
