package column

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"ferry/extract/sheet/grid"
)

// kindsOfText are texts of all the kinds that a profiler tells apart.
var kindsOfText = strings.Split("yes|no|x|✓|0|1|7|007|open|Ann Smith|Gérard|GÃ©rard|A|CA|NSW|n/a|none|-|13/04/2024|04/13/2024|03/04/2024|04/04/2024|31/02/2024|31/12/98|"+
	"12/11/10|2024-01-31|2024-01-31T10:00:00Z|31/01/2024 14:30|12 août 2024|12-Aug-24|1er mai 2020|0203-01-01|2999-01-01|20240131|12345678|1.234|1,234|1.234,5|1,234.5|12 %|"+
	"(12.00)|12-|1,2k|€ 5|5 USD|1.5E+10|.5|0.10|90210|14:30|2:30 PM|36:00|90 min|1 h 30|719-388-1967|(719) 388-1967 ext 4|+33 6 12 34 56 78; +33 6 12 34 56 79|a@x.fr|a@x.fr; b@x.fr|"+
	"red; blue|https://x.fr/1|www.x.fr|12 Main Street|Acme, 12 LLC|AB-12|3-Apr|Mar-01|<p>x</p>|<b>12</b>| two  spaces |no\u00a0break 1|zero\u200bwidth|Ge\u0301rard|77–77|one\ntwo 3|"+
	strings.Repeat("long 1 ", 12), "|")

// counted is all that a profiler knows of a column.
type counted struct {
	cells, blank, longest int
	kinds                 [grid.Error + 1]int
	fits                  [fitSets]places
	errors                places
	dates                 dates
	numbers               numbers
	truths                truths
	texts                 texts
	profile               Profile
}

// profiled looks at cells of a column on two sheets. each: every one is judged.
func profiled(header string, each bool, values []any) counted {
	p := New(header).Place("North", 2)
	if p.year = 2026; each {
		p.values.judge = math.MaxInt
	}
	for i, v := range values {
		if i == len(values)/2 {
			p.Profile(nil) // what was asked for between is of no matter
			p.Place("South", 3)
		}
		c := cellOf(v)
		p.Add(i+2, &c)
	}
	profile := p.Profile(nil)
	return counted{p.cells, p.blank, p.longest, p.kinds, p.fits, p.errors, p.dates, p.numbers, p.truths, p.texts, profile}
}

func TestRepeatsCountAsIfEachWereJudged(t *testing.T) {
	var all []any
	for i, s := range kindsOfText {
		other := kindsOfText[(i*7+3)%len(kindsOfText)]
		values := append(repeat(25, s, other, s), repeat(3, number("1"), s, "", " "+s)...)
		all = append(all, append(repeat(9, s), repeat(i%13, s, number("7"))...)...)
		for _, header := range []string{"Anything", "Due", "Phone", "Amount", "Customer No.", "Newsletter"} {
			assert.Equal(t, profiled(header, true, values), profiled(header, false, values), "%s: %q and %q", header, s, other)
		}
	}
	assert.Equal(t, profiled("All", true, all), profiled("All", false, all))
	for i := range 2 * mostValues { // more than are kept
		all = append(all, fmt.Sprint("value ", i), kindsOfText[i%len(kindsOfText)])
	}
	assert.Equal(t, profiled("All", true, all), profiled("All", false, all))
}

func TestRepeatsOfAColumnWithTooManyValues(t *testing.T) {
	profile := func(judge int) Profile {
		p := New("Due")
		p.values.judge, p.values.most = judge, 3*mostValues
		for i := range 8 * mostValues {
			p.Add(i+2, &grid.Cell{Kind: grid.Text, Text: kindsOfText[i%len(kindsOfText)]})
			p.Add(i+2, &grid.Cell{Kind: grid.Text, Text: fmt.Sprint("No ", i)})
		}
		return p.Profile(nil)
	}
	assert.Equal(t, -1, profile(mostPlaces).Distinct)
	assert.Equal(t, profile(math.MaxInt), profile(mostPlaces))
}

func TestALongValueIsNotKeptButCounted(t *testing.T) {
	p := look("Notes", append(repeat(3, strings.Repeat("long ", mostKept), "open", "closed"), "one more")...)
	assert.Equal(t, 4, p.Distinct)
	assert.Empty(t, p.Values)
}

func TestHashesAreASet(t *testing.T) {
	h, want := newHashes(), map[uint64]bool{}
	for i := range uint64(20_000) {
		hash := (i % 15_000) * 0x9e3779b97f4a7c15 >> (i % 3 * 24) // some of them crowd in one place
		hash = max(hash, 1)
		h.add(hash)
		want[hash] = true
		if i%1000 == 0 {
			assert.Equal(t, len(want), h.count)
		}
	}
	assert.Equal(t, len(want), h.count)
}
