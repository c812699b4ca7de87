package fn

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCountries(t *testing.T) {
	convertAll(t, []conversion{
		{"country", nil, "France", "FR"}, {"country", nil, "fr", "FR"}, {"country", nil, "FRA", "FR"}, {"country", nil, "Allemagne", "DE"}, {"country", nil, "Vereinigte Staaten", "US"}, {"country", nil, "U.S.A.", "US"}, {"country", nil, "Etats-Unis", "US"},
		{"country", nil, "ÉTATS-UNIS", "US"}, {"country", nil, "UK", "GB"}, {"country", nil, "Österreich", "AT"}, {"country", nil, "Stati Uniti", "US"}, {"country", nil, "España", "ES"}, {"country", nil, "Pays-Bas", "NL"}, {"country", nil, "Côte d’Ivoire", "CI"},
		{"country", nil, "Korea", refused("no country")}, {"country", nil, "Congo", refused("no country")}, {"country", nil, "EU", refused("no country")}, {"country", nil, "Utopia", refused("no country")}, {"country", nil, "🇫🇷", refused("no country")},
		{"country", o("to", "alpha3"), "Suisse", "CHE"}, {"country", o("to", "numeric"), "Deutschland", "276"}, {"country", o("to", "name", "language", "fr"), "DE", "Allemagne"}, {"country", o("to", "name"), "CH", "Switzerland"}, {"country", nil, int64(36), "AU"}, {"country", nil, 36, "AU"}, {"country", nil, "036", "AU"}, {"country", nil, int64(1), refused("no country")},
	})
	assert.InDelta(t, 250, len(isoRegions()), 1, "249 countries of ISO 3166 and Kosovo")
}

func TestStates(t *testing.T) {
	both := o("country", "US,CA")
	convertAll(t, []conversion{
		{"state", nil, "Colorado", "CO"}, {"state", nil, "co", "CO"}, {"state", nil, "Calif.", "CA"}, {"state", nil, "N.Y.", "NY"}, {"state", nil, "N. Y.", "NY"}, {"state", nil, "US-TX", "TX"}, {"state", nil, "Ontario", refused("no state")}, {"state", both, "Québec", "QC"},
		{"state", both, "Nouvelle-Ecosse", "NS"}, {"state", o("country", "CA", "to", "name"), "pq", "Quebec"}, {"state", o("country", "AU"), "New South Wales", "NSW"}, {"state", o("country", "US,AU"), "WA", refused("several")}, {"state", nil, "Bavaria", refused("no state")},
	})
	counts := map[string]int{}
	for c := range stateLists {
		codes := map[string]bool{}
		for _, st := range states()[c] {
			codes[st.code] = true
		}
		counts[c] = len(codes)
	}
	assert.Equal(t, map[string]int{"US": 60, "CA": 13, "AU": 8}, counts)
}

func TestZips(t *testing.T) {
	zip := func(country string, in any, want any) conversion {
		return conversion{"zip", o("country", country), in, want}
	}
	convertAll(t, []conversion{
		zip("US", "02134", "02134"), zip("us", "02134-1234", "02134-1234"), zip("US", "021341234", "02134-1234"), zip("US", int64(2134), refused("zeros")), zip("US", "2134", refused("zeros")), zip("US", 80202.0, "80202"),
		zip("US", "K1A 0A2", refused("no postal code of US")), zip("CA", "k1a0a2", "K1A 0A2"), zip("CA", "D1A 0A2", refused("no postal")), zip("GB", "sw1a2aa", "SW1A 2AA"), zip("GB", "M1 1AE", "M1 1AE"), zip("GB", "EC1A 1BB", "EC1A 1BB"), zip("GB", "SW1A", refused("no postal")),
		zip("FR", "F-75002", "75002"), zip("FR", "1000", refused("zeros")), zip("DE", "D-10115", "10115"), zip("NL", "1012lg", "1012 LG"), zip("NL", "1012 SS", refused("no postal")), zip("PL", "00001", "00-001"), zip("SE", "S-11455", "114 55"), zip("IE", "D6XXY12", refused("no postal")),
		zip("IE", "D02 X285", "D02 X285"), zip("IE", "d6w xy12", "D6W XY12"), zip("JP", "1000001", "100-0001"), zip("CH", "8001", "8001"), zip("US", "80202🏠", refused("no postal")), zip("US", "٨٠٢٠٢", "80202"),
		{"zip", o("country", "US", "pad", "zeros"), int64(501), "00501"}, {"zip", o("country", "US", "pad", "zeros"), int64(5), refused("no postal")}, {"zip", o("country", "US", "plus4", "drop"), "02134-1234", "02134"},
	})
}

func FuzzPlace(f *testing.F) {
	for _, s := range append([]string{"02134-1234", "K1A 0A2", "SW1A 2AA", "France", "N.Y."}, nasty...) {
		f.Add(s)
	}
	var all []convert
	for country := range zipShapes {
		all = append(all, mustCompile("zip", o("country", country, "pad", "zeros")))
	}
	all = append(all, mustCompile("country", nil), mustCompile("state", o("country", "US,CA")))
	f.Fuzz(func(t *testing.T, s string) {
		for _, g := range all {
			if got, err := g(s); err == nil {
				again, err := g(got)
				require.NoError(t, err)
				assert.Equal(t, got, again, "what was made whole stays so")
			}
		}
	})
}
