package report

import (
	"time"

	"ferry/extract/stage"
	"ferry/load"
)

// Report is what a load came to, as people read it.
type Report struct {
	Title   string
	Source  string // accounts
	Target  string
	Plan    stage.Plan   // the newest that it is about: its bins are where the records are
	Plans   []stage.Plan // all that it is about, the oldest first
	Whole   bool         // all that was loaded so far, not one plan alone
	Rests   []Fact       // what the plan rests on, by name and hash
	Runs    []stage.Run
	Sends   map[stage.AttemptState]int
	Effects []Fact // what reached people, and how often
	Started time.Time
	Ended   time.Time
	Entries []*Entry
	Sum     Bins // of records; files are counted by themselves
	Causes  []*Cause

	Files      []*FilesEntry
	FilesSaid  []string // what the plan says of them, a sentence each
	FilesLeft  []string // files that are not read or go nowhere, a sentence each
	FileCauses []*Cause
	FilesOff   int // of Unequal: what was found otherwise of files

	Check    *load.Verdict   // of the last `ferry verify`; nil: there was none
	Checks   []*load.Verdict // the last of each plan, the oldest first
	Unequal  int             // fields that the target has otherwise than they were sent
	Shown    []Difference    // the first of them
	KeptDiff bool            // there are more than Shown

	made   map[stage.Side]map[uint64]stage.LoadBin // hash of the source key -> what all plans did with it
	planOf map[int64]int64                         // run -> plan
	checks map[int64]*load.Verdict                 // plan -> its last verification
}

// Fact is a name and what it is.
type Fact struct{ Name, Text string }

// Bins are the bins of an entry, or of all of them.
type Bins struct {
	Known   bool // the mapping's bins are those that the plan was made of
	Mapping stage.Bins
	Load    stage.LoadBins
}

// Loaded is how many records the target has: created, updated, or there already.
func (b *Bins) Loaded() int {
	return b.Load[stage.LoadCreated] + b.Load[stage.LoadUpdated] + b.Load[stage.LoadUnchanged]
}

// Planned is how many records the plan holds.
func (b *Bins) Planned() (n int) {
	for _, count := range b.Load {
		n += count
	}
	return n
}

// Source is how many records the source has, tombstones among them.
func (b *Bins) Source() int {
	if b.Known {
		return b.Mapping.Source
	}
	return b.Planned()
}

// NotLoaded is how many records of the source the target lacks, each with a
// reason; deleted ones do not count.
func (b *Bins) NotLoaded() int { return b.Source() - b.Mapping.Tombstones*known(b.Known) - b.Loaded() }

func known(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Adds tells whether every record is in exactly one bin.
func (b *Bins) Adds() bool {
	return !b.Known || b.Mapping.Sum() == b.Mapping.Source && b.Mapping.Mapped == b.Planned()
}

// Entry is one mapped stream of the report.
type Entry struct {
	Name   string
	Source string // streams, as people call them
	Target string
	Side   stage.Side
	Hash   uint64 // of its rules
	Bins
	Read    ReadBack
	Tables  []Table
	Unseen  []string // summed in the source only: the target never shows them
	Odd     int      // values of number fields that are no numbers
	Samples []Sample
	Proofs  [2]string // how complete the source and the target were read

	place int // in the plan
	rules int // in Config.Rules; -1 none
}

// ReadBack says how the records of the target were looked at after they were
// written. Each record is in one of the first four.
type ReadBack struct {
	Read     int // read from the target after the write, by `ferry verify` too
	Answered int // known from the answer to the write only
	Gone     int // deleted in the target since
	Missing  int // never read
	Merged   int // source records that share a target record with another one
	Compared int // records whose every field sent was compared with what the target has
	Fields   int // of them, that the target has otherwise
}

// Records is how many records of the target there should be.
func (r *ReadBack) Records() int { return r.Read + r.Answered + r.Gone + r.Missing }

// Difference is a field that the target has otherwise than it was sent.
type Difference struct {
	Entry, Key, Target, Field, Sent, Has, Link string
	How                                        string // in what way, as load.Deviation
}

// Cause is why records were not loaded.
type Cause struct {
	Stream string
	Code   string
	Field  string
	Text   string // of the first
	Do     string
	N      int
	Keys   []string // the first few
}

// Sample is a record side by side.
type Sample struct {
	Key, Number, Label   string
	Target, TargetNumber string
	Link                 string
	How                  string
	Fields               []SampleField
}

// SampleField is one field of a sample. State is same, differs, not sent (the
// target has something else, and was not told), not shown or not compared.
type SampleField struct{ Path, Source, Target, State string }

// Self is the bins themselves, for the page.
func (b *Bins) Self() *Bins { return b }
