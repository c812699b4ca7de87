package main

import (
	"context"
	"errors"
	"slices"
	"time"
)

// exitCode is what the process leaves behind; DESIGN §4.3.
type exitCode int

// The exit codes. They are a contract: scripts branch on them.
const (
	exitDone        exitCode = 0
	exitFailed      exitCode = 1
	exitUsage       exitCode = 2
	exitRejected    exitCode = 3
	exitWaiting     exitCode = 4
	exitUnsure      exitCode = 5
	exitUnproven    exitCode = 6
	exitQuota       exitCode = 75
	exitInterrupted exitCode = 130
)

// exitMeanings is the table behind `ferry help exit-codes`, in the order of the numbers.
func exitMeanings() []exitMeaning {
	return []exitMeaning{
		{exitDone, "done"},
		{exitFailed, "failed (also: credentials refused, disk full, another run holds the job)"},
		{exitUsage, "wrong usage, job or mapping (also: a stage of another job or account, or of a newer version)"},
		{exitRejected, "done, but some records were rejected, are dead or hold values that do not fit their type"},
		{exitWaiting, "a plan with changes waits for approval, or records are held"},
		{exitUnsure, "some records are unsure: the vendor's answer was lost"},
		{exitUnproven, "not proven complete, or a set was held back by a guard"},
		{exitQuota, "stopped at the vendor's quota; run again after the time printed"},
		{exitInterrupted, "interrupted; everything committed stays, run again to go on"},
	}
}

type exitMeaning struct {
	Code    exitCode
	Meaning string
}

// exitPriority says which code wins where several apply.
func exitPriority() []exitCode {
	return []exitCode{
		exitUsage, exitInterrupted, exitFailed, exitQuota, exitUnsure, exitUnproven, exitWaiting, exitRejected, exitDone,
	}
}

// firstExit gives the code that wins; exitDone where there is none.
func firstExit(codes ...exitCode) exitCode {
	for _, c := range exitPriority() {
		if slices.Contains(codes, c) {
			return c
		}
	}
	return exitDone
}

// exitError is an error that knows its exit code. Hint is what to do next.
// Shown says that people have already read it: only the code is left to give.
type exitError struct {
	Code     exitCode
	Err      error
	Hint     string
	ResumeAt time.Time
	Shown    bool
}

func (e *exitError) Error() string { return e.Err.Error() }
func (e *exitError) Unwrap() error { return e.Err }

// usageError is a mistake in the command line.
func usageError(text, hint string) error {
	return &exitError{Code: exitUsage, Err: errors.New(text), Hint: hint}
}

// failure is any other reason to stop, with what to do next.
func failure(err error, hint string) error {
	return &exitError{Code: exitFailed, Err: err, Hint: hint}
}

// verdict is what is left of an error once the table was asked.
type verdict struct {
	Code     exitCode
	Text     string // for people; "" where everything was already said
	Hint     string
	ResumeAt time.Time
}

// judge is the one table from error to exit code. The context tells a stop by
// the user from a request that was given up for another reason.
func judge(ctx context.Context, err error) verdict {
	if err == nil {
		return verdict{}
	}
	if exit, ok := errors.AsType[*exitError](err); ok {
		v := verdict{Code: exit.Code, Hint: exit.Hint, ResumeAt: exit.ResumeAt}
		if !exit.Shown {
			v.Text = err.Error()
		}
		return v
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return verdict{Code: exitInterrupted, Text: "interrupted",
			Hint: "what was committed stays; run the same command again to go on"}
	}
	return judgeEngine(err)
}

// isSoft tells an end that others may be added to: the work went through, and
// something is to be said of it.
func isSoft(err error) bool {
	exit, ok := errors.AsType[*exitError](err)
	return ok && slices.Contains([]exitCode{exitRejected, exitWaiting, exitUnsure, exitUnproven}, exit.Code)
}
