package fn

import (
	"math"
	"strconv"
	"strings"

	"ferry/extract/record"
)

func numberTransforms() []Transform {
	style := []Option{
		free("decimal", "the sign before the fraction, such as \",\"", ""),
		free("group", "the sign between thousands, such as \".\" or \" \"", ""),
		choice("percent", "what 12 % is: refused, 0.12 (fraction) or 12 (points)", "refuse", "fraction", "points"),
	}
	refused := choice("exponent", "whether 1.2E+10 is a number; spreadsheets lose digits with it", "refuse", "take")
	taken := choice("exponent", "whether 1.2E+10 is a number", "take", "refuse")
	return []Transform{{
		Name: "number", About: "a number with any separators, currency sign, parentheses for minus; refused where a 64-bit float would round it",
		Example: `price: {from: Price, as: number, decimal: ","}`,
		Takes:   takesText, Gives: record.Number, Options: append(style[:3:3], taken), build: buildNumber,
	}, {
		Name: "integer", About: "a whole number; a fraction other than zero is refused",
		Example: "quantity: {from: Qty, as: integer}",
		Takes:   takesText, Gives: record.Integer, Options: append(style[:3:3], refused), build: buildInteger,
	}, {
		Name: "decimal", About: "an exact decimal as text, for money",
		Example: `total: {from: Total, as: decimal, decimal: ",", scale: 2}`,
		Takes:   takesText, Gives: record.Decimal, build: buildDecimal,
		Options: append(style[:3:3], refused,
			count("scale", "digits after the dot", ""),
			choice("round", "what becomes of more digits than scale: refused, or half up or half to even", "refuse", "up", "even")),
	}}
}

func styleOf(o *options) numberStyle {
	st := numberStyle{percent: o.text("percent"), exponent: o.text("exponent") == "take"}
	st.point, st.group = separator(o, "decimal", ".,"), separator(o, "group", ".,' ")
	if st.point != 0 && st.point == st.group {
		o.fail("group", "is the same sign as decimal", `write another sign, such as group: "."`)
	}
	return st
}

func separator(o *options, name, allowed string) rune {
	s := o.text(name)
	if s == "" {
		return 0
	}
	if s == "\u00a0" || s == "\u202f" { // any space is read as one
		s = " "
	}
	if len(s) != 1 || !strings.Contains(allowed, s) {
		o.fail(name, "is no such sign", `write one of "`+strings.Join(strings.Split(allowed, ""), `" "`)+`"`)
		return 0
	}
	return rune(s[0])
}

// plain reads any value as plain decimal; "" is blank.
func (st numberStyle) plain(v any) (string, error) {
	if b, ok := v.(bool); ok {
		return "", misfit(b, "it is true or false, not a number", "write an expression such as x ? 1 : 0")
	}
	s, err := line(v, maxNumber)
	if err != nil || s == "" {
		return "", err
	}
	if _, isText := v.(string); !isText {
		return plainDecimal(s), nil
	}
	return st.read(v, s)
}

func buildNumber(o *options) convert {
	st := styleOf(o)
	return func(v any) (any, error) {
		switch x := v.(type) {
		case float64:
			if !math.IsNaN(x) && !math.IsInf(x, 0) {
				return x, nil
			}
		case int64:
			if x > -1<<53 && x < 1<<53 {
				return float64(x), nil
			}
		}
		s, err := st.plain(v)
		if err != nil || s == "" {
			return nil, err
		}
		return exactFloat(v, s)
	}
}

// exactFloat reads a plain decimal as a float that prints the same digits again.
func exactFloat(v any, s string) (any, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) {
		return nil, misfit(v, "it is too large for a number", "use as: decimal, which keeps every digit")
	}
	if len(s) <= 15 || strconv.FormatFloat(f, 'f', -1, 64) == s {
		return f, nil
	}
	return nil, misfit(v, "it has more digits than a number can hold and would be rounded", "use as: decimal, which keeps every digit")
}

func buildInteger(o *options) convert {
	st := styleOf(o)
	return func(v any) (any, error) {
		switch x := v.(type) {
		case int64:
			return x, nil
		case int:
			return int64(x), nil
		case float64:
			if math.Abs(x) > 1<<53 {
				return nil, misfit(v, "it is past the whole numbers that a float holds exactly", "read the field as text")
			}
		}
		s, err := st.plain(v)
		if err != nil || s == "" {
			return nil, err
		}
		return exactWhole(v, s)
	}
}

func exactWhole(v any, s string) (any, error) {
	if strings.Contains(s, ".") {
		return nil, misfit(v, "it is not a whole number", "use as: number, or round(x) in an expression")
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil, misfit(v, "it is too large for a whole number", "keep it as text")
	}
	return n, nil
}

func buildDecimal(o *options) convert {
	st, scaled, scale, half := styleOf(o), o.has("scale"), o.whole("scale"), o.text("round")
	if scale > 100 {
		o.fail("scale", "is over 100", "write scale: 2")
	}
	if half != "refuse" && !scaled {
		o.fail("round", "has no meaning without scale", "write scale: 2 beside it")
	}
	return func(v any) (any, error) {
		s, err := st.plain(v)
		if err != nil || s == "" || !scaled {
			return s, err
		}
		out, lost := scaleDecimal(s, scale, half)
		if lost && half == "refuse" {
			return nil, misfit(v, "it has more digits after the point than scale allows", "raise scale, or write round: up")
		}
		return out, nil
	}
}
