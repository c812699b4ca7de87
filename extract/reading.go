package extract

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ferry/extract/connector"
	"ferry/extract/stage"
)

// reading is one stream on its way through a run.
type reading struct {
	stream *connector.Stream
	rank   int
	counts *counts

	mode        mode
	keys        *keyList // what is asked for; nil: the list is read
	sweep       *sweep   // the list being read
	cursor      stage.Cursor
	certificate stage.Certificate
	tombstones  int
	details     []*detail
	barred      bool // the key may not read it
	err         error
}

// ended tells that nothing more can be read of the stream in this run.
func (rd *reading) ended() bool { return rd.err != nil || rd.barred }

// mode is how a stream is read in this run.
type mode int

const (
	modeFull    mode = iota + 1 // the whole list
	modeChanges                 // what changed since the cursor
	modeLimited                 // the first records only, for trying out
	modeKeys                    // the records of the keys that the job gives
)

// errNoList marks streams that the vendor cannot list.
var errNoList = errors.New("the vendor has no list of them")

// open decides how the stream is read and reads its first page, or finds the
// checkpoint of a run that stopped.
func (r *runner) open(ctx context.Context, rd *reading) (err error) {
	if rd.mode == modeKeys {
		return r.openKeys(ctx, rd)
	}
	if rd.stream.List == nil {
		return fmt.Errorf("%s: %w; give the keys to ask for in source.keys", rd.stream.Name, errNoList)
	}
	if rd.mode, err = r.modeOf(ctx, rd); err != nil {
		return err
	}
	rd.sweep, err = r.openSweep(ctx, r.listingOf(rd), 1)
	return err
}

func (r *runner) modeOf(ctx context.Context, rd *reading) (mode, error) {
	if r.cfg.limited() {
		return modeLimited, nil
	}
	s := rd.stream
	filter := signature(r.cfg.Filters[s.Name])
	if s.Cursor == nil || filter != "" || !r.cfg.Incremental || s.List.Variants != nil || !countable(s.List.Paging) {
		return modeFull, nil
	}
	begun, err := r.cfg.Stage.OpenSweep(ctx, r.cfg.Account.ID, s.Name, stage.SweepFull, filter, "")
	if err != nil || begun != nil {
		return modeFull, err
	}
	cursor, ok, err := r.cfg.Stage.Cursor(ctx, r.cfg.Account.ID, s.Name, filter)
	if err != nil || !ok || cursor.Value.IsZero() {
		return modeFull, err
	}
	if age := r.cfg.Budget.Now().Sub(cursor.SweptAt); age >= r.cfg.SweepEvery {
		return modeFull, nil
	}
	rd.cursor = cursor
	return modeChanges, nil
}

// listingOf is the list that the stream's mode reads.
func (r *runner) listingOf(rd *reading) *listing {
	s := rd.stream
	filters := r.cfg.Filters[s.Name]
	l := newListing(rd, stage.SweepFull)
	l.filter, l.params = signature(filters), slices.Clone(filters)
	switch rd.mode {
	case modeLimited:
		l.purpose, l.most, l.order = "limited", r.cfg.Limit, nil
		if size := s.List.Paging.Size; size > 0 {
			l.size = min(size, r.cfg.Limit)
		}
		return l
	case modeChanges:
		l.kind = stage.SweepChanges
		l.since = earlier(s.Cursor, rd.cursor.Value)
		l.params = append(withoutParam(l.params, s.Cursor.Param), sinceParam(s.Cursor, l.since))
	}
	return l
}

func withoutParam(params []connector.Param, name string) []connector.Param {
	return slices.DeleteFunc(slices.Clone(params), func(p connector.Param) bool { return p.Name == name })
}

