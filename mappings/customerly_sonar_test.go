package mappings_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/samples/vendorsim"
	"ferry/transform/mapping"
)

// talker is a shipped mapping with Customerly or Sonar on one side, and what its
// page promises of each stream.
type talker struct {
	name    string
	streams map[string]promise
}

// promise tells what must become of a record: carried over where takes holds,
// skipped where not, dead where dies says so of one that is taken. Records are
// read here by other means than the mapping's. A mapped record has the values of
// same as its source has them, and holds no text of never.
type promise struct {
	takes func(r, parent object) bool
	dies  func(r object) bool
	same  map[string]string // target path -> source path
	never []string
}

var talkers = []talker{
	{"synchroteam-to-customerly", map[string]promise{
		"customers": {
			takes: func(r, _ object) bool { return r.text("contactEmail") != "" },
			same:  map[string]string{"attributes.zip": "addressZIP", "attributes.synchroteam_id": "id", "attributes.phone": "contactPhone"},
		},
		"sites": {
			takes: func(r, p object) bool {
				return r.text("contactEmail") != "" && differ(r, "contactEmail", p, "contactEmail")
			},
			same: map[string]string{"attributes.zip": "addressZIP", "attributes.synchroteam_id": "id", "attributes.city": "addressCity"},
		},
	}},
	{"synchroteam-to-sonar", map[string]promise{
		"customers": {
			takes: func(r, _ object) bool { return r.text("contactMobile") != "" },
			dies:  func(r object) bool { return !reachable(r.text("contactMobile"), regionOf(r)) },
			same:  map[string]string{"zip_code": "addressZIP", "properties.synchroteam_id": "id"},
			never: []string{`"subscribed"`},
		},
		"sites": {
			takes: func(r, p object) bool { return r.text("contactMobile") != "" && otherPhone(r, p, "contactMobile") },
			dies:  func(r object) bool { return !reachable(r.text("contactMobile"), regionOf(r)) },
			same:  map[string]string{"zip_code": "addressZIP"},
			never: []string{`"subscribed"`},
		},
	}},
	{"syncro-to-customerly", map[string]promise{
		"customers": {
			takes: func(r, _ object) bool { return r.text("email") != "" && !r.yes("disabled", "opt_out", "no_email") },
			same:  map[string]string{"attributes.zip": "zip", "attributes.syncro_id": "id", "attributes.mobile": "mobile"},
			never: []string{"portal_key"},
		},
		"contacts": {
			takes: func(r, p object) bool {
				return r.text("email") != "" && differ(r, "email", p, "email") && !r.yes("opt_out") && !p.yes("disabled", "opt_out", "no_email")
			},
			same: map[string]string{"attributes.zip": "zip", "attributes.syncro_customer_id": "customer_id", "attributes.extension": "extension"},
		},
		"leads": {
			takes: func(r, _ object) bool {
				return r.text("email") != "" && r.text("customer_id") == "" && r.text("contact_id") == ""
			},
			same: map[string]string{"attributes.zip": "zip", "attributes.lead_status": "status"},
		},
	}},
	{"syncro-to-sonar", map[string]promise{
		"customers": {
			takes: func(r, _ object) bool { return r.text("mobile") != "" && !r.yes("disabled") },
			dies:  func(r object) bool { return !reachable(r.text("mobile"), "US") },
			same:  map[string]string{"zip_code": "zip", "properties.syncro_id": "id"},
			never: []string{`"subscribed":true`, "portal_key"},
		},
		"contacts": {
			takes: func(r, p object) bool {
				return r.text("mobile") != "" && otherPhone(r, p, "mobile") && !p.yes("disabled")
			},
			dies:  func(r object) bool { return !reachable(r.text("mobile"), "US") },
			same:  map[string]string{"zip_code": "zip", "properties.city": "city"},
			never: []string{`"subscribed":true`},
		},
		"leads": {
			takes: func(r, _ object) bool {
				return r.text("mobile") != "" && r.text("customer_id") == "" && r.text("contact_id") == ""
			},
			dies:  func(r object) bool { return !reachable(r.text("mobile"), "US") },
			same:  map[string]string{"zip_code": "zip", "properties.lead_status": "status"},
			never: []string{`"subscribed"`},
		},
	}},
	{"customerly-to-syncro", map[string]promise{
		"customers": {
			takes: func(r, _ object) bool { return r.text("email") != "" || r.text("name") != "" },
			never: []string{`"opt_out":false`, `"get_sms":true`},
		},
		"leads": {
			takes: func(r, _ object) bool { return r.text("email") != "" || r.text("name") != "" },
			never: []string{"customer_id", "ticket"},
		},
	}},
}

func TestTalkersAreWhole(t *testing.T) {
	for _, m := range talkers {
		t.Run(m.name, func(t *testing.T) { checkShipped(t, m.name) })
	}
}

func TestTalkersTakeSimulatedRecords(t *testing.T) {
	for _, m := range talkers {
		t.Run(m.name, func(t *testing.T) {
			f, source, target := shipped(t, m.name)
			p, err := f.Compile(source, target)
			require.NoError(t, err)
			for _, from := range simulated(t, f.From) {
				for _, s := range p.Streams() {
					require.Contains(t, m.streams, s.Name())
					m.streams[s.Name()].hold(t, s, inputsOf(t, from, s))
				}
			}
		})
	}
}

