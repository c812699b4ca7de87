package match

import (
	"ferry/extract/connector"
	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// Input is what a match is made of.
type Input struct {
	Target  *connector.Spec
	Stream  string        // of the target
	Layout  *sheet.Layout // columns and what stands in them
	Answers sheet.Answers // earlier choices, by the ID of the question: see Proposal.Questions
	// Lists gives the values that the account takes for a field that names its list
	// (record.Field.Known, by the stream and field that it names); ok is false where
	// they are not known.
	Lists  func(stream, field string) (values []string, ok bool)
	Custom []Custom // custom fields of the stream in the account
	Zone   string   // of times without one, IANA; "" not known
	Region string   // of phone numbers without one, ISO 3166; "" not known
	File   string   // base name, for the mapping's first line; "" not said
}

// Custom is a custom field of the account.
type Custom struct {
	Label   string
	Options []string // of a list; none: free text
}

// Out is the answer that leaves a column out, or a value blank; Hold the one that
// holds the rows with a value.
const (
	Out  = "-"
	Hold = "!"
)

// Pair is a column with its field.
type Pair struct {
	Column string
	Field  string // path of the target field; "" the column is left out
	// By is set where the field takes the key of another record: the field of that
	// record's stream that the column is compared with. Several columns may find one
	// record together.
	By         string
	Confidence float64           // 0 to 1; 1 is an earlier choice, a template or the very name
	Why        string            // "the label on Syncro's screens", "synonym (French)", "what its cells look like"
	Values     map[string]string // text in the column to value of the field, proposed or answered
	// Read is what the column must be read as for its field: Profile.Typed with this
	// As where it is not Text, else Profile.Proposed. The mapping rests on it.
	Read  column.As
	With  []string // columns that are gathered into the same field, this one first; none
	Empty bool     // nothing stands in the column: it is left out of this file
}

// Proposal is what was matched.
//
// The IDs of Questions are: match.COLUMN (a field, FIELD:BY for the record that
// it names, or Out), value.COLUMN.TEXT (a value of the field, Out or Hold),
// need.FIELD (the constant for a required field; its first choices are columns, as
// answers to match.COLUMN), name.COLUMN, address.COLUMN and
// country.COLUMN (how such values are taken apart or written), gather.COLUMN
// (columns repeated), overnight.COLUMN (next, or Hold: times before their start),
// clear.COLUMN (keep or clear), found-by (by which fields records of the target
// are found), region, zone, and columns, where nothing matches. Each may be
// answered, asked or not.
type Proposal struct {
	Pairs     []Pair   // one a column, in the order of the file
	Missing   []string // required fields that no column gives; alternatives joined by " or "
	Facts     []grid.Fact
	Questions []grid.Question
	Heard     []string // IDs of answers that were looked for, some more than once: others answer nothing here
	Unknown   []string // IDs of answers that name a field which is not there
	Mapping   []byte   // the mapping file that follows, of version 1, from: sheet; complete once no question without a default is open
}
