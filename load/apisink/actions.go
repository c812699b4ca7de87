package apisink

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// act appends the actions that bring the record to the values of Reach, and, of
// a creation, those that carry fields no write takes. start is the record when
// the first of them is called. What then is left of the fields is dropped.
func (b *builder) act(start object) error {
	b.now = start
	for _, path := range slices.Sorted(maps.Keys(b.want.Reach)) {
		if err := b.reach(path, b.want.Reach[path]); err != nil {
			return err
		}
	}
	if b.want.Kind != stage.AttemptUpdate {
		if err := b.carry(); err != nil {
			return err
		}
	}
	for _, m := range b.fields {
		if given(m.value) || b.want.Kind == stage.AttemptUpdate {
			b.drop(m.name, b.whyLeft(m.name))
		}
	}
	return nil
}

// whyLeft says why no deed carries a field.
func (b *builder) whyLeft(name string) string {
	takers := b.takers(name)
	switch {
	case len(takers) > 0 && b.want.Kind == stage.AttemptUpdate:
		return "only the action " + takers[0].Name + " takes it, which an update does not call"
	case len(takers) > 0:
		return "only the action " + takers[0].Name + " takes it"
	case b.s.writes[name] != nil:
		return "this call does not take it"
	case b.s.reads[name] != nil:
		return "it is read-only"
	}
	return "there is no such field"
}

// takers are the actions that take a field.
func (b *builder) takers(name string) []*connector.Action {
	var out []*connector.Action
	for i := range b.s.w.Actions {
		a := &b.s.w.Actions[i]
		if slices.ContainsFunc(a.Fields, func(f record.Field) bool { return f.Name == name }) {
			out = append(out, a)
		}
	}
	return out
}

// direct moves what no action brings about, but a write takes, to the fields.
func (b *builder) direct() {
	for path, value := range b.want.Reach {
		byAction := slices.ContainsFunc(b.s.w.Actions, func(a connector.Action) bool { return a.Field == path })
		name, _, _ := strings.Cut(path, ".")
		if byAction || b.s.writes[name] == nil {
			continue
		}
		if now, ok := b.now.get(path); ok && sameWord(now, value) {
			continue
		}
		b.fields = b.fields.put(path, quoted(value))
	}
}

// reach appends the shortest way of actions from the value a record has to
// another.
func (b *builder) reach(path, value string) error {
	start := ""
	if now, ok := b.now.get(path); ok {
		start, _ = textOf(now)
		if sameWord(now, value) {
			return nil
		}
	}
	way, blocked := b.way(path, start, value)
	if way == nil {
		if b.s.takesPath(path) && !b.byAction(path) {
			return nil
		}
		if blocked != nil {
			return blocked.refused(path)
		}
		return &load.RefusedError{Field: path, Reason: load.CodeUnreachable + ": no actions lead from " + orNothing(start) + " to " + value,
			Do: "map it to a value that can be reached, or change it by hand"}
	}
	for _, a := range way {
		if err := b.call(a); err != nil {
			return err
		}
		b.now = b.now.put(path, quoted(a.To))
	}
	return nil
}

func (b *builder) byAction(path string) bool {
	return slices.ContainsFunc(b.s.w.Actions, func(a connector.Action) bool { return a.Field == path })
}

func (s *stream) takesPath(path string) bool {
	name, _, _ := strings.Cut(path, ".")
	return s.writes[name] != nil
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

// way finds the shortest way of actions that can be called. blocked is an
// effect that stands in every way.
func (b *builder) way(path, start, value string) (way []*connector.Action, blocked *effectError) {
	type place struct {
		at  string
		way []*connector.Action
	}
	seen := map[string]bool{start: true}
	for queue := []place{{at: start}}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if strings.EqualFold(at.at, value) {
			return at.way, nil
		}
		for i := range b.s.w.Actions {
			a := &b.s.w.Actions[i]
			if a.Field != path || a.To == "" || a.Off != "" || seen[a.To] || len(a.From) > 0 && !slices.Contains(a.From, at.at) {
				continue
			}
			if !b.ready(a) {
				continue
			}
			if e := b.barred(a); e != nil {
				blocked = e
				continue
			}
			seen[a.To] = true
			queue = append(queue, place{a.To, append(slices.Clip(at.way), a)})
		}
	}
	return nil, blocked
}

// ready tells whether the record has what an action needs.
func (b *builder) ready(a *connector.Action) bool {
	fields := b.actionFields(a)
	return !slices.ContainsFunc(a.Required, func(path string) bool {
		v, ok := fields.get(path)
		return !ok || !given(v)
	})
}

// barred is the effect because of which an action is not called; nil: none.
func (b *builder) barred(a *connector.Action) *effectError {
	trial := *b
	trial.out = load.Deeds{}
	_, _, err := trial.mute(&a.WriteCall, stage.AttemptAction, b.actionFields(a))
	e := (*effectError)(nil)
	errors.As(err, &e)
	return e
}

// actionFields are the fields that an action takes, as wanted, else as the
// target has them.
func (b *builder) actionFields(a *connector.Action) object {
	var out object
	for i := range a.Fields {
		f := &a.Fields[i]
		v, ok := b.all.get(f.Name)
		if !ok {
			v, ok = b.now.get(f.Name)
		}
		if !ok || !given(v) || slices.ContainsFunc(a.Fixed, func(l record.Literal) bool { return l.Path == f.Name }) {
			continue
		}
		if fitted, err := b.t.fit.fit(f, v); err == nil {
			out = append(out, member{f.Name, fitted})
		}
	}
	return out
}

// carry calls the actions that take what a creation does not.
func (b *builder) carry() error {
	for _, m := range slices.Clone(b.fields) {
		if b.fields.index(m.name) < 0 || !given(m.value) {
			continue
		}
		for _, a := range b.takers(m.name) {
			if a.Field != "" || a.Off != "" || !slices.Contains(a.Required, m.name) || !b.ready(a) || b.barred(a) != nil {
				continue
			}
			if err := b.call(a); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// call appends an action.
func (b *builder) call(a *connector.Action) error {
	fields := b.actionFields(a)
	deed, err := b.deed(&a.WriteCall, stage.AttemptAction, fields)
	if err != nil {
		return err
	}
	deed.Action = a.Name
	b.add(deed)
	b.final(a.Final != "", a.Final)
	for _, m := range fields {
		b.fields = b.fields.without(m.name)
	}
	b.now = overlay(b.now, fields)
	return nil
}
