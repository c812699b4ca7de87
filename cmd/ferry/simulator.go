package main

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"

	"ferry/extract/strictyaml"
	"ferry/samples/vendorsim"
)

// vendorBox says how one vendor is simulated.
type vendorBox struct {
	path   string // of the API below the host
	domain string // setting that names the account; "" none
	secret string // setting that proves who asks
	env    string // the secret's environment name
	// start makes the account; counts are the numbers of records by stream.
	// fetch is how the vendor gets files by their address; nil: it reaches none.
	start func(o vendorsim.Options, counts map[string]int, fetch fetcher) (gate *vendorsim.Gate, domain, secret string)
	known []string // names in counts
}

var vendorBoxes = map[string]vendorBox{
	"synchroteam": {
		path: "/api/v3", domain: "domain", secret: "api_key", env: "SYNCHROTEAM_API_KEY",
		known: []string{"customers", "sites", "equipment", "jobs", "activities", "recurrences"},
		start: func(o vendorsim.Options, n map[string]int, _ fetcher) (*vendorsim.Gate, string, string) {
			o.Counts = vendorsim.Counts{Customers: n["customers"], Sites: n["sites"], Equipment: n["equipment"],
				Jobs: n["jobs"], Activities: n["activities"], Recurrences: n["recurrences"]}
			return vendorsim.NewSynchroteam(o).Gate, vendorsim.DefaultDomain, vendorsim.DefaultAPIKey
		},
	},
	"syncro": {
		path: "/api/v1", domain: "subdomain", secret: "token", env: "SYNCRO_TOKEN",
		known: []string{"customers", "contacts", "tickets", "leads", "invoices", "payments", "assets", "alerts"},
		start: func(o vendorsim.Options, n map[string]int, fetch fetcher) (*vendorsim.Gate, string, string) {
			c := vendorsim.SyncroCounts{Customers: n["customers"], Contacts: n["contacts"], Tickets: n["tickets"], Leads: n["leads"],
				Invoices: n["invoices"], Payments: n["payments"], Assets: n["assets"], Alerts: n["alerts"]}
			return vendorsim.NewSyncro(vendorsim.SyncroOptions{Options: o, Counts: c, Fetch: fetch}).Gate, vendorsim.DefaultSyncroDomain, vendorsim.DefaultSyncroToken
		},
	},
	"sonar": {
		path: "/api/v1", secret: "token", env: "SONAR_TOKEN",
		known: []string{"customers", "webhooks"},
		start: func(o vendorsim.Options, n map[string]int, _ fetcher) (*vendorsim.Gate, string, string) {
			s := vendorsim.SonarOptions{Options: o, Customers: n["customers"], Webhooks: n["webhooks"]}
			return vendorsim.NewSonar(s).Gate, "", vendorsim.DefaultSonarToken
		},
	},
	"customerly": {
		path: "/v1", secret: "token", env: "CUSTOMERLY_TOKEN",
		known: []string{"users", "leads"},
		start: func(o vendorsim.Options, n map[string]int, _ fetcher) (*vendorsim.Gate, string, string) {
			c := vendorsim.CustomerlyCounts{Users: n["users"], Leads: n["leads"]}
			return vendorsim.NewCustomerly(vendorsim.CustomerlyOptions{Options: o, Counts: c}).Gate, "", vendorsim.DefaultCustomerlyToken
		},
	},
}

func simulatedVendors() []string { return slices.Sorted(maps.Keys(vendorBoxes)) }

// simulator is a simulated vendor that listens on loopback.
type simulator struct {
	Vendor      string
	BaseURL     string
	Credentials []credential // settings of the job file, the secret last

	box  vendorBox
	gate *vendorsim.Gate
	stop context.CancelFunc
	done chan error
}

type credential struct{ Name, Value string }

// startSimulator listens and serves until Close, as a vendor that fetches no file.
func startSimulator(vendor, addr string, opts vendorsim.Options, counts map[string]int) (*simulator, error) {
	return startFetching(vendor, addr, opts, counts, nil)
}

// startFetching is startSimulator for a vendor that fetches files.
func startFetching(vendor, addr string, opts vendorsim.Options, counts map[string]int, fetch fetcher) (*simulator, error) {
	box, known := vendorBoxes[vendor]
	if !known {
		return nil, usageError(fmt.Sprintf("there is no simulated %q", vendor), strictyaml.Suggest(vendor, simulatedVendors()))
	}
	for name, n := range counts {
		if !slices.Contains(box.known, name) || n < 0 {
			return nil, usageError(fmt.Sprintf("--counts: unknown %q", name), strictyaml.Suggest(name, box.known))
		}
	}
	host, _, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, usageError(fmt.Sprintf("--addr %s: a simulated vendor listens on this machine only", addr), "write 127.0.0.1:0")
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, failure(fmt.Errorf("cannot listen: %w", err), "give another --addr; port 0 takes a free one")
	}
	gate, domain, secret := box.start(opts, counts, fetch)
	if opts.APIKey != "" {
		secret = opts.APIKey
	}
	serving, stop := context.WithCancel(context.Background())
	s := &simulator{Vendor: vendor, BaseURL: "http://" + listener.Addr().String() + box.path,
		box: box, gate: gate, stop: stop, done: make(chan error, 1)}
	if box.domain != "" {
		s.Credentials = append(s.Credentials, credential{box.domain, domain})
	}
	s.Credentials = append(s.Credentials, credential{box.secret, secret})
	go func() { s.done <- gate.Serve(serving, listener) }()
	return s, nil
}

// Counters are what the simulator saw.
func (s *simulator) Counters() vendorsim.Counters { return s.gate.Counters() }

// Secret is the key that the simulator accepts.
func (s *simulator) Secret() string { return s.Credentials[len(s.Credentials)-1].Value }

// Close stops serving at once.
func (s *simulator) Close() error {
	s.stop()
	if err := <-s.done; err != nil {
		return fmt.Errorf("the simulated vendor stopped: %w", err)
	}
	return nil
}

// Settings are the settings of a job file, the secret by its environment name.
func (s *simulator) Settings() string {
	var parts []string
	for _, c := range s.Credentials {
		value := c.Value
		if c.Name == s.box.secret {
			value = `"${` + s.box.env + `}"`
		}
		parts = append(parts, c.Name+": "+value)
	}
	return strings.Join(parts, ", ")
}

// snippet is the part of a job file that names the simulated account.
func (s *simulator) snippet() string {
	return fmt.Sprintf(`  source:
    vendor: %s
    base_url: %s
    settings: {%s}

and before the run:  export %s=%s
`, s.Vendor, s.BaseURL, s.Settings(), s.box.env, s.Secret())
}
