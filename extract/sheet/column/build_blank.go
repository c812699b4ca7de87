package column

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
)

// blankWord is a word for nothing as it first stands in the column, with its cells.
type blankWord struct {
	places
	spelled string
}

// words asks about words for nothing. Sentences name them: they are of the list that
// Ferry has, and nobody's data.
func (b *builder) words() {
	if len(b.texts.nothing) == 0 {
		if value, ok := b.answer(askBlank); ok {
			b.readBlank(value, nil)
		}
		return
	}
	found := slices.Sorted(maps.Keys(b.texts.nothing))
	at := b.cellsOf(found)
	q := grid.Question{
		ID:    askBlank,
		Text:  "Do words such as N/A, none or a dash mean that there is no value?",
		Why:   cells(at.count) + " of the column " + hold(at.count) + " such a word or sign" + at.list() + ": " + b.counted(found) + ".",
		Cells: at.refs, Free: true, Form: "no, or the words that are read as blank with commas between", Default: "yes",
		Choices: []grid.Choice{{Value: "yes", Label: "Yes: read them as blank"}, {Value: "no", Label: "No: they are values"}},
	}
	if b.mayBeValues() {
		q.Text = "Does it mean that there is no value where the column holds " + b.counted(found) + "?"
		q.Why += " In this column it may also be a name or a code."
		q.Default = ""
	}
	value, _ := b.ask(q)
	b.readBlank(value, found)
}

// readBlank takes the answer which words are read as blank, and tells of the cells.
func (b *builder) readBlank(answer string, found []string) {
	words := found
	switch answer {
	case "yes":
	case "no", "":
		return
	default:
		words = listed(answer)
	}
	b.out.Typed.Blank = words
	if at := b.cellsOf(words); at.count > 0 {
		b.fact("blank-words", cells(at.count)+" with a word or sign for nothing, "+b.counted(words)+", "+are(at.count)+" read as blank"+at.list()+".", at, false)
	}
}

// cellsOf gives the cells that hold one of some words, as far as they are counted.
func (b *builder) cellsOf(words []string) places {
	var all []places
	for _, word := range words {
		if known := b.texts.nothing[strings.ToLower(word)]; known != nil {
			all = append(all, known.places)
			continue
		}
		for _, v := range b.out.Values {
			if strings.EqualFold(v.Text, word) {
				all = append(all, b.placesOf(&v))
			}
		}
	}
	return join(all...)
}

func (b *builder) placesOf(v *ValueCount) places {
	p := places{count: v.Count}
	for _, row := range v.Rows {
		p.refs = append(p.refs, grid.Ref{Sheet: b.at.Sheet, Column: b.at.Column, Row: row})
	}
	return p
}

// counted names words with the rows they stand in, the most frequent first. Words of
// a person's own are not named: they may be anything.
func (b *builder) counted(words []string) string {
	const most = 6
	var known []*blankWord
	rest := b.cellsOf(words).count
	for _, word := range words {
		if w := b.texts.nothing[strings.ToLower(word)]; w != nil {
			known = append(known, w)
		}
	}
	slices.SortStableFunc(known, func(x, y *blankWord) int { return cmp.Compare(y.count, x.count) })
	var parts []string
	for _, w := range known[:min(len(known), most)] {
		parts = append(parts, `"`+w.spelled+`" in `+several(w.count, "row", "rows"))
		rest -= w.count
	}
	if rest > 0 {
		parts = append(parts, "other words in "+several(rest, "row", "rows"))
	}
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// mayBeValues tells whether a word for nothing may be a name or a code: Null is a
// surname, NA a country.
func (b *builder) mayBeValues() bool {
	doubtful, short := false, false
	for word := range b.texts.nothing {
		doubtful = doubtful || nothing[word]
		short = short || nothing[word] && len(word) == 2
	}
	return doubtful && b.out.Typed.As == Text &&
		(b.header&(hintName|hintCountry|hintState|hintCode) != 0 || short && (b.header&(hintID|hintShortState) != 0 || b.mayBeStates()) ||
			b.half(b.texts.letters[2]))
}
