package column

import (
	"hash/maphash"
	"strings"
	"time"
	"unicode/utf8"

	"ferry/extract/sheet/grid"
)

// Profiler looks at the cells of one column, one after the other. Its memory has
// a bound. It is not for several goroutines at once.
type Profiler struct {
	name    string
	header  headerHint
	at      spot // of the cell in hand
	year    int  // now, for what lies far off and for births
	cells   int
	blank   int
	kinds   [grid.Error + 1]int
	longest int
	values  values
	running bool // the values were 1, 2, 3 and so on so far
	from    int  // where they began: 1 or 0
	fits    [fitSets]places
	errors  places
	noCache places
	undecod places
	dates   dates
	numbers numbers
	truths  truths
	texts   texts
}

// New begins a column. name is the header that sentences call it by.
func New(name string) *Profiler {
	p := &Profiler{
		name: name, header: hintOf(name), year: time.Now().Year(),
		at:     spot{times: 1},
		values: values{seed: maphash.MakeSeed(), most: mostDistinct, judge: mostPlaces},
	}
	if p.header.identifies() {
		p.values.most, p.running = mostKeys, true
	}
	return p
}

// Place says where the cells that follow stand, so that sentences can name them
// as D14; without it they say row 14. It gives the profiler itself.
func (p *Profiler) Place(sheet string, column int) *Profiler {
	p.at.Sheet, p.at.Column = sheet, column
	return p
}

// Add looks at a cell. row is its number in the file. Nothing of the cell is
// kept but copies.
func (p *Profiler) Add(row int, c *grid.Cell) {
	p.at.Row = row
	if c.Flags&(grid.Undecoded|grid.NoCache|grid.LongNumber|grid.Leap) != 0 {
		p.flags(c)
	}
	if c.Kind == grid.Text {
		p.text(c.Text)
		return
	}
	if c.Kind == grid.Blank {
		p.blank++
		return
	}
	p.cells++
	p.kinds[c.Kind]++
	p.longest = max(p.longest, len(c.Text))
	p.values.add(c.Text, row)
	p.running = p.running && p.runsOn(c.Text)
	p.fits[p.typed(c)].add(&p.at)
}

func (p *Profiler) flags(c *grid.Cell) {
	if c.Is(grid.Undecoded) {
		p.undecod.add(&p.at)
	}
	if c.Is(grid.NoCache) {
		p.noCache.add(&p.at)
	}
	if c.Is(grid.LongNumber) && c.Kind == grid.Number && lostDigits(c.Text) {
		p.numbers.long.add(&p.at)
	}
	if c.Is(grid.Leap) {
		p.dates.leap.add(&p.at)
	}
}

// typed looks at a cell whose type Excel knows.
func (p *Profiler) typed(c *grid.Cell) fit {
	switch c.Kind {
	case grid.Number:
		return p.number(c)
	case grid.Date, grid.DateTime:
		p.date(c)
		return fitsDate
	case grid.Time:
		return fitsTime | fitsDuration
	case grid.Duration:
		return fitsDuration
	case grid.Boolean:
		p.truths.words++
		return fitsBoolean
	case grid.Error:
		p.errors.add(&p.at)
	}
	return 0
}

func (p *Profiler) date(c *grid.Cell) {
	if len(c.Text) < len("2006-01-02") {
		return
	}
	if c.Text[8:10] <= "12" {
		p.dates.realLow.add(&p.at)
	} else {
		p.dates.realHigh.add(&p.at)
	}
	if year, n := digitsAt(c.Text, 0); n == 4 {
		p.yearOf(year)
	}
	switch {
	case c.Kind == grid.Date:
		p.dates.bare.add(&p.at)
	case !strings.HasSuffix(c.Text, "T00:00:00"):
		p.dates.timed++
	}
}

func (p *Profiler) yearOf(year int) {
	switch {
	case year < earliestYear:
		p.dates.early.add(&p.at)
	case year > p.year+100:
		p.dates.far.add(&p.at)
	}
}

