package extract

import (
	"context"
	"errors"
	"sync"
	"time"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/stage"
)

// runner is one Run at work.
type runner struct {
	cfg       Config
	slots     *slots
	reporting sync.Mutex

	mu       sync.Mutex // guards what follows and every counts
	stopWhy  error
	leftNow  int
	leftSeen time.Time
}

// Run reads the streams and details of the configuration into the stage.
//
// The summary is valid with an error too. The error is a *budget.SpentError (or
// an *api.Error of class quota) when the run stopped at the quota: what was in
// flight is staged and the next Run goes on from there. Credentials that are
// refused, a stage that cannot be written and a cancelled context end the run
// at once, a *KeysError before its first request. What concerns one stream only
// stands in its summary.
func Run(ctx context.Context, cfg Config) (Summary, error) {
	r := &runner{cfg: cfg, slots: newSlots(cfg.Connections)}
	reads, err := r.plan()
	if err == nil {
		err = r.loadKeys(ctx, reads)
	}
	if err != nil {
		return Summary{}, err
	}
	err = r.read(ctx, reads)
	if err == nil && !cfg.limited() {
		err = r.complete(ctx, reads)
	}
	if err == nil {
		_, err = cfg.Stage.Repack(ctx)
	}
	if errors.Is(err, errStopped) {
		err = r.stopReason()
		r.report(Event{Event: EventStopped, Reason: err.Error()})
	}
	summary, sumErr := r.summary(context.WithoutCancel(ctx), reads)
	return summary, errors.Join(err, sumErr)
}

func (c Config) limited() bool { return c.Limit > 0 }

// plan makes a reading of every stream asked for.
func (r *runner) plan() ([]*reading, error) {
	var reads []*reading
	for rank, name := range r.cfg.Streams {
		s, err := r.cfg.Spec.Stream(name)
		if err != nil {
			return nil, err
		}
		reads = append(reads, &reading{stream: s, rank: rank, counts: &counts{}})
	}
	return reads, nil
}

// read opens every stream, reports the price, and reads them to their end.
func (r *runner) read(ctx context.Context, reads []*reading) error {
	if err := r.each(ctx, reads, r.open); err != nil {
		return err
	}
	if err := r.reportPrice(ctx, reads); err != nil {
		return err
	}
	return r.each(ctx, reads, r.finish)
}

// each runs a step of all streams side by side. An error that concerns one
// stream is kept in it, and the others go on.
func (r *runner) each(ctx context.Context, reads []*reading, step func(context.Context, *reading) error) error {
	g := newTasks(ctx)
	for _, rd := range reads {
		if rd.ended() {
			continue
		}
		g.Go(func(ctx context.Context) error {
			err := step(ctx, rd)
			switch {
			case err == nil || !ofOneStream(err):
				return err
			case api.ClassOf(err) == connector.Forbidden:
				return r.forbidden(ctx, rd, err)
			}
			rd.err = err
			r.note(rd.stream.Name, err.Error())
			return r.unproven(ctx, rd, err)
		})
	}
	return g.Wait()
}

// forbidden leaves a stream as it is staged: the key may not read it, which is
// no failure of the run, but nothing about the stream is proven.
func (r *runner) forbidden(ctx context.Context, rd *reading, why error) error {
	rd.barred = true
	return r.unproven(ctx, rd, why)
}

// unproven certifies that a stream could not be read in this run, so that the
// proof of an earlier run does not stand for it.
func (r *runner) unproven(ctx context.Context, rd *reading, why error) error {
	rd.certificate = r.noCertificate(rd.stream.Name, why)
	rd.certificate.Filter = signature(r.cfg.Filters[rd.stream.Name])
	return r.certify(ctx, rd.certificate)
}

func (r *runner) noCertificate(stream string, why error) stage.Certificate {
	return stage.Certificate{
		Account: r.cfg.Account.ID, Stream: stream, Run: r.cfg.Run, Proof: stage.ProofNone, AsOf: r.cfg.Budget.Now(),
		StartTotal: -1, EndTotal: -1, Text: "not proven, " + why.Error(),
	}
}

// ofOneStream tells an answer that spoils one stream from an error that ends
// the run.
func ofOneStream(err error) bool {
	var shape *api.ShapeError
	var list *subListError
	if errors.As(err, &shape) || errors.As(err, &list) {
		return true
	}
	var failed *api.Error
	if !errors.As(err, &failed) {
		return errors.Is(err, errNoList)
	}
	switch {
	case failed.Class == connector.Credentials, failed.Class == connector.QuotaSpent, errors.Is(err, api.ErrOutage):
		return false
	}
	return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

func (r *runner) stop(why error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopWhy == nil {
		r.stopWhy = why
	}
}

func (r *runner) stopped() bool { return r.stopReason() != nil }

func (r *runner) stopReason() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stopWhy
}

// left is the requests left today, asked from the ledger at most once a second.
func (r *runner) left() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.leftSeen) < time.Second {
		return r.leftNow
	}
	r.leftSeen = time.Now()
	if state, err := r.cfg.Budget.State(context.Background()); err == nil {
		r.leftNow = state.Left
	}
	return r.leftNow
}

// summary counts what is staged now.
func (r *runner) summary(ctx context.Context, reads []*reading) (Summary, error) {
	var all Summary
	for _, rd := range reads {
		own := len(all.Streams)
		live, err := r.cfg.Stage.LiveCount(ctx, r.cfg.Account.ID, rd.stream.Name)
		if err != nil {
			return all, err
		}
		c := rd.counts
		all.Streams = append(all.Streams, StreamSummary{
			Name: rd.stream.Name, Records: live, Listed: rd.certificate.Distinct,
			New: c.New, Changed: c.Changed, Unchanged: c.Unchanged, Revived: c.Revived,
			Tombstones: rd.tombstones, Keyless: c.keyless, Requests: c.requests,
			Certificate: rd.certificate, Err: rd.err,
		})
		all.Requests += c.requests
		for _, d := range rd.details {
			all.Requests += d.counts.requests
			if d.stream.Sub == nil {
				all.Streams[own].Requests += d.counts.requests
				continue
			}
			if live, err = r.cfg.Stage.LiveCount(ctx, r.cfg.Account.ID, d.stream.Name); err != nil {
				return all, err
			}
			all.Streams = append(all.Streams, StreamSummary{
				Name: d.stream.Name, Records: live, Listed: d.counts.records, New: d.counts.New, Changed: d.counts.Changed,
				Unchanged: d.counts.Unchanged, Tombstones: d.tombstones, Requests: d.counts.requests,
				Certificate: d.certificate, Err: d.err,
			})
		}
	}
	return all, nil
}
