package connector

import (
	"fmt"
	"strings"
	"time"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// checkLayout reads a Go layout and checks that it writes what the kind needs.
func (r *reader) checkLayout(n *strictyaml.Node, kind record.Kind) string {
	layout := n.Word()
	if layout == "" {
		return ""
	}
	if missing := layoutLacks(layout, kind); len(missing) > 0 {
		n.Problem(fmt.Sprintf("layout %q does not write the %s", layout, strings.Join(missing, ", ")),
			"write the moment Mon Jan 2 15:04:05 2006 as the vendor would, such as "+layoutExample(kind))
	} else if _, err := time.Parse(layout, time.Date(2011, 12, 13, 14, 15, 16, 0, time.UTC).Format(layout)); err != nil {
		n.Problem(fmt.Sprintf("layout %q cannot be read back", layout), "write it such as "+layoutExample(kind))
	}
	return layout
}

func layoutExample(kind record.Kind) string {
	switch kind {
	case record.Date:
		return "2006-01-02"
	case record.Time:
		return "15:04"
	}
	return "2006-01-02 15:04:05"
}

// layoutLacks names the parts of a moment that make no difference in the
// layout's text. A date alone is a fair form of a datetime.
func layoutLacks(layout string, kind record.Kind) []string {
	base := time.Date(2011, 3, 4, 5, 6, 7, 0, time.UTC)
	parts := []struct {
		name  string
		other time.Time
		needs bool
	}{
		{"year", base.AddDate(5, 0, 0), kind != record.Time},
		{"month", base.AddDate(0, 4, 0), kind != record.Time},
		{"day", base.AddDate(0, 0, 7), kind != record.Time},
		{"hour", base.Add(12 * time.Hour), kind == record.Time},
	}
	var lacks []string
	for _, p := range parts {
		if p.needs && base.Format(layout) == p.other.Format(layout) {
			lacks = append(lacks, p.name)
		}
	}
	return lacks
}
