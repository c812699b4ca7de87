package plain

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"ferry/extract/record"
)

func TestLabelsAndNumbers(t *testing.T) {
	for raw, want := range map[string][2]string{
		`{"id":1,"name":" Acme  Inc "}`:                         {"Acme Inc", ""},
		`{"business_name":"","firstname":"Ann","lastname":"B"}`: {"Ann B", ""},
		`{"fullName":"Ann B","num":12}`:                         {"Ann B", "12"},
		`{"location_name":"Yard","number":"A-7"}`:               {"Yard", "A-7"},
		`{"number":77,"total":5}`:                               {"77", "77"},
		`{"myId":"C1"}`:                                         {"C1", "C1"},
		`{"total":5}`:                                           {"", ""},
		`[1]`:                                                   {"", ""},
		`{`:                                                     {"", ""},
		`{"name":"` + strings.Repeat("x", 200) + `"}`: {strings.Repeat("x", 119) + "…", ""},
	} {
		var r Reader
		assert.Equal(t, want, [2]string{r.Label([]byte(raw)), r.Number([]byte(raw))}, raw)
	}
}

func TestFieldsAsText(t *testing.T) {
	raw := `{"name":"A","a":{"b":1.50,"c":null},"list":[1, {"x":2}],"customer_id":{"$ref":{"stream":"customers","key":"9"}},
		"user_id":{"$find":{"stream":"users","by":{"name":"Ann","city":"X"}}},"who":{"$placeholder":"Former"},"link":"https://x/secret","blank":""}`
	var r Reader
	secrets := Secrets([]record.Field{{Name: "link", Kind: record.String, Secret: true}, {Name: "a", Kind: record.Object, Fields: []record.Field{{Name: "z", Secret: true}}}})
	assert.Equal(t, []Pair{
		{"name", "A"}, {"a.b", "1.50"}, {"list", `[1,{"x":2}]`}, {"customer_id", "customers 9"},
		{"user_id", "users with city X and name Ann"}, {"who", "Former"}, {"link", Hidden},
	}, r.Pairs([]byte(raw), secrets))
	assert.Equal(t, map[string]bool{"link": true, "a.z": true}, secrets)
	assert.Equal(t, []string{"0", "999", "1,000", "-1,234,567"}, []string{Count(0), Count(999), Count(1000), Count(-1234567)})
}
