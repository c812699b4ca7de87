package filesink

import (
	"context"
	"time"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// Format is the name of a file format, as in the job file's `export.formats`.
type Format string

// The formats a set may hold.
const (
	Parquet Format = "parquet"
	Excel   Format = "excel"
	CSV     Format = "csv"
)

// Config says what Publish writes and where.
type Config struct {
	Dir      string   // the job's export.dir; made where missing
	Job      string   // name of the job: folder below Dir, and name of the workbook
	Formats  []Format // at least one; an unknown or repeated one is an error
	BOM      bool     // CSV files start with a byte order mark
	Version  string   // of Ferry, for the manifest
	Account  record.Account
	Zone     *time.Location // of the account's local times; nil: their _utc columns stay null
	Run      int64          // the run that publishes
	Started  time.Time      // of the run
	Finished time.Time      // of the run's reading; zero: now
	Requests int            // spent by the run
	Tables   []Table        // one a stream, in the order of the manifest
	Keep     int            // newest sets kept; 0: all, else never fewer than two

	// Now gives the time of the publication; nil: time.Now.
	Now func() time.Time
	// OnProgress is told how many rows of a table are done, over all formats
	// together, so that the last number is the table's rows. It is called by one
	// goroutine at a time, a few times a second at most; nil: nobody listens.
	OnProgress func(table string, rows int)
}

// Table is one stream to be written.
type Table struct {
	Name     string            // of the stream: folder, CSV file and sheet
	Fields   []record.Field    // from the connector spec; they alone decide the columns
	Rows     Source            // read once a format, always giving the same records in the same order
	Complete stage.Certificate // the zero value is written as not proven
	// Names are the fields of a row that is not an object: of the elements of a
	// list (the spec's pair), or of a bare value (its scalar). Empty: rows are objects.
	Names []string
}

// Source gives the records of a table, batch after batch in their order, to fn,
// and stops with fn's error. Batches are small (a page of a list), so that a
// few hundred of them may be held at once.
type Source func(ctx context.Context, fn func(Batch) error) error

// Batch is a run of records that one of the sink's workers will decode.
type Batch struct {
	Rows int // records that Decode gives, exactly
	// Decode is called by any goroutine, perhaps more than once. What it gives
	// may stand in the decoder's memory: it is used until the decoder's next call only.
	Decode func(*stage.Decoder) ([]record.Staged, error)
}
