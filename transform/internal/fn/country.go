package fn

import (
	"fmt"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"ferry/extract/record"
)

var nameLanguages = []language.Tag{language.English, language.French, language.German, language.Spanish, language.Italian}

func placeTransforms() []Transform {
	return []Transform{{
		Name: "country", About: "a country by ISO 3166 code, from a code or a name in English, French, German, Spanish or Italian",
		Example: "country: {from: addressCountry, as: country, to: alpha2}", Takes: []string{"string", "integer"}, Gives: record.String, build: buildCountry,
		Options: []Option{
			choice("to", "what is written", "alpha2", "alpha3", "numeric", "name"),
			choice("language", "of the name", "en", "fr", "de", "es", "it"),
		},
	}, {
		Name: "state", About: "a state, province or territory of the United States, Canada or Australia",
		Example: "state: {from: addressProvince, as: state, country: US}", Takes: []string{"string"}, Gives: record.String, text: buildState,
		Options: []Option{
			free("country", "US, CA or AU; several with commas between", "US"),
			choice("to", "what is written", "code", "name"),
		},
	}, {
		Name: "zip", About: "a postal code as its country writes it; zeros in front are kept, lost ones are seen",
		Example: "zip: {from: addressZIP, as: zip, country: US}", Takes: takesText, Gives: record.String, text: buildZip,
		Options: []Option{
			required(free("country", "two letters, such as US", "")),
			choice("pad", "whether zeros lost in front are put back or refused", "reject", "zeros"),
			choice("plus4", "whether the last four digits of a US ZIP+4 are kept", "keep", "drop"),
		},
	}}
}

// countryTable finds a country by everything it is called.
type countryTable struct {
	byName map[string]language.Region // folded; codes too
}

// moreCountryNames are in use though no list of names holds them.
var moreCountryNames = map[string]string{
	"usa": "US", "united states of america": "US", "us of a": "US", "america": "US", "etats unis d amerique": "US", "etats unis damerique": "US",
	"vereinigte staaten von amerika": "US", "estados unidos de america": "US", "stati uniti d america": "US", "stati uniti damerica": "US",
	"eeuu": "US", "ee uu": "US", "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
	"united kingdom of great britain and northern ireland": "GB", "grande bretagne": "GB", "angleterre": "GB", "grossbritannien": "GB",
	"england uk": "GB", "gran bretana": "GB", "gran bretagna": "GB", "inghilterra": "GB", "holland": "NL", "the netherlands": "NL", "hollande": "NL",
	"nederland": "NL", "holanda": "NL", "olanda": "NL", "belgie": "BE", "czech republic": "CZ", "republique tcheque": "CZ", "tschechische republik": "CZ",
	"republica checa": "CZ", "repubblica ceca": "CZ", "south korea": "KR", "republic of korea": "KR", "north korea": "KP", "russian federation": "RU",
	"republic of ireland": "IE", "eire": "IE", "brasil": "BR", "ivory coast": "CI", "burma": "MM", "swaziland": "SZ", "macedonia": "MK",
	"turkey": "TR", "turkiye": "TR", "viet nam": "VN", "vatican": "VA", "uae": "AE", "emirates": "AE", "hong kong": "HK", "macau": "MO", "macao": "MO",
	"palestine": "PS", "schweiz suisse svizzera": "CH", "suisse": "CH", "helvetia": "CH", "bundesrepublik deutschland": "DE", "brd": "DE",
	"federal republic of germany": "DE", "sverige": "SE", "norge": "NO", "danmark": "DK", "suomi": "FI", "polska": "PL", "cesko": "CZ", "magyarorszag": "HU",
	"cape verde": "CV", "east timor": "TL", "republic of moldova": "MD", "syrian arab republic": "SY", "tanzania united republic of": "TZ",
	"iran islamic republic of": "IR", "bolivia plurinational state of": "BO", "venezuela bolivarian republic of": "VE", "korea republic of": "KR",
}

var countries = sync.OnceValue(func() *countryTable {
	t := &countryTable{byName: map[string]language.Region{}}
	regions := isoRegions()
	twice := map[string]bool{}
	add := func(name string, r language.Region) {
		if name == "" {
			return
		}
		if was, ok := t.byName[name]; ok && was != r {
			twice[name] = true
		}
		t.byName[name] = r
	}
	for _, tag := range nameLanguages {
		namer := display.Regions(tag)
		for _, r := range regions {
			add(fold(namer.Name(r)), r)
		}
	}
	for name := range twice { // two countries of one name: neither is taken
		delete(t.byName, name)
	}
	for _, r := range regions {
		t.byName[strings.ToLower(r.String())] = r
		t.byName[strings.ToLower(r.ISO3())] = r
		t.byName[fmt.Sprintf("%03d", r.M49())] = r
	}
	for name, code := range moreCountryNames {
		t.byName[name] = language.MustParseRegion(code)
	}
	return t
})

// isoRegions are the countries and territories of ISO 3166 today, and Kosovo,
// which has a code in use though none in the standard.
func isoRegions() []language.Region {
	reserved := map[string]bool{"AN": true, "CS": true, "FQ": true, "NT": true, "PC": true, "SU": true, "YU": true, // withdrawn
		"AC": true, "CP": true, "CQ": true, "DG": true, "EA": true, "IC": true, "TA": true, "EU": true, "UN": true, "EZ": true,
		"QO": true, "ZZ": true, "XA": true, "XB": true}
	var out []language.Region
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			r, err := language.ParseRegion(code)
			if err == nil && r.IsCountry() && !reserved[code] && r.String() == code && r.Canonicalize() == r && r.ISO3() != "ZZZ" {
				out = append(out, r)
			}
		}
	}
	return out
}

func findCountry(s string) (language.Region, bool) {
	r, ok := countries().byName[fold(s)]
	return r, ok
}

func buildCountry(o *options) convert {
	to, tag := o.text("to"), language.Make(o.text("language"))
	if o.has("language") && to != "name" {
		o.fail("language", "has no meaning without to: name", "write to: name beside it")
	}
	namer := display.Regions(tag)
	read := ofLine(200, func(s string) (string, error) {
		r, ok := findCountry(s)
		if !ok {
			return "", misfit(s, "it is no country, or several are called so", "write its ISO code such as FR, or map the word with values:")
		}
		switch to {
		case "alpha3":
			return r.ISO3(), nil
		case "numeric":
			return fmt.Sprintf("%03d", r.M49()), nil
		case "name":
			return namer.Name(r), nil
		}
		return r.String(), nil
	})
	named := general(read)
	return func(v any) (any, error) {
		switch v.(type) {
		case int, int64: // a numeric code has three digits, of which a number loses zeros
		default:
			return named(v)
		}
		out, err := read(fmt.Sprintf("%03d", v))
		if err != nil {
			return nil, about(v, err)
		}
		return out, nil
	}
}
