package budget

// cause is why a take has to wait.
type cause int

const (
	free      cause = iota // it need not
	byWindow               // the rate's window is full
	byOwn                  // the job's own rate is full
	byRefusal              // the vendor refused and said when to come back
	byAnswer               // answers under way decide
	byImport               // an import goes first
	bySpent                // the quota is spent
)

// verdict says whether a take may go now.
type verdict struct {
	cause cause
	takes int   // that may go at once, when free
	room  int   // of the rate, when free
	wake  int64 // ms, ours: when it will have changed by itself
	spent *SpentError
	probe bool // a take that finds out whether a window has ended
	test  bool // a take that finds out whether the quota is still spent
	limit Limit
	quota allowance
}

const (
	hour      = 3600_000 // ms
	scoutAge  = 10_000   // ms: how long the first take on a key may keep others waiting
	quietAge  = 120_000  // ms: after so long without an answer the first take goes alone
	leaseSize = 32
	leaseAge  = 1000 // ms
	leaseRoom = 2048 // free room from which takes are leased in blocks
)

// judge decides on one take. opened is when the budget was opened.
func (e *entry) judge(c Config, opened int64, holder string) (verdict, error) {
	a, err := e.allowance(c)
	if err != nil {
		return verdict{}, err
	}
	v := verdict{quota: a, takes: 1}
	if a.left <= 0 {
		switch {
		case a.most > 0 && e.out() > 0, e.testing():
			v.cause, v.wake = byAnswer, e.now+1000
			return v, nil
		case e.mayTest(c, a, opened):
			v.test = true
		default:
			return e.spentVerdict(v, c, opened), nil
		}
	}
	if e.now < e.u.Blocked {
		v.cause, v.wake, v.limit = byRefusal, e.u.Blocked, e.u.rate(c)
		return v, nil
	}
	if e.mustScout(c) {
		if young := e.youngest(); young > e.now-scoutAge {
			v.cause, v.wake = byAnswer, young+scoutAge
			return v, nil
		}
	}
	room, err := e.rateRoom(c, &v)
	if err != nil || v.cause != free {
		return v, err
	}
	if !c.Import {
		if n, err := e.number("SELECT count(*) FROM claim WHERE usage=? AND until>? AND holder<>?", e.id, e.now, holder); err != nil || n > 0 {
			v.cause, v.wake = byImport, e.now+1000
			return v, err
		}
	}
	v.room = room
	if min(room, a.left) > leaseRoom && !v.test && !e.mustScout(c) {
		v.takes = leaseSize
	}
	return v, nil
}

// rateRoom computes how many takes the rate leaves, and fills in the verdict
// when there are none.
func (e *entry) rateRoom(c Config, v *verdict) (int, error) {
	room := unlimited
	if own := c.OwnRate; own.Requests > 0 {
		span := own.Per.Milliseconds()
		used, err := e.since(e.now - span)
		if err != nil {
			return 0, err
		}
		if room = own.Requests - used; room <= 0 {
			v.cause, v.limit = byOwn, own
			v.wake, err = e.frees(e.now-span, span, 1-room)
			return 0, err
		}
	}
	r, err := e.vendorRoom(c)
	if err != nil {
		return 0, err
	}
	if r.room > 0 {
		return min(room, r.room), nil
	}
	if e.mayProbe() {
		v.probe = true
		return 1, nil
	}
	v.cause, v.limit = byWindow, e.u.rate(c)
	v.wake, err = e.windowWake(v.limit, r)
	return 0, err
}

// rateRoom is what is free of the vendor's rate.
type rateRoom struct {
	room   int // that may go now
	used   int // own takes that may still count
	others int // requests of others that may still count
}

// vendorRoom is the better of two lower bounds (R1, R2): what our own log
// leaves in any span, and what the vendor announced less what went since.
func (e *entry) vendorRoom(c Config) (r rateRoom, err error) {
	l, s := e.u.rate(c), &e.u.Rate
	if l.Requests == 0 && !s.Known {
		r.room = unlimited
		return r, nil
	}
	if r.used, err = e.since(e.now - l.Per.Milliseconds() - margin(l.Per)); err != nil {
		return r, err
	}
	if e.now < e.u.OthersUntil {
		r.others = e.u.Others
	}
	announced := 0
	if s.Known {
		announced = s.room(e.out())
	}
	if l.Requests == 0 { // only Remaining is announced
		if r.room = announced; announced <= 0 && e.now >= e.sightEnd(l) {
			r.room = unlimited
		}
		return r, nil
	}
	r.room = max(l.Requests-r.used-r.others, min(announced, l.Requests))
	return r, nil
}

