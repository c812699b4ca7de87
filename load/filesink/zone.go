package filesink

import "time"

// localZone turns local times into instants. Two kinds of local time have no
// certain instant, and none is made up for them: those that a change to summer
// time leaves out, and those that a change to winter time has twice. Their _utc
// column is null; the local time stands beside it as it came.
type localZone struct {
	loc    *time.Location
	offset int64 // of the stretch of time used last, microseconds
	from   int64 // local times for which that offset alone is right
	to     int64
}

// newLocalZone gives nil for nil.
func newLocalZone(loc *time.Location) *localZone {
	if loc == nil {
		return nil
	}
	return &localZone{loc: loc, from: 1}
}

// utc gives the instant of a local time, both as microseconds since 1970; ok is
// false where there is none or there are two.
func (z *localZone) utc(wall int64) (instant int64, ok bool) {
	if wall >= z.from && wall < z.to {
		return wall - z.offset, true
	}
	found := 0
	for _, probe := range [2]int64{wall - day, wall + day} {
		offset, start, end := z.stretch(probe)
		at := wall - offset
		if at < start || at >= end || (found > 0 && at == instant) {
			continue
		}
		instant = at
		found++
		// A day from both ends no other offset can be meant.
		z.offset, z.from, z.to = offset, start+offset+day, end+offset-day
	}
	return instant, found == 1
}

// local gives the wall clock of an instant.
func (z *localZone) local(instant int64) int64 {
	offset, _, _ := z.stretch(instant)
	return instant + offset
}

// stretch gives the offset at an instant and the instants between which it holds.
func (z *localZone) stretch(instant int64) (offset, start, end int64) {
	const never = 1 << 61
	t := time.UnixMicro(instant).In(z.loc)
	_, seconds := t.Zone()
	from, to := t.ZoneBounds()
	start, end = -never, never
	if !from.IsZero() {
		start = from.UnixMicro()
	}
	if !to.IsZero() {
		end = to.UnixMicro()
	}
	return int64(seconds) * second, start, end
}
