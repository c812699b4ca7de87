package extract

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
)

// A sub-list that comes in pages moves while it is read, as every list does. One
// that fits its first page came in one answer. A longer one is read until two
// readings in a row list the same records. The second begins with the page on
// which one more record than the first listed would stand: it counts the list at
// a moment between the two. Every record that both list was there at that
// moment, and they are as many as were there, so none that existed throughout is
// missing. The parent's records are staged in one commit, when all that is done.

// subListError is a sub-list that could not be read whole. It concerns one
// parent alone.
type subListError struct{ text string }

func (e *subListError) Error() string { return e.text }

// subList reads the pages of one parent's sub-list.
type subList struct {
	*runner
	d      *detail
	parent record.Key
	req    api.Request
}

// subReading is one reading of a sub-list.
type subReading struct {
	pages  map[int]*api.Page // that hold rows
	size   int               // rows of a full page, as shown or said
	bytes  int64
	readAt time.Time // of its first answer

	counted bool // no more records than the reading before listed, when this one began
	page    *api.Page
	keys    keySet // of page
}

// pagedAnswer reads a sub-list whole and gives it as one page.
func (r *runner) pagedAnswer(ctx context.Context, d *detail, parent record.Key, req api.Request) (*api.Page, time.Time, error) {
	l := &subList{runner: r, d: d, parent: parent, req: req}
	before, err := l.read(ctx, nil)
	if err != nil {
		return nil, time.Time{}, err
	}
	if len(before.pages) <= 1 {
		return before.page, before.readAt, nil
	}
	for range maxSweeps - 1 {
		now, err := l.read(ctx, before)
		if err != nil {
			return nil, time.Time{}, err
		}
		if now.counted && now.keys.equal(before.keys) {
			return now.page, now.readAt, nil
		}
		before = now
	}
	return nil, time.Time{}, &subListError{fmt.Sprintf("its list moved during each of %d readings; run again when fewer people work on it", maxSweeps)}
}

func (l *subList) paging() *connector.Paging { return l.d.stream.Sub.Paging }

// read reads the pages in order, but first the one that counts what the reading
// before listed.
func (l *subList) read(ctx context.Context, before *subReading) (*subReading, error) {
	got := &subReading{pages: map[int]*api.Page{}}
	first, counting := l.paging().First, census{page: -1}
	var tail *api.Page
	if before != nil {
		n := len(before.keys)
		if place, ok := censusOf(before.rows(), first, n); ok {
			var err error
			if tail, err = l.fetch(ctx, got, place.page); err != nil {
				return nil, err
			}
			counting, got.counted = place, place.holds(len(tail.Rows), tail.Total, n)
		}
	}
	for number := first; ; number++ {
		page := tail
		if number != counting.page {
			var err error
			if page, err = l.fetch(ctx, got, number); err != nil {
				return nil, err
			}
		}
		if number > first && len(page.Rows) > 0 && sameRows(page, got.pages[first]) {
			if asked := l.paging().Size; len(page.Rows) < asked {
				delete(got.pages, number) // it knows no pages, and gave all at once
				break
			}
			return nil, &subListError{fmt.Sprintf("page %d of its list is page %d once more: the vendor does not heed %q", number, first, l.paging().Param)}
		}
		if number > first && sameRows(page, got.pages[number-1]) {
			delete(got.pages, number) // beyond the end it gives the last page again
			break
		}
		if l.ends(got, page, number) {
			break
		}
	}
	l.join(got)
	return got, nil
}

// rows counts the rows of each page.
func (got *subReading) rows() map[int]int {
	rows := make(map[int]int, len(got.pages))
	for number, page := range got.pages {
		rows[number] = len(page.Rows)
	}
	return rows
}

// fetch asks for one page and keeps it.
func (l *subList) fetch(ctx context.Context, got *subReading, number int) (*api.Page, error) {
	list := &connector.List{Paging: *l.paging(), Row: l.d.stream.Sub.Row}
	split := func(body []byte) (*api.Page, error) { return api.SplitPage(body, list) }
	page, readAt, err := l.detailPage(ctx, l.d, l.req.OfPage(l.paging(), number), split)
	if number > l.paging().First && api.ClassOf(err) == connector.Missing {
		page, _, err = beyondTheEnd(l.cfg.Budget.Now())
	}
	if err != nil {
		return nil, err
	}
	if got.readAt.IsZero() {
		got.readAt = readAt
	}
	if len(page.Rows) == 0 {
		return page, nil
	}
	got.pages[number] = page
	for _, row := range page.Rows {
		got.bytes += int64(row.Length) + 1
	}
	if most := l.cfg.Client.MaxBody(); got.bytes > most {
		return nil, &subListError{fmt.Sprintf("the pages of its list hold more than %d bytes together; raise max_body", most)}
	}
	return page, nil
}

// ends tells whether a page is the last: an empty one is, and one that is
// shorter than a full page, unless the answer announces more.
func (l *subList) ends(got *subReading, page *api.Page, number int) bool {
	rows, first := len(page.Rows), l.paging().First
	full := max(page.Size, got.size)
	got.size = max(full, rows)
	if rows == 0 {
		return true
	}
	last := -1
	switch {
	case page.TotalPages >= 0:
		last = first + page.TotalPages - 1
	case page.Total >= 0:
		last = first + (page.Total+got.size-1)/got.size - 1
	}
	if last < 0 {
		return rows < full
	}
	if full == 0 { // page 1, and nobody says how long a full one is
		full = l.paging().Size
	}
	return number >= last && rows < full
}

// join puts the rows of all pages, a line each, into one page. A record that an
// earlier page listed too has moved meanwhile, and is the same.
func (l *subList) join(got *subReading) {
	if len(got.pages) == 1 && got.pages[l.paging().First] != nil {
		got.page = got.pages[l.paging().First]
	} else {
		got.page = l.joined(got)
	}
	var keys []record.Key
	for _, e := range l.d.entries(l.parent, got.page) {
		keys = append(keys, e.Key)
	}
	got.keys = newKeySet(hashesOf(keys))
}

func (l *subList) joined(got *subReading) *api.Page {
	body := make([]byte, 0, got.bytes)
	out := &api.Page{Total: -1, TotalPages: -1, Number: -1, Size: -1, Announced: -1}
	on := map[record.Key]int{} // the page that listed a record first
	for _, number := range slices.Sorted(maps.Keys(got.pages)) {
		for _, row := range got.pages[number].Rows {
			key, err := api.KeyOf(row.Raw, ownKey(l.d.stream))
			if at, seen := on[key]; err == nil && seen && at != number {
				continue
			}
			on[key] = number
			out.Rows = append(out.Rows, api.Row{Offset: len(body), Length: row.Length})
			body = append(append(body, row.Raw...), '\n')
		}
	}
	for i := range out.Rows {
		row := &out.Rows[i]
		row.Raw = body[row.Offset : row.Offset+row.Length : row.Offset+row.Length]
	}
	out.Body = body
	return out
}

// sameRows tells whether two pages list the very same rows.
func sameRows(a, b *api.Page) bool {
	return a != nil && b != nil && slices.EqualFunc(a.Rows, b.Rows, func(x, y api.Row) bool { return string(x.Raw) == string(y.Raw) })
}
