package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sampleWords begin the cells of a row that only shows how to fill in a template.
var sampleWords = wordSet(`example sample eg exemple beispiel bsp zb ejemplo esempio`)

func sampleLabel(text string) bool {
	words := strings.Fields(fold(text))
	if len(words) == 0 {
		return false
	}
	return sampleWords[words[0]] || len(words) > 1 && sampleWords[words[0]+words[1]]
}

// sampleAlone tells whether a text is such a word alone, up to a colon, or one of
// the short forms that no name begins with: "Example: Smith", "e.g. Smith".
func sampleAlone(text string) bool {
	label, _, _ := strings.Cut(text, ":")
	words := strings.Fields(fold(label))
	return sampleWords[strings.Join(words, "")] || len(words) > 1 && sampleWords[words[0]+words[1]]
}

// unitWords are what a column is measured in, or what it takes.
var unitWords = wordSet(`kg g mg t lb lbs oz m mm cm km mi ft in inch inches l ml s sec min h hr hrs hours minutes days
	years eur usd gbp chf euro euros dollars pct percent pcs pieces stk stueck units unit m2 m3 sqm kwh kw w v a c f hz
	text number date string integer decimal boolean required optional yyyymmdd ddmmyyyy mmddyyyy obligatoire facultatif
	texte nombre pflicht pflichtfeld zahl datum texto numero fecha testo data stunden tage heures jours ms us n na`)

// unitSigns are units that are no words.
var unitSigns = map[string]bool{"%": true, "€": true, "$": true, "£": true, "°": true, "°C": true, "°F": true, "#": true, "m²": true, "m³": true}

// longUnit is how many characters a unit in brackets has at most.
const longUnit = 20

// unitText tells whether a text is nothing but a unit or the form of what to fill
// in: "kg", "EUR/h", "(mm)", "text (required)", "dd/mm/yyyy".
func unitText(text string) bool {
	text = strings.TrimSpace(text)
	if inner, ok := bracketed(text); ok {
		return unitSigns[inner] || utf8.RuneCountInString(inner) <= longUnit && classOfText(inner) == word
	}
	if at := strings.IndexAny(text, "(["); at > 0 {
		if _, ok := bracketed(text[at:]); !ok {
			return false
		}
		text = strings.TrimSpace(text[:at])
	}
	if dateForm(text) {
		return true
	}
	for part := range strings.SplitSeq(text, "/") {
		if part = strings.TrimSpace(part); !unitSigns[part] && !unitWords[strings.Join(strings.Fields(fold(part)), "")] {
			return false
		}
	}
	return true
}

// bracketed gives what stands in the brackets that a text is enclosed by.
func bracketed(text string) (inner string, ok bool) {
	if len(text) < 3 || text[0] != '(' && text[0] != '[' || text[len(text)-1] != ')' && text[len(text)-1] != ']' {
		return "", false
	}
	inner = strings.TrimSpace(text[1 : len(text)-1])
	return inner, inner != "" && !strings.ContainsAny(inner, "()[]")
}

// dateForm tells whether a text shows how days or times are written: groups of one
// letter each, as in dd/mm/yyyy, TT.MM.JJJJ or hh:mm.
func dateForm(text string) bool {
	groups := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune("/.:- ", r) })
	for _, g := range groups {
		if len(g) > 4 || !strings.ContainsRune("dmyhsjatg", rune(g[0])) || strings.Trim(g, g[:1]) != "" {
			return false
		}
	}
	return len(groups) > 1
}

// footerWords begin, or stand in, what reports print below a table.
var footerWords = wordSet(`total totals end report generated printed exported page pages source sources note notes copyright
	confidential disclaimer records rows count fin edition imprime genere exporte lignes enregistrements remarque
	ende bericht gedruckt erstellt exportiert seite quelle hinweis vertraulich zeilen datensaetze fuente pagina generado
	impreso filas registros nota fonte stampato generato righe summe gesamt somme suma somma totale date datum fecha data`)

// footerGlue stands between footerWords.
var footerGlue = wordSet(`of the on at from to by and in list file export grand general generale sub sous de du des der die das vom von
	am um und le la les el los del al di il per page pages`)

// endWords begin the last line of a report.
var endWords = wordSet(`end ende fin fine`)

func footerLabel(text string) bool {
	if strings.ContainsAny(text, "©*") {
		return true
	}
	words := strings.Fields(fold(text))
	for i, w := range words {
		if i > 3 {
			break
		}
		if footerWords[w] {
			return true
		}
	}
	return false
}

// closes tells whether a text is what reports end with and nothing else: "Page 1 of
// 3", "Printed: Anna", "End of report", "Grand total". "End of Line Cafe" and "Page
// Records" may be names.
func closes(text string) bool {
	if label, _, ok := strings.Cut(text, ":"); ok && spoken(label) {
		return true
	}
	if !spoken(text) {
		return false
	}
	words := strings.Fields(fold(text))
	return totalAlone(text) || endWords[words[0]] && len(words) > 1 || strings.ContainsFunc(text, unicode.IsDigit)
}

// countOf tells whether a text is a number and what is counted: "9 customers".
func countOf(text string) bool {
	words := strings.Fields(text)
	return len(words) == 2 && digitsOnly(words[0]) && classOfText(words[1]) == word
}

// spoken tells whether a text is made of footerWords, of what stands between them
// and of numbers.
func spoken(text string) bool {
	said := false
	for _, w := range strings.Fields(fold(text)) {
		own := footerWords[w] || totalWords[w]
		if !own && !footerGlue[w] && !digitsOnly(w) {
			return false
		}
		said = said || own
	}
	return said
}

// prose tells whether a text is a sentence: some words, most of them with small
// letters, and the signs that sentences have.
func prose(text string) bool {
	words, small := strings.Fields(text), 0
	for _, w := range words {
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsLower(r) {
			small++
		}
	}
	text = strings.TrimSpace(text)
	signs := strings.Contains(text, ": ") || strings.Contains(text, ". ") || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?")
	return len(words) >= 6 && small >= 3 && 2*small >= len(words)-2 && signs
}
