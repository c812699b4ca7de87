package answers

import (
	"time"

	"ferry/extract/sheet"
)

// File is what is known of the files of one kind.
type File struct {
	Version int                          // 1
	For     string                       // vendor.stream, or the mapping's name
	Updated time.Time                    // UTC, whole seconds
	Columns []string                     // headers of the last file, as written
	Renamed map[string]string            // header of a newer file to the name that the mapping knows
	Answers sheet.Answers                // by the ID of the question
	Values  map[string]map[string]string // column name, text in the file, text taken instead
}
