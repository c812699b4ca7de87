package column

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"ferry/extract/sheet/grid"
)

func TestV15ZIPsThatLostTheirZero(t *testing.T) {
	p := seen("ZIP", number("1234"), number("90210"), "02134", number("10001"), "90211")
	open := p.Profile(nil)
	assert.Equal(t, Code, open.Typed.Content)
	assert.Equal(t, Text, open.Typed.As)
	assert.Contains(t, open.Looks, "zip")
	f := fact(t, open, "lost-zeros")
	assert.Equal(t, 1, f.Count)
	assert.Equal(t, "B2", refs(f.Cells))
	assert.Equal(t, "no", question(t, open, "pad").Default)
	reads(t, open.Typed, number("1234"), "1234", "02134", "02134")
	reads(t, p.Profile(answered(map[string]string{"pad": "5"})).Typed, number("1234"), "01234", "234", "00234", "02134", "02134", "1234-5678", "1234-5678")
	assert.NotContains(t, ids(look("PLZ", "8001", "8002", "1000")), "pad", "four digits are right elsewhere")
}

func TestV16PartNumbersStayText(t *testing.T) {
	sci := grid.Cell{Kind: grid.Number, Raw: "100000", Text: "100000", Format: "0.00E+00"}
	p := look("Part number", "00123", "1E5", "3-4", "MAR1", day("2024-03-01"), sci, "1.00E+05", "3-Apr", "AB-12", "77–A")
	assert.Equal(t, Text, p.Typed.As)
	assert.Equal(t, Code, p.Typed.Content)
	assert.Equal(t, "B6", refs(fact(t, p, "turned-dates").Cells))
	assert.Equal(t, "B7 B8", refs(fact(t, p, "powers").Cells))
	assert.Equal(t, "B9", refs(fact(t, p, "maybe-turned-dates").Cells))
	reads(t, p.Typed, "00123", "00123", "1E5", "1E5", "3-4", "3-4", "MAR1", "MAR1", day("2024-03-01"), "! turned-date", sci, "! turned-power",
		"1.00E+05", "! power", "3-Apr", "3-Apr ? turned-date", number("77"), "77")
	p = look("Anything", "A-100", "B-200", "0012", "C77", "3-Apr")
	assert.Equal(t, Code, p.Typed.Content, "the cells say so without the header")
	p = look("Item", "Pump – 5 kW", "Filter 2 for pump", "Hose 12 m long")
	assert.Equal(t, Plain, p.Typed.Content, "a header is not enough: these are descriptions")
	p = look("Number", "007", "008", "100")
	assert.Equal(t, Text, p.Typed.As)
	reads(t, p.Proposed, "007", "007")
}

func TestV18PhonesStoredAsNumbers(t *testing.T) {
	p := look("Phone", number("33612345678"), "3.36E+10", "+33612345678", "0612345678")
	assert.Equal(t, Phone, p.Typed.Content)
	assert.Equal(t, Text, p.Typed.As)
	assert.True(t, fact(t, p, "phones-as-numbers").Warn)
	assert.Equal(t, "B3", refs(fact(t, p, "powers").Cells))
	reads(t, p.Typed, number("33612345678"), "33612345678", "3.36E+10", "! power", "0612345678", "0612345678")
}

func TestV19PhonesAsTheyAreTyped(t *testing.T) {
	p := seen("Tel.", "+33 (0)6 12 34 56 78", "06.12.34.56.78 ext 4", "06 12 34 56 78 / 06 98 76 54 32", "call the office")
	open := p.Profile(nil)
	assert.Contains(t, open.Looks, "phone")
	assert.Equal(t, Phone, open.Typed.Content)
	assert.Equal(t, "B4", refs(fact(t, open, "several").Cells))
	assert.Equal(t, "no", question(t, open, "split").Default)
	reads(t, open.Typed, "+33 (0)6 12 34 56 78", "+33 (0)6 12 34 56 78", "06.12.34.56.78 ext 4", "06.12.34.56.78 ext 4", "call the office", "call the office",
		"06 12 34 56 78 / 06 98 76 54 32", "06 12 34 56 78 / 06 98 76 54 32")
	assert.Contains(t, look("", "+33 6 12 34 56 78", "(719) 388-1967", "+49 30 123456").Looks, "phone", "the cells say so without the header")
}

