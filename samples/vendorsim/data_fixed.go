package vendorsim

// The fixed parts of the invented account: what a back office sets up once.

// user is a technician or office worker (reference: simplified user objects).
type user struct {
	id                 int
	login, first, last string
	team               int
}

// named is an id with a name: teams, report templates in references.
type named struct {
	id   int
	name string
}

var users = []user{
	{265, "billw", "Bill", "Williams", 0}, {1551, "johndoe", "John", "Doe", 0}, {1552, "jimdoe", "Jim", "Doe", 0},
	{1553, "janedoe", "Jane", "Doe", 1}, {54022, "login_user", "John", "Doe", 1}, {57246, "asmith", "Andrew", "Smith", 2},
	{59728, "alainpp", "alain", "pp", 2}, {72300, "m.o'neill", "Máire", "O'Neill", 3},
}

var teams = []named{{476, "East Team"}, {2455, "Maintenance"}, {4512, "California"}, {4513, "Équipe \"Nuit\""}}

// full is the user as activities show it.
func (u user) full() object {
	return object{{"id", u.id}, {"login", u.login}, {"firstName", u.first}, {"lastName", u.last}}
}

// short is the user as jobs show it.
func (u user) short() object {
	return object{{"id", u.id}, {"name", u.first + " " + u.last}, {"login", u.login}}
}

func (n named) object() object { return object{{"id", n.id}, {"name", n.name}} }

// activityTypes: reference, The activity type object; two of each category.
var activityTypes = []object{
	{{"id", 590}, {"name", "Holidays"}, {"category", "unavail"}, {"color", "FFCC00"}, {"payable", true}},
	{{"id", 591}, {"name", "Parties"}, {"category", "unavail"}, {"color", "CC00FF"}, {"payable", false}},
	{{"id", 592}, {"name", "Lunch Break"}, {"category", "atwork"}, {"color", "00AA88"}, {"payable", false}},
	{{"id", 593}, {"name", "Training"}, {"category", "atwork"}, {"color", "0088AA"}, {"payable", true}},
	{{"id", 596}, {"name", "Standard Travel"}, {"category", "travel"}, {"color", "DDEEDD"}, {"payable", true}},
	{{"id", 597}, {"name", "Private Travel"}, {"category", "travel"}, {"color", "001122"}, {"payable", false}},
	{{"id", 598}, {"name", "Clock IN"}, {"category", "clock"}, {"color", "000000"}, {"payable", true}},
	{{"id", 599}, {"name", "Clock OUT"}, {"category", "clock"}, {"color", "111111"}, {"payable", true}},
}

// schedulingWindows: reference, The job scheduling window object.
var schedulingWindows = []object{
	{{"id", 1}, {"name", "Morning"}, {"startTime", "08:00"}, {"endTime", "12:00"}},
	{{"id", 2}, {"name", "Afternoon"}, {"startTime", "13:00"}, {"endTime", "17:30"}},
	{{"id", 476}, {"name", "Evening"}, {"startTime", "18:00"}, {"endTime", "22:00"}},
}

// jobTypes: reference, The job type object. The first is the default.
var jobTypes = []object{
	jobType(629, "Standard Job", "01:00:00", true, "medium", 0, "Plumber"),
	jobType(7464, "Repair", "01:00:00", false, "medium", 1, "Plumber", "Electrician"),
	jobType(7465, "Installation", "04:30:00", false, "high", 2),
	jobType(7466, "Maintenance \"A/C\"", "00:45:00", false, "low", 0, "HVAC"),
	jobType(26565, "Maintenance Air conditioning", "02:00:00", false, "medium", 2, "HVAC", "Électricien"),
}

func jobType(id int, name, duration string, standard bool, priority string, template int, skills ...string) object {
	var header any
	if template == 2 {
		header = "360 NW 27th St\nMiami"
	}
	if skills == nil {
		skills = []string{}
	}
	return object{
		{"id", id}, {"name", name}, {"duration", duration}, {"isDefault", standard}, {"priority", priority},
		{"customHeader", header}, {"customLogoUrl", nil},
		{"defaultJobReport", reportTemplates[template].object()}, {"skills", skills},
	}
}

// customField is a definition (reference: The custom field object).
type customField struct {
	id                 int
	label, kind        string
	private, mandatory bool
}

// customFields by the type that customfield/list asks for. Two of a customer's share one label.
var customFields = map[string][]customField{
	"customer":  {{4658, "Zone", "text", false, false}, {94057, "Status", "select", false, true}, {94058, "Status", "text", true, false}},
	"site":      {{4411, "Service Area", "select", false, false}, {95261, "Status", "text", false, false}},
	"equipment": {{2, "Equipment Serial Number", "text", false, true}, {6542123, "Installation Date", "date", false, false}},
	"job":       {{182, "sector", "text", false, false}, {185, "city", "autocomplete", true, false}, {186, "Amount", "number", false, false}},
	"user":      {{301, "Van", "text", true, false}},
}

// object is the definition as customfield/list shows it: the id as a string, as in the sample.
func (f customField) object(order int) object {
	return object{
		{"id", itoa(int64(f.id))}, {"label", f.label}, {"type", f.kind}, {"private", f.private},
		{"mandatory", f.mandatory}, {"order", order},
	}
}

// customValues draws the values of one record: empty, long, with ids as numbers or strings, beyond 2^53 now and then.
func (m *maker) customValues(kind string, i int, p *pick) []any {
	out := []any{}
	words := []string{"", "B4", "Silver", "West", "0012", "10.50", "2019-04-17", "ja", "é"}
	asText, big := p.n(4) == 0 && !m.data.Plain, p.n(50) == 0 && !m.data.Plain
	for n, f := range customFields[kind] {
		if p.n(6) == 0 {
			continue
		}
		var id any = f.id
		if asText {
			id = itoa(int64(f.id))
		}
		value := p.of(words)
		if n == 0 && m.long(i) {
			value = longText()
		}
		out = append(out, object{{"id", id}, {"label", f.label}, {"value", value}})
	}
	if big {
		out = append(out, object{{"id", int64(9007199254740993)}, {"label", "Big"}, {"value", "9007199254740993"}})
	}
	return out
}
