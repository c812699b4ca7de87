package fn

import (
	"strconv"
	"strings"
	"time"

	"ferry/extract/record"
)

// maxDate is the most bytes a date can have.
const maxDate = 100

func dateTransforms() []Transform {
	read := []Option{
		free("layout", "how it is written, as 02/01/2006 15:04:05; iso, unix, unix_ms or excel; several with | between", "iso"),
		free("zone", "the zone of values without an offset, such as Europe/Paris", ""),
		free("to_layout", "how it is written to the target", ""),
		free("to_zone", "the zone it is shown in", ""),
		choice("gap", "a time skipped when the clocks go forward: refused, moved later or earlier by the hour skipped", "reject", "later", "earlier"),
		choice("overlap", "a time that is twice when the clocks go back: refused, the first or the second", "reject", "first", "second"),
		count("pivot", "first year of the hundred that two-digit years stand for", ""),
	}
	return []Transform{{
		Name: "date", About: "a calendar day as 2006-01-02; a time of day is left away; a day that does not exist is refused",
		Example: `since: {from: Created, as: date, layout: "02/01/2006"}`,
		Takes:   takesText, Gives: record.Date, Options: read, build: func(o *options) convert { return buildDate(o, true) },
	}, {
		Name: "datetime", About: "a date and time as 2006-01-02T15:04:05, with its offset where there is one or zone gives it",
		Example: `due_date: {from: scheduledEnd, as: datetime, layout: "02/01/2006 15:04:05", zone: Europe/Paris}`,
		Takes:   takesText, Gives: record.DateTime, Options: read, build: func(o *options) convert { return buildDate(o, false) },
	}}
}

// dater is the date or datetime transform.
type dater struct {
	layouts  []layout
	expected string
	zone     *zone // nil: not said
	to       *time.Location
	out      string // Go layout; "": ISO
	dayOnly  bool
}

func buildDate(o *options, dayOnly bool) convert {
	d := &dater{dayOnly: dayOnly, out: o.text("to_layout")}
	d.layouts = readLayouts(o)
	d.expected = "expected " + strings.ReplaceAll(o.text("layout"), "|", " or ")
	if loc := location(o, "zone"); loc != nil {
		d.zone = &zone{loc: loc, gap: o.text("gap"), overlap: o.text("overlap")}
	}
	d.to = location(o, "to_zone")
	if d.out == "iso" {
		d.out = ""
	} else if d.out != "" && namedLayouts[d.out] != excelLayout {
		checkLayout(o, "to_layout", d.out)
	}
	if d.out == "excel" {
		o.fail("to_layout", "is for reading only", "write iso, unix, unix_ms or a layout such as 02/01/2006")
	}
	return func(v any) (any, error) {
		s, err := line(v, maxDate)
		if err != nil || s == "" {
			return blankText(err)
		}
		return d.convert(v, s)
	}
}

func (d *dater) convert(v any, s string) (any, error) {
	for i := range d.layouts {
		c, ok := d.layouts[i].read(s)
		if !ok {
			continue
		}
		if !c.timed || d.dayOnly && d.to == nil && d.out == "" {
			return d.write(v, c, time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, time.UTC), false)
		}
		t, sure, err := d.instant(v, c)
		if err != nil {
			return nil, err
		}
		if sure && d.to != nil {
			t = t.In(d.to)
			c = clockOf(t)
		} else if d.to != nil {
			return nil, misfit(v, "it has no offset, so it cannot be shown in another zone", "write zone: beside to_zone, such as zone: Europe/Paris")
		}
		return d.write(v, c, t, sure)
	}
	return nil, misfit(v, "it is not such a date, or the calendar has no such day or time", d.expected+"; name the right layout or mend it in the source")
}

// instant is the moment a clock means; sure is false where neither text nor
// options say the zone, and t is then the wall clock in UTC.
func (d *dater) instant(v any, c clock) (t time.Time, sure bool, err error) {
	switch {
	case c.zoned:
		loc := time.UTC
		if c.offset != 0 {
			loc = time.FixedZone("", c.offset)
		}
		return time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, loc), true, nil
	case d.zone != nil:
		t, err = d.zone.instant(v, c)
		return t, true, err
	}
	return time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, time.UTC), false, nil
}

func (d *dater) write(v any, c clock, t time.Time, sure bool) (any, error) {
	if y := t.Year(); y < 1 || y > 9999 {
		return nil, misfit(v, "the zone moves it out of the years 1 to 9999", "mend it in the source")
	}
	switch {
	case d.out == "unix" || d.out == "unix_ms":
		if !sure {
			return nil, misfit(v, "it has no time with an offset, so it is no moment", "write zone: such as zone: Europe/Paris")
		}
		if d.out == "unix" {
			return strconv.FormatInt(t.Unix(), 10), nil
		}
		return strconv.FormatInt(t.UnixMilli(), 10), nil
	case d.out != "" && layoutHasOffset(d.out) && !sure:
		return nil, misfit(v, "it has no offset, but to_layout asks for one", "write zone: such as zone: Europe/Paris")
	case d.out != "":
		return t.Format(d.out), nil
	case d.dayOnly:
		day := appendDay(make([]byte, 0, 10), c)
		if was, ok := v.(string); ok && was == string(day) {
			return v, nil
		}
		return string(day), nil
	}
	return writeMoment(c, t, sure), nil
}

// writeMoment writes ISO 8601; a day without a time is midnight without offset.
func writeMoment(c clock, t time.Time, sure bool) string {
	if sure {
		return t.Format(time.RFC3339Nano)
	}
	b := appendDay(make([]byte, 0, 32), c)
	b = append(b, 'T', byte('0'+c.hour/10), byte('0'+c.hour%10), ':', byte('0'+c.minute/10), byte('0'+c.minute%10),
		':', byte('0'+c.second/10), byte('0'+c.second%10))
	if c.nano != 0 {
		b = append(b, strings.TrimRight(t.Format(".000000000"), "0")...)
	}
	return string(b)
}

func appendDay(b []byte, c clock) []byte {
	return append(b, byte('0'+c.year/1000), byte('0'+c.year/100%10), byte('0'+c.year/10%10), byte('0'+c.year%10), '-',
		byte('0'+c.month/10), byte('0'+c.month%10), '-', byte('0'+c.day/10), byte('0'+c.day%10))
}
