package budget

import (
	"errors"
	"fmt"
	"time"
)

// Limit is a number of requests in a span. The zero Limit is none.
type Limit struct {
	Requests int
	Per      time.Duration
}

// WhenSpent says what Take does once the quota is spent.
type WhenSpent int

// What Take does once the quota is spent.
const (
	Stop         WhenSpent = iota // return a *SpentError at once
	WaitForReset                  // block until the quota's next window
)

// Config says whose budget is spent, and under which limits.
type Config struct {
	Key         string         // API key, or IP and host of the vendor; hashed by the caller
	Rate, Quota Limit          // the connector spec's; an announced limit replaces Requests
	Zone        *time.Location // of the quota's midnight; nil is UTC
	OwnRate     Limit          // the job's own; only lowers
	OwnQuota    Limit          // the job's own; only lowers
	Reserve     float64        // share of the quota, 0 to 1, that only imports may touch
	Import      bool           // may touch the reserve; batch jobs stand back while it waits
	WhenSpent   WhenSpent
	// OnWait is told when a wait starts, when its reason or end changes, and
	// when it is over (the zero Wait). It is called by the goroutines in Take,
	// one call at a time, and must not call the Budget. Waits below a fifth of
	// a second are not told.
	OnWait func(Wait)
}

// Wait is why requests are held, and for how long.
type Wait struct {
	Reason string    // in plain words; "" when the wait is over
	Until  time.Time // by our clock, as computed now
	Left   int       // requests left for this budget in the quota window; -1: no quota known
}

// check fills in the defaults and refuses what cannot be meant.
func (c Config) check() (Config, error) {
	if c.Key == "" {
		return c, errors.New("budget: a key is needed")
	}
	if c.Reserve < 0 || c.Reserve > 1 {
		return c, fmt.Errorf("budget: reserve %v is not a share between 0 and 1", c.Reserve)
	}
	for _, l := range []Limit{c.Rate, c.Quota, c.OwnRate, c.OwnQuota} {
		if l.Requests < 0 || l.Per < 0 || (l.Requests > 0 && l.Per < time.Millisecond) {
			return c, fmt.Errorf("budget: %d requests per %s is not a limit", l.Requests, l.Per)
		}
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	return c, nil
}
