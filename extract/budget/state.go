package budget

import (
	"context"
	"math"
	"time"
)

// State is where the budget of one key stands. Times are by our clock.
type State struct {
	Key            string
	Rate, Quota    Limit     // in force: announced, else the spec's, lowered by the job's own; zero: none known
	RateUsed       int       // own requests that count against the rate now
	RateFree       int       // requests that could be sent at once; -1: no rate known
	RateRemaining  int       // last announced; -1: not announced
	RateReset      time.Time // end of the announced window; zero: not announced
	QuotaUsed      int       // own requests in this quota window
	QuotaRemaining int       // last announced in this window; -1: not announced
	QuotaReset     time.Time // begin of the next quota window; zero: no quota known
	Left           int       // requests that this budget may still send in the window; -1: no quota known
	Reserve        int       // requests kept back for imports
	SpentUntil     time.Time // zero: not spent
	Waiting        int       // imports that wait
}

// State tells where the budget stands.
func (b *Budget) State(ctx context.Context) (s State, err error) {
	select {
	case <-b.closed:
		return s, ErrClosed
	default:
	}
	err = b.ledger.enter(ctx, b.c.Key, func(e *entry) error {
		s, err = e.state(b.c)
		return err
	})
	return s, err
}

// States tells the state of every key in the file, in the order of the keys,
// by the limits of the last job on each; reserves are not taken off.
func (l *Ledger) States(ctx context.Context) ([]State, error) {
	keys, err := l.keys(ctx)
	if err != nil {
		return nil, err
	}
	states := make([]State, 0, len(keys))
	for _, key := range keys {
		err := l.enter(ctx, key, func(e *entry) error {
			s, err := e.state(e.u.Spec.config(key))
			states = append(states, s)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return states, nil
}

func (e *entry) state(c Config) (State, error) {
	s := State{Key: c.Key, RateFree: -1, RateRemaining: -1, QuotaRemaining: -1, Left: -1}
	r, err := e.vendorRoom(c)
	if err != nil {
		return s, err
	}
	if l := e.u.rate(c); l.Requests > 0 {
		s.Rate, s.RateUsed, s.RateFree = l, r.used, max(r.room, 0)
	}
	if own := c.OwnRate; own.Requests > 0 && (s.Rate.Requests == 0 || perSecond(own) < perSecond(s.Rate)) {
		s.Rate = own
		if s.RateUsed, err = e.since(e.now - own.Per.Milliseconds()); err != nil {
			return s, err
		}
		if free := max(own.Requests-s.RateUsed, 0); s.RateFree < 0 || free < s.RateFree {
			s.RateFree = free
		}
	}
	if e.now < e.u.Blocked {
		s.RateFree = 0
	}
	if seen := &e.u.Rate; seen.Known {
		s.RateRemaining = seen.Remaining
		if seen.Reset != 0 {
			s.RateReset = msTime(e.u.Clock.ours(seen.Reset))
		}
	}
	if err := e.quotaState(&s, c); err != nil {
		return s, err
	}
	n, err := e.number("SELECT count(*) FROM claim WHERE usage=? AND until>?", e.id, e.now)
	s.Waiting = int(n)
	return s, err
}

func (e *entry) quotaState(s *State, c Config) error {
	a, err := e.allowance(c)
	if err != nil || !a.known {
		return err
	}
	s.Quota = e.u.quota(c)
	if own := c.OwnQuota; own.Requests > 0 && (s.Quota.Requests == 0 || own.Requests < s.Quota.Requests) {
		s.Quota = own
	}
	s.QuotaUsed, s.QuotaReset = a.used, msTime(e.u.Clock.ours(a.until))
	s.Left, s.Reserve = max(a.left, 0), a.reserve
	if seen := &e.u.Quota; seen.Known && e.vendorLow() < seen.Until {
		s.QuotaRemaining = seen.Remaining
	}
	if a.left <= 0 && (a.most <= 0 || e.out() == 0) {
		s.SpentUntil = s.QuotaReset
	}
	return nil
}

func perSecond(l Limit) float64 { return float64(l.Requests) / l.Per.Seconds() }

// Need is what a number of requests costs in time, at best.
type Need struct {
	Minutes float64   // of waiting for the rate, all days together; 0: no rate known
	Days    int       // quota windows touched, this one included; 1: no quota known
	Done    time.Time // by our clock: when the last could be sent
}

// Need tells what n requests cost from now on. Latency is not in it.
func (s State) Need(n int, now time.Time) Need {
	need := Need{Days: 1, Done: now}
	if n <= 0 {
		return need
	}
	daily := s.Quota.Requests - s.Reserve
	last := n // requests on the last day
	if s.Left >= 0 && n > s.Left && daily > 0 {
		rest := n - s.Left
		more := (rest + daily - 1) / daily
		need.Days += more
		last = rest - (more-1)*daily
		need.Minutes = s.waits(s.Left) + s.waits(daily)*float64(more-1)
		need.Done = s.QuotaReset.Add(time.Duration(more-1) * s.Quota.Per)
		s.RateFree = s.Rate.Requests
	}
	minutes := s.waits(last)
	need.Minutes += minutes
	need.Done = need.Done.Add(time.Duration(minutes * float64(time.Minute)))
	return need
}

// waits is how many minutes pass at the rate until n requests are sent.
func (s State) waits(n int) float64 {
	if s.Rate.Requests <= 0 || n <= max(s.RateFree, 0) {
		return 0
	}
	windows := math.Ceil(float64(n-max(s.RateFree, 0)) / float64(s.Rate.Requests))
	return windows * s.Rate.Per.Minutes()
}
