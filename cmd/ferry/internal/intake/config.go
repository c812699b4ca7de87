package intake

import (
	"strconv"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/extract/stage"
	"ferry/transform/answers"
	"ferry/transform/check"
	"ferry/transform/mapping"
	"ferry/transform/match"
)

// Config is what an import needs to know of its target to be settled.
type Config struct {
	Target  *connector.Spec
	Stream  string        // of the target, where a mapping is proposed
	Mapping *mapping.File // the mapping that is given; nil: one is proposed

	// Lists gives the values that the account takes for a field of a stream; ok is
	// false where they are not known. nil: nothing is.
	Lists  func(stream, field string) (values []string, ok bool)
	Custom []match.Custom        // custom fields of the stream in the account
	Known  func(key string) bool // see check.Config
	Zone   string                // of the account; "" not known
	Region string                // of phone numbers, ISO 3166; "" not known

	Missing bool // records whose rows are no longer listed stay, and say so in MissingColumn
	// Own tells whether the import that a stamp names was one of this job into this
	// account; nil: it is not known, and all are taken for such.
	Own func(id string) bool
	// Ask puts a question to a person; ok is false where none is given. nil: nobody
	// is there.
	Ask func(q grid.Question) (value string, ok bool)
}

// Event is how an import goes on.
type Event struct {
	Step string // StepRead, StepCheck, StepStage
	File string // base name; "" all
	Rows int    // so far; 0: it begins
}

// The steps of an import that go through the rows.
const (
	StepRead  = "read"
	StepCheck = "check"
	StepStage = "stage"
)

// Import is an import under way. It belongs to one goroutine.
type Import struct {
	Report   func(Event) // nil: nobody wants to know
	Paths    []string
	Books    []*sheet.Book
	Layouts  []*sheet.Layout // of each file, with what was decided
	Answers  *answers.File
	Proposal *match.Proposal // nil: the mapping is given
	File     *mapping.File   // the mapping; from Settle on
	Program  *mapping.Program
	// Records gives the records that columns name: Names of check.Config. It may be set
	// between Settle and Check; nil: nowhere.
	Records func(find mapping.Find) *check.Names
	Decided func(field, value string) bool // see check.Config; as Records
	Own     bool                           // rows were answered by an import of this job before; from Check on
	Foreign bool                           // rows were loaded elsewhere; from Check on

	options sheet.Options
	given   sheet.Answers
	kept    sheet.Answers // before what was given
	cfg     Config
	path    string                       // of the answers; "" they are not kept
	found   []*Spool[[]stage.ListedCell] // by the check, of each file
	places  []map[string][]int           // of each file: where columns stand on sheets that have them in another order
	asked   map[string]bool
	fresh   bool // the layouts are of what is answered now
	first   bool // nothing was decided about files of this kind before
}

// OpenError says what must be decided before the files can be imported.
type OpenError struct{ Questions []grid.Question }

// Error counts the questions.
func (e *OpenError) Error() string {
	if len(e.Questions) == 1 {
		return "1 question is open"
	}
	return strconv.Itoa(len(e.Questions)) + " questions are open"
}

// MissingColumn is the column in which records say that their row is no longer
// listed, where a job acts on that: extract.GoneWord, else nothing.
const MissingColumn = "No longer listed"

// SpecOf describes the rows of files as a source; missing adds MissingColumn.
func SpecOf(r *sheet.Recipe, missing bool) *connector.Spec {
	spec := sheet.Spec(r)
	if missing {
		s := spec.Streams[0]
		s.Fields = append(s.Fields, record.Field{Name: MissingColumn, Label: MissingColumn, Kind: record.String})
	}
	return spec
}

// SpecOf describes the rows of the files as a source.
func (i *Import) SpecOf() *connector.Spec { return SpecOf(&i.Layouts[0].Recipe, i.cfg.Missing) }

// Recipes gives how each file is read.
func (i *Import) Recipes() []*sheet.Recipe {
	out := make([]*sheet.Recipe, len(i.Layouts))
	for n, l := range i.Layouts {
		out[n] = &l.Recipe
	}
	return out
}

// Names gives the base names of the files.
func (i *Import) Names() []string {
	out := make([]string, len(i.Books))
	for n, b := range i.Books {
		out[n] = b.File().Name
	}
	return out
}

func (i *Import) report(e Event) {
	if i.Report != nil {
		i.Report(e)
	}
}
