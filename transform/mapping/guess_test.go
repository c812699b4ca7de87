package mapping

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Places are counted in letters, as texts are cut and measured; expr-lang
// itself counts bytes here, and cuts "Müller@" out of "Müller@x".
func TestPlacesAreLetters(t *testing.T) {
	for text, want := range map[string]string{
		`email[0:indexOf(email, "@")]`:                                    `"Müller"`,
		`email[lastIndexOf(email, "-") + 1:]`:                             `"é"`,
		`indexOf(email, "?")`:                                             `-1`,
		`indexOf(email, "M")`:                                             `0`,
		`len(email[:lastIndexOf(email, "-")]) == lastIndexOf(email, "-")`: `true`,
	} {
		got, outcome, dead := evaluate(t, text, `{"email":"Müller@ü-é"}`)
		assert.Equal(t, Mapped, outcome, "%s: %+v", text, dead)
		assert.Equal(t, want, got, text)
	}
}

func TestSignsOfNumbers(t *testing.T) {
	const body = `{"id":-9223372036854775807,"balance":"1234567890123456789.10","rating":-0.4,"visits":0}`
	for text, want := range map[string]string{
		`-id`: `9223372036854775807`, `-balance`: `-1234567890123456789.10`, `-(-balance)`: `1234567890123456789.10`,
		`round(rating)`: `0`, `-float(visits)`: `0`, `rating * 0`: `0`, `-rating`: `0.4`,
	} {
		got, outcome, dead := evaluate(t, text, body)
		assert.Equal(t, Mapped, outcome, "%s: %+v", text, dead)
		assert.Equal(t, want, got, text)
	}
}

// What cannot be told for certain is a dead letter, never another value or a
// blank.
func TestNothingIsGuessed(t *testing.T) {
	for _, c := range []struct{ text, body, reason string }{
		{`-id`, `{"id":-9223372036854775808}`, "too large"},
		{`balance * 1`, `{"balance":"12345678901234567.89"}`, "more digits"},
		{`id + 0.5`, `{"id":9007199254740993}`, "more digits"},
		{`notes.a`, `{"notes":"text"}`, "no object"},
		{`notes[0]`, `{"notes":5}`, "no list"},
		{`custom("Zone")`, `{"values":[{"label":"Zone","value":"N"},{"label":"Zone","value":"S"}]}`, "several custom fields"},
		{`custom("Zone")`, `{"values":[{"label":"Zone","value":null},{"label":"Zone","value":"S"}]}`, "several custom fields"},
	} {
		_, outcome, dead := evaluate(t, c.text, c.body)
		assert.Equal(t, Dead, outcome, "%s of %s", c.text, c.body)
		assert.Contains(t, dead.Reason, c.reason, c.text)
	}
	for text, body := range map[string]string{`notes.a`: `{"notes":""}`, `notes[0]`: `{"notes":null}`} {
		got, outcome, _ := evaluate(t, text, body)
		assert.Equal(t, Mapped, outcome, text)
		assert.Empty(t, got, text)
	}
	got, _, _ := evaluate(t, `custom("Zone")`, `{"values":[{"label":"Zone","value":"N"},{"label":"Zone","value":"N"}]}`)
	assert.Equal(t, `"N"`, got)
}

func TestTheTargetKnowsItsValues(t *testing.T) {
	f := inTestdata(t, single("      name: {value: x}\n      type: zip\n"))
	_, outcome, res := apply(t, f, Input{Key: "1", Base: []byte(`{"zip":"Alien"}`)})
	assert.Equal(t, Dead, outcome)
	assert.Equal(t, "Alien", res.Dead.Value)
	assert.Contains(t, res.Dead.Do, "Person, Business")
	got, outcome, _ := apply(t, f, Input{Key: "1", Base: []byte(`{"zip":"Person"}`)})
	assert.Equal(t, Mapped, outcome)
	assert.Equal(t, `{"name":"x","type":"Person"}`, got)

	_, err := inTestdata(t, single("      name: {value: x}\n      type: kind\n")).Compile(alpha(t), beta(t))
	require.ErrorContains(t, err, "their values differ; write values: {private: Person, ...}")
}

func TestEmptyPlacesMakeNoElements(t *testing.T) {
	f := inTestdata(t, single("      name: {value: x}\n      items: {each: parts, fields: {name: record.zip}}\n"))
	got, outcome, res := apply(t, f, Input{Key: "1", Base: []byte(`{"zip":"z","parts":[null,{"name":"a"},null]}`)})
	assert.Equal(t, Mapped, outcome, "%+v", res.Dead)
	assert.Equal(t, `{"name":"x","items":[{"name":"z"}]}`, got)
}
