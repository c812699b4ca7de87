package load

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/valyala/fastjson"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// ValueList is what a field of the target takes, as the account itself has it: a
// list of its own, such as its ticket types, or the keys of the records that a
// find or a ref may mean.
type ValueList struct {
	Stream string      // of the target
	Items  []Candidate // Key is the value as it is written, Label what people call it; those out of use and beyond mostListed left out

	fold   record.Folding
	all    map[uint64]bool     // hashes of every value
	named  map[string][]string // folded label -> values
	more   bool                // there are more than mostListed
	shared bool                // values are keys of records, not names
	once   sync.Once
	grams  []gramSet // of Items, once something was asked for that is not there
}

// mostListed is how many values are offered to people.
const mostListed = 2000

// valueSource is where the values of a field are listed.
type valueSource struct {
	stream string
	field  string         // "" the key
	fold   record.Folding // how the vendor compares them
}

// sourceOf finds where the values of a target field are listed: the stream of
// its find or ref, else what the spec names. ok is false where any value is taken.
func sourceOf(vendor *connector.Spec, all []Rules, rules *Rules, path string) (s valueSource, ok bool) {
	for i := range rules.Fields {
		f := &rules.Fields[i]
		switch {
		case !f.is(path):
		case f.Finds != "":
			s.stream = f.Finds
		case f.Refs != "":
			for j := range all {
				if all[j].Name == f.Refs {
					s.stream = all[j].Target
				}
			}
		}
	}
	if s.stream == "" {
		st, err := vendor.Stream(rules.Target)
		if err != nil {
			return s, false
		}
		sh, label := shapeAt(shapesOf(st), path)
		if sh == nil || label != "" || sh.known == nil {
			return s, false
		}
		s.stream, s.field, s.fold = sh.known.Stream, sh.known.Field, sh.fold
	}
	st, err := vendor.Stream(s.stream)
	if err != nil || st.List == nil && st.Sub == nil {
		return s, false
	}
	for _, f := range st.Fields {
		if f.Name == s.field {
			s.fold |= record.FoldingOf(f.Folds)
		}
	}
	return s, true
}

// ReadValues gives what a field of an entry takes, as the target was last read
// into the stage; nil where any value is taken, or where the target cannot list
// what there is. Where nothing was read the list is empty.
func ReadValues(ctx context.Context, cfg Config, entry, path string) (*ValueList, error) {
	for i := range cfg.Rules {
		if cfg.Rules[i].Name != entry || cfg.Vendor == nil {
			continue
		}
		s, ok := sourceOf(cfg.Vendor, cfg.Rules, &cfg.Rules[i], path)
		if !ok {
			return nil, nil
		}
		return readValues(ctx, &cfg, s)
	}
	return nil, nil
}

func readValues(ctx context.Context, cfg *Config, from valueSource) (*ValueList, error) {
	st, err := cfg.Vendor.Stream(from.stream)
	if err != nil {
		return nil, err
	}
	l := &ValueList{Stream: from.stream, fold: from.fold, all: map[uint64]bool{}, named: map[string][]string{}, shared: from.field == ""}
	shapes, dec := shapesOf(st), stage.NewDecoder()
	var parser fastjson.Parser
	err = cfg.Stage.Chunks(ctx, cfg.Target.ID, from.stream, func(c *stage.Chunk) error {
		staged, err := c.Decode(dec)
		if err != nil {
			return err
		}
		for i := range staged {
			if staged[i].Deleted {
				continue
			}
			v, err := parseStaged(&parser, &staged[i])
			if err != nil {
				return fmt.Errorf("record %s of %s is no JSON object: %w", staged[i].Key, from.stream, err)
			}
			value := string(staged[i].Key)
			if !l.shared {
				found, _ := shapes[from.field].in(v)
				if blank(found) {
					continue
				}
				value = string(appendText(nil, found))
			}
			l.add(value, labelOf(v), archived(shapes, v))
		}
		return nil
	})
	return l, err
}

// add takes one value in, once.
func (l *ValueList) add(value, label string, old bool) {
	sum := l.sum(value)
	if l.all[sum] {
		return
	}
	l.all[sum] = true
	if label == value {
		label = ""
	}
	if len(l.Items) >= mostListed {
		l.more = true
		return
	}
	if old {
		return
	}
	l.Items = append(l.Items, Candidate{Key: record.Key(strings.Clone(value)), Label: strings.Clone(label)})
	if name := folded(label); name != "" {
		l.named[name] = append(l.named[name], strings.Clone(value))
	}
}

func (l *ValueList) sum(value string) uint64 {
	if l.fold == 0 {
		return xxhash.Sum64String(value)
	}
	return xxhash.Sum64(l.fold.Append(nil, []byte(value)))
}

// folded is a name as people write it: capitals and white space do not count.
func folded(name string) string {
	return (record.FoldingCase | record.FoldingTrim | record.FoldingSpaces).Text(name)
}

// Len is how many values there are.
func (l *ValueList) Len() int { return len(l.all) }

// Has says whether the target knows a value.
func (l *ValueList) Has(value string) bool { return l.all[l.sum(value)] }

// Find gives the value that a person means, who writes it, the name it goes by, or
// both as Shown does. The error says what is near, or which values share the name.
func (l *ValueList) Find(written string) (string, error) {
	if l.Has(written) {
		return written, nil
	}
	for i := range l.Items {
		if l.Items[i].Shown() == written {
			return string(l.Items[i].Key), nil
		}
	}
	switch same := l.named[folded(written)]; {
	case len(same) == 1 && !l.more:
		return same[0], nil
	case len(same) == 1:
		return "", fmt.Errorf("%s has too many records to tell them by name; write the key, %s", l.Stream, same[0])
	case len(same) > 1:
		return "", fmt.Errorf("%d records of %s are called %s; write the key of one: %s", len(same), l.Stream, quoted(written), listed(same))
	}
	return "", fmt.Errorf("%s; %s", l.lacks(written), l.offer(written))
}

// lacks says that a value is not there.
func (l *ValueList) lacks(value string) string {
	if l.shared {
		return fmt.Sprintf("%s of the target has no record %s", l.Stream, quoted(value))
	}
	return fmt.Sprintf("the target's %s has no %s", l.Stream, quoted(value))
}

// offer names the values that are nearest.
func (l *ValueList) offer(value string) string {
	if len(l.Items) == 0 {
		return "it is empty"
	}
	var names []string
	for _, c := range l.Nearest(value, mostNamed) {
		names = append(names, c.Shown())
	}
	text := "it has " + strings.Join(names, ", ")
	if rest := len(l.Items) - len(names); rest > 0 {
		text += fmt.Sprintf(" and %d more", rest)
	}
	return text
}

// mostNamed is how many values a message names.
const mostNamed = 5

func listed(values []string) string {
	if len(values) > mostNamed {
		return strings.Join(values[:mostNamed], ", ") + ", ..."
	}
	return strings.Join(values, ", ")
}

// Shown is how a candidate stands in a list: its label with its key, or the key.
func (c Candidate) Shown() string {
	if c.Label == "" {
		return string(c.Key)
	}
	return c.Label + " [" + string(c.Key) + "]"
}
