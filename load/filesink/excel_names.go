package filesink

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
)

// sheetNames gives every sheet a name that Excel takes: at most 31 UTF-16
// units, none of : \ / ? * [ ], and no name twice in any case.
type sheetNames struct {
	mu    sync.Mutex
	given map[sheetKey]string
	taken map[string]bool
}

type sheetKey struct {
	table string
	sheet int
}

const sheetNameUnits = 31

func newSheetNames() *sheetNames {
	s := &sheetNames{given: map[sheetKey]string{}, taken: map[string]bool{}}
	s.taken["history"] = true // Excel keeps this name for itself
	s.of(spillSheet, 0)
	return s
}

// of names a table's sheet number n, counted from 0: "customer", "customer (2)".
// Asked again it gives the same.
func (s *sheetNames) of(table string, n int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := sheetKey{table, n}
	if name, ok := s.given[key]; ok {
		return name
	}
	suffix := ""
	if n > 0 {
		suffix = " (" + strconv.Itoa(n+1) + ")"
	}
	clean := cleanSheetName(table)
	name := cutUnits(clean, sheetNameUnits-len(suffix)) + suffix
	for i := 2; s.taken[strings.ToLower(name)]; i++ {
		more := "~" + strconv.Itoa(i) + suffix
		name = cutUnits(clean, sheetNameUnits-len(more)) + more
	}
	s.taken[strings.ToLower(name)] = true
	s.given[key] = name
	return name
}

func cleanSheetName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`:\/?*[]`, r) {
			return '_'
		}
		return r
	}, s)
	if s = strings.Trim(s, "' "); s == "" {
		return "_"
	}
	return s
}

// cutUnits gives the longest start of s of so many UTF-16 units.
func cutUnits(s string, units int) string {
	used := 0
	for i, r := range s {
		used += utf16.RuneLen(r)
		if used > units {
			return s[:i]
		}
	}
	return s
}
