package match

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheWordsAreSound(t *testing.T) {
	v, err := readWords("ideas.yaml", ideasFile)
	require.NoError(t, err)
	assert.Greater(t, len(v.ideas), 1000)
	for phrase, senses := range v.ideas {
		assert.Equal(t, phrase, fold(phrase))
		assert.NotEmpty(t, phrase)
		assert.LessOrEqual(t, len(senses), 3, "%q says nothing", phrase)
	}
	for pair := range kin {
		for _, idea := range pair {
			found := false
			for _, senses := range v.ideas {
				for _, s := range senses {
					found = found || s.idea == idea
				}
			}
			assert.True(t, found, "no idea %q", idea)
		}
	}
	groups, err := readTerms("terms.yaml", termsFile)
	require.NoError(t, err)
	assert.Greater(t, len(groups), 300)
	lines := strings.Count(string(termsFile), "\n- [")
	seen := map[string]int{}
	for i, line := range strings.Split(string(termsFile), "\n- [") {
		for _, word := range strings.Split(strings.TrimSuffix(strings.TrimSpace(line), "]"), ",") {
			if i > 0 {
				other, twice := seen[fold(word)]
				assert.False(t, twice && other != i, "%q stands in two groups", word)
				seen[fold(word)] = i
			}
		}
	}
	assert.Positive(t, lines)
	for _, bad := range []string{"nouns: [", "ideas: {}", "- x"} {
		_, err := readWords("x.yaml", []byte(bad))
		assert.Error(t, err, bad)
	}
}

func TestSenses(t *testing.T) {
	for header, want := range map[string]sense{
		"Customer name":      {owner: "customer", idea: "name"},
		"Nom du client":      {owner: "customer", idea: "name"},
		"Kundennummer":       {owner: "customer", idea: "number"},
		"Customer #":         {owner: "customer", idea: "number"},
		"Nome del cliente":   {owner: "customer", idea: "name"},
		"Correo del cliente": {owner: "customer", idea: "email"},
		"PLZ *":              {idea: "zip"},
		"E-Mail":             {idea: "email"},
		"Primary e-mail":     {idea: "email"},
		"Straße":             {idea: "street"},
		"Site":               {owner: "site"},
		"Standort-Name":      {owner: "site", idea: "name"},
		"Teléfono móvil":     {idea: "mobile"},
	} {
		found := words().senses(fold(header))
		ok := false
		for _, s := range found {
			ok = ok || s.owner == want.owner && s.idea == want.idea
		}
		assert.True(t, ok, "%s: %v", header, found)
	}
	assert.Empty(t, words().senses("qwertz"))
}

func TestSpoken(t *testing.T) {
	for name, want := range map[string]string{"contactFirstName": "contact first name", "addressZIP": "address zip", "first_name": "first name", "myId": "my id",
		"vatNumber": "vat number", "address1": "address1", "HTTPMethod": "http method", "": ""} {
		assert.Equal(t, want, spoken(name), name)
	}
	for words, want := range map[string]string{"phone 2": "phone", "phone2": "phone", "phone": "phone", "2": "2", "year 2024": "year 2024"} {
		got, numbered := stem(words)
		assert.Equal(t, want, got)
		assert.Equal(t, want != words, numbered)
	}
}

func TestNear(t *testing.T) {
	priorities := []string{"low", "medium", "high"}
	syncro := []string{"0 Urgent", "1 High", "2 Normal", "3 Low"}
	for _, c := range []struct {
		text    string
		options []string
		want    string
		sure    bool
	}{
		{"high", priorities, "high", true}, {"HIGH", priorities, "high", true}, {" High. ", priorities, "high", true},
		{"Haute", priorities, "high", true}, {"hoch", priorities, "high", true}, {"Alta", priorities, "high", true}, {"basso", priorities, "low", true}, {"Normal", priorities, "medium", true},
		{"Hgih", priorities, "high", false}, {"Hi", priorities, "high", false}, {"mediun", priorities, "medium", false},
		{"high", syncro, "1 High", true}, {"dringend", syncro, "0 Urgent", true}, {"1 high", syncro, "1 High", true},
		{"soon", priorities, "", false}, {"", priorities, "", false}, {"x", nil, "", false}, {"l", priorities, "", false}, {"...", priorities, "", false},
		{"Réparation", []string{"Repair", "Maintenance"}, "Repair", true}, {"Wartung", []string{"Repair", "Maintenance"}, "Maintenance", true},
		{"cafe", []string{"Café", "CAFÉ"}, "", false},
		{"Terminé", []string{"created", "completed"}, "completed", true},
		{"Bolier", []string{"Boiler", "Bolter"}, "", false},
		{"Office supply", []string{"Office suply"}, "Office suply", false},
	} {
		got, sure := Near(c.text, c.options)
		assert.Equal(t, c.want, got, c.text)
		assert.Equal(t, c.sure, sure, c.text)
	}
}

func FuzzNear(f *testing.F) {
	f.Add("Hgih", "high", "low")
	f.Add("\xff", "", "é")
	f.Fuzz(func(t *testing.T, text, a, b string) {
		if len(text)+len(a)+len(b) > 2000 {
			return
		}
		got, sure := Near(text, []string{a, b})
		if got != "" {
			assert.Contains(t, []string{a, b}, got)
		}
		if text == a {
			assert.True(t, sure)
		}
		assert.Equal(t, distance(a, b, 1000), distance(b, a, 1000))
	})
}
