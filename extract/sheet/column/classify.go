package column

import "strings"

// classify says what a tidy text is written as, and counts what it looks like.
func (p *Profiler) classify(s string, k class) fit {
	if k&hasOther != 0 && isHTML(s) {
		p.texts.html += p.at.times
		return 0
	}
	switch {
	case k&hasDigit == 0:
		p.wordy(s, k)
		if is := truth(s); is >= 0 {
			p.truth(is, false)
			return fitsBoolean
		}
		return 0
	case k.only(hasDigit):
		return p.digits(s)
	case k&hasBreak != 0 || len(s) > longestNumber:
		p.texts.free += p.at.times
		p.wordy(s, k)
		return 0
	}
	return p.mixed(s, k)
}

// wordy counts what a text of words may be.
func (p *Profiler) wordy(s string, k class) {
	t := &p.texts
	switch {
	case k&(hasAt|hasColon|hasSemicolon|hasBreak|hasSlash|hasComma) != 0:
		p.marked(s, k)
	case k.only(hasLetter):
		t.plain += p.at.times
		if len(s) < len(t.letters) {
			t.letters[len(s)] += p.at.times
		}
	case k.only(hasLetter | hasWide | hasSpace | hasDash | hasDot | hasSign):
		t.plain += p.at.times
	}
}

// marked counts texts with marks that addresses and lists have.
func (p *Profiler) marked(s string, k class) {
	t := &p.texts
	if k&hasColon != 0 && strings.Contains(s, "://") || strings.HasPrefix(s, "www.") {
		t.urls += p.at.times
		return
	}
	list := listOf(s, k)
	if k&hasAt != 0 && isEmail(firstOf(s, list)) {
		t.emails += p.at.times
	}
	if list.split != "" {
		t.many.add(&p.at)
		t.count(list, p.at.times)
	}
}

// digits looks at a text of digits alone.
func (p *Profiler) digits(s string) (set fit) {
	n := &p.numbers
	n.whole += p.at.times
	if len(s) < len(n.lengths) {
		n.lengths[len(s)].add(&p.at)
	}
	if len(s) > 1 && s[0] == '0' {
		n.zeros.add(&p.at)
	}
	switch len(s) {
	case 1:
		if s == "0" || s == "1" {
			p.truth(int(s[0]-'0'), true)
			set = fitsBoolean
		}
	case 8:
		if parseDate(s).sense == oneWay {
			p.dates.digits += p.at.times
			set = fitsDate
		}
	}
	if len(s) > longestNumber {
		return set
	}
	n.texts.add(&p.at)
	if s != "0" {
		n.bare.add(&p.at)
	}
	return set | fitsNumber
}

// What dates and numbers are made of: a text with anything else is none.
const (
	numberMade = hasDigit | hasLetter | hasSpace | hasDash | hasDot | hasComma | hasSign | hasWide | untidy
	dateMade   = numberMade | hasSlash | hasColon
)

// mixed looks at a text of digits and other signs: it may be nearly anything.
func (p *Profiler) mixed(s string, k class) (set fit) {
	if k.only(dateMade) && k&(hasDash|hasSlash|hasDot|hasSpace|hasLetter) != 0 && mayBeDate(s) {
		var date bool
		if set, date = p.dateText(s); date {
			return set
		}
	}
	if k.only(numberMade) && beginsNumber(s) {
		set = p.numberText(s)
	}
	if k&(hasColon|hasLetter) != 0 && set == 0 && (isDigit(s[0]) || s[0] == '-') && mayBeTime(s) {
		set = p.clockText(s)
	}
	if set == 0 || set == fitsNumber && (s[0] == '+' || s[0] == '(' || k&hasSpace != 0) {
		p.shape(s, k)
	}
	return set
}

