package budget

// sight is what the vendor last announced of one limit, merged from answers
// that come in any order.
//
// While we are alone on the key, the vendor's counter is at least Remaining
// less every take that is not answered yet and every take that ended without
// an announcement: whichever answered take was counted last, what it announced
// is at least Remaining. That holds for windows of every kind, since a counter
// rises by itself and falls only by takes.
type sight struct {
	Known     bool    `json:"known,omitempty"`
	Remaining int     `json:"remaining,omitempty"`
	At        int64   `json:"at,omitempty"`     // ms, ours: when it was received
	Seq       int64   `json:"seq,omitempty"`    // takes given when it was merged: later takes know more
	Reset     int64   `json:"reset,omitempty"`  // ms, vendor's: the window has ended for sure; 0 not said
	Early     int64   `json:"early,omitempty"`  // ms, vendor's: it may have ended as early as this
	Anchor    int64   `json:"anchor,omitempty"` // Reset of the first answer merged: tells windows apart
	Until     int64   `json:"until,omitempty"`  // ms, vendor's: end of the quota window it speaks of
	Blind     []int64 `json:"blind,omitempty"`  // takes given when a take ended without announcement, one each
}

// maxBlind bounds the list: beyond it the oldest are taken for counted.
const maxBlind = 256

// merged says what became of an answer in a sight.
type merged int

const (
	older    merged = iota // of a window that is over; nothing learned
	joined                 // of the same window
	replaced               // newer than all that was known
)

// see merges what the answer to take seq announced. given is the number of
// takes given so far, tol the difference in ms up to which two resets are the
// same window.
func (s *sight) see(a Announced, seq, given, at, tol int64) merged {
	reset := a.reset()
	verdict := joined
	switch both := reset != 0 && s.Anchor != 0; {
	case !s.Known, seq > s.Seq:
		verdict = replaced // its take was given after all that is known was known
	case both && reset > s.Anchor+tol:
		verdict = replaced // counted in a later window
	case both && reset < s.Anchor-tol:
		return older
	}
	blind := s.Blind[:0]
	for _, b := range s.Blind {
		if seq <= b {
			blind = append(blind, b)
		}
	}
	s.Blind = blind
	if verdict == replaced {
		*s = sight{Known: true, Remaining: a.Remaining, At: at, Seq: given, Reset: reset, Early: a.early(), Anchor: reset, Blind: blind}
		return replaced
	}
	s.Remaining = min(s.Remaining, a.Remaining)
	s.At, s.Seq = max(s.At, at), given
	s.Reset, s.Early = max(s.Reset, reset), max(s.Early, a.early())
	return joined
}

// sameWindow tells that an answer speaks of the window already known.
func (s *sight) sameWindow(a Announced, tol int64) bool {
	reset := a.reset()
	return s.Known && reset != 0 && s.Anchor != 0 && max(reset-s.Anchor, s.Anchor-reset) <= tol
}

// miss notes a take that ended without an announcement.
func (s *sight) miss(given int64) {
	if !s.Known {
		return
	}
	s.Blind = append(s.Blind, given)
	if len(s.Blind) > maxBlind {
		s.Blind = s.Blind[len(s.Blind)-maxBlind:]
	}
}

// room is how many more requests the vendor accepts at least, with out takes
// unanswered.
func (s *sight) room(out int) int { return s.Remaining - out - len(s.Blind) }