// number looks at a number that Excel knows.
func (p *Profiler) number(c *grid.Cell) fit {
	n := &p.numbers
	if c.Is(grid.Leap) {
		return fitsDate
	}
	n.real++
	switch {
	case c.Is(grid.Percent):
		n.formats.add(&p.at)
	case c.Text != "0":
		n.bare.add(&p.at)
	}
	if c.Is(grid.Money) {
		n.amounts++
		if sign := n.formatted.of(c.Format); sign != "" {
			n.inCurrency(sign, &p.at)
		}
	}
	if c.Is(grid.Padded) {
		n.padded++
	}
	if c.Format != "" && strings.Contains(c.Format, "E+") {
		p.texts.sciFormat.add(&p.at)
	}
	if hasTail(c.Text) {
		n.tails.add(&p.at)
	}
	set := fitsNumber
	if c.Text == "0" || c.Text == "1" {
		p.truth(truth(c.Text), true)
		set |= fitsBoolean
	}
	if allDigits(c.Text) && len(c.Text) < len(n.lengths) {
		n.lengths[len(c.Text)].add(&p.at)
		if len(c.Text) == 8 && parseDate(c.Text).sense == oneWay {
			p.dates.digits++
			set |= fitsDate
		}
	}
	return set
}

func (p *Profiler) truth(is int, digit bool) {
	if is == 1 {
		p.truths.yes += p.at.times
	} else {
		p.truths.no += p.at.times
	}
	if !digit {
		p.truths.words += p.at.times
	}
}

// text looks at a text.
func (p *Profiler) text(s string) {
	if s == "" {
		p.blank++
		return
	}
	k := classOf(s)
	if k&(hasWide|untidy) != 0 {
		if s, k = p.tidy(s, k); s == "" {
			p.blank++
			return
		}
	}
	p.cells++
	p.kinds[grid.Text]++
	length := len(s)
	if k&hasWide != 0 {
		length = utf8.RuneCountInString(s)
	}
	p.longest = max(p.longest, length)
	known := p.values.add(s, p.at.Row)
	p.running = p.running && p.runsOn(s)
	if known == nil || !known.again(p.values.judge) {
		p.judge(s, k)
	}
}

// judge says what a tidy text is written as.
func (p *Profiler) judge(s string, k class) {
	if isNothing(s) {
		p.nothing(s)
		return
	}
	p.fits[p.classify(s, k)].add(&p.at)
}

// settle judges the texts that were only counted, those of a value at once. Where
// there are too many values, none is looked up any more, and what was kept goes.
func (p *Profiler) settle() {
	for i := range p.values.kept {
		if k := &p.values.kept[i]; k.repeats > 0 {
			p.at.times, k.repeats = k.repeats, 0
			p.judge(k.text, classOf(k.text))
		}
	}
	p.at.times = 1
	if p.values.many {
		p.values.kept, p.values.slots = nil, nil
	}
}

// tidy cleans a text and counts what was not plain.
func (p *Profiler) tidy(s string, k class) (string, class) {
	t, d := clean(s, k)
	if t == "" {
		return "", 0
	}
	if k&hasWide != 0 {
		if _, broken := mend(t); broken {
			p.texts.broken.add(&p.at)
		}
		if hasMarks(t) {
			p.texts.marks.add(&p.at)
		}
	}
	if d == 0 {
		return t, k
	}
	for _, of := range []struct {
		dirt  dirt
		cells *places
	}{{atEnds | inRow, &p.texts.spaces}, {noBreak, &p.texts.wide}, {zeroWidth, &p.texts.zero}, {decomposed, &p.texts.composed}} {
		if d&of.dirt != 0 {
			of.cells.add(&p.at)
		}
	}
	return t, classOf(t)
}

func (p *Profiler) nothing(s string) {
	if p.texts.nothing == nil {
		p.texts.nothing = map[string]*blankWord{}
	}
	var buf [longestWord]byte
	word := string(fold(buf[:0], s))
	if p.texts.nothing[word] == nil {
		p.texts.nothing[word] = &blankWord{spelled: strings.Clone(s)}
	}
	p.texts.nothing[word].add(&p.at)
}
