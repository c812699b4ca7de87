package load

import (
	"encoding/json"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// Files says what becomes of photos and attachments. The zero value leaves them
// alone.
type Files struct {
	Mode   FilesMode
	At     FilesAt         // where a target that fetches files gets them; zero: nowhere
	Folder string          // where files go that are not attached; it is made where it is missing
	Source *connector.Spec // of the account that the files come from; nil: they are left alone
	// Details are the streams that the job reads record by record. Files that are
	// not among them are named in the plan as left out.
	Details []string
	Dry     bool // nothing is attached, and no file is written
}

// FilesMode is a way with files.
type FilesMode string

// The ways with files.
const (
	FilesAttach FilesMode = "attach" // to the target's records, where it can take them; else as FilesFolder
	FilesFolder FilesMode = "folder" // beside the job, with a line in the target's record
)

// FilesAt is a folder and the address under which the target can fetch what lies
// in it.
type FilesAt struct{ Dir, URL string }

// FileNote is what a plan says of a file, or of a line that tells where files are.
type FileNote struct {
	Parent string     `json:"parent"` // entry of the record that it belongs to
	Of     record.Key `json:"of"`     // source key of that record
	Name   string     `json:"name,omitempty"`
	Path   string     `json:"path,omitempty"` // within the folder, with slashes
	About  string     `json:"about,omitempty"`
	Bytes  int64      `json:"bytes,omitempty"`
	SHA256 string     `json:"sha256,omitempty"`
	Files  int        `json:"files,omitempty"` // of a line: how many it tells of
}

// FilesSummary is what a plan says of an entry of files.
type FilesSummary struct {
	Kind   string   `json:"kind"`   // attach, folder or line
	Parent string   `json:"parent"` // entry of the records that the files belong to
	Bytes  int64    `json:"bytes"`  // of all that is to be attached or written
	Says   []string `json:"says,omitempty"`
}

// Attachment is a file to be attached to a record of the target.
type Attachment struct {
	Stream string
	Key    record.Key // of the record
	Source record.Key // of the file
	Now    json.RawMessage
	URL    string // where the target fetches it
	Name   string
	Remove string // of one to be taken off: its own key there; "" it is attached
}

// Attacher is a Sink whose target takes files.
type Attacher interface {
	Sink
	// Attaching says, without a request, which one attaches a file or takes it
	// off. The error is a *RefusedError where the target cannot do it.
	Attaching(a Attachment) (Deed, error)
}

// The codes of reasons that only files have.
const (
	CodeNoContent = "file not staged"      // its content was not read, or is not what was read
	CodeNoAddress = "no address for files" // the target fetches files, and the job names no place
	CodeTaken     = "file of that name"    // one is there already, and nobody can say whether it is the same
	CodeNotShown  = "file did not appear"  // the target took the call, and never showed the file
	CodeReplaced  = "file changed at source"
)