// hold maps the records and holds each to the promise, and the counts to the bins.
func (m promise) hold(t *testing.T, s *mapping.ProgramStream, inputs []mapping.Input) {
	t.Helper()
	count, out := mapAll(t, s, inputs)
	taken, dead := 0, 0
	for i, in := range inputs {
		r, parent := read(t, in.Base), object{}
		for _, body := range in.Joined {
			parent = read(t, body)
		}
		is := m.takes(r, parent)
		dies := is && m.dies != nil && m.dies(r)
		if is {
			taken++
		}
		if dies {
			dead++
		}
		require.Equal(t, is && !dies, out[i] != "", "%s: whether it is carried over: %s", s.Name(), in.Base)
		if out[i] == "" {
			continue
		}
		got := read(t, []byte(out[i]))
		for to, from := range m.same {
			assert.Equal(t, r.text(from), got.text(to), "%s: %s of %s", s.Name(), to, in.Base)
		}
		for _, text := range m.never {
			assert.NotContains(t, out[i], text)
		}
		if phone := got.text("phone_number"); phone != "" {
			assert.Regexp(t, `^\+[1-9][0-9]{6,14}$`, phone)
		}
	}
	assert.Equal(t, [3]int{taken - dead, len(inputs) - taken, dead}, [3]int{count.mapped, count.skipped, count.dead}, s.Name())
	assert.Positive(t, count.mapped, s.Name())
}

// account is a simulated vendor's own truth.
type account interface {
	Live(stream string) []string
	Record(stream, id string) []byte
}

// simulated gives accounts of a vendor: as it is documented, and with what the
// documents leave open turned the other way.
func simulated(t *testing.T, vendor string) []account {
	t.Helper()
	const n = 300
	odd := vendorsim.Data{ISODates: true, CapitalPosition: true, ExtraField: true, BigIDs: true}
	switch vendor {
	case "synchroteam":
		counts := vendorsim.Counts{Customers: n, Sites: n}
		return []account{vendorsim.NewSynchroteam(vendorsim.Options{Seed: 11, Counts: counts}),
			vendorsim.NewSynchroteam(vendorsim.Options{Seed: 12, Counts: counts, Data: odd})}
	case "syncro":
		counts := vendorsim.SyncroCounts{Customers: n, Contacts: n, Leads: n}
		return []account{vendorsim.NewSyncro(vendorsim.SyncroOptions{Options: vendorsim.Options{Seed: 13}, Counts: counts}),
			vendorsim.NewSyncro(vendorsim.SyncroOptions{Options: vendorsim.Options{Seed: 14, Data: odd}, Counts: counts, Extras: true})}
	case "customerly":
		counts := vendorsim.CustomerlyCounts{Users: n, Leads: n}
		return []account{vendorsim.NewCustomerly(vendorsim.CustomerlyOptions{Options: vendorsim.Options{Seed: 15}, Counts: counts}),
			vendorsim.NewCustomerly(vendorsim.CustomerlyOptions{Options: vendorsim.Options{Seed: 16, Data: odd}, Counts: counts, TextDates: true, EmptyList: true})}
	}
	require.Fail(t, "no such vendor", vendor)
	return nil
}

// inputsOf are the live records of a stream, those merged in beside them.
func inputsOf(t *testing.T, from account, s *mapping.ProgramStream) []mapping.Input {
	t.Helper()
	base := s.Source().Name
	var inputs []mapping.Input
	for _, id := range from.Live(base) {
		in := mapping.Input{Key: id, Base: from.Record(base, id), Joined: map[string][]byte{}}
		for _, m := range s.Merges() {
			require.Empty(t, m.Theirs, "%s is found by its key", m.Stream)
			if body := from.Record(m.Stream, read(t, in.Base).text(m.Ours)); body != nil {
				in.Joined[m.Stream] = body
			}
		}
		inputs = append(inputs, in)
	}
	require.NotEmpty(t, inputs)
	return inputs
}

type object map[string]any

func read(t *testing.T, body []byte) object {
	t.Helper()
	o := object{}
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.UseNumber()
	require.NoError(t, d.Decode(&o))
	return o
}

// text gives a scalar by its dotted path, without space around it; "" for none.
func (o object) text(path string) string {
	var v any = map[string]any(o)
	for name := range strings.SplitSeq(path, ".") {
		inner, _ := v.(map[string]any)
		v = inner[name]
	}
	if v == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprint(v))
}

// yes tells whether one of the flags is true.
func (o object) yes(names ...string) bool {
	for _, name := range names {
		if o[name] == true {
			return true
		}
	}
	return false
}

func differ(a object, in string, b object, there string) bool {
	return strings.ToLower(a.text(in)) != strings.ToLower(b.text(there))
}

func otherPhone(r, parent object, field string) bool {
	return lastNine(r.text(field)) != lastNine(parent.text(field))
}

func lastNine(s string) string {
	var b strings.Builder
	for _, c := range s {
		if c >= '0' && c <= '9' {
			b.WriteRune(c)
		}
	}
	return b.String()[max(0, b.Len()-9):]
}

// reachable tells whether a network knows the number, and it has no extension.
func reachable(typed, region string) bool {
	if rest, ok := strings.CutPrefix(typed, "00"); ok {
		typed = "+" + rest
	}
	if strings.HasPrefix(typed, "+") {
		typed = strings.Replace(typed, "(0)", "", 1)
	}
	n, err := phonenumbers.Parse(typed, region)
	return err == nil && n.GetExtension() == "" && phonenumbers.IsValidNumber(n)
}

// regionOf is the country of a simulated address: one that no list of countries
// in the five languages Ferry reads has is none.
func regionOf(r object) string {
	return map[string]string{
		"": "US", "United States": "US", "États-Unis": "US", "Germany": "DE", "France": "FR", "Spain": "ES", "United Kingdom": "GB",
	}[r.text("addressCountry")]
}
