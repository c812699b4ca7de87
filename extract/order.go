package extract

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
)

// orderSamples is how many rows of a page are compared: a list in any other
// order goes down between some two of them, on one page or another.
const orderSamples = 8

// outOfOrder looks at a page of a list that was asked for in an immutable
// order: its rows must not go down in one of the fields that show the order. It
// says what is wrong, "" when nothing is. keys are those of the rows.
func outOfOrder(s *connector.Stream, p *api.Page, keys []record.Key) string {
	if len(p.Rows) < 2 {
		return ""
	}
	why := fmt.Sprintf("the rows of page %d do not show the order that was asked for", p.Number)
	for _, field := range s.Order.Fields {
		var values []string
		if len(s.Key) == 1 && s.Key[0] == field {
			values = sampledKeys(keys)
		} else {
			values = sampled(p, field)
		}
		if len(values) < 2 {
			continue
		}
		layouts := layoutsOf(s, field)
		if slices.IsSortedFunc(values, func(a, b string) int { return compare(a, b, layouts) }) {
			return ""
		}
		why = fmt.Sprintf("the vendor does not keep the order that was asked for: %s goes down within page %d", field, p.Number)
	}
	return why
}

// sampled gives a field of rows spread over the page, of those that have it.
func sampled(p *api.Page, field string) []string {
	var values []string
	for i := 0; i < len(p.Rows); i += max(len(p.Rows)/orderSamples, 1) {
		value, err := api.KeyOf(p.Rows[i].Raw, []string{field})
		if err == nil {
			values = append(values, string(value))
		} else if i == 0 {
			return nil // rows do not show it
		}
	}
	return values
}

func sampledKeys(keys []record.Key) []string {
	var values []string
	for i := 0; i < len(keys); i += max(len(keys)/orderSamples, 1) {
		if !isKeyless(keys[i]) {
			values = append(values, string(keys[i]))
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

// compare orders two values of an order field: as whole numbers, as numbers, as
// times by the field's layouts, else as text.
func compare(a, b string, layouts []string) int {
	if x, y, ok := both(a, b, func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }); ok {
		return cmp.Compare(x, y)
	}
	if x, y, ok := both(a, b, func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }); ok {
		return cmp.Compare(x, y)
	}
	for _, layout := range layouts {
		if x, y, ok := both(a, b, func(s string) (time.Time, error) { return time.Parse(layout, s) }); ok {
			return x.Compare(y)
		}
	}
	return cmp.Compare(a, b)
}

// both reads two texts in the same way; ok is false where one of them is not so.
func both[T any](a, b string, read func(string) (T, error)) (x, y T, ok bool) {
	x, errX := read(a)
	y, errY := read(b)
	return x, y, errX == nil && errY == nil
}
