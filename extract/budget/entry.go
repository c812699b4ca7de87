package budget

import (
	"database/sql"
	"encoding/json"
	"time"
)

// flightAge is after how long a take counts as ended though no answer was
// noted, in ms: its process was killed.
const flightAge = 5 * 60_000

// retention is how long takes are kept, in ms.
const retention = 50 * 3600_000

// entry is what the ledger knows of one key, within one transaction.
type entry struct {
	*Ledger
	id      int64
	now     int64 // ms, ours
	loaded  string
	u       usage
	flights []flight

	counted bool // own is what since gave for from
	from    int64
	own     int
}

// flight is a block of takes without an answer.
type flight struct {
	block  int64
	takes  int
	at     int64
	holder string
}

// load reads the entry and makes it when missing.
func (e *entry) load(key string) error {
	find := func() error {
		return e.scan(func(r *sql.Rows) error { return r.Scan(&e.id, &e.loaded) }, "SELECT id, state FROM usage WHERE key=?", key)
	}
	if err := find(); err != nil {
		return err
	}
	if e.id == 0 {
		if _, err := e.exec("INSERT INTO usage (key, state) VALUES (?, '{}')", key); err != nil {
			return err
		}
		if err := find(); err != nil {
			return err
		}
	}
	var err error
	if e.u, err = decodeUsage(e.loaded); err != nil {
		return err
	}
	if e.u.clockSet(e.now) {
		for _, query := range []string{
			"UPDATE take SET last=? WHERE usage=? AND at>?", "UPDATE flight SET at=? WHERE usage=? AND at>?",
			"UPDATE claim SET until=? WHERE usage=? AND until>?",
		} {
			if _, err := e.exec(query, e.now, e.id, e.now); err != nil {
				return err
			}
		}
	}
	if err := e.loadFlights(); err != nil {
		return err
	}
	return e.prune()
}

func (e *entry) loadFlights() error {
	err := e.scan(func(r *sql.Rows) error {
		var f flight
		if err := r.Scan(&f.block, &f.takes, &f.at, &f.holder); err != nil {
			return err
		}
		e.flights = append(e.flights, f)
		return nil
	}, "SELECT block, takes, at, holder FROM flight WHERE usage=?", e.id)
	if err != nil {
		return err
	}
	return e.ground(func(f flight) bool { return e.now-f.at > flightAge })
}

// ground ends the flights whose answers will never be noted. Whether the vendor
// counted them is unknown until an answer to a later take tells.
func (e *entry) ground(dead func(flight) bool) error {
	rest := e.flights[:0]
	for _, f := range e.flights {
		if !dead(f) {
			rest = append(rest, f)
			continue
		}
		for range f.takes {
			e.u.Rate.miss(e.u.Seq)
			e.u.Quota.miss(e.u.Seq)
		}
		if _, err := e.exec("DELETE FROM flight WHERE usage=? AND block=?", e.id, f.block); err != nil {
			return err
		}
	}
	e.flights = rest
	return nil
}

// save writes the entry if it changed.
func (e *entry) save() error {
	text, err := json.Marshal(e.u)
	if err != nil || string(text) == e.loaded {
		return err
	}
	_, err = e.exec("UPDATE usage SET state=? WHERE id=?", string(text), e.id)
	return err
}

// prune drops old rows, now and then.
func (e *entry) prune() error {
	if e.now-e.u.Pruned < 10*60_000 {
		return nil
	}
	e.u.Pruned = e.now
	if _, err := e.exec("DELETE FROM take WHERE usage=? AND at<?", e.id, e.now-retention); err != nil {
		return err
	}
	if _, err := e.exec("DELETE FROM quota WHERE usage=? AND until<?", e.id, e.vendorLow()-retention); err != nil {
		return err
	}
	_, err := e.exec("DELETE FROM claim WHERE usage=? AND until<?", e.id, e.now)
	return err
}

// vendorLow is the earliest the vendor's clock can stand at now, vendorHigh the
// latest.
func (e *entry) vendorLow() int64  { return e.now + e.u.Clock.Lo }
func (e *entry) vendorHigh() int64 { return e.now + e.u.Clock.Hi }

// out is how many takes have no answer yet.
func (e *entry) out() int {
	n := 0
	for _, f := range e.flights {
		n += f.takes
	}
	return n
}