func TestS16SeveralValuesInACell(t *testing.T) {
	p := seen("Emails", "a@x.fr; b@x.fr; c@x.fr", "d@x.fr", "e@x.fr\nf@x.fr", "g@x.fr;h@x.fr")
	open := p.Profile(nil)
	assert.Contains(t, open.Looks, "email")
	q := question(t, open, "split")
	assert.Equal(t, "no", q.Default)
	assert.Equal(t, "B2 B4 B5", refs(q.Cells))
	reads(t, open.Typed, "a@x.fr; b@x.fr", "a@x.fr; b@x.fr")
	done := p.Profile(answered(map[string]string{"split": ";"}))
	assert.Equal(t, 3, done.Parts)
	r := done.Typed.Compile()
	c := cellOf("a@x.fr; b@x.fr ;; c@x.fr")
	for n, want := range []string{"a@x.fr", "b@x.fr", "c@x.fr", ""} {
		text, problem := r.Part(&c, n+1)
		assert.Nil(t, problem)
		assert.Equal(t, want, text)
	}
	assert.NotContains(t, ids(look("Notes", "see the manual; then call, please, before the end of the month at the latest")), "split")
	assert.NotContains(t, ids(look("Name", "Smith, John", "Doe, Jane")), "split", "a comma parts names as well")
}

func TestV24YesAndNoInFiveLanguages(t *testing.T) {
	p := look("Active", "yes", "Non", "oui", "NEIN", "sì", "X", "✓", "1", "0", "true", "perhaps")
	assert.Equal(t, Boolean, p.Typed.As)
	assert.Equal(t, "B12", refs(fact(t, p, "no-boolean").Cells))
	assert.Equal(t, Text, p.Proposed.As)
	reads(t, p.Typed, "yes", "true", "Non", "false", "oui", "true", "NEIN", "false", "sí", "true", "falso", "false", "x", "true", "✓", "true", "✗", "false",
		number("1"), "true", number("0"), "false", number("2"), "! boolean", "perhaps", "! boolean", "", "", grid.Cell{Kind: grid.Boolean, Text: "false"}, "false", day("2024-01-01"), "! boolean")
	own := p.Typed
	own.Yes, own.No = []string{"actif"}, []string{"Inactif", "x"}
	reads(t, own, "Actif", "true", "inactif", "false", "x", "false", "oui", "true")
	assert.Equal(t, Number, look("Floors", "1", "0", "1").Typed.As)
}

func TestV24WhatABlankMeansAmongTicksIsAsked(t *testing.T) {
	p := seen("Newsletter", "x", "", "", "x")
	assert.Empty(t, question(t, p.Profile(nil), "unticked").Default)
	reads(t, p.Profile(nil).Typed, "", "", "x", "true")
	reads(t, p.Profile(answered(map[string]string{"unticked": "false"})).Typed, "", "false", " ", "false")
	reads(t, p.Profile(answered(map[string]string{"unticked": "none"})).Typed, "", "")
	assert.Empty(t, look("Newsletter", "yes", "no", "").Questions)
}

