// Package job reads the job file: strict YAML and the environment into one
// checked struct. Every mistake of a file is collected and named with file,
// line, column and the nearest known word, so that one look mends it all.
//
// It must never make a request, open a stage, write a file, or repeat a
// resolved placeholder in a complaint: it may be a secret.
package job

import (
	"time"

	"ferry/extract/connector"
)

// Job is a checked job file. Paths are absolute.
type Job struct {
	Path   string // of the job file
	Name   string // names the export folder; fit for a file name
	Title  string
	About  string
	Source Source
	Stage  string  // default: <name>.stage beside the job file
	Export *Export // nil: the job exports nothing
	// Mapping is a shipped name, or an absolute path where it was written with
	// a slash or an ending; "" none.
	Mapping string
	Target  *Target // nil: the job loads nothing
}

// Login is what source and target have in common: an account and what may be
// spent on it.
type Login struct {
	Vendor  string
	Spec    *connector.Spec
	Values  connector.Values // of the settings, defaults filled in
	BaseURL string           // "" where the spec's counts
	Budget  Budget
}

// Source is where the records come from: a vendor, or files.
type Source struct {
	Login
	Sheet *Sheet // nil: a vendor

	Streams     []string // in the order of the spec; never empty for a vendor
	Details     []string
	Filters     map[string][]connector.Param // by stream, values as the vendor wants them
	Limit       int                          // most records a stream; 0 all
	Keys        map[string]Keys              // by stream
	Connections int                          // most requests in flight
	MaxBody     int64                        // bytes
	Incremental bool
	Sweep       time.Duration // how often a full sweep is due; 0 every run
}

// Sheet is a source of Excel or CSV files.
type Sheet struct {
	Files   []string // paths, may hold * and ?
	Name    string   // of the worksheet; "" the first
	Key     []string // columns that identify a row
	Missing string   // what a row that is no longer listed means: MissingReport, MissingIgnore, or an action of the target
}

// What a row that is no longer listed means, where it is no action of the target.
const (
	MissingReport = "report" // it is counted and named
	MissingIgnore = "ignore" // nothing is said
)

// Acts tells whether rows that are no longer listed are acted on in the target.
func (s *Sheet) Acts() bool { return s.Missing != MissingReport && s.Missing != MissingIgnore }

// Keys says where the keys of a stream come from that is asked record by record.
type Keys struct {
	File   string // CSV file or workbook; "" where Stage is given
	Column string // of File; "" the only one, or the one named as the stream's key
	Sheet  string // of a workbook; "" the first
	Stage  string
	Stream string // in Stage
	Field  string // in Stream, a dotted path
}

// Budget is the job's own limit; it only lowers what the vendor allows.
type Budget struct {
	Rate    connector.Limit // zero: none
	Quota   connector.Limit // zero: none
	Reserve float64         // share of the quota kept for imports, 0 to 1
	Wait    bool            // when_spent: wait; else stop
}

// Export says which files are published.
type Export struct {
	Dir     string   // the set is <dir>/<job>/sets/<time>
	Formats []string // parquet, excel, csv; each once
	BOM     bool     // CSV files begin with a byte order mark
	Mapping string   // export what this mapping makes; "" the records of the source
}

// Target is where mapped records go.
type Target struct {
	Login
	Effects     []string // allowed by name
	Approve     string   // "ask" or "auto"
	Allow       []string // "final", "deletes"
	MaxFailures Failures
	Files       string // "attach" or "folder"
	FilesAt     *FilesAt
	Crosswalk   string // path; "" in the stage
}

// Failures bounds how many records may fail: a share or a number. The zero
// value is no bound.
type Failures struct {
	Share float64 // 0 to 1
	Count int
}

// FilesAt is a folder that the target can fetch from.
type FilesAt struct{ Dir, URL string }

// The values that a key has when the job file does not give it.
const (
	DefaultConnections = 16
	DefaultMaxBody     = 64 << 20
	DefaultSweep       = 7 * 24 * time.Hour
)
