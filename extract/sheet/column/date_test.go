package column

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

func TestV02DateOrderIsProvenByTheWholeColumn(t *testing.T) {
	values := repeat(397, "03/04/2024")
	values[5], values[17], values[201] = "13/04/2024", "25/12/2024", "31/01/2024"
	p := look("Due date", values...)
	f := fact(t, p, "dates-proven")
	assert.Equal(t, "3 of 397 dates can only be day/month (B7, B19, B203), 394 could be both: read as day/month/year.", f.Text)
	assert.Equal(t, "B7 B19 B203", refs(f.Cells))
	assert.Equal(t, Date, p.Typed.As)
	assert.Equal(t, DayFirst, p.Typed.Order)
	assert.True(t, p.Sure)
	assert.Empty(t, p.Questions)
	assert.Equal(t, Text, p.Proposed.As, "a target that takes text gets it as typed")
	reads(t, p.Typed, "03/04/2024", "2024-04-03", "31/01/2024", "2024-01-31", "01/31/2024", "! date-order")
}

func TestV02MonthFirstIsProvenAsWell(t *testing.T) {
	p := look("Due", "03/04/2024", "04/25/2024", "4/5/2024")
	assert.Equal(t, MonthFirst, p.Typed.Order)
	reads(t, p.Typed, "03/04/2024", "2024-03-04", "4/5/2024", "2024-04-05")
}

func TestV02NothingProvesTheOrder(t *testing.T) {
	p := seen("Due", "03/04/2024", "05/06/2024", "07/07/2024")
	open := p.Profile(nil)
	q := question(t, open, "dates")
	assert.Empty(t, q.Default, "the import waits")
	assert.Len(t, q.Choices, 2)
	assert.Equal(t, "B2 B3", refs(q.Cells), "B4 is the same day in both orders")
	assert.False(t, open.Sure)
	reads(t, open.Typed, "03/04/2024", "! date-order", "07/07/2024", "2024-07-07", "25/04/2024", "2024-04-25")

	done := p.Profile(answered(map[string]string{"dates": "mdy"}))
	assert.Empty(t, done.Questions)
	reads(t, done.Typed, "03/04/2024", "2024-03-04")

	assert.NotEmpty(t, p.Profile(answered(map[string]string{"dates": "perhaps"})).Questions, "no answer at all")
}

func TestV02BothOrdersAreProven(t *testing.T) {
	p := seen("Due", "13/04/2024", "04/13/2024", "03/04/2024", "2024-02-01")
	open := p.Profile(nil)
	f := fact(t, open, "dates-both")
	assert.True(t, f.Warn)
	assert.Equal(t, "B2 B3", refs(f.Cells))
	q := question(t, open, "dates")
	assert.Empty(t, q.Default)
	require.Len(t, q.Choices, 1, "neither order can be chosen")
	done := p.Profile(answered(map[string]string{"dates": "apart"}))
	assert.False(t, done.Sure)
	reads(t, done.Typed, "13/04/2024", "2024-04-13", "04/13/2024", "2024-04-13", "03/04/2024", "! date-order", "2024-02-01", "2024-02-01")
	assert.Empty(t, p.Profile(answered(map[string]string{"dates": "dmy"})).Typed.Order, "an answer that was not offered is none")
}

func TestV02OneTypoAmongManyMayBeOverruledByAPerson(t *testing.T) {
	values := append(repeat(60, "13/04/2024"), "04/13/2024", "03/04/2024")
	p := seen("Due", values...)
	assert.Empty(t, question(t, p.Profile(nil), "dates").Default)
	done := p.Profile(answered(map[string]string{"dates": "dmy"}))
	reads(t, done.Typed, "04/13/2024", "! date-order", "03/04/2024", "2024-04-03")
	assert.True(t, fact(t, done, "dates-both").Warn, "it is told all the same")
}

