package vendorsim

import (
	"strings"
	"time"
)

// alters tells whether a fault changes what a write sent before the vendor takes it.
func (f *Fault) alters() bool {
	return f.is(FaultIgnored, FaultNulls, FaultShortened, FaultShifted, FaultReplaced)
}

// altered returns a copy of what was sent, changed as the fault says: its own members, or those of each row of a batch.
func (f *Fault) altered(sent map[string]any) map[string]any {
	out := deepCopy(sent).(map[string]any)
	for _, row := range rowsOf(out) {
		if f.Field == "" {
			for key := range row {
				f.alter(row, key)
			}
			continue
		}
		if o, key := reach(row, f.Field); o != nil {
			f.alter(o, key)
		}
	}
	return out
}

// alter changes one member.
func (f *Fault) alter(o map[string]any, key string) {
	text, isText := o[key].(string)
	switch f.Kind {
	case FaultIgnored:
		delete(o, key)
	case FaultNulls:
		if o[key] == nil {
			delete(o, key)
		}
	case FaultReplaced:
		o[key] = f.Text
	case FaultShortened:
		if letters := []rune(text); isText && len(letters) > orDefault(f.Letters, 20) {
			o[key] = string(letters[:orDefault(f.Letters, 20)])
		}
	case FaultShifted:
		by := f.Shift
		if by == 0 {
			by = -5 * time.Hour
		}
		if isText {
			o[key] = shifted(text, by)
		}
	}
}

// dateForms are the forms in which a write may carry a date.
var dateForms = []string{
	formSecond, formMinute, formJob, formDay, "02/01/2006 15:04", formMillis, time.RFC3339Nano, time.RFC3339, "2006-01-02T15:04:05",
}

// shifted moves a date and writes it in its own form; any other text stays.
func shifted(text string, by time.Duration) string {
	for _, form := range dateForms {
		if at, err := time.Parse(form, text); err == nil {
			return at.Add(by).Format(form)
		}
	}
	return text
}

// rowsOf are the objects that a body writes: its rows where it is a batch, itself otherwise.
func rowsOf(sent map[string]any) []map[string]any {
	if rows := batchOf(sent); rows != nil {
		return rows
	}
	return []map[string]any{sent}
}

// batchOf are the rows of a batch, nil for any other body.
func batchOf(sent map[string]any) []map[string]any {
	var rows []map[string]any
	for _, name := range []string{CustomerlyUsers, CustomerlyLeads} {
		list, _ := sent[name].([]any)
		for _, v := range list {
			if row, is := v.(map[string]any); is && sent["tag"] == nil {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// reach finds the object that holds a member by its path with dots, nil where it was not sent. A name that itself has dots is
// found as it is.
func reach(o map[string]any, path string) (map[string]any, string) {
	if _, sent := o[path]; sent {
		return o, path
	}
	outer, rest, deeper := strings.Cut(path, ".")
	inner, is := o[outer].(map[string]any)
	if !deeper || !is {
		return nil, ""
	}
	return reach(inner, rest)
}

func deepCopy(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key := range v {
			out[key] = deepCopy(v[key])
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = deepCopy(v[i])
		}
		return out
	}
	return v
}
