package column

// The problems of cells. They are shared: sentences that hold no value.
var (
	errorProblem     = &Problem{Kind: "error", Why: "holds an error of Excel, such as #N/A", Do: "mend the formula or type the value"}
	noCacheProblem   = &Problem{Kind: "no-cache", Why: "holds a formula whose result was never computed", Do: "open the file in Excel, save it and send it again"}
	undecodedProblem = &Problem{Kind: "undecoded", Why: "holds characters that do not fit the encoding of the file", Do: "save the file again as CSV UTF-8, or type the text again"}
	longProblem      = &Problem{Kind: "long-number", Why: "is a number of more than 15 digits, of which Excel has replaced the last ones by zeros", Do: "format the column as text and type or paste the value again"}
	longWarning      = &Problem{Kind: "long-number", Why: "is a number of more than 15 digits: Excel will lose the last ones when the file is saved", Do: "format the column as text before you save", Warn: true}
	tailWarning      = &Problem{Kind: "rounded", Why: "has more than 15 digits from a calculation; the number was taken as Excel shows it, with 15", Do: "round it in Excel if another number is meant", Warn: true}
	mojibakeWarning  = &Problem{Kind: "mojibake", Why: "has broken letters or signs: the text was once saved or opened in a wrong encoding", Do: "type the text again, or let Ferry mend the column", Warn: true}

	noDateProblem     = &Problem{Kind: "date", Why: "is not a date", Do: "type a whole date, such as 2024-01-31"}
	noSuchDayProblem  = &Problem{Kind: "date", Why: "is no date of the calendar", Do: "correct the day, the month or the year"}
	earlyProblem      = &Problem{Kind: "date", Why: "has a year before 1800", Do: "correct the year"}
	farWarning        = &Problem{Kind: "date-far", Why: "is a date more than a hundred years away", Do: "correct the year if another one is meant", Warn: true}
	leapProblem       = &Problem{Kind: "date", Why: "is a date that Excel counts but the calendar does not have, or none at all", Do: "type the date again"}
	orderProblem      = &Problem{Kind: "date-order", Why: "may be day/month or month/day", Do: "say how dates are written in this column, or write it as 2024-01-31"}
	otherOrderProblem = &Problem{Kind: "date-order", Why: "is not written in the order of day, month and year of its column", Do: "write it in the order of the others, or as 2024-01-31"}
	swappedProblem    = &Problem{Kind: "date-swapped", Why: "may have day and month exchanged: Excel did so with the dates of this column whose day is at most 12", Do: "open the original file with the right order of dates, or say that they are to be exchanged back"}
	centuryProblem    = &Problem{Kind: "date-century", Why: "has a year of two digits, and the century is not known", Do: "say which years are meant, or write the year with four digits"}
	serialProblem     = &Problem{Kind: "date-serial", Why: "is a plain number where a date is wanted", Do: "give the cell a date format in Excel"}
	timeDropped       = &Problem{Kind: "time-dropped", Why: "has a time of day where only the day is wanted; the time was left out", Do: "nothing, if the day is enough", Warn: true}
	noTimeProblem     = &Problem{Kind: "time", Why: "is not a time of day", Do: "type it as 14:30"}
	noDurationProblem = &Problem{Kind: "duration", Why: "is not an amount of time", Do: "type hours and minutes, such as 1:30"}

	noNumberProblem  = &Problem{Kind: "number", Why: "is not a number", Do: "type digits alone, such as 1234.5"}
	eitherProblem    = &Problem{Kind: "number-separator", Why: "has one point or comma before three digits, which may part the decimals or the thousands", Do: "say which sign parts the decimals in this column"}
	separatorProblem = &Problem{Kind: "number-separator", Why: "is written with other signs for decimals and thousands than its column", Do: "write it like the others"}
	percentProblem   = &Problem{Kind: "percent", Why: "has no percent sign, others in its column have", Do: "say whether 12 means 12 % or 1200 %, or add the sign"}
	currencyProblem  = &Problem{Kind: "currency", Why: "is an amount in another currency than its column", Do: "convert it, or put it in a column of its own"}
	powerProblem     = &Problem{Kind: "power", Why: "is written in Excel's short form with an E, in which digits were lost", Do: "widen the column, format it as text or as number without decimals, and save again"}
	turnedDate       = &Problem{Kind: "turned-date", Why: "is a date in a column of codes: Excel has probably turned a code into it", Do: "format the column as text and type the code again"}
	mayBeTurned      = &Problem{Kind: "turned-date", Why: "looks like a date in a column of codes: Excel has perhaps turned a code into it", Do: "compare it with the original", Warn: true}
	turnedPower      = &Problem{Kind: "turned-power", Why: "is a number in a column of codes that Excel shows with an E: it has probably turned a code such as 1E5 into it", Do: "format the column as text and type the code again"}
	booleanProblem   = &Problem{Kind: "boolean", Why: "is neither yes nor no", Do: "type yes or no"}
)