func TestV03ExcelHasExchangedDayAndMonth(t *testing.T) {
	p := seen("Due", day("2024-02-01"), day("2024-12-03"), "01/25/2024", "03/31/2024", day("2024-05-05"))
	open := p.Profile(nil)
	assert.Equal(t, "B2 B3 B6", refs(fact(t, open, "dates-swapped").Cells))
	assert.Empty(t, question(t, open, "swapped").Default)
	assert.False(t, open.Sure)
	reads(t, open.Typed, day("2024-02-01"), "! date-swapped", "01/25/2024", "2024-01-25")
	back := p.Profile(answered(map[string]string{"swapped": "back"}))
	reads(t, back.Typed, day("2024-02-01"), "2024-01-02", day("2024-12-03"), "2024-03-12")
	right := p.Profile(answered(map[string]string{"swapped": "right"}))
	reads(t, right.Typed, day("2024-02-01"), "2024-02-01")

	fine := look("Due", day("2024-02-01"), day("2024-12-13"), "01/25/2024")
	assert.NotContains(t, ids(fine), "swapped", "a real date with a day of 13 speaks against it")
	fine = look("Due", day("2024-02-01"), "01/02/2024", "25/01/2024")
	assert.NotContains(t, ids(fine), "swapped", "so does a text that Excel could have taken")
}

func TestV04TwoDigitYears(t *testing.T) {
	for _, c := range []struct {
		header  string
		values  []any
		pivot   int
		asked   bool
		stands  string // default
		example string
		want    string
	}{
		{"Due date", []any{"25/01/24", "31/12/26"}, 46, true, "46", "25/01/24", "2024-01-25"},
		{"Founded", []any{"25/01/98", "31/12/03"}, 46, true, "46", "25/01/98", "1998-01-25"},
		{"Founded", []any{"25/01/98", "31/12/45"}, -1, true, "", "25/01/98", "! date-century"},
		{"Birth date", []any{"25/01/98", "31/12/45"}, 26, true, "26", "31/12/45", "1945-12-31"},
		{"Geburtsdatum", []any{"25/01/98", "31/12/15"}, -1, true, "", "31/12/15", "! date-century"},
		{"Due", []any{"25/01/2024", "31/12/2026"}, -1, false, "", "25/01/2024", "2024-01-25"},
	} {
		p := look(c.header, c.values...)
		assert.Equal(t, c.pivot, p.Typed.Pivot, c)
		if c.asked {
			assert.Equal(t, c.stands, question(t, p, "century").Default, c)
		} else {
			assert.Empty(t, p.Questions, c)
		}
		reads(t, p.as(Date), c.example, c.want)
	}
	said := seen("Date of birth", "25/01/98", "31/12/15").Profile(answered(map[string]string{"century": "0"}))
	reads(t, said.Typed, "31/12/15", "1915-12-31")
	assert.Contains(t, fact(t, said, "century").Text, "19xx")
}

func TestV04ShortYearsThatComeFirst(t *testing.T) {
	p := look("Date", "24.01.31", "24.02.17", "24.11.05", "24.03.09", "24.07.22")
	q := question(t, p, "dates")
	assert.Empty(t, q.Default)
	assert.Contains(t, q.Choices, grid.Choice{Value: "ymd", Label: "year/month/day"})
	p = look("Date", "98.01.31", "97.02.17")
	assert.Equal(t, YearFirst, p.Typed.Order)
	reads(t, p.Typed, "98.01.31", "1998-01-31")
	p = look("Date", "25/01/24", "31/12/23", "17/03/24", "02/02/24")
	assert.Equal(t, DayFirst, p.Typed.Order, "the last part takes few values: it is the year")
}

func TestV11NamesOfMonths(t *testing.T) {
	p := look("Date", "12 août 2024", "1er janvier 2023", "15-févr-24", "lundi 3 mars 2025")
	assert.Equal(t, Date, p.Typed.As)
	reads(t, p.as(Date),
		"12 août 2024", "2024-08-12", "12 aout 2024", "2024-08-12", "1er janvier 2023", "2023-01-01", "lundi 3 mars 2025", "2025-03-03",
		"August 12, 2024", "2024-08-12", "Aug 12th, 2024", "2024-08-12", "12-Aug-24", "2024-08-12", "12. März 2024", "2024-03-12",
		"12 de agosto de 2024", "2024-08-12", "12 dicembre 2024", "2024-12-12", "2024-Aug-12", "2024-08-12", "12Aug2024", "2024-08-12",
		"31 février 2024", "! date", "Q3 2024", "! date", "TBD", "! date", "août 2024", "! date", "12 août", "! date", "12 foo 2024", "! date", "May May 2024", "! date",
		"1 2 août 2024", "! date", "12 8 août", "! date")
	french := p.as(Date)
	french.Language = "fr"
	reads(t, french, "12 août 2024", "2024-08-12", "12 agosto 2024", "! date", "12 mai 2024", "2024-05-12")

	p = look("Date", "12/08/2024", "13/08/2024", "14/08/2024", "15/08/2024", "16/08/2024", "17/08/2024", "18/08/2024", "Q3 2024", "TBD", "19/08/2024")
	f := fact(t, p, "no-date")
	assert.Equal(t, "2 cells hold no date (B9, B10).", f.Text)
	assert.True(t, f.Warn)
	assert.False(t, p.Sure)
}

