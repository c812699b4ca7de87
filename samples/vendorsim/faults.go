package vendorsim

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// FaultKind names one way in which an answer goes wrong.
type FaultKind string

// What can go wrong. "Counted" means: against rate and quota. "Done" means: a write has taken effect.
const (
	// FaultReset breaks the connection before the vendor saw the call: not counted, not done.
	FaultReset FaultKind = "reset"
	// FaultResetCounted breaks the connection instead of answering: counted and done.
	FaultResetCounted FaultKind = "reset_counted"
	// FaultLateWrite breaks the connection; counted, and the write is done only Delay later (default 5 s).
	FaultLateWrite FaultKind = "late_write"
	// FaultCut breaks the connection in the middle of the body, whose Content-Length promises all of it.
	FaultCut FaultKind = "cut"
	// Fault500 answers 500 Internal Server Error: not done, unless Done is set.
	Fault500 FaultKind = "500"
	// Fault503 answers 503 with Retry-After (RetryAfter, default 1 s): not done, unless Done is set.
	Fault503 FaultKind = "503"
	// FaultRate answers 429 with the rate message although the headers show room: counted, not done.
	FaultRate FaultKind = "429_rate"
	// FaultQuota answers 429 with the quota message and an empty quota, although there is some: counted, not done.
	FaultQuota FaultKind = "429_quota"
	// FaultHTML answers 200 with a web page: counted and done.
	FaultHTML FaultKind = "html"
	// FaultContentType labels the right JSON as text/html.
	FaultContentType FaultKind = "content_type"
	// FaultSlow answers rightly, but only after Delay (default 5 min).
	FaultSlow FaultKind = "slow"
	// FaultDuplicate shows the row before the page once more, as the page's first row. Nothing is missing.
	FaultDuplicate FaultKind = "duplicate"
	// FaultShift shows the row before the page in place of the page's first row, which is missing.
	FaultShift FaultKind = "shift"
	// FaultTruncated sends half of the JSON with a Content-Length that fits the half.
	FaultTruncated FaultKind = "truncated"
	// FaultNoID leaves the id out of a list's first row.
	FaultNoID FaultKind = "no_id"
	// FaultType puts a number where a list's first row has its name, description or note.
	FaultType FaultKind = "type"
	// FaultExtraField adds an unknown key to every row of a list.
	FaultExtraField FaultKind = "extra_field"
	// FaultGoneField leaves a documented key, not the id, out of every row of a list.
	FaultGoneField FaultKind = "gone_field"
	// FaultTotal adds 7 to recordsTotal.
	FaultTotal FaultKind = "total"
	// FaultRedirect answers 302 to another host (Location, default https://elsewhere.invalid/): not done.
	FaultRedirect FaultKind = "redirect"
	// FaultOutage counts the answers given while Outage was on; it cannot be asked for in Options.
	FaultOutage FaultKind = "outage"
)

// FaultKinds lists every kind that may stand in Options.Faults and spoils any call; see WriteFaultKinds for the others.
func FaultKinds() []FaultKind {
	return []FaultKind{
		FaultReset, FaultResetCounted, FaultLateWrite, FaultCut, Fault500, Fault503, FaultRate, FaultQuota, FaultHTML,
		FaultContentType, FaultSlow, FaultDuplicate, FaultShift, FaultTruncated, FaultNoID, FaultType,
		FaultExtraField, FaultGoneField, FaultTotal, FaultRedirect,
	}
}

// Fault is one bad mood: what, when and on which calls. Of several that fit one request the first happens.
type Fault struct {
	Kind FaultKind
	// Chance from 0 to 1 draws for each fitting request, from the seed.
	Chance float64
	// Nth are the fitting requests it happens on, the first is 1.
	Nth []int
	// Every lets it happen on each so-manieth fitting request.
	Every int
	// Times stops it after so many; 0 never.
	Times int
	// For lets it go on happening to every fitting request for so long once it has begun; such a span counts once for Times.
	For time.Duration
	// Path limits it to requests whose path contains it, in any case; Method to that verb.
	Path, Method string
	// When limits it to writes whose fields it accepts: decoded JSON, numbers as json.Number; of a batch any row. It must not
	// call the simulator.
	When func(fields map[string]any) bool
	// Done lets a write take effect although the answer is a 500, 502, 503, 504 or error_200.
	Done bool
	// The rest belongs to the kinds that mention it.
	Delay, RetryAfter, Shift time.Duration
	Location, Field, Text    string
	Letters, Factor, Status  int
}

// faultDesk draws the fault of each request. It is safe for concurrent use.
type faultDesk struct {
	mu     sync.Mutex
	seed   uint64
	faults []faultState
	outage bool
}

type faultState struct {
	Fault
	seen, hit int
	until     time.Time // of the span under way
}

func (d *faultDesk) set(faults []Fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = make([]faultState, len(faults))
	for i, f := range faults {
		d.faults[i].Fault = f
	}
}

// down returns the fault of every request while there is an outage, nil otherwise.
func (d *faultDesk) down() *Fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.outage {
		return &Fault{Kind: FaultOutage}
	}
	return nil
}

// next returns the fault of this call, nil for none.
func (d *faultDesk) next(c *call) *Fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	var found *Fault
	for i := range d.faults {
		f := &d.faults[i]
		if !f.fits(c) {
			continue
		}
		f.seen++
		spans := c.now.Before(f.until)
		if found == nil && (spans || f.due(d.seed, i)) {
			if !spans {
				f.hit++
				f.until = c.now.Add(f.For)
			}
			one := f.Fault
			found = &one
		}
	}
	return found
}

func (f *faultState) fits(c *call) bool {
	if f.Method != "" && !strings.EqualFold(f.Method, c.r.Method) || f.onlyWrites() && c.r.Method == http.MethodGet {
		return false
	}
	if f.Path != "" && !strings.Contains(strings.ToLower(c.r.URL.Path), strings.ToLower(f.Path)) {
		return false
	}
	return f.fitsBody(c)
}

func (f *faultState) due(seed uint64, slot int) bool {
	if f.Times > 0 && f.hit >= f.Times {
		return false
	}
	for _, n := range f.Nth {
		if n == f.seen {
			return true
		}
	}
	if f.Every > 0 && f.seen%f.Every == 0 {
		return true
	}
	p := pickFor(seed, 0xfa000+uint64(slot), f.seen)
	return f.Chance > 0 && p.share() < f.Chance
}

// is tells whether f is one of the kinds; a nil fault is none.
func (f *Fault) is(kinds ...FaultKind) bool {
	if f == nil {
		return false
	}
	for _, k := range kinds {
		if f.Kind == k {
			return true
		}
	}
	return false
}
