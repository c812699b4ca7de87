package load

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ferry/extract/stage"
)

// Two copies of one stage do not know of each other: each would write what the
// other has written. So the stage keeps where it was applied last, and another
// place is asked about once.

// placeNote keeps the place and the time: "hash RFC3339".
const placeNote = "load.applied"

// MovedError says that the stage was applied on another machine, or in another
// folder, before: see ApplyOptions.Moved.
type MovedError struct {
	At time.Time // when it was applied there last; zero: not known
}

func (e *MovedError) Error() string {
	when := ""
	if !e.At.IsZero() {
		when = ", " + e.At.UTC().Format("2006-01-02 15:04 MST")
	}
	return "this stage was applied last on another machine or in another folder" + when + ": if it is a copy and both go on, records are written twice;" +
		" make sure that nothing goes on there (if something was written there since, run `ferry recover` first), then `ferry apply --moved` goes on here"
}

// settleHere notes this place as the one where the stage is applied. The error is
// *MovedError where it was another one, unless moved says that it goes on here
// alone.
func settleHere(ctx context.Context, cfg *Config, moved bool) error {
	here := placeOf(cfg.Stage)
	last, ok, err := cfg.Stage.Note(ctx, placeNote)
	if err != nil {
		return err
	}
	if place, at, _ := strings.Cut(last, " "); ok && place != here && !moved {
		e := &MovedError{}
		if e.At, err = time.Parse(time.RFC3339, at); err != nil {
			e.At = time.Time{}
		}
		return e
	}
	return cfg.Stage.SetNote(ctx, placeNote, here+" "+cfg.Now().UTC().Format(time.RFC3339))
}

// placeOf names the machine and the file, as a hash: names of machines and
// folders may be people's.
func placeOf(st *stage.Stage) string {
	host, err := os.Hostname()
	if err != nil {
		host = "?" // only tells places apart
	}
	path := st.Path()
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return hash([]byte(host + "\x00" + path))
}
