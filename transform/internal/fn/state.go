package fn

import (
	"slices"
	"strings"
	"sync"
)

type state struct{ country, code, name string }

// stateLists are the codes and names of first-level divisions: ISO 3166-2 and the
// postal services, further names after "=".
var stateLists = map[string]string{
	"US": `AL Alabama=Ala;AK Alaska;AZ Arizona=Ariz;AR Arkansas=Ark;CA California=Calif=Cal;CO Colorado=Colo;CT Connecticut=Conn;DE Delaware=Del;
DC District of Columbia=Washington DC;FL Florida=Fla;GA Georgia;HI Hawaii;ID Idaho;IL Illinois=Ill;IN Indiana=Ind;IA Iowa;KS Kansas=Kan=Kans;KY Kentucky=Ken;
LA Louisiana;ME Maine;MD Maryland;MA Massachusetts=Mass;MI Michigan=Mich;MN Minnesota=Minn;MS Mississippi=Miss;MO Missouri;MT Montana=Mont;
NE Nebraska=Neb=Nebr;NV Nevada=Nev;NH New Hampshire;NJ New Jersey;NM New Mexico;NY New York=New York State;NC North Carolina;ND North Dakota;OH Ohio;OK Oklahoma=Okla;
OR Oregon=Ore;PA Pennsylvania=Penn=Penna;RI Rhode Island;SC South Carolina;SD South Dakota;TN Tennessee=Tenn;TX Texas=Tex;UT Utah;VT Vermont;VA Virginia;
WA Washington=Wash=Washington State;WV West Virginia;WI Wisconsin=Wis=Wisc;WY Wyoming=Wyo;AS American Samoa;GU Guam;MP Northern Mariana Islands;PR Puerto Rico;
VI U.S. Virgin Islands=Virgin Islands;UM U.S. Minor Outlying Islands;AA Armed Forces Americas;AE Armed Forces Europe;AP Armed Forces Pacific`,
	"CA": `AB Alberta=Alta;BC British Columbia=Colombie-Britannique;MB Manitoba=Man;NB New Brunswick=Nouveau-Brunswick;
NL Newfoundland and Labrador=Terre-Neuve-et-Labrador=Newfoundland=NF;NS Nova Scotia=Nouvelle-Écosse;NT Northwest Territories=Territoires du Nord-Ouest=NWT;
NU Nunavut;ON Ontario=Ont;PE Prince Edward Island=Île-du-Prince-Édouard=PEI;QC Quebec=Québec=Que=PQ;SK Saskatchewan=Sask;YT Yukon=Yukon Territory=YK`,
	"AU": `NSW New South Wales;QLD Queensland;SA South Australia;TAS Tasmania;VIC Victoria;WA Western Australia;
ACT Australian Capital Territory;NT Northern Territory`,
}

// states are the divisions of a country by code and by folded name.
var states = sync.OnceValue(func() map[string]map[string]state {
	all := map[string]map[string]state{}
	for country, list := range stateLists {
		all[country] = map[string]state{}
		for entry := range strings.SplitSeq(list, ";") {
			code, called, _ := strings.Cut(strings.TrimSpace(entry), " ")
			names := strings.Split(called, "=")
			st := state{country, code, names[0]}
			all[country][fold(code)] = st
			for _, n := range names {
				all[country][fold(n)] = st
			}
		}
	}
	return all
})

func buildState(o *options) textual {
	var of []string
	for c := range strings.SplitSeq(o.text("country"), ",") {
		c = strings.ToUpper(strings.TrimSpace(c))
		if _, ok := stateLists[c]; !ok {
			o.fail("country", "has no list of states here", "write US, CA or AU, or use lookup: with a file of your own")
		}
		of = append(of, c)
	}
	slices.Sort(of)
	of = slices.Compact(of)
	full := o.text("to") == "name"
	return ofLine(200, func(s string) (string, error) {
		var found []state
		for _, c := range of {
			if st, ok := findState(c, s); ok {
				found = append(found, st)
			}
		}
		switch {
		case len(found) == 0:
			return "", misfit(s, "it is no state or province of "+strings.Join(of, ", "), "mend it in the source, or map the word with values:")
		case len(found) > 1:
			return "", misfit(s, "it is a state of several of these countries", "name one country")
		case full:
			return found[0].name, nil
		}
		return found[0].code, nil
	})
}

// findState takes a code, a name, an old abbreviation, or US-NY.
func findState(country, s string) (state, bool) {
	key := fold(s)
	if len(key) > 3 {
		key = strings.TrimPrefix(key, strings.ToLower(country)+" ")
	}
	st, ok := states()[country][key]
	if !ok && len(key) == 3 && key[1] == ' ' { // N Y
		st, ok = states()[country][key[:1]+key[2:]]
	}
	return st, ok
}
