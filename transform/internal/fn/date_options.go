package fn

import (
	"regexp"
	"strings"
	"time"
)

// splitLayouts takes several layouts apart: "|" stands between them, or a comma
// with no space after it, which is how a YAML list arrives.
func splitLayouts(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, "|") {
		start := 0
		for i := 0; i+1 < len(part); i++ {
			if part[i] == ',' && part[i+1] != ' ' {
				out, start = append(out, part[start:i]), i+1
			}
		}
		out = append(out, part[start:])
	}
	return out
}

func readLayouts(o *options) []layout {
	var all []layout
	for _, text := range splitLayouts(o.text("layout")) {
		text = strings.TrimSpace(text)
		l := layout{text: text, pivot: o.whole("pivot"), kind: namedLayouts[text]}
		if l.kind == goLayout {
			checkLayout(o, "layout", text)
			l.timed = layoutIsTimed(text)
			l.steps = layoutSteps(text)
			if short := shortYear(text); short && l.pivot == 0 {
				o.fail("pivot", "is missing: the layout has a two-digit year", "write pivot: 1950 for the years 1950 to 2049")
			} else if !short {
				l.pivot = 0
			}
		}
		all = append(all, l)
	}
	return all
}

// checkLayout refuses what time.Parse would take but not mean.
func checkLayout(o *options, option, text string) {
	if text == "unix" || text == "unix_ms" {
		return
	}
	if strings.Contains(text, "MST") {
		o.fail(option, "holds a zone's short name, which says no offset", "write -07:00 for an offset, or take it out and name zone:")
		return
	}
	if like := goLike(text); like != text {
		o.fail(option, "is written with letters", "write the reference date 2 January 2006, 15:04:05, as it is written there: \""+like+"\"")
		return
	}
	if !strings.Contains(text, "06") || !hasMonth(text) || !strings.Contains(text, "2") {
		do := "write the reference date 2 January 2006, 15:04:05, as it is written there, such as 02/01/2006"
		o.fail(option, "names no day, month and year", do)
		return
	}
	for _, day := range []string{"2006-01-02T15:04:05Z", "1999-11-23T03:00:00Z"} {
		t, _ := time.Parse(time.RFC3339, day)
		back, err := time.Parse(text, t.Format(text))
		if err != nil || back.YearDay() != t.YearDay() {
			o.fail(option, "cannot be read back", "write a layout such as 02/01/2006 15:04:05")
			return
		}
	}
}

func hasMonth(text string) bool {
	rest := strings.NewReplacer("15", "", "2006", "").Replace(text)
	return strings.Contains(rest, "1") || strings.Contains(rest, "Jan")
}

func shortYear(text string) bool {
	return strings.Contains(strings.ReplaceAll(text, "2006", ""), "06")
}

var letterLayout = regexp.MustCompile(`(?i)^[dmyhs/.\-: T,]+$`)

// goLike rewrites a layout such as dd/MM/yyyy HH:mm:ss with the reference date;
// a layout that is none such comes back as it is.
func goLike(text string) string {
	if !letterLayout.MatchString(text) || !strings.ContainsAny(text, "yY") {
		return text
	}
	day, clock := text, ""
	if i := strings.IndexAny(text, "hH"); i >= 0 {
		day, clock = text[:i], text[i:]
	}
	day = strings.NewReplacer("yyyy", "2006", "yy", "06", "mm", "01", "dd", "02", "m", "1", "d", "2").Replace(strings.ToLower(strings.ReplaceAll(day, "T", "\x00")))
	clock = strings.NewReplacer("hh", "15", "h", "15", "mm", "04", "ss", "05").Replace(strings.ToLower(clock))
	return strings.ReplaceAll(day, "\x00", "T") + clock
}

// location is the zone an option names; nil where it is absent.
func location(o *options, option string) *time.Location {
	name := o.text(option)
	if name == "" {
		return nil
	}
	if name == "UTC" || name == "Z" {
		return time.UTC
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		o.fail(option, "is no known time zone", "write a name such as Europe/Paris, America/Denver or UTC")
		return nil
	}
	return loc
}
