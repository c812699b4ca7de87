package connector

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"

	"ferry/extract/strictyaml"
)

// Problems is every mistake of a spec, sorted by position.
type Problems = strictyaml.Problems

// Parse reads a connector spec; file names it in complaints. Every mistake is
// reported at once: the error is a *Problems.
func Parse(file string, data []byte) (*Spec, error) {
	root, err := strictyaml.Parse(file, data)
	if err != nil {
		return nil, err
	}
	r := &reader{spec: &Spec{}, types: map[string]*typeDef{}, paging: map[string]Paging{}, usedEffects: map[string]bool{}}
	r.read(root)
	if err := root.Err(); err != nil {
		return nil, err
	}
	return r.spec, nil
}

// reader turns the YAML of one spec into a Spec. Sections that others refer to
// are read first, so that every reference is checked where it stands.
type reader struct {
	spec        *Spec
	types       map[string]*typeDef
	typeNames   []string
	paging      map[string]Paging
	pagingNames []string
	usedEffects map[string]bool
	checks      []func() // references to streams that may stand further down
}

// later puts a check off until every stream is read.
func (r *reader) later(check func()) { r.checks = append(r.checks, check) }

var (
	vendorName  = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	settingName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	envName     = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
	streamName  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
	headerName  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
)

func (r *reader) read(root *strictyaml.Node) {
	m := root.Map("vendor", "title", "about", "settings", "base_url", "link", "auth", "headers",
		"budget", "errors", "paging", "types", "effects", "streams")
	s := r.spec
	s.Vendor = r.named(m.Need("vendor"), vendorName, "small letters, digits, _ and -")
	s.Title = m.Get("title").Word()
	if s.Title == "" {
		s.Title = s.Vendor
	}
	s.About = m.Get("about").Text()
	r.readSettings(m.Get("settings"))
	s.BaseURL = r.baseURL(m.Need("base_url"))
	s.Link = r.template(m.Get("link"), s.SettingNames())
	s.Auth = r.auth(m.Need("auth"))
	s.Headers = r.headers(m.Get("headers"))
	s.Budget = r.budget(m.Get("budget"))
	s.Answers = r.answers(m.Get("errors"))
	r.readPaging(m.Get("paging"))
	r.readTypes(m.Get("types"))
	r.readEffects(m.Get("effects"))
	r.streams(m.Need("streams"))
	for _, check := range r.checks {
		check()
	}
	r.unusedEffects(m.Get("effects"))
}

// named gives a word that must have the form of a name.
func (r *reader) named(n *strictyaml.Node, form *regexp.Regexp, words string) string {
	s := n.Word()
	if s != "" && !form.MatchString(s) {
		n.Problem(fmt.Sprintf("%q is no name", s), "use "+words)
	}
	return s
}

func (r *reader) readSettings(n *strictyaml.Node) {
	zones := 0
	for _, e := range n.Entries() {
		if !settingName.MatchString(e.Key) {
			e.Value.KeyProblem(fmt.Sprintf("%q is no name of a setting", e.Key), "use small letters, digits and _")
		}
		m := e.Value.Map("about", "env", "default", "required", "secret", "identity", "zone")
		s := Setting{
			Name:     e.Key,
			About:    m.Get("about").Text(),
			Env:      r.named(m.Get("env"), envName, "capital letters, digits and _"),
			Default:  m.Get("default").Text(),
			Required: m.Get("required").Bool(),
			Secret:   m.Get("secret").Bool(),
			Identity: m.Get("identity").Bool(),
			Zone:     m.Get("zone").Bool(),
		}
		if s.Secret && s.Identity {
			m.Get("identity").KeyProblem("a secret cannot be the identity", "the identity is shown and stored; choose another setting")
		}
		if s.Secret && s.Default != "" {
			m.Get("default").KeyProblem("a secret cannot have a default", "remove it")
		}
		if s.Zone {
			if zones++; zones > 1 {
				m.Get("zone").KeyProblem("a second setting with the account's zone", "only one setting can be it")
			}
			if s.Default != "" {
				r.zone(m.Get("default"))
			}
		}
		r.spec.Settings = append(r.spec.Settings, s)
	}
}

// zone reads an IANA time zone; nil where it is not given or wrong.
func (r *reader) zone(n *strictyaml.Node) *time.Location {
	name := n.Text()
	if name == "" {
		return nil
	}
	zone, err := loadZone(name)
	if err != nil {
		n.Problem(fmt.Sprintf("unknown time zone %q", name), "write an IANA name such as UTC or Europe/Paris")
	}
	return zone
}

// loadZone finds a zone by its IANA name; "Local" is refused, since it means
// another zone on another machine.
func loadZone(name string) (*time.Location, error) {
	if name == "" || strings.EqualFold(name, "local") {
		return nil, fmt.Errorf("unknown time zone %q", name)
	}
	return time.LoadLocation(name)
}

func (r *reader) baseURL(n *strictyaml.Node) string {
	text := r.template(n, r.spec.SettingNames())
	if text == "" {
		return ""
	}
	u, err := url.Parse(Fill(text, func(string) (string, bool) { return "x", true }))
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http"):
		n.Problem("must be an address such as https://api.example.com/v1", "")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		n.Problem("plain http is only for this machine", "write https://")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		n.Problem("must not hold a user, ? or #", "use auth and query")
	}
	return strings.TrimRight(text, "/")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func (r *reader) auth(n *strictyaml.Node) Auth {
	if n != nil && n.Kind == strictyaml.Scalar {
		if n.Text() != string(AuthNone) {
			n.Problem(fmt.Sprintf("unknown value %q", n.Text()), `write none, or keys such as bearer: "{token}"`)
		}
		return Auth{Kind: AuthNone}
	}
	settings := r.spec.SettingNames()
	m := n.Map("basic", "bearer", "header")
	switch {
	case m.Get("basic") != nil:
		basic := m.Get("basic").Map("user", "password")
		return Auth{Kind: AuthBasic, User: r.template(basic.Need("user"), settings),
			Value: r.template(basic.Need("password"), settings)}
	case m.Get("bearer") != nil:
		return Auth{Kind: AuthBearer, Value: r.template(m.Get("bearer"), settings)}
	case m.Get("header") != nil:
		h := r.headers(m.Get("header"))
		if len(h) != 1 {
			m.Get("header").Problem("name one header", `such as header: {X-Token: "{token}"}`)
			return Auth{}
		}
		return Auth{Kind: AuthHeader, Name: h[0].Name, Value: h[0].Value}
	}
	m.Node().Problem("no way of authentication is named", "write basic, bearer, header, or auth: none")
	return Auth{}
}

func (r *reader) headers(n *strictyaml.Node) []Param {
	var out []Param
	for _, e := range n.Entries() {
		if !headerName.MatchString(e.Key) {
			e.Value.KeyProblem(fmt.Sprintf("%q is no name of a header", e.Key), "")
		}
		out = append(out, Param{Name: e.Key, Value: r.template(e.Value, r.spec.SettingNames())})
	}
	return out
}