func TestV28WordsForNothing(t *testing.T) {
	p := seen("Remark", "N/A", "-", "none", "fine", "?", "n/a", ".", "null", "ok then", "0000-00-00")
	open := p.Profile(nil)
	q := question(t, open, "blank")
	assert.Equal(t, "yes", q.Default)
	assert.Equal(t, []string{"-", ".", "0000-00-00", "?", "n/a", "none", "null"}, open.Typed.Blank)
	assert.Equal(t, 8, fact(t, open, "blank-words").Count)
	assert.Equal(t, 2, open.Reads[Text])
	reads(t, open.Proposed, "N/A", "", "None", "", "-", "", "fine", "fine", " - ", "")
	reads(t, p.Profile(answered(map[string]string{"blank": "no"})).Proposed, "N/A", "N/A")
	reads(t, p.Profile(answered(map[string]string{"blank": "fine, -"})).Proposed, "N/A", "N/A", "Fine", "", "-", "")
	name := look("Last name", "Null", "Smith")
	assert.Empty(t, question(t, name, "blank").Default, "a surname")
	reads(t, name.Proposed, "Null", "Null")
	assert.Empty(t, question(t, look("Land", "NA", "Germany", "France"), "blank").Default, "a country, or none")
	typed := look("Due", "25/01/2024", "N/A", "-")
	assert.True(t, typed.Sure, "words for nothing are no bad dates")
	reads(t, typed.Typed, "N/A", "")
	cleared := p.Profile(answered(map[string]string{"clear-word": "DELETE"}))
	reads(t, cleared.Proposed, "delete", ClearText)
}

func TestV30SpacesThatNobodySees(t *testing.T) {
	p := look("City", "New\u00a0York", " Paris ", "Le  Havre", "Ber\u200blin", "\ufeffRome", "two\n  lines")
	for code, cells := range map[string]string{"no-break-spaces": "B2", "spaces": "B3 B4", "zero-width": "B5 B6"} {
		assert.Equal(t, cells, refs(fact(t, p, code).Cells), code)
	}
	assert.Equal(t, 6, p.Distinct)
	reads(t, p.Proposed, "New\u00a0York", "New York", " Paris ", "Paris", "Le  Havre", "Le Havre", "Ber\u200blin", "Berlin", "\ufeffRome", "Rome",
		"two\n  lines", "two\n  lines", "\u00a0\u200b ", "", "a\tb", "a\tb")
	reads(t, Reading{}, " Le  Havre\u00a0", "Le  Havre", "New\u00a0York", "New\u00a0York")
}

func TestV32MojibakeIsShownNeverMendedUnasked(t *testing.T) {
	p := seen("Name", "GÃ©rard", "Gérard", "MÃ¼ller", "Itâ€™s", "Ãlvaro", "SÃO PAULO")
	open := p.Profile(nil)
	assert.Equal(t, "no", question(t, open, "repair").Default)
	assert.Equal(t, "B2 B4 B5", refs(fact(t, open, "mojibake").Cells))
	reads(t, open.Proposed, "GÃ©rard", "GÃ©rard ? mojibake", "Gérard", "Gérard", "SÃO PAULO", "SÃO PAULO")
	reads(t, p.Profile(answered(map[string]string{"repair": "yes"})).Proposed, "GÃ©rard", "Gérard", "MÃ¼ller", "Müller", "Itâ€™s", "It’s", "Gérard", "Gérard", "Ãlvaro", "Ãlvaro")
}

// Windows-1252 that was read as ISO 8859-1: its dashes and quotes became control
// characters that nobody sees.
func TestV32DashesThatBecameControlCharacters(t *testing.T) {
	p := seen("Name", "d\u0092Angludet", "A \u0096 B", "é\u0081", "fine")
	assert.Equal(t, "B2 B3", refs(fact(t, p.Profile(nil), "mojibake").Cells))
	reads(t, p.Profile(answered(map[string]string{"repair": "yes"})).Proposed, "d\u0092Angludet", "d’Angludet", "A \u0096 B", "A – B", "fine", "fine")
}

func TestV33LettersOfAllKindsAreKept(t *testing.T) {
	p := look("Name", "Ge\u0301rard", "Gérard", "👩\u200d🔧 Anna", "𝛼-test", "Ivan\u200e", "Раypal")
	assert.Equal(t, 5, p.Distinct, "both ways to write é are one value")
	assert.Equal(t, "B2", refs(fact(t, p, "composed").Cells))
	reads(t, p.Proposed, "Ge\u0301rard", "Gérard", "👩\u200d🔧 Anna", "👩\u200d🔧 Anna", "𝛼-test", "𝛼-test", "Ivan\u200e", "Ivan\u200e", "Раypal", "Раypal")
	reads(t, Reading{}, "Ge\u0301rard", "Ge\u0301rard")
}

