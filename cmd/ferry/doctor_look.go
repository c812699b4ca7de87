package main

import (
	"slices"
	"strings"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
)

func unknownDash(n int) string {
	if n < 0 {
		return "-"
	}
	return count(n)
}

// look is what one page of a stream shows.
type look struct {
	rows, keys int
	keyless    int
	misfits    []string // places and kinds, never values; the first few
	unknown    []string // keys that the spec does not name
}

func (l look) verdict() string {
	var parts []string
	if l.keyless > 0 {
		parts = append(parts, plural(l.keyless, "row")+" without a key")
	}
	if l.rows-l.keyless > l.keys {
		parts = append(parts, plural(l.rows-l.keyless-l.keys, "key")+" twice")
	}
	if len(l.misfits) > 0 {
		parts = append(parts, "values that do not fit their type")
	}
	if len(l.unknown) > 0 {
		parts = append(parts, "fields the spec does not know: "+strings.Join(l.unknown, ", "))
	}
	if len(parts) == 0 {
		return "good"
	}
	return strings.Join(parts, "; ")
}

// examine compares the rows of a page with the spec.
func examine(st *connector.Stream, page *api.Page) look {
	const most = 5
	l := look{rows: len(page.Rows)}
	keys := map[record.Key]bool{}
	unknown := map[string]bool{}
	for _, row := range page.Rows {
		if key, err := api.KeyOf(row.Raw, ownKey(st)); err != nil {
			l.keyless++
		} else {
			keys[key] = true
		}
		misfits, odd := misfitsOf(st.Fields, row.Raw)
		for _, m := range misfits {
			if len(l.misfits) < most && !slices.Contains(l.misfits, m) {
				l.misfits = append(l.misfits, m)
			}
		}
		for _, name := range odd {
			if !unknown[name] && len(l.unknown) < most {
				unknown[name] = true
				l.unknown = append(l.unknown, name)
			}
		}
	}
	l.keys = len(keys)
	return l
}

// ownKey are the key fields that stand in the record itself.
func ownKey(st *connector.Stream) []string {
	var out []string
	for _, k := range st.Key {
		for _, f := range st.Fields {
			if f.Name == k && f.From == record.FromRecord || strings.HasPrefix(k, f.Name+".") {
				out = append(out, k)
			}
		}
	}
	return out
}
