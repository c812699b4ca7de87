package load

import (
	"encoding/json"
	"math"
	"strings"
	"time"

	"ferry/extract/record"
)

// deviationOf says in what way a field differs from what was sent, see
// Comparer.Deviation.
func (e *entry) deviationOf(c *Change, back json.RawMessage) Deviation {
	return e.same.Deviation(c, back)
}

// Deviation says in what way a field that Differ lists differs from what was
// sent. back is the record as the target gave it right after the write; nil: it
// did not.
func (m *Comparer) Deviation(c *Change, back json.RawMessage) Deviation {
	f, steps := m.rules[c.Field], strings.Split(c.Field, ".")
	if f != nil {
		steps = f.Path
	}
	if len(back) > 0 && fieldAt(back, steps[:1]) != nil && len(m.Differ(putField(nil, steps, c.New), back)) == 0 {
		return ChangedThen
	}
	if isBlank(c.Old) {
		return NotTaken
	}
	sent, now := plainText(c.New), plainText(c.Old)
	switch {
	case isList(c.New) && isList(c.Old):
		if appended(c.New, c.Old) {
			return Appended
		}
		return Altered
	case f != nil && f.Kind == record.DateTime, f != nil && f.Kind == record.Time:
		if shifted(sent, now) {
			return Shifted
		}
		return Altered
	case f != nil && (f.Kind == record.Number || f.Kind == record.Decimal):
		if roundedOff(sent, now) {
			return Rounded
		}
		return Altered
	case strings.HasPrefix(strings.TrimSpace(sent), strings.TrimSpace(now)):
		return Cut
	case shifted(sent, now):
		return Shifted
	}
	return Altered
}

// isBlank tells whether a value says nothing.
func isBlank(v json.RawMessage) bool {
	text := strings.TrimSpace(string(v))
	return text == "" || text == "null" || text == `""` || text == "[]" || text == "{}"
}

func isList(v json.RawMessage) bool { return strings.HasPrefix(strings.TrimSpace(string(v)), "[") }

// appended tells whether a list holds all that was sent, and more.
func appended(sent, now json.RawMessage) bool {
	var want, have []json.RawMessage
	if json.Unmarshal(sent, &want) != nil || json.Unmarshal(now, &have) != nil || len(have) <= len(want) {
		return false
	}
	left := map[string]int{}
	for _, v := range have {
		left[plainText(v)]++
	}
	for _, v := range want {
		if left[plainText(v)]--; left[plainText(v)] < 0 {
			return false
		}
	}
	return true
}

// farthestZones is how far two zones are apart at most.
const farthestZones = 26 * time.Hour

// shifted tells whether two moments are apart by what zones are apart.
func shifted(sent, now string) bool {
	a, ok := aMoment(sent)
	b, also := aMoment(now)
	if !ok || !also {
		return false
	}
	d := a.Sub(b).Abs()
	return d > 0 && d <= farthestZones && d%(15*time.Minute) == 0
}

func aMoment(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly,
		"02/01/2006 15:04:05", "02/01/2006 15:04"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// roundedOff tells whether a number was rounded to fewer digits.
func roundedOff(sent, now string) bool {
	var a, b float64
	if json.Unmarshal([]byte(sent), &a) != nil || json.Unmarshal([]byte(now), &b) != nil {
		return false
	}
	return math.Abs(a-b) <= max(1, math.Abs(a)/100)
}