func TestV34TypographyIsFoldedInCodesAndPhonesOnly(t *testing.T) {
	reads(t, look("Part no", "AB–12", "AB\u00ad13", "“C4”").Typed, "AB–12", "AB-12", "AB\u00ad13", "AB13", "“C4”", `"C4"`)
	reads(t, look("Phone", "06–12–34–56–78", "+33\u00a06 12 34 56 78").Typed, "06–12–34–56–78", "06-12-34-56-78", "+33\u00a06 12 34 56 78", "+33 6 12 34 56 78")
	reads(t, look("Notes", "he said “yes” – twice").Typed, "he said “yes” – twice", "he said “yes” – twice", "soft\u00adhyphen", "soft\u00adhyphen")
	assert.Equal(t, 3, fact(t, look("Part no", "AB–12", "AB\u00ad13", "“C4”"), "typographic").Count)
}

func TestCellsWithoutAValueOfTheirOwn(t *testing.T) {
	bad := grid.Cell{Kind: grid.Error, Raw: "#REF!", Text: "#REF!"}
	formula := grid.Cell{Kind: grid.Blank, Flags: grid.Formula | grid.NoCache}
	cut := grid.Cell{Kind: grid.Text, Text: "a\ufffd", Flags: grid.Undecoded}
	p := look("Price", bad, formula, cut, number("12"))
	assert.Equal(t, "B2", refs(fact(t, p, "errors").Cells))
	assert.Equal(t, "B3", refs(fact(t, p, "no-cache").Cells))
	assert.Equal(t, "B4", refs(fact(t, p, "undecoded").Cells))
	for _, as := range []As{Text, Number, Date, Time, Duration, Boolean} {
		reads(t, Reading{As: as, Unticked: "false"}, bad, "! error", formula, "! no-cache", cut, "! undecoded")
	}
	blank := Reading{Blank: []string{"#REF!"}}
	reads(t, blank, bad, "")
	reads(t, Reading{Clean: true, Replace: map[string]string{"a\u00a0b": "c", "d e": "f"}}, "a\u00a0b", "c", "a b", "a b", "d\u00a0e", "f")
	reads(t, Reading{Replace: map[string]string{"Hgih": "High", "#REF!": "none"}}, " Hgih ", "High", bad, "none", "hgih", "hgih")
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"GÃ©rard", "Ge\u0301rard ", "a@x.fr; b@x.fr", "3.36E+10", "06.12 ext 4", "\u00a0", "N/A", "1-Mar", "Ãƒ\x80", "<p>x</p>", "\u200d", "12345678\r12345678901\r12345 / 5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1<<12 {
			return
		}
		c := grid.Cell{Kind: grid.Text, Text: s}
		p := New("Any name").Place("", 1)
		p.Add(1, &c)
		p.Add(2, &c)
		sieved(t, s)
		again := repeat(mostPlaces+2, c, "other")
		require.Equal(t, profiled("Any name", true, again), profiled("Any name", false, again))
		profile := p.Profile(nil)
		require.Equal(t, 2, profile.Cells+profile.Blank)
		require.LessOrEqual(t, profile.Reads[Text], profile.Cells)
		for as, n := range profile.Reads {
			require.LessOrEqual(t, n, profile.Cells, as)
		}
		for _, reading := range []Reading{profile.Proposed, profile.Typed, {}, {Content: Phone, Pad: 9, Clean: true, Repair: true, Split: ";"}} {
			r := reading.Compile()
			text, problem := r.Read(&c)
			require.True(t, problem == nil || problem.Warn || text == "")
			if utf8.ValidString(s) {
				require.True(t, utf8.ValidString(text))
				require.True(t, !reading.Clean || norm.NFC.IsNormalString(text) || problem != nil, "%q", text)
			}
			require.Equal(t, strings.TrimSpace(text), text)
		}
	})
}
