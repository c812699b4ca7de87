//go:build !linux

package main

import (
	"math"
	"os"
	"os/exec"
)

// startOnCores starts a process; here only GOMAXPROCS and the yardsticks' own
// settings hold it to its cores.
func startOnCores(cmd *exec.Cmd, _ int) error { return cmd.Start() }

// peakRSS is not known here, which makes the figures about memory fail.
func peakRSS(*os.ProcessState) float64 { return math.NaN() }

// watchTree knows nothing here.
func watchTree(int, <-chan struct{}) float64 { return math.NaN() }
