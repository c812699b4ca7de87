package connector

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// Values are the values of a spec's settings. All of them are kept as secrets:
// what is harmless for one vendor need not be for another.
type Values map[string]Secret

// SettingProblem is a mistake in the settings a user gave. It never holds a value.
type SettingProblem struct {
	Setting string
	Message string
	Hint    string
}

// NewValues checks given settings against the spec and fills in the defaults.
// All mistakes come at once: what is unknown, what is missing (in the order of
// the spec), and a zone that does not exist.
func NewValues(s *Spec, given map[string]string) (Values, []SettingProblem) {
	values := Values{}
	var problems []SettingProblem
	for _, setting := range s.Settings {
		text := given[setting.Name]
		if text == "" {
			text = setting.Default
		}
		if text == "" {
			if setting.Required {
				problems = append(problems, SettingProblem{setting.Name,
					fmt.Sprintf("setting %q is missing", setting.Name), setting.About})
			}
			continue
		}
		if _, err := loadZone(text); setting.Zone && err != nil {
			problems = append(problems, SettingProblem{setting.Name,
				fmt.Sprintf("setting %q is no time zone", setting.Name), "write an IANA name such as Europe/Paris"})
		}
		values[setting.Name] = NewSecret(text)
	}
	known := s.SettingNames()
	var odd []string
	for name := range given {
		if !slices.Contains(known, name) {
			odd = append(odd, name)
		}
	}
	slices.Sort(odd)
	for _, name := range odd {
		problems = append(problems, SettingProblem{name, fmt.Sprintf("%s has no setting %q", s.Vendor, name),
			strictyaml.Suggest(name, known)})
	}
	return values, problems
}

// Lookup gives a setting's value; ok is false where it has none.
func (v Values) Lookup(name string) (text string, ok bool) {
	secret, ok := v[name]
	return secret.Reveal(), ok
}

// Expand puts the values into a template's {setting} places; a setting without
// a value becomes empty. The outcome may be a secret, hence its type.
func (v Values) Expand(template string) Secret {
	return NewSecret(Fill(template, func(name string) (string, bool) {
		text, _ := v.Lookup(name)
		return text, true
	}))
}

// BaseURL gives the address requests go to: the override where there is one,
// else the spec's with its settings put in. It is https, or http on loopback;
// it ends without a slash.
func (v Values) BaseURL(s *Spec, override string) (*url.URL, error) {
	text := strings.TrimRight(override, "/")
	if text == "" {
		text = Fill(s.BaseURL, func(name string) (string, bool) {
			value, _ := v.Lookup(name)
			return url.PathEscape(value), true
		})
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || strings.HasPrefix(u.Hostname(), ".") || (u.Scheme != "https" && u.Scheme != "http"):
		return nil, fmt.Errorf("base URL of %s is no address; write one such as https://api.example.com/v1", s.Vendor)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("base URL of %s is plain http; write https:// (http is only for this machine)", s.Vendor)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("base URL of %s must not hold a user, ? or #; write it up to the path", s.Vendor)
	}
	return u, nil
}

// Account tells which login at the vendor the values are for; base is what
// BaseURL gave.
func (v Values) Account(s *Spec, base *url.URL) record.Account {
	host := strings.ToLower(base.Hostname())
	if port := base.Port(); port != "" && !loopback(host) {
		host += ":" + port
	}
	identity := v.identity(s)
	return record.Account{
		ID:     s.Vendor + "/" + identity + "@" + host,
		Vendor: s.Vendor, Identity: identity, Host: host,
	}
}

// identity joins the settings marked identity; where there is none, a short
// hash of the secrets tells accounts apart without telling what they are.
func (v Values) identity(s *Spec) string {
	var parts []string
	for _, setting := range s.Settings {
		if text, ok := v.Lookup(setting.Name); ok && setting.Identity {
			parts = append(parts, url.PathEscape(text))
		}
	}
	if len(parts) > 0 {
		return strings.Join(parts, ",")
	}
	h := sha256.New()
	for _, setting := range s.Settings {
		if text, ok := v.Lookup(setting.Name); ok && setting.Secret {
			fmt.Fprintf(h, "%s %s=%d:%s\n", s.Vendor, setting.Name, len(text), text)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// Zone gives the zone of the account's local times: nil where the spec has no
// such setting or it was not given.
func (v Values) Zone(s *Spec) (*time.Location, error) {
	for _, setting := range s.Settings {
		name, ok := v.Lookup(setting.Name)
		if !setting.Zone || !ok || name == "" {
			continue
		}
		zone, err := loadZone(name)
		if err != nil {
			return nil, fmt.Errorf("setting %s: unknown time zone; write an IANA name such as Europe/Paris", setting.Name)
		}
		return zone, nil
	}
	return nil, nil
}