// aloft reports whether take seq has no answer yet. It must not be leased.
func (e *entry) aloft(seq int64) bool {
	for _, f := range e.flights {
		if f.block == seq {
			return true
		}
	}
	return false
}

// since counts our own takes after a moment.
func (e *entry) since(moment int64) (int, error) {
	n, err := e.number("SELECT coalesce(sum(takes), 0) FROM take WHERE usage=? AND at>? AND last>?", e.id, moment-maxSlot, moment)
	return int(n), err
}

// maxSlot is the most that the begin of a row can lie before its last take: the
// widest slot and a lease, in ms.
const maxSlot = 60_000

// frees is the moment at which, of the takes after moment, n have left a span
// that ends extra ms after each; 0 when there are not so many.
func (e *entry) frees(moment, extra int64, n int) (at int64, err error) {
	if n <= 0 {
		return e.now, nil
	}
	seen := 0
	err = e.scan(func(r *sql.Rows) error {
		var last int64
		var takes int
		if err := r.Scan(&last, &takes); err != nil {
			return err
		}
		if seen < n {
			at = last + extra
		}
		seen += takes
		return nil
	}, "SELECT last, takes FROM take WHERE usage=? AND at>? AND last>? ORDER BY last", e.id, moment-maxSlot, moment)
	if seen < n {
		return 0, err
	}
	return at, err
}

// spent counts our own takes in a quota window.
func (e *entry) spent(w window) (int, error) {
	n := int64(-1)
	read := func(r *sql.Rows) error { return r.Scan(&n) }
	err := e.scan(read, "SELECT takes FROM quota WHERE usage=? AND start=? AND until=?", e.id, w.start, w.until)
	if err != nil || n >= 0 {
		return int(n), err
	}
	n, err = e.number("SELECT coalesce(sum(takes), 0) FROM take WHERE usage=? AND at>=?", e.id, w.start-e.u.Clock.Hi-1000)
	if err != nil {
		return 0, err
	}
	_, err = e.exec("INSERT INTO quota (usage, start, until, takes) VALUES (?, ?, ?, ?)", e.id, w.start, w.until, n)
	return int(n), err
}

// count notes n takes (or gives them back, when below zero) in the row of slot
// and in every quota window that holds the vendor's time from low to high.
func (e *entry) count(n int, slot, last, low, high int64) error {
	_, err := e.exec(`INSERT INTO take (usage, at, last, takes) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET takes=max(0, takes+excluded.takes), last=max(last, excluded.last)`, e.id, slot, last, n)
	if err != nil || low > high {
		return err
	}
	_, err = e.exec("UPDATE quota SET takes=max(0, takes+?) WHERE usage=? AND start<=? AND until>?", n, e.id, high, low)
	return err
}

// grant notes n takes before they are used, and gives the first ticket.
func (e *entry) grant(n int, width int64, holder string) (Ticket, error) {
	last := e.now
	if n > 1 {
		last += leaseAge // they may be used until then
	}
	first, slot := e.u.Seq+1, e.now-e.now%width
	if err := e.count(n, slot, last, e.vendorLow(), e.vendorHigh()); err != nil {
		return Ticket{}, err
	}
	_, err := e.exec("INSERT INTO flight (usage, block, takes, at, holder) VALUES (?, ?, ?, ?, ?)", e.id, first, n, e.now, holder)
	if err != nil {
		return Ticket{}, err
	}
	e.flights = append(e.flights, flight{first, n, e.now, holder})
	e.u.Seq += int64(n)
	e.u.LastTake = last
	return Ticket{Seq: first, Sent: time.UnixMilli(e.now), block: first, slot: slot, leased: n > 1}, nil
}

// land ends n takes of a block.
func (e *entry) land(block int64, n int) error {
	for i, f := range e.flights {
		if f.block != block {
			continue
		}
		if e.flights[i].takes -= n; e.flights[i].takes > 0 {
			_, err := e.exec("UPDATE flight SET takes=? WHERE usage=? AND block=?", e.flights[i].takes, e.id, block)
			return err
		}
		e.flights = append(e.flights[:i], e.flights[i+1:]...)
		_, err := e.exec("DELETE FROM flight WHERE usage=? AND block=?", e.id, block)
		return err
	}
	return nil // it was grounded: the answer came after minutes
}
