package apisink

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
)

// Deeds says what requests a write takes, as load.Sink wants it. Values that
// only the load can know ({"$ref": ...}) may still stand in the fields.
func (t *Target) Deeds(w load.Write) (load.Deeds, error) {
	b, err := t.builder(w)
	if err != nil {
		return load.Deeds{}, err
	}
	if err := b.labels(); err != nil {
		return load.Deeds{}, err
	}
	b.direct()
	b.all = slices.Clone(b.fields)
	switch w.Kind {
	case stage.AttemptCreate, stage.AttemptUpsert:
		err = b.create()
	case stage.AttemptUpdate:
		err = b.update()
	case stage.AttemptDelete:
		err = b.plain(b.s.w.Delete, stage.AttemptDelete, "cannot be deleted", b.s.w.Final)
	case stage.AttemptUndelete:
		err = b.plain(b.s.w.Undelete, stage.AttemptUndelete, "cannot be restored", "")
	default:
		err = fmt.Errorf("%s: no write is of kind %q", b.s.Name, w.Kind)
	}
	if err != nil {
		return load.Deeds{}, refusal(err)
	}
	return b.out, nil
}

// Act says what it takes to call an action of a stream by name, with the fields
// of the write; the record's key must be known.
func (t *Target) Act(w load.Write, action string) (load.Deeds, error) {
	b, err := t.builder(w)
	if err != nil {
		return load.Deeds{}, err
	}
	a, err := b.s.w.Action(action)
	if err != nil {
		return load.Deeds{}, err
	}
	b.all = b.fields
	switch {
	case a.Off != "":
		err = cannot(a.Off)
	case !b.ready(a):
		err = &load.RefusedError{Field: a.Required[0], Reason: "the action " + action + " needs " + strings.Join(a.Required, ", "), Do: "give them"}
	default:
		err = b.call(a)
	}
	if err != nil {
		return load.Deeds{}, refusal(err)
	}
	return b.out, nil
}

// create makes the record, then updates it where the creation does not take all
// fields, then brings it to its status.
func (b *builder) create() error {
	call, err := b.maker()
	if err != nil {
		return err
	}
	b.refer()
	mine, late := b.take(call, b.s.w.Update)
	if mine, err = b.t.fit.fitAll(b.s.writes, mine); err != nil {
		return err
	}
	if err := b.needed(mine); err != nil {
		return err
	}
	deed, err := b.deed(call, stage.AttemptCreate, mine)
	if err != nil {
		return err
	}
	b.add(deed)
	b.final(b.s.w.Delete == nil, b.s.w.Final)
	if b.now, err = parseObject(deed.Fields); err != nil {
		return err
	}
	if err := b.complete(late); err != nil {
		return err
	}
	return b.act(b.initial())
}

// initial is the record as it is once it is made, as far as that is known.
func (b *builder) initial() object {
	out := slices.Clone(b.now)
	for _, l := range b.s.w.New {
		if v, ok := out.get(l.Path); !ok || !given(v) {
			out = out.put(l.Path, l.Value)
		}
	}
	return out
}

// maker is the call that creates.
func (b *builder) maker() (*connector.WriteCall, error) {
	w := b.s.w
	call := w.Create
	if call == nil && w.Upsert != nil {
		call = &w.Upsert.WriteCall
	}
	if call == nil {
		return nil, cannot(b.s.Name + " cannot be created through the API")
	}
	return call, b.off(call)
}

// complete updates a record that was just made with the fields its creation
// does not take.
func (b *builder) complete(late object) error {
	late = slices.DeleteFunc(late, func(m member) bool { return !given(m.value) })
	if len(late) == 0 {
		return nil
	}
	late, err := b.t.fit.fitAll(b.s.writes, late)
	if err != nil {
		return err
	}
	deed, err := b.deed(b.s.w.Update, stage.AttemptUpdate, late)
	if err != nil || len(deed.Fields) == 0 {
		return err
	}
	b.add(deed)
	return nil
}

// update changes what is to be changed and brings the record to its status.
func (b *builder) update() error {
	w := b.s.w
	call := w.Update
	if call == nil && w.Upsert != nil {
		call = &w.Upsert.WriteCall
	}
	if call != nil && len(b.fields) > 0 {
		if err := b.change(call); err != nil {
			return err
		}
	}
	if call == nil && len(b.fields) > 0 && len(w.Actions) == 0 {
		return cannot(b.s.Name + " cannot be changed through the API")
	}
	return b.act(b.now)
}

// change makes the one update that carries the fields its call takes.
func (b *builder) change(call *connector.WriteCall) error {
	mine, _ := b.take(call, nil)
	mine, cleared := b.s.uncleared(mine)
	for _, label := range cleared {
		if err := b.unlabel(label); err != nil {
			return err
		}
	}
	if len(mine) == 0 {
		return nil
	}
	if err := b.off(call); err != nil {
		return err
	}
	mine, err := b.t.fit.fitAll(b.s.writes, mine)
	if err != nil {
		return err
	}
	if err := b.keepsFinder(call, mine); err != nil {
		return err
	}
	deed, err := b.deed(call, stage.AttemptUpdate, mine)
	if err != nil || len(deed.Fields) == 0 {
		return err
	}
	b.add(deed)
	return nil
}

// plain is a deletion or its taking back.
func (b *builder) plain(call *connector.WriteCall, kind stage.AttemptKind, what, why string) error {
	if call == nil {
		if why == "" {
			why = "its API has no call for it"
		}
		return cannot(b.s.Name + " " + what + ": " + why)
	}
	if call.Off != "" {
		return cannot(call.Off)
	}
	deed, err := b.deed(call, kind, nil)
	if err != nil {
		return err
	}
	b.add(deed)
	return nil
}
