package column

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// dateFacts decides order and century of the dates, as far as the cells prove
// them, and asks for the rest.
func (b *builder) dateFacts() {
	d := &b.dates
	if b.out.Reads[Date]+d.impossible.count == 0 {
		return
	}
	// Nobody is asked about the few dates of a column of something else.
	b.quiet = b.out.Typed.As != Date && b.out.Typed.As != DateTime && (b.header&hintDate == 0 || !b.half(b.out.Reads[Date]))
	defer func() { b.quiet = false }()
	b.decideDates(b.proof())
	b.oddDates()
}

// proof is what the dates that are written as text prove of their order.
type proof struct {
	day, month, year, both places // can only be day/month, month/day, year first; could be both
	orders                 orders
	texts                  int
}

// proof weighs year-first dates with two-digit years only where the first part
// takes fewer values than the last, as years do.
func (b *builder) proof() proof {
	d := &b.dates
	masks := d.by
	first := bits.OnesCount64(d.firsts[0]) + bits.OnesCount64(d.firsts[1])
	last := bits.OnesCount64(d.lasts[0]) + bits.OnesCount64(d.lasts[1])
	if masks[ymd].count == 0 && first >= last {
		for set := ymd + 1; set < ymd<<1; set++ {
			masks[set&^ymd] = join(masks[set&^ymd], masks[set])
			masks[set] = places{}
		}
	}
	p := proof{orders: dmy | mdy | ymd}
	for set, cells := range masks {
		if cells.count == 0 {
			continue
		}
		set := orders(set)
		p.orders &= set
		p.texts += cells.count
		switch {
		case set&(dmy|mdy) == dmy|mdy:
			p.both = join(p.both, cells)
		case set&dmy != 0:
			p.day = join(p.day, cells)
		case set&mdy != 0:
			p.month = join(p.month, cells)
		default:
			p.year = join(p.year, cells)
		}
	}
	return p
}

var orderNames = map[Order]string{DayFirst: "day/month/year", MonthFirst: "month/day/year", YearFirst: "year/month/day"}

func (b *builder) decideDates(p proof) {
	t := &b.out.Typed
	if b.swapped(p) {
		b.decideSwap(p)
	}
	switch {
	case p.texts == 0:
	case p.orders == 0:
		b.contradiction(p)
	case bits.OnesCount8(uint8(p.orders)) == 1:
		t.Order = orderOf(p.orders)
		b.fact("dates-proven", p.sentence()+": read as "+orderNames[t.Order]+".", proving(p), false)
	default:
		b.askOrder(p)
	}
	b.decideCentury()
}

// proving gives the cells that decide.
func proving(p proof) places { return join(p.day, p.month, p.year) }

func orderOf(set orders) Order {
	for order, of := range orderSets {
		if of == set {
			return order
		}
	}
	return ""
}

// sentence counts what the dates can be.
func (p *proof) sentence() string {
	var parts []string
	part := func(at places, what string) {
		switch {
		case at.count == 0:
		case at.count == p.texts:
			all := "all " + strconv.Itoa(p.texts) + " dates "
			if p.texts == 1 {
				all = "the one date "
			}
			parts = append(parts, all+what)
		case len(parts) == 0:
			parts = append(parts, fmt.Sprintf("%d of %s %s", at.count, several(p.texts, "date", "dates"), what))
		default:
			parts = append(parts, strconv.Itoa(at.count)+" "+what)
		}
	}
	part(p.day, "can only be day/month"+p.day.list())
	part(p.month, "can only be month/day"+p.month.list())
	part(p.year, "can only begin with the year"+p.year.list())
	part(p.both, "could be both")
	return strings.Join(parts, ", ")
}

func (b *builder) askOrder(p proof) {
	at := join(p.both, p.day, p.month)
	q := grid.Question{
		ID:    askDates,
		Text:  "How are the dates of the column written?",
		Why:   "No cell proves it: " + p.sentence() + ".",
		Cells: at.refs,
	}
	for _, order := range []Order{DayFirst, MonthFirst, YearFirst} {
		if p.orders&orderSets[order] != 0 {
			q.Choices = append(q.Choices, grid.Choice{Value: string(order), Label: orderNames[order]})
		}
	}
	if value, decided := b.ask(q); decided {
		b.out.Typed.Order = Order(value)
		b.fact("dates-answered", several(p.texts, "date", "dates")+" "+are(p.texts)+" read as "+orderNames[Order(value)]+", as you said.", at, false)
	}
}

// likelyTypos is how many cells that contradict all others may be mistyped ones.
const likelyTypos = 10

// apart is the answer that only takes dates that can be read in one way.
const apart = "apart"

