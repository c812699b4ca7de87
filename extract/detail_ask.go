package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// dueBatch is how many due details are looked up at a time.
const dueBatch = 1000

// askDue asks until nothing is due but what failed in this run.
func (r *runner) askDue(ctx context.Context, d *detail, listed int64) error {
	for {
		due, err := r.cfg.Stage.Details(ctx, r.cfg.Account.ID, d.parent.stream.Name, d.sub(), listed, dueBatch+len(d.failed))
		if err != nil {
			return err
		}
		due = slices.DeleteFunc(due, func(x stage.Due) bool { return d.failed[x.Key] != nil })
		if len(due) == 0 {
			return nil
		}
		if err := r.askBatch(ctx, d, due); err != nil {
			return err
		}
	}
}

func (r *runner) askBatch(ctx context.Context, d *detail, due []stage.Due) error {
	var mu sync.Mutex
	g := newTasks(ctx)
	g.group.SetLimit(max(r.cfg.Connections, 1))
	for _, x := range due {
		if r.stopped() {
			break
		}
		g.Go(func(ctx context.Context) error {
			err := r.ask(ctx, d, x)
			mu.Lock()
			defer mu.Unlock()
			d.asked++
			if err != nil && ofOneRecord(err) {
				d.failed[x.Key] = err
				r.note(d.name(), fmt.Sprintf("record %s: %v", x.Key, err))
				return nil
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if r.stopped() {
		return errStopped
	}
	return nil
}

// ofOneRecord tells an answer that spoils one detail from an error that ends
// more. A vendor that is out of order spoils them all.
func ofOneRecord(err error) bool {
	return ofOneStream(err) && !errors.Is(err, api.ErrOutage) && api.ClassOf(err) != connector.Forbidden
}

// ask makes one detail call and stages its answer.
func (r *runner) ask(ctx context.Context, d *detail, due stage.Due) error {
	req, err := r.detailRequest(ctx, d, due.Key)
	if err != nil {
		return err
	}
	w := stage.DetailWrite{Run: r.cfg.Run, Account: r.cfg.Account.ID, Stream: d.parent.stream.Name, Key: due.Key, Sub: d.sub(), RowHash: due.RowHash}
	var page *api.Page
	if sub := d.stream.Sub; sub != nil && sub.Paging != nil {
		page, w.ReadAt, err = r.pagedAnswer(ctx, d, due.Key, req)
	} else {
		paths, shape := d.paths()
		split := func(body []byte) (*api.Page, error) { return api.SplitRecords(body, paths, shape) }
		page, w.ReadAt, err = r.detailPage(ctx, d, req, split)
	}
	switch {
	case err != nil && api.ClassOf(err) == connector.Missing && (d.stream.Sub == nil || d.stream.Sub.MissingOK):
		w.Missing, w.ReadAt = true, r.cfg.Budget.Now()
	case err != nil:
		return err
	case d.stream.Sub == nil && len(page.Rows) != 1:
		return &api.ShapeError{Want: "the one record asked for", Found: plural(len(page.Rows), "record")}
	case d.stream.Sub == nil && !isRecord(d.stream, page.Rows[0].Raw, due.Key):
		return &api.ShapeError{Want: "the record asked for", Found: "something else"}
	default:
		w.Body, w.Entries = page.Body, d.entries(due.Key, page)
	}
	return r.putDetail(ctx, d, w)
}

// isRecord tells whether an answer is the record of that key: a message under a
// good status is not, nor is another record.
func isRecord(s *connector.Stream, raw []byte, key record.Key) bool {
	own := ownKey(s)
	if len(own) < len(s.Key) { // the variant is part of the key
		return true
	}
	found, err := api.KeyOf(raw, own)
	return err == nil && found == key
}

func (r *runner) putDetail(ctx context.Context, d *detail, w stage.DetailWrite) error {
	result, err := r.cfg.Stage.PutDetail(ctx, w)
	if err != nil {
		return err
	}
	r.mu.Lock()
	d.counts.New += result.New
	d.counts.Changed += result.Changed
	d.counts.Unchanged += result.Unchanged
	d.counts.records += len(w.Entries)
	requests, records := d.counts.requests, d.counts.records
	r.mu.Unlock()
	r.report(Event{Event: EventDetail, Stream: d.name(), Requests: requests, Records: records, Left: r.left()})
	return nil
}

// detailPage makes one request of a detail, under the bound on requests in flight.
func (r *runner) detailPage(ctx context.Context, d *detail, req api.Request, split splitFunc) (page *api.Page, readAt time.Time, err error) {
	err = r.request(ctx, d.parent.rank, d.counts, func() (spent int, err error) {
		page, readAt, spent, err = r.detailAnswer(ctx, d, req, split)
		return spent, err
	})
	return page, readAt, err
}

// splitFunc cuts an answer into its rows.
type splitFunc func(body []byte) (*api.Page, error)

// detailAnswer fetches the answer; one that holds files is read as a stream.
func (r *runner) detailAnswer(ctx context.Context, d *detail, req api.Request, split splitFunc) (page *api.Page, readAt time.Time, spent int, err error) {
	field := fileField(d.stream.Fields)
	if field == "" {
		page, answer, err := r.cfg.Client.Split(ctx, req, split)
		if err == nil {
			readAt = answer.Vendor
		}
		return page, readAt, requestsOf(answer, err), err
	}
	err = r.cfg.Client.Open(ctx, req, func(body io.Reader, a *api.Answer) error {
		spent, readAt = a.Requests, a.Vendor
		small, err := spool(ctx, body, field, r.cfg.Stage)
		if err != nil {
			return err
		}
		page, err = split(small)
		return err
	})
	spent = max(spent, requestsOf(nil, err))
	return page, readAt, spent, err
}

func fileField(fields []record.Field) string {
	for _, f := range fields {
		if f.Kind == record.File {
			return f.Name
		}
	}
	return ""
}

// entries finds the records of a detail answer. Those of a sub-stream carry the
// parent's key first; equal ones within one answer are numbered.
func (d *detail) entries(parent record.Key, page *api.Page) []stage.Entry {
	entries := make([]stage.Entry, len(page.Rows))
	seen := map[record.Key]int{}
	for i, row := range page.Rows {
		key := parent
		if d.stream.Sub != nil {
			key = subKey(d.stream, parent, row.Raw, i)
			if seen[key]++; seen[key] > 1 {
				key = record.Key(fmt.Sprintf("%s~%d", key, seen[key]))
			}
		}
		entries[i] = stage.Entry{Key: key, Offset: row.Offset, Length: row.Length, Hash: xxhash.Sum64(row.Raw)}
	}
	return entries
}

// subKey is the parent's key and the record's own; its place stands in where it
// has none.
func subKey(s *connector.Stream, parent record.Key, raw []byte, place int) record.Key {
	parts := []string{string(parent)}
	for _, field := range ownKey(s) {
		part, err := api.KeyOf(raw, []string{field})
		if err != nil {
			part = record.Key(fmt.Sprintf("~%d", place))
		}
		parts = append(parts, string(part))
	}
	if len(parts) == 1 {
		parts = append(parts, fmt.Sprint(place))
	}
	return api.JoinKey(parts...)
}

// ownKey is the part of a stream's key that stands in the record itself.
func ownKey(s *connector.Stream) []string {
	return slices.DeleteFunc(slices.Clone(s.Key), func(name string) bool {
		return slices.ContainsFunc(s.Fields, func(f record.Field) bool { return f.Name == name && f.From != record.FromRecord })
	})
}

// detailRequest fills the call's {field}s from the parent's list row.
func (r *runner) detailRequest(ctx context.Context, d *detail, key record.Key) (api.Request, error) {
	var raw []byte
	var failed error
	call, err := d.call().Fill(func(field string) (string, bool) {
		if field == "key" || len(d.parent.stream.Key) == 1 && d.parent.stream.Key[0] == field {
			return string(key), true
		}
		if raw == nil && failed == nil {
			raw, _, failed = r.cfg.Stage.Row(ctx, r.cfg.Account.ID, d.parent.stream.Name, key)
		}
		value, err := api.KeyOf(raw, []string{field})
		return string(value), err == nil
	})
	return readRequest(call, d.name()), errors.Join(failed, err)
}

// readRequest is a call that only reads, and so may be made again.
func readRequest(c connector.Call, label string) api.Request {
	return api.Request{Method: c.Method, Path: c.Path, Query: c.Query, Label: label, Idempotent: true}
}
