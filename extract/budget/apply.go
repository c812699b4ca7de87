package budget

import "time"

func msTime(ms int64) time.Time { return time.UnixMilli(ms) }

// heard is one answer as the ledger needs it.
type heard struct {
	ticket Ticket
	answer Answer
}

// apply writes down what an answer told. Its take must have landed.
func (e *entry) apply(c Config, h heard) error {
	t, a := h.ticket, h.answer
	received := e.now
	if !a.Received.IsZero() {
		received = min(a.Received.UnixMilli(), e.now)
	}
	sent := t.Sent.UnixMilli()
	if !a.Vendor.IsZero() && !a.Lost {
		if err := e.learnClock(a.Vendor.UnixMilli(), sent, received); err != nil {
			return err
		}
	}
	if e.u.Late {
		// its place in the window is held until now, not until when it was sent
		if err := e.move(t, c, received); err != nil {
			return err
		}
	}
	if err := e.applyRate(c, t, a, received); err != nil {
		return err
	}
	e.applyQuota(c, t, a, sent, received)
	if a.Rate.said() || a.Quota.said() {
		e.u.Silent = false
	} else if !a.Lost && !e.u.Rate.Known && !e.u.Quota.Known {
		e.u.Silent = true
	}
	switch {
	case a.Refused == ByRate:
		return e.refusedByRate(c, t, a, sent, received)
	case a.Refused == ByQuota:
		e.refusedByQuota(c, a, received)
	case !a.Lost && e.u.SpentUntil != 0 && t.Seq > e.u.SpentSeq:
		e.u.SpentAt, e.u.SpentSeq, e.u.SpentUntil = 0, 0, 0
	}
	if t.Seq == e.u.TestSeq && a.Refused == None && !a.Lost {
		e.u.Tested, e.u.TestSeq = 0, 0
	}
	return nil
}

// learnClock narrows what is known of the vendor's clock. When it becomes
// known at all, the quota windows are counted anew by it.
func (e *entry) learnClock(date, sent, received int64) error {
	first := !e.u.Clock.Known
	e.u.Clock.learn(date, sent, received)
	if !first || !e.u.Clock.Known {
		return nil
	}
	_, err := e.exec("DELETE FROM quota WHERE usage=?", e.id)
	return err
}

// move counts a take from the arrival of its answer.
func (e *entry) move(t Ticket, c Config, received int64) error {
	width := e.width(c)
	_, err := e.exec("UPDATE take SET takes=takes-1 WHERE usage=? AND at=? AND takes>0", e.id, t.slot)
	if err != nil {
		return err
	}
	return e.count(1, received-received%width, received, 1, 0) // the quota has it already
}

// width is the span of a row of takes under the limits of a job.
func (e *entry) width(c Config) int64 {
	w := slotWidth(e.u.rate(c).Per)
	if c.OwnRate.Requests > 0 {
		w = min(w, slotWidth(c.OwnRate.Per))
	}
	return w
}

// applyRate merges what was announced of the rate, and finds what others spent.
func (e *entry) applyRate(c Config, t Ticket, a Answer, received int64) error {
	if a.Rate.Limit > 0 {
		e.u.RateMax = a.Rate.Limit
	}
	s := &e.u.Rate
	if !a.Rate.said() {
		s.miss(e.u.Seq)
		return nil
	}
	l := e.u.rate(c)
	same := s.sameWindow(a.Rate, sameWindow(l.Per))
	how := s.see(a.Rate, t.Seq, e.u.Seq, received, sameWindow(l.Per))
	if how == older || l.Requests == 0 {
		return nil
	}
	// Everything of ours that can have counted then: sent up to now, and not
	// out of the window when this take was sent.
	own, err := e.around(t.Sent.UnixMilli() - l.Per.Milliseconds() - margin(l.Per) - 2000)
	if err != nil {
		return err
	}
	others := max(0, l.Requests-a.Rate.Remaining-own)
	// What others spent in a window only grows. A later answer may seem to say
	// less, since takes under way are counted as ours though the vendor has not.
	if how == replaced && !same || others >= e.u.Others || e.now >= e.u.OthersUntil {
		e.u.Others, e.u.OthersUntil = others, 0
		if others > 0 {
			e.u.OthersUntil = e.sightEnd(l)
		}
	}
	return nil
}

