package apisink

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/load"
)

// Options says which account is written to and what may be done there.
type Options struct {
	Spec   *connector.Spec
	Client *api.Client      // the only one that talks to this account
	Values connector.Values // what {setting} stands for in the spec's calls
	// Defs lists the custom fields that a stream of definitions holds (see
	// connector.CustomDefs). It is asked once a stream. nil: there are none.
	Defs func(ctx context.Context, stream string) ([]Def, error)
	// Known gives a record of the target as it was staged, for streams whose
	// records cannot be asked for by their key alone. nil: nothing is known.
	Known   func(ctx context.Context, stream string, key record.Key) (fields []byte, ok bool, err error)
	Effects []string       // names of the effects that are allowed
	Source  string         // vendor the records come from, for the reference: "synchroteam 123"; "" the bare key
	Zone    *time.Location // of the target account's local times; nil: not known
}

// Target writes to one account and reads single records of it. Its methods may
// be called by many goroutines.
type Target struct {
	o       Options
	fit     fitter
	streams map[string]*stream
	defs    definitions
}

var (
	_ load.Sink   = (*Target)(nil)
	_ load.Reader = (*Target)(nil)
)

// New makes a target. It refuses effects that the vendor does not have.
func New(o Options) (*Target, error) {
	if o.Spec == nil || o.Client == nil {
		return nil, errors.New("apisink: a target needs a spec and a client")
	}
	for _, name := range o.Effects {
		if !slices.Contains(o.Spec.EffectNames(), name) {
			return nil, fmt.Errorf("effect %q: %s has no such effect; it has %s", name, o.Spec.Vendor, strings.Join(o.Spec.EffectNames(), ", "))
		}
	}
	t := &Target{o: o, fit: fitter{o.Zone}, streams: map[string]*stream{}}
	for _, s := range o.Spec.Streams {
		t.streams[s.Name] = newStream(s)
	}
	return t, nil
}

// stream finds a stream by name.
func (t *Target) stream(name string) (*stream, error) {
	if s := t.streams[name]; s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("%s has no stream %q", t.o.Spec.Vendor, name)
}

// setting gives what a {setting} stands for.
func (t *Target) setting(name string) (string, bool) {
	text, _ := t.o.Values.Lookup(name)
	_, err := t.o.Spec.Setting(name)
	return text, err == nil
}

// allowed tells whether an effect may happen.
func (t *Target) allowed(effect string) bool { return slices.Contains(t.o.Effects, effect) }

// stream is a stream of the spec with what is looked up for every record.
type stream struct {
	*connector.Stream
	w      *connector.Writes        // never nil
	writes map[string]*record.Field // by name, what writes take
	reads  map[string]*record.Field // by name, what records show
	same   *load.Comparer
	keys   []keyPart
}

// keyPart is one field of a stream's key.
type keyPart struct {
	name   string
	parent bool // it is the key of the record that a sub-stream hangs on
	number bool
}

func newStream(s *connector.Stream) *stream {
	out := &stream{Stream: s, w: s.Writes, writes: map[string]*record.Field{}, reads: map[string]*record.Field{}, same: load.NewComparer(s, nil)}
	if out.w == nil {
		out.w = &connector.Writes{}
	}
	for i := range out.w.Fields {
		out.writes[out.w.Fields[i].Name] = &out.w.Fields[i]
	}
	for i := range s.Fields {
		out.reads[s.Fields[i].Name] = &s.Fields[i]
	}
	for _, name := range s.Key {
		part := keyPart{name: name}
		if f := out.reads[name]; f != nil {
			part.parent, part.number = f.From == record.FromParent, f.Kind == record.Integer
		}
		out.keys = append(out.keys, part)
	}
	return out
}
