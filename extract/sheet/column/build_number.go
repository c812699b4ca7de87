package column

import (
	"strings"

	"ferry/extract/sheet/grid"
)

// numberFacts decides how numbers are written, as far as the cells prove it, and
// asks for the rest.
func (b *builder) numberFacts() {
	n := &b.numbers
	b.quiet = b.out.Typed.As != Number
	defer func() { b.quiet = false }()
	b.decideDecimal()
	b.decidePercent()
	b.decideCurrency()
	if n.tails.count > 0 {
		b.fact("tails", several(n.tails.count, "number has", "numbers have")+" more than 15 digits from a calculation"+n.tails.list()+": read as Excel shows numbers, rounded to 15 digits.", n.tails, false)
	}
	if texts := n.texts; n.real > 0 && texts.count > 0 {
		b.fact("numbers-as-text", several(texts.count, "number is", "numbers are")+" stored as text"+texts.list()+", the others as numbers.", texts, false)
	}
	if n.short > 0 {
		b.fact("short-numbers", several(n.short, "number ends", "numbers end")+" in k or M: read as thousands and millions.", places{count: n.short}, false)
	}
	if n.trail > 0 {
		b.fact("accounting", several(n.trail, "number is", "numbers are")+" written with brackets or a minus behind: read as negative.", places{count: n.trail}, false)
	}
	if b.texts.scientific.count > 0 {
		b.fact("powers", several(b.texts.scientific.count, "number is", "numbers are")+" written in Excel's short form with an E"+b.texts.scientific.list()+": digits were lost when the file was saved.", b.texts.scientific, true)
	}
	if b.out.Typed.As == Number {
		b.misfits("number", "no number", fitsNumber, 0)
	}
}

var (
	decimalNames = map[string]string{".": "a point parts the decimals", ",": "a comma parts the decimals"}
	decimalSigns = []string{".", ","}
)

func (b *builder) decideDecimal() {
	n := &b.numbers
	point, comma, either := n.point, n.comma, join(n.either[0], n.either[1])
	if point.count+comma.count+either.count == 0 {
		return
	}
	text := makes(point, "can only have a decimal point", comma, "can only have a decimal comma", either, "could have either")
	switch {
	case point.count > 0 && comma.count > 0:
		b.doubt = b.doubt || !b.quiet && either.count > 0
		b.fact("decimal-both", text+": the column mixes both.", join(point, comma), true)
		b.askDecimal(either, text, either.count > 0)
	case point.count > 0:
		b.out.Typed.Decimal = "."
		b.fact("decimal-proven", text+": "+decimalNames["."]+".", point, false)
	case comma.count > 0:
		b.out.Typed.Decimal = ","
		b.fact("decimal-proven", text+": "+decimalNames[","]+".", comma, false)
	default:
		b.askDecimal(either, text, true)
	}
}

// makes counts numbers of three makes; those that are not there are not named.
func makes(a places, what string, b places, whatB string, c places, whatC string) string {
	var parts []string
	for i, at := range []places{a, b, c} {
		if at.count > 0 {
			parts = append(parts, several(at.count, "number", "numbers")+" "+[]string{what, whatB, whatC}[i]+at.list())
		}
	}
	return strings.Join(parts, ", ")
}

// askDecimal asks about numbers such as 1.234 alone, where there are any.
func (b *builder) askDecimal(either places, why string, needed bool) {
	if !needed {
		return
	}
	q := grid.Question{
		ID: askDecimal, Text: "Which sign parts the decimals in the numbers of the column?", Why: why + ".", Cells: either.refs,
		Choices: []grid.Choice{
			{Value: ".", Label: "the point: 1.234 is a little more than one, 1,234 is over a thousand"},
			{Value: ",", Label: "the comma: 1,234 is a little more than one, 1.234 is over a thousand"},
		},
	}
	if value, decided := b.ask(q); decided {
		b.out.Typed.Decimal = value
		b.fact("decimal-answered", several(either.count, "number", "numbers")+" "+are(either.count)+" read as you said: "+decimalNames[value]+".", either, false)
	}
}

func (b *builder) decidePercent() {
	n := &b.numbers
	with := join(n.signed, n.formats)
	if with.count == 0 {
		return
	}
	b.out.Typed.Shares = true
	if n.bare.count == 0 {
		b.fact("percent", several(with.count, "number", "numbers")+" "+are(with.count)+" written as percent: as a number, 12 % is 0.12.", with, false)
		return
	}
	value, _ := b.ask(grid.Question{
		ID: askPercent, Text: "What does 12 mean in the column where there is no percent sign?",
		Why:   several(with.count, "number has", "numbers have") + " a percent sign" + with.list() + ", " + several(n.bare.count, "number has", "numbers have") + " none" + n.bare.list() + ".",
		Cells: join(n.bare, with).refs,
		Choices: []grid.Choice{
			{Value: "points", Label: "12 %: the sign is missing"},
			{Value: "share", Label: "1200 %: 0.12 stands for 12 %"},
		},
	})
	b.out.Typed.Percent = value
}

func (b *builder) decideCurrency() {
	if len(b.out.Currencies) < 2 {
		return
	}
	first := b.out.Currencies[0]
	b.out.Typed.Currency = first
	var others []places
	for _, name := range b.out.Currencies[1:] {
		others = append(others, *b.numbers.money[name])
	}
	at := join(others...)
	b.fact("currencies", "The amounts are written in several currencies ("+strings.Join(b.out.Currencies, ", ")+"): "+cells(at.count)+" not in "+first+at.list()+" "+are(at.count)+" held.", at, true)
}

// truthFacts decides what a blank means among ticks.
func (b *builder) truthFacts() {
	if b.out.Typed.As != Boolean {
		return
	}
	t := &b.truths
	if b.kinds[grid.Boolean] == 0 && t.yes > 0 && t.no == 0 && b.blank > 0 {
		value, _ := b.ask(grid.Question{
			ID: askUnticked, Text: "What does a blank cell of the column mean?",
			Why: cells(t.yes) + " " + hold(t.yes) + " a yes or a tick, none a no, " + cells(b.blank) + " " + are(b.blank) + " blank.",
			Choices: []grid.Choice{
				{Value: "false", Label: "no"},
				{Value: "none", Label: "not known: leave it out"},
			},
		})
		if value == "false" {
			b.out.Typed.Unticked = value
		}
	}
	b.misfits("boolean", "neither yes nor no", fitsBoolean, 0)
}
