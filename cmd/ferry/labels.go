package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// labelWatch knows the custom fields of an account as they are staged, and as
// they were when records were last mapped.
type labelWatch struct {
	now, before map[string][]label // by stream; a stream that is not there is not known
	note        string
}

// label is a custom field: people may change the text, the id stays.
type label struct{ ID, Text string }

// readLabels reads the staged definitions of custom fields, where the vendor
// lists them and the job reads that list.
func readLabels(ctx context.Context, st *stage.Stage, account *login) (*labelWatch, error) {
	w := &labelWatch{now: map[string][]label{}, before: map[string][]label{}, note: "labels " + account.Account.ID}
	for _, s := range account.Spec.Streams {
		if s.Writes == nil || s.Writes.Custom == nil || s.Writes.Custom.Defs == nil {
			continue
		}
		found, err := readDefinitions(ctx, st, account, s.Writes.Custom.Defs)
		if err != nil {
			return nil, err
		}
		if found != nil {
			w.now[s.Name] = found
		}
	}
	text, ok, err := st.Note(ctx, w.note)
	if err != nil || !ok {
		return w, err
	}
	if err := json.Unmarshal([]byte(text), &w.before); err != nil {
		return nil, fmt.Errorf("the stage's note of custom fields: %w", err)
	}
	return w, nil
}

// readDefinitions gives the staged custom fields of one stream, nil where none
// of that list is staged.
func readDefinitions(ctx context.Context, st *stage.Stage, account *login, d *connector.CustomDefs) ([]label, error) {
	list, err := account.Spec.Stream(d.Stream)
	if err != nil {
		return nil, err
	}
	var out []label
	if done, err := certified(ctx, st, account.Account.ID, d.Stream); err != nil {
		return nil, err
	} else if done {
		out = []label{} // none is left where the list holds none
	}
	dec := stage.NewDecoder()
	err = st.Chunks(ctx, account.Account.ID, d.Stream, func(c *stage.Chunk) error {
		records, err := c.Decode(dec)
		if err != nil {
			return err
		}
		for _, r := range records {
			if r.Deleted {
				continue
			}
			members, err := r.Members()
			if err != nil {
				return err
			}
			addKeyParts(members, list, r.Key)
			if slices.ContainsFunc(d.Of, func(p connector.Param) bool { return textOf(members[p.Name]) != p.Value }) {
				continue
			}
			out = append(out, label{textOf(members[d.ID]), textOf(members[d.Label])})
		}
		return nil
	})
	return out, err
}

// certified tells whether a list was read to its end.
func certified(ctx context.Context, st *stage.Stage, account, stream string) (bool, error) {
	all, err := st.Certificates(ctx, account)
	return slices.ContainsFunc(all, func(c stage.Certificate) bool { return c.Stream == stream && c.Filter == "" }), err
}

// addKeyParts adds the key fields that stand in the key alone, such as the list
// that a record was read from.
func addKeyParts(members map[string]any, s *connector.Stream, key record.Key) {
	parts := strings.Split(string(key), "/")
	if len(parts) != len(s.Key) {
		return
	}
	for i, name := range s.Key {
		if _, there := members[name]; !there {
			members[name] = parts[i]
		}
	}
}

func textOf(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// labels are those of a stream, doubled ones twice; nil where they are not known.
func (w *labelWatch) labels(stream string) []string {
	known, ok := w.now[stream]
	if !ok {
		return nil
	}
	out := []string{}
	for _, l := range known {
		out = append(out, l.Text)
	}
	return out
}

// keep remembers the labels as they are now.
func (w *labelWatch) keep(ctx context.Context, st *stage.Stage) error {
	if len(w.now) == 0 {
		return nil
	}
	text, err := json.Marshal(w.now)
	if err != nil {
		return fmt.Errorf("custom fields: %w", err)
	}
	return st.SetNote(ctx, w.note, string(text))
}

// relabelled lists the fields whose label is another than when records were last
// mapped.
func (w *labelWatch) relabelled() []string {
	var out []string
	for stream, was := range w.before {
		for _, old := range was {
			for _, l := range w.now[stream] {
				if l.ID == old.ID && l.ID != "" && l.Text != old.Text {
					out = append(out, fmt.Sprintf("custom field %q of %s is called %q now", old.Text, stream, l.Text))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// explain adds to the mistakes of a mapping which fields were relabelled.
func (w *labelWatch) explain(err error) error {
	if w == nil || !isProblems(err) {
		return err
	}
	renamed := w.relabelled()
	if len(renamed) == 0 {
		return err
	}
	return &exitError{Code: exitUsage, Err: err, Hint: strings.Join(renamed, "; ") + ": write the new label in the mapping"}
}
