package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ferry/extract"
	"ferry/extract/api"
	"ferry/extract/stage"
	"ferry/load/filesink"
)

// findings are what a run that went through has to say besides "done". The
// zero value is nothing.
type findings struct {
	codes []exitCode
	texts []string
	hint  string
}

func (f findings) add(code exitCode, text, hint string) findings {
	f.codes, f.texts = append(f.codes, code), append(f.texts, text)
	if f.hint == "" {
		f.hint = hint
	}
	return f
}

// and puts two findings together.
func (f findings) and(more findings) findings {
	for i, code := range more.codes {
		f = f.add(code, more.texts[i], more.hint)
	}
	return f
}

func (f findings) has(code exitCode) bool { return slices.Contains(f.codes, code) }

// ofSummary notes streams that failed, are not proven, or gave records without
// a key.
func (f findings) ofSummary(summary extract.Summary) findings {
	var failed, unproven, keyless []string
	var why error
	for _, s := range summary.Streams {
		switch {
		case s.Err != nil:
			failed = append(failed, s.Name)
			why = cmp.Or(why, s.Err)
		case !s.Proven():
			unproven = append(unproven, s.Name)
		}
		if s.Keyless > 0 {
			keyless = append(keyless, fmt.Sprintf("%s: %s without a key", s.Name, plural(s.Keyless, "record")))
		}
	}
	if len(failed) > 0 {
		hint := "run again; to go on without a stream, name the others in source.streams"
		if errors.Is(why, api.ErrOutage) {
			hint = "what was read is kept; run the same command again later"
		}
		f = f.add(exitFailed, fmt.Sprintf("could not be read to the end: %s (%v)", strings.Join(failed, ", "), why), hint)
	}
	if len(unproven) > 0 {
		f = f.add(exitUnproven, "not proven complete: "+strings.Join(unproven, ", "),
			"the reasons stand above; where a list moved, run again when fewer people work on it")
	}
	if len(keyless) > 0 {
		f = f.add(exitRejected, strings.Join(keyless, "; "), "they are staged under a hash; ask the vendor about them")
	}
	return f
}

// ofSet notes values that did not fit their type, and tables that are not
// proven where that has not been said yet.
func (f findings) ofSet(set *filesink.Set) findings {
	if set == nil {
		return f
	}
	var misfit, unproven []string
	for _, s := range set.Manifest.Streams {
		if s.Misfits > 0 {
			misfit = append(misfit, fmt.Sprintf("%s: %s", s.Name, plural(s.Misfits, "value")))
		}
		if s.Complete.Proof == stage.ProofNone || s.Complete.Proof == "" {
			unproven = append(unproven, s.Name)
		}
	}
	if len(unproven) > 0 && !f.has(exitUnproven) {
		f = f.add(exitUnproven, "not proven complete: "+strings.Join(unproven, ", "), "`ferry run` reads and proves again")
	}
	if len(misfit) > 0 {
		f = f.add(exitRejected, "values that do not fit their type: "+strings.Join(misfit, ", "),
			"they are null in their column and stand as they were in _ferry_extra")
	}
	return f
}

// err is nil where there is nothing to say, else an error with the exit code
// that comes first.
func (f findings) err() error {
	if len(f.codes) == 0 {
		return nil
	}
	return &exitError{Code: firstExit(f.codes...), Err: errors.New(strings.Join(f.texts, "; ")), Hint: f.hint}
}
