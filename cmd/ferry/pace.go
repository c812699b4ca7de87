package main

import (
	"slices"
	"time"

	"ferry/cmd/ferry/internal/job"
)

// pace makes a simulated vendor's time short. The zero value keeps the times of
// the spec; nothing but the demo sets it.
type pace struct {
	Settle  time.Duration // longest time a committed write stays invisible
	Timeout time.Duration // longest time an answer takes
}

// quicken puts the pace into the spec of a job's target.
func (p pace) quicken(j *job.Job) {
	if p.Settle == 0 || j.Target == nil {
		return
	}
	spec := *j.Target.Spec
	spec.Streams = slices.Clone(spec.Streams)
	for i, s := range spec.Streams {
		if s.Writes != nil {
			st, writes := *s, *s.Writes
			writes.Settle = p.Settle
			st.Writes = &writes
			spec.Streams[i] = &st
		}
	}
	j.Target.Spec = &spec
}
