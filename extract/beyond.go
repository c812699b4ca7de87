package extract

import (
	"context"

	"ferry/extract/stage"
)

// beyondStripe numbers the pages behind the announced end.
const beyondStripe = 1 << 21

// readBeyond asks for the page behind the announced last one where that came
// back full: totals may be wrong, and only a page that is short or empty ends a
// list. Whatever else it finds is read to its end.
func (r *runner) readBeyond(ctx context.Context, sw *sweep) error {
	rows, err := r.rowsOf(ctx, sw)
	if err != nil {
		return err
	}
	for _, lp := range sw.plan.Lists {
		if lp.Last < 0 || lp.Size == 0 {
			continue
		}
		for number := lp.Last; rows[place{lp.Variant, number}] >= lp.Size; number++ {
			next := place{lp.Variant, number + 1}
			if _, done := rows[next]; done {
				continue
			}
			_, info, err := r.readPage(ctx, sw, lp.Variant, next.number, beyondStripe+lp.Stripes[0].ID, next.number)
			if err != nil {
				return err
			}
			rows[next] = len(info.Keys)
		}
	}
	return nil
}

// place is a page of one of the stream's lists.
type place struct {
	variant string
	number  int
}

// rowsOf counts the rows of every page read, the fullest reading of each.
func (r *runner) rowsOf(ctx context.Context, sw *sweep) (map[place]int, error) {
	rows := map[place]int{}
	err := r.pages(ctx, sw.ID, func(p stage.PageInfo) error {
		at := place{p.Variant, p.Number}
		rows[at] = max(rows[at], len(p.Keys))
		return nil
	})
	return rows, err
}
