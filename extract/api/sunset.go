package api

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Sunset is what a vendor announces in the headers of an answer: that what was
// asked is deprecated (RFC 9745), or will answer no more (RFC 8594).
type Sunset struct {
	Label      string    // of the first request that was told so
	Deprecated bool      // the header Deprecation
	Since      time.Time // since or from when it is deprecated; zero: not said
	Gone       time.Time // from when it may answer no more; zero: not said
}

func (s Sunset) String() string {
	text := "the vendor announces that this version of its API will go"
	if s.Deprecated {
		text = "the vendor announces that this version of its API is deprecated"
		if !s.Since.IsZero() {
			text += " from " + s.Since.UTC().Format(time.DateOnly)
		}
		if !s.Gone.IsZero() {
			text += " and will go"
		}
	}
	if !s.Gone.IsZero() {
		text += " on " + s.Gone.UTC().Format(time.DateOnly)
	}
	return text + " (first told of " + s.Label + "); look for a newer connector spec before then"
}

// mostSunsets bounds how many announcements are told.
const mostSunsets = 20

// sunsets are the announcements that were told, so that each is told once.
type sunsets struct {
	mu   sync.Mutex
	told map[Sunset]bool
}

// heed tells what an answer announces, each announcement once a client. Those of
// one day are one: some vendors count from now.
func (c *Client) heed(k *call, h http.Header) {
	if c.o.OnSunset == nil || h["Sunset"] == nil && h["Deprecation"] == nil {
		return
	}
	s, ok := sunsetOf(h)
	if !ok {
		return
	}
	c.sunsets.mu.Lock()
	known := c.sunsets.told[s] || len(c.sunsets.told) >= mostSunsets
	if !known {
		if c.sunsets.told == nil {
			c.sunsets.told = map[Sunset]bool{}
		}
		c.sunsets.told[s] = true
	}
	c.sunsets.mu.Unlock()
	if !known {
		s.Label = k.Label
		c.o.OnSunset(s)
	}
}

// sunsetOf reads the two headers, by day. A Sunset that is no date still says that
// there will be one.
func sunsetOf(h http.Header) (s Sunset, ok bool) {
	switch said := strings.TrimSpace(h.Get("Deprecation")); {
	case said == "" || strings.EqualFold(said, "false") || said == "?0":
	case strings.HasPrefix(said, "@"):
		seconds, err := strconv.ParseInt(said[1:], 10, 64)
		if s.Deprecated = true; err == nil && seconds > 0 && seconds < farSeconds {
			s.Since = dayOf(time.Unix(seconds, 0))
		}
	default:
		s.Deprecated = true
		if at, err := http.ParseTime(said); err == nil {
			s.Since = dayOf(at)
		}
	}
	said := strings.TrimSpace(h.Get("Sunset"))
	if at, err := http.ParseTime(said); err == nil {
		s.Gone = dayOf(at)
	}
	return s, s.Deprecated || said != ""
}

// farSeconds is the year 10000: no date lies beyond.
const farSeconds = 253402300800

func dayOf(at time.Time) time.Time { return at.UTC().Truncate(24 * time.Hour) }
