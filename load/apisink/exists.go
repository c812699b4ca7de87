package apisink

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// takenWords are how vendors say that a unique value is taken.
var takenWords = []string{"already been taken", "already exist", "already in use", "already taken", "duplicate"}

// lockedWords are how vendors say that somebody else has the record open.
var lockedWords = []string{"locked", "lock_row", "being edited", "in use by"}

// exists tells whether a refusal says that the record is there already.
func exists(r load.Result) bool { return r.Status == http.StatusConflict || speaks(r, takenWords) }

// locked tells whether a refusal may be none a little later.
func locked(r load.Result) bool {
	return r.Status == http.StatusLocked || (r.Status == http.StatusConflict || r.Status == http.StatusBadRequest) && speaks(r, lockedWords)
}

func speaks(r load.Result, phrases []string) bool {
	text := strings.ToLower(r.Message)
	return slices.ContainsFunc(phrases, func(words string) bool { return strings.Contains(text, words) })
}

// idWords find the key of the record that is there in a vendor's sentence. What
// they find is read before it is believed.
var idWords = regexp.MustCompile(`(?i)\bid\b(?:\s+is|\s*[:=#])?\s*["']?([0-9A-Za-z][0-9A-Za-z_-]*)`)

// namedKey is the key that a refusal names; "" it names none.
func namedKey(message string) record.Key {
	m := idWords.FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	return record.Key(m[1])
}

// alreadyThere reads the record that stands in the way of a creation. Equal to
// what was sent in every field that it shows, it is the one that was to be made.
func (x *exchange) alreadyThere(ctx context.Context, r load.Result) (load.Result, error) {
	d := &x.deeds[0]
	named := namedKey(r.Message)
	r.Field = x.s.fieldIn(r.Message)
	r.Message = clean(r.Message, *d)
	found, asked, err := x.look(ctx, d, "")
	if err == nil && len(found) == 0 && named != "" && len(x.s.keys) == 1 {
		found, asked, err = x.look(ctx, d, named)
	}
	if err != nil {
		return r, x.serious(err)
	}
	if !asked || len(found) == 0 {
		r.Hint = "the target has such a record, maybe a deleted one, that its API does not show: look for it there, then link or rename"
		return r, nil
	}
	if len(found) == 1 && x.s.same.SameAsSent(d.Fields, found[0].Record) {
		return load.Result{State: stage.AttemptDone, Key: found[0].Key, Back: found[0].Record, Status: r.Status, Class: connector.OK,
			Message: "it was there already, equal to what was sent"}, nil
	}
	r.Hint = "record " + string(found[0].Key) + " of the target has this value: decide link, or change one of the two"
	return r, nil
}