func TestV12ImpossibleDates(t *testing.T) {
	p := look("Due", "31/02/2024", "25/01/2024", "12/03/0203", "29/02/2023", "29/02/2024", "13/01/2024", "14/01/2024", "15/01/2024", "31/12/9999")
	assert.Equal(t, Date, p.Typed.As)
	assert.Equal(t, "B2 B5", refs(fact(t, p, "dates-impossible").Cells))
	assert.Equal(t, "B4", refs(fact(t, p, "dates-early").Cells))
	assert.Equal(t, "B10", refs(fact(t, p, "dates-far").Cells))
	reads(t, p.Typed, "31/02/2024", "! date", "12/03/0203", "! date", "29/02/2023", "! date", "29/02/2024", "2024-02-29",
		"2024-13-01", "! date", "00/01/2024", "! date", "31/12/9999", "9999-12-31 ? date-far",
		grid.Cell{Kind: grid.Date, Text: "1900-02-29", Flags: grid.Leap}, "! date", grid.Cell{Kind: grid.Number, Text: "60", Flags: grid.Leap}, "! date",
		number("45291"), "! date-serial", "45291", "! date-serial", number("20240131"), "2024-01-31", grid.Cell{Kind: grid.Boolean, Text: "true"}, "! date")
}

func TestDateTimes(t *testing.T) {
	p := look("Start", "31/01/2024 14:30", "2024-01-31T10:00:00Z", day("2024-02-13"))
	assert.Equal(t, DateTime, p.Typed.As)
	reads(t, p.Typed,
		"31/01/2024 14:30", "2024-01-31T14:30:00", "31/01/2024 2:30 PM", "2024-01-31T14:30:00", "31/01/2024 12:00 am", "2024-01-31T00:00:00",
		"31/01/2024 à 14h30", "2024-01-31T14:30:00", "31.01.2024, 14:30 Uhr", "2024-01-31T14:30:00", "31/01/2024", "2024-01-31T00:00:00",
		"2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z", "2024-01-31 10:00:00.5 +0200", "2024-01-31T10:00:00.500+02:00",
		"2024-01-31 24:00", "! date", "2024-01-31 10:60", "! date", "31/01/2024 noon", "! date",
		"12 août 2024 14:30", "2024-08-12T14:30:00", day("2024-02-13"), "2024-02-13T00:00:00",
		grid.Cell{Kind: grid.DateTime, Text: "2024-02-13T08:15:00"}, "2024-02-13T08:15:00")
	reads(t, p.as(Date), "31/01/2024 14:30", "2024-01-31 ? time-dropped", "31/01/2024 00:00", "2024-01-31",
		grid.Cell{Kind: grid.DateTime, Text: "2024-02-13T08:15:00"}, "2024-02-13 ? time-dropped", grid.Cell{Kind: grid.DateTime, Text: "2024-02-13T00:00:00"}, "2024-02-13")
}

func TestClocks(t *testing.T) {
	reads(t, Reading{As: DateTime}, "2024-01-31 10:00 +02", "2024-01-31T10:00:00+02:00", "2024-01-31T10:00:00+02:30", "2024-01-31T10:00:00+02:30", "2024-01-31 10:00 GMT", "2024-01-31T10:00:00Z",
		"2024-01-31 10:00 +2", "! date", "2024-01-31 10:00 +15:00", "! date", "2024-01-31 10:00 +02:60", "! date", "2024-01-31 13:00 pm", "! date", "2024-01-31 10:00:61", "! date")
	reads(t, Reading{As: Duration}, "14h", "14:00:00", "14h 5", "! duration", "14h05m", "14:05:00", "14 h 75", "! duration", "12345:00", "12345:00:00", "123456:00", "! duration", "1:30:05.25", "01:30:05.250",
		grid.Cell{Kind: grid.Duration, Text: "36:00:00"}, "36:00:00", day("2024-01-01"), "! duration")
	reads(t, Reading{As: Time}, grid.Cell{Kind: grid.Duration, Text: "06:00:00"}, "06:00:00", "1:30 a.m.", "01:30:00", "-1:30", "! time")
}

