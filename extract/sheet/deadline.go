package sheet

import (
	"errors"
	"os/exec"
	"time"

	"ferry/extract/sheet/grid"
)

// Why a child gives nothing more.
var (
	errEnded = errors.New("the reading process ended")
	errIdle  = errors.New("the reading process gave nothing for too long")
	errTotal = errors.New("the reading process took too long")
)

// What to do about a file that cannot be read, though it may be good.
const doSaveAgain = "open it in Excel, save it under a new name as Excel workbook (.xlsx), and give that one"

// deadline bounds a reading: the time between two frames, and all of it. After
// rows have come for a while the child may be silent as long again: it counts them
// in a second way.
type deadline struct {
	start, last time.Time
	idle, total time.Duration
}

func newDeadline(idle, total time.Duration) *deadline {
	now := time.Now()
	return &deadline{start: now, last: now, idle: idle, total: total}
}

// came notes that a frame has come, and gives errTotal where it came too late.
func (d *deadline) came() error {
	d.last = time.Now()
	if d.last.Sub(d.start) > d.total {
		return errTotal
	}
	return nil
}

// timer gives what fires when the child is late, and the error that this is.
func (d *deadline) timer() (*time.Timer, error) {
	silent := d.idle + d.last.Sub(d.start)
	if left := d.total - time.Since(d.start); left < silent {
		return time.NewTimer(left), errTotal
	}
	return time.NewTimer(silent), errIdle
}

// why says in words what an error of the child means for the file.
func (c *child) why(err error) error {
	l := c.job.Limits
	switch {
	case errors.Is(err, errIdle):
		return &grid.Refusal{Cause: grid.Stalled, Why: "reading it came to a stop: nothing came for " + l.Idle.String(), Do: doSaveAgain}
	case errors.Is(err, errTotal):
		return &grid.Refusal{Cause: grid.Stalled, Why: "reading it took longer than " + l.Total.String(), Do: "split it into several files"}
	case errors.Is(err, errBatch):
		return &grid.Refusal{Cause: grid.Broken, Why: "the process that reads it gave an answer that makes no sense", Do: doSaveAgain}
	case !errors.Is(err, errEnded):
		return err
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == exitMemory {
		return &grid.Refusal{Cause: grid.Stalled, Why: "reading it needs more than " + bytesText(l.Memory) + " of memory",
			Do: "save the sheet with the rows as CSV UTF-8, or split it into several files"}
	}
	return &grid.Refusal{Cause: grid.Broken, Why: "the process that reads it ended in the middle", Do: doSaveAgain}
}
