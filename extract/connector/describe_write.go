package connector

import (
	"fmt"
	"slices"
	"strings"
)

// NamedCall is a call of Writes with what it does: "create", "update",
// "upsert", "delete", "undelete", or the name of an action.
type NamedCall struct {
	Name string
	*WriteCall
}

// Calls lists the calls there are, actions last, in the order of the spec.
func (w *Writes) Calls() []NamedCall {
	var out []NamedCall
	add := func(name string, call *WriteCall) {
		if call != nil {
			out = append(out, NamedCall{name, call})
		}
	}
	add("create", w.Create)
	add("update", w.Update)
	if w.Upsert != nil {
		add("upsert", &w.Upsert.WriteCall)
	}
	add("delete", w.Delete)
	add("undelete", w.Undelete)
	for i := range w.Actions {
		add(w.Actions[i].Name, &w.Actions[i].WriteCall)
	}
	return out
}

// Action finds an action by name. The error is an *UnknownError.
func (w *Writes) Action(name string) (*Action, error) {
	names := make([]string, len(w.Actions))
	for i := range w.Actions {
		if names[i] = w.Actions[i].Name; names[i] == name {
			return &w.Actions[i], nil
		}
	}
	return nil, unknown("action", name, names, "")
}

// Writing says in whole sentences what can be written to a stream, what cannot,
// and what people outside would notice, for `ferry describe`.
func (s *Stream) Writing() []string {
	w := s.Writes
	if w == nil {
		return []string{"Nothing can be written here."}
	}
	var out []string
	say := func(cond bool, format string, args ...any) {
		if cond {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	makes := w.Create != nil || w.Upsert != nil
	say(w.Off != "", "Creating and updating are switched off: %s.", w.Off)
	say(w.Create != nil && w.Update != nil, "Records can be created and updated.")
	say(w.Create != nil && w.Update == nil, "Records can be created, not updated.")
	say(w.Create == nil && w.Update != nil, "Records can be updated, not created.")
	if w.Upsert != nil {
		say(true, "One call creates or updates, found by %s.", strings.Join(w.Upsert.By, ", "))
		say(len(w.Upsert.CreateOnly) > 0, "Only on creation: %s.", strings.Join(w.Upsert.CreateOnly, ", "))
	}
	say(w.Create == nil && w.Upsert == nil && w.Update == nil, "Records cannot be created or updated.")
	for _, call := range w.Calls() {
		say(call.BatchMax > 1, "Up to %d records go in one request (%s).", call.BatchMax, call.Name)
	}
	say((w.Update != nil || w.Upsert != nil) && !w.Partial, "An update clears the fields it does not name.")
	say(makes && len(w.Required) > 0, "Needed on creation: %s.", joinGroups(w.Required, " or "))
	say(len(w.Unique) > 0, "No two records may share: %s.", joinGroups(w.Unique, " with "))
	say(w.Delete != nil, "Records can be deleted.")
	say(w.Undelete != nil, "Deleted records can be restored.")
	say(makes && w.Delete == nil, "What was created cannot be deleted: %s.", strings.TrimSuffix(w.Final, "."))
	say(makes && w.Reference != "", "%s can carry Ferry's own reference.", w.Reference)
	say(makes && w.Reference == "", "No field can carry Ferry's own reference.")
	return slices.Concat(out, w.fileLines(), w.actionLines(), w.effectLines())
}

func (w *Writes) actionLines() []string {
	var out []string
	for _, a := range w.Actions {
		line := "Action " + a.Name
		if a.About != "" {
			line += ": " + a.About
		}
		if a.Field != "" && a.To != "" {
			line += fmt.Sprintf(" (%s becomes %s)", a.Field, a.To)
		}
		if len(a.From) > 0 {
			line += "; from " + strings.Join(a.From, ", ")
		}
		if len(a.Required) > 0 {
			line += "; needs " + strings.Join(a.Required, ", ")
		}
		if a.Final != "" {
			line += "; cannot be taken back: " + a.Final
		}
		if a.Off != "" {
			line += "; switched off: " + a.Off
		}
		out = append(out, line+".")
	}
	return out
}

// joinGroups writes groups of field paths: "name, email or phone" is two groups.
func joinGroups(groups [][]string, word string) string {
	texts := make([]string, len(groups))
	for i, group := range groups {
		texts[i] = strings.Join(group, word)
	}
	return strings.Join(texts, ", ")
}

// effectLines says of each effect what it is, and of each call that brings it
// about what becomes of the call while the job does not allow it.
func (w *Writes) effectLines() []string {
	var out, names []string
	for _, call := range w.Calls() {
		for _, e := range call.Effects {
			i := slices.Index(names, e.Name)
			if i < 0 {
				i = len(names)
				names = append(names, e.Name)
				out = append(out, fmt.Sprintf("Effect %s: %s. Unless the job allows it:", e.Name, e.About))
			}
			out[i] += " " + e.muted(call.Name) + "."
		}
	}
	return out
}

// muted says what becomes of a call while its effect is not allowed.
func (e Effect) muted(call string) string {
	whens := strings.Join(e.When, " or ")
	text := ""
	switch {
	case len(e.Mute) == 0 && whens == "":
		text = call + " is not called"
	case len(e.Mute) == 0:
		return fmt.Sprintf("%s leaves out %s", call, whens)
	default:
		var mutes []string
		for _, l := range e.Mute {
			mutes = append(mutes, fmt.Sprintf("%s %s", l.Path, l.Value))
		}
		text = fmt.Sprintf("%s sends %s", call, strings.Join(mutes, ", "))
		if whens != "" {
			text += " with " + whens
		}
	}
	if e.Where != "" {
		text += " where the record has " + e.Where
	}
	if e.Unless != "" {
		text += ", unless " + e.Unless
	}
	return text
}
