package apisink

import (
	"fmt"
	"slices"

	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
)

// mute keeps the effects of a call away that the job does not allow: it sends
// the fields that mute them, leaves out what brings them about, or refuses. The
// effects that are left will happen.
func (b *builder) mute(call *connector.WriteCall, kind stage.AttemptKind, fields object) (quiet object, happen []string, err error) {
	quiet = slices.Clone(fields)
	for _, e := range call.Effects {
		if !b.happens(e, kind, quiet) {
			continue
		}
		// What people have on their screens already is not hidden again in silence.
		seen := kind == stage.AttemptUpdate && e.Where != "" && b.now.holds(e.Where)
		switch {
		case b.t.allowed(e.Name):
			happen = append(happen, e.Name)
			b.out.Effects = once(b.out.Effects, e.Name)
			continue
		case len(e.Mute) > 0 && !seen:
			for _, l := range e.Mute {
				quiet = quiet.put(l.Path, l.Value)
			}
		case len(e.When) > 0:
			quiet = b.leaveOut(e, kind, quiet)
		default:
			return nil, nil, &effectError{e}
		}
		b.out.Muted = once(b.out.Muted, e.Name)
	}
	return quiet, happen, nil
}

// leaveOut takes out of a call what brings an effect about: that which would
// show a record that nobody sees, and if that is not enough all else.
func (b *builder) leaveOut(e connector.Effect, kind stage.AttemptKind, sent object) object {
	why := fmt.Sprintf("it would have the effect %s, which the job does not allow", e.Name)
	for _, path := range append([]string{e.Unless}, e.When...) {
		if _, there := sent.get(path); path == "" || !there && !sent.holds(path) {
			continue
		}
		if !b.happens(e, kind, sent) {
			break
		}
		sent = sent.drop(path)
		b.drop(path, why)
	}
	return sent
}

// happens tells whether a call with these fields brings an effect about.
func (b *builder) happens(e connector.Effect, kind stage.AttemptKind, sent object) bool {
	if len(e.When) > 0 && !slices.ContainsFunc(e.When, func(path string) bool {
		_, there := sent.get(path)
		return sent.holds(path) || there && kind == stage.AttemptUpdate
	}) {
		return false
	}
	if e.Where != "" && !sent.holds(e.Where) && !b.now.holds(e.Where) {
		return b.want.Key != "" && len(b.want.Now) == 0 // nothing is known of the record: it may have it
	}
	if e.Unless == "" {
		return true
	}
	unless, sentToo := sent.get(e.Unless)
	if !sentToo {
		unless, _ = b.now.get(e.Unless)
	}
	return !says(unless)
}

// effectError: a call is not made because of an effect that is not allowed.
type effectError struct{ effect connector.Effect }

func (e *effectError) Error() string { return "the effect " + e.effect.Name + " is not allowed" }

// refused is it as a refusal that says what to do.
func (e *effectError) refused(field string) *load.RefusedError {
	return &load.RefusedError{Field: field, Reason: "it would have the effect " + e.effect.Name + ": " + e.effect.About,
		Do: "allow " + e.effect.Name + " under target.effects, or do it by hand"}
}

// once adds a text to a list that lacks it.
func once(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

// overlay gives a record as it stands once the fields are written over it.
func overlay(now, fields object) object {
	out := slices.Clone(now)
	for _, m := range fields {
		if inner, err := parseObject(m.value); err == nil && len(inner) > 0 && !isMarker(m.value) {
			if had, ok := out.get(m.name); ok {
				if below, err := parseObject(had); err == nil && len(below) > 0 && inner.index("id") < 0 {
					out = out.with(m.name, overlay(below, inner).encode())
					continue
				}
			}
		}
		out = out.with(m.name, m.value)
	}
	return out
}
