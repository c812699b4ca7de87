package intake

import (
	"ferry/extract/sheet"
	"ferry/transform/mapping"
)

// Outcome is what became of the record of a row.
type Outcome struct {
	Result string `json:"result,omitempty"` // a word or two; "" only Open is told
	ToDo   string `json:"do,omitempty"`
	Column string `json:"column,omitempty"` // that it is about; "" the whole row
	Open   string `json:"open,omitempty"`   // address in the target
	Good   bool   `json:"good,omitempty"`   // it is in the target, or needs nothing
	Rank   int    `json:"rank,omitempty"`   // how much it needs somebody
}

// The ranks of outcomes, the one that needs least first.
const (
	RankDone = iota
	RankLeft
	RankWaiting
	RankWrong
	RankUnsure
)

// Outcomes are what became of the records by the keys of their rows.
type Outcomes struct{ spool *Spool[Outcome] }

// NewOutcomes makes an empty set. The caller closes it.
func NewOutcomes() (*Outcomes, error) {
	s, err := NewSpool[Outcome]("")
	return &Outcomes{s}, err
}

// Add adds an outcome; a row that several records are made of has several.
func (o *Outcomes) Add(key string, out Outcome) error { return o.spool.Add(key, &out) }

// Seal makes the outcomes ready to be looked up.
func (o *Outcomes) Seal() error { return o.spool.Seal() }

// Close removes them.
func (o *Outcomes) Close() error { return o.spool.Close() }

// Of gives the outcome of a row: of several the one that needs most, with the first
// address that there is; ok is false where there is none.
func (o *Outcomes) Of(key string) (out Outcome, ok bool, err error) {
	all, err := o.spool.Get(key)
	if err != nil {
		return out, false, err
	}
	open := ""
	for _, one := range all {
		if open == "" {
			open = one.Open
		}
		if one.Result != "" && (!ok || one.Rank > out.Rank) {
			out, ok = one, true
		}
	}
	out.Open = open
	return out, ok, nil
}

// FieldsOf gives for each column that goes into a field as it is that field.
func (i *Import) FieldsOf() map[string]string { return FieldsOf(i.Program) }

// FieldsOf gives for each column of a mapping of sheets that goes into a field as
// it is that field.
func FieldsOf(p *mapping.Program) map[string]string {
	out := map[string]string{}
	for _, s := range p.Streams() {
		if s.Source().Name != sheet.Stream {
			continue
		}
		for n, f := range s.Fields() {
			name := s.Rule(n).From
			if name == "" {
				name = s.Rule(n).Expr
			}
			if _, there := out[name]; !there && name != "" {
				for _, read := range s.Reads(n) {
					if read == name {
						out[name] = f.Path.String()
					}
				}
			}
		}
	}
	return out
}
