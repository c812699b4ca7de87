package match

import (
	"cmp"
	"slices"
	"strings"

	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
)

// source is a column of the file, as the match knows it.
type source struct {
	*sheet.Column
	at      int
	phrase  string // header, folded
	group   string // of a header of several rows: those above the last, folded; "" none
	last    string // and the last one
	half    bool   // a first or last name, though it is called a name alone
	senses  []sense
	nearly  []sense // where the header itself says nothing: what is spelt like it
	profile *column.Profile
}

func sources(l *sheet.Layout) []*source {
	var out []*source
	for i := range l.Recipe.Columns {
		c := &l.Recipe.Columns[i]
		if c.Ours {
			continue
		}
		s := &source{Column: c, at: i, phrase: fold(c.Header), profile: &column.Profile{}}
		if s.phrase == "" {
			s.phrase = fold(c.Name)
		}
		if i < len(l.Profiles) {
			s.profile = &l.Profiles[i]
		}
		if len(l.Recipe.Header) > 1 {
			s.split()
		}
		s.senses = s.understood()
		if len(s.senses) == 0 {
			s.nearly = words().close(cmp.Or(s.last, s.phrase))
		}
		out = append(out, s)
	}
	halves(out)
	return out
}

// withoutBrackets drops what stands in brackets: Phone (day).
func withoutBrackets(header string) string {
	for {
		from := strings.IndexAny(header, "([")
		to := strings.IndexAny(header, ")]")
		if from < 0 || to < from {
			return header
		}
		header = header[:from] + " " + header[to+1:]
	}
}

// looks tells whether the values look like one of the kinds.
func (s *source) looks(kinds ...string) bool {
	return slices.ContainsFunc(s.profile.Looks, func(l string) bool { return slices.Contains(kinds, l) })
}

// wordy tells whether most of the values that are known are no whole numbers.
func (s *source) wordy() bool {
	bad := 0
	for _, v := range s.profile.Values {
		if strings.Trim(v.Text, "0123456789") != "" {
			bad++
		}
	}
	return bad > 0 && bad*2 > len(s.profile.Values)
}
