package extract

import (
	"fmt"
	"strconv"
	"time"

	"ferry/extract/api"
	"ferry/extract/connector"
)

// orderSamples is how many rows of a page are compared: a list in any other
// order goes down between some two of them.
const orderSamples = 16

// outOfOrder looks at a page of a list that was asked for in an immutable
// order: its rows must show the order, and must not go down in what shows it.
// It says what is wrong, "" when nothing is.
func outOfOrder(s *connector.Stream, p *api.Page) string {
	if len(p.Rows) < 2 {
		return ""
	}
	for _, field := range s.Order.Fields {
		values := sampled(p, field)
		if len(values) < 2 {
			continue
		}
		layouts := layoutsOf(s, field)
		for i := 1; i < len(values); i++ {
			if less(values[i], values[i-1], layouts) {
				return fmt.Sprintf("the vendor does not keep the order that was asked for: %s goes down within page %d", field, p.Number)
			}
		}
		return ""
	}
	return fmt.Sprintf("the rows of page %d do not show the order that was asked for", p.Number)
}

// sampled gives a field of rows spread over the page, of those that have it.
func sampled(p *api.Page, field string) []string {
	var values []string
	stride := max(len(p.Rows)/orderSamples, 1)
	for i := 0; i < len(p.Rows); i += stride {
		if value, err := api.KeyOf(p.Rows[i].Raw, []string{field}); err == nil {
			values = append(values, string(value))
		}
	}
	return values
}

func layoutsOf(s *connector.Stream, field string) []string {
	for _, f := range s.Fields {
		if f.Name == field {
			return f.Layouts
		}
	}
	return nil
}

// less compares two values of an order field: as whole numbers, as numbers, as
// times by the field's layouts, else as text.
func less(a, b string, layouts []string) bool {
	if x, y, ok := both(a, b, func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }); ok {
		return x < y
	}
	if x, y, ok := both(a, b, func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }); ok {
		return x < y
	}
	for _, layout := range layouts {
		if x, y, ok := both(a, b, func(s string) (time.Time, error) { return time.Parse(layout, s) }); ok {
			return x.Before(y)
		}
	}
	return a < b
}

// both reads two texts in the same way; ok is false where one of them is not so.
func both[T any](a, b string, read func(string) (T, error)) (x, y T, ok bool) {
	x, errX := read(a)
	y, errY := read(b)
	return x, y, errX == nil && errY == nil
}