// dateText tells also whether the text is written as a date, be it an impossible
// one.
func (p *Profiler) dateText(s string) (set fit, date bool) {
	w := parseDate(s)
	d := &p.dates
	switch w.sense {
	case noDate:
		return 0, false
	case noSuchDay:
		d.impossible.add(&p.at)
		return 0, true
	case byOrder:
		d.by[w.orders].add(&p.at)
		if w.short {
			setBit(&d.firsts, w.parts[0])
			setBit(&d.lasts, w.parts[2])
		} else {
			p.yearOf(w.parts[2])
		}
	case oneWay:
		p.clearDate(&w)
	}
	d.texts += p.at.times
	if w.short {
		d.short.add(&p.at)
	}
	if !w.clock.midnight() {
		d.timed += p.at.times
	}
	if !w.clock.has {
		d.bare.add(&p.at)
	}
	if w.clock.offset != "" {
		d.zoned += p.at.times
	}
	return fitsDate, true
}

// clearDate looks at a text that says by itself which day it means.
func (p *Profiler) clearDate(w *written) {
	d := &p.dates
	if w.short {
		setBit(&d.years, w.parts[0])
	} else {
		p.yearOf(w.parts[0])
	}
	if w.speech != 0 {
		if d.named == 0 {
			d.speech = w.speech
		}
		d.speech &= w.speech
		d.named += p.at.times
	}
}

func (p *Profiler) numberText(s string) fit {
	var n numeral
	if !n.parse(s) {
		return 0
	}
	t := &p.numbers
	if n.power {
		t.power.add(&p.at)
		if n.excel {
			p.texts.scientific.add(&p.at)
		}
	}
	t.texts.add(&p.at)
	switch {
	case n.either && n.mark == '.':
		t.either[0].add(&p.at)
	case n.either:
		t.either[1].add(&p.at)
	case n.proves() == '.':
		t.point.add(&p.at)
	case n.proves() == ',':
		t.comma.add(&p.at)
	}
	if n.percent {
		t.signed.add(&p.at)
	} else if strings.Trim(n.body, "0., '") != "" {
		t.bare.add(&p.at)
	}
	p.amount(&n)
	if n.zeros {
		t.zeros.add(&p.at)
	}
	return fitsNumber
}

func (p *Profiler) amount(n *numeral) {
	t := &p.numbers
	if n.trail {
		t.trail += p.at.times
	}
	if n.shift != 0 && !n.power {
		t.short += p.at.times
	}
	if n.money != "" {
		t.inCurrency(n.money, &p.at)
	}
}

func (p *Profiler) clockText(s string) fit {
	if c, ok := parseClock(s, false); ok {
		switch {
		case c.half:
			return fitsTime
		case c.ofDay():
			return fitsTime | fitsDuration
		}
		return fitsDuration
	}
	if _, ok := parseSpan(s); ok {
		return fitsDuration
	}
	return 0
}

// shape counts what else a text with digits looks like.
func (p *Profiler) shape(s string, k class) {
	t := &p.texts
	switch {
	case k&hasAt != 0 || k&hasColon != 0:
		p.marked(s, k)
	case isPhone(s, k):
		t.phones += p.at.times
	case p.phones(s, k):
	case isDayMonth(s):
		t.dayMonth.add(&p.at)
	case k.only(hasDigit|hasLetter|hasDash|hasDot|hasSlash) || k&hasSpace == 0 && k.only(hasDigit|hasLetter|hasDash|hasDot|hasSlash|hasOther|hasSign|hasWide):
		t.codes += p.at.times
	default:
		t.free += p.at.times
		p.wordy(s, k)
	}
}

// phones counts a cell with several phone numbers.
func (p *Profiler) phones(s string, k class) bool {
	if k&(hasSlash|hasComma|hasSemicolon) == 0 {
		return false
	}
	list := listOf(s, k)
	if list.split == "" || !isOnePhone(firstOf(s, list)) {
		return false
	}
	p.texts.phones += p.at.times
	p.texts.many.add(&p.at)
	p.texts.count(list, p.at.times)
	return true
}
