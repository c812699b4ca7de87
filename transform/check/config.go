package check

import (
	"context"
	"time"

	"ferry/extract/connector"
	"ferry/extract/sheet"
	"ferry/transform/mapping"
)

// Doubles says what becomes of rows that have one key.
type Doubles string

// The rules for rows of one key.
const (
	Refuse Doubles = "refuse" // none of them is loaded
	First  Doubles = "first"  // the first is loaded, the others are left out
	Last   Doubles = "last"   // the last is loaded, the others are left out
	Merge  Doubles = "merge"  // all of them make one record
)

// Config is one check.
type Config struct {
	// Rows gives every row of the file in its order. It is called once. A file of more
	// than 3.5 million records whose recipe names a key is refused.
	Rows    func(ctx context.Context, fn func(*sheet.Row) error) (sheet.Tally, error)
	Recipe  *sheet.Recipe
	Stream  *mapping.ProgramStream // compiled from sheet.Spec(Recipe)
	Target  *connector.Stream      // nil: that of Stream
	Doubles Doubles                // "": Refuse
	// Lists gives the values that the account takes for a field that names its list
	// (record.Field.Known). A custom field is asked for by the target stream's name
	// and its path as the mapping writes it. ok is false where they are not known;
	// nil: nowhere.
	Lists func(stream, field string) (values []string, ok bool)
	// Names gives the records of a stream of the target by fields that people know them
	// by (mapping.Find), nil where they are not known. It is asked before the first
	// row, once for each find of the mapping; nil: nowhere.
	Names func(find mapping.Find) *Names
	// Decided tells that somebody has said which record a field names by a value, the
	// texts of its find joined by commas. Several goroutines call it at once; nil:
	// nobody has. It is not asked for what is within lists.
	Decided func(field, value string) bool
	// Suggest gives the option that a text may mean, "" none; nil: by spelling alone.
	Suggest func(text string, options []string) string
	// Known tells that the record of a row's key is in the target already, so that
	// nothing is created; nil: none is. Several goroutines call it at once.
	Known   func(key string) bool
	Zone    *time.Location   // of times that are written without one; nil: not known
	Workers int              // 0: one a core
	Report  func(rows int)   // rows of the file read so far, now and then; nil: nobody asks
	Found   func(*Row) error // each row that something is to be said of; nil: nobody asks. An error ends the check
}

// Row is what was found in one row. It is good until Found returns. Rows come in
// the order of the file, but that those of one key come again once it is met a
// second time: what is said of a row twice adds up.
type Row struct {
	Sheet    string
	Number   int
	Key      string // of a record; "" where it comes again
	Mistakes []Mistake
	Skip     string // why the mapping leaves it out; "" it does not
	Left     bool   // left out by the rule for doubled keys
}

// Mistake is one finding in one row.
type Mistake struct {
	Place  int    // of the column in the file, from 1; 0 the whole row
	Kind   string // as Finding.Kind, and so on
	Column string
	Field  string
	Why    string
	Do     string
	Warn   bool
}
