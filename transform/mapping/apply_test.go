package mapping

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// apply maps one record with the first stream of a mapping.
func apply(t testing.TB, f *File, in Input) (string, Outcome, Result) {
	t.Helper()
	p, err := f.Compile(alpha(t), beta(t))
	require.NoError(t, err)
	var res Result
	outcome := p.Stream(0).New().Apply(&in, &res)
	return string(res.JSON), outcome, res
}

func TestRules(t *testing.T) {
	const name = "      name: {value: x}\n"
	for _, c := range []struct{ name, rule, body, want string }{
		{"constant as written", "remark: {value: 0123}", `{}`, `"remark":"0123"`},
		{"constant of the field's type", "visits: {value: 12}", `{}`, `"visits":12`},
		{"empty constant that clears", `remark: {value: "", blank: clear}`, `{}`, `"remark":null`},
		{"list of constants", "labels: {value: [a, 01]}", `{}`, `"labels":["a","01"]`},
		{"blank is kept out", "zip: zip", `{"zip":null}`, ``},
		{"blank clears", "zip: {from: zip, blank: clear}", `{"zip":""}`, `"zip":null`},
		{"odd column name", "remark: {from: First name}", `{"First name":"Zoë"}`, `"remark":"Zoë"`},
		{"path", "remark: {from: address.city}", `{"address":{"city":"Paris"}}`, `"remark":"Paris"`},
		{"alias", "remark: name", `{"fullName":"Ann"}`, `"remark":"Ann"`},
		{"number of any size stays", "visits: id", `{"id":9223372036854775807}`, `"visits":9223372036854775807`},
		{"number in text", "visits: id", `{"id":"9007199254740993"}`, `"visits":9007199254740993`},
		{"zeros of a decimal stay", "balance: balance", `{"balance":12.340}`, `"balance":12.340`},
		{"long decimal stays", "balance: balance", `{"balance":"1234567890123456789.123456789"}`, `"balance":1234567890123456789.123456789`},
		{"computed money is rounded to what is sure", "balance: rating * 3", `{"rating":1.1}`, `"balance":3.3`},
		{"number as text", "remark: balance", `{"balance":12.340}`, `"remark":"12.340"`},
		{"odd letters", "remark: name", `{"name":"a\"\\\u0001\u2028\ud83d\ude00é"}`, "\"remark\":\"a\\\"\\\\\\u0001\u2028😀é\""},
		{"value map", "type: {from: kind, values: {private: Person}, else: {value: Business}}", `{"kind":"company"}`, `"type":"Business"`},
		{"value map of numbers", "remark: {from: visits, values: {4: four}}", `{"visits":4}`, `"remark":"four"`},
		{"value map of booleans", `remark: {from: active, values: {"true": y, "false": n}}`, `{"active":0}`, `"remark":"n"`},
		{"blank is no unknown value", "type: {from: kind, values: {private: Person}}", `{}`, ``},
		{"blank in a value map", `type: {from: kind, values: {"": Person}}`, `{}`, `"type":"Person"`},
		{"transform, then values", "remark: {expr: trim(zip), values: {01: one}}", `{"zip":" 01 "}`, `"remark":"one"`},
		{"list", "items: {each: parts, fields: {name: name, quantity: quantity, price: price * 2}}",
			`{"parts":[{"name":"a","quantity":"2","price":1.25},{"name":"b"}]}`, `"items":[{"name":"a","quantity":2,"price":2.5},{"name":"b"}]`},
		{"list with the record", "items: {each: 'filter(parts, .quantity > 1)', fields: {name: record.zip + item.name}}",
			`{"zip":"z","parts":[{"name":"a","quantity":2},{"name":"b","quantity":1}]}`, `"items":[{"name":"za"}]`},
		{"list of texts", "items: {each: tags, fields: {name: item}}", `{"tags":["a","b"]}`, `"items":[{"name":"a"},{"name":"b"}]`},
		{"empty list clears", "items: {each: parts, blank: clear, fields: {name: name}}", `{"parts":[]}`, `"items":null`},
		{"label with dots", "properties.Zone 1.2: zip", `{"zip":"1"}`, `"properties":{"Zone 1.2":"1"}`},
		{"order of the target", "visits: {value: 1}\n      email: {value: a}", `{}`, `"email":"a","visits":1`},
		{"nested target", "address.state: {value: s}\n      address.line: {value: l}", `{}`, `"address":{"line":"l","state":"s"}`},
		{"ref", "owner_id: 'ref(\"company\", boss)'", `{"boss":5}`, `"owner_id":{"$ref":{"stream":"company","key":"5"}}`},
		{"blank ref", "owner_id: 'ref(\"company\", boss)'", `{}`, ``},
		{"find", "owner_id: 'find(\"user\", {name: owner.name, email: email})'", `{"owner":{"name":"A\"n"},"email":"e"}`,
			`"owner_id":{"$find":{"stream":"user","by":{"name":"A\"n","email":"e"}}}`},
		{"find or placeholder", "owner_id: 'find(\"user\", {name: owner.name}) ?? placeholder(\"Former\")'", `{"owner":{"name":"Ann"}}`,
			`"owner_id":{"$find":{"stream":"user","by":{"name":"Ann"},"placeholder":"Former"}}`},
		{"placeholder", "owner_id: 'placeholder(\"Former\")'", `{}`, `"owner_id":{"$placeholder":"Former"}`},
		{"exact decimal", "balance: {from: zip, as: decimal}", `{"zip":"$1,234.56"}`, `"balance":1234.56`},
		{"whole number", "visits: {from: zip, as: integer}", `{"zip":"12"}`, `"visits":12`},
		{"number", "score: {from: zip, as: number}", `{"zip":"12.50"}`, `"score":12.5`},
		{"function and field of one name", "remark: 'parts(zip, \",\")[1]'", `{"zip":"a,b","parts":[]}`, `"remark":"b"`},
		{"empty place in a list", "labels: tags", `{"tags":["a",null,"b"]}`, `"labels":["a","b"]`},
	} {
		text := single(name + "      " + c.rule + "\n")
		if c.name == "ref" || c.name == "blank ref" {
			text = "version: 1\nfrom: alpha\nto: beta\nstreams:\n  - {name: more, from: client, to: company, fields: {name: {value: x}, " +
				"owner_id: 'ref(\"company\", boss)'}}\n  - {from: site, to: company, fields: {name: label}}\n"
		}
		got, outcome, res := apply(t, inTestdata(t, text), Input{Key: "1", Base: []byte(c.body)})
		assert.Equal(t, Mapped, outcome, "%s: %+v", c.name, res.Dead)
		want := `{"name":"x"`
		if c.want != "" {
			want += "," + c.want
		}
		assert.Equal(t, want+"}", got, c.name)
	}
}

