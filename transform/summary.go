package transform

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Line is the stream's bins as one sentence for people; the numbers add up.
func (s *StreamSummary) Line() string {
	b := &s.Bins
	text := fmt.Sprintf("%s: %d source records of %s = %d mapped + %d skipped + %d dead + %d tombstones",
		s.Name, b.Source, s.Source, b.Mapped, b.Skipped, b.Dead, b.Tombstones)
	if b.Held > 0 {
		text += fmt.Sprintf(" + %d held until their details are read", b.Held)
	}
	if b.Orphans > 0 {
		text += fmt.Sprintf("; %d of the dead lack a record they refer to", b.Orphans)
	}
	if len(b.Reasons) == 0 {
		return text
	}
	reasons := slices.SortedFunc(maps.Keys(b.Reasons), func(x, y string) int {
		return cmp.Or(cmp.Compare(b.Reasons[y], b.Reasons[x]), cmp.Compare(x, y))
	})
	var skipped []string
	for _, reason := range reasons {
		skipped = append(skipped, fmt.Sprintf("%d %s", b.Reasons[reason], reason))
	}
	return text + "; skipped: " + strings.Join(skipped, ", ")
}

// Totals adds up the bins of all streams.
func (s *Summary) Totals() (mapped, skipped, dead, tombstones, held int) {
	for i := range s.Streams {
		b := &s.Streams[i].Bins
		mapped += b.Mapped
		skipped += b.Skipped
		dead += b.Dead
		tombstones += b.Tombstones
		held += b.Held
	}
	return mapped, skipped, dead, tombstones, held
}
