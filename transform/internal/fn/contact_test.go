package fn

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPhones(t *testing.T) {
	us := o("region", "US")
	fr := o("region", "fr")
	with := func(k, v string) map[string]string { return o("region", "US", k, v) }
	convertAll(t, []conversion{
		{"phone", us, "(719) 388-1967", "+17193881967"}, {"phone", us, "719.388.1967", "+17193881967"}, {"phone", us, "1-719-388-1967", "+17193881967"}, {"phone", us, int64(7193881967), "+17193881967"}, {"phone", us, 7193881967.0, "+17193881967"},
		{"phone", us, "+33 1 42 68 53 00", "+33142685300"}, {"phone", us, "+33 (0)1 42 68 53 00", "+33142685300"}, {"phone", fr, "01.42.68.53.00", "+33142685300"}, {"phone", fr, "0033142685300", "+33142685300"}, {"phone", fr, "tel:0142685300", "+33142685300"},
		{"phone", nil, "+17193881967", "+17193881967"}, {"phone", nil, "719 388 1967", refused("region: US")}, {"phone", us, "388-1967", refused("no network")}, {"phone", us, "719 388 196", refused("no network")}, {"phone", us, "n/a", refused("no phone number")},
		{"phone", us, "７１９ ３８８ １９６７", "+17193881967"}, {"phone", us, "\u202a+1 719-388-1967\u202c", "+17193881967"}, {"phone", us, "719-388-1967 / 719-388-1968", refused("no phone number")},
		{"phone", us, "(719) 388-1967 x12", refused("extension")}, {"phone", with("extension", "drop"), "(719) 388-1967 ext. 12", "+17193881967"}, {"phone", with("extension", "append"), "(719) 388-1967 x12", "+17193881967 x12"},
		{"phone", with("part", "extension"), "(719) 388-1967 x12", "12"}, {"phone", with("part", "extension"), "(719) 388-1967", ""}, {"phone", with("format", "national"), "+17193881967", "(719) 388-1967"},
		{"phone", with("format", "international"), "7193881967", "+1 719-388-1967"}, {"phone", with("format", "digits"), "7193881967", "17193881967"}, {"phone", with("check", "possible"), "123 456 7890", "+11234567890"}, {"phone", us, "123 456 7890", refused("no network")},
		{"phone", o("region", "IT"), "06 698 12345", "+390669812345"},
	})
}

func TestTheShortWayForNorthAmericaIsTheLongOne(t *testing.T) {
	short := 0
	for area := range 1000 {
		for _, rest := range []string{"388-1967", "555-0123"} {
			for _, s := range []string{fmt.Sprintf("(%03d) %s", area, rest), fmt.Sprintf("1.%03d %s", area, rest)} {
				want, err := phonenumbers.Parse(s, "US")
				got := northAmerican(s)
				if got == nil {
					continue
				}
				short++
				require.NoError(t, err)
				assert.Equal(t, phonenumbers.Format(want, phonenumbers.E164), phonenumbers.Format(got, phonenumbers.E164))
			}
		}
	}
	assert.Equal(t, 800*4, short)
	for _, s := range []string{"", "719388196", "171938819677", "+17193881967", "7193881967x1", "0193881967", "27193881967", "(719) 388-1967 /"} {
		assert.Nil(t, northAmerican(s), s)
	}
}

func TestPhonesRememberedAreBounded(t *testing.T) {
	c := newLRU(3)
	for i := range 10 {
		c.put(fmt.Sprint(i), phoneAnswer{text: fmt.Sprint(i)})
		_, _ = c.get("0")
	}
	assert.Len(t, c.at, 3)
	assert.Equal(t, 3, c.order.Len())
	_, kept := c.get("0")
	assert.True(t, kept, "what is asked for often stays")
	_, kept = c.get("5")
	assert.False(t, kept)
}

