package vendorsim

import (
	"strings"
	"time"
)

// Date forms of the reference: jobs (The job object), activities (The activity object), filters and actions (List
// jobs, Schedule a job), preferences (The job scheduling preferences object).
const (
	formJob    = "02/01/2006 15:04:05"
	formMinute = "2006-01-02 15:04"
	formSecond = "2006-01-02 15:04:05"
	formDay    = "2006-01-02"
	formISO    = "2006-01-02T15:04:05Z"
)

// parseTime reads a date in any of the reference's forms, taken as UTC, as unix seconds.
func parseTime(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	for _, form := range []string{formSecond, formMinute, formJob, formDay, "02/01/2006 15:04", time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(form, s); err == nil {
			return t.Unix(), true
		}
	}
	return 0, false
}

// date writes unix seconds in a form; 0 is null.
func date(sec int64, form string) any {
	if sec == 0 {
		return nil
	}
	return time.Unix(sec, 0).UTC().Format(form)
}
