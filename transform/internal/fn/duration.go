package fn

import (
	"regexp"
	"strconv"
	"strings"

	"ferry/extract/record"
)

func durationTransforms() []Transform {
	unit := choice("unit", "what a bare number counts", "minutes", "hours", "seconds", "days")
	takes := []string{"string", "integer", "number", "decimal", "time"}
	return []Transform{{
		Name: "minutes", About: "a duration in whole minutes, from 1:30, 1h30, 90 min, PT1H30M or a number",
		Example: "duration: {from: Length, as: minutes}", Takes: takes, Gives: record.Integer,
		Options: []Option{unit, choice("round", "what becomes of seconds: refused, or rounded half up", "refuse", "up")}, build: buildMinutes,
	}, {
		Name: "duration", About: "a duration as a number of hours, minutes, seconds or days",
		Example: "hours: {from: Length, as: duration, to: hours}", Takes: takes, Gives: record.Number,
		Options: []Option{unit, required(choice("to", "what is counted", "minutes", "hours", "seconds", "days"))}, build: buildDuration,
	}}
}

var unitSeconds = map[string]float64{"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}

func buildMinutes(o *options) convert {
	unit, up := unitSeconds[o.text("unit")], o.text("round") == "up"
	return func(v any) (any, error) {
		sec, blank, err := seconds(v, unit)
		if err != nil || blank {
			return nil, err
		}
		plain, lost := scaleDecimal(plainDecimal(strconv.FormatFloat(sec/60, 'f', -1, 64)), 0, "up")
		if lost && !up {
			return nil, misfit(v, "it is not a whole number of minutes", "write round: up, or as: duration")
		}
		return exactWhole(v, plain)
	}
}

func buildDuration(o *options) convert {
	unit, to := unitSeconds[o.text("unit")], unitSeconds[o.text("to")]
	return func(v any) (any, error) {
		sec, blank, err := seconds(v, unit)
		if err != nil || blank {
			return nil, err
		}
		return sec / to, nil
	}
}

var (
	clockDuration = regexp.MustCompile(`^(-?)(\d{1,6}):([0-5]\d)(?::([0-5]\d(?:\.\d{1,9})?))?$`)
	isoDuration   = regexp.MustCompile(`^(-?)P(?:(\d{1,6})D)?(?:T(?:(\d{1,6}(?:\.\d{1,9})?)H)?(?:(\d{1,6}(?:\.\d{1,9})?)M)?(?:(\d{1,6}(?:\.\d{1,9})?)S)?)?$`)
	piece         = regexp.MustCompile(`^(\d{1,9}(?:\.\d{1,9})?)\s*([a-z]*)\s*`)
	unitWords     = map[string]string{
		"s": "seconds", "sec": "seconds", "secs": "seconds", "second": "seconds", "seconds": "seconds", "sek": "seconds", "sekunden": "seconds", "secondes": "seconds",
		"m": "minutes", "mn": "minutes", "min": "minutes", "mins": "minutes", "minute": "minutes", "minutes": "minutes", "minuten": "minutes", "minuti": "minutes", "minutos": "minutes",
		"h": "hours", "hr": "hours", "hrs": "hours", "hour": "hours", "hours": "hours", "std": "hours", "stunde": "hours", "stunden": "hours",
		"heure": "hours", "heures": "hours", "ora": "hours", "ore": "hours", "hora": "hours", "horas": "hours", "uur": "hours",
		"d": "days", "day": "days", "days": "days", "tag": "days", "tage": "days", "jour": "days", "jours": "days",
	}
)

// seconds reads a duration; a bare number counts units of that many seconds.
func seconds(v any, unit float64) (sec float64, blank bool, err error) {
	s, err := line(v, 100)
	if err != nil || s == "" {
		return 0, true, err
	}
	if plain := strings.Replace(s, ",", ".", 1); isPlainDecimal(plain) {
		f, err := exactFloat(v, plainDecimal(plain))
		if err != nil {
			return 0, false, err
		}
		return f.(float64) * unit, false, nil
	}
	if m := clockDuration.FindStringSubmatch(s); m != nil {
		return signed(m[1], number(m[2])*3600+number(m[3])*60+number(m[4])), false, nil
	}
	if m := isoDuration.FindStringSubmatch(strings.ToUpper(s)); m != nil && strings.ContainsAny(s, "0123456789") {
		return signed(m[1], number(m[2])*86400+number(m[3])*3600+number(m[4])*60+number(m[5])), false, nil
	}
	if sec, ok := pieces(strings.ToLower(strings.Replace(s, ",", ".", 1))); ok {
		return sec, false, nil
	}
	return 0, false, misfit(v, "it is not a duration", "write it as 1:30, 1h30 or 90 min, or say what a number counts with unit:")
}

// pieces reads 1h30, 1 h 30 min, 90min and 2.5 hours: units from large to small,
// where only a last number may go without, meaning the next smaller unit.
func pieces(s string) (total float64, ok bool) {
	last := unitSeconds["days"] * 2
	for s != "" {
		m := piece.FindStringSubmatch(s)
		if m == nil {
			return 0, false
		}
		s = s[len(m[0]):]
		size := unitSeconds[unitWords[strings.TrimSuffix(m[2], ".")]]
		if m[2] == "" && s == "" && (last == 3600 || last == 60) {
			size = last / 60
		}
		if size == 0 || size >= last {
			return 0, false
		}
		total, last = total+number(m[1])*size, size
	}
	return total, true
}

// number reads digits that a pattern has matched; "" is 0.
func number(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

func signed(sign string, f float64) float64 {
	if sign == "-" {
		return -f
	}
	return f
}
