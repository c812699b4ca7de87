package budget

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// orphaned reports whether a flight belongs to a process of this machine that
// is gone. What it cannot tell counts as alive; such flights end by age.
func (l *Ledger) orphaned(f flight) bool {
	host, rest, _ := strings.Cut(f.holder, "/")
	id, _, _ := strings.Cut(rest, "/")
	pid, err := strconv.Atoi(id)
	if err != nil || host != l.host || pid == os.Getpid() {
		return false
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return true // on Windows: there is no such process
	}
	defer p.Release()
	return errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

// hasOrphans reports whether takes of ended processes are under way.
func (e *entry) hasOrphans() bool {
	for _, f := range e.flights {
		if e.orphaned(f) {
			return true
		}
	}
	return false
}