func TestTimesAndDurations(t *testing.T) {
	p := look("Start time", "14:30", "8:05", "9h15", "2:30 pm")
	assert.Equal(t, Time, p.Typed.As)
	reads(t, p.Typed, "14:30", "14:30:00", "8:05", "08:05:00", "9h15", "09:15:00", "2:30 pm", "14:30:00", "14:30:05", "14:30:05", "24:00", "! time", "soon", "! time",
		grid.Cell{Kind: grid.Time, Text: "08:05:00"}, "08:05:00", grid.Cell{Kind: grid.Duration, Text: "36:00:00"}, "! time")
	p = look("Duration", "14:30", "36:00", "90 min", "1 h 30 min")
	assert.Equal(t, Duration, p.Typed.As)
	reads(t, p.Typed, "14:30", "14:30:00", "36:00", "36:00:00", "90 min", "01:30:00", "1 h 30 min", "01:30:00", "1h30", "01:30:00", "45 s", "00:00:45", "136:00:00", "136:00:00",
		"-1:30", "-01:30:00", "90", "! duration", "2 pm", "! duration", "5 h 3 h", "! duration", number("1.5"), "! duration")
}

// Every day of forty years, in each order, against the standard library.
func TestEveryDayIsReadAsItWasWritten(t *testing.T) {
	readers := map[string]*Reader{}
	for layout, order := range map[string]Order{"02/01/2006": DayFirst, "1-2-2006": MonthFirst, "2.1.06": DayFirst, "06/01/02": YearFirst, "January 2, 2006": "", "20060102": ""} {
		r := Reading{As: Date, Order: order, Pivot: 50}
		readers[layout] = r.Compile()
	}
	for at := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2030; at = at.AddDate(0, 0, 1) {
		for layout, r := range readers {
			c := cellOf(at.Format(layout))
			if text, p := r.Read(&c); text != at.Format(time.DateOnly) || p != nil {
				require.Fail(t, fmt.Sprintf("%s is read as %q %v", c.Text, text, p))
			}
		}
	}
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"31/01/2024", "2024-01-31T10:00:00.5+02:00", "1er août 24", "12-Aug-24 2:30 PM", "12.34.56", "20240131", "Mon, 12 Aug 2024 14h30", "90 min", "-1:30:05.123"} {
		f.Add(s)
	}
	var readers []*Reader
	for _, as := range []As{Date, DateTime, Time, Duration} {
		for _, order := range []Order{"", DayFirst, MonthFirst, YearFirst} {
			readers = append(readers, (&Reading{As: as, Order: order, Pivot: 50}).Compile())
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		sieved(t, s)
		c := grid.Cell{Kind: grid.Text, Text: s}
		for _, r := range readers {
			text, p := r.Read(&c)
			if text == "" || r.reading.As == Time || r.reading.As == Duration {
				continue
			}
			require.True(t, p == nil || p.Warn, s)
			_, err := time.Parse("2006-01-02", text[:10])
			require.NoError(t, err, "%q gives %q", s, text)
			if again, _ := r.Read(&grid.Cell{Kind: grid.Text, Text: text}); r.reading.Order == "" {
				require.Equal(t, text, again, "what was read is read alike")
			}
		}
	})
}

func TestV09DaysAmongTimesAreTold(t *testing.T) {
	at := grid.Cell{Kind: grid.DateTime, Raw: "45000.5", Text: "2023-03-15T12:00:00"}
	p := look("Visit", at, day("2023-03-16"), "2023-03-17", "2023-03-18 00:00", at)
	assert.Equal(t, DateTime, p.Typed.As)
	told := fact(t, p, "days-among-times")
	assert.Equal(t, "2 cells hold a day without a time, among others with one (B3, B4): where the field takes a time, it is midnight (T00:00:00).", told.Text)
	reads(t, p.Typed, day("2023-03-16"), "2023-03-16T00:00:00")
	for _, f := range look("Visit", day("2023-03-16"), "2023-03-17").Facts {
		assert.NotEqual(t, "days-among-times", f.Code, "no cell has a time")
	}
}
