// Package vendorsim simulates vendors: their endpoints, limits, data and bad moods, in one process and without a
// network. It exists so that extraction and loading can be proven against a vendor that misbehaves on command and
// knows the truth about its own data.
//
// Each simulator is written from the vendor's own reference and nothing else. The package must never import another
// package of this module (client and simulator would share their mistakes), never call out to any host, and never
// start a goroutine that outlives the call it serves: the transport works inside a testing/synctest bubble.
//
// Shared by all vendors are the gate (authorisation, limits, faults, latency, counters), the rate windows, the
// quota, the record tables with their drift, and the transport. What belongs to one vendor carries its name:
// synchroteam*.go has the endpoints of the Synchroteam API v3, data_*.go its invented account; syncro*.go has the Syncro
// API v1, syncro_data*.go its invented account; sonar*.go and customerly*.go have theirs.
//
// A test that loads into a simulator asks it what really happened: Written has every write that took effect, Snapshot and
// Contents what the store holds, Log which request was done although its answer was lost, Counters.Effects what people
// noticed. Faults spoil answers and writes, Options.IndexLag hides writes from searches, and Edit, Delete, Require, Lock
// and Merge are the people who work in the account meanwhile.
//
// Records are made on demand from the seed and their index, so a million customers cost no memory. Only what was
// changed since (by writes, by drift, by a test) is kept.
package vendorsim
