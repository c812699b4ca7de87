package record

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNamesWithoutTheirSpelling(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"SARL Dupont", "Dupont S.A.R.L.", true},
		{"Müller GmbH & Co. KG", "Muller", true},
		{"Acme, Inc.", "ACME", true},
		{"Dupont Jean", "Jean Dupont", true},
		{"Dupont", "Durand", false},
		{"Dupont Nord", "Dupont Sud", false},
		{"Site 0-1", "Site 1-0", false}, // digits keep their order
		{"Lager 2, Nord", "LAGER 2 NORD", true},
		{"Ann Archer", "Archer, Ann", true},
		{"AG", "SA", false}, // nothing telling is left of either
	} {
		var l Looser
		a := string(l.Name(c.a))
		b := string(l.Name(c.b))
		assert.Equal(t, c.same, a != "" && a == b, "%s, %s: %q %q", c.a, c.b, a, b)
	}
}

// The short way of plain texts gives what the way of all texts gives.
func TestPlainNamesAreFoldedAsOthers(t *testing.T) {
	var plain, other Looser
	for _, text := range []string{
		"", " ", "a", "ACME Inc.", "Smith, John", "smith john ltd", "O'Brien-Smith / Partners", "Site 2 of 1", "1-800-FLOWERS", "A.B.C. Co", "x\ty\nz", "#", "..", "  two  spaces  ", "AT&T", "S.A.R.L. Dupont",
	} {
		require.True(t, plain.ascii([]byte(text)), text)
		other.letters([]byte(text))
		assert.Equal(t, words(&other), words(&plain), "%q", text)
		plain, other = Looser{}, Looser{}
	}
	assert.False(t, plain.ascii([]byte("Müller")))
}

func words(l *Looser) (all []string) {
	for _, word := range l.words {
		all = append(all, string(word))
	}
	return all
}

func BenchmarkLooser(b *testing.B) {
	for _, text := range []string{"Acme Plumbing, 1204 LLC", "Société Générale Électrique"} {
		b.Run(text, func(b *testing.B) {
			var l Looser
			for b.Loop() {
				l.Name(text)
			}
		})
	}
}
