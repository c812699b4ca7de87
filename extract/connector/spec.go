// Package connector knows what a vendor's API looks like: the connector spec,
// its strict YAML, its checks, the specs that are shipped, and the values a
// user gives for its settings. It must never make a request, look up the
// environment, or hold a rule about one vendor in Go code: what a vendor is
// stands in specs/*.yaml.
package connector

// Spec is everything Ferry knows about one vendor, checked: every reference in
// it resolves and every default is filled in.
type Spec struct {
	Vendor   string // name, as in `source.vendor`
	Title    string // for people
	About    string
	BaseURL  string // may hold {setting}
	Link     string // address of the account's own web pages; may hold {setting}; "" unknown
	Settings []Setting
	Auth     Auth
	Headers  []Param // sent with every request
	Budget   Budget
	Answers  Answers
	Effects  []Effect  // names and what they are; When and Mute stand at the calls
	Streams  []*Stream // in the order of the file; sub-streams follow their parent
	Path     string    // where the spec was read from; "" for a shipped one
}

// Setting is a value the user gives in the job file.
type Setting struct {
	Name     string
	About    string
	Env      string // environment name `ferry import` and `ferry call` look it up under
	Default  string
	Required bool
	Secret   bool
	Identity bool // part of what tells one account from another; never Secret too
	Zone     bool // an IANA time zone: the zone of the account's local times; at most one
}

// AuthKind is how a request proves who asks.
type AuthKind string

// The ways of authentication.
const (
	AuthNone   AuthKind = "none"
	AuthBasic  AuthKind = "basic"  // User, Value: templates of the two halves
	AuthBearer AuthKind = "bearer" // Value
	AuthHeader AuthKind = "header" // Name: Value
)

// Auth says how requests are signed; User and Value may hold {setting}.
type Auth struct {
	Kind  AuthKind
	Name  string
	User  string
	Value string
}

// Param is a query parameter or header. Value may hold {setting}; in a Get
// also {key}, in a Detail {field} of the list row, in a Sub {field} of the
// parent's record. Fill puts the values in.
type Param struct{ Name, Value string }

// Answers says how to read a response that is not a page.
type Answers struct {
	ContentTypes []string     // media types that may carry records; empty: application/json
	Messages     []string     // dotted paths of an error text, first found wins; text, list or map
	ErrorKey     string       // a top-level key whose presence makes even a 2xx an error; ""
	Rules        []AnswerRule // first match decides; the defaults of `api` follow
}

// AnswerRule decides the class of an answer. Every condition given must hold.
type AnswerRule struct {
	Status []int  // empty: any
	Body   string // text that the body must hold; "" any
	Header string // header that must be present ...
	Equals string // ... with this value; "" any
	Class  Class
	Hint   string // what the person should do next
}

// Class is what an answer means for the request.
type Class string

// The classes of answers.
const (
	OK          Class = "ok"
	Retryable   Class = "retryable"   // the same request may work later
	RateLimited Class = "rate"        // wait for the reset, then ask again
	QuotaSpent  Class = "quota"       // nothing more before the quota's reset
	Credentials Class = "credentials" // stop at once; no retry
	Forbidden   Class = "forbidden"   // this stream is not for this key
	Missing     Class = "missing"     // no such record
	Permanent   Class = "permanent"   // this request will never work
	Lie         Class = "lie"         // says OK but is not (HTML, wrong type): retryable a few times
)

var classNames = [...]string{
	string(OK), string(Retryable), string(RateLimited), string(QuotaSpent), string(Credentials),
	string(Forbidden), string(Missing), string(Permanent), string(Lie),
}
