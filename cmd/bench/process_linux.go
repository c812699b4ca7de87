package main

import (
	"math"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// startOnCores starts a process that may use only the first n of the cores
// that this one may use. A child takes over the cores of the thread that
// starts it, so only that thread is narrowed, and only for a moment.
func startOnCores(cmd *exec.Cmd, n int) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var all, few unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return err
	}
	for cpu := 0; few.Count() < min(n, all.Count()); cpu++ {
		if all.IsSet(cpu) {
			few.Set(cpu)
		}
	}
	if err := unix.SchedSetaffinity(0, &few); err != nil {
		return err
	}
	started := cmd.Start()
	if err := unix.SchedSetaffinity(0, &all); err != nil {
		return err
	}
	return started
}

// peakRSS is the most memory the process held, in MiB.
func peakRSS(s *os.ProcessState) float64 {
	if usage, ok := s.SysUsage().(*syscall.Rusage); ok {
		return float64(usage.Maxrss) / 1024
	}
	return math.NaN()
}
