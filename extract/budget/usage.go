package budget

import (
	"time"
)

// usage is what the ledger keeps of one key beside its takes. Times are in ms
// of our clock unless they are called the vendor's.
type usage struct {
	Seq      int64 `json:"seq"`                // takes given so far
	LastTake int64 `json:"last_take"`          // when the last was given
	Pruned   int64 `json:"pruned,omitempty"`   // when old rows were last dropped
	Clock    clock `json:"clock"`              // the vendor's
	Silent   bool  `json:"silent,omitempty"`   // answers announce nothing
	Rate     sight `json:"rate"`               // announced remaining of the rate
	Quota    sight `json:"quota"`              // announced remaining of the quota
	RateMax  int   `json:"rate_max,omitempty"` // announced limits; 0: never announced
	QuotaMax int   `json:"quota_max,omitempty"`

	Others      int   `json:"others,omitempty"` // requests of others in the rate's window
	OthersUntil int64 `json:"others_until,omitempty"`
	Blocked     int64 `json:"blocked,omitempty"`   // refused by rate: nobody sends before
	Late        bool  `json:"late,omitempty"`      // the vendor counts late: count from the answers
	Probe       int64 `json:"probe,omitempty"`     // seq of the last probing take
	ProbeOff    int64 `json:"probe_off,omitempty"` // no probing before: a probe was refused

	SpentAt    int64 `json:"spent_at,omitempty"`    // refused by quota: when,
	SpentSeq   int64 `json:"spent_seq,omitempty"`   // after how many takes,
	SpentUntil int64 `json:"spent_until,omitempty"` // and until when by the vendor's clock
	Tested     int64 `json:"tested,omitempty"`      // when a take last tested whether it is still spent
	TestSeq    int64 `json:"test_seq,omitempty"`    // and which it was

	Spec spec `json:"spec"` // of the last job, to show the state of all keys
}

// spec is the part of a Config that the ledger remembers.
type spec struct {
	Rate  Limit  `json:"rate"`
	Quota Limit  `json:"quota"`
	Zone  string `json:"zone,omitempty"`
}

// config is the Config a key is shown by when no job is at hand.
func (s spec) config(key string) Config {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		zone = time.UTC
	}
	return Config{Key: key, Rate: s.Rate, Quota: s.Quota, Zone: zone, Import: true}
}

// rate is the rate in force: the announced number over the spec's. Without a
// known limit Requests is 0; Per is always given.
func (u *usage) rate(c Config) Limit {
	l := c.Rate
	if u.RateMax > 0 {
		l.Requests = u.RateMax
	}
	if l.Per <= 0 {
		l.Per = time.Minute // the vendor announces a limit that the spec does not know
	}
	return l
}

// quota is the quota in force, without the job's own.
func (u *usage) quota(c Config) Limit {
	l := c.Quota
	if u.QuotaMax > 0 {
		l.Requests = u.QuotaMax
	}
	if l.Per <= 0 {
		l.Per = day
	}
	return l
}

// sameWindow is the difference between two resets, in ms, that rounding alone
// can make.
func sameWindow(per time.Duration) int64 {
	return min(1500, per.Milliseconds()/4)
}

// clockSet notices that our clock was set back, and moves what is kept in our
// time with it, so that what was left of a wait stays and no more.
func (u *usage) clockSet(now int64) bool {
	back := u.LastTake - now
	if back <= clockSlack {
		return false
	}
	u.LastTake = now
	u.Clock.Lo, u.Clock.Hi = u.Clock.Lo+back, u.Clock.Hi+back
	for _, t := range []*int64{&u.Blocked, &u.OthersUntil, &u.ProbeOff, &u.SpentAt, &u.Tested, &u.Rate.At, &u.Quota.At, &u.Pruned} {
		if *t > now {
			*t = max(now, *t-back)
		}
	}
	return true
}

// clockSlack is how far, in ms, a row may lie ahead of our clock before it is
// taken that the clock was set back; leased takes lie a second ahead.
const clockSlack = 5000
