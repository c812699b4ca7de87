package sheet

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// exitMemory is the exit code of a child that a file would make too large.
const exitMemory = 71

// watch holds this process to so many bytes: the collector works harder from
// seven eighths on, and beyond the bound the process ends.
func watch(ctx context.Context, most int64) {
	if most <= 0 {
		return
	}
	debug.SetMemoryLimit(most - most/8)
	go func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if inUse() > most {
				os.Exit(exitMemory)
			}
		}
	}()
}

// inUse gives the bytes that the process has from the system.
func inUse() int64 {
	const total, released = "/memory/classes/total:bytes", "/memory/classes/heap/released:bytes"
	samples := []metrics.Sample{{Name: total}, {Name: released}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}
