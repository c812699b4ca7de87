package match

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
)

// shift is a list of jobs with a column of days and two of times.
func shift(day, start, end string, ends ...string) []col {
	if ends == nil {
		ends = []string{"10:15:00", "", "09:30:00", ""}
	}
	return []col{cells("Customer", "A", "B", "C", "D"), {header: day, as: column.Date, cells: []string{"2025-02-12", "2025-02-13", "", ""}},
		{header: start, as: column.Time, cells: []string{"08:30:00", "", "09:00:00", ""}}, {header: end, as: column.Time, cells: ends}}
}

func TestADayAndItsTimesBecomeMoments(t *testing.T) {
	for _, names := range [][3]string{{"Date", "Start", "End"}, {"Datum", "Von", "Bis"}, {"Fecha", "Hora de inicio", "Hora de fin"}, {"Scheduled date", "Start time", "End time"}, {"Date prévue", "Début", "Fin"}} {
		cols := shift(names[0], names[1], names[2])
		p := propose(t, "synchroteam.job", Input{Layout: layout(cols...)})
		require.Empty(t, open(p), "%v", names)
		assert.Equal(t, map[string]string{"Customer": "customer.id:name", names[0]: "scheduledStart", names[1]: "scheduledStart", names[2]: "scheduledEnd"}, fieldsOf(p))
		for _, pair := range p.Pairs[1:] {
			assert.Equal(t, map[string]column.As{names[0]: column.Date, names[1]: column.Time, names[2]: column.Time}[pair.Column], pair.Read, pair.Column)
		}
		oneToOne(t, p)
		assert.Nil(t, fact(p, "columns-left-out"))
		assert.NotNil(t, fact(p, "day-and-time"))
		got := mapped(t, p, "synchroteam", cols...)
		assert.Contains(t, got[0], `"scheduledStart":"2025-02-12T08:30:00","scheduledEnd":"2025-02-12T10:15:00"`)
		assert.Contains(t, got[1], `"scheduledStart":"2025-02-13`, "a day without a time is a start")
		assert.NotContains(t, got[1], "scheduledEnd", "and no end")
		assert.Contains(t, got[2], "refused: ", "a time without its day is not guessed")
		assert.NotContains(t, got[3], "scheduled")
	}
}

func TestADayAndOneTime(t *testing.T) {
	for _, name := range []string{"Time", "Heure", "Uhrzeit", "Hora", "Ora"} {
		cols := []col{cells("Customer", "A"), {header: "Date", as: column.Date, cells: []string{"2025-02-12"}}, {header: name, as: column.Time, cells: []string{"08:30:00"}}}
		p := propose(t, "synchroteam.job", Input{Layout: layout(cols...)})
		assert.Contains(t, mapped(t, p, "synchroteam", cols...)[0], `"scheduledStart":"2025-02-12T08:30:00"`, name)
		cols[2].as, cols[2].cells = column.Duration, []string{"36:00:00"}
		p = propose(t, "synchroteam.job", Input{Layout: layout(cols...)})
		assert.NotEqual(t, "scheduledStart", fieldsOf(p)[name], "a length of time is no time of day")
	}
}

func TestTimesBeforeTheirStart(t *testing.T) {
	cols := shift("Date", "Start", "End", "02:00:00", "", "", "")
	p := propose(t, "synchroteam.job", Input{Layout: layout(cols...)})
	q := question(p, "overnight.End")
	require.NotNil(t, q)
	assert.Equal(t, Hold, q.Default)
	assert.Equal(t, "D2", q.Cells[0].String())
	assert.Contains(t, mapped(t, p, "synchroteam", cols...)[0], "refused: scheduledEnd", "not guessed")
	p = propose(t, "synchroteam.job", Input{Layout: layout(cols...), Answers: sheet.Answers{"overnight.End": "next"}})
	assert.Contains(t, mapped(t, p, "synchroteam", cols...)[0], `"scheduledEnd":"2025-02-13T02:00:00"`)
	assert.Nil(t, question(p, "overnight.End"))
	assert.Nil(t, question(propose(t, "synchroteam.job", Input{Layout: layout(shift("Date", "Start", "End")...)}), "overnight.End"), "asked where it was seen alone")
}

