package column

import (
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// textFacts tells of texts that are not plain, asks about broken accents, lost
// zeros and several values in a cell, and tells what Excel has done to codes.
func (b *builder) textFacts() {
	t := &b.texts
	b.told("spaces", t.spaces, "a space at an end or two in a row", "spaces at an end or two in a row", "read without")
	b.told("no-break-spaces", t.wide, "a no-break or thin space", "no-break or thin spaces", "read as plain spaces")
	b.told("zero-width", t.zero, "a sign that nobody sees", "signs that nobody sees", "read without")
	b.told("composed", t.composed, "an accent as a sign of its own", "accents as signs of their own", "read as letters with accents, which look the same")
	if b.out.Typed.Content != Plain {
		b.told("typographic", t.marks, "a typographic quote or dash, or a soft hyphen", "typographic quotes or dashes, or soft hyphens", "read as plain ones")
		b.codes()
	}
	b.states()
	b.repair()
	b.pad()
	b.severalValues()
	if words, ok := b.answer(askClear); ok {
		b.out.Typed.Clear = listed(words)
	}
}

// told says that cells were made plain.
func (b *builder) told(code string, at places, one, many, read string) {
	if at.count > 0 {
		what := many
		if at.count == 1 {
			what = one
		}
		b.fact(code, cells(at.count)+" "+hold(at.count)+" "+what+at.list()+": "+read+".", at, false)
	}
}

// states tells of cells that have no value though something stands there.
func (b *builder) states() {
	if e := b.errors; e.count > 0 {
		b.fact("errors", cells(e.count)+" "+hold(e.count)+" an error of Excel, such as #N/A"+e.list()+": "+several(e.count, "row is", "rows are")+" held.", e, true)
	}
	if n := b.noCache; n.count > 0 {
		b.fact("no-cache", cells(n.count)+" "+hold(n.count)+" a formula whose result was never computed"+n.list()+": open the file in Excel, save it and send it again.", n, true)
	}
	if u := b.undecod; u.count > 0 {
		b.fact("undecoded", cells(u.count)+" "+hold(u.count)+" characters that do not fit the encoding of the file"+u.list()+".", u, true)
	}
	if l := b.numbers.long; l.count > 0 {
		b.fact("long-numbers", several(l.count, "number has", "numbers have")+" more than 15 digits, of which Excel has lost the last"+l.list()+".", l, true)
	}
}

// codes tells what Excel has done to part numbers, ids and phone numbers.
func (b *builder) codes() {
	t := &b.texts
	if days := join(b.dates.realLow, b.dates.realHigh); days.count > 0 {
		b.fact("turned-dates", cells(days.count)+" of this column of codes "+hold(days.count)+" a date"+days.list()+": Excel has probably turned a code into it. Format the column as text and type them again.", days, true)
	}
	if t.dayMonth.count > 0 {
		b.fact("maybe-turned-dates", cells(t.dayMonth.count)+" of this column of codes "+hold(t.dayMonth.count)+" a day and a month"+t.dayMonth.list()+": Excel has perhaps turned a code into it.", t.dayMonth, true)
	}
	if powers := join(t.sciFormat, t.scientific); powers.count > 0 {
		b.fact("powers", cells(powers.count)+" of this column of codes "+hold(powers.count)+" a number in Excel's short form with an E"+powers.list()+": digits are lost, or a code was turned into a number.", powers, true)
	}
	if b.out.Typed.Content == Phone && b.numbers.real > 0 {
		b.fact("phones-as-numbers", several(b.numbers.real, "phone number is", "phone numbers are")+" stored as numbers: a plus or a zero in front is lost.", places{count: b.numbers.real}, true)
	}
}

func (b *builder) repair() {
	broken := b.texts.broken
	if broken.count == 0 {
		return
	}
	q := grid.Question{
		ID: askRepair, Text: "Mend the broken letters and signs of the column?", Default: "no", Cells: broken.refs,
		Why: cells(broken.count) + " " + hold(broken.count) + " text that was once opened in a wrong encoding" + broken.list() +
			", so that an é stands as Ã©, or a dash as a sign that nobody sees. Ferry can turn it back into what it was.",
		Choices: []grid.Choice{{Value: "yes", Label: "Yes: write the letters that were meant"}, {Value: "no", Label: "No: leave the text as it is"}},
	}
	value, _ := b.ask(q)
	b.out.Typed.Repair = value == "yes"
	text := cells(broken.count) + " " + hold(broken.count) + " broken letters or signs" + broken.list()
	if b.out.Typed.Repair {
		text += ", mended"
	}
	b.fact("mojibake", text+".", broken, !b.out.Typed.Repair)
}

// pad finds codes that have lost zeros in front: numbers shorter than the others,
// of which some begin with a zero, or postal codes of fewer than five digits
// among those of five.
func (b *builder) pad() {
	n := &b.numbers
	if b.out.Typed.Content != Code {
		return
	}
	length := 0
	for i, cells := range n.lengths {
		if cells.count > 0 && cells.count >= n.lengths[length].count {
			length = i
		}
	}
	zip := b.header&hintZip != 0 && length == 5
	if length < 2 || n.zeros.count == 0 && !zip {
		return
	}
	short := join(n.lengths[max(1, length-2):length]...)
	if short.count == 0 {
		return
	}
	size := strconv.Itoa(length)
	text := several(short.count, "code has", "codes have") + " fewer digits than the " + size + " of most others" + short.list() + ": zeros in front were perhaps lost"
	value, _ := b.ask(grid.Question{
		ID: askPad, Text: "Put back the zeros in front of the codes of the column?", Why: text + ".", Cells: short.refs, Default: "no",
		Choices: []grid.Choice{{Value: size, Label: "Yes: fill up to " + size + " digits"}, {Value: "no", Label: "No: leave them as they are"}},
	})
	b.out.Typed.Pad, _ = strconv.Atoi(value)
	if b.out.Typed.Pad > 0 {
		text += ", and are put back"
	}
	b.fact("lost-zeros", text+".", short, b.out.Typed.Pad == 0)
}

// severalValues proposes how cells with several values are parted.
func (b *builder) severalValues() {
	t := &b.texts
	best := 0
	for i, n := range t.splits {
		if n > t.splits[best] {
			best = i
		}
	}
	if t.splits[best] == 0 {
		return
	}
	names := map[string]string{";": "semicolons", "line": "line breaks", "/": "slashes", ",": "commas"}
	sign := splitSigns[best]
	text := cells(t.many.count) + " " + hold(t.many.count) + " several values" + t.many.list() + ", up to " + strconv.Itoa(t.parts[best]) + ", mostly parted by " + names[sign]
	q := grid.Question{
		ID: askSplit, Text: "Part the cells of the column that hold several values?", Why: text + ".", Cells: t.many.refs, Default: "no",
		Choices: []grid.Choice{{Value: sign, Label: "Yes: at " + names[sign] + ", into columns of their own"}, {Value: "no", Label: "No: leave each cell whole"}},
	}
	for i, other := range splitSigns {
		if i != best && t.splits[i] > 0 {
			q.Choices = append(q.Choices, grid.Choice{Value: other, Label: "Yes: at " + names[other]})
		}
	}
	if value := b.splitAt(q); value != "no" {
		b.out.Typed.Split = value
		for i, sign := range splitSigns {
			if sign == value {
				b.out.Parts = t.parts[i]
			}
		}
	}
	b.fact("several", text+".", t.many, false)
}

// splitAt asks only where a good part of the cells hold several values, or where
// a field holds one of them only: an address, a phone number.
func (b *builder) splitAt(q grid.Question) string {
	t := &b.texts
	if t.many.count*5 < b.full && t.emails == 0 && b.out.Typed.Content != Phone {
		b.quiet = true
		defer func() { b.quiet = false }()
	}
	if value, decided := b.ask(q); decided {
		return value
	}
	return q.Default
}

// listed reads words with commas or semicolons between.
func listed(text string) (words []string) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' }) {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}