// applyQuota merges what was announced of the quota. Without an announced reset
// it holds for the window that the request was in for sure.
func (e *entry) applyQuota(c Config, t Ticket, a Answer, sent, received int64) {
	if a.Quota.Limit > 0 {
		e.u.QuotaMax = a.Quota.Limit
	}
	s := &e.u.Quota
	until := a.Quota.reset()
	q := e.u.quota(c)
	if low := received + e.u.Clock.Lo; until <= low || until > low+max(2*q.Per, day+2*time.Hour).Milliseconds() {
		until = 0 // no reset that a quota of this span can have
	}
	said := a.Quota.said()
	if said && until == 0 {
		a.Quota.Reset = time.Time{}
		w := quotaWindow(q.Per, c.Zone, sent+e.u.Clock.Lo)
		said = w == quotaWindow(q.Per, c.Zone, received+e.u.Clock.Hi)
		until = w.until
	}
	if !said {
		s.miss(e.u.Seq)
		return
	}
	if s.Known && s.Until <= sent+e.u.Clock.Lo {
		*s = sight{Blind: s.Blind} // of a window that was over
	}
	if s.see(a.Quota, t.Seq, e.u.Seq, received, sameWindow(q.Per)) != older {
		s.Until = max(s.Until, until)
	}
}

// around is since for many answers in one transaction: moments less than a
// second later than the last one asked for get its count, which is no lower.
func (e *entry) around(moment int64) (int, error) {
	if e.counted && moment >= e.from && moment < e.from+1000 {
		return e.own, nil
	}
	own, err := e.since(moment)
	e.counted, e.from, e.own = err == nil, moment, own
	return own, err
}

// refusedByRate keeps everybody on the key back until the vendor's window ends.
func (e *entry) refusedByRate(c Config, t Ticket, a Answer, sent, received int64) error {
	l := e.u.rate(c)
	span := l.Per.Milliseconds() + margin(l.Per)
	until := received + span
	switch reset := a.Rate.reset(); {
	case a.RetryAfter > 0:
		until = received + min(a.RetryAfter, day).Milliseconds() + 1000 // it may be cut to whole seconds
	case reset != 0:
		if at := e.u.Clock.ours(reset); at > received && at <= received+max(2*span, hour) {
			until = at
		}
	}
	e.u.Blocked = max(e.u.Blocked, until)
	if t.Seq == e.u.Probe {
		e.u.ProbeOff = e.now + day.Milliseconds() // its windows do not end when it says
		return nil
	}
	if e.u.Late || e.u.Others > 0 && e.now < e.u.OthersUntil {
		return nil
	}
	own, err := e.since(sent - span)
	if err == nil && own <= l.Requests && own*10 >= l.Requests*9 {
		e.u.Late = true // our log allowed it, and nobody else explains it
	}
	return err
}

// refusedByQuota notes that the quota is spent, and until when.
func (e *entry) refusedByQuota(c Config, a Answer, received int64) {
	q := e.u.quota(c)
	low := received + e.u.Clock.Lo
	until := quotaWindow(q.Per, c.Zone, low).until
	if reset := a.Quota.reset(); reset > low && reset <= low+2*q.Per.Milliseconds() {
		until = reset
	}
	if a.RetryAfter > 0 {
		until = max(until, low+min(a.RetryAfter, 31*day).Milliseconds())
	}
	e.u.SpentAt, e.u.SpentSeq, e.u.SpentUntil = received, e.u.Seq, until
}