func TestDaysThatAPersonHasDecided(t *testing.T) {
	cols := shift("Date", "Start", "End")
	for name, answers := range map[string]sheet.Answers{
		"the field of the start": {"match.Date": "scheduledStart"},
		"and the start too":      {"match.Date": "scheduledStart", "match.Start": "scheduledStart"},
	} {
		p := propose(t, "synchroteam.job", Input{Layout: layout(cols...), Answers: answers})
		assert.Contains(t, mapped(t, p, "synchroteam", cols...)[0], `"scheduledStart":"2025-02-12T08:30:00","scheduledEnd":"2025-02-12T10:15:00"`, name)
	}
	p := propose(t, "synchroteam.job", Input{Layout: layout(cols...), Answers: sheet.Answers{"match.Date": Out}})
	assert.Contains(t, open(p), "match.Start")
	assert.Contains(t, question(p, "match.Start").Why, "no column has their days")
	p = propose(t, "synchroteam.job", Input{Layout: layout(cols...), Answers: sheet.Answers{"match.Start": Out, "match.End": Out}})
	assert.NotEqual(t, "scheduledEnd", fieldsOf(p)["Date"], "no times: a day like any other")
}

func TestMomentsInUTCOfADayAndATime(t *testing.T) {
	cols := []col{cells("Ticket number", "1", "2"), {header: "Date", as: column.Date, cells: []string{"2025-02-12", "2025-02-13"}},
		{header: "Start at", as: column.Time, cells: []string{"08:30:00", ""}}, {header: "End at", as: column.Time, cells: []string{"10:15:00", ""}}}
	p := propose(t, "syncro.tickets.timers", Input{Layout: layout(cols...), Zone: "Europe/Paris"})
	got := mapped(t, p, "syncro", cols...)
	assert.Contains(t, got[0], `"start_at":"2025-02-12T08:30:00+01:00"`, "%s", p.Mapping)
	assert.Contains(t, got[0], `"end_at":"2025-02-12T10:15:00+01:00"`)
	assert.Contains(t, got[1], `"start_at":"2025-02-13T12:00:00+01:00"`, "a day is noon")
}

// An end with a day of its own is not read with the day of the start.
func TestAnEndWithADayOfItsOwn(t *testing.T) {
	days := func(name string, texts ...string) col { return col{header: name, as: column.Date, cells: texts} }
	times := func(name string, texts ...string) col { return col{header: name, as: column.Time, cells: texts} }
	cols := []col{cells("Customer", "A", "B"), days("Start date", "2025-02-12", "2025-02-13"), times("Start time", "22:30:00", "08:00:00"),
		days("End date", "2025-02-13", "2025-02-13"), times("End time", "02:15:00", "")}
	p := propose(t, "synchroteam.job", Input{Layout: layout(cols...)})
	assert.Empty(t, open(p))
	assert.Nil(t, question(p, "overnight.End time"))
	got := mapped(t, p, "synchroteam", cols...)
	assert.Contains(t, got[0], `"scheduledStart":"2025-02-12T22:30:00","scheduledEnd":"2025-02-13T02:15:00"`)
	assert.Contains(t, got[1], `"scheduledStart":"2025-02-13T08:00:00"`)
	assert.NotContains(t, got[1], "scheduledEnd", "midnight would be before the start")
	assert.Contains(t, string(p.Mapping), "scheduledEnd")
	told := 0
	for _, f := range p.Facts {
		if f.Column == "End date" && strings.Contains(f.Text, "where that is blank no end is sent") {
			told++
		}
	}
	assert.Equal(t, 1, told)
	oneToOne(t, p)
}
