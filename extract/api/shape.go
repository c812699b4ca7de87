package api

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// ShapeError is an answer that is not what the connector spec says: damaged
// JSON, or JSON of another form. It names places and kinds, never values.
type ShapeError struct {
	Path   string // where, dotted, as in the spec; "" is the answer itself
	Offset int64  // byte of the body, as well as it is known
	Want   string // what the spec says
	Found  string // what is there
	// Damaged: the body is no JSON at all (cut, or not what it says it is), so
	// asking again may help; otherwise the spec and the vendor disagree.
	Damaged bool
}

// Error names the place, what was expected and what was found.
func (e *ShapeError) Error() string {
	where := "the answer"
	if e.Path != "" {
		where = `"` + e.Path + `" of the answer`
	}
	return fmt.Sprintf("%s should be %s but is %s (byte %d)", where, e.Want, e.Found, e.Offset)
}

// damaged turns an error of the JSON decoder into a ShapeError.
func damaged(err error, offset int64) *ShapeError {
	e := &ShapeError{Offset: offset, Want: "sound JSON", Found: "damaged", Damaged: true}
	if se := (*jsontext.SyntacticError)(nil); errors.As(err, &se) {
		e.Offset = se.ByteOffset
		e.Path = strings.ReplaceAll(strings.TrimPrefix(string(se.JSONPointer), "/"), "/", ".")
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		e.Found = "cut off"
	case errors.Is(err, jsontext.ErrDuplicateName):
		e.Found = "an object with one name twice"
	case errors.Is(err, errTrailing):
		e.Found = "followed by more bytes"
	}
	return e
}

// errTrailing: the body goes on after the JSON value.
var errTrailing = errors.New("bytes after the value")

// kindText says what a JSON value is, for people, by its first byte.
func kindText(k jsontext.Kind) string {
	switch k {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return "a number"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "nothing"
}
