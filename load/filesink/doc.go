// Package filesink writes staged records as Parquet, Excel and CSV and publishes
// them as one set: a folder that appears whole, is never changed afterwards, and
// says in its manifest how complete each stream is.
//
// Columns come from the fields of the connector spec alone, so they are equal
// for every account and night. A value that does not fit its field becomes null
// in its column, stands as it was in _ferry_extra and is counted; a key that no
// field names stands in _ferry_extra too. Nothing of a record is ever dropped,
// shortened or guessed.
//
// The package must never make a request, write to the stage, or touch a set
// that is published: an output path holds the old complete file or the new
// complete file, never anything else.
package filesink