// contradiction is what a column says in which both orders are proven: none can be
// taken for it.
func (b *builder) contradiction(p proof) {
	at := proving(p)
	text := p.sentence() + ": the column mixes two orders, so the others cannot be known."
	b.doubt = b.doubt || !b.quiet
	q := grid.Question{
		ID: askDates, Text: "The column mixes dates as day/month with dates as month/day. How should it be read?",
		Why: text + " Best correct the cells named in the file, or write all dates as 2024-01-31, and send it again.", Cells: at.refs,
		Choices: []grid.Choice{{Value: apart, Label: "take only the dates that can be read in one way; hold the rows of the others"}},
	}
	for _, side := range []struct {
		order       Order
		with, other places
	}{{DayFirst, p.day, p.month}, {MonthFirst, p.month, p.day}} {
		if n := side.other.count; p.year.count == 0 && n <= likelyTypos && side.with.count >= 50*n {
			q.Choices = append(q.Choices, grid.Choice{Value: string(side.order), Label: "as " + orderNames[side.order] + "; hold the rows that contradict it, which may be mistyped"})
		}
	}
	value, decided := b.ask(q)
	if decided && value != apart {
		b.out.Typed.Order = Order(value)
	}
	b.fact("dates-both", text, at, true)
}

// swapped tells whether the column shows what Excel does to a text file of the
// other order: dates whose day is at most 12 became real ones with day and month
// exchanged, all others stayed text.
func (b *builder) swapped(p proof) bool {
	d := &b.dates
	oneSide := (p.day.count > 0) != (p.month.count > 0)
	return d.realLow.count > 0 && d.realHigh.count == 0 && oneSide && p.both.count == 0 && p.year.count == 0
}

func (b *builder) decideSwap(p proof) {
	d := &b.dates
	why := fmt.Sprintf("All %s that Excel knows have a day of at most 12%s, and all %s that stayed text have one above 12%s. "+
		"This is what Excel leaves when it opens a text file whose dates have the other order: where it could, it took the day for the month.",
		several(d.realLow.count, "date", "dates"), d.realLow.list(), several(p.texts, "date", "dates"), join(p.day, p.month).list())
	b.out.Typed.Swapped = SwapRefuse
	value, decided := b.ask(grid.Question{
		ID: askSwapped, Text: "Has Excel exchanged day and month in this column?",
		Why:   why + " Best read the original text file instead.",
		Cells: join(d.realLow, p.day, p.month).refs,
		Choices: []grid.Choice{
			{Value: string(SwapBack), Label: "Yes: exchange them back in " + cells(d.realLow.count)},
			{Value: "right", Label: "No: the dates that Excel knows are right"},
		},
	})
	b.fact("dates-swapped", why, d.realLow, true)
	if decided {
		if b.out.Typed.Swapped = SwapNone; value == string(SwapBack) {
			b.out.Typed.Swapped = SwapBack
		}
	}
}

// oddDates tells of dates that cannot be, and of cells that hold none.
func (b *builder) oddDates() {
	d := &b.dates
	if d.impossible.count > 0 {
		b.fact("dates-impossible", several(d.impossible.count, "date is", "dates are")+" not in the calendar"+d.impossible.list()+".", d.impossible, true)
	}
	if d.early.count > 0 {
		b.fact("dates-early", several(d.early.count, "date has", "dates have")+" a year before "+strconv.Itoa(earliestYear)+d.early.list()+".", d.early, true)
	}
	if d.far.count > 0 {
		b.fact("dates-far", several(d.far.count, "date is", "dates are")+" more than a hundred years away"+d.far.list()+".", d.far, true)
	}
	if d.leap.count > 0 {
		b.fact("dates-leap", several(d.leap.count, "date is one", "dates are ones")+" that Excel counts but the calendar does not have"+d.leap.list()+".", d.leap, true)
	}
	if real := d.realLow.count + d.realHigh.count; real > 0 && d.texts > 0 {
		b.fact("dates-mixed", several(real, "date is", "dates are")+" known to Excel as such, "+strconv.Itoa(d.texts)+" "+are(d.texts)+" text.", places{count: d.texts}, false)
	}
	if d.bare.count > 0 && b.out.Typed.As == DateTime {
		b.fact("days-among-times", cells(d.bare.count)+" "+hold(d.bare.count)+" a day without a time, among others with one"+d.bare.list()+": where the field takes a time, it is midnight (T00:00:00).", d.bare, false)
	}
	b.misfits("date", "no date", fitsDate, d.impossible.count)
}

// misfits tells of the cells that are not written as the type of their column;
// told of them have been named already.
func (b *builder) misfits(code, none string, bit fit, told int) {
	_, others := b.split(bit)
	if others.count -= told; others.count > 0 {
		b.fact("no-"+code, cells(others.count)+" "+hold(others.count)+" "+none+others.list()+".", others, true)
	}
}
