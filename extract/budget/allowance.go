package budget

// allowance is where a quota stands for one budget.
type allowance struct {
	known   bool  // there is a quota, or the vendor says that it is spent
	limit   int   // in force: announced or the spec's, lowered by the job's own; 0 unknown
	used    int   // by our own takes in the window
	left    int   // requests that may go now; unlimited when not known
	most    int   // what left could become once every take under way is answered
	reserve int   // kept back from this budget
	until   int64 // ms, vendor's: the next window has begun
	told    int64 // ms, ours: when the vendor said what makes left; 0: our own count does
	refused bool  // it said so by refusing
}

// allowance computes how much of the quota is left, after R5: what the vendor
// announced in this window, else our own count; never more than the job's own.
func (e *entry) allowance(c Config) (allowance, error) {
	q := e.u.quota(c)
	w := quotaWindow(q.Per, c.Zone, e.vendorLow())
	a := allowance{limit: q.Requests, left: unlimited, most: unlimited, until: w.until}
	used, err := e.spentAround(q, c)
	if err != nil {
		return a, err
	}
	a.used = used
	switch s := &e.u.Quota; {
	case s.Known && e.vendorLow() < s.Until:
		a.known, a.told, a.until = true, s.At, s.Until
		a.left, a.most = s.room(e.out()), s.room(0)
	case q.Requests > 0:
		a.known = true
		a.left = q.Requests - used
		a.most = a.left
	}
	if e.vendorLow() < e.u.SpentUntil {
		a.known, a.refused, a.told, a.until = true, true, e.u.SpentAt, e.u.SpentUntil
		a.left, a.most = min(a.left, 0), min(a.most, 0)
	}
	if err := e.lower(&a, c); err != nil {
		return a, err
	}
	if a.limit > 0 {
		a.reserve = kept(a.limit, c.Reserve)
	}
	if c.Import {
		return a, nil
	}
	if a.known {
		a.left, a.most = a.left-a.reserve, a.most-a.reserve
	}
	return a, nil
}

// lower applies the job's own quota.
func (e *entry) lower(a *allowance, c Config) error {
	if c.OwnQuota.Requests == 0 {
		return nil
	}
	used, err := e.spentAround(c.OwnQuota, c)
	if err != nil {
		return err
	}
	a.known = true
	if a.limit == 0 || c.OwnQuota.Requests < a.limit {
		a.limit = c.OwnQuota.Requests
	}
	if left := c.OwnQuota.Requests - used; left < a.left {
		a.left = left
		if left <= 0 {
			a.told, a.most, a.used = 0, left, used
			a.until = quotaWindow(c.OwnQuota.Per, c.Zone, e.vendorLow()).until
		}
		a.most = min(a.most, left)
	}
	return nil
}

// spentAround counts the takes of the window that the vendor's clock is in, and
// makes sure that both windows are counted while it may be in either.
func (e *entry) spentAround(l Limit, c Config) (int, error) {
	w, next := quotaWindow(l.Per, c.Zone, e.vendorLow()), quotaWindow(l.Per, c.Zone, e.vendorHigh())
	if next != w {
		if _, err := e.spent(next); err != nil {
			return 0, err
		}
	}
	return e.spent(w)
}

// kept is how many of limit a share keeps back, rounded up.
func kept(limit int, share float64) int {
	n := int(float64(limit) * share)
	if float64(n) < float64(limit)*share-1e-6 {
		n++
	}
	return n
}
