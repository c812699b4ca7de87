package extract

import (
	"context"
	"errors"

	"ferry/extract/connector"
)

// A list that announces no total can still be counted. Where all pages but the
// last are equally long, the page on which one more record would stand tells
// whether there is one more: it holds as many rows as n records leave to it, or
// the list has grown beyond n.

// census is where the record after the n-th would stand.
type census struct {
	page  int // to be asked for
	above int // rows it holds where there are n records
}

// censusOf finds that place by the rows of the pages of one reading. It is false
// where the pages do not show how long a full one is.
func censusOf(rows map[int]int, first, n int) (census, bool) {
	last := first
	for number, count := range rows {
		if count > 0 {
			last = max(last, number)
		}
	}
	if last == first {
		return census{first + 1, 0}, true
	}
	size := rows[first]
	for number := first; number < last; number++ {
		if rows[number] != size {
			return census{}, false
		}
	}
	return census{first + n/max(size, 1), n % max(size, 1)}, size > 0 && rows[last] <= size
}

// holds tells whether the list has no more records, by the rows of the page and
// by its total where it announces one.
func (c census) holds(rows, total, n int) bool {
	return rows <= c.above && (total < 0 || total == n)
}

// recount is what a list that announces no total is asked before it is read
// again: whether it holds more records than the n of the reading before.
type recount struct {
	n     int
	place census
	known bool
}

// recountOf prepares it; nil where the list announces totals, or where there is
// no page to ask for.
func (r *runner) recountOf(ctx context.Context, sw *sweep, t tally) (*recount, error) {
	p := sw.listing.paging()
	if t.startTotal >= 0 || p.Kind == connector.PageNone || sw.listing.stream.List.Variants != nil {
		return nil, nil
	}
	places, err := r.rowsOf(ctx, sw)
	if err != nil {
		return nil, err
	}
	rows := make(map[int]int, len(places))
	for at, n := range places {
		rows[at.number] = n
	}
	c := &recount{n: t.distinct()}
	c.place, c.known = censusOf(rows, p.First, c.n)
	return c, nil
}

// counted makes the request. True means that the list holds no more records now
// than were listed, or that it need not be counted.
func (r *runner) counted(ctx context.Context, l *listing) (bool, error) {
	c := l.recount
	if c == nil || !c.known {
		return c == nil, nil
	}
	page, _, err := r.fetch(ctx, l, "", c.place.page, 0)
	if err != nil {
		return false, err
	}
	return c.place.holds(len(page.Rows), page.Total, c.n), nil
}

// errUncounted is a list whose length cannot be told.
var errUncounted = errors.New("the list cannot be counted")

// mostCountingPages bounds the search for the end of a list that moves.
const mostCountingPages = 4

// countPages counts a list that announces its pages and no total, by its page 1
// and its last: all but the last are full.
func (r *runner) countPages(ctx context.Context, l *listing) (total int, err error) {
	first := l.paging().First
	page, _, err := r.fetch(ctx, l, "", first, 0)
	if err != nil || len(page.Rows) == 0 {
		return 0, err
	}
	if page.TotalPages < 0 {
		return 0, errUncounted
	}
	size, number := len(page.Rows), first+max(page.TotalPages, 1)-1
	rows := map[int]int{first: size}
	for range mostCountingPages {
		if _, known := rows[number]; !known {
			if page, _, err = r.fetch(ctx, l, "", number, 0); err != nil {
				return 0, err
			}
			rows[number] = len(page.Rows)
		}
		next, read := rows[number+1]
		switch n := rows[number]; {
		case n > size:
			return 0, errUncounted
		case n == 0:
			number--
		case n < size, read && next == 0:
			return (number-first)*size + n, nil
		default: // a full page ends no list
			number++
		}
	}
	return 0, errUncounted
}

// countable tells whether the vendor announces what a list can be counted by.
func countable(p connector.Paging) bool {
	return p.Total != "" || p.TotalPages != "" && p.Kind == connector.PageNumber
}
