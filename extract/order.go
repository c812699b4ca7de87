package extract

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/stage"
)

// outOfOrder looks at a page of a list that was asked for in an immutable
// order: its rows must not go down in the field that shows the order. It says
// what is wrong, "" when nothing is, and whether the rows show the field at all.
func outOfOrder(s *connector.Stream, field string, p *api.Page) (why string, shown bool) {
	var layouts []string
	for _, f := range s.Fields {
		if f.Name == field {
			layouts = f.Layouts
		}
	}
	stride := max(len(p.Rows)/orderSamples, 1)
	var before string
	for i := 0; i < len(p.Rows); i += stride {
		value, err := api.KeyOf(p.Rows[i].Raw, []string{field})
		if err != nil {
			continue
		}
		if before != "" && less(string(value), before, layouts) {
			return fmt.Sprintf("the vendor does not keep the order that was asked for: %s goes down within page %d", field, p.Number), true
		}
		before, shown = string(value), true
	}
	return "", shown
}

// orderSamples is how many rows of a page are compared: a list in any other
// order goes down between some two of them, on one page or another.
const orderSamples = 6

// less compares two values of an order field: as numbers, as times by the
// field's layouts, else as text.
func less(a, b string, layouts []string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX == nil && errY == nil {
		return x < y
	}
	for _, layout := range layouts {
		s, errS := time.Parse(layout, a)
		t, errT := time.Parse(layout, b)
		if errS == nil && errT == nil {
			return s.Before(t)
		}
	}
	return a < b
}

// heedsOrder checks an order that the rows do not show: asked for the other way
// round, the list must begin with what was found at its end.
func (r *runner) heedsOrder(ctx context.Context, sw *sweep, end keySet) (bool, error) {
	o := sw.listing.order
	if sw.shown || len(o.Reverse) == 0 || len(end) == 0 {
		return true, nil
	}
	back := *sw.listing
	back.order, back.params = nil, slices.Concat(back.params, o.Reverse)
	page, _, err := r.fetch(ctx, &back, sw.plan.Lists[0].Variant, back.paging().First, 0)
	if err != nil {
		return false, err
	}
	entries, _ := back.entries(page, sw.plan.Lists[0].Variant)
	return slices.ContainsFunc(entries, func(e stage.Entry) bool { return end.has(e.Key) }), nil
}
