package text

import (
	"strconv"

	"ferry/extract/sheet/grid"
)

const doQuote = "a quote or a line end may be missing there: mend that line in the program that wrote the file, or export it again"

func (s *source) tooLong(line int) error {
	return &grid.Refusal{
		Cause: grid.TooLarge, Cell: "line " + strconv.Itoa(line),
		Why: "the line has more than " + strconv.Itoa(s.limits.Line) + " bytes", Do: doQuote,
	}
}

func (s *source) tooWide(line int) error {
	return &grid.Refusal{
		Cause: grid.TooLarge, Cell: "line " + strconv.Itoa(line),
		Why: "the line has more than " + strconv.Itoa(s.limits.Columns) + " cells", Do: doQuote,
	}
}

func (s *source) tooMany() error {
	return &grid.Refusal{
		Cause: grid.TooLarge,
		Why:   "the file has more than " + strconv.Itoa(s.limits.Rows) + " rows",
		Do:    "split it into several files",
	}
}
