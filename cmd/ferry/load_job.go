package main

import (
	"fmt"

	"ferry/cmd/ferry/internal/job"
)

// approveAuto is the job's word for applying a plan at once.
const approveAuto = "auto"

// loadTargetJob reads a job whose records are loaded. The source's secrets may
// be missing: nothing is asked of it.
func (a *app) loadTargetJob(path string) (*job.Job, error) {
	j, err := a.readJob(path, job.Options{Target: true})
	if err != nil {
		return nil, err
	}
	return j, loadable(j)
}

// loadable refuses a job that names nothing to load, or nowhere.
func loadable(j *job.Job) error {
	switch {
	case j.Target == nil:
		return usageError(fmt.Sprintf("job %s has no target", j.Name),
			"write target: with vendor and settings; `ferry init --to VENDOR` writes the keys")
	case j.Mapping == "":
		return usageError(fmt.Sprintf("job %s has a target but no mapping", j.Name),
			"write mapping: and a shipped name or a path; `ferry mapping list` shows the shipped ones")
	}
	return nil
}
