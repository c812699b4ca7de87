package extract

import (
	"context"
	"fmt"
	"time"

	"ferry/extract/connector"
	"ferry/extract/stage"
)

// Sweeps by keys stand beside those of lists: a purpose of their own, and one
// more for readings that a limit cuts, so that neither ends the other.
const (
	keysPurpose        = "keys"
	keysLimitedPurpose = "keys limited"
	keysFilter         = "keys" // of the certificate: proven for the keys given
)

// What a key led to stands in the checkpoint as its page's stripe.
const (
	keyFound   = iota
	keyMissing // the vendor has no such record
	keyRefused // the vendor takes it for no key
)

// openKeys finds the checkpoint of a reading by keys that stopped, or begins
// one. It makes no request: what the keys cost is known without.
//
// A sweep by keys has a page a key, named by the key's hash, so that neither
// another order of the keys nor more of them makes one be asked twice. The
// page, its record and what the key led to commit together.
func (r *runner) openKeys(ctx context.Context, rd *reading) error {
	l := newListing(rd, stage.SweepFull)
	l.filter, l.purpose, l.order = keysFilter, keysPurpose, nil
	if r.cfg.limited() {
		l.purpose = keysLimitedPurpose
		rd.keys.cut(r.cfg.Limit)
	}
	found, err := r.cfg.Stage.OpenSweep(ctx, r.cfg.Account.ID, l.stream.Name, l.kind, l.filter, l.purpose)
	if err != nil {
		return err
	}
	if found != nil {
		fresh, err := r.keysFresh(ctx, found)
		if err != nil {
			return err
		}
		if fresh {
			rd.sweep = &sweep{Sweep: *found, listing: l, resumed: true}
			return nil
		}
		if err := r.cfg.Stage.DropSweep(ctx, found.ID); err != nil {
			return err
		}
	}
	started, err := r.cfg.Stage.StartSweep(ctx, stage.Sweep{
		Account: r.cfg.Account.ID, Stream: l.stream.Name, Kind: l.kind, Filter: l.filter, Purpose: l.purpose,
		Started: r.cfg.Budget.Now().UTC().Truncate(time.Second), Attempt: 1,
	})
	rd.sweep = &sweep{Sweep: started, listing: l}
	return err
}

// cut leaves the first n keys, for trying out.
func (l *keyList) cut(n int) { l.keys = l.keys[:min(n, len(l.keys))] }

// keysFresh tells whether a reading that stopped is young enough to go on with.
func (r *runner) keysFresh(ctx context.Context, sw *stage.Sweep) (bool, error) {
	touched := sw.Started
	err := r.pages(ctx, sw.ID, func(p stage.PageInfo) error {
		if p.ReadAt.After(touched) {
			touched = p.ReadAt
		}
		return nil
	})
	return r.cfg.Budget.Now().Sub(touched) < maxAge, err
}

// pendingKeys gives the keys that the sweep has no answer for yet.
func (r *runner) pendingKeys(ctx context.Context, rd *reading) ([]givenKey, error) {
	asked := map[string]bool{}
	err := r.pages(ctx, rd.sweep.ID, func(p stage.PageInfo) error {
		asked[p.Variant] = true
		return nil
	})
	var pending []givenKey
	for _, k := range rd.keys.keys {
		if !asked[k.id()] {
			pending = append(pending, k)
		}
	}
	return pending, err
}

// keysPrice is a request a key not yet asked, and the details of records that
// have none yet.
func (r *runner) keysPrice(ctx context.Context, rd *reading) (Price, error) {
	p := Price{Stream: rd.stream.Name, Records: len(rd.keys.keys)}
	pending, err := r.pendingKeys(ctx, rd)
	if err != nil {
		return p, err
	}
	p.Requests = len(pending)
	if r.cfg.limited() {
		return p, nil
	}
	for _, name := range r.cfg.Details {
		s, err := r.cfg.Spec.Stream(name)
		if err != nil {
			return p, err
		}
		if !belongs(s, rd.stream) || rd.completedByGet(s) {
			continue
		}
		due, err := r.cfg.Stage.CountDue(ctx, r.cfg.Account.ID, rd.stream.Name, subName(name, rd.stream.Name), 0)
		if err != nil {
			return p, err
		}
		p.Requests += due + max(0, p.Records-r.staged(ctx, rd))
	}
	return p, nil
}

// completedByGet tells whether the call by key that reads the stream is the
// very call that would complete its records: then there is nothing to complete.
func (rd *reading) completedByGet(s *connector.Stream) bool {
	if rd.mode != modeKeys || s.Sub != nil || s.Detail == nil {
		return false
	}
	get, detail := *rd.stream.Get, *s.Detail
	key := func(string) (string, bool) { return "key", true }
	a, errA := get.Fill(key)
	b, errB := detail.Fill(key)
	return errA == nil && errB == nil && a.Method == b.Method && a.Path == b.Path && signature(a.Query) == signature(b.Query)
}

// finishKeys asks for every key, buries the records that are gone, and says
// what was found. A reading with keys that got no answer stays open: the next
// run asks for those alone.
func (r *runner) finishKeys(ctx context.Context, rd *reading) error {
	failed, err := r.askKeys(ctx, rd)
	if err != nil {
		return err
	}
	t, err := r.keyTally(ctx, rd)
	if err != nil {
		return err
	}
	doubt, err := r.doubtKeys(ctx, rd, t)
	if err != nil {
		return err
	}
	rd.certificate = r.keysCertificate(rd, t, failed, doubt)
	if rows := listed(rd.keys.unit, places(t.missing)); rows != "" {
		r.note(rd.stream.Name, "not found: the keys of "+rows)
	}
	if rd.certificate.Proof != stage.ProofNone && !r.cfg.limited() {
		if err := r.buryKeys(ctx, rd, t); err != nil {
			return err
		}
	}
	if len(failed) > 0 {
		return nil
	}
	return r.endSweeps(ctx, []*sweep{rd.sweep})
}

// mostListed is how many places a message names.
const mostListed = 20

// listed names places: "rows 3, 7 and 12", with the number of those left out.
func listed(unit string, at []int) string {
	if len(at) == 0 {
		return ""
	}
	if len(at) == 1 {
		return fmt.Sprintf("%s %d", unit, at[0])
	}
	text := unit + "s "
	for i, n := range at[:min(len(at), mostListed)] {
		switch {
		case i == 0:
		case i == len(at)-1:
			text += " and "
		default:
			text += ", "
		}
		text += fmt.Sprint(n)
	}
	if more := len(at) - mostListed; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
