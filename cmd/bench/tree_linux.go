package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// sampleEvery is how often the memory of a process and its children is looked at.
const sampleEvery = 25 * time.Millisecond

// watchTree looks at a process and all that it started until stop is closed, and
// gives the most memory they held together, in MiB: pages that several of them
// share count once (PSS of proc_pid_smaps(5)).
func watchTree(pid int, stop <-chan struct{}) float64 {
	most := 0.0
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for {
		most = max(most, treeMemory(pid))
		select {
		case <-stop:
			return most
		case <-tick.C:
		}
	}
}

func treeMemory(pid int) float64 {
	sum := ownMemory(pid)
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		children, err := os.ReadFile(task)
		if err != nil { // the thread has ended
			continue
		}
		for _, child := range bytes.Fields(children) {
			if id, err := strconv.Atoi(string(child)); err == nil {
				sum += treeMemory(id)
			}
		}
	}
	return sum
}

func ownMemory(pid int) float64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil { // the process has ended
		return 0
	}
	for line := range bytes.Lines(data) {
		if rest, ok := bytes.CutPrefix(line, []byte("Pss:")); ok {
			if kib, err := strconv.Atoi(string(bytes.Fields(rest)[0])); err == nil {
				return float64(kib) / 1024
			}
		}
	}
	return 0
}
