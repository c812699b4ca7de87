package extract

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// detail is one kind of detail call on its way through a run: it completes the
// records of its parent, or its answers are the records of a sub-stream.
type detail struct {
	parent *reading
	stream *connector.Stream // the sub-stream, or the parent's own stream
	counts *counts

	asked       int
	tombstones  int
	failed      map[record.Key]error
	certificate stage.Certificate
	err         error
}

// sub is the sub-stream's name, "" for a detail that completes the record.
func (d *detail) sub() string {
	if d.stream.Sub == nil {
		return ""
	}
	return d.stream.Name
}

// name is how the detail is called in the job file.
func (d *detail) name() string { return d.stream.Name }

func (d *detail) call() connector.Call {
	if d.stream.Sub != nil {
		return d.stream.Sub.Call
	}
	return d.stream.Detail.Call
}

func (d *detail) changedBy() *connector.ChangedBy {
	if d.stream.Sub != nil {
		return d.stream.Sub.ChangedBy
	}
	return d.stream.Detail.ChangedBy
}

func (d *detail) always() bool {
	if d.stream.Sub != nil {
		return d.stream.Sub.Always
	}
	return d.stream.Detail.Always
}

// paths are where the records stand in the answer, and shape how.
func (d *detail) paths() (paths []string, shape connector.RowShape) {
	if d.stream.Sub != nil {
		return d.stream.Sub.Records, d.stream.Sub.Row
	}
	return d.stream.Detail.Records, connector.RowShape{}
}

// complete asks for the details of the job file, kind by kind.
func (r *runner) complete(ctx context.Context, reads []*reading) error {
	for _, rd := range reads {
		for _, name := range r.cfg.Details {
			s, err := r.cfg.Spec.Stream(name)
			if err != nil {
				return err
			}
			if !belongs(s, rd.stream) || rd.completedByGet(s) {
				continue
			}
			d := &detail{parent: rd, stream: s, counts: &counts{}, failed: map[record.Key]error{}}
			rd.details = append(rd.details, d)
			if rd.ended() {
				d.err, d.certificate = rd.err, rd.certificate
				continue
			}
			err = r.detailsOf(ctx, d)
			if err != nil && ofOneStream(err) {
				err = r.failDetails(ctx, d, err)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// failDetails keeps what spoiled all details of a kind; a stream whose records
// they complete is not proven without them.
func (r *runner) failDetails(ctx context.Context, d *detail, why error) error {
	d.err = why
	r.note(d.name(), why.Error())
	if d.stream.Sub != nil {
		d.certificate = r.noCertificate(d.name(), why)
		return r.certify(ctx, d.certificate)
	}
	d.parent.certificate.Proof, d.parent.certificate.Text = stage.ProofNone, "not proven, its details could not be read: "+why.Error()
	return r.certify(ctx, d.parent.certificate)
}

func belongs(s, parent *connector.Stream) bool {
	if s.Sub != nil {
		return s.Sub.Parent == parent.Name
	}
	return s.Name == parent.Name && s.Detail != nil
}

// detailsOf asks for every detail that is due: never asked, asked for another
// list row, or named by the vendor's own filter.
//
// The cursor of that filter moves before the first detail is asked, not after
// the last: what it named is marked in the stage by then, and a detail that
// changes after it was asked must be named again, however many days this takes.
func (r *runner) detailsOf(ctx context.Context, d *detail) error {
	began := r.cfg.Budget.Now()
	listed, proven, err := r.narrow(ctx, d)
	if err != nil {
		return err
	}
	marked, err := r.markChanged(ctx, d)
	if err != nil {
		return err
	}
	if marked {
		err = r.cfg.Stage.PutCursor(ctx, stage.Cursor{Account: r.cfg.Account.ID, Stream: detailCursor(d), Value: began})
		if err != nil {
			return err
		}
	}
	if err := r.askDue(ctx, d, listed); err != nil {
		return err
	}
	if err := r.buryOrphans(ctx, d, listed, proven); err != nil {
		return err
	}
	if err := r.cfg.Stage.SetNote(ctx, askingNote(r, d), ""); err != nil {
		return err
	}
	return r.certifyDetails(ctx, d, began, proven && marked)
}

// buryOrphans makes tombstones of sub-stream records whose parent is gone, or no
// longer among those that have such records. A list that is narrowed by a filter
// of the job, or not proven, says nothing of the parents outside it.
func (r *runner) buryOrphans(ctx context.Context, d *detail, listed int64, proven bool) (err error) {
	if d.stream.Sub == nil {
		return nil
	}
	parent := d.parent.stream.Name
	if !proven || r.cfg.limited() || len(r.cfg.Filters[parent]) > 0 {
		listed = 0
	}
	d.tombstones, err = r.cfg.Stage.BuryOrphans(ctx, r.cfg.Account.ID, parent, d.sub(), listed, r.cfg.Budget.Now())
	return err
}

// certifyDetails says how many parents were asked and whether all answered.
func (r *runner) certifyDetails(ctx context.Context, d *detail, began time.Time, proven bool) error {
	parent := d.parent.certificate
	c := stage.Certificate{
		Account: r.cfg.Account.ID, Stream: d.name(), Run: r.cfg.Run, Proof: parent.Proof, AsOf: began,
		StartTotal: -1, EndTotal: -1, Pages: d.asked, Distinct: d.counts.records,
		Text: fmt.Sprintf("%s asked, %d unchanged before", plural(d.asked, "detail"), max(0, parent.Distinct-d.asked)),
	}
	switch {
	case len(d.failed) > 0:
		c.Proof = stage.ProofNone
		c.Text = fmt.Sprintf("not proven, %s could not be read: %s", plural(len(d.failed), "detail"), firstFailure(d.failed))
	case !proven:
		c.Proof = stage.ProofNone
		c.Text = "not proven, the list of the records that have them moved while it was read"
	}
	d.certificate = c
	if d.stream.Sub != nil {
		return r.certify(ctx, c)
	}
	if c.Proof == stage.ProofNone {
		d.parent.certificate.Proof, d.parent.certificate.Text = c.Proof, c.Text
	} else {
		d.parent.certificate.Text += "; " + c.Text
	}
	return r.certify(ctx, d.parent.certificate)
}

func firstFailure(failed map[record.Key]error) string {
	keys := make([]record.Key, 0, len(failed))
	for k := range failed {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return fmt.Sprintf("record %s: %v", keys[0], failed[keys[0]])
}
