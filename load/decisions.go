package load

import "ferry/extract/record"

// Decisions are what people decided about single records and values, kept beside
// the job and used by every later plan.
type Decisions struct {
	Matches []MatchDecision
	Values  []ValueDecision
	file    string                  // that they were read from; "" none
	lines   map[decisionSubject]int // of the file, where each stands
}

// MatchDecision says what becomes of one source record.
type MatchDecision struct {
	Entry  string // mapped stream
	Key    record.Key
	Choice Choice
	Target record.Key // of Link
	By     string     // who decided; ""
	Note   string
}

// Choice is a decision.
type Choice string

// The decisions.
const (
	ChooseLink   Choice = "link"   // it is that target record
	ChooseCreate Choice = "create" // it is none of them: create it
	ChooseSkip   Choice = "skip"   // leave it out; it is held by decision
)

// ValueDecision says what a value of a field becomes: of a placeholder, a find
// without result, or a value that the target does not know.
type ValueDecision struct {
	Entry string
	Field string // target field
	Value string // as the mapping made it
	To    string // target value; of a reference the target key
	By    string
	Note  string
}
