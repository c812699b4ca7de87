package extract

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// KeySource says where the keys of a stream come from that is read record by
// record instead of from its list: a file, or the records of another stage.
type KeySource struct {
	File   string // CSV (UTF-8; comma, semicolon or tab) or Excel workbook, told apart by content
	Column string // of File; "" the only one, else the one named as the key field or its label
	Sheet  string // of a workbook; "" the first
	Stage  string // stage file of another job, where File is ""
	Stream string // in Stage
	Field  string // dotted path of a field of Stream
}

// KeysError is a source of keys that cannot be used as it is. It names the
// place and what to do, and repeats no key: keys may be phone numbers.
type KeysError struct {
	Stream string // whose keys they are
	Where  string // file with line or cell, or stage
	What   string
	Do     string
	Err    error // below it; nil where there is none
}

// Error names the stream, the place, what is wrong and what to do.
func (e *KeysError) Error() string {
	text := fmt.Sprintf("keys of %s: %s: %s", e.Stream, e.Where, e.What)
	if e.Do != "" {
		text += "; " + e.Do
	}
	return text
}

// Unwrap gives the error below, nil where there is none.
func (e *KeysError) Unwrap() error { return e.Err }

// givenKey is a key with its place in the source.
type givenKey struct {
	text string
	at   int // line, row or number of the record
}

// id tells keys apart without holding them: 32 hexadecimal digits.
func (k givenKey) id() string {
	sum := sha256.Sum256([]byte(k.text))
	return hex.EncodeToString(sum[:16])
}

// keyList is what a source of keys holds.
type keyList struct {
	keys    []givenKey // each once, in the order of the source
	unit    string     // what a place counts: "line", "row" or "record"
	rows    int        // read, the header left out
	blank   int        // rows without a key
	doubles int        // rows whose key stood before
	seen    map[string]struct{}
}

func newKeyList(unit string) *keyList { return &keyList{unit: unit, seen: map[string]struct{}{}} }

// errDotKey is a key that would change the path of its request.
var errDotKey = errors.New("the key is only dots")

// add takes the text of one row: space and invisible marks around it are no
// part of a key, and a key that stood before is counted only.
func (l *keyList) add(text string, at int) error {
	l.rows++
	text = trimmed(text)
	if text == "" {
		l.blank++
		return nil
	}
	if strings.Trim(text, ".") == "" {
		return errDotKey
	}
	if _, stood := l.seen[text]; stood {
		l.doubles++
		return nil
	}
	text = strings.Clone(text) // the row it is cut from must not stay
	l.seen[text] = struct{}{}
	l.keys = append(l.keys, givenKey{text, at})
	return nil
}

// trimmed takes white space and the marks that copying from a phone book
// leaves (direction marks, zero-width spaces) off both ends.
func trimmed(text string) string {
	return strings.TrimFunc(text, func(c rune) bool { return unicode.IsSpace(c) || unicode.Is(unicode.Cf, c) })
}

// loadKeys reads the keys of every stream that the configuration gives some
// for. A mistake in one ends the run before any request.
func (r *runner) loadKeys(ctx context.Context, reads []*reading) error {
	for _, rd := range reads {
		source, given := r.cfg.Keys[rd.stream.Name]
		if !given {
			continue
		}
		if err := askable(rd.stream); err != nil {
			return err
		}
		var err error
		if rd.keys, err = readKeys(ctx, rd.stream, source); err != nil {
			return err
		}
		rd.mode = modeKeys
	}
	return nil
}

// askable tells whether one key is enough to ask for a record of the stream.
func askable(s *connector.Stream) error {
	what := ""
	switch own := ownKey(s); {
	case s.Get == nil:
		what = "the vendor cannot give one of its records by key"
	case len(s.Key) != 1 || len(own) != 1:
		what = "a record is not told by one field alone"
	default:
		return nil
	}
	return &KeysError{Stream: s.Name, Where: "source.keys", What: what, Do: "remove the stream's keys"}
}

// readKeys reads a source to its end. The error is a *KeysError, or that of a
// cancelled context.
func readKeys(ctx context.Context, s *connector.Stream, from KeySource) (*keyList, error) {
	var list *keyList
	var err error
	where := from.File
	if from.File != "" {
		list, err = readKeyFile(ctx, s, from)
	} else {
		where = from.Stage
		list, err = readKeyStage(ctx, s, from)
	}
	if err != nil {
		return nil, err
	}
	if len(list.keys) == 0 {
		what := "it holds no key"
		if list.blank > 0 {
			what = fmt.Sprintf("every one of its %s is blank", plural(list.rows, list.unit))
		}
		return nil, &KeysError{Stream: s.Name, Where: where, What: what,
			Do: fmt.Sprintf("give the %s of at least one record", keyField(s).Name)}
	}
	list.seen = nil
	return list, nil
}

// keyField is the field that the stream's key stands in.
func keyField(s *connector.Stream) record.Field {
	for _, f := range s.Fields {
		if f.Name == s.Key[0] {
			return f
		}
	}
	return record.Field{Name: s.Key[0], Kind: record.String}
}

// KeyCount is what a source of keys holds.
type KeyCount struct{ Keys, Blank, Doubles int }

// CountKeys reads the keys that a stream would be read by, without any request.
// The error is a *KeysError, or that of a cancelled context.
func CountKeys(ctx context.Context, s *connector.Stream, from KeySource) (KeyCount, error) {
	if err := askable(s); err != nil {
		return KeyCount{}, err
	}
	list, err := readKeys(ctx, s, from)
	if err != nil {
		return KeyCount{}, err
	}
	return KeyCount{Keys: len(list.keys), Blank: list.blank, Doubles: list.doubles}, nil
}
