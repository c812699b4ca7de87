package load

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// Resolver knows what the markers of a mapped record stand for.
type Resolver interface {
	// Ref gives the target key of a mapped record of the entry to; a reason where
	// it has none yet. CodeNotFound means that it never will have one.
	Ref(field, to string, key record.Key) (record.Key, *Reason)
	// Find gives the record of the target that find() means; a reason where there
	// is none, or several.
	Find(field string, f Finding) (record.Key, *Reason)
	// Values are what people decided of values; nil: nothing.
	Values() Values
}

// Finding is a find() of a mapped record: the records of Stream that are equal
// in the fields By.
type Finding struct {
	Stream string
	By     json.RawMessage
}

// Value is the finding as one value, as decisions name it.
func (f Finding) Value() string {
	by, err := fastjson.ParseBytes(f.By)
	if err != nil || by.Type() != fastjson.TypeObject {
		return string(f.By)
	}
	var parts []string
	by.GetObject().Visit(func(_ []byte, v *fastjson.Value) { parts = append(parts, string(appendText(nil, v))) })
	return strings.Join(parts, ", ")
}

// Values are decisions by target field and value as mapped. An empty value
// leaves the field out.
type Values map[string]map[string]string

// OfEntry are the decisions on values of one entry; nil where there are none.
func (d *Decisions) OfEntry(entry string) Values {
	if d == nil {
		return nil
	}
	var all Values
	for _, v := range d.Values {
		if v.Entry != entry {
			continue
		}
		if all == nil {
			all = Values{}
		}
		if all[v.Field] == nil {
			all[v.Field] = map[string]string{}
		}
		all[v.Field][v.Value] = v.To
	}
	return all
}

func (v Values) of(field, value string) (to string, decided bool) {
	to, decided = v[field][value]
	return to, decided
}

// Settled resolves what a plan has found before: the Resolver of everything that
// comes after planning.
type Settled struct {
	Link    func(to string, key record.Key) (record.Key, bool) // the crosswalk by the entry's name
	Found   map[string]record.Key                              // Note.Found
	Decided Values
}

// Ref asks the crosswalk.
func (s Settled) Ref(field, to string, key record.Key) (record.Key, *Reason) {
	if target, ok := s.Link(to, key); ok {
		return target, nil
	}
	return "", parentReason(field, to, key, "is not loaded yet")
}

// Find gives what the plan found.
func (s Settled) Find(field string, f Finding) (record.Key, *Reason) {
	if key, ok := s.Found[field]; ok {
		return key, nil
	}
	return "", notFound(field, f)
}

// Values gives the decisions.
func (s Settled) Values() Values { return s.Decided }

func parentReason(field, to string, key record.Key, what string) *Reason {
	return &Reason{Code: CodeParent, Text: fmt.Sprintf("its parent %s %s %s", to, key, what), Field: field,
		Parent: &stage.Ref{Field: field, To: to, Key: key}, Do: "see to the parent; it comes along by itself"}
}

func notFound(field string, f Finding) *Reason {
	return &Reason{Code: CodeNotFound, Text: fmt.Sprintf("no record of %s is %s", f.Stream, f.By), Field: field, Value: f.Value(),
		Do: "make it in the target, or choose another in the sheet Values"}
}
