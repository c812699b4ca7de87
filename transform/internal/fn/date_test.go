package fn

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDates(t *testing.T) {
	fr := o("layout", "02/01/2006")
	paris := func(more ...string) map[string]string {
		return o(append([]string{"layout", "02/01/2006 15:04:05|iso", "zone", "Europe/Paris"}, more...)...)
	}
	convertAll(t, []conversion{
		{"date", nil, "2026-08-01", "2026-08-01"}, {"date", nil, "2026-08-01T10:00:00Z", "2026-08-01"}, {"date", nil, " 2026-08-01 10:00 ", "2026-08-01"},
		{"date", nil, "01/08/2026", refused("expected iso")}, {"date", fr, "01/08/2026", "2026-08-01"}, {"date", fr, "31/02/2026", refused("no such day")}, {"date", fr, "1/8/2026", refused("expected")},
		{"date", o("layout", "2/1/2006"), "1/8/2026", "2026-08-01"}, {"date", nil, "2024-02-29", "2024-02-29"}, {"date", nil, "2025-02-29", refused("no such day")}, {"date", nil, "1900-02-29", refused("no such day")},
		{"date", nil, "0000-00-00", refused("no such day")}, {"date", nil, "0001-01-01", "0001-01-01"}, {"date", nil, "2026-13-01", refused("no such day")},
		{"date", o("layout", "02/01/2006|2006.01.02"), "2026.08.01", "2026-08-01"}, {"date", o("layout", "02/01/2006,2006.01.02"), "2026.08.01", "2026-08-01"},
		{"date", o("layout", "Jan 2, 2006"), "Aug 1, 2026", "2026-08-01"}, {"date", o("layout", "20060102"), int64(20260801), "2026-08-01"},
		{"date", o("layout", "02/01/06", "pivot", "1950"), "01/08/49", "2049-08-01"}, {"date", o("layout", "02/01/06", "pivot", "1950"), "01/08/50", "1950-08-01"},
		{"date", o("layout", "excel"), 45292.0, "2024-01-01"}, {"date", o("layout", "excel"), int64(1), "1900-01-01"}, {"date", o("layout", "excel"), int64(59), "1900-02-28"}, {"date", o("layout", "excel"), int64(60), refused("no such day")}, {"date", o("layout", "excel"), int64(61), "1900-03-01"},
		{"datetime", o("layout", "excel"), 45292.75, "2024-01-01T18:00:00"}, {"datetime", o("layout", "unix"), int64(0), "1970-01-01T00:00:00Z"}, {"datetime", o("layout", "unix_ms"), "1500", "1970-01-01T00:00:01.5Z"},
		{"date", o("layout", "unix", "to_zone", "America/New_York"), int64(0), "1969-12-31"}, {"date", o("to_layout", "02.01.2006"), "2026-08-01", "01.08.2026"}, {"date", o("layout", "02/01/2006", "to_zone", "Asia/Tokyo"), "01/08/2026", "2026-08-01"},
		{"datetime", nil, "2026-08-01 10:00", "2026-08-01T10:00:00"}, {"datetime", nil, "2026-08-01T10:00:00.120+02:00", "2026-08-01T10:00:00.12+02:00"}, {"datetime", nil, "2026-08-01", "2026-08-01T00:00:00"},
		{"datetime", nil, "2026-08-01 24:00", refused("no such day")}, {"datetime", nil, "2026-08-01 10:60", refused("no such day")}, {"datetime", nil, "2026-08-01T10:00:60Z", refused("no such day")}, {"datetime", nil, "2026-08-01T10:00+2", refused("expected")},
		{"datetime", paris(), "01/08/2026 10:00:00", "2026-08-01T10:00:00+02:00"}, {"datetime", paris(), "01/01/2026 10:00:00", "2026-01-01T10:00:00+01:00"}, {"datetime", paris("to_zone", "UTC"), "01/08/2026 10:00:00", "2026-08-01T08:00:00Z"},
		{"datetime", paris(), "2026-08-01T10:00:00-05:00", "2026-08-01T10:00:00-05:00"}, {"datetime", paris("to_layout", "unix"), "01/01/1970 01:00:00", "0"},
		{"datetime", paris(), "29/03/2026 02:30:00", refused("never was")}, {"datetime", paris("gap", "later"), "29/03/2026 02:30:00", "2026-03-29T03:30:00+02:00"}, {"datetime", paris("gap", "earlier"), "29/03/2026 02:30:00", "2026-03-29T01:30:00+01:00"},
		{"datetime", paris(), "25/10/2026 02:30:00", refused("twice")}, {"datetime", paris("overlap", "first"), "25/10/2026 02:30:00", "2026-10-25T02:30:00+02:00"}, {"datetime", paris("overlap", "second"), "25/10/2026 02:30:00", "2026-10-25T02:30:00+01:00"},
		{"datetime", paris(), "25/10/2026 01:59:59", "2026-10-25T01:59:59+02:00"}, {"datetime", paris(), "25/10/2026 03:00:00", "2026-10-25T03:00:00+01:00"}, {"datetime", paris(), "29/03/2026 03:00:00", "2026-03-29T03:00:00+02:00"},
		{"datetime", o("to_zone", "UTC"), "2026-08-01 10:00", refused("zone:")}, {"datetime", o("to_layout", time.RFC3339), "2026-08-01 10:00", refused("zone:")},
		{"datetime", o("zone", "Pacific/Apia"), "2011-12-30 12:00", refused("never was")}, {"datetime", o("zone", "UTC", "to_zone", "Pacific/Kiritimati"), "9999-12-31 23:00", refused("years")},
		{"datetime", o("layout", "01/02/2006 03:04 PM"), "08/01/2026 02:05 PM", "2026-08-01T14:05:00"}, {"datetime", o("layout", "02/01/2006 15:04:05 -0700"), "01/08/2026 10:00:00 +0200", "2026-08-01T10:00:00+02:00"},
	})
}

