package filesink

import "time"

// environment is what every writer of a set needs to know.
type environment struct {
	account string
	zone    *time.Location
	bom     bool
	labels  bool // the labels of custom fields are asked for
	workers int  // that encode side by side where the order of rows counts

	sheetRows    int // most a sheet may have, header included
	sheetColumns int
}
