package vendorsim

import (
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// refusal says why a call was not let in.
type refusal int

const (
	admitted refusal = iota
	overRate
	overQuota
)

// meters are the limits of every key, or of every address where the vendor counts so. Safe for concurrent use.
type meters struct {
	mu   sync.Mutex
	make func() *limits
	by   map[string]*limits
}

// of returns the limits of a key.
func (m *meters) of(key string) *limits {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.by[key]
	if l == nil {
		l = m.make()
		m.by[key] = l
	}
	return l
}

// addressKey counts by the caller's IP address. Loopback and the in-process transport are one and the same address, "".
func addressKey(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsLoopback() {
		return ""
	}
	return host
}

// limits are the rate and the quota of one API key, taken together and safe for concurrent use.
type limits struct {
	mu           sync.Mutex
	rate         window
	quota        quota
	refusedCount bool
}

// standing is what the headers of one reply say.
type standing struct {
	rateLimit, rateLeft   int
	reset                 time.Time
	quotaLimit, quotaLeft int
}

// take counts one call at now, or refuses it. The quota is looked at first: its refusal shows a full minute
// counter, as the sample in the reference does (reference: Errors).
func (l *limits) take(now time.Time) (refusal, standing) {
	l.mu.Lock()
	defer l.mu.Unlock()
	verdict := admitted
	switch {
	case l.quota.left(now) == 0:
		verdict = overQuota
	case l.rate.left(now) == 0:
		verdict = overRate
	}
	if verdict == admitted || l.refusedCount {
		l.quota.add(now, 1)
		if verdict != overQuota {
			l.rate.add(now, 1)
		}
	}
	st := l.look(now)
	if verdict == overQuota {
		st.rateLeft = st.rateLimit
	}
	return verdict, st
}

// peek returns the standing without counting.
func (l *limits) peek(now time.Time) standing {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.look(now)
}

// full tells whether a call at now would be refused.
func (l *limits) full(now time.Time) bool {
	st := l.peek(now)
	return st.rateLeft == 0 || st.quotaLeft == 0
}

// spend counts n calls that somebody else made with the same key.
func (l *limits) spend(now time.Time, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rate.add(now, n)
	l.quota.add(now, n)
}

func (l *limits) look(now time.Time) standing {
	return standing{
		rateLimit: l.rate.Limit, rateLeft: l.rate.left(now), reset: l.rate.reset(now),
		quotaLimit: l.quota.Limit, quotaLeft: l.quota.left(now),
	}
}

// headers writes the limit headers (reference: Rate Limits and Quotas). An absent limit has no header.
func (st standing) headers(h http.Header) {
	if st.rateLimit > 0 {
		h["X-Ratelimit-Limit"] = []string{strconv.Itoa(st.rateLimit)}
		h["X-Ratelimit-Remaining"] = []string{strconv.Itoa(st.rateLeft)}
		h["X-Ratelimit-Reset"] = []string{strconv.FormatInt(st.reset.Unix(), 10)}
	}
	if st.quotaLimit > 0 {
		h["X-Quota-Limit"] = []string{strconv.Itoa(st.quotaLimit)}
		h["X-Quota-Remaining"] = []string{strconv.Itoa(st.quotaLeft)}
	}
}
