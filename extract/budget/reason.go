package budget

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// reason says in plain words why requests wait, and what is left of the quota:
// "41 s for the minute's 120 requests; 8,112 of 10,000 left today, 1,000 kept
// back for imports".
func reason(v verdict, c Config, lasts time.Duration) string {
	why := ""
	switch v.cause {
	case byWindow:
		why = fmt.Sprintf("%s for the %s", span(lasts), allowed(v.limit))
	case byOwn:
		why = fmt.Sprintf("%s for the %s that the job allows itself", span(lasts), allowed(v.limit))
	case byRefusal:
		why = span(lasts) + " because the vendor refused for its rate limit"
	case byAnswer:
		why = "for answers under way: they decide what may still be sent"
	case byImport:
		why = "for an import on the same key, which goes first"
	case bySpent:
		if at := v.spent.Until; time.UnixMilli(v.wake).Before(at) {
			return fmt.Sprintf("%s to test whether the quota is still spent; it starts again at %s", span(lasts), at.Format("2006-01-02 15:04 MST"))
		}
		why = span(lasts) + " for the quota to start again"
	}
	return why + leftText(v.quota, c)
}

// leftText says what is left of the quota; "" when there is none.
func leftText(a allowance, c Config) string {
	if !a.known {
		return ""
	}
	q := c.Quota.Per
	if c.OwnQuota.Requests > 0 && a.limit == c.OwnQuota.Requests {
		q = c.OwnQuota.Per
	}
	when := "today"
	if q != day && q != 0 {
		when = "of the " + spanName(q)
	}
	left := a.left
	if !c.Import {
		left += a.reserve
	}
	text := fmt.Sprintf("; %s left %s", count(max(left, 0)), when)
	if a.limit > 0 {
		text = fmt.Sprintf("; %s of %s left %s", count(max(left, 0)), count(a.limit), when)
	}
	if a.reserve > 0 && !c.Import {
		text += fmt.Sprintf(", %s kept back for imports", count(a.reserve))
	}
	return text
}

// allowed names a limit: "minute's 120 requests".
func allowed(l Limit) string {
	if l.Requests == 0 {
		return "window to end"
	}
	name := spanName(l.Per) + "'s "
	if strings.HasSuffix(name, "s's ") {
		name = strings.TrimSuffix(name, "'s ") + "' "
	}
	noun := "requests"
	if l.Requests == 1 {
		noun = "request"
	}
	return name + count(l.Requests) + " " + noun
}

// spanName names a span: "minute", "10 seconds".
func spanName(d time.Duration) string {
	for _, u := range []struct {
		d    time.Duration
		name string
	}{{day, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if d >= u.d && d%u.d == 0 {
			if d == u.d {
				return u.name
			}
			return fmt.Sprintf("%d %ss", d/u.d, u.name)
		}
	}
	return d.String()
}

// span says how long something lasts, to two units: "41 s", "6 h 12 min".
func span(d time.Duration) string {
	s := int64((d + time.Second - 1) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", max(s, 0))
	case s < 3600 && s%60 == 0:
		return fmt.Sprintf("%d min", s/60)
	case s < 3600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	case s < 86400:
		return fmt.Sprintf("%d h %d min", s/3600, s%3600/60)
	}
	return fmt.Sprintf("%d d %d h", s/86400, s%86400/3600)
}

// count writes a number with commas between the thousands.
func count(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
