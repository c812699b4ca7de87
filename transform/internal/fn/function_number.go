package fn

import (
	"strconv"

	"ferry/extract/record"
)

func numberFunctions() []Function {
	return []Function{
		{Name: "round_to", About: "a number rounded half up, as it is written, to that many digits", Example: `round_to(price * 1.2, 2)`,
			Params: []record.Kind{numb, whol}, Gives: numb, Call: roundTo},
		{Name: "fixed", About: "a number as text with that many digits after the dot", Example: `fixed(price, 2)`,
			Params: []record.Kind{numb, whol}, Gives: str, Call: fixed},
	}
}

// rounded writes a number with exactly so many digits; "" where one is absent.
func rounded(args []any) (string, error) {
	f, ok, err := floatOf(args[0])
	if err != nil || !ok {
		return "", err
	}
	n, ok, err := wholeOf(args[1])
	if err != nil || !ok {
		return "", err
	}
	if n < 0 || n > 15 {
		return "", misfit(args[1], "a number can be rounded to 0 to 15 digits", "write round_to(x, 2)")
	}
	s, _ := scaleDecimal(plainDecimal(strconv.FormatFloat(f, 'f', -1, 64)), n, "up")
	return s, nil
}

func roundTo(args ...any) (any, error) {
	s, err := rounded(args)
	if err != nil || s == "" {
		return nil, err
	}
	return strconv.ParseFloat(s, 64)
}

func fixed(args ...any) (any, error) {
	s, err := rounded(args)
	return s, err
}
