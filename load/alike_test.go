package load

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fastjson"

	"ferry/extract/record"
)

func TestNamesInOtherSpellingsLookAlike(t *testing.T) {
	shapes := map[string]*shape{}
	for _, name := range []string{"business_name", "firstname", "lastname"} {
		shapes[name] = &shape{shown: true, kind: record.String}
	}
	rules := alikeRules(shapes)
	require.Len(t, rules, 1)
	sum := func(text string) uint64 {
		n, _ := rules[0].sum(fastjson.MustParse(text), nil)
		return n
	}
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{`{"business_name":"SARL Dupont"}`, `{"business_name":"Dupont S.A.R.L."}`, true},
		{`{"firstname":"Ann","lastname":"Archer"}`, `{"business_name":"Archer, Ann"}`, true},
		{`{"business_name":"Dupont Nord"}`, `{"business_name":"Dupont Sud"}`, false},
		{`{"business_name":"Acme 12"}`, `{"business_name":"Acme 21"}`, false},
	} {
		assert.NotZero(t, sum(c.a), c.a)
		assert.Equal(t, c.same, sum(c.a) == sum(c.b), "%s, %s", c.a, c.b)
	}
	assert.Zero(t, sum(`{"business_name":"GmbH"}`), "nothing telling is left")
}
