// Package load brings records to where they are wanted: it plans what a target
// would get, applies the plan, verifies it and can undo it, and it owns the
// sinks that do the writing. It must never ask a source for anything, never
// import transform (the two meet in the stage), and never send a write that is
// not in a plan.
package load
