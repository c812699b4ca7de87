package apisink

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
)

var _ load.Attacher = (*Target)(nil)

// Attaching says which request attaches a file to a record or takes it off, as
// load.Attacher wants it.
func (t *Target) Attaching(a load.Attachment) (load.Deed, error) {
	s, err := t.stream(a.Stream)
	if err != nil {
		return load.Deed{}, err
	}
	how := s.w.Attach
	if how == nil {
		return load.Deed{}, cannot("nothing attaches files to " + s.Name)
	}
	name, fields := how.Action, file(how, a)
	if a.Remove != "" {
		name, fields = how.Remove, object(nil).put(how.RemoveAs, keyValue(a.Remove, true))
	}
	if name == "" {
		return load.Deed{}, cannot("nothing takes files off " + s.Name)
	}
	action, err := s.w.Action(name)
	if err != nil {
		return load.Deed{}, err
	}
	if action.Off != "" {
		return load.Deed{}, cannot(action.Off)
	}
	return t.attaching(s, action, a, fields)
}

func (t *Target) attaching(s *stream, action *connector.Action, a load.Attachment, fields object) (load.Deed, error) {
	now, err := parseObject(a.Now)
	if err != nil {
		return load.Deed{}, fmt.Errorf("%s: the record %s as it is now is %w", s.Name, a.Key, err)
	}
	b := &builder{t: t, s: s, now: now, want: load.Write{Stream: a.Stream, Kind: stage.AttemptAction, Key: a.Key, Source: a.Source, Now: a.Now}}
	deed, err := b.deed(&action.WriteCall, stage.AttemptAction, fields)
	if err != nil {
		return load.Deed{}, refusal(err)
	}
	deed.Action = action.Name
	return deed, nil
}

// file is what an action is told of a file to be attached: a list of one where
// its paths lead into a list.
func file(how *connector.Attach, a load.Attachment) object {
	var out object
	for _, f := range []struct{ path, text string }{{how.URL, a.URL}, {how.Name, a.Name}} {
		if list, _, in := strings.Cut(f.path, "[]."); in && out.index(list) < 0 {
			out = out.with(list, jsontext.Value("[{}]"))
		}
		out = out.put(f.path, quoted(f.text))
	}
	return out
}
