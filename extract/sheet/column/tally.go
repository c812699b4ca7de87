package column

// fit is a set of the types that a cell is written as.
type fit uint8

const (
	fitsDate fit = 1 << iota
	fitsNumber
	fitsBoolean
	fitsTime
	fitsDuration
	fitSets = 1 << iota
)

// dates is what is known of the dates of a column.
type dates struct {
	realLow  places    // days that Excel knows, at most the 12th
	realHigh places    // the others
	texts    int       // dates that are written as text
	by       [8]places // texts by the orders they allow
	impossible,
	early,
	far,
	leap places // not in the calendar; before 1800; over a hundred years away; counted by Excel alone
	timed  int       // with a time of day
	bare   places    // without one
	zoned  int       // with an offset
	short  places    // with a two-digit year
	firsts [2]uint64 // two-digit first parts of texts with a short year
	lasts  [2]uint64 // their last parts
	years  [2]uint64 // short years that are known, of names of months
	speech speech    // languages that know all names of months; 0 none was named
	named  int
	digits int // eight digits and nothing else
	serial int // numbers that may be Excel's of a day
}

// numbers is what is known of the numbers of a column.
type numbers struct {
	real      int // that Excel knows
	texts     places
	point     places    // texts that prove a decimal point
	comma     places    // a decimal comma
	either    [2]places // one sign before three digits: a point, a comma
	signed    places    // percent signs in texts
	formats   places    // percents by their format
	bare      places    // neither, and not 0
	money     map[string]*places
	amounts   int // by their format
	formatted moneyFormats
	trail     int // minus behind, or brackets
	short     int // 1,2k
	power     places
	tails     places
	long      places
	whole     int // texts of digits alone
	zeros     places
	lengths   [24]places // whole numbers by their digits
	padded    int        // by a format such as 00000
}

// truths is what is known of the yes and no of a column.
type truths struct {
	yes, no int
	words   int // that are no digits
}

// texts is what is known of the texts of a column.
type texts struct {
	spaces, wide, zero, composed,
	broken, // accents
	marks, // typographic quotes and dashes, soft hyphens
	scientific, // 3.36E+10
	sciFormat, // numbers that Excel shows with an E
	dayMonth, // 3-Apr, Mar-01
	many places // several values
	emails, urls, phones, codes int
	splits, parts               [4]int // cells with several values, and the most in one, by what parts them
	letters                     [4]int // texts of letters alone, by their length up to 3
	plain                       int    // texts of words alone
	free                        int    // texts of words and numbers
	html                        int
	nothing                     map[string]*blankWord // words for nothing, in small letters
}

func (n *numbers) inCurrency(sign string, at *spot) {
	if n.money == nil {
		n.money = map[string]*places{}
	}
	if n.money[sign] == nil {
		n.money[sign] = &places{}
	}
	n.money[sign].add(at)
}

func setBit(set *[2]uint64, n int) { set[n>>6&1] |= 1 << (n & 63) }