func TestOutcomes(t *testing.T) {
	text := single("      name: name\n      type: {from: kind, values: {private: Person}, else: skip}\n      email: {from: email, as: email}\n" +
		"      address.state: {from: address.country, lookup: countries.csv, key: code, value: short, else: reject}\n")
	f := inTestdata(t, text)
	_, outcome, res := apply(t, f, Input{Base: []byte(`{"name":"a","kind":"odd"}`)})
	assert.Equal(t, Skipped, outcome)
	assert.Equal(t, "the value of kind is not among the values of type", res.Skip)

	_, outcome, res = apply(t, f, Input{Base: []byte(`{"name":"a","email":"nobody"}`)})
	assert.Equal(t, Dead, outcome)
	assert.Equal(t, "email", res.Dead.Field)
	assert.Equal(t, "email", res.Dead.Origin)
	assert.Equal(t, "nobody", res.Dead.Value)
	assert.NotContains(t, res.Dead.Reason+res.Dead.Do, "nobody")

	_, outcome, res = apply(t, f, Input{Base: []byte(`{"name":"a","address":{"country":"XX"}}`)})
	assert.Equal(t, Dead, outcome)
	assert.Equal(t, Letter{"the value is not among the countries.csv", "address.state", "address.country", "XX",
		"add it to the countries.csv of address.state, or say what else: it becomes"}, res.Dead)

	got, outcome, _ := apply(t, f, Input{Base: []byte(`{"name":"a","address":{"country":"01"}}`)})
	assert.Equal(t, Mapped, outcome)
	assert.Equal(t, `{"name":"a","address":{"state":"0"}}`, got)
}

