package mapping

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mistake is one change to the good mapping that must be found. « in with
// stands before the place that must be named.
type mistake struct {
	kind    string
	find    string // text of the good mapping
	with    string
	message string // part of the complaint
	hint    string // part of its hint
}

var mistakes = []mistake{
	// what would be wrong for every record
	{"value never held", "score: rating * 2", "score: 'kind == \"privat\" ? 1.5 : 2.5'", `alpha does not know the value "privat"`, `"private"`},
	{"value never held", "score: rating * 2", "score: 'kind in [\"company\", \"compny\"] ? 1.5 : 2.5'", `alpha does not know the value "compny"`, `"company"`},
	{"values of the other side", "from: kind, values: {private: Person, company: Business}, else: reject", "from: «kind", "is string, this is text", "their values differ; write values: {private: Person"},
	{"custom fields without a label", "      zip: zip # text", "      properties: «zip\n      zip: zip # text", "is custom, this is text", "properties.Zone"},
	{"letter of a text", "zip: zip # text", "zip: zip[0] # text", "is undefined", "name[0:1]"},
	{"field of a list", "zip: zip # text", "zip: tags.name # text", "using a whole number", ""},
	{"find without braces", "'find(\"user\", {name: owner.name}) ?? placeholder(\"Nobody\")'", "find(\"user\", owner.name)", "cannot use text as argument", "{name: technician.name}"},
	{"bad pattern", "zip: zip # text", "zip: extract(zip, «\"[\") # text", "extract:", ""},
	{"bad pattern", "zip: zip # text", "zip: 'matching(zip, \"(\") ? \"a\" : \"b\"' # text", "matching:", ""},
	{"layout in letters", "zip: zip # text", "zip: format_date(since, «\"YYYY\") # text", "written with letters", "2006"},
	// the form of the file
	{"unknown key", "    where: name", "    «whre: name", `unknown key "whre"`, `"where"`},
	{"unknown key", "    match:", "    «mach:", `unknown key "mach"`, `"match"`},
	{"unknown key", "    duplicates:", "    «duplicate:", `unknown key "duplicate"`, `"duplicates"`},
	{"unknown key", "version: 1", "version: 1\n«abuot: x", `unknown key "abuot"`, `"about"`},
	{"unknown key of a rule", "visits: {expr: visits, blank: clear}", "visits: {expr: visits, «blnk: clear}", `unknown key "blnk"`, `"blank"`},
	{"unknown key of a rule", "value: 0123, set: create", "value: 0123, «sett: create", `unknown key "sett"`, `"set"`},
	{"unknown key of a test", "      - name: everything", "      - «nmae: everything", `unknown key "nmae"`, `"name"`},
	{"double key", "      zip: zip # text", "      zip: zip\n      «zip: zip # text", `"zip" is given twice`, "keep one"},
	{"double key", "    where: name", "    to: company\n    where: name", `"to" is given twice`, "keep one"},
	{"double rule", "      zip: zip # text", "      zip: zip\n      «'[\"zip\"]': zip # text", "zip has a rule already", "keep one"},
	{"missing key", "    to: ticket\n", "", `key "to" is missing`, ""},
	{"missing key", "from: alpha\n", "", `key "from" is missing`, ""},
	{"missing key", "    from: job\n", "", `key "from" is missing`, ""},
	{"wrong version", "version: 1", "version: «2", "unknown version", "version: 1"},
	{"wrong choice", "duplicates: hold", "duplicates: «holt", `unknown value "holt"`, `"hold"`},
	{"clear without from", "blank: clear", "«clear: none", "clear without from", "write from"},
	{"wrong choice", "blank: clear", "blank: «clean", `unknown value "clean"`, `"clear"`},
	{"wrong choice", "set: create", "set: «creat", `unknown value "creat"`, `"create"`},
	{"wrong choice", "else: reject", "else: «rejct", `unknown value "rejct"`, `"reject"`},
	{"wrong choice", "by: actions", "by: «action", `unknown value "action"`, `"actions"`},
	{"wrong choice", "want: skip", "want: «skipp", `unknown value "skipp"`, `"skip"`},
	{"no rule", "      subject: title", "      subject:«", "empty", "write a value"},
	{"no source in a rule", "visits: {expr: visits, blank: clear}", "visits: «{blank: clear}", "no source", "from, expr, value or each"},
	{"two sources in a rule", "visits: {expr: visits, blank", "visits: «{expr: visits, from: visits, blank", "from and expr exclude", "keep one"},
	{"two sources in a rule", "{from: phone, as", "«{from: phone, value: x, as", "from and value exclude", "keep one"},
	{"values and lookup", "lookup: countries.csv,", "values: {a: b}, «lookup: countries.csv,", "exclude one another", "keep one"},
	{"else without values", "{from: email, as: email}", "{from: email, as: email, «else: skip}", "else without values", "remove it"},
	{"transform of a constant", "{value: 0123, set: create}", "{value: 0123, «as: email}", "no meaning beside value", "remove"},
	{"fields without each", "{expr: visits, blank: clear}", "{expr: visits, «fields: {a: b}}", "fields without each", "write each"},
	{"empty value map", "values: {private: Person, company: Business}", "values: «{}", "no value", "open: New"},
	{"key without lookup", "{expr: visits, blank: clear}", "{expr: visits, «key: code}", "key without lookup", "lookup"},
	{"not a path", "properties.Zone 1.2:", "«properties..Zone 1.2:", "no field path", "address.city"},
	{"not a path", `properties["Kept"]`, `«properties["Kept`, "no field path", "address.city"},
	{"double stream", "  - name: tickets", "  - «name: companies", `second stream called "companies"`, "name: of its own"},
	// both sides
	{"wrong vendor", "from: alpha", "from: «beta", "source is \"alpha\"", "from: alpha"},
	{"wrong vendor", "to: beta", "to: «alpha", "target is \"beta\"", "to: beta"},
	{"unknown source stream", "from: client\n", "from: «cliemt\n", `no stream "cliemt"`, `"client"`},
	{"unknown source stream", "from: job\n", "from: «jobs\n", `no stream "jobs"`, `"job"`},
	{"unknown target stream", "to: company\n", "to: «compny\n", `no stream "compny"`, `"company"`},
	{"unknown target stream", "to: ticket\n", "to: «tikcet\n", `no stream "tikcet"`, `"ticket"`},
	{"target stream not writable", "to: ticket\n", "to: «user\n", "cannot be written", "company, ticket"},
	{"writes switched off", "to: ticket\n", "to: «meeting\n", "switched off: the path is not confirmed", "leave the stream out"},
	{"unknown stream left out", "  site: sites", "  «sites: sites", `no stream "sites"`, `"site"`},
	{"unknown stream left out", "  meeting: switched", "  «meting: switched", `no stream "meting"`, `"meeting"`},
	{"merge without on", "    from: client\n", "    from: «[client, site]\n", `how is "site" joined`, "on: {site:"},
	{"merge on an unknown field", "    from: client\n", "    from: [client, site]\n    on: {site: «client.idd}\n", `has a field "client.idd"`, ""},
	{"merge on a field that is no key", "    from: client\n", "    from: [client, site]\n    on: {site: «client}\n", "cannot hold a key", "text or whole number"},
	{"merge of a stream not named", "    from: client\n", "    from: client\n    on: {«site: client.id}\n", "is not merged here", ""},
	{"stream merged with itself", "    from: client\n", "    from: [client, «client]\n    on: {client: id}\n", "named twice", "remove one"},
	// target fields
	{"read-only target field", "      subject: title", "      subject: title\n      «id: id", `"id" is read-only`, "remove"},
	{"read-only target field", "      zip: zip", "      «created: changed\n      zip: zip", `"created" is read-only`, "remove"},
	{"required field missing", "      subject: title\n", "", "required field subject", "add a rule"},
	{"required field missing", "      name: trim(name)\n", "", "required field name", "add a rule"},
	{"required field of a list missing", "          name: name\n", "", "required field name of \"items\"", "add a rule"},
	{"required field set only where empty", "      subject: title", "      subject: {from: title, set: «empty}", "set: empty", "set: create"},
	{"object written whole", "address.line: address.street", "«address: name", "is an object", "address.line"},
	{"field of a list written directly", "      remark: '", "      «items.name: name\n      remark: '", "is a list", "each"},
	{"field of a plain field", "      zip: zip", "      «zip.code: zip", "has no fields in it", "write zip"},
	{"status without actions", ", by: actions}", "}", "actions change it", "by: actions"},
	{"actions that do not change it", "{expr: visits, blank: clear}", "{value: 1, by: «actions}", "no action of", "remove by"},
	{"status that no action reaches", "completed: Done", "completed: «Nw", `does not know the value "Nw"`, `"New"`},
	{"actions without values", "{from: status, values: {created: New, planned: Planned, completed: Done}, by: actions}", "{from: status, by: «actions}", "needs values", "write values"},
	{"target field left out and mapped", "      changed: beta sets it", "      changed: beta sets it\n      «zip: no", "left out and mapped", "remove one"},
	{"unknown target field left out", "      changed: beta sets it", "      «chnged: beta sets it", `unknown target field "chnged"`, `"changed"`},
	{"source field left out and used", "      boss: beta has", "      «email: no\n      boss: beta has", "left out and mapped", "remove one"},
	{"unknown source field left out", "      boss: beta has", "      «bos: beta has", `unknown source field "bos"`, `"boss"`},
	// match
	{"match without a rule", "match: [email, [name, zip]]", "match: [«changed]", "has no rule here", ""},
	{"match without a rule", "match: [email, [name, zip]]", "match: [emial]", "has no rule here", `"email"`},
	{"match without a rule", "[name, zip]]", "[name, «zpi]]", "has no rule here", `"zip"`},
	{"match field twice", "[name, zip]]", "[name, «name]]", "named twice", "remove one"},
	{"match without a field", "[name, zip]]", "«[]]", "no field", "must be equal"},
	// where
	{"where not boolean", `where: name != ""`, `where: «name`, "where must be true or false", "condition"},
	{"where not boolean", `where: name != ""`, `where: «visits + 1`, "where must be true or false", "condition"},
	{"where not boolean", `where: name != ""`, `where: «tags`, "where must be true or false", "condition"},
	// transforms and their options
	{"unknown transform", "as: email", "as: «emial", `unknown transform "emial"`, `"email"`},
	{"unknown transform", "as: phone", "as: «phnoe", `unknown transform "phnoe"`, `"phone"`},
	{"unknown transform", "as: datetime", "as: «datetme", `unknown transform "datetme"`, `"datetime"`},
	{"unknown option", "region: US", "«regin: US", `no option "regin"`, `"region"`},
	{"unknown option", "zone: Europe/Paris", "«zon: Europe/Paris", `no option "zon"`, `"zone"`},
	{"unknown option", "layout: \"02/01/2006\"", "«layot: \"02/01/2006\"", `no option "layot"`, `"layout"`},
	{"wrong option", "zone: Europe/Paris", "zone: «Europe/Pariss", "option zone", ""},
	{"wrong option", "region: US", "region: «USA", "option region", ""},
	{"transform takes something else", "{from: email, as: email}", "{from: tags, as: «email}", "not list", "another field"},
	// values and lookups
	{"unknown source value", "values: {private:", "values: {«privat:", `does not know the value "privat"`, `"private"`},
	{"unknown source value", "planned: Planned,", "«plannned: Planned,", `does not know the value "plannned"`, `"planned"`},
	{"unknown target value", "company: Business", "company: «Busines", `does not know the value "Busines"`, `"Business"`},
	{"unknown target value", "private: Person", "private: «person", `does not know the value "person"`, `"Person"`},
	{"values of a list", "{from: kind, values", "{from: tags, «values", "values are for single values", "each"},
	{"value that never occurs", "visits: {expr: visits, blank: clear}", "visits: {expr: visits, values: {«many: 1}}", "never \"many\"", ""},
	{"value of the wrong type", "visits: {expr: visits, blank: clear}", "visits: {expr: visits, values: {1: «many}}", `"many" is no whole number`, "integer"},
	{"else of the wrong value", "else: reject", "else: {value: «Firm}", `does not know the value "Firm"`, ""},
	{"constant of the wrong type", "{value: 0123, set: create}", "{value: «[a, b]}", "takes one value", "one value"},
	{"constant of the wrong type", "active: active", "active: {value: «yes}", `"yes" is no boolean`, "active"},
	{"constant of the wrong type", "{expr: visits, blank: clear}", "{value: «0123}", `"0123" is no whole number`, "visits"},
	{"constant of the wrong type", "balance: balance", "balance: {value: «12;50}", "is no number", "balance"},
	{"lookup file missing", "lookup: countries.csv", "lookup: «country.csv", "cannot be read", "beside the mapping"},
	{"lookup key twice", "lookup: countries.csv, key: code", "lookup: double.csv, key: «code", "in row 2 and in row 4", "keep one"},
	{"lookup column missing", "key: code", "key: «cod", `no column "cod"`, `"code"`},
	{"lookup column missing", "key: code, value: name", "key: code, value: «nmae", `no column "nmae"`, `"name"`},
	// ref, find, placeholder, custom
	{"ref to an unknown stream", `ref("companies", client.id)`, `ref(«"compnies", client.id)`, `unknown stream "compnies"`, `"companies"`},
	{"ref not alone", `ref("companies", client.id)`, `1 + «ref("companies", client.id)`, "must stand alone", "field of its own"},
	{"ref not alone", "      subject: title", `      subject: 'string(«ref("companies", client.id))'`, "must stand alone", "field of its own"},
	{"ref without a key", `ref("companies", client.id)`, `ref(«"companies")`, "lacks the parent's key\nkey of", ""},
	{"ref by something that is no key", `ref("companies", client.id)`, `ref("companies", «client)`, "cannot be a key", "customer.id"},
	{"ref with a computed stream", `ref("companies", client.id)`, `ref(«title, client.id)`, "must be written out", ""},
	{"ref beside a transform", `company_id: ref("companies", client.id)`, `company_id: {expr: 'ref("companies", client.id)', «as: number}`, "as beside ref", "stand alone"},
	{"refs in a circle", `owner_id: 'find("user", {name: owner.name}) ?? placeholder("Nobody")'`, `owner_id: {expr: «'ref("tickets", id)', set: create}`, "companies -> tickets -> companies", "take one"},
	{"reference without a rule", "    duplicates: hold", "    reference: «remrak", "has no rule here", `"remark"`},
	{"reference that is no path", "    duplicates: hold", "    reference: «a..b", "no field path", ""},
	{"find in an unknown stream", `find("user", {`, `find(«"usr", {`, `unknown stream "usr"`, `"user"`},
	{"find by an unknown field", `{name: owner.name}`, `{«nmae: owner.name}`, `no field "nmae"`, `"name"`},
	{"find without fields", `find("user", {name: owner.name})`, `find("user", «{})`, "needs a field", "such as find"},
	{"key into a field that holds none", "active: active", `active: «ref("companies", id)`, "cannot hold a key", ""},
	{"custom label gone", `custom("Zone")`, `custom(«"Zona")`, `no custom field "Zona"`, `"Zone"`},
	{"custom label doubled", `custom("Zone")`, `custom(«"Twice")`, `2 custom fields called "Twice"`, "rename one"},
	{"custom fields that are not there", "      subject: title", `      subject: «custom("Zone")`, "has no custom fields", ""},
	{"custom label computed", `custom("Zone")`, `«custom(name)`, "must be written out", ""},
	// expressions
	{"unknown function", "trim(name)", "«trm(name)", `unknown function "trm"`, `"trim"`},
	{"unknown function", "'upper(address.city)'", "'«uper(address.city)'", `unknown function "uper"`, `"upper"`},
	{"unknown function", "trim(name)", "«now()", `unknown function "now"`, ""},
	{"function without brackets", "trim(name)", "«trim", `unknown source field "trim"`, "write trim(...)"},
	{"too few arguments", "'upper(address.city)'", "'«upper()'", "not enough arguments\ninvalid number of arguments", ""},
	{"too many arguments", "'upper(address.city)'", "'«upper(name, zip, email)'", "too many arguments\ninvalid number of arguments", ""},
	{"argument of the wrong type", "'upper(address.city)'", "'upper(«visits)'", "cannot use", "string(x)"},
	{"number and text", `"Alpha " + string(id)`, `"Alpha " «+ id`, "mismatched types", "string(x)"},
	{"number and text", "rating * 2", "rating «* name", "mismatched types", "float(x)"},
	{"number and text", "rating * 2", "rating «- \"2\"", "mismatched types", "float(x)"},
	{"text and number compared", `name != ""`, `name «> 5`, "mismatched types", "string(x)"},
	{"text and number compared", `name != ""`, `visits «== "5"`, "mismatched types", "string(x)"},
	{"condition that is none", "visits > 3 ?", "«visits ?", "non-bool", "condition"},
	{"not an expression", "trim(name)", "trim(name", "unexpected token", "brackets"},
	{"not an expression", "rating * 2", "rating * * 2", "unexpected token", "brackets"},
	{"not an expression", "      subject: title", "      subject: title title", "unexpected token", "brackets"},
	{"map in an expression", "trim(name)", "'«{a: name}[\"a\"]'", "a map has no place", "value map"},
	{"pattern not fixed", `name != ""`, `name matches «zip`, "must be written out", "such as"},
	{"wrong pattern", `name != ""`, `name «matches "(["`, "no pattern", "brackets"},
	{"element marker outside", "trim(name)", "'«#'", "", ""},
	{"predicate that is none", "      remark: '", "      labels2: a\n      remark: '", "unknown target field", `"labels"`},
	// types
	{"text into a number", "{expr: visits, blank: clear}", "{expr: «name, blank: clear}", "is integer, this is text", "as: integer"},
	{"text into a number", "balance: balance", "balance: «name", "is decimal, this is text", "as: decimal"},
	{"number into a whole number", "{expr: visits, blank: clear}", "{expr: «rating, blank: clear}", "is integer, this is number", "int(round(x))"},
	{"text into a boolean", "active: active", "active: «name", "is boolean, this is text", "as: boolean"},
	{"number into a boolean", "active: active", "active: «visits", "is boolean, this is whole number", "x != 0"},
	{"boolean into text", "zip: zip #", "zip: «active #", "is string, this is boolean", "values:"},
	{"list into text", "zip: zip #", "zip: «tags #", "is string, this is list", "join"},
	{"object into text", "zip: zip #", "zip: «address #", "is string, this is object", "name a field"},
	{"text into a list", "labels: tags", "labels: «name", "is list of string", "each"},
	{"list of objects into a list of text", "labels: tags", "labels: «parts", "is list of string", ""},
	{"date written differently", `{from: since, as: date, layout: "02/01/2006"}`, "«since", "is date, this is date", "as: date"},
	{"text into a date", `{from: since, as: date, layout: "02/01/2006"}`, "«name", "is date, this is text", "as: date"},
	{"object into a custom field", `custom("Zone")`, `«address`, "this is object", "custom field"},
	{"each over something that is no list", "        each: parts", "        each: «name", "each needs a list", "such as parts"},
	{"each into something that is no list", "      zip: zip # text", "      zip: {«each: parts, fields: {a: b}} # text", "no list of objects", "instead of each"},
	{"whole record where a list is", "labels: tags", "labels: «parts", "is list of string", ""},
	// tests
	{"test gives an unknown field", "          visits: 4\n          rating", "          «vists: 4\n          rating", `unknown source field "vists"`, `"visits"`},
	{"test gives an unknown field", "owner.name: Ann", "«owner.nmae: Ann", `unknown source field "nmae"`, `"name"`},
	{"test wants a field without a rule", "          score: 4.5", "          «scor: 4.5", `"scor", which has no rule`, `"score"`},
	{"test gives the wrong shape", "tags: [a, b]\n          parts", "tags: «{a: b}\n          parts", "is list of text", ""},
}

