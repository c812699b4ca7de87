package mapping

import (
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// evaluate runs one expression as the rule of a JSON field over a client.
func evaluate(t testing.TB, text, body string) (string, Outcome, Letter) {
	t.Helper()
	f := inTestdata(t, single("      name: {value: x}\n      extra: |-\n        "+text+"\n"))
	p, err := f.Compile(alpha(t), beta(t))
	require.NoError(t, err, text)
	var res Result
	outcome := p.Stream(0).New().Apply(&Input{Key: "1", Base: []byte(body)}, &res)
	out, ok := strings.CutPrefix(string(res.JSON), `{"name":"x"`)
	if outcome == Mapped {
		require.True(t, ok, string(res.JSON))
	}
	out = strings.TrimSuffix(strings.TrimPrefix(out, `,"extra":`), "}")
	return out, outcome, res.Dead
}

const client = `{"id":9007199254740993,"name":" Zoë Ann ","First name":"Zoë","email":"z@x.example","zip":"01234","visits":4,"rating":2.5,
"balance":"19.90","active":true,"address":{"street":"1 Main","city":"Paris"},"tags":["b","a","b"],"owner":{"id":3,"name":"Ann"},
"parts":[{"name":"Bolt","quantity":2,"price":"0.10"},{"name":"Nut","quantity":3,"price":1.1}],"notes":{"a":[1,2]},
"values":[{"label":"Zone","value":"North"},{"label":"Level","value":7}]}`

func TestExpressions(t *testing.T) {
	for text, want := range map[string]string{
		`name`: `" Zoë Ann "`, `trim(name)`: `"Zoë Ann"`, `upper(trim(name))`: `"ZOË ANN"`, `len(trim(name))`: `7`,
		`$env["First name"]`: `"Zoë"`, `address.city + ", " + zip`: `"Paris, 01234"`, `trim(name)[0:3]`: `"Zoë"`, `trim(name)[-3:]`: `"Ann"`,
		`id`: `9007199254740993`, `string(id)`: `"9007199254740993"`, `id + 1`: `9007199254740994`, `balance`: `19.90`, `string(balance)`: `"19.90"`,
		`balance * 2`: `39.8`, `visits / 8`: `0.5`, `visits % 3`: `1`, `visits ** 2`: `16`, `-visits`: `-4`, `7 - visits`: `3`,
		`visits > 3 and active`: `true`, `not active`: `false`, `visits > 3 ? "often" : "rarely"`: `"often"`,
		`"a" in tags`: `true`, `visits in [1, 4]`: `true`, `name contains "Ann"`: `true`, `zip startsWith "01"`: `true`, `zip matches "^[0-9]{5}$"`: `true`,
		`tags[0]`: `"b"`, `tags[-1]`: `"b"`, `tags[9]`: ``, `join(sort(uniq(tags)), "+")`: `"a+b"`, `len(tags)`: `3`,
		`filter(parts, .quantity > 2)[0].name`: `"Nut"`, `map(parts, .name)`: `["Bolt","Nut"]`, `sum(parts, .quantity)`: `5`,
		`sum(map(parts, .quantity * .price))`: `3.5000000000000004`, `count(parts, .quantity > 0)`: `2`, `all(parts, .quantity > 2)`: `false`,
		`any(parts, {.name == "Nut"})`: `true`, `none(tags, # == "z")`: `true`, `one(tags, # == "a")`: `true`, `map(tags, #index)`: `[0,1,2]`,
		`map(sortBy(parts, .name, "desc"), .name)`: `["Nut","Bolt"]`, `reduce(parts, #acc + .quantity, 10)`: `15`, `findIndex(tags, # == "a")`: `1`,
		`sum(filter(map(parts, .quantity), # > 2))`: `3`, `map(parts, filter(tags, # == "a")[0] + .name)`: `["aBolt","aNut"]`,
		`split("a,b", ",")[1]`: `"b"`, `replace(zip, "0", "o")`: `"o1234"`, `replace("aaa", "a", "b", 2)`: `"bba"`, `name | trim() | lower()`: `"zoë ann"`, `1..3`: `[1,2,3]`,
		`int("12")`: `12`, `float("1.50")`: `1.50`, `round(2.5)`: `3`, `int(round(rating))`: `3`, `abs(-3)`: `3`, `max(visits, 9)`: `9`, `min([3, 1])`: `1`,
		`first(tags)`: `"b"`, `last(tags)`: `"b"`, `take(tags, 2)`: `["b","a"]`, `reverse(tags)`: `["b","a","b"]`, `concat(tags, ["c"])`: `["b","a","b","c"]`,
		`let n = trim(name); n + n`: `"Zoë AnnZoë Ann"`, `custom("Zone")`: `"North"`, `custom("Level")`: `"7"`, `custom("None")`: ``,
		`notes`: `{"a":[1,2]}`, `notes.a[1]`: `2`, `owner.name == "Ann"`: `true`, `tags == ["b", "a", "b"]`: `true`, `mean([1, 2])`: `1.5`,
		`flatten([[1], [2, [3]]])`: `[1,2,3]`, `repeat("ab", 2)`: `"abab"`, `indexOf(zip, "2")`: `2`, `trimPrefix(zip, "0")`: `"1234"`,
		`if visits > 3 { "many" } else { "few" }`: `"many"`,
	} {
		got, outcome, dead := evaluate(t, text, client)
		assert.Equal(t, Mapped, outcome, "%s: %+v", text, dead)
		assert.Equal(t, want, got, text)
	}
}

func TestBlankValues(t *testing.T) {
	for text, want := range map[string]string{
		`name + "x"`: `"x"`, `name == ""`: `true`, `isnull(name)`: `true`, `isnull(email)`: `false`, `len(name)`: `0`, `name ?? "none"`: `"none"`,
		`visits + 1`: ``, `visits * 0 > 3`: ``, `visits == 4`: ``, `isnull(visits) ? 0 : visits + 1`: `0`, `visits ?? 7`: `7`, `(visits + 1) ?? 7`: `7`,
		`visits == nil`: `true`, `visits != nil`: `false`, `string(visits)`: ``, `active ? "a" : "b"`: ``, `not active`: ``, `active and false`: `false`,
		`active or true`: `true`, `active or false`: ``, `count(parts, true)`: ``, `map(parts, .name)`: ``, `address.city`: ``, `address.city == ""`: `true`,
		`owner.id`: ``, `isnull(owner)`: `true`, `tags`: ``, `"a" in tags`: ``, `round(rating)`: ``, `max(visits, 3)`: ``, `rating < 3`: ``,
		`custom("Zone")`: ``, `custom("Zone") == ""`: `true`, `isnull(custom("Zone"))`: `true`,
	} {
		for _, body := range []string{`{"email":""}`, `{"email":"","name":null,"visits":null,"active":null,"parts":null,"address":null,"owner":"","tags":"","rating":"","values":null}`} {
			got, outcome, dead := evaluate(t, text, body)
			assert.Equal(t, Mapped, outcome, "%s: %+v", text, dead)
			assert.Equal(t, want, got, "%s of %s", text, body)
		}
	}
}

func TestDeadLetters(t *testing.T) {
	for _, c := range []struct{ text, body, reason, origin, value string }{
		{`visits + 1`, `{"visits":"many"}`, "visits is no whole number", "visits", `"many"`},
		{`visits + 1`, `{"visits":1.5}`, "visits is no whole number", "visits", `1.5`},
		{`balance`, `{"balance":"12,50"}`, "balance is no number", "balance", `"12,50"`},
		{`balance`, `{"balance":"NaN"}`, "balance is no number", "balance", `"NaN"`},
		{`balance`, `{"balance":"1e999"}`, "balance is no number", "balance", `"1e999"`},
		{`active`, `{"active":"maybe"}`, "active is no boolean", "active", `"maybe"`},
		{`name`, `{"name":{"a":1}}`, "name is no text", "name", `{"a":1}`},
		{`address.city`, `{"address":"Paris"}`, "address.city is no object", "address.city", `"Paris"`},
		{`tags`, `{"tags":"x"}`, "tags is no list of text", "tags", `"x"`},
		{`upper(notes)`, `{"notes":{"a":1}}`, "upper is for text", "upper(notes)", ``},
		{`visits / 0`, `{"visits":1}`, "no number", "visits / 0", ``},
		{`visits % 0`, `{"visits":1}`, "division by zero", "visits % 0", ``},
		{`visits * 4611686018427387904`, `{"visits":4}`, "too large", "", ``},
		{`int(name)`, `{"name":"x1"}`, "no whole number", "int(name)", "x1"},
		{`rating ** 9999`, `{"rating":10}`, "no number", "", ``},
		{`repeat(name, 100000)`, `{"name":"0123456789012345"}`, "too long", "", ``},
		{`map(1..60000, map(1..100, #))`, `{}`, "too long", "", ``},
		{`1..visits`, `{"visits":99999999}`, "more than", "", ``},
		{`name`, `{"name":`, "no JSON", "", ``},
	} {
		got, outcome, dead := evaluate(t, c.text, c.body)
		if assert.Equal(t, Dead, outcome, "%s gave %s", c.text, got) {
			assert.Contains(t, dead.Reason, c.reason, c.text)
			assert.Contains(t, dead.Origin, c.origin, c.text)
			assert.Equal(t, c.value, dead.Value, c.text)
			assert.NotEmpty(t, dead.Do, c.text)
		}
	}
}

// TestMeansWhatExprLangMeans holds the closures against expr-lang's own machine
// wherever no value is blank.
func TestMeansWhatExprLangMeans(t *testing.T) {
	env := map[string]any{"name": " Zoë Ann ", "zip": "01234", "visits": 4, "rating": 2.5, "active": true, "tags": []any{"b", "a", "b"},
		"parts": []any{map[string]any{"name": "Bolt", "quantity": 2}, map[string]any{"name": "Nut", "quantity": 3}}}
	for _, text := range []string{
		`visits + 1`, `visits - rating`, `visits * rating`, `visits / 3`, `visits % 3`, `visits ** 0.5`, `-rating`, `1 + 2 * 3 - 4`, `visits > 3 && !active`,
		`visits == 4.0`, `rating >= 2.5`, `name < zip`, `name + zip + "x"`, `trim(name) == "Zoë Ann"`, `len(name)`, `upper(name)`, `lower(name)`, `tags[1]`,
		`"a" in tags`, `"z" not in tags`, `visits in 1..5`, `name contains "Ann"`, `not (zip endsWith "4")`, `filter(tags, # != "a")`, `map(tags, upper(#))`,
		`all(parts, .quantity > 1)`, `count(tags, # == "b")`, `sum(parts, .quantity)`, `sortBy(parts, .quantity, "desc")[0].name`, `join(tags, "-")`,
		`split(name, " ")`, `replace(zip, "1", "")`, `indexOf(zip, "2")`, `first(tags)`, `last(tags)`, `take(tags, 2)`, `reverse(tags)`, `uniq(tags)`,
		`sort(tags)`, `min(visits, rating)`, `max(1, 2, 3)`, `mean([1, 2, 4])`, `round(rating)`, `floor(rating)`, `ceil(rating)`, `abs(-visits)`, `int(rating)`,
		`float(visits)`, `string(visits)`, `string(rating)`, `string(active)`, `active ? visits : 0`, `tags[0:2]`, `reduce(parts, #acc + .quantity, 0)`,
		`let x = visits; x * x`, `repeat(zip, 2)`, `hasPrefix(zip, "0")`, `concat(tags, tags)`, `findIndex(tags, # == "a")`, `any(tags, # == "q") ? 1 : 2`,
		`none(parts, .quantity > 9)`, `one(parts, .quantity == 3)`, `trimSuffix(zip, "34")`, `zip matches "^0"`, `map(tags, #index)`, `flatten([[1], [2]])`,
	} {
		program, err := expr.Compile(text, expr.Env(env))
		require.NoError(t, err, text)
		want, err := expr.Run(program, env)
		require.NoError(t, err, text)
		got, outcome, dead := evaluate(t, text, `{"name":" Zoë Ann ","zip":"01234","visits":4,"rating":2.5,"active":true,"tags":["b","a","b"],
			"parts":[{"name":"Bolt","quantity":2},{"name":"Nut","quantity":3}]}`)
		require.Equal(t, Mapped, outcome, "%s: %+v", text, dead)
		assert.JSONEq(t, string(encode(want)), got, text)
	}
}