func TestElementsAreNamedInDeadLetters(t *testing.T) {
	f := inTestdata(t, single("      name: {value: x}\n      items: {each: parts, fields: {name: name, quantity: quantity}}\n"))
	_, outcome, res := apply(t, f, Input{Base: []byte(`{"parts":[{"name":"a"},{"name":"b","quantity":"two"}]}`)})
	assert.Equal(t, Dead, outcome)
	assert.Equal(t, "items[].quantity", res.Dead.Field)
	assert.Equal(t, `"two"`, res.Dead.Value)
}

func TestDetailMergeSplitAndKey(t *testing.T) {
	f := inTestdata(t, "version: 1\nfrom: alpha\nto: beta\nstreams:\n"+
		"  - {name: first, from: [client, site], on: {site: client.id}, to: company, fields: {name: name, phone: site.phone, remark: 'site.label + \"/\" + string(site.client.id)'}}\n"+
		"  - {name: second, from: client, to: ticket, fields: {subject: name}}\n"+
		"  - {name: third, from: job.report, to: ticket, fields: {subject: text, company_id: jobId, user_id: block}}\n")
	got, _, _ := apply(t, f, Input{Base: []byte(`{"name":"old","email":"e"}`), Detail: []byte(`{"name":"new"}`),
		Joined: map[string][]byte{"site": []byte(`{"phone":"1","label":"S","client":{"id":4}}`)}})
	assert.Equal(t, `{"name":"new","phone":"1","remark":"S/4"}`, got)
	p, err := f.Compile(alpha(t), beta(t))
	require.NoError(t, err)
	assert.Equal(t, []Merge{{Stream: "site", Theirs: "client.id"}}, p.Find("first").Merges())
	assert.Equal(t, []string{"site"}, f.UsesDetails("first", alpha(t)))
	assert.ErrorContains(t, f.CheckDetails(alpha(t), []string{"job.report"}), "need details that the job does not read; add site to details")
	var res Result
	assert.Equal(t, Mapped, p.Find("third").New().Apply(&Input{Key: "12/3", Base: []byte(`{"text":"t","block":3}`)}, &res))
	assert.Equal(t, `{"subject":"t","company_id":12,"user_id":3}`, string(res.JSON))
}

func TestHashes(t *testing.T) {
	base := inTestdata(t, good(t))
	hash := func(old, new string) *File {
		return inTestdata(t, replaceOnce(t, good(t), old, new))
	}
	assert.Equal(t, base.Hash, hash("# text stays text", "# other words").Hash, "a comment")
	assert.Equal(t, base.Hash, hash("boss: beta has no groups", "boss: nobody has").Hash, "a reason")
	assert.Equal(t, base.Hash, hash("visits: 4\n", "visits: 5\n").Hash, "a test")
	changed := hash("zip: zip #", "zip: trim(zip) #")
	assert.NotEqual(t, base.Hash, changed.Hash)
	assert.NotEqual(t, base.Streams[0].Hash, changed.Streams[0].Hash)
	assert.Equal(t, base.Streams[1].Hash, changed.Streams[1].Hash, "the other stream")

	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("m.yaml", single("      name: {from: zip, lookup: l.csv, key: a, value: b}\n"))
	write("l.csv", "a,b\n1,x\n")
	one, err := Load(filepath.Join(dir, "m.yaml"))
	require.NoError(t, err)
	write("l.csv", "a,b\n1,y\n")
	two, err := Load(filepath.Join(dir, "m.yaml"))
	require.NoError(t, err)
	assert.NotEqual(t, one.Hash, two.Hash, "a lookup file")
}

func TestLookupInAWorkbook(t *testing.T) {
	dir := t.TempDir()
	book := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "code", "B1": "name", "A2": "01", "B2": "One", "A3": "02", "B3": "Two"} {
		require.NoError(t, book.SetCellValue("Sheet1", cell, v))
	}
	require.NoError(t, book.SaveAs(filepath.Join(dir, "codes.xlsx")))
	f, err := Parse(filepath.Join(dir, "m.yaml"), []byte(single("      name: {from: zip, lookup: codes.xlsx, key: code, value: name}\n")))
	require.NoError(t, err)
	got, _, _ := apply(t, f, Input{Base: []byte(`{"zip":"02"}`)})
	assert.Equal(t, `{"name":"Two"}`, got)
}

