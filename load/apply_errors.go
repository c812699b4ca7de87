package load

import (
	"fmt"
	"strings"

	"ferry/extract/stage"
)

// StalePlanError says that what a plan rests on is no longer so: it must not be
// carried out. A new plan is needed.
type StalePlanError struct {
	Changed []string // a sentence each
}

func (e *StalePlanError) Error() string {
	return "the plan no longer holds: " + strings.Join(e.Changed, "; ") + "; make a new one with `ferry plan`"
}

// StateError says that a plan was not approved, or that a newer one took its
// place.
type StateError struct {
	Plan  string // hash
	State stage.PlanState
}

func (e *StateError) Error() string {
	if e.State == stage.PlanSuperseded {
		return "a newer plan took the place of plan " + short(e.Plan) + "; look at that one with `ferry plan`"
	}
	return "plan " + short(e.Plan) + " waits for approval; approve it with `ferry apply --plan " + short(e.Plan) + "`"
}

// AllowError says that a plan does what only the job may allow.
type AllowError struct {
	Need  string // final or deletes
	Count int    // records
	Texts []string
}

func (e *AllowError) Error() string {
	what := "cannot be undone"
	if e.Need == allowDeletes {
		what = "are going to be deleted"
	}
	text := fmt.Sprintf("%d records %s: allow it with `--allow %s` or `allow: [%s]` in the job file", e.Count, what, e.Need, e.Need)
	if len(e.Texts) > 0 {
		text += " (" + strings.Join(e.Texts, "; ") + ")"
	}
	return text
}

// What a job may allow.
const (
	allowFinal   = "final"
	allowDeletes = "deletes"
)

// StopError says that an apply stopped to let a person look. The next one goes
// on.
type StopError struct {
	Done  int      // records written so far
	Links []string // web pages of some of them, the latest last
}

func (e *StopError) Error() string {
	text := fmt.Sprintf("stopped after %d records to let you look; `ferry apply` goes on, `--all` does not stop", e.Done)
	if len(e.Links) > 0 {
		text += ": " + strings.Join(e.Links, " ")
	}
	return text
}

// BoundError says that more records failed than max_failures lets.
type BoundError struct {
	Failed, Tried int
	Bound         string // as the job says it
}

func (e *BoundError) Error() string {
	return fmt.Sprintf("%d of %d records failed, more than max_failures (%s) lets; look at them with `ferry report`, mend the mapping or the data, and plan again",
		e.Failed, e.Tried, e.Bound)
}

// short is a hash as people write it.
func short(hash string) string { return hash[:min(len(hash), 12)] }