// swaps makes a mistake of every name in a list of places: two letters swapped
// in a name are what fingers do most.
func swaps() []mistake {
	var out []mistake
	add := func(kind, find, name, message string) {
		for i := 1; i+1 < len(name); i++ {
			if name[i] == name[i+1] {
				continue
			}
			wrong := name[:i] + string(name[i+1]) + string(name[i]) + name[i+2:]
			out = append(out, mistake{kind, find, strings.Replace(find, "«"+name, "«"+wrong, 1), fmt.Sprintf(message, wrong), fmt.Sprintf("%q", name)})
			if len(out)%2 == 0 {
				break
			}
		}
	}
	for _, p := range []struct{ find, name string }{
		{"trim(«name)", "name"}, {"as: email}", ""}, {"balance: «balance", "balance"}, {"expr: «visits,", "visits"}, {"score: «rating", "rating"},
		{"active: «active", "active"}, {"labels: «tags", "tags"}, {"each: «parts", "parts"}, {"extra: «notes", "notes"}, {"subject: «title", "title"},
		{"{from: «email,", "email"}, {"{from: «phone,", "phone"}, {"{from: «kind,", "kind"}, {"{from: «since,", "since"}, {"{from: «status,", "status"},
		{"{from: «planned,", "planned"}, {"quantity: «quantity", "quantity"}, {"price: «price", "price"}, {"(«visits > 3", "visits"},
	} {
		if p.name != "" {
			add("unknown source field", p.find, p.name, "unknown source field %q")
		}
	}
	for _, name := range []string{"email", "phone", "balance", "visits", "score", "active", "type", "since", "labels", "remark", "owner_id", "extra",
		"subject", "company_id"} {
		add("unknown target field", "\n      «"+name+": ", name, "unknown target field %q")
	}
	for _, name := range []string{"quantity", "price", "codes"} {
		add("unknown target field of a list", "\n          «"+name+": "+name+"\n", name, "unknown target field %q in items[]")
	}
	return out
}

