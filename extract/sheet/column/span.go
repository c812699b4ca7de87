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
		unit := unitOf(s[:end])
		if unit.rank == 0 || unit.rank >= last {
			return c, false
		}
		seconds, last = seconds+value*unit.seconds, unit.rank
		s = strings.TrimPrefix(s[end:], ".")
	}
	c = clock{has: true, hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60}
	return c, last < 4
}

// unit is an amount of time by its name.
type unit struct {
	seconds int
	rank    int // 3 hours, 2 minutes, 1 seconds
}

var units = unitTable(map[unit]string{
	{3600, 3}: "h hr hrs hour hours heure heures std stunde stunden hora horas ora ore",
	{60, 2}:   "m min mins mn minute minutes minuten minuto minutos minuti",
	{1, 1}:    "s sec secs second seconds seconde secondes sek sekunde sekunden segundo segundos secondo secondi",
})

func unitTable(names map[unit]string) map[string]unit {
	t := map[string]unit{}
	for unit, words := range names {
		for word := range strings.FieldsSeq(words) {
			t[word] = unit
		}
	}
	return t
}

// timeSieve lets the words through that stand behind the first number of a time.
var timeSieve = sieveOf(units).and(sieveOf(wordSet("a am p pm")))

// mayBeTime tells cheaply that a text is no time: behind its first number stands a
// word that times do not have.
func mayBeTime(s string) bool {
	i := 0
	for i < len(s) && (isDigit(s[i]) || s[i] == ' ' || s[i] == '-') {
		i++
	}
	return i == len(s) || classes[s[i]]&hasLetter == 0 || timeSieve.lets(s[i:wordEnd(s, i)])
}

// unitOf gives a unit by its name; of rank 0 it is none.
func unitOf(word string) unit {
	if len(word) > 10 {
		return unit{}
	}
	var buf [longestWord]byte
	return units[string(fold(buf[:0], word))]
}