// Every half hour of two years in zones with whole, half and odd changes, in
// both directions, against the standard library.
func TestEveryWallClockIsTheRightInstant(t *testing.T) {
	for _, name := range []string{"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata"} {
		loc, err := time.LoadLocation(name)
		require.NoError(t, err)
		f := mustCompile("datetime", o("zone", name, "overlap", "first"))
		for u := int64(1_750_000_000) / 1800 * 1800; u < 1_800_000_000; u += 1800 {
			at := time.Unix(u, 0).In(loc)
			got, err := f(at.Format("2006-01-02T15:04:05"))
			require.NoError(t, err)
			if got != at.Format(time.RFC3339) {
				back, err := time.Parse(time.RFC3339, got.(string))
				require.NoError(t, err)
				assert.Equal(t, at.Format(time.DateTime), back.Format(time.DateTime))
				assert.True(t, back.Before(at), "only the second of two equal wall clocks may differ: %s %s", got, at)
			}
		}
	}
}

func FuzzDate(f *testing.F) {
	for _, s := range append([]string{"2026-08-01T10:00:00.5+02:00", "01/08/2026 10:00:00", "2026-08-01"}, nasty...) {
		f.Add(s)
	}
	own := mustCompile("datetime", o("layout", "02/01/2006 15:04:05"))
	iso := mustCompile("datetime", nil)
	f.Fuzz(func(t *testing.T, s string) {
		got, err := own(s)
		want, lib := time.Parse("02/01/2006 15:04:05", trim(s))
		if err == nil && got != "" {
			require.NoError(t, lib)
			assert.Equal(t, want.Format("2006-01-02T15:04:05"), got)
		} else if err != nil && lib == nil && want.Year() > 0 && len(trim(s)) == 19 {
			t.Errorf("%q was refused", s)
		}
		got, err = iso(s)
		if err != nil || got == "" {
			return
		}
		again, err := iso(got)
		require.NoError(t, err)
		assert.Equal(t, got, again)
		layout := "2006-01-02T15:04:05"
		if strings.ContainsAny(got.(string)[10:], "Z+-") {
			layout = time.RFC3339Nano
		}
		_, err = time.Parse(layout, got.(string))
		assert.NoError(t, err)
	})
}

func BenchmarkDate(b *testing.B) {
	for name, opts := range map[string]map[string]string{"day": o("layout", "02/01/2006 15:04"), "zone": o("layout", "02/01/2006 15:04", "zone", "Europe/Paris")} {
		b.Run(name, func(b *testing.B) {
			f := mustCompile("datetime", opts)
			b.ReportAllocs()
			for b.Loop() {
				_, _ = f("01/08/2026 10:00")
			}
		})
	}
}
