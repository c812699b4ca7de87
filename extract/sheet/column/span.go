package column

import "strings"

// parseSpan reads an amount of time with its units: 90 min, 1 h, 1 h 30 min,
// 45 s. Minutes and seconds may pass 59 where they stand first.
func parseSpan(s string) (c clock, ok bool) {
	if len(s) > longestWord {
		return c, false
	}
	seconds, last := 0, 4
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimLeft(s, " ,") {
		value, n := digitsAt(s, 0)
		if n == 0 || n > 6 {
			return c, false
		}
		s = strings.TrimLeft(s[n:], " ")
		end := wordEnd(s, 0)
		unit, rank := unitOf(s[:end])
		if rank == 0 || rank >= last {
			return c, false
		}
		seconds, last = seconds+value*unit, rank
		s = strings.TrimPrefix(s[end:], ".")
	}
	c = clock{has: true, hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60}
	return c, last < 4
}

// unitOf gives the seconds of a unit, and its rank: 3 hours, 2 minutes, 1 seconds,
// 0 it is none.
func unitOf(word string) (seconds, rank int) {
	if len(word) > 10 {
		return 0, 0
	}
	var buf [longestWord]byte
	switch string(fold(buf[:0], word)) {
	case "h", "hr", "hrs", "hour", "hours", "heure", "heures", "std", "stunde", "stunden", "hora", "horas", "ora", "ore":
		return 3600, 3
	case "m", "min", "mins", "mn", "minute", "minutes", "minuten", "minuto", "minutos", "minuti":
		return 60, 2
	case "s", "sec", "secs", "second", "seconds", "seconde", "secondes", "sek", "sekunde", "sekunden", "segundo", "segundos", "secondo", "secondi":
		return 1, 1
	}
	return 0, 0
}
