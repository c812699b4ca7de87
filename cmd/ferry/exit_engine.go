package main

import (
	"errors"
	"fmt"

	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/sheet/grid"
	"ferry/extract/stage"
	"ferry/extract/strictyaml"
	"ferry/load"

	"ferry/cmd/ferry/internal/job"
)

// judgeEngine is the part of the exit table that knows the errors of the
// rooms. Their texts already say what to do next.
func judgeEngine(err error) verdict {
	if v, ok := judgeFiles(err); ok {
		return v
	}
	if v, ok := judgeLoad(err); ok {
		return v
	}
	if spent, ok := errors.AsType[*budget.SpentError](err); ok {
		return verdict{Code: exitQuota, ResumeAt: spent.Until,
			Text: fmt.Sprintf("stopped: the vendor's quota is spent (%s of %s used)", count(spent.Used), count(spent.Limit)),
			Hint: "run the same command again after " + spent.Until.Local().Format("2006-01-02 15:04 MST") +
				"; only what is missing is asked then"}
	}
	if failed, ok := errors.AsType[*api.Error](err); ok {
		v := verdict{Code: exitFailed, Text: err.Error()}
		if failed.Class == connector.QuotaSpent {
			v.Code, v.ResumeAt = exitQuota, failed.Until
			if !failed.Until.IsZero() {
				v.Hint = "run the same command again after " + failed.Until.Local().Format("2006-01-02 15:04 MST")
			}
		}
		return v
	}
	return verdict{Code: exitFailed, Text: err.Error()}
}

// judgeLoad knows the plans that must not be applied as they are.
func judgeLoad(err error) (verdict, bool) {
	if need, ok := errors.AsType[*load.AllowError](err); ok {
		return verdict{Code: exitWaiting, Text: need.Error()}, true
	}
	if old, ok := errors.AsType[*load.StalePlanError](err); ok {
		return verdict{Code: exitUsage, Text: old.Error()}, true
	}
	if moved, ok := errors.AsType[*load.MovedError](err); ok {
		return verdict{Code: exitUsage, Text: moved.Error()}, true
	}
	if state, ok := errors.AsType[*load.StateError](err); ok {
		return verdict{Code: exitWaiting, Text: state.Error()}, true
	}
	return verdict{}, false
}

// judgeFiles knows the files that belong to somebody else, or are wrong.
func judgeFiles(err error) (verdict, bool) {
	usage := verdict{Code: exitUsage, Text: err.Error()}
	if _, ok := errors.AsType[*strictyaml.Problems](err); ok {
		return usage, true
	}
	if _, ok := errors.AsType[*job.OpenError](err); ok {
		usage.Hint = "`ferry init` writes a job file"
		return usage, true
	}
	if refused, ok := errors.AsType[*grid.Refusal](err); ok {
		switch refused.Cause {
		case grid.Moving, grid.Stalled:
			return verdict{Code: exitFailed, Text: err.Error()}, true
		}
		return usage, true
	}
	if _, ok := errors.AsType[*connector.UnknownError](err); ok {
		return usage, true
	}
	if _, ok := errors.AsType[*stage.OtherJobError](err); ok {
		return usage, true
	}
	if _, ok := errors.AsType[*stage.OtherAccountError](err); ok {
		return usage, true
	}
	if _, ok := errors.AsType[*stage.NewerError](err); ok {
		return usage, true
	}
	if _, ok := errors.AsType[*stage.ForeignError](err); ok {
		return usage, true
	}
	if _, ok := errors.AsType[*stage.SharedError](err); ok {
		return usage, true
	}
	if _, ok := errors.AsType[*load.DecisionError](err); ok {
		return usage, true
	}
	return verdict{}, false
}