// finish reads the stream to its end and certifies it.
func (r *runner) finish(ctx context.Context, rd *reading) (err error) {
	switch rd.mode {
	case modeLimited:
		err = r.finishLimited(ctx, rd)
	case modeChanges:
		err = r.finishChanges(ctx, rd)
	case modeKeys:
		err = r.finishKeys(ctx, rd)
	default:
		err = r.finishFull(ctx, rd)
	}
	if err != nil {
		return err
	}
	return r.certify(ctx, rd.certificate)
}

func (r *runner) certify(ctx context.Context, c stage.Certificate) error {
	if err := r.cfg.Stage.PutCertificate(ctx, c); err != nil {
		return err
	}
	records := c.Distinct
	if c.Proof == stage.ProofChanges {
		records = c.EndTotal
	}
	r.report(Event{Event: EventProof, Stream: c.Stream, Records: records, Reason: string(c.Proof) + ": " + c.Text})
	return nil
}

// finishFull reads the whole list, proves it, and looks for deletions.
func (r *runner) finishFull(ctx context.Context, rd *reading) error {
	if err := r.readAll(ctx, rd.sweep); err != nil {
		return err
	}
	c, sweeps, err := r.prove(ctx, rd.sweep)
	if err != nil {
		return err
	}
	rd.certificate = c
	if c.Proof != stage.ProofNone && rd.sweep.Filter == "" {
		if err := r.settleFull(ctx, rd, sweeps); err != nil {
			return err
		}
	}
	return r.endSweeps(ctx, sweeps)
}

// settleFull makes tombstones and moves the cursor after a proven sweep.
func (r *runner) settleFull(ctx context.Context, rd *reading, sweeps []*sweep) error {
	if err := r.bury(ctx, rd, sweeps); err != nil {
		return err
	}
	if rd.stream.Cursor == nil {
		return nil
	}
	return r.cfg.Stage.PutCursor(ctx, stage.Cursor{
		Account: r.cfg.Account.ID, Stream: rd.stream.Name,
		Value: rd.sweep.Started, SweptAt: r.cfg.Budget.Now(),
	})
}

// endSweeps ends sweeps that belong together in one commit, so that none of
// them is left open when the one it repeats is gone.
func (r *runner) endSweeps(ctx context.Context, sweeps []*sweep) error {
	ended := make([]stage.Sweep, len(sweeps))
	for i, sw := range sweeps {
		sw.Ended = r.cfg.Budget.Now()
		ended[i] = sw.Sweep
	}
	return r.cfg.Stage.EndSweep(ctx, ended...)
}

// finishLimited reads pages from the front until the limit is reached; what a
// run that stopped has read counts.
func (r *runner) finishLimited(ctx context.Context, rd *reading) error {
	sw := rd.sweep
	before, err := r.tallyOf(ctx, sw.ID)
	if err != nil {
		return err
	}
	pr, err := r.progressOf(ctx, sw)
	if err != nil {
		return err
	}
	rd.counts.records = before.rows
	for _, lp := range sw.plan.Lists {
		if err := r.readLimited(ctx, rd, lp, pr.read[lp.Variant]); err != nil {
			return err
		}
	}
	t, err := r.tallyOf(ctx, sw.ID)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("limited to %s for trying out", plural(r.cfg.Limit, "record"))
	rd.certificate = r.certificate(sw, t, stage.ProofLimited, text)
	return r.endSweeps(ctx, []*sweep{sw})
}

func (r *runner) readLimited(ctx context.Context, rd *reading, lp listPlan, done []int) error {
	p := rd.sweep.listing.paging()
	rows := lp.Rows
	for number := p.First; rd.counts.records < r.cfg.Limit && (lp.Last < 0 || number <= lp.Last); number++ {
		if !slices.Contains(done, number) {
			page, _, err := r.readPage(ctx, rd.sweep, lp.Variant, number, lp.Stripes[0].ID, number)
			if err != nil {
				return err
			}
			rows = len(page.Rows)
		}
		if rows == 0 || p.Kind == connector.PageNone || lp.Last < 0 && rows < lp.Size {
			return nil
		}
	}
	return nil
}