func TestUses(t *testing.T) {
	f := inTestdata(t, good(t))
	assert.Equal(t, []string{"client.id", "planned", "status", "title"}, f.Uses(f.Streams[1]))
	assert.Subset(t, f.Uses(f.Streams[0]), []string{"parts[].price", `custom("Zone")`, "owner.name", "name", "address.country"})
}

func TestFieldsTellTheLoadWhatToDo(t *testing.T) {
	p, err := inTestdata(t, good(t)).Compile(alpha(t), beta(t))
	require.NoError(t, err)
	assert.Equal(t, []Field{
		{Path: Path{"subject"}, Set: "always", Blank: "keep"}, {Path: Path{"company_id"}, Set: "always", Blank: "keep", Refs: "companies"},
		{Path: Path{"status"}, Set: "always", Blank: "keep", ByActions: true}, {Path: Path{"due"}, Set: "always", Blank: "keep"},
	}, p.Find("tickets").Fields())
	fields := p.Find("companies").Fields()
	assert.Equal(t, Field{Path: Path{"properties", "Kept"}, Set: "create", Blank: "keep", Custom: true}, fields[len(fields)-1])
	assert.Contains(t, fields, Field{Path: Path{"owner_id"}, Set: "always", Blank: "keep", Finds: "user"})
	for i := range fields {
		var want []Find
		if fields[i].Finds != "" {
			want = []Find{{Stream: "user", By: []string{"name"}}}
		}
		assert.Equal(t, want, p.Find("companies").Finds(i), fields[i].Path)
	}
}

func TestWorkersDoNotDisturbOneAnother(t *testing.T) {
	p, err := inTestdata(t, good(t)).Compile(alpha(t), beta(t))
	require.NoError(t, err)
	done := make(chan string, 4)
	for range cap(done) {
		go func() {
			w, res := p.Find("companies").New(), Result{}
			for range 200 {
				w.Apply(&Input{Key: "1", Base: []byte(client)}, &res)
			}
			done <- string(res.JSON)
		}()
	}
	first := <-done
	for range cap(done) - 1 {
		assert.Equal(t, first, <-done)
	}
	assert.Contains(t, first, `"name":"Zoë Ann"`)
}

// TestNothingOutlivesItsRecord: texts are views into buffers that the next
// record overwrites, so whatever stays must be a copy.
func TestNothingOutlivesItsRecord(t *testing.T) {
	f := inTestdata(t, single("      name: {value: x}\n      phone: {from: phone, as: phone, region: US}\n      visits: int(zip)\n"))
	p, err := f.Compile(alpha(t), beta(t))
	require.NoError(t, err)
	w, res := p.Stream(0).New(), Result{}
	for range 3 { // remembered numbers must not change places
		for phone, want := range map[string]string{"(719) 388-1967": "+17193881967", "(212) 555-0123": "+12125550123", "(415) 555-2671": "+14155552671"} {
			require.Equal(t, Mapped, w.Apply(&Input{Base: []byte(`{"phone":"` + phone + `"}`)}, &res), "%+v", res.Dead)
			require.Equal(t, `{"name":"x","phone":"`+want+`"}`, string(res.JSON))
		}
	}
	require.Equal(t, Dead, w.Apply(&Input{Base: []byte(`{"zip":"abcdef"}`)}, &res))
	letter := res.Dead
	w.Apply(&Input{Base: []byte(`{"zip":"xxxxxxxxxxxxxxx","name":"yyyyyyyyy"}`)}, &res)
	assert.Equal(t, "abcdef", letter.Value)
}

func TestFieldsDoNotHideFunctions(t *testing.T) {
	f := inTestdata(t, "version: 1\nfrom: alpha\nto: beta\nstreams:\n  - {from: site, to: ticket, fields: {subject: 'first(split(first, \" \")) + first'}}\n")
	got, outcome, res := apply(t, f, Input{Base: []byte(`{"first":"a b"}`)})
	assert.Equal(t, Mapped, outcome, "%+v", res.Dead)
	assert.Equal(t, `{"subject":"aa b"}`, got)
	f = inTestdata(t, "version: 1\nfrom: alpha\nto: beta\nstreams:\n  - {from: site, to: ticket, fields: {subject: 'first()'}}\n")
	assert.ErrorContains(t, Check(f, alpha(t), beta(t), nil), "invalid number of arguments")
}
