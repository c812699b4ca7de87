package vendorsim

import (
	"strconv"
	"strings"
)

var (
	firstNames = []string{"John", "Marie", "Paul", "Aïcha", "Bill", "Zoë", "Jürgen", "Siobhán", "Ngọc", "Olga", "Li", "José"}
	lastNames  = []string{"Doe", "Hamilton", "O'Neill", "Müller", "Nguyễn", "van der Berg", "García", "Smith", "Ångström", "Martin", "Kowalski", "Li"}
	trades     = []string{"Heating", "Plumbing", "Electric", "Bakery", "Logistics", "Property", "Dental", "Hotel", "School", "Motors", "Foods", "Fitness"}
	forms      = []string{"Ltd", "Inc.", "GmbH", "SARL", "& Sons", "Group", "Co.", "LLC"}
	devices    = []string{"Heater", "Boiler", "Heat Pump", "Chiller", "Lift", "Fire Panel", "UPS", "Pump", "Router", "Meter"}
	streets    = []string{"Fisher Avenue", "Main Street", "Rue de la Paix", "Hauptstraße", "NW 27th St", "Elm Road", "Via Roma", "Kungsgatan"}
	siteKinds  = []string{"Main Office", "Warehouse", "Branch", "Plant", "Store", "Annex", "Depot", "Residence"}
	tagWords   = []string{"plumber", "restaurant", "test", "East", "vip", "contract", "no-entry before 9"}
	tasks      = []string{"Annual maintenance", "Repair", "Installation", "Inspection", "Leak", "No power", "Noise", "Replace filter"}
)

// city is a place whose parts fit each other.
type city struct{ name, province, zip, country, lat, lng string }

// Several ZIPs start with zeros, which a spreadsheet loses.
var cities = []city{
	{"Falls Church", "Virginia", "22046", "United States", "38.8823340", "-77.1710914"},
	{"Boston", "Massachusetts", "02108", "United States", "42.3570000", "-71.06370000000"},
	{"Newark", "New Jersey", "07102", "United States", "40.7357000", "-74.17240000000"},
	{"Holtsville", "New York", "00501", "United States", "40.8154000", "-73.04560000000"},
	{"Miami", "Florida", "33127", "États-Unis", "25.8019892", "-80.20158099999"},
	{"Dresden", "Sachsen", "01067", "Germany", "51.0509000", "13.7383000"},
	{"Paris", "Île-de-France", "75002", "France", "48.8687000", "2.3312000"},
	{"Barcelona", "Cataluña", "08001", "Spain", "41.3799000", "2.1680000"},
	{"Tel Aviv", "תל אביב", "6100000", "ישראל", "32.0853000", "34.7818000"},
	{"London", "", "EC1A 1BB", "United Kingdom", "51.5202000", "-0.0973000"},
}

