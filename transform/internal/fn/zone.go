package fn

import (
	"time"
	_ "time/tzdata" // for machines without a zone database
)

// zone turns wall clocks of one place into instants. It remembers the stretch
// of time in which the last one lay, as records mostly lie near each other.
type zone struct {
	loc          *time.Location
	gap, overlap string
	from, to     int64 // wall seconds within which offset is beyond doubt
	offset       int64
}

// sure is how far from a change of the clocks a wall time must lie to be beyond
// doubt: more than any change ever made.
const sure = 48 * 3600

// instant is the moment at which the clocks of the zone show c.
func (z *zone) instant(v any, c clock) (time.Time, error) {
	wall := time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, time.UTC)
	w := wall.Unix()
	if w >= z.from && w < z.to {
		return time.Unix(w-z.offset, int64(c.nano)).In(z.loc), nil
	}
	before, after := offsetAt(z.loc, w-sure/2), offsetAt(z.loc, w+sure/2)
	first := time.Unix(w-before, int64(c.nano)).In(z.loc)
	second := time.Unix(w-after, int64(c.nano)).In(z.loc)
	if before == after {
		z.remember(second, w, after)
		if shows(second, w) {
			return second, nil
		}
	}
	switch a, b := shows(first, w), shows(second, w); {
	case a && b && z.overlap == "first", a && !b:
		return first, nil
	case a && b && z.overlap == "second", b && !a:
		return second, nil
	case a && b:
		return time.Time{}, misfit(v, "the clocks were put back at that time, so it was twice", "write overlap: first or overlap: second")
	case z.gap == "later": // the offset before the change lands after it
		return first, nil
	case z.gap == "earlier":
		return second, nil
	}
	return time.Time{}, misfit(v, "the clocks were put forward at that time, so it never was", "write gap: later or gap: earlier")
}

// remember notes the stretch around t in which nothing changes.
func (z *zone) remember(t time.Time, wall, offset int64) {
	start, end := t.ZoneBounds()
	z.from, z.to, z.offset = minUnix, maxUnix, offset
	if !start.IsZero() {
		z.from = start.Unix() + offset + sure
	}
	if !end.IsZero() {
		z.to = end.Unix() + offset - sure
	}
	if _, now := t.Zone(); int64(now) != offset || wall < z.from || wall >= z.to {
		z.from, z.to = 0, 0
	}
}

func offsetAt(loc *time.Location, unix int64) int64 {
	_, offset := time.Unix(unix, 0).In(loc).Zone()
	return int64(offset)
}

// shows tells whether the clocks show the wall time at that instant.
func shows(t time.Time, wall int64) bool {
	_, offset := t.Zone()
	return t.Unix()+int64(offset) == wall
}
