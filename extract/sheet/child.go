package sheet

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"time"

	"ferry/extract/sheet/grid"
)

// child reads a file in a process of its own. The process is started again where
// an earlier reading was broken off: ending it is the one way to stop at once.
type child struct {
	command []string
	job     openJob
	size    int64
	process *process // nil: none runs
	kept    *kept    // rows of the sheet that was read last; nil: none
}

// startChild starts a child and has it open the file.
func startChild(ctx context.Context, command []string, job openJob) (source, opened, error) {
	c := &child{command: command, job: job}
	info, err := os.Stat(job.Path)
	if err != nil {
		return nil, opened{}, err
	}
	c.size = info.Size()
	about, err := c.open(ctx)
	if err != nil {
		return nil, about, err
	}
	return c, about, nil
}

// opening is how long a file may take to be opened: readers go through it once.
func (c *child) opening() time.Duration {
	const bytesPerSecond = 20 << 20
	return c.job.Limits.Idle + time.Duration(c.size/bytesPerSecond)*time.Second
}

func (c *child) open(ctx context.Context) (about opened, err error) {
	if c.process, err = startProcess(c.command); err != nil {
		return about, err
	}
	if err = c.process.ask(frameOpen, c.job); err == nil {
		var f frame
		if f, err = c.process.next(ctx, newDeadline(c.opening(), c.job.Limits.Total)); err == nil {
			err = f.decode(frameOpened, &about)
		}
	}
	if err != nil {
		err = errors.Join(c.why(err), c.Close())
	}
	return about, err
}

// keeping begins to keep a whole sheet, in place of another.
func (c *child) keeping(sheet int, o want) (*kept, error) {
	if o.Head > 0 {
		return nil, nil
	}
	err := c.kept.drop()
	c.kept = nil
	return newKept(c.job.Path, sheet, o), err
}

// Rows reads a sheet.
func (c *child) Rows(ctx context.Context, sheet int, o want, fn func(*grid.Row) error) (tail grid.Tail, err error) {
	if c.kept.holds(sheet, o) {
		return c.kept.rows(ctx, fn)
	}
	if c.process == nil {
		if _, err := c.open(ctx); err != nil {
			return tail, err
		}
	}
	keeping, err := c.keeping(sheet, o)
	if err != nil {
		return tail, err
	}
	whole := false
	defer func() {
		err = errors.Join(err, keeping.drop())
		if !whole { // the process is in the middle of something nobody wants any more
			err = errors.Join(err, c.end())
		}
	}()
	if err := c.process.ask(frameRows, rowsJob{sheet, o}); err != nil {
		return tail, c.why(err)
	}
	deadline := newDeadline(c.job.Limits.Idle, c.job.Limits.Total)
	var batches batchReader
	var row grid.Row
	for {
		f, err := c.process.next(ctx, deadline)
		if err != nil {
			return tail, c.why(err)
		}
		if f.kind != frameBatch {
			err := f.decode(frameTail, &tail)
			if whole = err == nil; whole && keeping != nil {
				keeping.tail = tail
				c.kept, keeping = keeping, nil
			}
			return tail, c.why(err)
		}
		if keeping != nil && !keeping.add(f.payload) {
			full := keeping
			keeping = nil
			if err := full.drop(); err != nil {
				return tail, err
			}
		}
		if err := eachRow(&batches, f.payload, &row, fn); err != nil {
			return tail, c.why(err)
		}
		c.process.recycle(f.payload)
	}
}

func eachRow(batches *batchReader, payload []byte, row *grid.Row, fn func(*grid.Row) error) error {
	if err := batches.open(payload); err != nil {
		return err
	}
	for {
		ok, err := batches.next(row)
		if err != nil || !ok {
			return err
		}
		if err := fn(row); err != nil {
			return err
		}
	}
}

// Close ends the process, whatever it does, and forgets what was kept.
func (c *child) Close() error {
	err := c.kept.drop()
	c.kept = nil
	return errors.Join(err, c.end())
}

func (c *child) end() error {
	if c.process == nil {
		return nil
	}
	c.process.kill()
	c.process = nil
	return nil
}

// decode reads the answer of the kind that was asked for, or the refusal that came
// in its place.
func (f frame) decode(kind byte, v any) error {
	switch f.kind {
	case kind:
		return json.Unmarshal(f.payload, v)
	case frameRefusal:
		refusal := &grid.Refusal{}
		if err := json.Unmarshal(f.payload, refusal); err != nil {
			return err
		}
		return refusal
	case frameError:
		var text string
		if err := json.Unmarshal(f.payload, &text); err != nil {
			return err
		}
		return errors.New(text)
	}
	return errBatch
}