func TestEmails(t *testing.T) {
	convertAll(t, []conversion{
		{"email", nil, "Ann.Lee+x@Example.COM", "Ann.Lee+x@example.com"}, {"email", o("lower", "true"), "Ann@Example.COM", "ann@example.com"}, {"email", nil, "mailto:a@b.co", "a@b.co"}, {"email", nil, "Ann Lee <a@B.co>", "a@b.co"},
		{"email", nil, "\"Lee, Ann\" <a@b.co>", "a@b.co"}, {"email", nil, "a@b.co; c@d.co", refused("several")}, {"email", o("several", "first"), "a@B.co, c@d.co", "a@b.co"}, {"email", nil, "a@b.co c@d.co", refused("several")},
		{"email", nil, "n/a", refused("several")}, {"email", nil, "none", refused("no e-mail")}, {"email", nil, "a@b", refused("no e-mail")}, {"email", nil, "a@@b.co", refused("no e-mail")}, {"email", nil, ".a@b.co", refused("no e-mail")},
		{"email", nil, "a b@c.co", refused("no e-mail")}, {"email", nil, "a@-b.co", refused("no e-mail")}, {"email", nil, "a@1.2.3.4", refused("no e-mail")}, {"email", nil, "jörg@bücher.de", "jörg@bücher.de"}, {"email", nil, "a@b.co\u200b", "a@b.co"},
		{"email", nil, strings.Repeat("a", 65) + "@b.co", refused("no e-mail")},
	})
}

func TestNames(t *testing.T) {
	for name, want := range map[string]personName{
		"John Smith":               {first: "John", last: "Smith"},
		"Smith, John":              {first: "John", last: "Smith"},
		"Dr. John Smith Jr.":       {prefix: "Dr.", first: "John", last: "Smith", suffix: "Jr."},
		"John Smith, Jr., PhD":     {first: "John", last: "Smith", suffix: "Jr. PhD"},
		"Ludwig van Beethoven":     {first: "Ludwig", last: "van Beethoven"},
		"Ursula von der Leyen":     {first: "Ursula", last: "von der Leyen"},
		"Mary Ann Jones":           {first: "Mary", middle: "Ann", last: "Jones", doubtful: true},
		"Madonna":                  {last: "Madonna", doubtful: true},
		"Jones, Mary Ann":          {first: "Mary", middle: "Ann", last: "Jones"},
		"Mme Le Pen":               {prefix: "Mme", first: "Le", last: "Pen"},
		"Mr.":                      {last: "Mr.", doubtful: true},
		"李 小龍":                     {first: "李", last: "小龍"},
		"Dr.":                      {last: "Dr.", doubtful: true},
		"  Jean-Luc   O’Connor   ": {first: "Jean-Luc", last: "O’Connor"},
	} {
		assert.Equal(t, want, splitName(name), name)
	}
	convertAll(t, []conversion{
		{"name", o("part", "first"), "Mary Ann Jones", "Mary Ann"}, {"name", o("part", "first", "middle", "apart"), "Mary Ann Jones", "Mary"}, {"name", o("part", "middle"), "Mary Ann Jones", "Ann"},
		{"name", o("part", "last", "doubtful", "reject"), "Mary Ann Jones", refused("several ways")}, {"name", o("part", "prefix"), "Mr John Smith", "Mr"},
	})
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		country, in string
		want        postal
	}{
		{"US", "123 Main St, Suite 4, Denver, CO 80202", postal{"123 Main St", "Suite 4", "80202", "Denver", "CO", ""}},
		{"US", "123 Main St\nDenver CO 80202-1234\nUSA", postal{"123 Main St", "", "80202-1234", "Denver", "CO", "US"}},
		{"US", "1 Oak Ave, New York, New York 10001", postal{"1 Oak Ave", "", "10001", "New York", "NY", ""}},
		{"US", "1 Oak Ave, New York 10001", postal{"1 Oak Ave", "", "10001", "New York", "", ""}},
		{"US", "12345 Elm Rd, Austin, Texas, 78701", postal{"12345 Elm Rd", "", "78701", "Austin", "TX", ""}},
		{"CA", "80 Wellington St, Ottawa ON K1A 0A2, Canada", postal{"80 Wellington St", "", "K1A 0A2", "Ottawa", "ON", "CA"}},
		{"FR", "12 rue de la Paix\n75002 Paris\nFrance", postal{"12 rue de la Paix", "", "75002", "Paris", "", "FR"}},
		{"DE", "Hauptstr. 5, D-10115 Berlin", postal{"Hauptstr. 5", "", "10115", "Berlin", "", ""}},
		{"NL", "Damrak 1, 1012 LG Amsterdam", postal{"Damrak 1", "", "1012 LG", "Amsterdam", "", ""}},
		{"GB", "10 Downing Street\nLondon\nSW1A 2AA", postal{"10 Downing Street", "", "SW1A 2AA", "London", "", ""}},
		{"AU", "1 George St, Sydney NSW 2000", postal{"1 George St", "", "2000", "Sydney", "NSW", ""}},
	} {
		got, ok := addressReader(c.country)(c.in)
		assert.True(t, ok, c.in)
		assert.Equal(t, c.want, got, c.in)
	}
	convertAll(t, []conversion{
		{"address", o("part", "zip", "country", "US"), "123 Main St, Denver", refused("postal code")}, {"address", o("part", "city", "country", "US"), "1 rue X, 75002 Paris, France", refused("postal code")},
		{"address", o("part", "street", "country", "FR"), "12 rue X\n75002 Paris", "12 rue X"},
	})
}

