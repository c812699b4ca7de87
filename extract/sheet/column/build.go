package column

import (
	"slices"

	"ferry/extract/sheet/grid"
)

// Profile says what was found so far. answer gives what a person decided under an
// ID without the column; nil: nothing is decided.
func (p *Profiler) Profile(answer func(id string) (string, bool)) Profile {
	if answer == nil {
		answer = func(string) (string, bool) { return "", false }
	}
	p.settle()
	b := &builder{Profiler: p, answer: answer, texts: p.texts}
	b.count()
	b.looks()
	b.choose()
	b.words()
	b.dateFacts()
	b.numberFacts()
	b.truthFacts()
	b.textFacts()
	b.propose()
	return b.out
}

// builder makes a profile of what a profiler has counted.
type builder struct {
	*Profiler
	answer func(id string) (string, bool)
	texts  texts // as they are taken here: words for nothing may be codes
	out    Profile
	full   int  // cells that hold a value: no word for nothing, no error
	doubt  bool // something of the typed reading is open, or contradicts itself
	quiet  bool // nothing is told or asked
}

// count takes over the plain counts.
func (b *builder) count() {
	b.out = Profile{
		Cells: b.cells, Blank: b.blank, Kinds: map[grid.Kind]int{}, Longest: b.longest,
		Distinct: b.values.distinct(), Values: b.values.list(), Reads: map[As]int{}, Parts: 1,
	}
	b.fill()
	if b.keepCodes() {
		b.fill()
	}
	for kind, n := range b.kinds {
		if n > 0 {
			b.out.Kinds[grid.Kind(kind)] = n
		}
	}
	for as, bit := range fitBits {
		cells, _ := b.split(bit)
		b.out.Reads[as] = cells.count
	}
	b.out.Reads[DateTime] = b.out.Reads[Date]
	b.out.Reads[Text] = b.full
	b.out.Key = b.identifies()
	b.out.Running = b.running && b.cells > 1
}

// fill counts the cells that hold a value.
func (b *builder) fill() {
	b.full = b.cells - b.errors.count
	for _, w := range b.texts.nothing {
		b.full -= w.count
	}
}

var fitBits = map[As]fit{Date: fitsDate, Number: fitsNumber, Boolean: fitsBoolean, Time: fitsTime, Duration: fitsDuration}

// split parts the cells that are written as a type from the others. Errors are
// among neither.
func (b *builder) split(bit fit) (fits, others places) {
	var in, out []places
	for set, cells := range b.fits {
		switch {
		case fit(set)&bit != 0:
			in = append(in, cells)
		case cells.count > 0:
			out = append(out, cells)
		}
	}
	fits, others = join(in...), join(out...)
	others.count -= b.errors.count
	others.refs = slices.DeleteFunc(others.refs, func(r grid.Ref) bool { return slices.Contains(b.errors.refs, r) })
	return fits, others
}

// most tells whether a count is that of nearly all cells that hold a value.
func (b *builder) most(n int) bool { return n > 0 && n*100 >= b.full*80 }

// half tells whether it is that of at least half of them.
func (b *builder) half(n int) bool { return n > 0 && n*2 >= b.full }

func (b *builder) fact(code, text string, at places, warn bool) {
	if b.quiet {
		return
	}
	b.out.Facts = append(b.out.Facts, grid.Fact{Code: code, Column: b.name, Text: text, Cells: at.refs, Count: at.count, Warn: warn})
}

// ask gives what a person has decided, or puts the question and gives its
// default.
func (b *builder) ask(q grid.Question) (value string, decided bool) {
	if value, ok := b.answer(q.ID); ok {
		if q.Free || slices.ContainsFunc(q.Choices, func(c grid.Choice) bool { return c.Value == value }) {
			return value, true
		}
	}
	if b.quiet {
		return "", false
	}
	q.Column = b.name
	b.out.Questions = append(b.out.Questions, q)
	b.doubt = b.doubt || q.Default == "" && OfType(q.ID)
	return q.Default, false
}

// choose says what most cells are written as.
func (b *builder) choose() {
	t := &b.out.Typed
	t.As, t.Pivot, t.Clean = Text, -1, true
	t.Content = b.content()
	reads := b.out.Reads
	switch {
	case t.Content != Plain || b.full == 0:
	case b.most(reads[Date]+b.dates.impossible.count) && !b.numbersRather():
		if t.As = Date; b.dates.timed > 0 {
			t.As = DateTime
		}
	case b.most(reads[Boolean]) && b.truths.words > 0:
		t.As = Boolean
	case b.most(reads[Duration]) && (reads[Duration] > reads[Time] || b.header&hintDuration != 0):
		t.As = Duration
	case b.most(reads[Time]):
		t.As = Time
	case b.most(reads[Number]):
		t.As = Number
	}
}

// numbersRather tells whether dates of eight digits are too few to be more than
// chance.
func (b *builder) numbersRather() bool {
	const enough = 5
	alone := b.dates.digits == b.out.Reads[Date]
	return alone && b.header&hintDate == 0 && (b.out.Reads[Date] < b.full || b.full < enough)
}

// content tells codes and phone numbers from other text: by the header where the
// cells do not speak against it, else by most of the cells.
func (b *builder) content() Content {
	days := b.most(b.out.Reads[Date])
	t, n := &b.texts, &b.numbers
	decimals := n.point.count + n.comma.count + n.signed.count + n.formats.count + n.tails.count
	switch {
	case b.header&hintPhone != 0 && !days, b.half(t.phones) && t.phones*10 >= b.full*6:
		return Phone
	case days && b.header&(hintID|hintCode|hintZip) != 0 && b.header&hintDate == 0 && b.dates.texts == 0 && b.full > b.dates.realLow.count+b.dates.realHigh.count:
		return Code
	case days, b.header&(hintPercent|hintMoney|hintEmail) != 0:
		return Plain
	case b.header&(hintID|hintCode|hintZip) != 0 && decimals*5 < b.full && !b.half(t.plain+t.free) && b.full > 0:
		return Code
	case n.zeros.count > 0 && b.most(n.whole+n.real) && decimals == 0, n.padded > 0 && b.half(n.padded):
		return Code
	case b.most(t.codes + n.zeros.count):
		return Code
	}
	return Plain
}

// propose derives how the column is read for a target that takes text, and
// whether everything is sure.
func (b *builder) propose() {
	typed := &b.out.Typed
	b.out.Proposed = *typed
	if !b.excelTyped() {
		b.out.Proposed.As = Text
	}
	fits := b.out.Reads[typed.As]
	b.out.Sure = !b.doubt && fits == b.full && b.errors.count == 0 && b.noCache.count == 0 && b.undecod.count == 0 &&
		typed.Currency == "" && typed.Swapped != SwapRefuse
}

// excelTyped tells whether Excel itself knows every value as of the type.
func (b *builder) excelTyped() bool {
	of := map[As]int{
		Number: b.kinds[grid.Number], Boolean: b.kinds[grid.Boolean], Time: b.kinds[grid.Time], Duration: b.kinds[grid.Duration],
		Date: b.kinds[grid.Date], DateTime: b.kinds[grid.DateTime] + b.kinds[grid.Date],
	}
	n := of[b.out.Typed.As]
	return n > 0 && n == b.full && b.numbers.padded == 0
}

func hold(n int) string {
	if n == 1 {
		return "holds"
	}
	return "hold"
}
