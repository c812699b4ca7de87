package record

import (
	"testing"

	"github.com/stretchr/testify/assert"
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
