package connector

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

func TestNewValuesReportsEveryMistake(t *testing.T) {
	s := shippedSpec(t, "synchroteam")
	values, problems := NewValues(s, map[string]string{"apikey": pass, "zone": "Paris", "domian": "acme"})
	assert.Equal(t, []SettingProblem{
		{"domain", `setting "domain" is missing`, "the part of https://DOMAIN.synchroteam.com before the first dot"},
		{"api_key", `setting "api_key" is missing`, "found in Synchroteam under Configuration, Authentication Key"},
		{"zone", `setting "zone" is no time zone`, "write an IANA name such as Europe/Paris"},
		{"apikey", `synchroteam has no setting "apikey"`, `did you mean "api_key"?`},
		{"domian", `synchroteam has no setting "domian"`, `did you mean "domain"?`},
	}, problems)
	_, err := values.Zone(s)
	require.Error(t, err)
}

func TestValues(t *testing.T) {
	s := shippedSpec(t, "synchroteam")
	values, problems := NewValues(s, map[string]string{"domain": "my,company", "api_key": pass, "zone": "Europe/Paris"})
	require.Empty(t, problems)
	assert.Equal(t, "my,company:"+pass, values.Expand("{domain}:{api_key}").Reveal())
	zone, err := values.Zone(s)
	require.NoError(t, err)
	assert.Equal(t, "Europe/Paris", zone.String())

	base, err := values.BaseURL(s, "")
	require.NoError(t, err)
	assert.Equal(t, record.Account{ID: "synchroteam/my%2Ccompany@ws.synchroteam.com", Vendor: "synchroteam",
		Identity: "my%2Ccompany", Host: "ws.synchroteam.com"}, values.Account(s, base))

	values, _ = NewValues(s, map[string]string{"domain": "a", "api_key": pass})
	zone, err = values.Zone(s)
	require.NoError(t, err)
	assert.Nil(t, zone)
}

func TestAccountHost(t *testing.T) {
	s := shippedSpec(t, "sonar")
	for override, host := range map[string]string{
		"":                             "www.sendsonar.com",
		"https://API.acme.com:8443/v1": "api.acme.com:8443",
		"http://127.0.0.1:4711/":       "127.0.0.1",
		"http://[::1]:4711":            "::1",
		"http://localhost:1":           "localhost",
	} {
		values, problems := NewValues(s, map[string]string{"token": pass})
		require.Empty(t, problems)
		base, err := values.BaseURL(s, override)
		require.NoError(t, err, override)
		account := values.Account(s, base)
		assert.Equal(t, host, account.Host)
		assert.Regexp(t, `^[0-9a-f]{12}$`, account.Identity)
		other, _ := NewValues(s, map[string]string{"token": pass + "x"})
		assert.NotEqual(t, account.ID, other.Account(s, base).ID)
	}
}

func TestBaseURLRefuses(t *testing.T) {
	s := shippedSpec(t, "syncro")
	for _, subdomain := range []string{"", "evil.com/", "evil.com#", "user@evil.com", "x:y@evil", "a b", "evil.com:443"} {
		_, err := Values{"subdomain": NewSecret(subdomain)}.BaseURL(s, "")
		assert.Error(t, err, subdomain)
	}
	for _, override := range []string{"http://acme.com", "acme.com", "ftp://acme.com", "https://u:p@acme.com", "https://acme.com?x=1", "https://"} {
		_, err := Values{}.BaseURL(s, override)
		assert.Error(t, err, override)
	}
}

func TestFilterValue(t *testing.T) {
	s := shippedSpec(t, "synchroteam")
	for _, tt := range []struct{ stream, filter, text, want, err string }{
		{"job", "dateFrom", "2024-01-31", "2024-01-31 00:00:00", ""},
		{"job", "dateFrom", "2024-01-31T08:00", "2024-01-31 08:00:00", ""},
		{"job", "dateFrom", "31/01/2024", "", "takes a moment such as"},
		{"job", "dateFrom", "2024-01-31T08:00:00Z", "", "write it without a zone"},
		{"job", "changedSince", "2024-01-31T08:00:00+02:00", "2024-01-31 06:00:00", ""},
		{"job", "status", "complete", "", `did you mean "completed"?`},
		{"job", "hasPhotos", "yes", "", "takes true or false"},
		{"job", "team_id", "x", "", "takes a whole number"},
		{"job", "customer_myId", "0123", "0123", ""},
		{"job", "type_name", " ", "", "is empty"},
		{"activity", "activityType_category", "unavail", "unavailability", ""},
		{"activity", "startDate", "2024-01-31 08:00", "2024-01-31 08:00", ""},
	} {
		f, err := stream(t, s, tt.stream).Filter(tt.filter)
		require.NoError(t, err)
		got, err := f.Value(tt.text)
		if tt.err != "" {
			assert.ErrorContains(t, err, tt.err, tt.text)
			continue
		}
		require.NoError(t, err, tt.text)
		assert.Equal(t, tt.want, got)
	}
}

func TestFilterQuery(t *testing.T) {
	s := shippedSpec(t, "synchroteam")
	params, problems := stream(t, s, "activity").FilterQuery(map[string]string{
		"user_id": "5", "startDate": "2024-01-01", "endDate": "2024-02-01"})
	assert.Empty(t, problems)
	assert.Equal(t, []Param{{"startDate", "2024-01-01 00:00"}, {"endDate", "2024-02-01 00:00"}, {"user_id", "5"}}, params)

	_, problems = stream(t, s, "activity").FilterQuery(map[string]string{"startDate": "2024-01-01", "user": "5", "team_id": "x"})
	assert.Equal(t, []FilterProblem{
		{"startDate", "filter startDate works only together with endDate", "give both"},
		{"team_id", "filter team_id takes a whole number", ""},
		{"user", "the list of activity has no filter user", `did you mean "user_id"?`},
	}, problems)
	_, problems = stream(t, s, "block").FilterQuery(map[string]string{"name": "x"})
	assert.Equal(t, "remove it: this list has no filters", problems[0].Hint)
}
