package job

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"ferry/extract/connector"
	"ferry/extract/strictyaml"
)

// needs says which placeholders of the settings must resolve: those of secrets,
// and those that tell the account.
type needs struct{ secrets, account bool }

// login reads vendor, settings, base_url and budget.
func (r *reader) login(m *strictyaml.Fields, spec *connector.Spec, need needs) Login {
	l := Login{Vendor: r.text(m.Get("vendor")), Spec: spec}
	l.Values = r.settings(m.Get("settings"), m.Get("vendor"), spec, need)
	l.BaseURL = r.baseURL(m.Get("base_url"))
	l.Budget = r.budget(m.Get("budget"))
	return l
}

// spec finds the connector spec of a vendor; nil, with a complaint, where there
// is none.
func (r *reader) spec(n *strictyaml.Node) *connector.Spec {
	name := r.nameOrPath(n)
	if name == "" {
		return nil
	}
	if !connector.IsPath(name) && !slices.Contains(connector.Names(), name) {
		n.Problem(fmt.Sprintf("unknown vendor %q", n.Text()), strictyaml.Suggest(name, connector.Names())+
			" (or give the path of a spec such as ./vendor.yaml)")
		return nil
	}
	spec, err := connector.Load(name)
	if err != nil {
		n.Problem("the connector spec cannot be used:\n"+err.Error(), "")
		return nil
	}
	return spec
}

func (r *reader) settings(n, vendor *strictyaml.Node, spec *connector.Spec, need needs) connector.Values {
	out := connector.Values{}
	given := map[string]bool{}
	if n.Given() {
		for _, e := range n.Entries() {
			given[e.Key] = true
			if value, ok := r.setting(e, spec, need); ok {
				out[e.Key] = connector.NewSecret(value)
			}
		}
	}
	if spec == nil {
		return out
	}
	for _, s := range spec.Settings {
		switch {
		case given[s.Name]:
		case s.Required && s.Default == "":
			at := n
			if !n.Given() {
				at = vendor
			}
			at.Problem(fmt.Sprintf("setting %q is missing: %s", s.Name, s.About), "add "+settingExample(s))
		case s.Default != "":
			out[s.Name] = connector.NewSecret(s.Default)
		}
	}
	return out
}

// setting reads one setting; ok is false where it has no value yet.
func (r *reader) setting(e strictyaml.Entry, spec *connector.Spec, need needs) (value string, ok bool) {
	known := findSetting(spec, e.Key)
	if known == nil && spec != nil {
		e.Value.KeyProblem(fmt.Sprintf("unknown setting %q of %s", e.Key, spec.Vendor),
			strictyaml.Suggest(e.Key, spec.SettingNames()))
		return "", false
	}
	resolve := r.opt.Env.resolver(r.dir)
	secret := known != nil && known.Secret
	if !need.account || !need.secrets && (known == nil || secret && hasIdentity(spec)) {
		resolve = unresolved
	}
	out, err := expand(e.Value.Text(), resolve)
	if err != nil {
		r.problem(e.Value, err)
		return "", false
	}
	if secret && e.Value.Kind == strictyaml.Scalar && (out.references == 0 || out.literal) {
		e.Value.Problem("a secret must not stand in the job file",
			"write "+settingExample(*known)+" or ${file:PATH} or ${keychain:NAME}")
		return "", false
	}
	if known != nil && known.Zone && out.text != "" {
		if _, err := time.LoadLocation(out.text); err != nil || out.text == "Local" {
			e.Value.Problem("unknown time zone", "write an IANA name such as Europe/Paris")
		}
	}
	if e.Value.Kind == strictyaml.Scalar && out.text == "" && out.references == 0 && known != nil && known.Required {
		e.Value.Problem(fmt.Sprintf("setting %q is empty", e.Key), "add "+settingExample(*known))
	}
	return out.text, out.text != ""
}

func settingExample(s connector.Setting) string {
	env := s.Env
	if env == "" {
		env = strings.ToUpper(s.Name)
	}
	return fmt.Sprintf(`%s: "${%s}"`, s.Name, env)
}

func findSetting(spec *connector.Spec, name string) *connector.Setting {
	if spec == nil {
		return nil
	}
	for i := range spec.Settings {
		if spec.Settings[i].Name == name {
			return &spec.Settings[i]
		}
	}
	return nil
}

func hasIdentity(spec *connector.Spec) bool {
	return slices.ContainsFunc(spec.Settings, func(s connector.Setting) bool { return s.Identity })
}

// baseURL reads the base URL: https, or http on loopback (DESIGN §5 rule 7).
func (r *reader) baseURL(n *strictyaml.Node) string {
	text := r.text(n)
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http"):
		n.Problem("must be an address such as https://ws.example.com/api", "")
	case u.User != nil:
		n.Problem("must not hold a user or password", "put them into settings")
	case u.RawQuery != "" || u.Fragment != "":
		n.Problem("must not hold ? or #", "write it up to the path")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		n.Problem("plain http is only for this machine (127.0.0.1)", "write https://")
	}
	return strings.TrimRight(text, "/")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (r *reader) budget(n *strictyaml.Node) Budget {
	if !n.Given() {
		return Budget{}
	}
	m := n.Map("rate", "quota", "reserve", "when_spent")
	return Budget{
		Rate:    measured(r, m.Get("rate"), connector.Limit{}, parseLimit),
		Quota:   measured(r, m.Get("quota"), connector.Limit{}, parseLimit),
		Reserve: measured(r, m.Get("reserve"), 0, parseShare),
		Wait:    r.choice(m.Get("when_spent"), "stop", "wait") == "wait",
	}
}
