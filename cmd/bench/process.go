package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// cores is how many cores each side of a comparison may use.
const cores = 2

// command is a process to be measured.
type command struct {
	Path string
	Args []string
	Dir  string
	Env  []string // beside the bench's own
	// Started is told the process as soon as it runs; nil: nobody is.
	Started func(*os.Process)
	Stdin   io.Reader
	Lines   io.Writer // gets stdout as it comes; nil: it is kept in finished.Stdout
	Tree    bool      // finished.PeakRSS is of the process and all that it starts
}

// finished is what the operating system says of an ended process.
type finished struct {
	Exit    int // -1: ended by a signal
	Begun   time.Time
	Ended   time.Time
	CPU     time.Duration // user and system, of the process and its children
	PeakRSS float64       // MiB; NaN where the system does not say
	Stdout  []byte
	Stderr  []byte // its last part
}

// Wall is the whole time of the process, from before it was started until it
// was gone.
func (f finished) Wall() time.Duration { return f.Ended.Sub(f.Begun) }

// tail gives the last lines of what the process complained, on one line.
func (f finished) tail() string {
	text := strings.TrimSpace(string(f.Stderr))
	if text == "" {
		text = strings.TrimSpace(string(f.Stdout))
	}
	lines := strings.Split(text, "\n")
	return strings.Join(lines[max(0, len(lines)-3):], " / ")
}

// expect is an error unless the process ended with one of these codes.
func (f finished) expect(who string, codes ...int) error {
	for _, code := range codes {
		if f.Exit == code {
			return nil
		}
	}
	return fmt.Errorf("%s ended with exit %d, not %v: %s", who, f.Exit, codes, f.tail())
}

// run starts a process on two cores and waits for its end. The error is about
// starting it; how it ended is in finished.Exit.
func run(ctx context.Context, c command) (finished, error) {
	cmd := exec.CommandContext(ctx, c.Path, c.Args...)
	cmd.Dir = c.Dir
	cmd.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", cores))
	cmd.Env = append(cmd.Env, c.Env...)
	cmd.WaitDelay = 10 * time.Second
	cmd.Stdin = c.Stdin
	var stdout bytes.Buffer
	stderr := &lastBytes{most: 8 << 10}
	cmd.Stdout, cmd.Stderr = &stdout, stderr
	if c.Lines != nil {
		cmd.Stdout = c.Lines
	}
	f := finished{Begun: time.Now()}
	if err := startOnCores(cmd, cores); err != nil {
		return f, fmt.Errorf("cannot start %s: %w", c.Path, err)
	}
	if c.Started != nil {
		c.Started(cmd.Process)
	}
	tree := make(chan float64, 1)
	ended := make(chan struct{})
	if c.Tree {
		go func() { tree <- watchTree(cmd.Process.Pid, ended) }()
	}
	err := cmd.Wait()
	f.Ended = time.Now()
	close(ended)
	if ctx.Err() != nil {
		return f, ctx.Err()
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return f, fmt.Errorf("%s: %w", c.Path, err)
	}
	f.Exit = cmd.ProcessState.ExitCode()
	f.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	f.PeakRSS = peakRSS(cmd.ProcessState)
	if c.Tree {
		f.PeakRSS = <-tree
	}
	f.Stdout, f.Stderr = stdout.Bytes(), stderr.kept
	return f, nil
}

// lastBytes keeps the end of what is written to it.
type lastBytes struct {
	most int
	kept []byte
}

// Write never fails.
func (l *lastBytes) Write(p []byte) (int, error) {
	l.kept = append(l.kept, p...)
	if over := len(l.kept) - l.most; over > 0 {
		l.kept = append(l.kept[:0], l.kept[over:]...)
	}
	return len(p), nil
}
