package filesink

import (
	"time"

	"ferry/extract/stage"
)

// ManifestName is the file name of the manifest in a set's folder.
const ManifestName = "_manifest.json"

// Manifest says what a set holds. Paths in it count from the set's folder and
// are written with slashes.
type Manifest struct {
	Version  string           `json:"version"` // of Ferry
	Job      string           `json:"job"`
	Run      int64            `json:"run"`
	Account  string           `json:"account"` // record.Account.ID
	Started  time.Time        `json:"started"`
	Finished time.Time        `json:"finished"`
	Requests int              `json:"requests"`
	Streams  []ManifestStream `json:"streams"`
	Files    []ManifestFile   `json:"files"` // the workbook; empty without Excel
}

// ManifestStream is one table of a set.
type ManifestStream struct {
	Name       string            `json:"name"`
	Rows       int               `json:"rows"`   // tombstones included
	Schema     []ManifestColumn  `json:"schema"` // the Parquet columns, in their order
	Files      []ManifestFile    `json:"files"`  // Parquet parts and the CSV file
	Complete   stage.Certificate `json:"complete"`
	Misfits    int               `json:"misfits"` // values that did not fit their type
	Tombstones int               `json:"tombstones"`
}

// ManifestColumn is one column; Type is written as Apache Arrow names types,
// such as "timestamp[us, tz=UTC]" or "list<struct<id: string>>".
type ManifestColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// ManifestFile is one file of a set. Rows counts records: of all its sheets in
// a workbook, without header lines.
type ManifestFile struct {
	Path   string `json:"path"`
	Rows   int    `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}
