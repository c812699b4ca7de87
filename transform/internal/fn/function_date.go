package fn

import (
	"time"

	"ferry/extract/record"
)

func dateFunctions() []Function {
	piece := func(name, about string, f func(c clock) int) Function {
		return Function{Name: name, About: about, Example: name + `(created)`, Params: []record.Kind{str}, Gives: whol,
			Call: onDate(nil, func(_ any, c clock, _ []any) (any, error) { return int64(f(c)), nil })}
	}
	return []Function{
		piece("year", "the year of a date", func(c clock) int { return c.year }),
		piece("month", "the month of a date", func(c clock) int { return c.month }),
		piece("day", "the day of a date", func(c clock) int { return c.day }),
		{Name: "add_days", About: "the day that many days later", Example: `add_days(due, 30)`, Params: []record.Kind{str, whol}, Gives: record.Date,
			Call: onDate("", addDays)},
		{Name: "days_between", About: "days from one date to another", Example: `days_between(start, end)`, Params: []record.Kind{str, str}, Gives: whol,
			Call: onDate(nil, daysBetween)},
		{Name: "format_date", About: "a date in another layout", Example: `format_date(created, "02/01/2006")`, Params: []record.Kind{str, str}, Gives: str,
			Call: onDate("", formatDate)},
	}
}

// onDate reads the first argument as ISO 8601; blank comes out where it is blank.
func onDate(blank any, f func(v any, c clock, rest []any) (any, error)) func(args ...any) (any, error) {
	return func(args ...any) (any, error) {
		s, err := line(args[0], maxDate)
		if err != nil || s == "" {
			return blank, err
		}
		c, ok := readISO(s)
		if !ok {
			return nil, misfit(args[0], "it is no date as 2006-01-02, or the calendar has no such day", `write date(x, "02/01/2006") around it, with its layout`)
		}
		return f(args[0], c, args[1:])
	}
}

func (c clock) utc() time.Time {
	return time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, time.UTC)
}

func (c clock) days() int64 {
	return time.Date(c.year, time.Month(c.month), c.day, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

func addDays(v any, c clock, rest []any) (any, error) {
	n, ok, err := wholeOf(rest[0])
	if err != nil || !ok {
		return blankText(err)
	}
	if n > 4_000_000 || n < -4_000_000 {
		return nil, misfit(v, "the day lies outside the years 1 to 9999", "add fewer days")
	}
	t := c.utc().AddDate(0, 0, n)
	if t.Year() < 1 || t.Year() > 9999 {
		return nil, misfit(v, "the day lies outside the years 1 to 9999", "add fewer days")
	}
	return string(appendDay(nil, clockOf(t))), nil
}

func daysBetween(_ any, c clock, rest []any) (any, error) {
	return onDate(nil, func(_ any, to clock, _ []any) (any, error) { return to.days() - c.days(), nil })(rest...)
}

// formatDate writes the wall clock as it was read, offset and all.
func formatDate(_ any, c clock, rest []any) (any, error) {
	out, err := textOf(rest[0])
	if err != nil || out == "" {
		return string(appendDay(nil, c)), err
	}
	if like := goLike(out); like != out {
		return nil, misfit(nil, "the layout is written with letters", "write it as \""+like+"\"")
	}
	t := c.utc()
	if c.zoned {
		t = time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, time.FixedZone("", c.offset))
	} else if layoutHasOffset(out) {
		return nil, misfit(nil, "the date has no offset, but the layout asks for one", "use datetime(x, layout, zone) first")
	}
	return t.Format(out), nil
}
