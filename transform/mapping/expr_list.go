package mapping

import (
	"slices"
	"strings"
)

// elements copies the elements of a list.
func (e *eval) elements(v value) []value {
	var vs []value
	e.each(v, func(_ int, item value) bool {
		vs = append(vs, item)
		return len(vs) <= maxItems && e.step(1)
	})
	return vs
}

func extreme(sign int) func(*eval, []value) value {
	return func(e *eval, a []value) value {
		best, found := nothing, false
		for _, v := range e.flat(nil, listValue(a), 0) {
			if v.null {
				return nothing
			}
			if !v.number() {
				return e.failf("turn text into numbers with float(x)", "min and max are for numbers")
			}
			if !found || compare(v.float(), best.float()) == sign {
				best, found = v, true
			}
		}
		return best
	}
}

func mean(e *eval, a []value) value {
	sum, n := 0.0, 0
	for _, v := range e.flat(nil, listValue(a), 0) {
		if v.null {
			return nothing
		}
		if !v.number() {
			return e.failf("turn text into numbers with float(x)", "mean is for numbers")
		}
		sum, n = sum+v.float(), n+1
	}
	if n == 0 {
		return nothing
	}
	return e.floats(sum, float64(n), '/')
}

// flat appends the elements of a list and of the lists within it.
func (e *eval) flat(out []value, v value, depth int) []value {
	e.each(v, func(_ int, item value) bool {
		if item.class == list && !item.null && depth < 16 {
			out = e.flat(out, item, depth+1)
		} else {
			out = append(out, item)
		}
		return len(out) <= maxItems && e.step(1)
	})
	return out
}

func concatenated(e *eval, a []value) value {
	var vs []value
	for _, v := range a {
		vs = append(vs, e.elements(v)...)
		if len(vs) > maxItems {
			return e.failf("make the lists shorter", "a list of more than %d elements", maxItems)
		}
	}
	return listValue(vs)
}

func unique(e *eval, a []value) value {
	seen := map[string]bool{}
	var vs []value
	e.each(a[0], func(_ int, item value) bool {
		key := classNames[item.class] + e.textOf(item)
		if !seen[key] {
			seen[key] = true
			vs = append(vs, item)
		}
		return e.step(1)
	})
	return listValue(vs)
}

func sorted(e *eval, a []value) value {
	vs := e.elements(a[0])
	slices.SortStableFunc(vs, e.order)
	if len(a) > 1 && a[1].text == "desc" {
		slices.Reverse(vs)
	}
	return listValue(vs)
}

// order puts numbers before text.
func (e *eval) order(a, b value) int {
	if a.number() && b.number() {
		return compare(a.float(), b.float())
	}
	if a.number() != b.number() {
		if a.number() {
			return -1
		}
		return 1
	}
	return strings.Compare(e.textOf(a), e.textOf(b))
}
