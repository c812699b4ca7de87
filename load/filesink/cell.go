package filesink

// cellState says what a cell holds.
type cellState uint8

const (
	absent cellState = iota // the record does not have the key
	null
	filled
)

// cell is one value of a record, converted. Which members count is decided by
// the node's kind; text stands in the record's or the extractor's memory until
// the next record.
type cell struct {
	state  cellState
	source source  // which of the record's two bodies gave it
	text   []byte  // String, Decimal, sha256; a number as written; List, Custom, JSON: the JSON
	n      int64   // Integer, bytes; Date: days; Time: microseconds of the day; DateTime: microseconds since 1970
	f      float64 // Number
	yes    bool    // Boolean

	instant    int64 // of a local DateTime, where it is certain
	hasInstant bool
}

// source is the body that a value comes from: the detail answer wins.
type source uint8

const (
	fromRaw source = iota
	fromDetail
)
