package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// figuresEnv makes the tests of figures as large as the figures are claimed:
// FERRY_FIGURES=full, as the bench sets it. Otherwise they are small.
const figuresEnv = "FERRY_FIGURES"

const (
	tripsFull  = 50
	tripsSmall = 4
	mostRounds = 12
)

// TestFigureRoundTrip sends files with random mistakes, mends the answered files
// as their notes say and sends those again, until nothing is wrong and once more.
// The store of the target is the judge: each row of a file is there exactly once,
// with what was last written in it, and the last time nothing is written.
func TestFigureRoundTrip(t *testing.T) {
	full := os.Getenv(figuresEnv) == "full"
	trips := tripsSmall
	if full {
		trips = tripsFull
	}
	all := newTripTally()
	var adding sync.Mutex
	t.Run("trips", func(t *testing.T) {
		for seed := range trips {
			t.Run(fmt.Sprintf("%02d", seed), func(t *testing.T) {
				t.Parallel()
				p := newTrip(t, uint64(seed), full)
				defer func() {
					adding.Lock()
					defer adding.Unlock()
					all.add(p.all)
				}()
				p.run()
			})
		}
	})
	for kind, name := range kindNames {
		t.Logf("%s: %s", name, counted(all.kinds[kind]))
		for what, n := range all.kinds[kind] {
			if full {
				assert.NotZerof(t, n, "%s (%s) never happened", what, name)
			}
		}
	}
	t.Logf("%d files, %d rows, %d imports: %d rows in the target exactly once, %d doubled, %d missing, %d otherwise; %d writes when sent once more",
		all.trips, all.rows, all.imports, all.right, all.doubled, all.missing, all.other, all.writes)
}

// tripTally counts what happened on trips.
type tripTally struct {
	kinds                                                        [5]map[string]int // of files, mistakes, mends, acts and answers
	trips, rows, imports, right, doubled, missing, other, writes int
}

// The kinds of things that are counted.
const (
	ofFiles = iota
	ofMistakes
	ofMends
	ofActs
	ofAnswers
)

var kindNames = [...]string{"files", "mistakes", "mended", "acts", "answers"}

func newTripTally() *tripTally {
	var all tripTally
	for kind, names := range [...][]string{
		ofFiles:    {"workbook", "text", "into", "job", "key", "no key"},
		ofMistakes: mistakeNames(),
		ofMends:    {mendCell, mendKey, mendRow, mendShift},
		ofActs:     {actPart, actSort, actDelete, actBlank, actAdd, actEdit, actSame},
		ofAnswers:  {"created", "updated", "done before", "not loaded"},
	} {
		all.kinds[kind] = map[string]int{}
		for _, name := range names {
			all.kinds[kind][name] = 0
		}
	}
	return &all
}

// add adds what happened on some trips.
func (a *tripTally) add(b *tripTally) {
	for kind := range a.kinds {
		for name, n := range b.kinds[kind] {
			a.kinds[kind][name] += n
		}
	}
	a.trips, a.rows, a.imports = a.trips+b.trips, a.rows+b.rows, a.imports+b.imports
	a.right, a.doubled, a.missing, a.other = a.right+b.right, a.doubled+b.doubled, a.missing+b.missing, a.other+b.other
	a.writes += b.writes
}

// counted lists how often each thing happened.
func counted(kinds map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, kinds[name]))
	}
	return strings.Join(parts, ", ")
}

// run is one trip of a file.
func (p *trip) run() {
	path := p.write()
	p.all.trips++
	args := p.first
	for round := 1; ; round++ {
		require.LessOrEqual(p.t, round, mostRounds, "the file never gets right")
		answered := p.send(path, args...)
		args = nil
		p.judge(answered)
		if p.open() == 0 {
			path = answered
			break
		}
		path = p.mend(answered)
	}
	before := p.box.Counters().Writes
	answered := p.send(path)
	written := p.box.Counters().Writes - before
	p.all.writes += written
	assert.Zero(p.t, written, "sent once more, nothing is written")
	for _, line := range p.read(answered) {
		assert.Equal(p.t, "done before", line.result, "row %d", line.person.n)
	}
	p.judgeStore()
}

// open counts the rows of the file that are not in the target.
func (p *trip) open() (n int) {
	for _, who := range p.people {
		if !who.loaded {
			n++
		}
	}
	return n
}

// judge holds an answered file against what is in it: every row has its answer,
// every bad cell its note.
func (p *trip) judge(answered string) {
	t := p.t
	seen := map[*person]bool{}
	for _, line := range p.read(answered) {
		who := line.person
		require.Falsef(t, seen[who], "row %d stands twice in %s", who.n, answered)
		seen[who] = true
		want := "created"
		switch {
		case who.wrong():
			want = "not loaded"
		case who.loaded && who.edited:
			want = "updated"
		case who.loaded:
			want = "done before"
		}
		p.all.kinds[ofAnswers][line.result]++
		require.Equalf(t, want, line.result, "row %d of %s: %s; its mistakes: %v", who.n, answered, line.todo, who.bad)
		if want == "not loaded" {
			assert.NotEmptyf(t, line.todo, "row %d of %s", who.n, answered)
			p.judgeNotes(line)
			continue
		}
		assert.NotEmptyf(t, line.open, "row %d of %s has a link", who.n, answered)
		assert.Emptyf(t, line.notes, "row %d of %s has notes though nothing is wrong", who.n, answered)
		who.loaded, who.edited = true, false
	}
	for _, who := range p.people {
		require.Truef(t, seen[who] || who.gone, "row %d has no answer in %s", who.n, answered)
	}
	p.judgeStore()
}

// judgeNotes asks that a row says of each bad cell what is wrong with it.
func (p *trip) judgeNotes(line *answeredRow) {
	for _, b := range line.person.bad {
		for _, name := range b.columns {
			assert.Containsf(p.t, line.todo, name+": ", "what to do about row %d (%s)", line.person.n, b.name)
			if p.book {
				assert.NotEmptyf(p.t, line.notes[name], "note at %s of row %d (%s)", name, line.person.n, b.name)
			}
		}
	}
}

// judgeStore compares the target's store with the rows that are loaded, and counts
// what it finds anew.
func (p *trip) judgeStore() {
	records := p.store()
	p.all.right, p.all.doubled, p.all.missing, p.all.other = 0, 0, 0, 0
	for _, who := range p.people {
		found := records[who.n]
		delete(records, who.n)
		switch {
		case !who.loaded:
			assert.Emptyf(p.t, found, "row %d is not right and in the target", who.n)
			continue
		case len(found) == 0:
			p.all.missing++
			assert.Failf(p.t, "missing", "row %d is not in the target", who.n)
			continue
		case len(found) > 1:
			p.all.doubled++
			assert.Failf(p.t, "doubled", "row %d is %d times in the target", who.n, len(found))
		}
		same := true
		for name, want := range p.wanted(who) {
			same = assert.Equalf(p.t, want, found[0][name], "%s of row %d", name, who.n) && same
		}
		switch {
		case !same:
			p.all.other++
		case len(found) == 1:
			p.all.right++
		}
	}
	assert.Empty(p.t, records, "records that no row asked for")
}