func TestMistakes(t *testing.T) {
	base := good(t)
	all := append(slices.Clone(mistakes), swaps()...)
	counts := map[string]int{}
	source, target := alpha(t), beta(t)
	labels := func(string) []string { return []string{"Zone", "Twice", "Twice"} }
	for _, m := range all {
		name := m.kind + ": " + m.with
		find := strings.ReplaceAll(m.find, "«", "")
		require.Contains(t, base, find, name)
		text := strings.Replace(base, find, m.with, 1)
		line, column := 0, 0
		if at := strings.Index(text, "«"); at >= 0 {
			before := text[:at]
			line, column = strings.Count(before, "\n")+1, len(before)-strings.LastIndexByte(before, '\n')
			text = strings.Replace(text, "«", "", 1)
		}
		if found := found(t, text, source, target, labels, name); found != nil {
			assertMistake(t, m, name, line, column, found)
		}
		counts[m.kind]++
	}
	total := 0
	for _, kind := range slices.Sorted(func(yield func(string) bool) {
		for k := range counts {
			if !yield(k) {
				return
			}
		}
	}) {
		t.Logf("%4d %s", counts[kind], kind)
		total += counts[kind]
	}
	t.Logf("%4d mistakes of %d kinds", total, len(counts))
	assert.GreaterOrEqual(t, total, 200)
	assert.GreaterOrEqual(t, len(counts), 45)
}

