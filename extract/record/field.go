package record

// Kind is the type of a field's value.
type Kind uint8

// The kinds a connector spec may name. Integer and Number also take a JSON
// string that holds a number, String takes a JSON number, Boolean takes 0 and 1:
// vendors write ids either way.
const (
	String  Kind = iota + 1
	Integer      // 64 bits, signed
	Number       // 64-bit float
	Decimal      // exact decimal kept as text: money, versions of numbers that must not be rounded
	Boolean
	Date     // calendar day
	Time     // time of day
	DateTime // local without zone, or an instant: see Field.UTC
	Object   // Field.Fields
	List     // Field.Of
	Custom   // list of {id, label, value} or object by label; becomes map label -> text
	File     // base64 content kept beside the stage; becomes {sha256, bytes}
	JSON     // anything, kept as JSON text
)

// String gives the kind's name as it is written in a connector spec.
func (k Kind) String() string { return kindNames[k] }

// ParseKind finds the kind of that name; ok is false where there is none.
func ParseKind(name string) (k Kind, ok bool) {
	for k, n := range kindNames {
		if n == name && n != "" {
			return Kind(k), true
		}
	}
	return 0, false
}

// KindNames lists every name ParseKind takes, in the order of the constants.
func KindNames() []string { return append([]string(nil), kindNames[1:]...) }

var kindNames = [...]string{
	"", "string", "integer", "number", "decimal", "boolean", "date", "time", "datetime",
	"object", "list", "custom", "file", "json",
}

// Field is one named value of a record: what the connector spec says of it.
type Field struct {
	Name     string   // key in the vendor's JSON, and column name (Custom: the column is always "custom")
	Aliases  []string // other spellings of the key seen in answers
	Label    string   // as on the vendor's screens; "" where unknown
	About    string   // one sentence for people
	Kind     Kind
	Fields   []Field  // of an Object
	Of       *Field   // element of a List
	Layouts  []string // Go layouts of a Date, Time or DateTime, tried in order; ISO 8601 is always tried last
	UTC      bool     // a DateTime the vendor gives in UTC; else local to the account's zone
	ReadOnly bool
	Required bool
	Secret   bool        // a capability link or the like: never logged or sampled
	Enum     []string    // known values; others are kept and shown, never refused
	Known    *Known      // where the account itself lists the values that it takes; nil: nowhere
	Refers   *Refers     // the stream whose key the field holds; nil: none
	Folds    []string    // what the vendor makes of text before it keeps or compares it: case, trim, digits, spaces, accents
	Custom   CustomShape // of a Custom
	From     Origin      // where the value is found, if not in the record itself
}

// CustomShape says where a custom field's label and value stand in one element
// of the list; both empty means an object keyed by label.
type CustomShape struct{ Label, Value string }

// Known names the list of an account that holds the values a field takes: a
// field of another stream, such as the name of a ticket type.
type Known struct{ Stream, Field string }

// Refers names the stream whose key a field holds, and the fields by which people
// know such a record, the most usual first: they write Acme, not 20511005.
type Refers struct {
	Stream string
	By     []string // dotted paths of fields of the stream
}

// Origin tells a field of the record from one that Ferry adds.
type Origin uint8

// FromRecord is a key of the record's JSON; FromParent is the key of the record
// that a sub-stream hangs on; FromVariant is the list variant it was read from.
const (
	FromRecord Origin = iota
	FromParent
	FromVariant
)
