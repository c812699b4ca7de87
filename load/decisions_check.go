package load

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"ferry/extract/record"
)

// decisionSubject is what a decision is about; there is one of each.
type decisionSubject struct {
	kind, stream string
	key          record.Key
	field, value string
}

func (m MatchDecision) subject() decisionSubject {
	return decisionSubject{kind: kindMatch, stream: m.Entry, key: m.Key}
}

func (v ValueDecision) subject() decisionSubject {
	return decisionSubject{kind: kindValue, stream: v.Entry, field: v.Field, value: v.Value}
}

// same tells whether two decisions about one record come to the same.
func (m MatchDecision) same(o MatchDecision) bool {
	return m.Choice == o.Choice && m.Target == o.Target
}

// mistake says what is wrong with a decision, and in which column; "" nothing.
func (m MatchDecision) mistake() (column, text string) {
	switch {
	case m.Entry == "":
		return "stream", "name the mapped stream, such as customers"
	case m.Key == "":
		return "source_key", "name the source record by its key"
	case m.Choice != ChooseLink && m.Choice != ChooseCreate && m.Choice != ChooseSkip:
		return "decision", fmt.Sprintf("%q is no decision; write link, create or skip", m.Choice)
	case m.Choice == ChooseLink && m.Target == "":
		return "target", "link needs the key of the target record that it is"
	case m.Choice != ChooseLink && m.Target != "":
		return "target", fmt.Sprintf("%s names no target record; clear it, or write link", m.Choice)
	}
	return "", ""
}

func (v ValueDecision) mistake() (column, text string) {
	switch {
	case v.Entry == "":
		return "stream", "name the mapped stream, such as tickets"
	case v.Field == "":
		return "field", "name the target field"
	case v.Value == "":
		return "value", "write the value that is decided"
	case v.To == "":
		return "target", "write what the value becomes; of a reference the key of the target record"
	}
	return "", ""
}

// Check finds what cannot be: decisions that say nothing, and two about one
// record or value that contradict each other. All of it comes joined.
func (d *Decisions) Check() error {
	var problems []error
	matches := map[decisionSubject]MatchDecision{}
	for _, m := range d.Matches {
		if column, text := m.mistake(); text != "" {
			problems = append(problems, fmt.Errorf("decision about %s %s, %s: %s", m.Entry, m.Key, column, text))
		}
		if old, have := matches[m.subject()]; have && !old.same(m) {
			problems = append(problems, fmt.Errorf("two decisions about %s %s contradict each other: %s %s, and %s %s; keep one of them",
				m.Entry, m.Key, old.Choice, old.Target, m.Choice, m.Target))
		}
		matches[m.subject()] = m
	}
	values := map[decisionSubject]ValueDecision{}
	for _, v := range d.Values {
		if column, text := v.mistake(); text != "" {
			problems = append(problems, fmt.Errorf("decision about %s.%s %q, %s: %s", v.Entry, v.Field, v.Value, column, text))
		}
		if old, have := values[v.subject()]; have && old.To != v.To {
			problems = append(problems, fmt.Errorf("two decisions about %s.%s %q contradict each other: %q and %q; keep one of them",
				v.Entry, v.Field, v.Value, old.To, v.To))
		}
		values[v.subject()] = v
	}
	return errors.Join(problems...)
}

// Sort brings decisions into the order they are written in: by stream, matches
// by source key with numbers in their order, then values by field and value.
func (d *Decisions) Sort() {
	slices.SortStableFunc(d.Matches, func(a, b MatchDecision) int {
		return cmp.Or(cmp.Compare(a.Entry, b.Entry), compareKeys(string(a.Key), string(b.Key)))
	})
	slices.SortStableFunc(d.Values, func(a, b ValueDecision) int {
		return cmp.Or(cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Value, b.Value))
	})
}

// Merge takes newer decisions over, in place of older ones about the same. It
// says, a sentence each, which older ones came to something else. Decisions that
// contradict each other among the newer are an error, and nothing changes.
func (d *Decisions) Merge(newer *Decisions) (replaced []string, err error) {
	if err := newer.Check(); err != nil {
		return nil, err
	}
	matches, values := map[decisionSubject]int{}, map[decisionSubject]int{}
	for i, m := range d.Matches {
		matches[m.subject()] = i
	}
	for i, v := range d.Values {
		values[v.subject()] = i
	}
	for _, m := range newer.Matches {
		i, have := matches[m.subject()]
		switch {
		case !have:
			matches[m.subject()] = len(d.Matches)
			d.Matches = append(d.Matches, m)
		case !d.Matches[i].same(m):
			replaced = append(replaced, fmt.Sprintf("%s %s: %s in place of %s", m.Entry, m.Key, m.words(), d.Matches[i].words()))
			d.Matches[i] = m
		}
	}
	for _, v := range newer.Values {
		i, have := values[v.subject()]
		switch {
		case !have:
			values[v.subject()] = len(d.Values)
			d.Values = append(d.Values, v)
		case d.Values[i].To != v.To:
			replaced = append(replaced, fmt.Sprintf("%s.%s %q: %q in place of %q", v.Entry, v.Field, v.Value, v.To, d.Values[i].To))
			d.Values[i] = v
		}
	}
	d.Sort()
	return replaced, nil
}

func (m MatchDecision) words() string {
	if m.Choice == ChooseLink {
		return "link to " + string(m.Target)
	}
	return string(m.Choice)
}

// rounded tells a number that a spreadsheet shortened, such as 1.23457E+11.
func rounded(text string) bool { return roundedNumber.MatchString(text) }

var roundedNumber = regexp.MustCompile(`^[0-9][.,][0-9]+E\+[0-9]{2}$`)

// compareKeys compares texts so that runs of digits count as numbers: "9" comes
// before "10".
func compareKeys(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		n, m := digitRun(x), digitRun(y)
		if n > 0 && m > 0 {
			if c := compareDigits(x[:n], y[:m]); c != 0 {
				return c
			}
			x, y = x[n:], y[m:]
			continue
		}
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

func digitRun(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func compareDigits(a, b string) int {
	for len(a) > 1 && a[0] == '0' {
		a = a[1:]
	}
	for len(b) > 1 && b[0] == '0' {
		b = b[1:]
	}
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
