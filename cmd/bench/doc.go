// Command bench measures every figure that Ferry claims and prints one table:
// what was measured, what it must show, what it showed, pass or FAIL.
//
// Ferry is built and run as a user would run it, against a simulated vendor on
// loopback. Where a figure is a ratio, the other side (a bare loop, plain
// excelize, DuckDB) is measured in the same run, in turns, on the same records
// and the same two cores. The simulator's own counters are the judge of what
// was asked; a reader that is not ours is the judge of what was published.
//
// It must never let a figure pass that was not measured: a yardstick that is
// missing, a side that failed or did other work, a figure without a line, each
// is a FAIL with its reason and makes the exit code 1.
//
// The process that measures stays small and idle: everything heavy, its own
// yardsticks included, runs in child processes (`bench serve`, `bench bare`,
// ...), because on Linux the peak memory reported for a child is never less
// than what its parent held when it was started.
package main
