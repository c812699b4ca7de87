package extract

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// listing is one list to be read: a stream's list under fixed parameters.
type listing struct {
	stream  *connector.Stream
	kind    stage.SweepKind
	purpose string            // tells apart sweeps of one kind; "" the stream itself
	filter  string            // signature of the filters in force
	params  []connector.Param // filters and cursor
	since   time.Time         // of SweepChanges
	order   *connector.Order  // an immutable order these parameters ask for; nil none
	names   bool              // only the keys are wanted
	blind   bool              // records enter it unseen by the cursor: its silence proves nothing
	repeat  bool              // a reading of what was read before, to prove it
	recount *recount          // of a repeat whose list announces no total; nil: nothing to count
	size    int               // rows a page to ask for; 0 as the spec says
	most    int               // records to keep at most; 0 all
	rank    int               // of its requests among those that wait
	counts  *counts
	own     []string // the part of the key that stands in the record itself
}

func newListing(rd *reading, kind stage.SweepKind) *listing {
	return &listing{stream: rd.stream, kind: kind, rank: rd.rank, counts: rd.counts, order: rd.stream.Order, own: ownKey(rd.stream)}
}

// counts gathers what the listing's pages brought; it belongs to the stream.
type counts struct {
	stage.PutResult
	keyless  int
	requests int
	records  int
	asides   []int64 // closing probes that listed something, see keepAside
}

func (l *listing) paging() *connector.Paging { return &l.stream.List.Paging }

// pageSize is the rows a page is asked with; 0 where the server decides.
func (l *listing) pageSize() int { return cmp.Or(l.size, l.paging().Size) }

// orderedBy names the order the list is asked in; "" none.
func (l *listing) orderedBy() string {
	if l.order == nil {
		return ""
	}
	return signature(l.order.Query)
}

// variants gives the lists the stream is really made of; one "" for most.
func (l *listing) variants() []string {
	v := l.stream.List.Variants
	if v == nil {
		return []string{""}
	}
	for _, p := range l.params {
		if p.Name == v.Param { // the job reads only one of the lists
			return []string{p.Value}
		}
	}
	return v.Values
}

// key makes the record's key; a variant that is part of it stands first. A row
// without its key is kept under a hash of its bytes: nothing is lost.
func (l *listing) key(raw []byte, variant string, hash uint64) (record.Key, bool) {
	key, err := api.KeyOf(raw, l.own)
	if err != nil {
		var b [8]byte
		for i := range b {
			b[i] = byte(hash >> (56 - 8*i))
		}
		return record.Key("~" + hex.EncodeToString(b[:])), false
	}
	if l.stream.List == nil { // asked by key
		return key, true
	}
	if v := l.stream.List.Variants; v != nil && v.InKey {
		key = api.JoinKey(variant, string(key))
	}
	return key, true
}

// entries finds the records of a page.
func (l *listing) entries(p *api.Page, variant string) (entries []stage.Entry, keyless int) {
	entries = make([]stage.Entry, len(p.Rows))
	for i, row := range p.Rows {
		hash := xxhash.Sum64(row.Raw)
		key, ok := l.key(row.Raw, variant, hash)
		if !ok {
			keyless++
		}
		entries[i] = stage.Entry{Key: key, Offset: row.Offset, Length: row.Length, Hash: hash}
	}
	return entries, keyless
}

// fetch asks for one page. errStopped means that the run stops at the quota.
func (r *runner) fetch(ctx context.Context, l *listing, variant string, number, size int) (*api.Page, *api.Answer, error) {
	args := api.PageArgs{Number: number, Size: cmp.Or(size, l.size), Variant: variant, Ordered: l.order != nil, Query: l.params}
	var page *api.Page
	var answer *api.Answer
	err := r.request(ctx, l.rank, l.counts, func() (spent int, err error) {
		page, answer, err = r.cfg.Client.Page(ctx, l.stream, args)
		return requestsOf(answer, err), err
	})
	if number > l.paging().First && api.ClassOf(err) == connector.Missing {
		return beyondTheEnd(r.cfg.Budget.Now())
	}
	return page, answer, err
}

