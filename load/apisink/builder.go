package apisink

import (
	"errors"
	"fmt"
	"slices"

	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
)

// builder puts together the deeds of one write.
type builder struct {
	t      *Target
	s      *stream
	want   load.Write
	all    object // the fields as mapped
	fields object // those of them that no deed has taken
	now    object
	out    load.Deeds
}

// builder begins the deeds of a write.
func (t *Target) builder(w load.Write) (*builder, error) {
	s, err := t.stream(w.Stream)
	if err != nil {
		return nil, err
	}
	b := &builder{t: t, s: s, want: w}
	if b.fields, err = parseObject(w.Fields); err != nil {
		return nil, fmt.Errorf("%s: the fields of a record are %w", s.Name, err)
	}
	if b.now, err = parseObject(w.Now); err != nil {
		return nil, fmt.Errorf("%s: the record as it is now is %w", s.Name, err)
	}
	return b, nil
}

// deed makes a deed of a call, muted, with what can be found out without asking
// checked.
func (b *builder) deed(call *connector.WriteCall, kind stage.AttemptKind, fields object) (load.Deed, error) {
	fields, effects, err := b.mute(call, kind, fields)
	if err != nil {
		return load.Deed{}, err
	}
	d := load.Deed{Step: len(b.out.List), Kind: kind, Stream: b.s.Name, Key: b.want.Key, Source: b.want.Source, Effects: effects, Batch: 1}
	if len(fields) > 0 {
		d.Fields = []byte(fields.encode())
	}
	d.Now = b.want.Now
	if b.want.Key == "" && len(b.out.List) > 0 {
		d.Now = []byte(b.now.encode())
	}
	if batched(call, kind) {
		d.Batch = call.BatchMax
	}
	if call.ReadBack {
		d.Reads = 1
	}
	return d, b.placed(call, d)
}

func (b *builder) add(d load.Deed) { b.out.List = append(b.out.List, d) }

func (b *builder) final(is bool, why string) {
	if is && why != "" && !slices.Contains(b.out.Final, why) {
		b.out.Final = append(b.out.Final, why)
	}
}

func (b *builder) drop(path, why string) {
	b.out.Dropped = append(b.out.Dropped, path+": "+why)
}

// off refuses a call that is switched off.
func (b *builder) off(call *connector.WriteCall) error {
	for _, why := range []string{b.s.w.Off, call.Off} {
		if why != "" {
			return cannot(why)
		}
	}
	return nil
}

func cannot(reason string) error {
	return &load.RefusedError{Reason: reason, Do: "leave the stream out of the mapping, or do it by hand"}
}

// refusal makes refusals of our own ones that say what to do.
func refusal(err error) error {
	if e := (*effectError)(nil); errors.As(err, &e) {
		return e.refused("")
	}
	if zone := (*zoneError)(nil); errors.As(err, &zone) {
		return &load.RefusedError{Field: zone.field, Reason: "a moment with a zone for a field that is local to the account",
			Do: "give settings.zone of the target, or write the field with as: datetime and zone"}
	}
	return err
}
