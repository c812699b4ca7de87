package fn

import (
	"errors"
	"unicode/utf8"
)

// textual turns one text into another; it is for one goroutine.
type textual = func(s string) (string, error)

// ofLine makes a transform of a func from trimmed text to text that is never blank;
// limit is the most bytes such a text can have. The Value of the func's misfits need
// not be the text as it came.
func ofLine(limit int, f textual) textual {
	return func(s string) (string, error) {
		trimmed, err := lineOf(s, limit)
		if err != nil || trimmed == "" {
			return "", err
		}
		out, err := f(trimmed)
		if err != nil {
			return "", about(s, err)
		}
		return out, nil
	}
}

// unlessRight gives a text that is right already as it is: nearly every one is, and
// one look at its letters costs less than all else that is done with it.
func unlessRight(right func(s string) bool, f textual) textual {
	return func(s string) (string, error) {
		if right(s) {
			return s, nil
		}
		return f(s)
	}
}

// general lets a transform of texts take values of every kind.
func general(f textual) convert {
	return func(v any) (any, error) {
		s, is := v.(string)
		if !is {
			var err error
			if s, err = textOf(v); err != nil {
				return nil, err
			}
		}
		out, err := f(s)
		if err != nil {
			return nil, about(v, err)
		}
		return unlessSame(v, out), nil
	}
}

// about says of a misfit which value it is of, as that came.
func about(v any, err error) error {
	if m, ok := errors.AsType[*Misfit](err); ok {
		m.Value = v
	}
	return err
}

// unlessSame gives the value itself where the text says the same: the millions of
// texts that are right already need no memory of their own.
func unlessSame(v any, out string) any {
	if was, ok := v.(string); ok && was == out {
		return v
	}
	return out
}

// lineOf is line of a text.
func lineOf(s string, limit int) (string, error) {
	if !utf8.ValidString(s) {
		return "", notUTF8(s)
	}
	out, ok := within(s, limit)
	if !ok {
		return "", tooLong(s)
	}
	return out, nil
}
