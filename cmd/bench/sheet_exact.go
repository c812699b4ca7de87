package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"ferry/extract/sheet/grid"
)

// stored gives the raw value of a cell as the file stores it, read by excelize.
type stored func(sheet string, row, column int) (string, bool)

// differing compares a sheet cell by cell with what LibreOffice holds, and gives
// the first differences in words. LibreOffice computes volatile formulas and fills
// pivot tables anew: of such cells the value that the file stores counts.
func differing(ours seenSheet, theirs fodsSheet, file stored) (n int, first []string) {
	tell := func(row, column int, text string) {
		if n++; len(first) < 3 {
			first = append(first, fmt.Sprintf("%s!%s: %s", ours.Name, grid.Ref{Row: row, Column: column}, text))
		}
	}
	left := make(map[[2]int]fodsCell, len(theirs.Cells))
	for at, c := range theirs.Cells {
		left[at] = c
	}
	for _, c := range ours.Cells {
		at := [2]int{c.Row, c.Column}
		their, ok := left[at]
		delete(left, at)
		if ok && sameCell(c, their) {
			continue
		}
		if ours.Pivots > 0 || c.Flags&grid.Formula != 0 {
			if raw, known := file(ours.Name, c.Row, c.Column); known && sameStored(c, raw) {
				continue
			}
		}
		switch {
		case !ok && (c.Kind == grid.Blank || normalLines(c.Text) == ""):
		case !ok && c.Flags&grid.Filled != 0:
		case !ok:
			tell(c.Row, c.Column, fmt.Sprintf("kind %d here, nothing there", c.Kind))
		case c.Flags&grid.NoCache != 0: // LibreOffice computes what the file does not hold
		case c.Flags&grid.Undecoded != 0: // shown as its bytes, and held
		default:
			tell(c.Row, c.Column, fmt.Sprintf("kind %d %q here, %s %q there", c.Kind, short(c.Text), their.Type, short(their.Value)))
		}
	}
	rest := make([][2]int, 0, len(left))
	for at := range left {
		if raw, known := file(ours.Name, at[0], at[1]); ours.Pivots > 0 && known && raw == "" {
			continue
		}
		rest = append(rest, at)
	}
	slices.SortFunc(rest, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	for _, at := range rest {
		if strings.TrimSpace(left[at].Value) != "" {
			tell(at[0], at[1], fmt.Sprintf("nothing here, %s %q there", left[at].Type, short(left[at].Value)))
		}
	}
	return n, first
}

func short(text string) string {
	if len(text) > 40 {
		return text[:40]
	}
	return text
}

// sameCell compares values; how they are shown does not count.
func sameCell(ours seenCell, theirs fodsCell) bool {
	switch theirs.Type {
	case "float", "percentage", "currency":
		return sameNumber(ours, theirs.Value)
	case "boolean":
		return ours.Text == theirs.Value || sameNumber(ours, map[string]string{"true": "1", "false": "0"}[theirs.Value])
	case "date":
		return sameMoment(ours, theirs.Value)
	case "time":
		return sameSpan(ours, theirs.Value)
	case "error":
		return ours.Kind == grid.Error
	}
	return normalLines(ours.Text) == normalLines(theirs.Value) || ours.Kind == grid.Error
}

// sameStored compares with a raw value of the file.
func sameStored(ours seenCell, raw string) bool {
	return normalLines(ours.Raw) == normalLines(raw) || sameNumber(ours, raw) ||
		ours.Kind == grid.Boolean && sameNumber(seenCell{Raw: map[string]string{"true": "1", "false": "0"}[ours.Text]}, raw)
}

// normalLines: an OpenDocument file keeps one kind of line end, and XML knows
// neither carriage returns nor most control characters.
func normalLines(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}

func sameNumber(ours seenCell, theirs string) bool {
	b, err := strconv.ParseFloat(theirs, 64)
	if err != nil {
		return false
	}
	for _, text := range []string{ours.Raw, ours.Text} {
		if a, err := strconv.ParseFloat(text, 64); err == nil && near(a, b) {
			return true
		}
	}
	return false
}

// near: LibreOffice writes 15 significant digits of some numbers.
func near(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-14*math.Max(math.Abs(a), math.Abs(b))
}

// sameMoment compares days and date-times to the millisecond. LibreOffice counts
// serials up to 60 from a day later than Excel does: those are compared as numbers.
func sameMoment(ours seenCell, theirs string) bool {
	their, ok := fodsMoment(theirs)
	if !ok {
		return ours.Text == theirs
	}
	if our, ok := fodsMoment(ours.Text); ok && absolute(our.Sub(their)) <= 2*time.Millisecond {
		return true
	}
	serial, err := strconv.ParseFloat(ours.Raw, 64)
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	return err == nil && serial < 61 && near(serial, their.Sub(epoch).Hours()/24)
}

func fodsMoment(text string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04:05", "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// sameSpan compares times of day and durations with an ISO 8601 duration.
func sameSpan(ours seenCell, theirs string) bool {
	their, ok := isoSpan(theirs)
	if !ok {
		return false
	}
	if our, ok := clockSpan(ours.Text); ok && absolute(our-their) <= 2*time.Millisecond {
		return true
	}
	days, err := strconv.ParseFloat(ours.Raw, 64)
	return err == nil && absolute(time.Duration(days*24*float64(time.Hour))-their) <= 2*time.Millisecond && ours.Kind != grid.Number
}

func absolute(d time.Duration) time.Duration { return max(d, -d) }

// isoSpan reads PT36H00M00.5S.
func isoSpan(text string) (time.Duration, bool) {
	sign := time.Duration(1)
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = -1, rest
	}
	text, ok := strings.CutPrefix(text, "PT")
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(strings.ToLower(strings.ReplaceAll(text, ",", ".")))
	return sign * d, err == nil
}

// clockSpan reads 36:00:00.5, also with a sign.
func clockSpan(text string) (time.Duration, bool) {
	sign := time.Duration(1)
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = -1, rest
	}
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return 0, false
	}
	d, err := time.ParseDuration(parts[0] + "h" + parts[1] + "m" + parts[2] + "s")
	return sign * d, err == nil
}