// found gives the complaints about a mapping that has a mistake.
func found(t *testing.T, text string, source, target specOf, labels func(string) []string, name string) *Problems {
	t.Helper()
	f, err := Parse("testdata/m.yaml", []byte(text))
	if err == nil {
		err = Check(f, source, target, labels)
	}
	if !assert.Error(t, err, name) {
		return nil
	}
	problems, ok := errors.AsType[*Problems](err)
	if !assert.True(t, ok, name) {
		return nil
	}
	return problems
}

// assertMistake looks for the complaint among those found.
func assertMistake(t *testing.T, m mistake, name string, line, column int, found *Problems) {
	t.Helper()
	for _, p := range found.Items {
		here := line == 0 || p.Line == line && p.Column == column
		said := slices.ContainsFunc(strings.Split(m.message, "\n"), func(part string) bool { return strings.Contains(p.Message, part) })
		if here && said && strings.Contains(p.Hint, m.hint) && p.Line > 0 && p.Column > 0 {
			return
		}
	}
	t.Errorf("%s\nwant %d:%d %q; %q\ngot  %v", name, line, column, m.message, m.hint, found)
}

// TestAllMistakesAtOnce puts one mistake into many places of one file.
func TestAllMistakesAtOnce(t *testing.T) {
	text, all := good(t), swaps()
	var put []string
	for i, m := range all {
		find := strings.ReplaceAll(m.find, "«", "")
		if i%2 == 0 && !strings.HasPrefix(find, "each") && strings.Contains(text, find) { // another mistake may have changed the place
			text = strings.Replace(text, find, strings.ReplaceAll(m.with, "«", ""), 1)
			put = append(put, m.message)
		}
	}
	require.Greater(t, len(put), 25)
	f, err := Parse("testdata/m.yaml", []byte(text))
	require.NoError(t, err)
	err = Check(f, alpha(t), beta(t), nil)
	for _, message := range put {
		assert.ErrorContains(t, err, message)
	}
}