// beyondTheEnd stands for a page that the list no longer has: some vendors
// answer "not found" where others send an empty page.
func beyondTheEnd(now time.Time) (*api.Page, *api.Answer, error) {
	return &api.Page{Total: -1, TotalPages: -1, Number: -1, Size: -1, Announced: -1}, &api.Answer{Vendor: now, Sent: now, Received: now}, nil
}

// request runs one call under the bound on requests in flight. When the quota
// is spent nothing is cancelled: what is in flight is still staged, and every
// further request ends with errStopped.
func (r *runner) request(ctx context.Context, rank int, c *counts, call func() (int, error)) error {
	if r.stopped() {
		return errStopped
	}
	if err := r.slots.acquire(ctx, rank); err != nil {
		return err
	}
	defer r.slots.release()
	if r.stopped() {
		return errStopped
	}
	spent, err := call()
	r.mu.Lock()
	c.requests += spent
	r.mu.Unlock()
	if stop := stopReason(err); stop != nil {
		r.stop(stop)
		return errStopped
	}
	return err
}

// stopReason gives the error that ends the run at the quota, nil for others.
func stopReason(err error) error {
	var spent *budget.SpentError
	if errors.As(err, &spent) {
		return spent
	}
	if err != nil && api.ClassOf(err) == connector.QuotaSpent {
		return err
	}
	return nil
}

func requestsOf(a *api.Answer, err error) int {
	if a != nil {
		return a.Requests
	}
	var failed *api.Error
	if errors.As(err, &failed) {
		return failed.Requests
	}
	return 0
}

// put stages a page under its place in the sweep.
func (r *runner) put(ctx context.Context, l *listing, ref stage.PageRef, p *api.Page, a *api.Answer) (stage.PageInfo, error) {
	entries, keyless := l.entries(p, ref.Variant)
	if l.most > 0 {
		entries = entries[:min(len(entries), max(0, l.most-l.counts.records))]
	}
	info := stage.PageInfo{PageRef: ref, ReadAt: a.Vendor, Total: p.Total, Keys: make([]record.Key, len(entries))}
	for i, e := range entries {
		info.Keys[i] = e.Key
	}
	result, err := r.cfg.Stage.PutPage(ctx, stage.PageWrite{PageInfo: info, Run: r.cfg.Run, Body: p.Body, Entries: entries, NamesOnly: l.names})
	if err != nil {
		return info, err
	}
	r.mu.Lock()
	c := l.counts
	c.New += result.New
	c.Changed += result.Changed
	if !l.repeat { // what is listed a second time is counted already
		c.Unchanged += result.Unchanged
	}
	c.Revived += result.Revived
	if !l.names && !l.repeat {
		c.keyless += keyless
		c.records += len(entries)
	}
	requests, records := c.requests, c.records
	r.mu.Unlock()
	r.report(Event{Event: EventPage, Stream: l.stream.Name, Requests: requests, Records: records, Left: r.left()})
	return info, nil
}

// signature names a set of parameters: equal sets have equal signatures.
func signature(params []connector.Param) string {
	parts := make([]string, len(params))
	for i, p := range params {
		parts[i] = p.Name + "=" + p.Value
	}
	return strings.Join(parts, "&")
}

// earlier is the moment an incremental read asks from, so that nothing is missed
// by the vendor's precision or zone.
func earlier(c *connector.Cursor, value time.Time) time.Time {
	return value.Add(-c.Overlap - c.Doubt)
}

// sinceParam is the cursor parameter for a moment of the vendor's clock.
func sinceParam(c *connector.Cursor, since time.Time) connector.Param {
	return connector.Param{Name: c.Param, Value: since.In(c.Zone).Format(c.Layout)}
}

func plural(n int, one string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %ss", n, one)
}