// nastyNames are names that real accounts have and that break spreadsheets, parsers and comparisons.
var nastyNames = []string{
	`O'Brien "The Boss" & Co`, "Tab\there GmbH", "Line one\nline two", "Carriage\r\nReturn Ltd", "=SUM(A1:A9)", "+33 Plus SARL",
	"-Minus Inc.", "@home Services", "'Quoted", "😀 Emoji 👩‍🔧 Cleaning", "שלום מערכות", "مؤسسة النور", "  Leading and trailing  ",
	"Semi;colon, comma", `Back\slash\`, "<b>Bold</b> & Ltd", "NULL", "0123", "1E5", "TRUE", "2024-01-02", "Zero\u200bwidth", "e\u0301 decomposed",
	"é composed", "Ǆ İstanbul ß", "%20 percent", "{{template}}", "a", "Ltd.", "Łódź – en dash — em dash", "\u202eoverridden", "123456789012345678901234567890",
}

// nastyName says whether record i has a nasty name, and which: every second of the first records, later one in 60.
func (m *maker) nastyName(i int, p *pick) (string, bool) {
	one := p.n(60)
	switch {
	case m.data.Plain:
		return "", false
	case i < 2*len(nastyNames) && i%2 == 1:
		return nastyNames[i/2], true
	case i >= 2*len(nastyNames) && one == 0:
		return p.of(nastyNames), true
	case one == 1 || i == 10 || i == 30 || i == 50:
		return "Smith & Sons", true // several records have it
	}
	return "", false
}

// myID draws a reference number: null, empty, shared by several, with leading zeros, or ordinary.
func (m *maker) myID(prefix string, i int, p *pick) (id string, null bool) {
	plain := prefix + strconv.Itoa(100000+i)
	d := p.n(100)
	switch {
	case m.data.Plain || d < 68:
		return plain, false
	case d < 78:
		return "", true
	case d < 88:
		return "", false
	case d < 92:
		return prefix + "shared", false
	default:
		return "000" + strconv.Itoa(1000+i), false
	}
}

// long tells whether record i carries more text than a spreadsheet cell takes.
func (m *maker) long(i int) bool { return !m.data.Plain && i%5000 == 17 }

// longText is 33,000 characters and some.
func longText() string { return strings.Repeat("Very long text, 33 characters… 12 ", 1000) }

// phone draws a number, sometimes half of one.
func (m *maker) phone(p *pick) any {
	full := "(" + strconv.Itoa(200+p.n(700)) + ") " + strconv.Itoa(200+p.n(700)) + "-" + strconv.Itoa(1000+p.n(9000))
	d := p.n(14)
	if m.data.Plain {
		return full
	}
	switch d {
	case 0:
		return nil
	case 1:
		return ""
	case 2:
		return "+33" + strconv.Itoa(100000000+p.n(900000000))
	case 3:
		return "0049 (0) 30 / 12345-" + strconv.Itoa(p.n(100))
	case 4:
		return "555-01" // broken off
	case 5:
		return "n/a"
	case 6:
		return strconv.Itoa(7000000000 + p.n(999999999))
	}
	return full
}

// address draws the seven address members; one in eight is half-empty.
func (m *maker) address(p *pick) object {
	c := cities[p.n(len(cities))]
	street := strconv.Itoa(1+p.n(9900)) + " " + p.of(streets)
	unit := any("Unit " + strconv.Itoa(1+p.n(40)))
	full := street + ", " + c.name + ", " + c.province + " " + c.zip + ", " + c.country
	o := append(make(object, 0, 24), object{
		{"address", full}, {"addressComplement", unit}, {"addressCity", c.name}, {"addressCountry", c.country},
		{"addressProvince", c.province}, {"addressStreet", street}, {"addressZIP", c.zip},
	}...)
	d := p.n(24)
	if m.data.Plain || d > 2 {
		return o
	}
	switch d {
	case 0:
		return object{{"address", nil}, {"addressComplement", nil}, {"addressCity", nil}, {"addressCountry", nil},
			{"addressProvince", nil}, {"addressStreet", nil}, {"addressZIP", c.zip}}
	case 1:
		return object{{"address", street}, {"addressComplement", ""}, {"addressCity", ""}, {"addressCountry", ""},
			{"addressProvince", ""}, {"addressStreet", street}, {"addressZIP", ""}}
	}
	o.set("addressStreet", "")
	o.set("addressComplement", "c/o\t\"Reception\"\n2nd floor")
	return o
}

// position draws a place: two strings, or null (reference: The customer object, position).
func (m *maker) position(p *pick) any {
	c := cities[p.n(len(cities))]
	if p.n(5) == 0 {
		return nil
	}
	return object{{"latitude", c.lat}, {"longitude", c.lng}}
}

// tags draws up to three tags.
func (m *maker) tags(p *pick) []string {
	from, n := p.n(len(tagWords)), p.n(4)
	out := make([]string, 0, n)
	for k := range n {
		out = append(out, tagWords[(from+k)%len(tagWords)])
	}
	return out
}