func FuzzName(f *testing.F) {
	for _, s := range append([]string{"Dr. John van Smith, Jr.", "Smith, John", "A B C D"}, nasty...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := splitName(s)
		words := func(s string) []string {
			w := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
			slices.Sort(w)
			return w
		}
		assert.Equal(t, words(s), words(strings.Join([]string{n.prefix, n.first, n.middle, n.last, n.suffix}, " ")), "no word of a name gets lost")
	})
}

func FuzzContact(f *testing.F) {
	for _, s := range append([]string{"a@b.co", "+17193881967", "(719) 388-1967 x1", "1 Main St, Denver, CO 80202"}, nasty...) {
		f.Add(s)
	}
	phone, email, city := mustCompile("phone", o("region", "US")), mustCompile("email", nil), mustCompile("address", o("part", "zip", "country", "US"))
	f.Fuzz(func(t *testing.T, s string) {
		for _, g := range []convert{phone, email} {
			if got, err := g(s); err == nil {
				again, err := g(got)
				require.NoError(t, err)
				assert.Equal(t, got, again)
			}
		}
		_, _ = city(s)
	})
}

func BenchmarkPhone(b *testing.B) {
	f := mustCompile("phone", o("region", "US"))
	b.Run("seen", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = f("(719) 388-1967")
		}
	})
	b.Run("new", func(b *testing.B) {
		numbers := make([]string, 1<<16)
		for i := range numbers {
			numbers[i] = fmt.Sprintf("(719) 38%d-%04d", i/10000, i%10000)
		}
		i := 0
		b.ReportAllocs()
		for b.Loop() {
			_, _ = f(numbers[i%len(numbers)])
			i++
		}
	})
}

// FuzzPlainEmail holds the short way for plain addresses against the long one.
func FuzzPlainEmail(f *testing.F) {
	for _, s := range []string{"ann.b+c@example.com", "a..b@example.com", ".a@x.org", "a@x.1", "a@-x.org", "a@x-.org", "a@x.o", "a@xn--e1afmkfd.xn--p1ai", "a@x_y.org"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !plainEmail(s) {
			return
		}
		all := splitAddresses(s)
		require.Len(t, all, 1)
		out, ok := address(all[0])
		require.True(t, ok, s)
		require.Equal(t, s, out)
	})
}
