package column

import (
	"strings"

	"golang.org/x/text/language"

	"ferry/extract/sheet/grid"
)

// Some codes of two letters are what other people write where there is no value: NC
// is North Carolina, ND North Dakota, NA Naples, Navarre and Namibia. Whether a
// column holds codes of places, its header and its other cells tell.

// stateCodes are the codes of the states or provinces of countries that have such a
// one among theirs. Lists of the United States and of Canada are kept together.
var stateCodes = []map[string]bool{
	wordSet(`al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy
		dc as gu mp pr vi um aa ae ap ab bc mb nb nl ns nt nu on pe qc sk yt`),
	wordSet(`ag al an ao ar ap at av ba bt bl bn bg bi bo bz bs br ca cl cb ci ce ct cz ch co cs cr kr cn en fm fe fi fg fc fr ge go gr im is sp aq lt le lc li lo lu
		mc mn ms mt vs me mi mo mb na no nu og ot or pa pd pr pv pg pe pc pi pt pn pz po pu rg ra rc re ri rn rm ro sa ss sv si sr so su ta te tr tn tp ts to tv ud va ve
		vb vc vr vv vi vt`),
	wordSet(`ab al av ba bi bu ca cc ce co cr cs cu gc gi gr gu hu le lo lu ma ml mu na or ou po pm sa se sg so ss te tf to va vi za
		an ar as cb cl cm cn ct ex ga ib mc md nc pv ri vc`),
}

// isAmericanCode tells codes of the United States and Canada, which may stand alone
// in a column of states: all rows are of one.
func isAmericanCode(text string) bool { return stateCodes[0][text] }

// isCountryCode tells whether a text is a code of two letters of ISO 3166-1.
func isCountryCode(text string) bool {
	region, err := language.ParseRegion(text)
	return err == nil && region.IsCountry()
}

// keepCodes takes words for nothing that are codes here for values, and tells
// whether there are any.
func (b *builder) keepCodes() bool {
	isCode := b.codesHere()
	if isCode == nil {
		return false
	}
	words := map[string]*blankWord{}
	for word, cells := range b.texts.nothing {
		if len(word) != 2 || !isCode(word) {
			words[word] = cells
			continue
		}
		b.texts.plain += cells.count
		b.texts.letters[2] += cells.count
	}
	kept := len(words) < len(b.texts.nothing)
	b.texts.nothing = words
	return kept
}

// codesHere gives what tells the codes of the column; nil where it holds none.
// Without a header that says so nearly all of the column has to be such codes.
func (b *builder) codesHere() func(word string) bool {
	if len(b.texts.nothing) == 0 {
		return nil
	}
	others := b.others()
	all := among(others, func(string) bool { return true })
	state := b.header&hintState != 0
	switch {
	case all == 0 && (state || b.mayBeStates()):
		return isAmericanCode
	case b.header&hintCountry != 0 && all > 0 && among(others, isCountryCode)*100 >= all*80:
		return isCountryCode
	case state, b.most(all):
		if is := stateCodesOf(others, all); is != nil {
			return is
		}
	}
	if b.header&(hintID|hintCode) != 0 && b.half(all) {
		return func(string) bool { return true }
	}
	return nil
}

// mayBeStates tells of a column of words for nothing alone whether they may be codes
// of states: nobody fills a column with NC to say nothing, but a firm of North
// Carolina does under St. What another header than that says of it is believed.
func (b *builder) mayBeStates() bool {
	return b.full == 0 && (b.header&hintShortState != 0 || b.nameless())
}

// nameless tells whether the column has no header, and is called by its letters.
func (b *builder) nameless() bool {
	letters := grid.Letters(b.at.Column)
	return b.name == "" || b.at.Column > 0 && (b.name == letters || b.name == "Column "+letters)
}

// stateCodesOf gives what tells the codes of the country whose states most of the
// values are; nil of none.
func stateCodesOf(values []ValueCount, all int) func(word string) bool {
	var best func(string) bool
	most := 0
	for _, codes := range stateCodes {
		is := func(word string) bool { return codes[word] }
		if n := among(values, is); n > most && n*100 >= all*80 {
			best, most = is, n
		}
	}
	return best
}

// among counts the cells whose values are such ones.
func among(values []ValueCount, is func(word string) bool) (n int) {
	for _, v := range values {
		if is(strings.ToLower(v.Text)) {
			n += v.Count
		}
	}
	return n
}

// others are the values of two letters that are no words for nothing.
func (b *builder) others() (list []ValueCount) {
	for _, v := range b.out.Values {
		if len(v.Text) == 2 && classOf(v.Text).only(hasLetter) && !isNothing(v.Text) {
			list = append(list, v)
		}
	}
	return list
}
