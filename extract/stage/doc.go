// Package stage is the SQLite file between the steps: its schema, its
// migrations and every table. One file belongs to one job. It must never make a
// request, know a vendor, or decide whether a stream is complete: it keeps what
// the steps found, page and checkpoint in one commit.
//
// # What is kept
//
// A response body is kept once, compressed, as a chunk. A chunk's index lists
// the records in it (key, offset, length, hash, and where they came from), so
// that a scan reads chunks alone. The table record points from (stream, key) to
// the chunk and the place in it. Where not every record of a chunk is live, the
// table chunk_state has one byte a record: live, superseded by a later reading,
// or a tombstone. These three always agree, since they change in one commit.
//
// A stream begins fresh: every record of its chunks is live, no key stands twice,
// and record has no row of it. The first sweep of a list writes no rows that way.
// They are made from the chunks, all in one commit, as soon as a call needs them
// or a record may have come a second time. What tells that is held in memory, so
// opening the stage again ends it with the next page.
//
// A page of which nothing is new stores no body. A page of which less than half
// is new stores a chunk of just that. Detail answers that complete a record
// are records of a part of their own under the same keys; those of a sub-stream
// are records of that stream, and know their parent.
//
// # What a load keeps
//
// A plan lists what becomes of every mapped record. Its items stand some hundreds
// together in packs, sorted by the natural order of their keys; a draft sorts what
// it is given, in memory or by merging runs, and hashes it in that order. What a
// plan says never changes; the bins of its items do, and stand apart from it.
//
// The ledger has a line for every attempt, written before its request leaves. The
// crosswalk links source records to target records, for each side: a pair of
// streams. What becomes of an attempt, its item's bin, the link and what was
// written are one commit. Jobs on one target account may share a crosswalk, a file
// of its own: Pull takes over what others linked and dropped, Push tells it. Doing
// either twice changes nothing, so a stop between the two files does no harm.
//
// # Who writes
//
// One process holds a stage, by a lock that goes with it however it ends. In
// it one goroutine writes: it takes the calls that wait, at most 32, and commits
// them together, each call wholly in or out. With synchronous=NORMAL the last
// commits may be lost when the power fails, never half of one; with
// Options.Durable (FULL) what a call wrote is on the disk when it returns. Any
// number of goroutines and processes read meanwhile; they see what was committed.
package stage
