package main

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract"
	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/extract/strictyaml"
	"ferry/load/filesink"
)

func TestTheFirstCodeWins(t *testing.T) {
	order := exitPriority()
	assert.Len(t, order, len(exitMeanings()))
	for i, first := range order {
		for _, later := range order[i:] {
			assert.Equal(t, first, firstExit(later, first), "%d and %d", first, later)
		}
	}
	assert.Equal(t, exitDone, firstExit())
}

func TestTheTableFromErrorToExitCode(t *testing.T) {
	until := time.Date(2026, 8, 2, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		err  error
		code exitCode
	}{
		{"nothing", nil, exitDone},
		{"anything", errors.New("x"), exitFailed},
		{"usage", usageError("x", "y"), exitUsage},
		{"job file missing", &job.OpenError{Path: "x", Err: errors.New("gone")}, exitUsage},
		{"mistakes", &strictyaml.Problems{Items: []strictyaml.Problem{{Message: "x"}}}, exitUsage},
		{"unknown vendor", &connector.UnknownError{What: "vendor", Name: "x"}, exitUsage},
		{"other job", fmt.Errorf("open: %w", &stage.OtherJobError{}), exitUsage},
		{"other account", &stage.OtherAccountError{}, exitUsage},
		{"newer stage", &stage.NewerError{}, exitUsage},
		{"foreign file", &stage.ForeignError{}, exitUsage},
		{"held", &stage.BusyError{PID: 7}, exitFailed},
		{"disk", &stage.DiskError{Err: errors.New("full")}, exitFailed},
		{"quota by the ledger", errors.Join(&budget.SpentError{Until: until}), exitQuota},
		{"quota by the vendor", &api.Error{Class: connector.QuotaSpent, Until: until}, exitQuota},
		{"credentials", &api.Error{Class: connector.Credentials}, exitFailed},
		{"a stray cancellation", context.Canceled, exitFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := judge(t.Context(), c.err)
			assert.Equal(t, c.code, v.Code)
			if c.code == exitQuota {
				assert.Equal(t, until, v.ResumeAt)
			}
		})
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	assert.Equal(t, exitInterrupted, judge(stopped, fmt.Errorf("reading: %w", context.Canceled)).Code)
	assert.Equal(t, exitUsage, judge(stopped, usageError("x", "")).Code, "2 comes before 130")
}

func TestFindingsGiveTheFirstCodeAndEveryText(t *testing.T) {
	proven := stage.Certificate{Proof: stage.ProofOrder}
	assert.NoError(t, findings{}.ofSummary(extract.Summary{Streams: []extract.StreamSummary{{Name: "a", Certificate: proven}}}).err())
	f := findings{}.ofSummary(extract.Summary{Streams: []extract.StreamSummary{
		{Name: "a", Certificate: stage.Certificate{Proof: stage.ProofNone}},
		{Name: "b", Certificate: proven, Keyless: 2},
		{Name: "limited", Certificate: stage.Certificate{Proof: stage.ProofLimited}},
	}}).ofSet(&filesink.Set{Manifest: filesink.Manifest{Streams: []filesink.ManifestStream{
		{Name: "a", Misfits: 1}, {Name: "b", Complete: proven},
	}}})
	v := judge(t.Context(), f.err())
	assert.Equal(t, exitUnproven, v.Code)
	assert.Equal(t, "not proven complete: a; b: 2 records without a key; values that do not fit their type: a: 1 value", v.Text)
	failed := findings{}.ofSummary(extract.Summary{Streams: []extract.StreamSummary{{Name: "a", Err: errors.New("broken")}}})
	assert.Equal(t, exitFailed, judge(t.Context(), failed.err()).Code)
}