// sightEnd is when what was announced of the rate is over, in our time.
func (e *entry) sightEnd(l Limit) int64 {
	s := &e.u.Rate
	span := l.Per.Milliseconds()
	end := s.At + span + margin(l.Per)
	if s.Reset != 0 {
		if reset := e.u.Clock.ours(s.Reset); reset <= s.At+max(2*span, hour) {
			end = max(reset, s.At)
		}
	}
	return end
}

// mayProbe reports whether one take may find out if the announced window has
// ended (R4).
func (e *entry) mayProbe() bool {
	at := e.probeAt()
	return at != 0 && at <= e.now
}

// probeAt is when a probing take may go: when the announced reset has passed
// for sure and nothing was sent since it may have. (Where the window slides, a
// take sent in between has used the room that the reset announced.) 0: never.
func (e *entry) probeAt() int64 {
	s := &e.u.Rate
	if !s.Known || s.Reset == 0 || !e.u.Clock.Known || e.now < e.u.ProbeOff || e.u.LastTake >= s.Early-e.u.Clock.Hi {
		return 0
	}
	return e.u.Clock.ours(s.Reset)
}

// windowWake is when the window will have room, in our time.
func (e *entry) windowWake(l Limit, r rateRoom) (int64, error) {
	span := l.Per.Milliseconds() + margin(l.Per)
	wake := e.now + span
	frees, err := e.frees(e.now-span, span, r.used+r.others-l.Requests+1)
	if err != nil {
		return 0, err
	}
	if frees > e.now {
		wake = frees
	}
	if r.others > 0 {
		wake = min(wake, e.u.OthersUntil)
	}
	if at := e.probeAt(); at > e.now {
		wake = min(wake, at)
	}
	if l.Requests == 0 {
		wake = min(wake, max(e.sightEnd(l), e.now+1))
	}
	return max(wake, e.now+1), nil
}

// mustScout reports whether the next take goes alone: on a key of which nothing
// was heard for long, a burst could break a limit that the first answer tells.
func (e *entry) mustScout(c Config) bool {
	if e.u.Silent {
		return false
	}
	heard := max(e.u.Rate.At, e.u.Quota.At)
	return e.now-heard > max(quietAge, 2*e.u.rate(c).Per.Milliseconds())
}

// youngest is when the last take without an answer was given; 0: there is none.
func (e *entry) youngest() int64 {
	at := int64(0)
	for _, f := range e.flights {
		at = max(at, f.at)
	}
	return at
}

// testing reports whether the answer to a test is still to come.
func (e *entry) testing() bool { return e.u.TestSeq != 0 && e.aloft(e.u.TestSeq) }

// mayTest reports whether one take may find out if the quota is still spent
// (R6): once an hour, and only where the vendor said so.
func (e *entry) mayTest(c Config, a allowance, opened int64) bool {
	at := e.testAt(c, a, opened)
	return at != 0 && at <= e.now
}

// testAt is the earliest moment for the next test; 0: none before the reset.
// Our own count needs no test. Nor does a job that saw the quota run out and
// knows the vendor's clock, unless it was refused: then the vendor's windows
// are not what we think. What is only kept back for imports is tested when the
// vendor's word is an hour old.
func (e *entry) testAt(c Config, a allowance, opened int64) int64 {
	if a.told == 0 || a.told >= opened && !a.refused && e.u.Clock.Known {
		return 0
	}
	at := int64(1)
	if e.u.Tested != 0 && e.u.Tested <= e.now+clockSlack {
		at = e.u.Tested + hour
	}
	onlyKept := !c.Import && a.left+a.reserve > 0
	if a.told >= opened || onlyKept {
		at = max(at, a.told+hour)
	}
	return at
}

// spentVerdict fills in a verdict for a spent quota.
func (e *entry) spentVerdict(v verdict, c Config, opened int64) verdict {
	until := e.u.Clock.ours(v.quota.until)
	v.cause, v.wake = bySpent, until
	if at := e.testAt(c, v.quota, opened); at != 0 {
		v.wake = min(until, max(at, e.now+1))
	}
	a := v.quota
	used := a.used
	if a.limit > 0 && a.told != 0 {
		left := a.most
		if !c.Import {
			left += a.reserve
		}
		used = a.limit - max(left, 0)
	}
	v.spent = &SpentError{Until: msTime(until), Limit: a.limit, Used: used}
	if !c.Import {
		v.spent.Reserve = a.reserve
	}
	return v
}
