package connector

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// The forms in which people may always write a moment in a filter.
var writtenLayouts = [...]string{
	time.DateOnly, time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04",
}

// The forms that name their zone.
var zonedLayouts = [...]string{time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04Z07:00"}

// Value checks a filter's value as a person writes it and gives it as the
// vendor wants it. Moments may be written as 2024-01-31, with a time, or in
// the vendor's own layout; one that names its zone is only taken where the
// vendor's zone is known. The error is fit for the person.
func (f Filter) Value(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", fmt.Errorf("filter %s is empty; write a value or remove it", f.Param)
	}
	switch f.Kind {
	case record.Integer:
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return "", fmt.Errorf("filter %s takes a whole number", f.Param)
		}
	case record.Number:
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return "", fmt.Errorf("filter %s takes a number", f.Param)
		}
	case record.Boolean:
		if text != "true" && text != "false" {
			return "", fmt.Errorf("filter %s takes true or false", f.Param)
		}
	case record.Date, record.DateTime:
		return f.moment(text)
	}
	if meant, ok := f.Means[text]; ok {
		return meant, nil
	}
	if len(f.Enum) > 0 && !slices.Contains(f.Enum, text) {
		return "", unknown("value of filter "+f.Param, text, f.Enum, "")
	}
	return text, nil
}

func (f Filter) moment(text string) (string, error) {
	for _, layout := range append([]string{f.Layout}, writtenLayouts[:]...) {
		if t, err := time.Parse(layout, text); layout != "" && err == nil {
			return t.Format(f.Layout), nil
		}
	}
	for _, layout := range zonedLayouts {
		t, err := time.Parse(layout, text)
		switch {
		case err != nil:
		case f.UTC:
			return t.UTC().Format(f.Layout), nil
		default:
			return "", fmt.Errorf("filter %s takes the account's local time; write it without a zone", f.Param)
		}
	}
	return "", fmt.Errorf("filter %s takes a moment such as 2024-01-31 or 2024-01-31 08:00:00", f.Param)
}

// FilterProblem is a mistake in the filters given for a stream.
type FilterProblem struct {
	Param   string
	Message string
	Hint    string
}

// FilterQuery checks the filters given for a stream and gives them as the
// vendor wants them, in the order of the spec. All mistakes come at once.
func (s *Stream) FilterQuery(given map[string]string) ([]Param, []FilterProblem) {
	var params []Param
	var problems []FilterProblem
	for _, f := range s.Filters {
		text, ok := given[f.Param]
		if !ok {
			continue
		}
		if _, also := given[f.Needs]; f.Needs != "" && !also {
			problems = append(problems, FilterProblem{f.Param,
				fmt.Sprintf("filter %s works only together with %s", f.Param, f.Needs), "give both"})
		}
		value, err := f.Value(text)
		if err != nil {
			problems = append(problems, FilterProblem{Param: f.Param, Message: err.Error()})
			continue
		}
		params = append(params, Param{Name: f.Param, Value: value})
	}
	names := s.FilterNames()
	var odd []string
	for name := range given {
		if !slices.Contains(names, name) {
			odd = append(odd, name)
		}
	}
	slices.Sort(odd)
	for _, name := range odd {
		hint := strictyaml.Suggest(name, names)
		if len(names) == 0 {
			hint = "remove it: this list has no filters"
		}
		problems = append(problems, FilterProblem{name, fmt.Sprintf("the list of %s has no filter %s", s.Name, name), hint})
	}
	return params, problems
}
